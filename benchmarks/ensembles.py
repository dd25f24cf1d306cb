"""Ensembles on this machine: cases per core-second at several sizes, growth, memory, engines, three-degree-of-freedom entry, and peers.

`python -m benchmarks.ensembles [--large] [--save]`; `--large` adds 8192 cases in one process. Every figure comes from a process of its own;
processor seconds are those of the process and its children, so a busy machine changes them less than the clock.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.__main__ import Row, line, machine
from benchmarks.process import python

_RESULTS = Path(__file__).parent / "ensembles.json"
_CASES = (1, 64, 1024)
_ENGINE_CASES = 512


def main() -> None:
    """Measure, print, and save when asked."""
    command = argparse.ArgumentParser(
        prog="python -m benchmarks.ensembles", description=(__doc__ or "").splitlines()[0]
    )
    command.add_argument("--large", action="store_true", help="also 8192 cases in one process")
    command.add_argument("--no-peers", action="store_true", help="leave the other programs out")
    command.add_argument("--save", action="store_true", help=f"write {_RESULTS.name} beside the benchmarks")
    chosen = command.parse_args()
    rows = []
    print(f"{'':44}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}")
    for row in measure(chosen.large, not chosen.no_peers):
        rows.append(row)
        print(line(row), flush=True)
    if chosen.save:
        _RESULTS.write_text(json.dumps({"machine": machine(), "figures": rows}, indent=1) + "\n", encoding="utf-8")


def measure(large: bool, peers: bool) -> Iterator[Row]:
    """One row after the other, with the user's cache of compiled programs."""
    for cases in (*_CASES, 8192) if large else _CASES:
        run = python("-m", "benchmarks.ensembles_in_memory", str(cases), environment={})
        found = json.loads(run.printed)
        yield _row(f"{cases} cases in one process, programs in memory", found, run.peak_mb)
        yield {"figure": f"  cases per core-second at {cases}", "value": cases / found["cpu_s"]}
        yield {"figure": "  of it after the flight, ms a case", "value": 1e3 * found["after_s"] / cases}
    clocks = {}
    for engine in ("here", "processes", "dask"):
        with tempfile.TemporaryDirectory() as scratch:
            run = python("-c", _RUN, engine, str(_ENGINE_CASES), f"{scratch}/ens", environment={})
        found = json.loads(run.printed)
        clocks[engine] = found["wall_s"]
        yield _row(f"{_ENGINE_CASES} cases, engine {engine}, 2 workers", found, run.peak_mb)
    yield {"figure": "  Dask against processes, share of throughput", "value": clocks["processes"] / clocks["dask"]}
    run = python("-m", "benchmarks.entry_3dof", environment={})
    found = json.loads(run.printed)
    yield _row(f"3-DoF entry, case B dispersed, {found['cases']} cases", found, run.peak_mb)
    ours = found["cases"] / found["cpu_s"]
    yield {"figure": "  entries per core-second", "value": ours}
    yield {"figure": "  largest relative error of speed", "value": found["error"]}
    if peers:
        from benchmarks.peers import measure_peers

        yield from measure_peers(ours)


_RUN = """
import json, sys, time
from skycrane import load_mission, run_ensemble
engine, n, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
began = time.perf_counter()
if __name__ == "__main__":
    run_ensemble(load_mission("mars2020"), n, 1, engine=engine, workers=2, out=out)
    print(json.dumps({"wall_s": time.perf_counter() - began}))
"""


def _row(figure: str, found: dict[str, Any], peak: float) -> Row:
    return {"figure": figure, "wall_s": found["wall_s"], "cpu_s": found.get("cpu_s"), "peak_mb": peak}


if __name__ == "__main__":
    main()
