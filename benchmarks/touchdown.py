"""The multibody manoeuvre from rover separation to rest, control in the loop: `python -m benchmarks.touchdown [LANDINGS]`.

Prints processor seconds a landing: one alone on level ground, one on a terrain with rocks (laying out its ground apart), and a mean over a
batch of dispersed ones. What 8,000 would take on two cores is that mean times 8,000 over 2, not a measurement.
"""

import json
import sys
import time
from typing import Any

from skycrane.mission import load_mission
from skycrane.surface.manoeuvre import fly_many

BATCH = 16


def measure(terrain: str, seeds: list[int | None], cases: list[int]) -> dict[str, float]:
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
    try:
        fly_many(mission, seeds, cases)
    finally:
        MultibodyPrograms._manoeuvre, Bodies._lay_out = whole, lay_out  # type: ignore[method-assign]
    return {**spent, "manoeuvre": spent["manoeuvre"] - spent["ground"]}


def main(count: int) -> None:
    """Measure and print one JSON object."""
    level, rocks = measure("level", [None], [0]), measure("jezero_like", [None], [0])
    many = measure("level", [1] * count, list(range(count)))["manoeuvre"] / count
    print(
        json.dumps(
            {
                "one, level ground [cpu s]": round(level["manoeuvre"], 3),
                "one, height field with rocks [cpu s]": round(rocks["manoeuvre"], 3),
                "laying out that ground [cpu s]": round(rocks["ground"], 3),
                f"mean of {count} [cpu s]": round(many, 3),
                "8,000 on two cores, extrapolated from that mean [min]": round(8000 * many / 2 / 60.0, 1),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else BATCH)
