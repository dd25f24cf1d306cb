"""Sky crane: the lander is let down on bridles from the hovering descent stage until it stands, and the bridles are cut.

Before: powered descent. After: flyaway. Two rigid bodies on elastic, tension-only bridles, feet on a plane through the ground under them.
Touchdown is declared by flight software from its own commanded force; first contact is a fact of the record, not known on board.
"""

from typing import Any, NamedTuple

from jax import lax
from jax import numpy as jnp

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled
from skycrane.core.vector import Vec3, dot, norm
from skycrane.flight import masses
from skycrane.flight import occurrences as occ
from skycrane.flight import senses as looking
from skycrane.flight.ground import FineGround, height_above_terrain, no_fine_ground
from skycrane.flight.integrator import rk4
from skycrane.flight.landing_frame import Scene
from skycrane.flight.phases.powered_descent import PoweredCarry, steer
from skycrane.flight.rigid_body import RigidState, rates
from skycrane.flight.state import (
    Craft,
    air_in,
    cleared,
    neighbourhood,
    out_of_control,
    recentred,
    renormalised,
    select,
    sums_rate,
)
from skycrane.flight.tables import Tables
from skycrane.flight.two_bodies import (
    Ground,
    Two,
    bridle_forces,
    feet_forces,
    ground_below,
    longest_stretch,
    lowest_foot,
    point_velocity,
)
from skycrane.gnc.guidance import descent as law
from skycrane.gnc.navigation.estimate import Estimate
from skycrane.planet.atmosphere.air import Gusts
from skycrane.planet.atmosphere.gusts import advance
from skycrane.vehicle.mass import MassProperties, assemble

CYCLE = 0.05
FINE, COARSE = 10, 2  # integration steps a cycle: near and on the ground, and hanging free (docs/design/engine.md)
_WINDOW = 5  # control cycles over which a change of force is taken (assumed: a quarter of a second, against noise of the radar)
_STIFFEST = 1.0  # rad of the bridles' spring in one step
NOISE_OFFSET = 300000
EVENTS = {
    "bridle_taut": 1,
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
    forces: tuple[Scalar, ...]  # commanded in the cycles before, the last one last [N]
    steady: Scalar  # how long the touchdown condition has held [s]
    cycle: Scalar  # control cycles flown
    halts: Scalar  # 1 while lanes are flown to where feet may touch, and halt there (`go_on`)
    halted: Scalar  # True for one that has
    fine: FineGround | None  # None over level ground
    events: occ.Occurrences
    key: Any
    noise: Scalar


def start(models: Any, tables: Tables, p: PoweredCarry) -> CraneCarry:
    """From the last cycle of powered descent: one body becomes two."""
    zero = 0.0 * p.time
    craft = p.burning.craft
    whole = assemble(masses.powered_parts(tables.assumed, p.estimate.propellant))
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
        forces=(zero + whole.mass * models.planet.standard_gravity,) * _WINDOW,
        steady=zero,
        cycle=zero,
        halts=zero + 1.0,
        halted=zero > 1.0,
        fine=None if tables.ground is None else no_fine_ground(zero),
        events=events,
        key=p.key,
        noise=p.noise,
    )


def prepare(models: Any, tables: Tables, carry: CraneCarry, terrain: Any) -> CraneCarry:
    """Between the start of the phase and its first cycle: the host samples the terrain under every lander."""
    if carry.fine is None or terrain is None:
        return carry
    from skycrane.flight.ground_sampled import fine_ground

    return carry._replace(fine=fine_ground(models, tables, terrain, carry.two.lander.position))


