"""All figures of this machine: `python -m benchmarks [SET ...] [--save]`, or `make bench`.

Every figure comes from a fresh process. Flights have a cache of compiled programs of their own, so the user's cache is left alone;
ensembles and pictures use the user's. With `--save` the tables of docs/performance.md are written, so that its figures are those of a run.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.process import Run, python
from benchmarks.results import Row, line, save

_LAND = "import sys; from skycrane.cli import main; sys.exit(main(sys.argv[1:]))"
_IMPORT = "import time; t = time.perf_counter(); import skycrane; print(time.perf_counter() - t)"
SETS = ("flights", "ensembles", "growth", "pictures", "touchdown", "manoeuvres")


def main() -> None:
    """Measure, print, and save when asked."""
    command = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast a landing is on this machine.")
    command.add_argument("sets", nargs="*", metavar="SET", help=f"which figures: {' or '.join(SETS)} (all)")
    command.add_argument(
        "--large",
        action="store_true",
        help="ensembles: also 8192 cases in one process, 8,000 by each engine; growth: also 100,000; manoeuvres: 8000 instead of 128",
    )
    command.add_argument("--no-peers", action="store_true", help="ensembles: leave the other programs out")
    command.add_argument(
        "--yardstick", metavar="FOLDER", help="ensembles: a folder with bench.py, a landing written in C"
    )
    command.add_argument("--save", action="store_true", help="write results.json and the tables of docs/performance.md")
    chosen = command.parse_args()
    for each in chosen.sets:
        if each not in SETS:
            command.error(f"SET is {each}, must be {' or '.join(SETS)}")
    for name in chosen.sets or SETS:
        rows = []
        print(f"{'':52}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}")
        for row in _rows(name, chosen):
            rows.append(row)
            print(line(row), flush=True)
        if chosen.save:
            for path in save(name, rows):
                print(f"written: {path}")


def _rows(name: str, chosen: argparse.Namespace) -> Iterator[Row]:
    if name == "ensembles":
        from benchmarks.ensembles import measure as measure_ensembles

        yield from measure_ensembles(chosen.large, not chosen.no_peers, chosen.yardstick)
        return
    if name == "growth":
        from benchmarks.ensembles import measure_growth

        yield from measure_growth(chosen.large)
        return
    if name == "touchdown":
        yield from measure_touchdown()
        return
    if name == "manoeuvres":
        from benchmarks.manoeuvres import measure as measure_manoeuvres

        yield from measure_manoeuvres(chosen.large)
        return
    with tempfile.TemporaryDirectory() as scratch:
        if name == "pictures":
            from benchmarks.pictures import measure as measure_pictures

            yield from measure_pictures(Path(scratch))
            return
        yield from measure(Path(scratch))


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


def measure_touchdown() -> Iterator[Row]:
    """The multibody manoeuvre: processor seconds a landing, programs in memory."""
    run = python("-m", "benchmarks.touchdown", environment={})
    found = json.loads(run.printed)
    count = found.pop("count")
    for ground, each in found.items():
        yield {"figure": f"one manoeuvre alone, {ground}", "cpu_s": each["alone"]["manoeuvre"]}
        mean = each["side by side"]["manoeuvre"]
        yield {"figure": f"mean of {count} side by side, {ground}", "cpu_s": mean}
        yield {"figure": "of that, laying out the ground", "cpu_s": each["side by side"]["ground"]}
        yield {"figure": "8,000 on two cores from that mean [min]", "value": 8000 * mean / 2 / 60.0}


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


if __name__ == "__main__":
    main()
