"""Powered descent: free fall off the backshell, engines, divert, and down to the height where the lander is let go.

Before: the parachute. After: the sky crane, or the ground for a lander that stands on its own engines. Descent stage and lander are
one rigid body; engines are the only actuators.
"""

from typing import Any, NamedTuple

from jax import numpy as jnp

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled
from skycrane.core.vector import Vec3, dot, norm, unit
from skycrane.flight import landing_frame, masses
from skycrane.flight import occurrences as occ
from skycrane.flight import senses as looking
from skycrane.flight.burning import Burning, burn
from skycrane.flight.ground import height_above_terrain
from skycrane.flight.landing_frame import Scene
from skycrane.flight.phases.parachute import ParachuteCarry
from skycrane.flight.rigid_body import RigidState
from skycrane.flight.state import (
    out_of_control,
    recentred,
    select,
)
from skycrane.flight.tables import Tables
from skycrane.gnc.control.allocation import allocate
from skycrane.gnc.control.powered_attitude import attitude_torque, wanted_attitude
from skycrane.gnc.guidance import descent as law
from skycrane.gnc.guidance.descent_profile import DescentTable, on_table
from skycrane.gnc.guidance.landing_target import Candidates, choose_target, natural_point, on_lattice, on_map
from skycrane.gnc.guidance.polynomial_descent import Approach, on_profile, plan_approach
from skycrane.gnc.navigation.estimate import Estimate
from skycrane.planet.atmosphere.air import Gusts
from skycrane.planet.atmosphere.gusts import advance
from skycrane.vehicle.mass import MassProperties, assemble

CYCLE, STEPS = 0.05, 2
KNOTS = 76  # of the convex approach
NOISE_OFFSET = 200000  # keeps this phase's draws apart from those of earlier phases
EVENTS = {
    "landing_target_selected": 5,
    "convex_approach": 1,
    "convex_approach_failed": 1,
    "powered_descent_start": 1,
    "powered_approach_start": 2,
    "constant_velocity": 2,
    "constant_deceleration": 2,
    "throttle_down": 2,
    "rover_separation": 3,
    **looking.EVENTS,
    "engine_out": 1,
    "propellant_empty": 1,
    "ground_contact": 2,
    "height_reached": 2,
    "out_of_control": 1,
}


class PoweredCarry(NamedTuple):
    """State of the phase between control cycles."""

    time: Scalar
    active: Scalar
    burning: Burning
    gusts: Gusts
    estimate: Estimate
    senses: looking.Senses
    started: Scalar
    centre: Vec3  # of mass, to which position and velocity belong (body axes) [m]
    mode: Scalar
    target: Vec3
    approach: Approach
    table: DescentTable | None  # the convex approach, relative to the target; None under the polynomial law
    convex: Scalar  # 1 where the table is flown
    heading: Vec3
    load: Scalar  # integral of the sink-rate error in slow descent [m/s^2]
    commanded: tuple[Scalar, ...]
    events: occ.Occurrences
    key: Any
    noise: Scalar


def start(models: Any, tables: Tables, p: ParachuteCarry) -> PoweredCarry:
    """From the last cycle under the parachute: the backshell is gone, the target is chosen."""
    zero = 0.0 * p.time
    o = Vec3(zero, zero, zero)
    frame = landing_frame.landing_frame(models, tables)
    d, events = models.powered_descent, occ.none_yet(EVENTS, zero)
    here, moving = frame.position(p.estimate.position), frame.vector(p.estimate.velocity)
    height = models.navigation.height_over_terrain(p.estimate, frame)
    lasts = 2.0 * (height - d.approach_end_height) / fn.maximum(-moving.z + d.constant_velocity, 1.0)
    places = _safe_places(models, tables, frame, natural_point(here, moving, lasts))
    pick = choose_target(
        here, moving, lasts, places, d.divert_distance_low, d.divert_distance_high, d.target_risk_distance
    )
    active = occ.happened(p.events, "backshell_separation")
    events = occ.note(
        events,
        "landing_target_selected",
        active,
        p.time,
        pick.divert,
        d.divert_distance_high,
        pick.clearance,
        d.divert_distance_low,
        pick.failure,
    )
    for key in looking.EVENTS:
        events[key] = p.events[key]
    axes = attitude.matrix(p.estimate.attitude)
    count = models.vehicle.engines.count()
    return PoweredCarry(
        time=p.time,
        active=active,
        burning=Burning(p.pair.craft, tuple(zero for _ in range(count))),
        gusts=p.gusts,
        estimate=p.estimate,
        senses=p.senses,
        started=p.time,
        centre=p.centre,
        mode=zero,
        target=pick.target,
        approach=Approach(zero, zero, (o, o, o, o, o, o)),
        table=DescentTable.blank(KNOTS) if d.model == "convex" else None,
        convex=zero,
        heading=unit(axes.cz - frame.axes.cz * dot(axes.cz, frame.axes.cz)),
        load=zero,
        commanded=tuple(zero for _ in range(count)),
        events=events,
        key=p.key,
        noise=p.noise,
    )


