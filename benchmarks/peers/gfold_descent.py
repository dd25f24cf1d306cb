"""gfold on its own example, a powered descent from 2.4 km: flight time given, 100 nodes. Prints one JSON object.

Runs in an environment that has gfold.
"""

import json
import time
from importlib import metadata

import gfold

RUNS = 5


def main() -> None:
    """Solve and print the median."""
    config = gfold.Config(
        spacecraft=gfold.Spacecraft(), environment=gfold.Environment(), solver=gfold.Solver(n=100, time_of_flight=60.0)
    )
    clocks = []
    for _ in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        gfold.solve(config)
        clocks.append((time.process_time() - cpu, time.perf_counter() - wall))
    cpu, wall = sorted(clocks)[RUNS // 2]
    print(
        json.dumps(
            {"version": metadata.version("gfold"), "what": "powered descent, 100 nodes", "cpu_s": cpu, "wall_s": wall}
        )
    )


if __name__ == "__main__":
    main()
