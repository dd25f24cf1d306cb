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
    from skycrane.flight import dispersions, threefry
    from skycrane.flight.models import assemble
    from skycrane.flight.sequence import sequence_of
    from skycrane.flight.tables import make_tables
    from skycrane.mission import load_mission

    p = load_mission("mars2020").parameters
    tables, models = make_tables(p), assemble(p)
    keys = threefry.case_keys(0, np.arange(engine.WIDTH))
    drawn = dispersions.lanes_of(models, p, dispersions.drawn(p, keys), engine.WIDTH)
    nominal = dispersions.lanes([models], engine.WIDTH)
    programs = engine.Programs(drawn, tables, keys, np.ones(engine.WIDTH), sequence_of(p))

    def fly(batch: Any, noise: float) -> tuple[float, float]:
        wall, cpu = time.perf_counter(), time.process_time()
        for segment in programs.fly(batch, tables, keys, np.full(engine.WIDTH, noise)):
            del segment
        return time.perf_counter() - wall, time.process_time() - cpu

    fly(nominal, 0.0)  # the first call reads the programs
    alone, many = [fly(nominal, 0.0) for _ in range(3)], [fly(drawn, 1.0) for _ in range(3)]
    print(json.dumps({"lanes": engine.WIDTH, "alone": min(alone), "many": min(many)}))


if __name__ == "__main__":
    main()
