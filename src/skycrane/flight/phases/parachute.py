"""Under the parachute: mortar fire, line stretch, inflation, heat shield, radar, map fixes, until the backshell is let go.

Before: entry. After: powered descent, or the ground for a mission that lands on its parachute. Vehicle and canopy are two bodies on an
elastic riser; line stretch is located inside its step and is a plastic catch (the bag strips; momentum is kept, not energy).
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
from skycrane.flight.ground import height_when_low
from skycrane.flight.integrator import step_with_event
from skycrane.flight.landing_frame import Scene
from skycrane.flight.phases.entry import EntryCarry, fired
from skycrane.flight.rigid_body import blow, rates
from skycrane.flight.riser import Pair, attachment, caught, distance, tension
from skycrane.flight.state import (
    Craft,
    Neighbourhood,
    air_in,
    cleared,
    kicked,
    neighbourhood,
    out_of_control,
    recentred,
    renormalised,
    select,
    sums_rate,
    surroundings_in,
)
from skycrane.flight.tables import Tables
from skycrane.gnc.navigation.estimate import Estimate
from skycrane.planet.atmosphere.air import Gusts
from skycrane.planet.atmosphere.gusts import advance
from skycrane.vehicle.aeroshell import AeroCell, aero_cell
from skycrane.vehicle.mass import MassProperties, assemble
from skycrane.vehicle.parachute import Canopy

CYCLE = 0.05
FINE = 10  # integration steps a cycle while the canopy opens; fewer before and after (docs/design/engine.md)
_OPENING = 4.0  # inflation times after line stretch until the loads are smooth again
_STIFFEST = 1.5  # rad of the riser's spring in one step: Runge-Kutta of fourth order is stable up to 2.8
EVENTS = {
    "line_stretch": 2,
    "heatshield_separation": 3,
    **looking.EVENTS,
    "backshell_separation": 4,
    "propellant_empty": 1,
    "ground_contact": 2,
    "height_reached": 2,
    "out_of_control": 1,
}


class ParachuteCarry(NamedTuple):
    """State of the phase between control cycles."""

    time: Scalar
    active: Scalar
    pair: Pair
    gusts: Gusts
    estimate: Estimate
    senses: looking.Senses
    started: Scalar  # time of mortar fire [s]
    pairs_gone: Scalar
    centre: Vec3  # of mass, to which position and velocity belong (body axes) [m]
    events: occ.Occurrences
    key: Any
    noise: Scalar


def start(models: Any, tables: Tables, e: EntryCarry) -> ParachuteCarry:
    """From the last cycle of entry: the pack leaves the mortar, the vehicle recoils."""
    chute = models.vehicle.parachute
    zero = 0.0 * e.time
    body = _properties(models.vehicle, e.craft.propellant, e.pairs_gone, zero + 1.0)
    craft, estimate = recentred(models, e.craft, e.estimate, e.centre, body.centre)
    axes = attitude.matrix(craft.body.attitude)
    place = attachment(models, craft, body)
    forward = Vec3(zero + 1.0, zero, zero)
    recoil = blow(body, body.inertia.inverse(), Vec3(*chute.attachment), forward, chute.mass, chute.mortar_speed)
    canopy = Canopy(place.position, place.velocity - axes.cx * (recoil.size / chute.mass))
    craft, estimate = kicked(craft, estimate, recoil.velocity, recoil.rate)
    return ParachuteCarry(
        time=e.time,
        active=occ.happened(e.events, "parachute_deploy"),
        pair=Pair(craft, canopy, e.time),
        gusts=e.gusts,
        estimate=estimate,
        senses=looking.no_senses(models, zero),
        started=e.time,
        pairs_gone=e.pairs_gone,
        centre=body.centre,
        events=occ.none_yet(EVENTS, zero),
        key=e.key,
        noise=e.noise,
    )


def tick(
    models: Any, tables: Tables, scene: Scene, c: ParachuteCarry, cycle: Any, guide: Any
) -> tuple[ParachuteCarry, dict[str, Any]]:
    """One control cycle: think, log, fly, sense."""
    c = settled(_think(models, scene, c))
    decided = c._replace(active=c.active & ~occ.happened(c.events, "backshell_separation"))
    shield = fn.where(occ.happened(c.events, "heatshield_separation"), 0.0, 1.0)
    body = settled(_properties(models.vehicle, c.pair.craft.propellant, c.pairs_gone, shield))
    c = settled(_follow(models, c, body))
    inverse = settled(body.inertia.inverse())
    pulses, asked = settled(_pulses(models, tables, c, shield))
    push = (Vec3(0.0, 0.0, 0.0), Vec3(0.0, 0.0, 0.0))
    flow = 0.0
    if pulses:
        push = models.vehicle.thrusters.force_and_torque(pulses, body.centre)
        flow = models.vehicle.thrusters.mass_flow(pulses)
    push = settled(push)
    row = log(c._replace(active=decided.active), body, pulses)
    stretched = fn.where(occ.happened(c.events, "line_stretch"), c.events["line_stretch"][0], occ.NEVER)
    pair = c.pair._replace(craft=cleared(c.pair.craft))

    count = settled(_steps(models, c, body, stretched))
    size = CYCLE / count

    def step(i: Any, carry: tuple[Pair, Scalar, tuple[Scalar, ...]]) -> tuple[Pair, Scalar, tuple[Scalar, ...]]:
        pair, stretched, loads = carry
        new = settled(_advance(models, tables, c, body, inverse, push, flow, pair, stretched, size))
        load = settled(tension(models, new[0], body, new[1]))
        mine = i < count
        slot = (i + 1.0) * FINE / count - 1.0
        pair, stretched = select(mine, new, (pair, stretched))
        return pair, stretched, tuple(jnp.where(mine & (slot == k), load, old) for k, old in enumerate(loads))

    loads = tuple(jnp.nan * c.time for _ in range(FINE))
    most = lax.pmax(count, "lane").astype(int)
    pair, stretched, loads = lax.fori_loop(0, most, step, (pair, stretched, loads))
    craft = pair.craft._replace(body=renormalised(pair.craft.body), propellant=fn.maximum(pair.craft.propellant, 0.0))
    craft = settled(craft)
    row["loads"] = loads
    time = c.time + CYCLE
    events = occ.note(
        c.events, "line_stretch", stretched < occ.NEVER, fn.minimum(stretched, time), stretched - c.started, c.started
    )
    estimate = c.estimate.spent(asked * CYCLE)
    new = c._replace(time=time, pair=pair._replace(craft=craft, time=time), estimate=estimate, events=events)
    over = height_when_low(models, tables, scene.frame, c.pair.craft.body.position, "lane")
    return select(decided.active, _sense_and_end(models, tables, scene, new, cycle, over), decided), row


def _follow(models: Any, c: ParachuteCarry, body: MassProperties) -> ParachuteCarry:
    """The centre of mass of this cycle, and the recoil in the cycle in which the heat shield is pushed off."""
    craft, estimate = recentred(models, c.pair.craft, c.estimate, c.centre, body.centre)
    shield = models.vehicle.heat_shield
    now = abs(c.events["heatshield_separation"][0] - c.time) < 0.5 * CYCLE
    recoil = jnp.where(now, -shield.separation_speed * shield.mass / (body.mass + shield.mass), 0.0)
    still = Vec3(0.0 * recoil, 0.0 * recoil, 0.0 * recoil)
    craft, estimate = kicked(craft, estimate, still._replace(x=recoil), still)
    return c._replace(pair=c.pair._replace(craft=craft), estimate=estimate, centre=body.centre)


def _think(models: Any, scene: Scene, c: ParachuteCarry) -> ParachuteCarry:
    """Heat shield and backshell, decided on navigated speed and height."""
    t, events = models.triggers, c.events
    if t is None:
        return c
    frame = scene.frame
    speed = c.estimate.speed()
    waited = c.time - c.started
    mach = speed / t.speed_of_sound
    off = (mach < t.heat_shield_mach) & (waited >= t.heat_shield_timer)
    events = occ.note(events, "heatshield_separation", off, c.time, mach, t.heat_shield_mach, waited)
    if models.powered_descent is not None:
        height = models.navigation.height_over_terrain(c.estimate, frame)
        sink = frame.sink_rate(c.estimate.velocity)
        reach = t.backshell_intercept + t.backshell_slope * sink
        go = (height < reach) & occ.happened(events, "radar_lock")
        events = occ.note(events, "backshell_separation", go, c.time, height, reach, sink, speed)
    return c._replace(events=events)


def _steps(models: Any, c: ParachuteCarry, body: MassProperties, stretched: Scalar) -> Scalar:
    """Integration steps of this cycle: FINE from just before line stretch until the canopy is well open, else 1, 2 or 5 by the riser."""
    chute = models.vehicle.parachute
    fastest = chute.fastest(body) * CYCLE
    steady = 1.0 + jnp.where(fastest > _STIFFEST, 1.0, 0.0)
    steady = steady + jnp.where(fastest > 2.0 * _STIFFEST, 3.0, 0.0) + jnp.where(fastest > 5.0 * _STIFFEST, 5.0, 0.0)
    end = attachment(models, c.pair.craft, body)
    line = c.pair.canopy.position - end.position
    apart = dot(c.pair.canopy.velocity - end.velocity, line) / norm(line)
    near = norm(line) + fn.maximum(apart, 0.0) * (2.0 * CYCLE) > chute.trailing_distance
    opening = jnp.where(stretched < occ.NEVER, c.time - stretched < _OPENING * chute.inflation_time, near)
    return jnp.where(opening, float(FINE), steady)


def _advance(
    models: Any,
    tables: Tables,
    c: ParachuteCarry,
    body: MassProperties,
    inverse: Any,
    push: tuple[Vec3, Vec3],
    flow: Scalar,
    pair: Pair,
    stretched: Scalar,
    size: Scalar,
) -> tuple[Pair, Scalar]:
    """One integration step; a step in which the lines stretch is split there."""
    before = stretched >= occ.NEVER
    near = settled(neighbourhood(models, tables, pair.craft.body.position))
    begin = surroundings_in(models, tables, near, pair.craft.body, c.gusts).flow
    cell = settled(aero_cell(tables.aero, begin.mach, begin.total_angle))

    def derivative(state: Pair, switched: Scalar) -> Pair:
        return _derivative(models, tables, c, near, cell, body, inverse, push, flow, state, stretched, switched)

    def gap(state: Pair) -> Scalar:
        return distance(models, state, body) - models.vehicle.parachute.trailing_distance

    new, fraction, hit = step_with_event(
        derivative, pair, size, gap, lambda s: caught(models, s, body, inverse), before & c.active, "lane"
    )
    return new, jnp.where(hit, pair.time + fraction * size, stretched)


def _derivative(
    models: Any,
    tables: Tables,
    c: ParachuteCarry,
    near: Neighbourhood,
    cell: AeroCell,
    body: MassProperties,
    inverse: Any,
    push: tuple[Vec3, Vec3],
    flow: Scalar,
    pair: Pair,
    stretched: Scalar,
    switched: Scalar,
) -> Pair:
    """Time derivative of vehicle and canopy; `switched` is 1 once the lines are stretched."""
    chute, craft = models.vehicle.parachute, pair.craft
    around = settled(surroundings_in(models, tables, near, craft.body, c.gusts))
    spin = Vec3(around.axes.cx.z, around.axes.cy.z, around.axes.cz.z) * models.planet.rotation_rate
    rate = craft.body.angular_rate - spin
    force, torque = settled(models.vehicle.aeroshell.force_and_torque(cell, around.flow, rate, body.centre))
    end = attachment(models, craft, body)
    pull, _, _ = chute.riser(end, pair.canopy)
    pull = settled(pull * switched)
    pull_body = around.axes.undo(pull)
    line = around.axes.undo(pair.canopy.position - end.position)
    tight = jnp.where(dot(pull, pull) > 0.0, 1.0, 0.0)
    torque = torque + push[1] + chute.torque_at(body.centre, pull_body) + chute.wrist_torque(line, rate) * tight
    force = force + push[0] + pull_body
    motion = rates(models.planet, craft.body, force, torque, body.mass, body.inertia, inverse)
    sensed, turned = sums_rate(force, body.mass, craft.body.angular_rate)
    heat = 0.0 * craft.heat_load
    moved = Craft(motion, -flow + heat, heat, sensed, turned)
    return Pair(moved, _canopy_rate(models, tables, c, near, pair, pull, stretched, switched), 1.0 + heat)


def _canopy_rate(
    models: Any,
    tables: Tables,
    c: ParachuteCarry,
    near: Neighbourhood,
    pair: Pair,
    pull: Vec3,
    stretched: Scalar,
    switched: Scalar,
) -> Canopy:
    """Motion of the canopy under drag, riser and gravity, in the vehicle's neighbourhood; the air that moves with it has no weight."""
    chute, canopy = models.vehicle.parachute, pair.canopy
    air, wind, _ = settled(air_in(models, tables, near, canopy.position, c.gusts))
    through = canopy.velocity - wind
    speed = norm(through)
    since = fn.maximum(pair.time - stretched, 0.0)
    open_for = jnp.where(switched > 0.5, since, -1.0)
    area = chute.drag_area(tables.parachute, speed / air.speed_of_sound, open_for)
    mass = chute.moving_mass(air.density, open_for)
    drag = through * (-0.5 * air.density * speed * area - chute.mass_growth(air.density, open_for))
    fall = models.planet.fall(canopy.position, canopy.velocity)
    return Canopy(canopy.velocity, fall * (chute.mass / mass) + (drag - pull) * (1.0 / mass))


