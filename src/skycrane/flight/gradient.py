"""Exact derivatives of what happens during entry, by forward-mode differentiation of the flight itself, with the event's own shift in time.

The nominal entry is flown once by the code that flies every landing, carrying along how its state changes with each parameter p
(dual numbers: Griewank and Walther, Evaluating Derivatives, 2008, ch. 3). An event does not happen at a fixed time: with its condition
c(x(t), p) = 0 the moment moves by dt/dp = -(dc/dp)/(dc/dt), and a figure read at it by dQ/dp = dQ/dp|t + (dQ/dt) (dt/dp)
(Galan, Feehery, Barton, Parametric sensitivity functions for hybrid discrete/continuous systems, 1999).

Switches (thruster pulses, bank reversals, modes) are held as they were flown: the derivative is that of this branch, and holds as long
as no switch is crossed. How far that is, is found by flying small changes beside it (gradient_check.py). Tables made on the ground
(guidance reference, parachute range) are held too: an off-nominal day, not another design.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

from skycrane.core import elementary as fn
from skycrane.core.errors import InputError
from skycrane.core.vector import norm
from skycrane.flight import dispersions
from skycrane.flight.engine import GUIDANCE_EVERY, SEGMENT
from skycrane.flight.ground import height_above_terrain
from skycrane.flight.landing_frame import entry_target, landing_frame, scene
from skycrane.flight.models import replace_number
from skycrane.flight.phases import entry
from skycrane.flight.programs import load_or_compile
from skycrane.flight.start import start_entry
from skycrane.flight.state import surroundings
from skycrane.gnc.guidance.apollo_entry import range_and_crossrange
from skycrane.mission.parameters import MissionParameters
from skycrane.mission.parameters.mind import RangeTriggerParameters
from skycrane.planet import shape
from skycrane.planet.atmosphere.air import Gusts

EVENTS = ("parachute_deploy", "height_reached")
#: figure -> unit in which it is said
FIGURES = {
    "t_s": "s", "height_above_areoid_m": "m", "height_above_ellipsoid_m": "m", "height_above_terrain_m": "m",
    "radius_m": "m", "latitude_deg": "deg", "longitude_deg": "deg", "speed_planet_relative_m_s": "m/s", "airspeed_m_s": "m/s",
    "flight_path_angle_deg": "deg", "mach": "1", "dynamic_pressure_Pa": "Pa", "density_kg_m3": "kg/m^3",
    "range_to_target_m": "m", "propellant_mass_kg": "kg", "heat_load_J_m2": "J/m^2",
}  # fmt: skip
_CONDITIONS = ("range", "armed", "slow", "height")
_NEVER_HELD = 1e9  # s, a persistence with which the trigger never fires: the path goes on smoothly beyond the event


@dataclass(frozen=True)
class EntryPath:
    """Figures and conditions of one entry in every control cycle, and how they change with each parameter.

    time (cycles,) [s]; values (names, cycles); tangents (names, parameters, cycles), in SI per unit of the file.
    """

    time: np.ndarray
    values: np.ndarray
    tangents: np.ndarray


NAMES = (*(name for name in FIGURES if name != "t_s"), *_CONDITIONS)


def observed(models: Any, tables: Any, c: Any) -> tuple[Any, ...]:
    """Figures (in their units) and conditions of a carry of the entry, in the order of NAMES."""
    body = c.craft.body
    around = surroundings(models, tables, body, Gusts(*c.gusts))
    degree = 180.0 / np.pi
    latitude, longitude = shape.latitude_longitude(body.position)
    climb = shape.east_north_up(body.position).undo(body.velocity).z
    speed = norm(body.velocity)
    target = entry_target(models)
    true_range, _ = range_and_crossrange(c.estimate._replace(position=body.position, velocity=body.velocity), target)
    above = models.planet.height_above_ellipsoid(body.position)
    terrain = height_above_terrain(models, tables, landing_frame(models, tables), body.position)
    figures = (
        around.height_above_areoid, above, terrain, norm(body.position), latitude * degree, longitude * degree, speed, around.flow.airspeed,
        fn.asin(climb / speed) * degree, around.flow.mach, around.flow.dynamic_pressure, around.air.density, true_range,
        c.craft.propellant, c.craft.heat_load,
    )  # fmt: skip
    return (*figures, *_conditions(models, tables, c, target, terrain))


def _conditions(models: Any, tables: Any, c: Any, target: Any, terrain: Any) -> tuple[Any, ...]:
    """What each trigger waits for to become negative; far away where there is no such trigger."""
    far = 1e9 + 0.0 * c.time
    height = terrain - tables.stop_height
    if models.triggers is None:
        return far, far, far, height
    trigger, speed = models.triggers.parachute, c.estimate.speed()
    if isinstance(trigger, RangeTriggerParameters):
        to_go, _ = range_and_crossrange(c.estimate, target)
        return (
            to_go - tables.parachute_range,
            speed - trigger.armed_below_speed,
            speed - trigger.fire_below_speed,
            height,
        )
    return far, far, speed - trigger.speed, height


def untriggered(models: Any, p: MissionParameters, tables: Any) -> tuple[Any, Any]:
    """Models and tables whose entry goes on beyond the event that would end it."""
    if p.triggers is not None:
        models = replace_number(models, ("triggers", "parachute", "persistence"), lambda x: x + _NEVER_HELD)
    return models, tables._replace(stop_height=np.asarray(-1e9))


def fly_with_tangents(
    models: Any, tables: Any, watched: Any, directions: Sequence[Any], key: Any, until: float
) -> EntryPath:
    """Fly the entry of one case up to a time, with the tangents of `directions` (changes of the models per unit of each parameter).

    `watched` are the tables whose conditions are observed; those that fly may go on beyond them.
    """
    moved = jax.tree.map(lambda *x: np.stack([np.asarray(y, float) for y in x]), *directions)
    models = jax.tree.map(lambda x: np.asarray(x, float), models)
    mark = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    begin = load_or_compile(f"gradient-start-{mark}", lambda: _start, (models, tables, moved, key))
    state = begin(models, tables, moved, key)
    parts: list[Any] = []
    step = None
    first = 0
    while first * entry.CYCLE < until:
        arguments = (models, tables, watched, moved, *state, np.int64(first))
        step = step or load_or_compile(f"gradient-fly-{mark}", lambda: _segment, arguments)
        state, seen = step(*arguments)
        parts.append(jax.tree.map(np.asarray, seen))
        first += SEGMENT
    time, values, tangents = (np.concatenate([part[n] for part in parts], axis=-1) for n in range(3))
    return EntryPath(time, values, tangents)


def _start(models: Any, tables: Any, moved: Any, key: Any) -> Any:
    """First carry and its tangents."""

    def floats(m: Any) -> tuple[Any, Any]:
        return _parted(start_entry(m, tables, key, jnp.asarray(0.0)))

    carry, rest = floats(models)
    tangents = jax.vmap(lambda d: jax.jvp(lambda m: floats(m)[0], (models,), (d,))[1])(moved)
    return carry, tangents, rest


def _segment(
    models: Any, tables: Any, watched: Any, moved: Any, carry: Any, tangents: Any, rest: Any, first: Any
) -> Any:
    """SEGMENT control cycles of the carry with its tangents; what is observed as each begins."""
    place = lambda m: scene(m, tables)  # noqa: E731

    def cycle(models: Any, floats: Any, rest: Any, n: Any) -> Any:
        c = _joined(floats, rest)
        seen = jnp.stack([jnp.asarray(x, float) for x in observed(models, watched, c)])
        fly = lambda m, x: entry.tick(m, tables, place(m), x, n, n % GUIDANCE_EVERY == 0)[0]  # noqa: E731
        batch = jax.tree.map(
            lambda x: jnp.asarray(x)[None], (models, c)
        )  # a batch of one, as every control cycle flies
        new = jax.tree.map(lambda x: x[0], jax.vmap(fly, axis_name="lane")(*batch))
        after, others = _parted(new)
        return (after, seen), others

    def one(state: Any, n: Any) -> Any:
        floats, moving, rest = state

        def along(d: Any, t: Any) -> Any:
            _, change, _ = jax.jvp(lambda m, x: cycle(m, x, rest, n), (models, floats), (d, t), has_aux=True)
            return change

        (after, seen), others = cycle(models, floats, rest, n)
        shift, changed = jax.vmap(along)(moved, moving)
        return (after, shift, others), (floats.time, seen, changed)

    state, (time, seen, changed) = jax.lax.scan(one, (carry, tangents, rest), first + jnp.arange(SEGMENT))
    return state, (time, seen.T, jnp.transpose(changed, (2, 1, 0)))


def _parted(carry: Any) -> tuple[Any, Any]:
    """The numbers of a carry, and what has no derivative: a decision, a key."""
    real = lambda x: jnp.issubdtype(jnp.asarray(x).dtype, jnp.floating)  # noqa: E731
    floats = jax.tree.map(lambda x: jnp.asarray(x) if real(x) else None, carry)
    rest = jax.tree.map(lambda x: None if real(x) else x, carry)
    return floats, rest


def _joined(floats: Any, rest: Any) -> Any:
    return jax.tree.map(lambda a, b: a if b is None else b, floats, rest, is_leaf=lambda x: x is None)


def directions_of(models: Any, p: MissionParameters, keys: Sequence[str]) -> list[Any]:
    """Change of the models per unit (of the file) of each parameter. InputError for a number that does not fly."""
    still = jax.tree.map(lambda x: 0.0, models)
    found = []
    for key in keys:
        path, factor = dispersions.address(p, key)
        if not path:
            raise InputError(f"{key} belongs to a part that this mission does without")
        found.append(replace_number(still, path, lambda _, f=factor: f))
    return found
