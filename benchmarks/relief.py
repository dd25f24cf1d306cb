"""What the relief of the built-in ground costs an ensemble: processor time of the same cases over it and over level ground.

Both are flown in turn, several times, in one process, programs and maps in memory; a busy machine then slows both. Prints one JSON object:
the least and the middle processor seconds of a batch over each, and the ratio of each pair.
"""

import json
import statistics
import time

ROUNDS = 5
GROUNDS = ("level", "jezero_like")


def main() -> None:
    """Fly and print."""
    from skycrane.ensemble import batch
    from skycrane.ensemble.order import Ground, order_of
    from skycrane.flight.engine import WIDTH
    from skycrane.mission import load_mission

    flown = {
        name: Ground(order_of(load_mission("mars2020").with_changes({"site.terrain": name}), 1)) for name in GROUNDS
    }
    for ground in flown.values():
        batch.fly_batch(ground, 0, 1)  # the first call reads the programs
    used: dict[str, list[float]] = {name: [] for name in GROUNDS}
    for each in range(ROUNDS):
        for name in GROUNDS if each % 2 == 0 else GROUNDS[::-1]:
            cpu = time.process_time()
            batch.fly_batch(flown[name], each * WIDTH, WIDTH)
            used[name].append(time.process_time() - cpu)
    ratios = [relief / level for level, relief in zip(*used.values(), strict=True)]
    found = {f"{name}_s": [min(times), statistics.median(times)] for name, times in used.items()}
    print(json.dumps(found | {"cases": WIDTH, "ratios": ratios, "ratio": statistics.median(ratios)}))


if __name__ == "__main__":
    main()
