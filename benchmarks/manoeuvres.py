"""Thousands of multibody manoeuvres, flown whole: `python -m benchmarks manoeuvres [--large] [--save]`.

Two processes share dispersed landings of the preset, each from entry interface to rest with the control in the loop, 64 side by side;
numbers are kept, records are not. Over level ground 8000 with `--large`, else 128; over a height field with rocks fewer.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import Any

import numpy as np

from benchmarks.results import Row

SEED, WORKERS, WIDTH, LARGE, FEW = 2021, 2, 64, 8000, 128
GROUNDS = {"level ground": ("level", LARGE, FEW), "a height field with rocks": ("jezero_like", 512, FEW)}


def measure(large: bool) -> Iterator[Row]:
    """One row after the other; progress goes to standard error."""
    for words, (terrain, many, few) in GROUNDS.items():
        count = many if large else few
        share = -(-count // (WORKERS * WIDTH)) * WIDTH
        parts = [(n, min(n + share, count)) for n in range(0, count, share)]
        _watch(terrain, Told(1), (0, 1))  # programs and ground into the cache
        told = Told(count)
        with ThreadPoolExecutor(WORKERS) as pool:
            found = list(pool.map(partial(_watch, terrain, told), parts))
        yield from _rows(words, count, told.seconds(), found)


class Told:
    """How far all processes together are."""

    def __init__(self, count: int) -> None:
        self.count, self.flown, self.began = count, 0, time.perf_counter()

    def seconds(self) -> float:
        """Since the beginning."""
        return time.perf_counter() - self.began

    def hear(self, flown: int) -> None:
        """So many more are done."""
        self.flown += flown
        minutes = self.seconds() / 60.0
        left = minutes * (self.count - self.flown) / self.flown
        print(
            f"{self.flown} of {self.count} after {minutes:.1f} min, {left:.1f} min to go", file=sys.stderr, flush=True
        )


def _rows(words: str, count: int, wall: float, found: list[dict[str, Any]]) -> Iterator[Row]:
    """What some processes found together."""
    cpu, ends = sum(each["cpu_s"] for each in found), list(chain.from_iterable(each["ends"] for each in found))
    peak, manoeuvre = max(each["peak_mb"] for each in found), sum(each["manoeuvre_s"] for each in found)
    yield {"figure": f"{count} whole landings, {words}, two processes", "wall_s": wall, "cpu_s": cpu, "peak_mb": peak}
    yield {"figure": "  of it separation to rest, a landing", "cpu_s": manoeuvre / count}
    yield {"figure": "  minutes on the clock", "value": wall / 60.0}
    if count not in (LARGE, FEW):
        yield {"figure": f"  {LARGE} at that rate, minutes", "value": wall / 60.0 * LARGE / count}
    for how, number in Counter(each[0] for each in ends).most_common():
        yield {"figure": f"  {how.replace('_', ' ')}", "value": number}
    for name, place in (
        ("vertical speed at touchdown, 99 of 100 below [m/s]", 1),
        ("tilt at rest, 99 of 100 below [deg]", 2),
    ):
        yield {"figure": f"  {name}", "value": float(np.nanquantile([each[place] for each in ends], 0.99))}


def _watch(terrain: str, told: Told, part: tuple[int, int]) -> dict[str, Any]:
    """Run one process over its cases and hand on what it found."""
    command = [sys.executable, "-m", "benchmarks.manoeuvres", terrain, *map(str, part)]
    found: dict[str, Any] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:  # type: ignore[union-attr]
            found = json.loads(line)
            if "flown" in found:
                told.hear(found["flown"])
    if process.returncode != 0 or "ends" not in found:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return found


def fly(terrain: str, first: int, last: int) -> None:
    """The work of one process: a line of JSON after each batch, and one with everything at the end."""
    from skycrane.mission import load_mission
    from skycrane.surface.manoeuvre import fly_ends
    from skycrane.surface.manoeuvre.programs import MultibodyPrograms

    spent, whole = [0.0], MultibodyPrograms._manoeuvre

    def timed(*arguments: Any) -> Any:
        start = time.process_time()
        found = whole(*arguments)
        spent[0] += time.process_time() - start
        return found

    MultibodyPrograms._manoeuvre = timed  # type: ignore[method-assign]
    mission = load_mission("mars2020").with_changes({"touchdown.model": "multibody", "site.terrain": terrain})
    ends = []
    for batch in fly_ends(mission, SEED, range(first, last)):
        ends += [(each.how, each.vertical_m_s, each.tilt_deg) for each in batch]
        print(json.dumps({"flown": len(batch)}), flush=True)
    unit = 1e6 if sys.platform == "darwin" else 1e3
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    used = os.times()
    print(json.dumps({"cpu_s": used.user + used.system, "manoeuvre_s": spent[0], "peak_mb": peak, "ends": ends}))


if __name__ == "__main__":
    fly(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
