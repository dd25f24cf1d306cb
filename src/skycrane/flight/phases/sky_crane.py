"""Sky crane: the lander is let down on bridles from the hovering descent stage until it stands, and the bridles are cut.

Before: powered descent. After: flyaway. Two rigid bodies on elastic, tension-only bridles, feet on a plane through the landing target.
Touchdown is declared by flight software from its own commanded force; first contact is a fact of the record, not known on board.
"""

from typing import Any, NamedTuple

from jax import lax
from jax import numpy as jnp

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled
from skycrane.core.vector import Vec3, cross, dot, norm, unit
from skycrane.flight import masses
from skycrane.flight import occurrences as occ
from skycrane.flight import senses as looking
from skycrane.flight.integrator import rk4
from skycrane.flight.landing_frame import Scene
from skycrane.flight.phases.powered_descent import PoweredCarry, point_velocity, steer
from skycrane.flight.randomness import normals
from skycrane.flight.rigid_body import RigidState, rates
from skycrane.flight.state import (
    Craft,
    air_at,
    cleared,
    height_above_terrain,
    out_of_control,
    recentred,
    renormalised,
    select,
    sums_rate,
)
from skycrane.flight.tables import Tables
from skycrane.gnc.guidance import descent as law
from skycrane.gnc.navigation.estimate import Estimate
from skycrane.planet.atmosphere.air import Gusts
from skycrane.planet.atmosphere.gusts import advance
from skycrane.vehicle.bridles import End
from skycrane.vehicle.mass import MassProperties, assemble

CYCLE = 0.05
FINE, COARSE = 10, 2  # integration steps a cycle: near and on the ground, and hanging free (docs/design/engine.md)
_STIFFEST = 1.0  # rad of the bridles' spring in one step
NOISE_OFFSET = 300000
EVENTS = {
    "bridle_deployed": 1,
    "touchdown": 3,
    "touchdown_declared": 4,
    "bridle_cut": 1,
    "umbilical_cut": 1,
    **looking.EVENTS,
    "propellant_empty": 1,
    "descent_stage_contact": 1,
    "out_of_control": 1,
}


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


class CraneCarry(NamedTuple):
    """State of the phase between control cycles."""

    time: Scalar
    active: Scalar
    two: Two
    gusts: Gusts
    estimate: Estimate
    senses: looking.Senses
    started: Scalar
    centre: Vec3  # of mass of the stage (body axes) [m]
    target: Vec3
    heading: Vec3
    load: Scalar
    commanded: tuple[Scalar, ...]
    last_force: Scalar
    steady: Scalar  # how long the touchdown condition has held [s]
    events: occ.Occurrences
    key: Any
    noise: Scalar


def start(models: Any, tables: Tables, p: PoweredCarry) -> CraneCarry:
    """From the last cycle of powered descent: one body becomes two."""
    zero = 0.0 * p.time
    craft = p.burning.craft
    whole = assemble(masses.powered_parts(models.vehicle, craft.propellant))
    stage = assemble(masses.powered_parts(models.vehicle, craft.propellant, 0.0))
    axes = attitude.matrix(craft.body.attitude)

    def part(place: Vec3) -> RigidState:
        arm = place - p.centre
        position = craft.body.position + axes.apply(arm)
        return craft.body._replace(position=position, velocity=point_velocity(models, craft.body, axes, arm))

    events = occ.none_yet(EVENTS, zero)
    for key in looking.EVENTS:
        events[key] = p.events[key]
    body = part(stage.centre)
    shift, change = body.position - craft.body.position, body.velocity - craft.body.velocity
    return CraneCarry(
        time=p.time,
        active=occ.happened(p.events, "rover_separation"),
        two=Two(craft._replace(body=body), p.burning.thrust, part(Vec3(*models.vehicle.lander.place)), p.time),
        gusts=p.gusts,
        estimate=p.estimate._replace(position=p.estimate.position + shift, velocity=p.estimate.velocity + change),
        senses=p.senses,
        started=p.time,
        centre=stage.centre,
        target=p.target,
        heading=p.heading,
        load=p.load,
        commanded=p.commanded,
        last_force=zero + whole.mass * models.planet.standard_gravity,
        steady=zero,
        events=events,
        key=p.key,
        noise=p.noise,
    )


