"""Entry of a point mass: from entry interface to the mission's height, the parachute condition or the ground.

The three-degree-of-freedom twin of flight/phases/entry.py: no attitude, no sensors; guidance is given the true place, speed and felt
acceleration. The bank angle is prescribed by the vehicle or commanded by entry guidance. Control cycle 0.05 s, one Runge-Kutta step
a cycle; the height and the ground are located inside their step, and a last row is logged there.
"""

import math
from typing import Any, NamedTuple

from jax import lax
from jax import numpy as jnp

from skycrane.core import elementary as fn
from skycrane.core.attitude import Quaternion
from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled
from skycrane.core.vector import Vec3, dot, norm
from skycrane.flight import guidance_events, landing_frame
from skycrane.flight import occurrences as occ
from skycrane.flight.ground import height_above_terrain
from skycrane.flight.integrator import step_with_event
from skycrane.flight.landing_frame import Scene
from skycrane.flight.point_mass import (
    PointState,
    Surroundings,
    aerodynamic_acceleration,
    height_above_areoid,
    rates,
    state_from_angles,
)
from skycrane.flight.randomness import normals
from skycrane.flight.state import select
from skycrane.flight.tables import Tables
from skycrane.gnc.guidance.apollo_entry import ApolloEntryGuidance, BallisticEntry, EntryCommand, range_and_crossrange
from skycrane.gnc.guidance.parachute_trigger import parachute_wanted
from skycrane.gnc.navigation.estimate import Estimate
from skycrane.planet.atmosphere.air import Gusts
from skycrane.planet.atmosphere.gusts import advance

CYCLE = 0.05
EVENTS = {
    **guidance_events.EVENTS,
    "parachute_deploy": 4,
    "skip_out": 1,
    "ground_contact": 2,
    "height_reached": 2,
}


class PointMassCarry(NamedTuple):
    """State of the phase between control cycles."""

    time: Scalar
    active: Scalar
    ended: Scalar  # what ends the flight has happened; its last row is still to be logged
    state: PointState
    gusts: Gusts
    bank: Scalar  # as flown [rad]
    command: EntryCommand
    held: Scalar  # how long the parachute condition has held [s]
    reversals: Scalar
    events: occ.Occurrences
    key: Any
    noise: Scalar


def surroundings_of(models: Any, tables: Tables) -> Surroundings:
    """What the point mass flies through."""
    return Surroundings(models.planet, tables.atmosphere, models.atmosphere, tables.areoid_above_ellipsoid)


def start(models: Any, tables: Tables, key: Any, noise: Scalar) -> PointMassCarry:
    """The first carry: the entry state of the mission, lift towards the target or as prescribed."""
    e = models.entry
    zero = 0.0 * e.speed
    state = state_from_angles(e.latitude, e.longitude, e.radius, e.speed, e.flight_path_angle, e.azimuth)
    o = Vec3(zero, zero, zero)
    to_go, crossrange = range_and_crossrange(estimate_of(state, o), landing_frame.entry_target(models))
    sign = jnp.where(crossrange >= 0.0, 1.0, -1.0)
    law = models.entry_guidance
    if isinstance(law, BallisticEntry):
        bank = models.vehicle.bank(zero) + zero
    else:
        bank = sign * (law.reference_bank_high if isinstance(law, ApolloEntryGuidance) else law.bank)
    return PointMassCarry(
        time=zero,
        active=zero == 0.0,
        ended=zero > 0.0,
        state=state,
        gusts=Gusts(zero, zero, zero),
        bank=bank,
        command=EntryCommand(bank, zero, sign, to_go, crossrange, zero, zero, zero, zero),
        held=zero,
        reversals=zero,
        events=occ.none_yet(EVENTS, zero),
        key=key,
        noise=noise,
    )


def tick(
    models: Any, tables: Tables, scene: Scene, c: PointMassCarry, cycle: Any, guide: Any
) -> tuple[PointMassCarry, dict[str, Any]]:
    """One control cycle: think, log, fly. `guide` is true in cycles in which guidance updates."""
    c = select(c.ended, c, settled(_think(models, tables, scene, c, guide)))
    row = log(c)
    ended = c.ended | occ.happened(c.events, "parachute_deploy")
    flown = _fly(models, tables, scene, c, ~ended)
    flown = flown._replace(gusts=_gusts(models, tables, c, flown.state, cycle))
    return select(ended, c._replace(active=c.active & ~ended), _end(models, tables, scene, flown)), row


def log(c: PointMassCarry) -> dict[str, Any]:
    """One row of the record: the integrated state and what was commanded."""
    return {
        "time": c.time,
        "active": c.active,
        "state": c.state,
        "gusts": c.gusts,
        "bank": c.bank,
        "bank_commanded": c.command.bank,
        "mode": c.command.mode,
        "range_predicted": c.command.range_predicted,
        "drag_reference": c.command.drag_reference,
        "deadband": c.command.deadband,
    }


def estimate_of(state: PointState, felt: Vec3) -> Estimate:
    """What guidance is told: place, velocity and felt acceleration as they are, in planet-fixed axes."""
    zero = 0.0 * state.position.x
    o = Vec3(zero, zero, zero)
    return Estimate(state.position, state.velocity, Quaternion(zero + 1.0, zero, zero, zero), o, felt, o, o, o, o, zero)


