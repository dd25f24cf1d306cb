"""Entry: from entry interface through guided hypersonic flight and straighten-up to mortar fire.

Before: the coast to entry interface (flight/start.py). After: the parachute. A ballistic mission flies the same phase with its bank
held and no thrusters. Control cycle 0.05 s, guidance at the interval of the mission file, one Runge-Kutta step a cycle.
"""

from typing import Any, NamedTuple

from jax import lax
from jax import numpy as jnp

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled
from skycrane.core.vector import Vec3, dot, norm, unit
from skycrane.flight import guidance_events, masses
from skycrane.flight import occurrences as occ
from skycrane.flight.ground import height_when_low
from skycrane.flight.integrator import rk4
from skycrane.flight.landing_frame import Scene
from skycrane.flight.randomness import draws_of_cycle
from skycrane.flight.rigid_body import rates
from skycrane.flight.state import (
    Craft,
    cleared,
    neighbourhood,
    out_of_control,
    recentred,
    renormalised,
    select,
    sums_rate,
    surroundings_in,
)
from skycrane.flight.tables import Tables
from skycrane.gnc.guidance.apollo_entry import EntryCommand, range_and_crossrange
from skycrane.gnc.guidance.parachute_trigger import parachute_wanted, time_to_parachute
from skycrane.gnc.navigation.estimate import Estimate
from skycrane.planet.atmosphere.air import Gusts
from skycrane.planet.atmosphere.gusts import advance
from skycrane.vehicle.aeroshell import aero_cell
from skycrane.vehicle.mass import assemble

CYCLE = 0.05
EVENTS = {
    **guidance_events.EVENTS,
    "straighten_up": 2,
    "ballast_jettison_1": 1,
    "ballast_jettison_2": 1,
    "ballast_jettison_3": 1,
    "parachute_deploy": 4,
    "propellant_empty": 1,
    "skip_out": 1,
    "ground_contact": 2,
    "height_reached": 2,
    "out_of_control": 1,
}


class EntryCarry(NamedTuple):
    """State of the phase between control cycles."""

    time: Scalar
    active: Scalar
    craft: Craft
    gusts: Gusts
    estimate: Estimate
    command: EntryCommand
    held: Scalar  # how long the parachute condition has held [s]
    reversals: Scalar
    pairs_gone: Scalar
    centre: Vec3  # of mass, to which position and velocity belong (body axes) [m]
    events: occ.Occurrences
    key: Any
    noise: Scalar


def properties(vehicle: Any, propellant: Scalar, pairs_gone: Scalar) -> Any:
    """Mass properties of the entry vehicle, as it is or as flight software assumes it."""
    return assemble(masses.entry_parts(vehicle, pairs_gone, 1.0, propellant))


