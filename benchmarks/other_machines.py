"""How far a landing differs on other machines: `python -m benchmarks.other_machines [--python PATH]... [--save]`.

The same mission and seeds are flown by other Pythons (each with its packages: another JAX, another NumPy) and, through XLA, for other
instruction sets. Every variant compiles for itself in a cache of its own, one after the other, which takes minutes each. The table says
for each event how far its time, and the place and the speed at that time, lie from those of this Python on this processor.
"""

import argparse
import json
import platform
import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

from benchmarks.process import python

_ROOT = Path(__file__).resolve().parents[1]
_TABLE = _ROOT / "docs" / "figures" / "other_machines.md"
_INSTRUCTIONS = ("AVX2", "SSE4_2")
#: events a control cycle or more apart are the same decision, taken at another cycle [s]
_LATER_S = 0.04
#: below this two flights are the same for everybody [m, m/s]
_NOTHING = 1e-6
Flown = dict[str, Any]


def main() -> None:
    """Fly every variant, print the table, save it when asked."""
    command = argparse.ArgumentParser(prog="python -m benchmarks.other_machines", description=__doc__)
    command.add_argument(
        "--python", action="append", default=[], metavar="PATH", help="another Python, with the packages of skycrane"
    )
    command.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep what was flown here, and do not fly it again"
    )
    command.add_argument("--save", action="store_true", help=f"write {_TABLE.relative_to(_ROOT)}")
    chosen = command.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        variants = dict(fly_variants(folder, chosen.python))
    text = table(variants)
    print(text)
    if chosen.save:
        _TABLE.write_text(text, encoding="utf-8")


def fly_variants(folder: Path, others: list[str]) -> Iterator[tuple[str, Flown]]:
    """Name and flights of each variant; the first is the one that the others are held against."""
    own = _flown(folder, "own", sys.executable)
    yield _versions(own), own
    yield "one core", _flown(folder, "one_core", sys.executable, cache="own", arguments=("0",))
    for name in _INSTRUCTIONS:
        yield name, _flown(folder, name, sys.executable, flags=f"--xla_cpu_max_isa={name}")
    for path in others:
        found = _flown(folder, re.sub(r"\W", "_", path), path)
        yield _versions(found), found


def _flown(
    folder: Path, name: str, executable: str, *, flags: str = "", cache: str = "", arguments: tuple[str, ...] = ()
) -> Flown:
    """The flights of one variant, from a process of its own or from the file that an earlier one left."""
    kept = folder / f"{name}.json"
    if not kept.exists():
        environment = {
            "SKYCRANE_CACHE": str(folder / f"cache-{cache or name}"),
            "XLA_FLAGS": flags,
            "PYTHONPATH": f"{_ROOT / 'src'}:{_ROOT}",
        }
        run = python("-m", "benchmarks.flown_here", *arguments, environment=environment, executable=executable)
        kept.write_text(run.printed, encoding="utf-8")
        print(f"{name}: {run.wall_s:.0f} s, {run.cpu_s:.0f} s of processor", file=sys.stderr, flush=True)
    found: Flown = json.loads(kept.read_text(encoding="utf-8"))
    return found


def _versions(flown: Flown) -> str:
    return f"Python {flown['about']['python']}, JAX {flown['about']['jax']}"


def table(variants: dict[str, Flown]) -> str:
    """Markdown: one row an event, one column a variant, and how the flights ended."""
    (own_name, own), *others = variants.items()
    cases = ", ".join(own["cases"])
    lines = [
        f"Measured on {datetime.now(UTC):%d %B %Y} against {own_name} on {platform.machine()} with its own instruction set; "
        f"flights: {cases}. Each cell has the largest differences over these flights: time / place of the vehicle / speed. "
        "**same**: every bit. **< 1 µm**: same time to the microsecond, places within a micrometre, speeds within 1 µm/s. "
        "**later**: the decision fell into another control cycle in that many of the flights.",
        "",
        "| event | " + " | ".join(name for name, _ in others) + " |",
        "|---|" + "--:|" * len(others),
    ]
    keys = list(dict.fromkeys(event["key"] for case in own["cases"].values() for event in case["events"]))
    lines += [f"| `{key}` | " + " | ".join(_cell(own, other, key) for _, other in others) + " |" for key in keys]
    lines.append("| outcome | " + " | ".join(_ends(own, other) for _, other in others) + " |")
    return "\n".join(lines) + "\n"


def _cell(own: Flown, other: Flown, key: str) -> str:
    """The largest differences at one event; what happened in only one of two flights is said."""
    pairs = [(_event(case, key), _event(other["cases"][name], key)) for name, case in own["cases"].items()]
    if any((one is None) != (two is None) for one, two in pairs):
        return "in one of two only"
    apart = [_apart(one, two) for one, two in pairs if one is not None]
    time, place, speed = (max(column) for column in zip(*apart, strict=True))
    if max(time, place, speed) == 0.0:
        return "same"
    if time <= 1e-6 and max(place, speed) < _NOTHING:
        return "< 1 µm"
    later = sum(each[0] > _LATER_S for each in apart)
    when = f"{time:.2g} s" if time >= 1.0 else f"{time * 1e3:.3g} ms"
    return f"{when} / {_length(place)} / {_length(speed)}/s" + (f", later in {later}" if later else "")


def _length(metres: float) -> str:
    """Two figures, in metres, millimetres or micrometres."""
    for unit, size in (("m", 1.0), ("mm", 1e-3)):
        if metres >= size:
            return f"{metres / size:.{0 if metres >= 10 * size else 1}f} {unit}"
    return f"{metres * 1e6:.0f} µm"


def _apart(one: Any, two: Any) -> tuple[float, float, float]:
    """Seconds, metres and metres per second between the same event of two flights."""
    a, b = one["state"], two["state"]
    north = radians(a["latitude"] - b["latitude"]) * a["radius"]
    east = radians(a["longitude"] - b["longitude"]) * a["radius"] * cos(radians(a["latitude"]))
    place = hypot(north, east, a["radius"] - b["radius"])
    return abs(one["t_s"] - two["t_s"]), place, abs(a["speed_planet_relative"] - b["speed_planet_relative"])


def _event(case: Any, key: str) -> Any:
    return next((event for event in case["events"] if event["key"] == key), None)


def _ends(own: Flown, other: Flown) -> str:
    ends = [(case["outcome"], other["cases"][name]["outcome"]) for name, case in own["cases"].items()]
    apart = [f"{one} / {two}" for one, two in ends if one != two]
    return "; ".join(apart) or "same"


if __name__ == "__main__":
    main()
