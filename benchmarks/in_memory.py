"""The flight alone, in a process of its own: programs compiled and in memory, one lane and then 64 different landings through them.

Prints one JSON object. Only integration, events and logged scalars are timed, what the compiled programs give; channels of a record are
computed from them afterwards, one landing at a time.
"""

import json
import time
from typing import Any

import numpy as np


def main() -> None:
    """Fly and print."""
    from skycrane.flight import engine

    engine.configure()
    from skycrane.flight import dispersions
    from skycrane.flight.models import assemble
    from skycrane.flight.randomness import case_key
    from skycrane.flight.sequence import sequence_of
    from skycrane.flight.tables import make_tables
    from skycrane.mission import load_mission

    p = load_mission("mars2020").parameters
    tables, models = make_tables(p), assemble(p)
    keys = [np.asarray(case_key(seed, 0)) for seed in range(engine.WIDTH)]
    drawn = dispersions.lanes([dispersions.dispersed(models, p, key) for key in keys], engine.WIDTH)
    nominal = dispersions.lanes([models], engine.WIDTH)
    programs = engine.Programs(drawn, tables, np.stack(keys), np.ones(engine.WIDTH), sequence_of(p))

    def fly(batch: Any, noise: float) -> tuple[float, float]:
        wall, cpu = time.perf_counter(), time.process_time()
        for segment in programs.fly(batch, tables, np.stack(keys), np.full(engine.WIDTH, noise)):
            del segment
        return time.perf_counter() - wall, time.process_time() - cpu

    fly(nominal, 0.0)  # the first call reads the programs
    alone, many = [fly(nominal, 0.0) for _ in range(3)], [fly(drawn, 1.0) for _ in range(3)]
    print(json.dumps({"lanes": engine.WIDTH, "alone": min(alone), "many": min(many)}))


if __name__ == "__main__":
    main()
