"""Flyaway: the descent stage, free of its load, holds, pitches over, burns and falls well away from the lander.

Before: the sky crane. After: nothing; the lander stands. The same engines and equations as in powered descent.
"""

from typing import Any, NamedTuple

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled
from skycrane.core.vector import Vec3, norm
from skycrane.flight import masses
from skycrane.flight import occurrences as occ
from skycrane.flight.burning import Burning, burn
from skycrane.flight.ground import height_above_terrain
from skycrane.flight.landing_frame import Scene
from skycrane.flight.phases.sky_crane import CraneCarry
from skycrane.flight.randomness import normals
from skycrane.flight.state import select
from skycrane.flight.tables import Tables
from skycrane.gnc.control.allocation import allocate
from skycrane.gnc.control.powered_attitude import attitude_torque, wanted_attitude
from skycrane.gnc.navigation.estimate import Estimate
from skycrane.planet.atmosphere.air import Gusts
from skycrane.vehicle.mass import assemble

CYCLE, STEPS = 0.05, 2
NOISE_OFFSET = 400000
EVENTS = {"flyaway": 1, "descent_stage_impact": 2, "propellant_empty": 1}


class FlyawayCarry(NamedTuple):
    """State of the phase between control cycles."""

    time: Scalar
    active: Scalar
    burning: Burning
    gusts: Gusts
    estimate: Estimate
    started: Scalar
    heading: Vec3
    commanded: tuple[Scalar, ...]
    events: occ.Occurrences
    key: Any
    noise: Scalar


def start(models: Any, tables: Tables, p: CraneCarry) -> FlyawayCarry:
    """From the cycle in which the bridles were cut."""
    return FlyawayCarry(
        time=p.time,
        active=occ.happened(p.events, "touchdown_declared"),
        burning=Burning(p.two.stage, p.two.thrust),
        gusts=p.gusts,
        estimate=p.estimate,
        started=p.time,
        heading=p.heading,
        commanded=p.commanded,
        events=occ.none_yet(EVENTS, 0.0 * p.time),
        key=p.key,
        noise=p.noise,
    )


def tick(
    models: Any, tables: Tables, scene: Scene, c: FlyawayCarry, cycle: Any, guide: Any
) -> tuple[FlyawayCarry, dict[str, Any]]:
    """One control cycle: hold, pitch and burn, then fall."""
    frame = scene.frame
    stage = settled(assemble(masses.powered_parts(models.vehicle, c.burning.craft.propellant, 0.0)))
    lit, commanded = settled(command(models, tables, c, frame))
    row = log(c, stage, commanded)
    asked = settled(models.vehicle.engines.answer(commanded, lit))
    before = height_above_terrain(models, tables, frame, c.burning.craft.body.position)
    burning, dry_after = settled(burn(models, tables, c.burning, c.gusts, stage, asked, CYCLE, STEPS))
    new = c._replace(time=c.time + CYCLE, burning=burning, commanded=commanded)
    return select(c.active, sense_and_end(models, tables, scene, new, c.time, dry_after, before, cycle), c), row


def sense_and_end(
    models: Any,
    tables: Tables,
    scene: Scene,
    c: FlyawayCarry,
    began: Scalar,
    dry_after: Scalar,
    before: Scalar,
    cycle: Any,
) -> FlyawayCarry:
    """Measurements and events at the end of a cycle that began at a time [s]; the tank ran dry so long after [s]; `before` is the height
    over the ground as it began [m]."""
    noise = normals(c.key, "inertial_unit", cycle + NOISE_OFFSET, 6, c.noise)
    craft = c.burning.craft
    measured = models.inertial_unit.measure(craft.velocity_change, craft.turn, CYCLE, noise)
    estimate = settled(models.navigation.propagate(models.planet, c.estimate, settled(measured), CYCLE))
    low = height_above_terrain(models, tables, scene.frame, craft.body.position)
    held = began - c.started
    events = occ.note(c.events, "flyaway", held >= models.powered_descent.flyaway_hold - 1e-9, began, held)
    events = occ.note(events, "propellant_empty", dry_after < occ.NEVER, began + dry_after, craft.propellant)
    when = occ.passed(before, low, 0.0, c.time, CYCLE)
    events = occ.note(events, "descent_stage_impact", low < 0.0, when, low, norm(craft.body.velocity))
    over = occ.happened(events, "descent_stage_impact") | (c.time - c.started > 200.0)
    return c._replace(
        estimate=estimate.spent(tables.assumed.engines.mass_flow(c.commanded) * CYCLE),
        events=events,
        active=c.active & ~over,
    )


def command(models: Any, tables: Tables, c: FlyawayCarry, frame: Any) -> tuple[tuple[Scalar, ...], tuple[Scalar, ...]]:
    """Which engines burn, and the thrust commanded of each [N]."""
    d, engines = models.powered_descent, tables.assumed.engines
    stage = assemble(masses.powered_parts(tables.assumed, c.estimate.propellant, 0.0))
    waited = c.time - c.started
    burning = (waited >= d.flyaway_hold) & (waited < d.flyaway_hold + d.flyaway_burn)
    lit = tuple(
        on * fn.where(c.active & (waited < d.flyaway_hold + d.flyaway_burn), 1.0, 0.0) for on in engines.hover_set
    )
    pitch = fn.where(burning, d.flyaway_pitch, 0.0)
    s = fn.sin(pitch)
    lean = Vec3(s * fn.sin(d.flyaway_azimuth), s * fn.cos(d.flyaway_azimuth), fn.cos(pitch))
    e = c.estimate
    inertia = Vec3(stage.inertia.xx, stage.inertia.yy, stage.inertia.zz)
    torque = attitude_torque(e, wanted_attitude(frame.outward(lean), c.heading), inertia, d.attitude_bandwidth)
    weight = stage.mass * norm(models.planet.fall(e.position, e.velocity))
    full = sum(lit) * engines.maximum_thrust * d.flyaway_throttle
    lift = fn.where(burning, full, weight)
    return lit, allocate(engines, stage.centre, lift, torque, lit, c.commanded)


def log(c: FlyawayCarry, stage: Any, commanded: tuple[Scalar, ...]) -> dict[str, Any]:
    """One row of the record."""
    return {
        "time": c.time,
        "active": c.active,
        "body": c.burning.craft.body,
        "propellant": c.burning.craft.propellant,
        "heat_load": c.burning.craft.heat_load,
        "mass": stage.mass,
        "centre": stage.centre,
        "gusts": c.gusts,
        "estimate": c.estimate.kept(),
        "sensed": c.burning.craft.velocity_change * (1.0 / CYCLE),
        "thrust": c.burning.thrust,
        "commanded": commanded,
    }