def tick(
    models: Any, tables: Tables, scene: Scene, c: CraneCarry, cycle: Any, guide: Any
) -> tuple[CraneCarry, dict[str, Any]]:
    """One control cycle: think, log, fly both bodies, sense. A lane that is to halt where its feet may touch, and does, flies none."""
    frame = scene.frame
    ground = settled(ground_below(models, tables, frame, c.two.lander, c.fine))
    low = settled(lowest_foot(models, c.two.lander, ground))
    halted = settled(_near(c, low) & (c.halts > 0.5))
    waiting, fine = c._replace(active=c.active & ~halted, halted=halted), c.fine
    stage = settled(assemble(masses.powered_parts(models.vehicle, c.two.stage.propellant, 0.0)))
    craft, estimate = recentred(models, c.two.stage, c.estimate, c.centre, stage.centre)
    c = settled(c._replace(two=c.two._replace(stage=craft), estimate=estimate, centre=stage.centre))
    c = settled(command(models, tables, c, frame))
    engines = models.vehicle.engines
    asked = settled(engines.answer(c.commanded, engines.hover_set))
    decided = c._replace(active=c.active & ~occ.happened(c.events, "touchdown_declared") & ~halted)
    row = log(decided, stage) | {"ground": ground}
    derivative = _derivative(models, tables, c, ground, stage, asked)
    two = c.two._replace(stage=cleared(c.two.stage))
    count = settled(_steps(models, c, stage, low))
    size = CYCLE / count

    def gaps(state: Two) -> tuple[Scalar, Scalar]:
        """Height of the lowest foot, and how far the tightest bridle is from taut [m]."""
        slack = -longest_stretch(models, c.started, stage, state)
        return settled((lowest_foot(models, state.lander, ground), slack))

    def step(i: Any, carry: tuple[Any, ...]) -> tuple[Any, ...]:
        two, before, taut, touched, speed = carry
        new = settled(rk4(derivative, two, size))
        after = gaps(new)
        foot, line = (occ.passed(x, y, 0.0, new.time, size) for x, y in zip(before, after, strict=True))
        meets = (before[0] > 0.0) & (after[0] <= 0.0) & (touched >= occ.NEVER)
        draws = (after[1] <= 0.0) & (taut >= occ.NEVER)
        taut, touched = jnp.where(draws, line, taut), jnp.where(meets, foot, touched)
        speed = jnp.where(meets, (before[0] - after[0]) / size, speed)
        return select(i < count, (new, after, taut, touched, speed), carry)

    most = lax.pmax(count, "lane").astype(int)
    # the plane under the feet is found anew in every cycle: it may meet them as the cycle begins
    met = (low <= 0.0) & (c.events["touchdown"][0] >= occ.NEVER)
    touched = jnp.where(met, c.time, c.events["touchdown"][0])
    closing = jnp.where(met, -dot(two.lander.velocity, ground.normal), 0.0)
    begin = (two, gaps(two), c.events["bridle_taut"][0], touched, closing)
    two, _, taut, touched, speed = lax.fori_loop(0, most, step, begin)
    left = two.stage.propellant
    two = settled(_tidy(two))
    across = norm(frame.vector(two.lander.velocity)._replace(z=0.0 * c.time))
    events = occ.note(
        c.events, "bridle_taut", taut < occ.NEVER, taut, models.vehicle.bridles.paid_out(taut - c.started)
    )
    when = occ.passed(c.two.stage.propellant, left, 0.0, c.time + CYCLE, CYCLE)
    events = occ.note(events, "propellant_empty", left <= 0.0, when, left)
    events = occ.note(events, "touchdown", touched < occ.NEVER, touched, speed, across, low)
    events = occ.note(
        events,
        "bridle_deployed",
        _paid_out(models, c, c.time + CYCLE) >= models.vehicle.bridles.length,
        _full_at(models, c),
        models.vehicle.bridles.length,
    )
    estimate = c.estimate.spent(tables.assumed.engines.mass_flow(c.commanded) * CYCLE)
    new = c._replace(time=c.time + CYCLE, two=two, estimate=estimate, events=events)
    flown = select(decided.active, sense_and_end(models, tables, scene, new), decided)
    return select(halted, waiting, flown)._replace(fine=fine), row  # a patch that never changes is not chosen anew


def go_on(c: CraneCarry) -> CraneCarry:
    """Lanes that halted near the ground fly on, now side by side with others that are near it: such cycles take more steps."""
    return c._replace(active=c.halted, halts=0.0 * c.halts, halted=c.halted & ~c.halted)