def tick(
    models: Any, tables: Tables, scene: Scene, c: EntryCarry, cycle: Any, guide: Any
) -> tuple[EntryCarry, dict[str, Any]]:
    """One control cycle: think, log, fly, sense. `guide` is true in cycles in which guidance updates."""
    c = settled(_think(models, tables, scene, c, guide))
    decided = c._replace(active=c.active & ~occ.happened(c.events, "parachute_deploy"))
    body = settled(properties(models.vehicle, c.craft.propellant, c.pairs_gone))
    craft, estimate = recentred(models, c.craft, c.estimate, c.centre, body.centre)
    c = settled(c._replace(craft=craft, estimate=estimate, centre=body.centre))
    inverse = settled(body.inertia.inverse())
    pulses, asked = settled(_pulses(models, tables, c))
    push, turn = settled(_thruster_force(models, pulses, body))
    row = log(c._replace(active=decided.active), body, pulses)

    near = settled(neighbourhood(models, tables, c.craft.body.position))
    begin = surroundings_in(models, tables, near, c.craft.body, c.gusts).flow
    cell = settled(aero_cell(tables.aero, begin.mach, begin.total_angle))

    def derivative(craft: Craft) -> Craft:
        around = settled(surroundings_in(models, tables, near, craft.body, c.gusts))
        spin = Vec3(around.axes.cx.z, around.axes.cy.z, around.axes.cz.z) * models.planet.rotation_rate
        force, torque = settled(
            models.vehicle.aeroshell.force_and_torque(cell, around.flow, craft.body.angular_rate - spin, body.centre)
        )
        force, torque = force + push, torque + turn
        heat = models.vehicle.aeroshell.stagnation_heating(
            models.planet.gas.convective_heating_constant, around.air.density, around.flow.airspeed
        )
        sensed, turned = sums_rate(force, body.mass, craft.body.angular_rate)
        motion = rates(models.planet, craft.body, force, torque, body.mass, body.inertia, inverse)
        return Craft(motion, -_mass_flow(models, pulses) + 0.0 * heat, heat, sensed, turned)

    before = c.craft
    craft = rk4(derivative, cleared(c.craft), jnp.asarray(CYCLE))
    craft = craft._replace(body=renormalised(craft.body), propellant=fn.maximum(craft.propellant, 0.0))
    craft = settled(craft)
    path = norm(craft.body.position - before.body.position)
    wanted = {"air": (2, c.noise * models.atmosphere.perturbations), "inertial_unit": (3, c.noise)}
    draws = draws_of_cycle(c.key, cycle, wanted, {})
    height = models.planet.height_above_ellipsoid(craft.body.position) - tables.areoid_above_ellipsoid
    gusts = settled(advance(c.gusts, path, height, Vec3(*draws["air"].numbers(3)), models.atmosphere))
    measured = settled(
        models.inertial_unit.measure(craft.velocity_change, craft.turn, CYCLE, draws["inertial_unit"].numbers(6))
    )
    estimate = settled(models.navigation.propagate(models.planet, c.estimate, measured, CYCLE))
    new = c._replace(time=c.time + CYCLE, craft=craft, gusts=gusts, estimate=estimate.spent(asked * CYCLE))
    over = height_when_low(models, tables, scene.frame, before.body.position, "lane")
    return select(decided.active, _end(models, tables, scene, new, height, over), decided), row


def _think(models: Any, tables: Tables, scene: Scene, c: EntryCarry, guide: Any) -> EntryCarry:
    """Guidance, modes and triggers at the start of a cycle; they see the estimate alone."""
    target = scene.target
    update = lambda: settled(models.entry_guidance.command(tables.entry, target, c.estimate, c.command))  # noqa: E731
    command = settled(lax.cond(guide, update, lambda: c.command))
    speed = c.estimate.speed()
    events, reversals = guidance_events.note_guidance(c.events, c.time, speed, c.reversals, c.command, command)
    c = c._replace(command=command, reversals=reversals, events=events)
    return _triggers(models, tables, c, target, speed) if models.triggers is not None else c


def _triggers(models: Any, tables: Tables, c: EntryCarry, target: Any, speed: Scalar) -> EntryCarry:
    """Straighten-up, ballast and mortar, decided on navigated range and speed."""
    t, events = models.triggers, c.events
    to_go, _ = range_and_crossrange(c.estimate, target)
    across = norm(c.estimate.velocity - unit(c.estimate.position) * dot(c.estimate.velocity, unit(c.estimate.position)))
    deceleration = fn.maximum(c.command.drag, 0.0)
    wanted, figure, threshold = parachute_wanted(t.parachute, tables.parachute_range, speed, to_go)
    left = time_to_parachute(t.parachute, tables.parachute_range, speed, to_go, across, deceleration)
    wanted = wanted & (c.command.drag > t.armed_above)
    if models.vehicle.ballast is not None:
        lead, delay = tables.straighten_up_lead, tables.ballast_delay
        straighten = (left < lead) & (c.command.mode > 0.5)
        events = occ.note(events, "straighten_up", straighten, c.time, left, lead)
        gone = c.pairs_gone
        for n in range(1, 4):
            due = occ.since(events, "straighten_up", c.time) >= delay + (n - 1) * t.ballast_interval - 1e-9
            events = occ.note(events, f"ballast_jettison_{n}", due, c.time, occ.since(events, "straighten_up", c.time))
            gone = fn.where(due, float(n), gone)
        c = c._replace(pairs_gone=fn.maximum(gone, c.pairs_gone))
        level = occ.happened(events, "straighten_up")
        c = c._replace(command=c.command._replace(bank=fn.where(level, t.deploy_azimuth_from_track, c.command.bank)))
    held = fn.where(wanted, c.held + CYCLE, 0.0)
    fire = held > t.parachute.persistence
    if models.vehicle.parachute is None:
        fire = fire & False
    events = occ.note(events, "parachute_deploy", fire, c.time, figure, threshold, speed, held)
    return c._replace(events=events, held=held)