def _safe_places(models: Any, tables: Tables, frame: Any, point: Vec3) -> Candidates:
    """Where the on-board map knows it to be safe, around a place; without a terrain a lattice about the centre of the ellipse."""
    if tables.safe_targets is not None:
        return on_map(point, tables.safe_targets)
    s = models.site
    centre = frame.position(landing_frame.on_ground(models, s.ellipse_centre_latitude, s.ellipse_centre_longitude))
    return on_lattice(point, centre, s.safe_target_spacing)


def properties(vehicle: Any, propellant: Scalar) -> MassProperties:
    """Descent stage, propellant and lander, as they are or as flight software assumes them."""
    return assemble(masses.powered_parts(vehicle, propellant))


def tick(
    models: Any, tables: Tables, scene: Scene, c: PoweredCarry, cycle: Any, guide: Any
) -> tuple[PoweredCarry, dict[str, Any]]:
    """One control cycle: think, log, burn, sense."""
    frame = scene.frame
    body = settled(properties(models.vehicle, c.burning.craft.propellant))
    craft, estimate = recentred(models, c.burning.craft, c.estimate, c.centre, body.centre)
    c = settled(c._replace(burning=c.burning._replace(craft=craft), estimate=estimate, centre=body.centre))
    c = settled(_modes(models, c, frame))
    decided = c._replace(active=c.active & ~occ.happened(c.events, "rover_separation"))
    lit, c = settled(_command(models, tables, c, frame))
    row = log(decided, body, c.commanded)
    asked = settled(models.vehicle.engines.answer(c.commanded, lit))
    burning, dry_after = settled(burn(models, tables, c.burning, c.gusts, body, asked, CYCLE, STEPS))
    estimate = c.estimate.spent(tables.assumed.engines.mass_flow(c.commanded) * CYCLE)
    dry = dry_after < occ.NEVER
    events = occ.note(c.events, "propellant_empty", dry, c.time + dry_after, burning.craft.propellant)
    new = c._replace(time=c.time + CYCLE, burning=burning, estimate=estimate, events=events)
    low = foot_height(models, tables, scene.frame, c.burning.craft.body, body.centre)
    return select(decided.active, _sense_and_end(models, tables, scene, new, cycle, body, low), decided), row


def _where_am_i(models: Any, e: Estimate, frame: Any) -> tuple[Vec3, Vec3]:
    """Navigated position (its z the height over terrain) and velocity in the site frame."""
    here = frame.position(e.position)
    return Vec3(here.x, here.y, models.navigation.height_over_terrain(e, frame)), frame.vector(e.velocity)


