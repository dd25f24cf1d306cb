"""The fuel-optimal approach, solved on the ground computer's side at the phase boundary and handed to the compiled tracking law.

Each case is solved once, for the moment at which its engines will be warm: its navigated state carried there in free fall. The answer
travels as a table in the carry; a case without an answer flies the polynomial law, and that is an event.
"""

from typing import Any

import jax
import numpy as np

from skycrane.core.vector import Vec3
from skycrane.flight.landing_frame import landing_frame
from skycrane.flight.tables import Tables
from skycrane.gnc.guidance.convex_descent import convex_approach
from skycrane.gnc.guidance.descent_profile import DescentTable

KNOTS, MOST_SOLVES = 76, 8


def plan_convex_approach(models: Any, tables: Tables, carry: Any) -> Any:
    """The carry of powered descent with a table for every case that flies, and how it was found (see EVENTS of the phase)."""
    tables = jax.tree.map(np.asarray, tables)
    width = len(carry.time)
    solved: dict[bytes, tuple[DescentTable | None, int]] = {}
    found: list[tuple[DescentTable | None, int]] = []
    for lane in range(width):
        case, state = (jax.tree.map(lambda x, n=lane: np.asarray(x)[n], tree) for tree in (models, carry))
        key = b"".join(
            np.ascontiguousarray(x).tobytes()
            for x in jax.tree.leaves((case.powered_descent, state.estimate, state.target))
        )
        if key not in solved:
            solved[key] = _solve(case, tables, state) if bool(state.active) else (None, 0)
        found.append(solved[key])
    blank = DescentTable.blank(KNOTS)
    table = jax.tree.map(lambda *x: np.stack([np.asarray(y, float) for y in x]), *[t or blank for t, _ in found])
    there = np.array([t is not None for t, _ in found])
    solves = np.array([float(n) for _, n in found])
    events = dict(carry.events)
    never = np.asarray(events["convex_approach"][0])
    active = np.asarray(carry.active)
    for key_name, holds in (("convex_approach", there), ("convex_approach_failed", ~there)):
        events[key_name] = (np.where(holds & active, np.asarray(carry.time), never), (solves,))
    return carry._replace(table=table, convex=np.where(there, 1.0, 0.0), events=events)


def _solve(case: Any, tables: Tables, state: Any) -> tuple[DescentTable | None, int]:
    """One case: the state when the engines are warm, relative to the target."""
    frame, vehicle = landing_frame(case, tables), jax.tree.map(float, tables.assumed)
    d, e = case.powered_descent, state.estimate
    wait = float(d.free_fall_time + vehicle.engines.warm_up_time)
    gravity = frame.vector(case.planet.fall(e.position, e.velocity))
    here, moving = frame.position(e.position), frame.vector(e.velocity)
    height = case.navigation.height_over_terrain(e, frame)
    place = (
        Vec3(here.x - state.target.x, here.y - state.target.y, height) + moving * wait + gravity * (0.5 * wait * wait)
    )
    dry = float(vehicle.descent_stage.mass + vehicle.lander.mass)
    mass = dry + float(e.propellant)
    table, solves, _ = convex_approach(
        place, moving + gravity * wait, mass, dry, vehicle.engines, d, gravity, KNOTS, MOST_SOLVES
    )
    return table, solves
