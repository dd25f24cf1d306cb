"""Descent stage and lander under the sky crane: two rigid bodies, the bridles between them, the ground under the lander's feet."""

from typing import Any, NamedTuple

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled
from skycrane.core.vector import Vec3, cross, dot, norm, unit
from skycrane.flight.ground import FineGround, fine_height, fineness, ground_height, ground_normal, height_above_terrain
from skycrane.flight.rigid_body import RigidState
from skycrane.flight.state import Craft
from skycrane.flight.tables import Tables
from skycrane.vehicle.bridles import End
from skycrane.vehicle.mass import MassProperties, Symmetric


class Two(NamedTuple):
    """Descent stage (with its engines) and lander, and the clock of the reel."""

    stage: Craft
    thrust: tuple[Scalar, ...]
    lander: RigidState
    time: Scalar


class Ground(NamedTuple):
    """The plane under the lander: a point (mcmf), its normal, and local east and north."""

    point: Vec3
    normal: Vec3


def spin_free(models: Any, body: RigidState, axes: attitude.Mat3) -> Vec3:
    """Body rate relative to the turning planet [rad/s, body]."""
    return body.angular_rate - Vec3(axes.cx.z, axes.cy.z, axes.cz.z) * models.planet.rotation_rate


def point_velocity(models: Any, body: RigidState, axes: attitude.Mat3, arm: Vec3) -> Vec3:
    """Planet-relative velocity of a point of the body (arm from the centre of mass, body axes), mcmf."""
    return body.velocity + axes.apply(cross(spin_free(models, body, axes), arm))


def bridle_forces(models: Any, started: Scalar, stage: MassProperties, two: Two, up: Any, low: Any) -> Any:
    """Force and torque on the stage and on the lander (each in its own body axes), and the tensions."""
    b = models.vehicle.bridles
    since = two.time - started
    length = b.paid_out(since)
    reeling = b.reeling(since)
    centre = Vec3(*models.vehicle.lander.place)
    o = Vec3(0.0, 0.0, 0.0)
    pull, turn, hang, hang_turn, tensions = o, o, o, o, []
    offset = two.lander.position - two.stage.body.position
    for i in range(b.count()):
        arm, foot = b.top(i) - stage.centre, b.bottom(i) - centre
        top = End(up.apply(arm), point_velocity(models, two.stage.body, up, arm))
        bottom = End(offset + low.apply(foot), point_velocity(models, two.lander, low, foot))
        force, tension = b.pull(top, bottom, *b.free(i, length, reeling))
        on_stage, on_lander = up.undo(force), low.undo(-force)
        pull, turn = pull + on_stage, turn + cross(arm, on_stage)
        hang, hang_turn = hang + on_lander, hang_turn + cross(foot, on_lander)
        tensions.append(tension)
    return (pull, turn), (hang, hang_turn), tuple(tensions)


def longest_stretch(models: Any, started: Scalar, stage: MassProperties, two: Two) -> Scalar:
    """How far the tightest bridle is stretched beyond its length [m]; negative while all are slack."""
    b = models.vehicle.bridles
    length = b.paid_out(two.time - started)
    up, low = attitude.matrix(two.stage.body.attitude), attitude.matrix(two.lander.attitude)
    offset, centre = two.lander.position - two.stage.body.position, Vec3(*models.vehicle.lander.place)
    spans = [
        norm(offset + low.apply(b.bottom(i) - centre) - up.apply(b.top(i) - stage.centre)) for i in range(b.count())
    ]
    stretches = [span - b.free(i, length, 0.0)[0] for i, span in enumerate(spans)]
    longest = stretches[0]
    for stretch in stretches[1:]:
        longest = fn.maximum(longest, stretch)
    return longest


def ground_below(models: Any, tables: Tables, frame: Any, lander: RigidState, fine: FineGround | None) -> Ground:
    """Plane through the ground under the lander: on fine ground the least-squares plane through the places under its feet, elsewhere
    inclined as the ground is over a metre."""
    place = lander.position
    below = place - frame.axes.cz * height_above_terrain(models, tables, frame, place)
    here = frame.position(place)
    normal = ground_normal(models, tables, here.x, here.y, 1.0)
    if fine is None:
        return Ground(below, frame.outward(normal))
    rise, to_east, to_north = settled(_plane_under_feet(models, frame, lander, here, fine))
    share = fineness(fine, here.x, here.y)
    rise = rise - ground_height(models, tables, here.x, here.y)
    normal = unit(normal * (1.0 / normal.z) * (1.0 - share) + Vec3(-to_east, -to_north, 1.0 + 0.0 * share) * share)
    return Ground(below + frame.axes.cz * (rise * share), frame.outward(normal))