def _near(c: CraneCarry, low: Scalar) -> Scalar:
    """Whether a foot may touch within two cycles, as high as the lowest is [m]."""
    return low < 2.0 * CYCLE * norm(c.two.lander.velocity)  # type: ignore[no-any-return]


def _steps(models: Any, c: CraneCarry, stage: MassProperties, low: Scalar) -> Scalar:
    """Integration steps of this cycle: FINE once a foot may touch within two cycles, else COARSE, or 5 while the bridles are short."""
    b, lander = models.vehicle.bridles, models.vehicle.lander.mass
    mass = stage.mass * lander / (stage.mass + lander)
    spring = b.count() * b.stiffness * b.length / _paid_out(models, c, c.time)
    fastest = fn.maximum(fn.sqrt(spring / mass), b.count() * b.damping / mass) * CYCLE
    near = _near(c, low) | (fastest > 5.0 * _STIFFEST)
    return jnp.where(near, float(FINE), jnp.where(fastest > COARSE * _STIFFEST, 5.0, float(COARSE)))


def _paid_out(models: Any, c: CraneCarry, time: Scalar) -> Scalar:
    return models.vehicle.bridles.paid_out(time - c.started)


def _full_at(models: Any, c: CraneCarry) -> Scalar:
    b = models.vehicle.bridles
    return c.started + b.reel_time()


def command(models: Any, tables: Tables, c: CraneCarry, frame: Any) -> CraneCarry:
    """Hold the slow descent over the target with what hangs below; declare touchdown from the force that takes."""
    d, engines = models.powered_descent, tables.assumed.engines
    stage = assemble(masses.powered_parts(tables.assumed, c.estimate.propellant, 0.0))
    here, moving = frame.position(c.estimate.position), frame.vector(c.estimate.velocity)
    here = Vec3(here.x, here.y, models.navigation.height_over_terrain(c.estimate, frame))
    mode = law.SLOW_DESCENT + 0.0 * c.time
    nothing = c.target * 0.0
    want = law.wanted_acceleration(d, mode, (nothing, nothing, nothing), c.target, here, moving, 0.0 * c.time)
    lander = tables.assumed.lander.mass
    whole = stage.mass + lander
    share = lander / whole
    # the bridles pull through the lander's centre: the common centre lies between both
    hung = Vec3(*tables.assumed.lander.place)
    level = Vec3(
        stage.centre.x,
        stage.centre.y + share * (hung.y - stage.centre.y),
        stage.centre.z + share * (hung.z - stage.centre.z),
    )
    hanging = stage._replace(mass=whole, centre=level)
    want = want._replace(acceleration=Vec3(want.acceleration.x, want.acceleration.y, want.acceleration.z + c.load))
    load = c.load + d.load_gain * (-d.slow_descent - moving.z) * CYCLE
    lit = tuple(fn.where(c.active, on, 0.0) for on in engines.hover_set)
    thrust = steer(models, engines, c.estimate, frame, hanging, want, c.heading, lit, c.commanded)
    force = sum(-engines.push(i).x * t for i, t in enumerate(thrust))
    weight = stage.mass * norm(models.planet.fall(c.estimate.position, c.estimate.velocity))
    slope = abs(force - c.forces[0]) / (_WINDOW * CYCLE)
    light = (force < d.touchdown_fraction * weight) & (slope < d.touchdown_steadiness * weight)
    out = occ.happened(c.events, "bridle_deployed")
    steady = fn.where(light & out, c.steady + CYCLE, 0.0)
    done = steady >= d.touchdown_persistence
    events = occ.note(c.events, "touchdown_declared", done, c.time, force, d.touchdown_fraction * weight, slope, steady)
    events = occ.note(events, "bridle_cut", done, c.time, steady)
    events = occ.note(events, "umbilical_cut", done, c.time, steady)
    return c._replace(load=load, forces=(*c.forces[1:], force), steady=steady, commanded=thrust, events=events)