def _properties(vehicle: Any, propellant: Scalar, pairs_gone: Scalar, shield: Scalar) -> MassProperties:
    return assemble(masses.entry_parts(vehicle, pairs_gone, shield, propellant, packed=False))


def _pulses(models: Any, tables: Tables, c: ParachuteCarry, shield: Scalar) -> tuple[tuple[Scalar, ...], Scalar]:
    """As in entry, but rates are damped and no more."""
    if models.attitude_control is None or models.vehicle.thrusters is None:
        return (), 0.0 * c.time
    inertia = _properties(tables.assumed, c.estimate.propellant, c.pairs_gone, shield).inertia
    torque = models.attitude_control.damping_torque(c.estimate, Vec3(inertia.xx, inertia.yy, inertia.zz))
    return fired(tables, torque, c.pair.craft.propellant)


def _sense_and_end(
    models: Any, tables: Tables, scene: Scene, c: ParachuteCarry, cycle: Any, before: Scalar
) -> ParachuteCarry:
    """Gusts, measurements and the conditions that end the phase; `before` is the height over terrain as the cycle began [m]."""
    craft = c.pair.craft
    height = models.planet.height_above_ellipsoid(craft.body.position) - tables.areoid_above_ellipsoid
    draws = looking.draws(models, c.key, cycle + 100000, c.noise)
    air, way = Vec3(*draws["air"].numbers(3)), norm(craft.body.velocity) * CYCLE
    gusts = settled(advance(c.gusts, way, height, air, models.atmosphere))
    gone = occ.since(c.events, "heatshield_separation", c.time)
    delay = models.triggers.radar_delay if models.triggers is not None else 0.0
    on = jnp.where((gone >= 0.0) & (gone >= delay), 1.0, 0.0)
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
        on,
        0.0,
    )
    ground = height_when_low(models, tables, scene.frame, craft.body.position, "lane")
    met = occ.passed(before, ground, 0.0, c.time, CYCLE)
    events = occ.note(events, "ground_contact", ground < 0.0, met, ground, norm(craft.body.velocity))
    wild, rate = out_of_control(craft.body, CYCLE)
    wild = wild | ~(norm(c.pair.canopy.velocity) < 1e5)
    events = occ.note(events, "out_of_control", wild, c.time, rate)
    over = occ.happened(events, "ground_contact") | wild | (c.time > models.entry.duration_limit)
    low = ground < tables.stop_height
    when = occ.passed(before, ground, tables.stop_height, c.time, CYCLE)
    events = occ.note(events, "height_reached", low, when, ground, tables.stop_height)
    over = over | low
    opened = occ.since(events, "line_stretch", c.time) > 5.0 * models.vehicle.parachute.inflation_time
    over = over | (opened & (tables.stop_when_open > 0.5))
    c = c._replace(gusts=gusts, estimate=estimate, senses=senses, events=events)
    return c._replace(active=c.active & ~over)


def log(c: ParachuteCarry, body: MassProperties, pulses: tuple[Scalar, ...]) -> dict[str, Any]:
    """One row of the record."""
    return {
        "time": c.time,
        "active": c.active,
        "body": c.pair.craft.body,
        "propellant": c.pair.craft.propellant,
        "heat_load": c.pair.craft.heat_load,
        "mass": body.mass,
        "centre": body.centre,
        "gusts": c.gusts,
        "estimate": c.estimate.kept(),
        "pulses": pulses,
        "sensed": c.pair.craft.velocity_change * (1.0 / CYCLE),
        "canopy": c.pair.canopy,
        "stretched": c.events["line_stretch"][0],
        "radar": c.senses.radar,
    }
