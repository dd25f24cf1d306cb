"""Rows of figures: printed, kept in results.json, and as the tables that docs/performance.md shows."""

import datetime
import json
import os
import platform
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[1]
_RESULTS = _ROOT / "benchmarks" / "results.json"
_COLUMNS = (("wall_s", 2), ("cpu_s", 2), ("peak_mb", 0))
Row = dict[str, Any]


def line(row: Row) -> str:
    """A row as it is printed."""
    if "value" in row:
        return f"{row['figure']:52}{row['value']:9.4g}"
    cells = (f"{row[key]:9.{digits}f}" if row.get(key) is not None else " " * 9 for key, digits in _COLUMNS)
    return f"{row['figure']:52}" + "".join(cells)


def save(name: str, rows: Sequence[Row]) -> Iterator[Path]:
    """Put a set of rows into results.json and into its table for the docs; the files written."""
    known = json.loads(_RESULTS.read_text(encoding="utf-8")) if _RESULTS.exists() else {}
    found = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": machine(),
        "figures": list(rows),
    }
    kept = {key: each for key, each in known.items() if isinstance(each, dict) and "figures" in each}
    _RESULTS.write_text(json.dumps({**kept, name: found}, indent=1) + "\n", encoding="utf-8")
    yield _RESULTS
    table = _ROOT / "docs" / "figures" / f"performance_{name}.md"
    table.write_text(markdown(found), encoding="utf-8")
    yield table


def markdown(found: dict[str, Any]) -> str:
    """The table of a set, and a line on the machine."""
    lines = ["| | figure | wall [s] | processor [s] | peak memory [MB] |", "|---|--:|--:|--:|--:|"]
    for row in found["figures"]:
        cells = [f"{row['value']:,.4g}" if "value" in row else ""]
        cells += [f"{row[key]:,.{digits}f}" if row.get(key) is not None else "" for key, digits in _COLUMNS]
        lines.append(f"| {row['figure'].strip()} | {' | '.join(cells)} |")
    m = found["machine"]
    where = f"{m['cores']} cores ({m['architecture']}), {m['system']}, Python {m['python']}, JAX {m['jax']}"
    lines += [
        "",
        f"Measured on {found['date']}: {where}; load {m['load']} as it was written, so that wall times are upper bounds.",
    ]
    return "\n".join(lines) + "\n"


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
        "load": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown",
    }
