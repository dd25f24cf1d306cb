"""So many cases of Mars 2020 in this process, programs in memory, everything that an ensemble keeps computed. Prints one JSON object."""

import json
import sys
import time
from typing import Any


def main(cases: int) -> None:
    """Fly and print."""
    from skycrane.ensemble import batch, events
    from skycrane.ensemble.order import Ground, order_of
    from skycrane.flight.engine import WIDTH
    from skycrane.mission import load_mission

    ground = Ground(order_of(load_mission("mars2020"), 1))
    batch.fly_batch(ground, 0, 1)  # the first call reads the programs
    after = [0.0]
    phases: dict[str, float] = {}
    _count_phases(ground.programs, phases)
    _count(batch._Flight, "batch", after, 1.0)
    for kind in (batch.Fingerprint, batch.EntryPeaks, batch.EventTable, batch.FlownRows):
        _count(kind, "hear", after, 1.0)
    for where, name in ((Ground, "fall"), (events, "by_lane")):
        _count(where, name, after, -1.0)  # flies what was let go: a part of the flight
    wall, cpu = time.perf_counter(), time.process_time()
    for first in range(0, cases, WIDTH):
        batch.fly_batch(ground, first, min(WIDTH, cases - first))
    found = {
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
        "after_s": after[0],
        "phases": phases,
    }
    print(json.dumps(found))


def _count_phases(programs: Any, total: dict[str, float]) -> None:
    """Add up the processor time that each phase takes to fly, and that of the loose bodies, which is not in them."""
    inner = programs.fly

    def timed(*given: Any) -> Any:
        began = time.process_time()
        for segment in inner(*given):
            total[segment.phase] = total.get(segment.phase, 0.0) + time.process_time() - began
            yield segment
            began = time.process_time()

    programs.fly = timed


def _count(kind: Any, name: str, total: list[float], sign: float) -> None:
    """Add up the processor time of a method."""
    inner = getattr(kind, name)

    def timed(*given: Any) -> Any:
        began = time.process_time()
        result = inner(*given)
        total[0] += sign * (time.process_time() - began)
        return result

    setattr(kind, name, timed)


if __name__ == "__main__":
    main(int(sys.argv[1]))
