"""Ensembles on this machine: cases per core-second at several sizes, phases, memory, engines, growth, a point mass, peers.

The second half of `python -m benchmarks`. Every figure comes from a process of its own; processor seconds are those of the process and
its children, so a busy machine changes them less than the clock. Programs come from the user's cache, except where compiling is timed.
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.process import Run, python
from benchmarks.results import Row

_CASES = (1, 64, 1024)
_ENGINE_CASES, _MANY = 512, 8000
_GROWTH, _VERY_MANY = (100, 1000, _MANY), 100_000


def measure(large: bool, peers: bool, yardstick: str | None = None) -> Iterator[Row]:
    """One row after the other."""
    per_second = 0.0
    for cases in (*_CASES, 8192) if large else _CASES:
        run = python("-m", "benchmarks.ensembles_in_memory", str(cases), environment={})
        found = json.loads(run.printed)
        per_second = cases / found["cpu_s"]
        yield _row(f"{cases} cases of Mars 2020 in one process, programs in memory", found, run.peak_mb)
        yield {"figure": f"  cases per core-second at {cases}", "value": per_second}
        yield {"figure": "  of it after the flight, ms a case", "value": 1e3 * found["after_s"] / cases}
    for name, seconds in found["phases"].items():
        yield {"figure": f"  of it {name.replace('_', ' ')}, ms a case", "value": 1e3 * seconds / cases}
    yield from _relief()
    yield from _engines(_MANY if large else _ENGINE_CASES)
    run = python("-m", "benchmarks.entry_3dof", environment={})
    found = json.loads(run.printed)
    yield _row(f"3-DoF entry, case B dispersed, {found['cases']} cases", found, run.peak_mb)
    ours = found["cases"] / found["cpu_s"]
    yield {"figure": "  entries per core-second", "value": ours}
    yield {"figure": "  largest relative error of speed", "value": found["error"]}
    if yardstick is not None:
        yield from _yardstick(Path(yardstick), per_second)
    if peers:
        from benchmarks.peers import measure_peers

        yield from measure_peers(ours)


def _relief() -> Iterator[Row]:
    """What the relief of the built-in ground costs: the same cases over it and over level ground, in turn."""
    found = json.loads(python("-m", "benchmarks.relief", environment={}).printed)
    for name, words in (("level", "level ground"), ("jezero_like", "the built-in ground")):
        yield {"figure": f"  {found['cases']} cases over {words}, least", "cpu_s": found[f"{name}_s"][0]}
    yield {"figure": "  built-in ground over level ground, middle of the pairs", "value": found["ratio"]}


def measure_growth(large: bool) -> Iterator[Row]:
    """From the command to the scorecard by two processes, for more and more cases; memory is that of all its processes together."""
    for count in (*_GROWTH, _VERY_MANY) if large else _GROWTH:
        run, found = _ensemble("processes", count)
        yield _row(
            f"{count} cases, two processes, from command to scorecard", found | {"cpu_s": run.cpu_s}, found["peak_mb"]
        )
        yield {"figure": "  wall time for each case [ms]", "value": 1e3 * found["wall_s"] / count}


def _engines(count: int) -> Iterator[Row]:
    """The same cases by each engine, from the command to the scorecard: seconds of processor of all its processes too."""
    used = {}
    for engine in ("here", "processes", "dask"):
        run, found = _ensemble(engine, count)
        used[engine] = found | {"cpu_s": run.cpu_s}
        yield _row(f"{count} cases, engine {engine}, 2 workers", used[engine], found["peak_mb"])
    for key, word in (("wall_s", "throughput"), ("cpu_s", "cases per processor second")):
        for other in ("here", "processes"):
            share = used[other][key] / used["dask"][key]
            yield {"figure": f"  Dask against {other}, share of {word}", "value": share}


def _ensemble(engine: str, count: int) -> tuple[Run, dict[str, float]]:
    with tempfile.TemporaryDirectory() as scratch:
        run = python("-c", _RUN, engine, str(count), f"{scratch}/ens", environment={})
    return run, json.loads(run.printed)


def _yardstick(folder: Path, ours: float) -> Iterator[Row]:
    """A simpler landing written in C (its README says what is in it), one core: what this machine gives at best, and at the same moment."""
    for engine, words in (("c8", "C, 8 lanes"), ("c1", "C, scalar")):
        try:
            run = python(
                str(folder / "bench.py"), engine, "--sizes", "1024" if engine == "c8" else "64", environment={}
            )
        except RuntimeError:
            yield {"figure": f"yardstick landing, {words}: does not run here; is it built (make -C c)?"}
            continue
        found = json.loads(run.printed.splitlines()[-1])
        rate = next(each["per_core_s"] for each in found.values() if isinstance(each, dict) and "per_core_s" in each)
        yield {"figure": f"yardstick landing, {words}: cases per core-second", "value": rate}
        yield {"figure": "  landings here for each of these", "value": ours / rate}


_RUN = """
import json, sys, threading, time
began = time.perf_counter()
if __name__ == "__main__":
    import psutil
    from skycrane import load_mission, run_ensemble
    engine, n, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    most = [0.0]

    def look():
        me = psutil.Process()
        while True:
            held = 0
            for each in (me, *me.children(recursive=True)):
                try:
                    held += each.memory_info().rss
                except psutil.NoSuchProcess:
                    pass
            most[0] = max(most[0], held / 1e6)
            time.sleep(0.5)

    threading.Thread(target=look, daemon=True).start()
    run_ensemble(load_mission("mars2020"), n, 1, engine=engine, workers=2, out=out)
    print(json.dumps({"wall_s": time.perf_counter() - began, "peak_mb": most[0]}))
"""


def _row(figure: str, found: dict[str, Any], peak: float) -> Row:
    return {"figure": figure, "wall_s": found["wall_s"], "cpu_s": found.get("cpu_s"), "peak_mb": peak}