def tick(
    models: Any, tables: Tables, scene: Scene, c: CraneCarry, cycle: Any, guide: Any
) -> tuple[CraneCarry, dict[str, Any]]:
    """One control cycle: think, log, fly both bodies, sense."""
    frame = scene.frame
    stage = settled(assemble(masses.powered_parts(models.vehicle, c.two.stage.propellant, 0.0)))
    craft, estimate = recentred(models, c.two.stage, c.estimate, c.centre, stage.centre)
    c = settled(c._replace(two=c.two._replace(stage=craft), estimate=estimate, centre=stage.centre))
    wanted, c = settled(_command(models, c, frame, stage))
    decided = c._replace(active=c.active & ~occ.happened(c.events, "touchdown_declared"))
    ground = _ground(models, tables, c, frame)
    tensions, loads = settled(_loads(models, c, ground, stage, c.two))
    row = log(decided, stage, wanted, tensions, loads, models)
    derivative = _derivative(models, tables, c, ground, stage, wanted)
    two = c.two._replace(stage=cleared(c.two.stage))
    low = settled(_lowest_foot(models, two.lander, ground))
    count = settled(_steps(models, c, stage, low))
    size = CYCLE / count

    def step(i: Any, carry: tuple[Two, Scalar, Scalar, Scalar]) -> tuple[Two, Scalar, Scalar, Scalar]:
        two, low, touched, speed = carry
        new = rk4(derivative, two, size)
        now = settled(_lowest_foot(models, new.lander, ground))
        hits = (low > 0.0) & (now <= 0.0) & (touched >= occ.NEVER)
        when = two.time + size * low / fn.maximum(low - now, 1e-9)
        after = new, now, jnp.where(hits, when, touched), jnp.where(hits, (low - now) / size, speed)
        return select(i < count, after, carry)

    most = lax.pmax(count, "lane").astype(int)
    never = occ.NEVER + 0.0 * c.time
    two, _, touched, speed = lax.fori_loop(0, most, step, (two, low, never, 0.0 * c.time))
    two = settled(_tidy(two))
    across = norm(frame.vector(two.lander.velocity)._replace(z=0.0 * c.time))
    events = occ.note(c.events, "touchdown", touched < occ.NEVER, fn.minimum(touched, occ.NEVER), speed, across, low)
    events = occ.note(
        events,
        "bridle_deployed",
        _paid_out(models, c, c.time + CYCLE) >= models.vehicle.bridles.length,
        _full_at(models, c),
        models.vehicle.bridles.length,
    )
    new = c._replace(time=c.time + CYCLE, two=two, commanded=wanted, events=events)
    return select(decided.active, _sense_and_end(models, tables, scene, new, cycle), decided), row


def _steps(models: Any, c: CraneCarry, stage: MassProperties, low: Scalar) -> Scalar:
    """Integration steps of this cycle: FINE once a foot may touch within two cycles, else COARSE, or 5 while the bridles are short."""
    b, lander = models.vehicle.bridles, models.vehicle.lander.mass
    mass = stage.mass * lander / (stage.mass + lander)
    spring = b.count() * b.stiffness * b.length / _paid_out(models, c, c.time)
    fastest = fn.maximum(fn.sqrt(spring / mass), b.count() * b.damping / mass) * CYCLE
    near = (low < 2.0 * CYCLE * norm(c.two.lander.velocity)) | (fastest > 5.0 * _STIFFEST)
    return jnp.where(near, float(FINE), jnp.where(fastest > COARSE * _STIFFEST, 5.0, float(COARSE)))


def _paid_out(models: Any, c: CraneCarry, time: Scalar) -> Scalar:
    return models.vehicle.bridles.paid_out(time - c.started)


def _full_at(models: Any, c: CraneCarry) -> Scalar:
    b = models.vehicle.bridles
    return c.started + b.reel_time()