def _think(models: Any, tables: Tables, scene: Scene, c: PointMassCarry, guide: Any) -> PointMassCarry:
    """Guidance and the parachute trigger at the start of a cycle."""
    felt = aerodynamic_acceleration(surroundings_of(models, tables), models.vehicle, c.state, c.bank, c.gusts)
    told = estimate_of(c.state, settled(felt))
    new = models.entry_guidance.command(tables.entry, scene.target, told, c.command)
    command = EntryCommand(*(fn.where(guide, a, b) for a, b in zip(new, c.command, strict=True)))
    if isinstance(models.entry_guidance, BallisticEntry):
        command = command._replace(bank=models.vehicle.bank(c.time) + 0.0 * c.time)
    speed = told.speed()
    events, reversals = guidance_events.note_guidance(c.events, c.time, speed, c.reversals, c.command, command)
    c = c._replace(command=command, reversals=reversals, events=events)
    return _trigger(models, tables, c, told, scene) if models.triggers is not None else c


def _trigger(models: Any, tables: Tables, c: PointMassCarry, told: Estimate, scene: Scene) -> PointMassCarry:
    """The parachute condition; it ends the flight of a point mass, which has no parachute of its own."""
    trigger, speed = models.triggers.parachute, told.speed()
    to_go, _ = range_and_crossrange(told, scene.target)
    wanted, figure, threshold = parachute_wanted(trigger, tables.parachute_range, speed, to_go)
    held = fn.where(wanted & (norm(told.specific_force) > models.triggers.armed_above), c.held + CYCLE, 0.0)
    fire = held > trigger.persistence
    events = occ.note(c.events, "parachute_deploy", fire, c.time, figure, threshold, speed, held)
    return c._replace(events=events, held=held)


def _fly(models: Any, tables: Tables, scene: Scene, c: PointMassCarry, armed: Scalar) -> PointMassCarry:
    """One cycle of motion, the bank turning evenly towards its command; held where the final height is met."""
    air = surroundings_of(models, tables)
    wanted = c.command.bank
    if isinstance(models.entry_guidance, BallisticEntry):
        wanted = models.vehicle.bank(c.time + CYCLE)
    limit = models.vehicle.bank_rate_limit
    turn = fn.clip(_shortest(wanted - c.bank) * (1.0 / CYCLE), -limit, limit)

    def slope(s: tuple[PointState, Scalar], over: Scalar) -> tuple[PointState, Scalar]:
        moving = rates(air, models.vehicle, s[0], s[1], c.gusts)
        return select(over > 0.5, PointState(moving.position * 0.0, moving.velocity * 0.0), moving), turn * (1.0 - over)

    def below(s: tuple[PointState, Scalar]) -> Scalar:
        return _last_height(tables) - height_above_terrain(models, tables, scene.frame, s[0].position)

    (state, bank), share, met = step_with_event(
        slope, (c.state, c.bank), jnp.asarray(CYCLE), below, lambda s: s, armed, "lane"
    )
    return c._replace(time=c.time + CYCLE * share, state=state, bank=bank, ended=c.ended | met)


def _gusts(models: Any, tables: Tables, c: PointMassCarry, after: PointState, cycle: Any) -> Gusts:
    """The departures of the air after this cycle; nothing is drawn while no case of the batch has any."""
    strength = c.noise * models.atmosphere.perturbations
    path = norm(after.position - c.state.position)
    height = height_above_areoid(surroundings_of(models, tables), after.position)

    def drawn() -> Gusts:
        draws = Vec3(*normals(c.key, "air", cycle, 3, strength))
        return Gusts(*(x + 0.0 * path for x in advance(c.gusts, path, height, draws, models.atmosphere)))

    still = Gusts(*(x + 0.0 * path for x in c.gusts))
    return settled(lax.cond(lax.pmax(strength, "lane") > 0.0, drawn, lambda: still))


def _end(models: Any, tables: Tables, scene: Scene, c: PointMassCarry) -> PointMassCarry:
    """Whether this was the last cycle: the height, the ground, a skip-out, or the time allowed."""
    over, speed = height_above_terrain(models, tables, scene.frame, c.state.position), norm(c.state.velocity)
    at_height = c.ended & (tables.stop_height >= 0.0)
    events = occ.note(c.events, "height_reached", at_height, c.time, over, tables.stop_height)
    events = occ.note(events, "ground_contact", c.ended & ~at_height, c.time, over, speed)
    climbing = dot(c.state.position, c.state.velocity) > 0.0
    height = height_above_areoid(surroundings_of(models, tables), c.state.position)
    gone = climbing & (height > models.entry.skip_out_height) & ~c.ended
    events = occ.note(events, "skip_out", gone, c.time, height)
    return c._replace(events=events, ended=c.ended | gone | (c.time > models.entry.duration_limit))


def _last_height(tables: Tables) -> Scalar:
    """Height over terrain below which nothing flies on [m]: the mission's, or the ground."""
    return jnp.maximum(tables.stop_height, 0.0)


def _shortest(angle: Scalar) -> Scalar:
    """The same turn the short way round [rad]."""
    return angle - 2.0 * math.pi * jnp.round(angle * (0.5 / math.pi))
