"""The multibody manoeuvre from rover separation to rest, control in the loop: `python -m benchmarks.touchdown [LANDINGS]`.

Prints processor seconds a landing as one JSON object: one alone, and a mean over dispersed ones flown side by side, over level ground, over
a height field, and over one with rocks. What comes before rover separation and after rest is not in it; laying out the ground under
the wheels is told apart.
"""

import json
import sys
import time
from functools import partial
from typing import Any

from skycrane.mission import load_mission
from skycrane.surface.local_ground import local_ground
from skycrane.surface.manoeuvre import fly_many, ground_below

BATCH = 64
GROUNDS = {
    "level": ("level", True),
    "height field": ("jezero_like", False),
    "height field with rocks": ("jezero_like", True),
}


def measure(terrain: str, rocks: bool, seeds: list[int | None], cases: list[int]) -> dict[str, float]:
    """Processor seconds of the manoeuvre and of laying out the ground, all landings together; steps of 2 ms."""
    from skycrane.surface.manoeuvre.bodies import Bodies
    from skycrane.surface.manoeuvre.programs import MultibodyPrograms

    spent = {"manoeuvre": 0.0, "ground": 0.0}
    whole, lay_out = MultibodyPrograms._manoeuvre, Bodies._lay_out

    def timed(name: str, work: Any) -> Any:
        def run(*arguments: Any) -> Any:
            start = time.process_time()
            found = work(*arguments)
            spent[name] += time.process_time() - start
            return found

        return run

    mission = load_mission("mars2020").with_changes({"touchdown.model": "multibody", "site.terrain": terrain})
    fly_many(mission, seeds[:1], cases[:1])  # programs into memory
    MultibodyPrograms._manoeuvre, Bodies._lay_out = timed("manoeuvre", whole), timed("ground", lay_out)  # type: ignore[method-assign]
    ground_below.local_ground = partial(local_ground, rocks=rocks)  # type: ignore[assignment]
    try:
        fly_many(mission, seeds, cases)
    finally:
        MultibodyPrograms._manoeuvre, Bodies._lay_out = whole, lay_out  # type: ignore[method-assign]
        ground_below.local_ground = local_ground
    return {each: seconds / len(seeds) for each, seconds in spent.items()}


def main(count: int) -> None:
    """Measure and print one JSON object: alone and side by side, by ground, [s of processor a landing]."""
    found: dict[str, Any] = {"count": count}
    for name, (terrain, rocks) in GROUNDS.items():
        alone = min((measure(terrain, rocks, [None], [0]) for _ in range(3)), key=lambda each: each["manoeuvre"])
        found[name] = {"alone": alone, "side by side": measure(terrain, rocks, [1] * count, list(range(count)))}
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else BATCH)
