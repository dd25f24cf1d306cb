"""Whole-flight figures of this machine: `python -m benchmarks [--save]`.

Every figure comes from a fresh process with its own cache of compiled programs, so the user's cache is left alone.
"""

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.process import Run, python

_RESULTS = Path(__file__).parent / "results.json"
_LAND = "import sys; from skycrane.cli import main; sys.exit(main(sys.argv[1:]))"
_IMPORT = "import time; t = time.perf_counter(); import skycrane; print(time.perf_counter() - t)"
Row = dict[str, Any]


def main() -> None:
    """Measure, print, and save when asked."""
    command = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast a landing is on this machine.")
    command.add_argument("--save", action="store_true", help=f"write {_RESULTS.name} beside the benchmarks")
    chosen = command.parse_args()
    rows = []
    print(f"{'':44}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as scratch:
        for row in measure(Path(scratch)):
            rows.append(row)
            print(line(row), flush=True)
    if chosen.save:
        _RESULTS.write_text(json.dumps({"machine": machine(), "figures": rows}, indent=1) + "\n", encoding="utf-8")
        print(f"written: {_RESULTS}")


def measure(scratch: Path) -> Iterator[Row]:
    """One row after the other; the first flight fills the cache for those that follow."""
    cache = {"SKYCRANE_CACHE": str(scratch / "cache")}
    imports = [python("-c", _IMPORT, environment=cache) for _ in range(5)]
    yield {"figure": "import skycrane", "wall_s": min(float(run.printed) for run in imports)}
    yield _row("first landing ever, compile included", _land(scratch, cache))
    yield _row("later landing, new process", _best(_land(scratch, cache) for _ in range(3)))
    yield _row("the same, with the report", _best(_land(scratch, cache, report=True) for _ in range(2)))
    yield _row("twelve draft pictures", _pictures(scratch, cache))
    yield _row("one final picture, 1280 x 1024", _pictures(scratch, cache, "--camera", "RUC", "--quality", "final"))
    run = python("-m", "benchmarks.in_memory", environment=cache)
    found = json.loads(run.printed)
    for figure, key in (
        ("the flight alone, programs in memory", "alone"),
        (f"{found['lanes']} seeds side by side", "many"),
    ):
        wall, cpu = found[key]
        yield {"figure": figure, "wall_s": wall, "cpu_s": cpu, "peak_mb": run.peak_mb if key == "many" else None}
    yield {"figure": "landings per core-second, side by side", "value": found["lanes"] / found["many"][1]}
    found = json.loads(python("-m", "benchmarks.point_mass", environment=cache).printed)
    for figure, key in (
        ("3-DoF entries per core-second, bare", "bare"),
        ("the same, from a mission file", "ensemble"),
        ("the same, with records", "records"),
    ):
        yield {"figure": figure, "value": found[key]}
    found = json.loads(python("-m", "benchmarks.terrain", environment=cache).printed)
    for figure, key in (
        ("built-in terrain, built (one core)", "build"),
        ("the same, from the cache", "open"),
        ("10,000 heights, to centimetres", "points"),
        ("1,001 x 1,001 heights at 0.1 m", "patch"),
        ("clipmap with light and shadows", "light"),
        ("grey down-looking frame, 1024 x 1024", "frame"),
    ):
        wall, cpu = found[key]
        yield {"figure": figure, "wall_s": wall, "cpu_s": cpu}


def _pictures(scratch: Path, cache: dict[str, str], *words: str) -> Run:
    """From start to files, the terrain opened and the engine chosen."""
    return python(
        "-c", _LAND, "pictures", str(scratch / "run"), "--max", "12" if not words else "1", *words, environment=cache
    )


def _land(scratch: Path, cache: dict[str, str], report: bool = False) -> Run:
    extra = ["--no-pictures"] if report else ["--no-report", "--no-pictures"]
    return python("-c", _LAND, "land", "--overwrite", "--out", str(scratch / "run"), *extra, environment=cache)


def _best(runs: Iterator[Run]) -> Run:
    return min(runs, key=lambda run: run.wall_s)


def _row(figure: str, run: Run) -> Row:
    return {"figure": figure, "wall_s": run.wall_s, "cpu_s": run.cpu_s, "peak_mb": run.peak_mb}


def line(row: Row) -> str:
    """A row of the table."""
    if "value" in row:
        return f"{row['figure']:44}{row['value']:9.2f}"
    cells = (("wall_s", 2), ("cpu_s", 2), ("peak_mb", 0))
    return f"{row['figure']:44}" + "".join(
        f"{row[key]:9.{digits}f}" if row.get(key) is not None else " " * 9 for key, digits in cells
    )


def machine() -> dict[str, str]:
    """What matters about the machine, and nothing that names it."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:
        cores = os.cpu_count() or 1
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    return {
        "cores": str(cores),
        "architecture": platform.machine() + (", AVX-512" if "avx512f" in flags else ""),
        "system": platform.system(),
        "python": platform.python_version(),
        "jax": metadata.version("jax"),
    }


if __name__ == "__main__":
    main()
