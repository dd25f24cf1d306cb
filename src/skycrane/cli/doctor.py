"""`skycrane doctor`: what this machine has, what is missing, and the command that installs it."""

import argparse
from typing import Any

from skycrane.cli import screen


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "doctor",
        help="look this installation over",
        description="Print versions, devices and caches, what is missing and the command that installs it.",
    )
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.add_argument(
        "--prune",
        action="store_true",
        help="remove compiled programs that this version cannot use; other versions on this machine compile theirs anew",
    )
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Status 0: the looking over was done, whatever it found."""
    from skycrane.cli.examination import examine

    removed = _prune() if chosen.prune else None
    found = examine()
    show = screen.results()
    if chosen.json:
        import json

        if removed is not None:
            found["pruned"] = {"files": removed[0], "megabytes": removed[1] / 1e6}
        show.line(json.dumps(found, indent=2))
        return 0
    if removed is not None:
        show.line(
            f"Removed {removed[0]} files, {removed[1] / 1e6:.1f} MB, of compiled programs that this version cannot use\n"
        )
    for line in _lines(show, found):
        show.line(line)
    return 0


def _prune() -> tuple[int, int]:
    from skycrane.flight.engine import configure

    configure()  # the flags are part of what a program is found by
    from skycrane.flight.pruning import prune

    return prune()


def _lines(show: screen.Screen, found: dict[str, Any]) -> list[str]:
    cache = found["cache"]
    rows = [
        *((name, version or show.paint("missing", "red")) for name, version in found["versions"].items()),
        ("", ""),
        ("devices", ", ".join(found["devices"]) or "none, jax does not start"),
        ("pictures", found["picture_engine"] or "none, mitsuba is missing"),
        ("processors", str(found["processors"])),
        ("system", found["system"]),
        ("compiled programs", f"{cache['folder']}, {cache['megabytes']:.1f} MB in {cache['files']} files"),
    ]
    width = max(len(name) for name, _ in rows) + 2
    lines = [f"{name:<{width}}{value}".rstrip() for name, value in rows]
    if cache["unusable_megabytes"] >= 0.05:
        waste = f"{cache['unusable_megabytes']:.1f} MB of compiled programs are of no use to this version (optional)."
        lines += ["", show.paint(waste, "yellow"), "  skycrane doctor --prune"]
    if not found["advice"]:
        return [*lines, "", show.paint("Nothing is missing.", "green")]
    for each in found["advice"]:
        lines += ["", show.paint(each["what"], "yellow"), f"  {each['command']}"]
    return lines
