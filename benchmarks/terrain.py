"""Times of the ground, on one core: prints them as JSON. The cache is the caller's, so that `build` starts from nothing."""

import json
import math
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

SIDE = 1024


def main() -> None:
    """Build the built-in site, open it again, read it, draw it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from skycrane.mission import load_mission
    from skycrane.optics import fisheye
    from skycrane.terrain import open_terrain
    from skycrane.terrain.view import DownLook, Lighting, clipmap

    site = load_mission("mars2020").parameters.site
    found = {}
    found["build"], _ = _time(lambda: open_terrain("jezero_like", site), 1)
    found["open"], terrain = _time(lambda: open_terrain("jezero_like", site), 3)
    east, north = np.random.default_rng(1).uniform(-500.0, 500.0, (2, 10000))
    found["points"], _ = _time(lambda: terrain.height(east, north), 3)
    found["patch"], _ = _time(lambda: terrain.patch(0.0, 0.0, 100.0, 0.1), 3)
    sun = Lighting(math.radians(257.4), math.radians(39.5))
    found["light"], maps = _time(lambda: clipmap(terrain, sun), 1)
    view = DownLook(maps, fisheye(SIDE, SIDE, math.radians(90.0)), SIDE, SIDE)
    down = np.diag([1.0, -1.0, -1.0])
    view.frame([0.0, 0.0, 2000.0], down)
    found["frame"], _ = _time(lambda: view.frame([0.0, 0.0, 2000.0], down), 10)
    print(json.dumps(found))


def _time(work: Callable[[], Any], times: int) -> tuple[tuple[float, float], Any]:
    """Least wall and CPU seconds of several times, and the last result."""
    best, result = (math.inf, math.inf), None
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        best = (min(best[0], time.perf_counter() - wall), min(best[1], time.process_time() - cpu))
    return best, result


if __name__ == "__main__":
    main()