def _pulses(models: Any, tables: Tables, c: EntryCarry) -> tuple[tuple[Scalar, ...], Scalar]:
    """On-fractions of the thrusters this cycle, and the propellant a second that flight software counts for them [kg/s]."""
    if models.attitude_control is None or models.vehicle.thrusters is None:
        return (), 0.0 * c.time
    inertia = properties(tables.assumed, c.estimate.propellant, c.pairs_gone).inertia
    moments = Vec3(inertia.xx, inertia.yy, inertia.zz)
    torque = models.attitude_control.entry_torque(c.estimate, c.command.bank, models.entry.angle_of_attack, moments)
    return fired(tables, torque, c.craft.propellant)


def fired(tables: Tables, torque: Vec3, propellant: Scalar) -> tuple[tuple[Scalar, ...], Scalar]:
    """Pulses for a wanted torque [N m, body] as long as there is propellant [kg], and the propellant a second they are held to use."""
    pulses = tables.assumed.thrusters.pulses(tables.thrusters, torque, CYCLE)
    alive = fn.where(propellant > 0.0, 1.0, 0.0)
    return tuple(p * alive for p in pulses), tables.assumed.thrusters.mass_flow(pulses)


def _thruster_force(models: Any, pulses: tuple[Scalar, ...], body: Any) -> tuple[Vec3, Vec3]:
    if not pulses:
        return Vec3(0.0, 0.0, 0.0), Vec3(0.0, 0.0, 0.0)
    return models.vehicle.thrusters.force_and_torque(pulses, body.centre)


def _mass_flow(models: Any, pulses: tuple[Scalar, ...]) -> Scalar:
    return models.vehicle.thrusters.mass_flow(pulses) if pulses else 0.0


def _end(models: Any, tables: Tables, scene: Scene, c: EntryCarry, height: Scalar, before: Scalar) -> EntryCarry:
    """Whether this was the last cycle of the phase: ground, skip-out, time; `before` is the height over terrain as it began [m]."""
    ground = height_when_low(models, tables, scene.frame, c.craft.body.position, "lane")
    climbing = dot(c.craft.body.position, c.craft.body.velocity) > 0.0
    speed = norm(c.craft.body.velocity)
    events = occ.note(c.events, "skip_out", climbing & (height > models.entry.skip_out_height), c.time, height)
    events = occ.note(
        events, "ground_contact", ground < 0.0, occ.passed(before, ground, 0.0, c.time, CYCLE), ground, speed
    )
    if models.vehicle.propellant is not None:
        events = occ.note(events, "propellant_empty", c.craft.propellant <= 0.0, c.time, c.craft.propellant)
    wild, rate = out_of_control(c.craft.body, CYCLE)
    events = occ.note(events, "out_of_control", wild, c.time, rate)
    over = occ.happened(events, "ground_contact") | occ.happened(events, "skip_out") | wild
    over = over | (c.time > models.entry.duration_limit)
    low = ground < tables.stop_height
    when = occ.passed(before, ground, tables.stop_height, c.time, CYCLE)
    events = occ.note(events, "height_reached", low, when, ground, tables.stop_height)
    over = over | low
    return c._replace(events=events, active=c.active & ~over)


def log(c: EntryCarry, body: Any, pulses: tuple[Scalar, ...]) -> dict[str, Any]:
    """One row of the record: the integrated state and what was commanded."""
    return {
        "time": c.time,
        "active": c.active,
        "body": c.craft.body,
        "propellant": c.craft.propellant,
        "heat_load": c.craft.heat_load,
        "mass": body.mass,
        "centre": body.centre,
        "gusts": c.gusts,
        "estimate": c.estimate.kept(),
        "pulses": pulses,
        "sensed": c.craft.velocity_change * (1.0 / CYCLE),
        "bank_commanded": c.command.bank,
        "mode": c.command.mode,
        "range_predicted": c.command.range_predicted,
        "drag_reference": c.command.drag_reference,
        "deadband": c.command.deadband,
    }