def _modes(models: Any, c: PoweredCarry, frame: Any) -> PoweredCarry:
    """Change of mode, and the profile when the approach begins."""
    d, events = models.powered_descent, c.events
    here, moving = _where_am_i(models, c.estimate, frame)
    warm = models.vehicle.engines.warm_up_time
    mode = law.next_mode(d, c.mode, c.approach, c.time, c.started, here.z, -moving.z, warm)
    begins = (mode == law.APPROACH) & (c.mode < law.APPROACH)
    end = Vec3(c.target.x, c.target.y, d.approach_end_height + 0.0 * c.time)
    still = Vec3(0.0 * c.time, 0.0 * c.time, -d.constant_velocity + 0.0 * c.time)
    planned = plan_approach(c.time, here, moving, end, still)
    if c.table is not None:
        planned = planned._replace(duration=jnp.where(c.convex > 0.5, c.table.duration, planned.duration))
    approach = select(begins, planned, c.approach)
    events = occ.note(events, "powered_descent_start", mode >= law.WARM_UP, c.time, c.time - c.started)
    events = occ.note(events, "powered_approach_start", mode >= law.APPROACH, c.time, approach.duration, here.z)
    events = occ.note(events, "constant_velocity", mode >= law.CONSTANT_VELOCITY, c.time, here.z, -moving.z)
    events = occ.note(events, "constant_deceleration", mode >= law.CONSTANT_DECELERATION, c.time, here.z, -moving.z)
    events = occ.note(events, "throttle_down", mode >= law.SLOW_DESCENT, c.time, here.z, -moving.z)
    if models.vehicle.bridles is not None:
        settled_for = occ.since(events, "throttle_down", c.time)
        events = occ.note(
            events, "rover_separation", settled_for >= d.settle_time, c.time, settled_for, here.z, -moving.z
        )
    return c._replace(mode=mode, approach=approach, events=events)


def _command(models: Any, tables: Tables, c: PoweredCarry, frame: Any) -> tuple[tuple[Scalar, ...], PoweredCarry]:
    """Which engines burn, and the carry with the thrust commanded of each [N]."""
    d, engines = models.powered_descent, tables.assumed.engines
    body = properties(tables.assumed, c.estimate.propellant)
    here, moving = _where_am_i(models, c.estimate, frame)
    want = law.wanted_acceleration(d, c.mode, _profile(c), c.target, here, moving, c.load)
    slow = c.mode == law.SLOW_DESCENT
    load = fn.where(slow, c.load + d.load_gain * (-d.slow_descent - moving.z) * CYCLE, 0.0)
    lit = tuple(fn.where(slow, on, 1.0) * fn.where(c.mode >= law.WARM_UP, 1.0, 0.0) for on in engines.hover_set)
    lit = tuple(fn.where(c.active, on, 0.0) for on in lit)  # a case that is done must not hold up the others
    thrust = steer(models, engines, c.estimate, frame, body, want, c.heading, lit, c.commanded)
    idle = c.mode < law.APPROACH
    thrust = tuple(fn.where(idle, on * engines.minimum_thrust, t) for t, on in zip(thrust, lit, strict=True))
    return lit, c._replace(load=load, commanded=thrust)


def _profile(c: PoweredCarry) -> tuple[Vec3, Vec3, Vec3]:
    """Position, velocity and acceleration of the approach now (site frame)."""
    polynomial = on_profile(c.approach, c.time)
    if c.table is None:
        return polynomial
    position, velocity, acceleration = on_table(c.table, c.time - c.approach.start)
    above = Vec3(position.x + c.target.x, position.y + c.target.y, position.z)
    return select(c.convex > 0.5, (above, velocity, acceleration), polynomial)


def prepare(models: Any, tables: Tables, carry: PoweredCarry, terrain: Any) -> PoweredCarry:
    """Between the start of the phase and its first cycle: the host solves the convex approach, where the mission asks for it."""
    if carry.table is None:
        return carry
    from skycrane.flight.convex_boundary import plan_convex_approach

    return plan_convex_approach(models, tables, carry)  # type: ignore[no-any-return]