def _command(models: Any, c: CraneCarry, frame: Any, stage: MassProperties) -> tuple[tuple[Scalar, ...], CraneCarry]:
    """Hold the slow descent over the target with what hangs below; declare touchdown from the force that takes."""
    d, engines = models.powered_descent, models.vehicle.engines
    here, moving = frame.position(c.estimate.position), frame.vector(c.estimate.velocity)
    here = Vec3(here.x, here.y, models.navigation.height_over_terrain(c.estimate, frame))
    mode = law.SLOW_DESCENT + 0.0 * c.time
    nothing = c.target * 0.0
    want = law.wanted_acceleration(d, mode, (nothing, nothing, nothing), c.target, here, moving, 0.0 * c.time)
    lander = models.vehicle.lander.mass
    whole = stage.mass + lander
    share = lander / whole
    hung = Vec3(
        *models.vehicle.lander.place
    )  # the bridles pull through the lander's centre: the common centre lies between both
    level = Vec3(
        stage.centre.x,
        stage.centre.y + share * (hung.y - stage.centre.y),
        stage.centre.z + share * (hung.z - stage.centre.z),
    )
    hanging = stage._replace(mass=whole, centre=level)
    want = want._replace(acceleration=Vec3(want.acceleration.x, want.acceleration.y, want.acceleration.z + c.load))
    load = c.load + d.load_gain * (-d.slow_descent - moving.z) * CYCLE
    lit = tuple(fn.where(c.active, on, 0.0) for on in engines.hover_set)
    thrust = steer(models, c.estimate, frame, hanging, want, d.attitude_bandwidth, c.heading, lit, c.commanded)
    force = sum(-engines.push(i).x * t for i, t in enumerate(thrust))
    weight = stage.mass * norm(models.planet.fall(c.estimate.position, c.estimate.velocity))
    slope = abs(force - c.last_force) / CYCLE
    light = (force < d.touchdown_fraction * weight) & (slope < d.touchdown_steadiness * weight)
    out = occ.happened(c.events, "bridle_deployed")
    steady = fn.where(light & out, c.steady + CYCLE, 0.0)
    done = steady >= d.touchdown_persistence
    events = occ.note(c.events, "touchdown_declared", done, c.time, force, d.touchdown_fraction * weight, slope, steady)
    events = occ.note(events, "bridle_cut", done, c.time, steady)
    events = occ.note(events, "umbilical_cut", done, c.time, steady)
    throttle = tuple(t / engines.maximum_thrust for t in thrust)
    c = c._replace(load=load, last_force=force, steady=steady, events=events)
    return engines.commanded_thrust(throttle, engines.hover_set), c


def _derivative(
    models: Any, tables: Tables, c: CraneCarry, ground: Ground, stage: MassProperties, wanted: tuple[Scalar, ...]
) -> Any:
    """Time derivative of both bodies as a function of their state."""
    engines = models.vehicle.engines
    inverse = settled(stage.inertia.inverse())
    lander = settled(assemble([masses.part(models.vehicle.lander)]))
    lander_inverse = settled(lander.inertia.inverse())

    def rate(two: Two) -> Two:
        craft = two.stage
        up_axes = settled(attitude.matrix(craft.body.attitude))
        low_axes = settled(attitude.matrix(two.lander.attitude))
        (pull, turn), (hang, hang_turn), _ = settled(_bridle_forces(models, c, stage, two, up_axes, low_axes))
        push, push_turn, _ = settled(_feet_forces(models, two.lander, low_axes, ground))
        air, wind, _ = settled(air_at(models, tables, craft.body.position, c.gusts))
        through = up_axes.undo(craft.body.velocity - wind)
        drag = through * (-0.5 * air.density * norm(through) * models.powered_descent.drag_area)
        lift, lift_turn = settled(engines.force_and_torque(two.thrust, stage.centre))
        force = lift + drag + pull
        motion = rates(models.planet, craft.body, force, lift_turn + turn, stage.mass, stage.inertia, inverse)
        below = rates(
            models.planet, two.lander, hang + push, hang_turn + push_turn, lander.mass, lander.inertia, lander_inverse
        )
        sensed, turned = sums_rate(force, stage.mass, craft.body.angular_rate)
        zero = 0.0 * craft.heat_load
        moved = Craft(motion, -engines.mass_flow(two.thrust), zero, sensed, turned)
        return Two(moved, engines.thrust_rate(wanted, two.thrust), below, 1.0 + zero)

    return rate


def _bridle_forces(models: Any, c: CraneCarry, stage: MassProperties, two: Two, up: Any, low: Any) -> Any:
    """Force and torque on the stage and on the lander (each in its own body axes), and the tensions."""
    b = models.vehicle.bridles
    since = two.time - c.started
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
        force, tension = b.pull(top, bottom, length, reeling)
        on_stage, on_lander = up.undo(force), low.undo(-force)
        pull, turn = pull + on_stage, turn + cross(arm, on_stage)
        hang, hang_turn = hang + on_lander, hang_turn + cross(foot, on_lander)
        tensions.append(tension)
    return (pull, turn), (hang, hang_turn), tuple(tensions)