def _plane_under_feet(models: Any, frame: Any, lander: RigidState, here: Vec3, fine: FineGround) -> tuple[Scalar, ...]:
    """Height over the site's level here [m] and slopes to the east and north of the least-squares plane through the ground under the feet:
    how a rocker-bogie stands, which shares the load out among its wheels."""
    feet, axes, centre = models.vehicle.feet, attitude.matrix(lander.attitude), Vec3(*models.vehicle.lander.place)
    arms = [frame.vector(axes.apply(feet.place(i) - centre)) for i in range(feet.count())]
    heights = [fine_height(models, fine, here.x + arm.x, here.y + arm.y) for arm in arms]
    mean = lambda values: sum(values[1:], values[0]) * (1.0 / len(values))  # noqa: E731
    x, y, z = mean([arm.x for arm in arms]), mean([arm.y for arm in arms]), mean(heights)
    xx, xy, yy = (
        mean([a * b for a, b in pairs])
        for pairs in (
            [(arm.x - x, arm.x - x) for arm in arms],
            [(arm.x - x, arm.y - y) for arm in arms],
            [(arm.y - y, arm.y - y) for arm in arms],
        )
    )
    xz = mean([(arm.x - x) * (height - z) for arm, height in zip(arms, heights, strict=True)])
    yz = mean([(arm.y - y) * (height - z) for arm, height in zip(arms, heights, strict=True)])
    spread = fn.maximum(xx * yy - xy * xy, 1e-6)  # [m^4]; feet in a line have no plane: it is level across the line
    to_east, to_north = (xz * yy - yz * xy) / spread, (yz * xx - xz * xy) / spread
    return z - to_east * x - to_north * y, to_east, to_north


def feet_forces(models: Any, lander: RigidState, axes: Any, ground: Ground) -> tuple[Vec3, Vec3, tuple[Scalar, ...]]:
    """Force and torque of the ground on the lander (body), and the load of each foot [N]."""
    feet = models.vehicle.feet
    centre = Vec3(*models.vehicle.lander.place)
    force, torque, loads = Vec3(0.0, 0.0, 0.0), Vec3(0.0, 0.0, 0.0), []
    for i in range(feet.count()):
        arm = feet.place(i) - centre
        depth = -dot(lander.position + axes.apply(arm) - ground.point, ground.normal)
        push, load = feet.push(depth, point_velocity(models, lander, axes, arm), ground.normal)
        on_body = axes.undo(push)
        force, torque = force + on_body, torque + cross(arm, on_body)
        loads.append(load)
    return force, torque, tuple(loads)


def lowest_foot(models: Any, lander: RigidState, ground: Ground) -> Scalar:
    """Height of the lowest foot over the ground [m]."""
    axes = attitude.matrix(lander.attitude)
    centre = Vec3(*models.vehicle.lander.place)
    feet = models.vehicle.feet
    heights = [
        dot(lander.position + axes.apply(feet.place(i) - centre) - ground.point, ground.normal)
        for i in range(feet.count())
    ]
    low = heights[0]
    for h in heights[1:]:
        low = fn.minimum(low, h)
    return low


def tensions_and_loads(
    models: Any, started: Scalar, ground: Ground, mass: Scalar, centre: Vec3, two: Two
) -> tuple[tuple[Scalar, ...], tuple[Scalar, ...]]:
    """Bridle tensions and foot loads [N], for the record: on NumPy, from the logged state."""
    up, low = attitude.matrix(two.stage.body.attitude), attitude.matrix(two.lander.attitude)
    nothing = Symmetric(*[0.0 * mass] * 6)
    _, _, tensions = bridle_forces(models, started, MassProperties(mass, centre, nothing), two, up, low)
    _, _, loads = feet_forces(models, two.lander, low, ground)
    return tensions, loads
