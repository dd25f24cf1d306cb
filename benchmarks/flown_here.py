"""The nominal flight and a few seeds, flown by this Python on this processor: prints one JSON object with events, ends and versions.

A process of its own for `benchmarks.other_machines`, which compares what several of them print.
"""

import json
import os
import sys
from importlib import metadata
from platform import python_version

import skycrane as sc
from skycrane.flight import fly_many
from skycrane.record.json_text import plain

SEEDS = (None, 7, 11)
#: what is compared of the state at an event: channel names
STATE = ("speed_planet_relative", "height_above_terrain", "latitude", "longitude", "radius")


def main() -> None:
    """Fly and print."""
    if len(sys.argv) > 1:
        os.sched_setaffinity(0, {int(sys.argv[1])})
    cases = {
        "nominal" if seed is None else f"seed {seed}": {
            "outcome": record.outcome["outcome"],
            "touchdown": record.outcome["touchdown"],
            "events": [
                {"key": e.key, "t_s": e.t_s, "state": {name: e.state.get(name) for name in STATE}}
                for e in record.events
            ],
        }
        for seed, record in zip(SEEDS, fly_many(sc.load_mission("mars2020"), SEEDS), strict=True)
    }
    about = {"python": python_version(), **{name: metadata.version(name) for name in ("jax", "numpy")}}
    print(json.dumps(plain({"about": about, "flags": os.environ.get("XLA_FLAGS", ""), "cases": cases})))


if __name__ == "__main__":
    main()