def steer(
    models: Any,
    engines: Any,
    e: Estimate,
    frame: Any,
    body: MassProperties,
    want: law.Wanted,
    heading: Vec3,
    lit: tuple[Scalar, ...],
    previous: tuple[Scalar, ...],
) -> tuple[Scalar, ...]:
    """Thrust of each engine [N] for a wanted acceleration: attitude first, then vertical force; horizontal force is tilt.

    `engines` and `body` are what flight software assumes of them; `previous` is its last command.
    """
    gravity = frame.vector(models.planet.fall(e.position, e.velocity))
    specific = law.tilted(want.acceleration - gravity, want.tilt_limit)
    direction = frame.outward(specific)
    axes = attitude.matrix(e.attitude)
    upright = fn.maximum(-dot(axes.cx, frame.axes.cz), 0.5)
    lift = body.mass * specific.z / upright
    inertia = Vec3(body.inertia.xx, body.inertia.yy, body.inertia.zz)
    torque = attitude_torque(e, wanted_attitude(direction, heading), inertia, models.powered_descent.attitude_bandwidth)
    return settled(allocate(engines, body.centre, lift, torque, lit, previous))


def foot_height(models: Any, tables: Tables, frame: Any, body: RigidState, centre: Vec3) -> Scalar:
    """Height of the lowest contact point over the ground below the centre of mass [m]; of the centre of mass for a mission without feet."""
    height = height_above_terrain(models, tables, frame, body.position)
    if models.vehicle.feet is None:
        return height
    up = frame.axes.cz
    axes = attitude.matrix(body.attitude)
    points = [dot(axes.apply(models.vehicle.feet.place(i) - centre), up) for i in range(models.vehicle.feet.count())]
    lowest = points[0]
    for p in points[1:]:
        lowest = fn.minimum(lowest, p)
    return height + lowest


def _sense_and_end(
    models: Any, tables: Tables, scene: Scene, c: PoweredCarry, cycle: Any, body: MassProperties, before: Scalar
) -> PoweredCarry:
    """Gusts, measurements and the conditions that end the phase; `before` is the height of the lowest foot as the cycle began [m]."""
    craft = c.burning.craft
    height = models.planet.height_above_ellipsoid(craft.body.position) - tables.areoid_above_ellipsoid
    tick_number = cycle + NOISE_OFFSET
    draws = looking.draws(models, c.key, tick_number, c.noise)
    gusts = settled(
        advance(c.gusts, norm(craft.body.velocity) * CYCLE, height, Vec3(*draws["air"].numbers(3)), models.atmosphere)
    )
    estimate, senses, events = looking.sense(
        models,
        tables,
        scene,
        craft,
        c.estimate,
        c.senses,
        c.events,
        c.time,
        cycle,
        CYCLE,
        draws,
        1.0,
        0.0,
    )
    low = foot_height(models, tables, scene.frame, craft.body, body.centre)
    events = occ.note(
        events, "ground_contact", low < 0.0, occ.passed(before, low, 0.0, c.time, CYCLE), low, norm(craft.body.velocity)
    )
    failed = (models.vehicle.engines.failed_engine > 0.5) & (c.mode >= law.WARM_UP)
    events = occ.note(events, "engine_out", failed, c.time, models.vehicle.engines.failed_engine)
    wild, rate = out_of_control(craft.body, CYCLE / STEPS)
    events = occ.note(events, "out_of_control", wild, c.time, rate)
    over = occ.happened(events, "ground_contact") | wild | (c.time > models.entry.duration_limit)
    high = height_above_terrain(models, tables, scene.frame, craft.body.position)
    events = occ.note(events, "height_reached", high < tables.stop_height, c.time, high, tables.stop_height)
    over = over | occ.happened(events, "height_reached")
    c = c._replace(gusts=gusts, estimate=estimate, senses=senses, events=events)
    return c._replace(active=c.active & ~over)


def log(c: PoweredCarry, body: MassProperties, wanted: tuple[Scalar, ...]) -> dict[str, Any]:
    """One row of the record."""
    return {
        "time": c.time,
        "active": c.active,
        "body": c.burning.craft.body,
        "propellant": c.burning.craft.propellant,
        "heat_load": c.burning.craft.heat_load,
        "mass": body.mass,
        "centre": body.centre,
        "gusts": c.gusts,
        "estimate": c.estimate.kept(),
        "sensed": c.burning.craft.velocity_change * (1.0 / CYCLE),
        "mode": c.mode,
        "thrust": c.burning.thrust,
        "commanded": wanted,
        "target": c.target,
        "radar": c.senses.radar,
    }