def _derivative(
    models: Any, tables: Tables, c: CraneCarry, ground: Ground, stage: MassProperties, asked: tuple[Scalar, ...]
) -> Any:
    """Time derivative of both bodies as a function of their state."""
    engines = models.vehicle.engines
    inverse = settled(stage.inertia.inverse())
    lander = settled(assemble([masses.part(models.vehicle.lander)]))
    lander_inverse = settled(lander.inertia.inverse())
    near = settled(neighbourhood(models, tables, c.two.stage.body.position))

    def rate(two: Two) -> Two:
        craft = two.stage
        up_axes = settled(attitude.matrix(craft.body.attitude))
        low_axes = settled(attitude.matrix(two.lander.attitude))
        (pull, turn), (hang, hang_turn), _ = settled(bridle_forces(models, c.started, stage, two, up_axes, low_axes))
        push, push_turn, _ = settled(feet_forces(models, two.lander, low_axes, ground))
        air, wind, _ = settled(air_in(models, tables, near, craft.body.position, c.gusts))
        through = up_axes.undo(craft.body.velocity - wind)
        drag = through * (-0.5 * air.density * norm(through) * models.powered_descent.drag_area)
        wet = fn.where(craft.propellant > 0.0, 1.0, 0.0)
        thrust = tuple(t * wet for t in two.thrust)
        lift, lift_turn = settled(engines.force_and_torque(thrust, stage.centre))
        force = lift + drag + pull
        motion = rates(models.planet, craft.body, force, lift_turn + turn, stage.mass, stage.inertia, inverse)
        below = rates(
            models.planet, two.lander, hang + push, hang_turn + push_turn, lander.mass, lander.inertia, lander_inverse
        )
        sensed, turned = sums_rate(force, stage.mass, craft.body.angular_rate)
        zero = 0.0 * craft.heat_load
        moved = Craft(motion, -engines.mass_flow(thrust), zero, sensed, turned)
        return Two(moved, engines.thrust_rate(asked, two.thrust), below, 1.0 + zero)

    return rate


def _tidy(two: Two) -> Two:
    stage = two.stage._replace(body=renormalised(two.stage.body), propellant=fn.maximum(two.stage.propellant, 0.0))
    alive = fn.where(stage.propellant > 0.0, 1.0, 0.0)
    return two._replace(
        stage=stage, lander=renormalised(two.lander), thrust=tuple(fn.maximum(t, 0.0) * alive for t in two.thrust)
    )


def sense_and_end(models: Any, tables: Tables, scene: Scene, c: CraneCarry) -> CraneCarry:
    """Gusts, measurements and the conditions that end the phase, at the end of a cycle."""
    craft = c.two.stage
    tick_number = c.cycle + NOISE_OFFSET
    height = models.planet.height_above_ellipsoid(craft.body.position) - tables.areoid_above_ellipsoid
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
        c.cycle,
        CYCLE,
        draws,
        1.0,
        1.0,
    )
    low = height_above_terrain(models, tables, scene.frame, craft.body.position)
    events = occ.note(events, "descent_stage_contact", low < 0.5, c.time, low)
    wild, rate = out_of_control(craft.body, CYCLE / FINE)
    spun, lander_rate = out_of_control(c.two.lander, CYCLE / FINE)
    events = occ.note(events, "out_of_control", wild | spun, c.time, fn.maximum(rate, lander_rate))
    over = occ.happened(events, "descent_stage_contact") | wild | spun | (c.time > models.entry.duration_limit)
    over = over | (c.time - c.started > 90.0)
    c = c._replace(gusts=gusts, estimate=estimate, senses=senses, events=events, cycle=c.cycle + 1.0)
    return c._replace(active=c.active & ~over)


def log(c: CraneCarry, stage: MassProperties) -> dict[str, Any]:
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
        "estimate": c.estimate.kept(),
        "sensed": c.two.stage.velocity_change * (1.0 / CYCLE),
        "thrust": c.two.thrust,
        "commanded": c.commanded,
        "target": c.target,
        "lander": c.two.lander,
        "started": c.started,
        "radar": c.senses.radar,
    }
