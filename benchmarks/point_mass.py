"""Entries of a point mass, verification case B dispersed, in a process of its own: three ways, each in entries per core-second.

Bare: `fly_point_mass` under vmap, only the entry state dispersed. Ensemble: `fly_point_masses` of the mission file, everything in it
dispersed. Records: `fly_many`, full channels and events. Prints one JSON object with the largest relative error of the first two (end
time, end speed, peak deceleration) against a step of 0.05 s.
"""

import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

_CASE = Path(__file__).resolve().parents[1] / "tests/missions/verification_b.toml"
_MANY, _FEW, _LANES = 32768, 256, 64
Ends = tuple[np.ndarray, ...]


def main() -> None:
    """Fly and print."""
    from skycrane.flight import engine, fly_many, fly_point_masses
    from skycrane.flight.point_mass_ensemble import STEP
    from skycrane.mission import load_mission

    engine.configure()
    mission = load_mission(_CASE)
    figures: dict[str, float] = {"step": STEP}

    def ensemble(cases: int, step: float) -> Ends:
        ends = fly_point_masses(mission, range(cases), step=step)
        return ends.time, ends.speed, ends.peak_deceleration

    for name, fly in (("bare", _bare(mission.parameters)), ("ensemble", ensemble)):
        fly(_MANY, STEP)  # compiles
        figures[name] = _MANY / min(_cpu(lambda fly=fly: fly(_MANY, STEP)) for _ in range(3))
        errors = [abs(x / exact - 1.0).max() for x, exact in zip(fly(_FEW, STEP), fly(_FEW, 0.05), strict=True)]
        figures[f"{name}_error"] = float(max(errors))
    seeds = list(range(_LANES))
    fly_many(mission, seeds)
    figures["records"] = _LANES / min(_cpu(lambda: fly_many(mission, seeds)) for _ in range(3))
    print(json.dumps(figures))


def _cpu(work: Callable[[], Any]) -> float:
    """Processor seconds, all threads together."""
    began = time.process_time()
    work()
    return time.process_time() - began


def _bare(p: Any) -> Callable[[int, float], Ends]:
    """The batched function alone: a call (cases, step) -> ends."""
    import jax

    from skycrane.core.vector import norm
    from skycrane.flight.models import assemble
    from skycrane.flight.phases.point_mass_entry import surroundings_of
    from skycrane.flight.point_mass import fly_point_mass, state_from_angles
    from skycrane.flight.tables import make_tables

    models, tables, e = assemble(p), make_tables(p), p.entry
    draws = np.random.default_rng(1).normal(size=(_MANY, 2)) * (math.radians(0.1), 2.0)

    def one(draw: Any, step: float) -> Any:
        angle, speed = e.flight_path_angle + draw[0], e.speed + draw[1]
        start = state_from_angles(e.latitude, e.longitude, e.radius, speed, angle, e.azimuth)
        air = surroundings_of(models, tables)
        end = fly_point_mass(air, models.vehicle, start, p.success.height, step=step, longest=600.0)
        return end.time, norm(end.state.velocity), end.peak_deceleration

    def batch(draws: Any, step: float) -> Any:
        return jax.lax.map(jax.vmap(lambda draw: one(draw, step)), draws)

    program = jax.jit(batch, static_argnums=1)

    def fly(cases: int, step: float) -> Ends:
        ends = program(draws[:cases].reshape(-1, _LANES, 2), step)
        return tuple(np.ravel(x) for x in ends)

    return fly


if __name__ == "__main__":
    main()
