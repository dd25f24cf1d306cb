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
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Status 0: the looking over was done, whatever it found."""
    from skycrane.cli.examination import examine

    found = examine()
    show = screen.results()
    if chosen.json:
        import json

        show.line(json.dumps(found, indent=2))
        return 0
    for line in _lines(show, found):
        show.line(line)
    return 0


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
    if not found["advice"]:
        return [*lines, "", show.paint("Nothing is missing.", "green")]
    for each in found["advice"]:
        lines += ["", show.paint(each["what"], "yellow"), f"  {each['command']}"]
    return lines
