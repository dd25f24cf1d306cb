"""`skycrane missions`: the missions that ship with the program, and any mission in full."""

import argparse
from typing import Any

from skycrane.cli import screen


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "missions",
        help="list missions, show one in full",
        description="List the missions that ship with skycrane. `skycrane missions show MISSION` prints one in full.",
        usage="%(prog)s [-h] [list | show MISSION]",
    )
    command.set_defaults(run=run_list)
    inner = command.add_subparsers(dest="action", prog=command.prog, metavar="list | show MISSION")
    inner.add_parser("list", help="one line a mission (as without it)").set_defaults(run=run_list)
    show = inner.add_parser(
        "show",
        help="print a mission in full, as TOML",
        description="Print a mission as TOML: every key with its value, its unit and the source behind it, defaults included. "
        "Redirect it into a file to have one of your own.",
    )
    show.add_argument("mission", metavar="MISSION", help="name or TOML file")
    show.set_defaults(run=run_show)


def run_list(_: argparse.Namespace) -> int:
    """One line a mission."""
    from skycrane.mission import load_mission, mission_names

    show = screen.results()
    width = max((len(name) for name in mission_names()), default=0)
    for name in mission_names():
        title = getattr(load_mission(name).parameters, "title", "")
        show.line(f"{show.paint(f'{name:<{width}}', 'bold')}  {title}".rstrip())
    return 0


def run_show(chosen: argparse.Namespace) -> int:
    """The resolved TOML."""
    from skycrane.mission import load_mission

    screen.results().line(load_mission(chosen.mission).to_toml().rstrip("\n"))
    return 0