def _ground(models: Any, tables: Tables, c: CraneCarry, frame: Any) -> Ground:
    """Plane through the ground under the lander, with the site's slope."""
    s = models.site
    up = frame.axes.cz
    below = c.two.lander.position - up * height_above_terrain(models, tables, c.two.lander.position)
    here = frame.position(below)
    rise = s.slope_east * (here.x - c.target.x) + s.slope_north * (here.y - c.target.y)
    normal = unit(up - frame.axes.cx * s.slope_east - frame.axes.cy * s.slope_north)
    return settled(Ground(below + up * rise, normal))


def _feet_forces(models: Any, lander: RigidState, axes: Any, ground: Ground) -> tuple[Vec3, Vec3, tuple[Scalar, ...]]:
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


def _lowest_foot(models: Any, lander: RigidState, ground: Ground) -> Scalar:
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


def _loads(models: Any, c: CraneCarry, ground: Ground, stage: MassProperties, two: Two) -> Any:
    """Bridle tensions and foot loads, for the record."""
    up, low = attitude.matrix(two.stage.body.attitude), attitude.matrix(two.lander.attitude)
    _, _, tensions = _bridle_forces(models, c, stage, two, up, low)
    _, _, loads = _feet_forces(models, two.lander, low, ground)
    return tensions, loads


def _tidy(two: Two) -> Two:
    stage = two.stage._replace(body=renormalised(two.stage.body), propellant=fn.maximum(two.stage.propellant, 0.0))
    alive = fn.where(stage.propellant > 0.0, 1.0, 0.0)
    return two._replace(
        stage=stage, lander=renormalised(two.lander), thrust=tuple(fn.maximum(t, 0.0) * alive for t in two.thrust)
    )


def _sense_and_end(models: Any, tables: Tables, scene: Scene, c: CraneCarry, cycle: Any) -> CraneCarry:
    craft = c.two.stage
    tick_number = cycle + NOISE_OFFSET
    height = models.planet.height_above_ellipsoid(craft.body.position) - tables.areoid_above_ellipsoid
    draws = Vec3(*normals(c.key, "air", tick_number, 3, c.noise * models.atmosphere.perturbations))
    gusts = settled(advance(c.gusts, norm(craft.body.velocity) * CYCLE, height, draws, models.atmosphere))
    estimate, senses, events = looking.sense(
        models,
        tables,
        scene,
        craft,
        c.estimate,
        c.senses,
        c.events,
        c.time,
        tick_number,
        CYCLE,
        c.key,
        c.noise,
        1.0,
        1.0,
    )
    low = height_above_terrain(models, tables, craft.body.position)
    events = occ.note(events, "descent_stage_contact", low < 0.5, c.time, low)
    events = occ.note(events, "propellant_empty", craft.propellant <= 0.0, c.time, craft.propellant)
    wild, rate = out_of_control(craft.body, CYCLE / FINE)
    spun, lander_rate = out_of_control(c.two.lander, CYCLE / FINE)
    events = occ.note(events, "out_of_control", wild | spun, c.time, fn.maximum(rate, lander_rate))
    over = occ.happened(events, "descent_stage_contact") | wild | spun | (c.time > models.entry.duration_limit)
    over = over | (c.time - c.started > 90.0)
    c = c._replace(gusts=gusts, estimate=estimate, senses=senses, events=events)
    return c._replace(active=c.active & ~over)


def log(c: CraneCarry, stage: MassProperties, wanted: Any, tensions: Any, loads: Any, models: Any) -> dict[str, Any]:
    """One row of the record."""
    return {
        "time": c.time,
        "active": c.active,
        "body": c.two.stage.body,
        "propellant": c.two.stage.propellant,
        "heat_load": c.two.stage.heat_load,
        "mass": stage.mass,
        "centre": stage.centre,
        "gusts": c.gusts,
        "estimate": c.estimate,
        "sensed": c.two.stage.velocity_change * (1.0 / CYCLE),
        "thrust": c.two.thrust,
        "commanded": wanted,
        "target": c.target,
        "lander": c.two.lander,
        "tensions": tensions,
        "wheel_loads": loads,
        "paid_out": models.vehicle.bridles.paid_out(c.time - c.started),
        "radar": c.senses.radar,
    }
