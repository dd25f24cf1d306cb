"""`skycrane gradient MISSION --of EVENT.FIGURE --wrt KEY,KEY`: exact derivatives through the entry."""

import argparse
import math
from typing import Any

from skycrane.cli import first_ground, screen
from skycrane.cli.land import changes


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "gradient",
        help="exact derivatives through the entry",
        description="Derivatives of a figure at an event of the nominal entry with respect to numbers of the mission file, by forward-mode "
        "differentiation with the shift of the event in time; switches and guidance tables are held. Checked against finite differences.",
    )
    command.add_argument(
        "mission", nargs="?", default="mars2020", metavar="MISSION", help="name or TOML file (mars2020)"
    )
    command.add_argument(
        "--of",
        required=True,
        metavar="EVENT.FIGURE",
        help="parachute_deploy or height_reached, a dot and a figure, such as parachute_deploy.height_above_areoid_m; "
        "an unknown figure is answered with all that are known",
    )
    command.add_argument(
        "--wrt", required=True, metavar="KEYS", help="numbers of the mission file, separated by commas"
    )
    command.add_argument(
        "--set", action="append", default=[], dest="changes", metavar="KEY=VALUE", help="change a value of the mission"
    )
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Status 0 when printed."""
    from skycrane.flight.event_derivative import event_gradient
    from skycrane.mission import load_mission

    mission = load_mission(chosen.mission).with_changes(changes(chosen.changes))
    first_ground.announce_for(mission, screen.remarks())
    keys = [key.strip() for key in chosen.wrt.split(",") if key.strip()]
    found = event_gradient(mission, chosen.of, keys, _say_that_it_flies)
    show = screen.results()
    if chosen.json:
        from skycrane.record.json_text import to_json

        rows = [each._asdict() for each in found.derivatives]
        show.line(
            to_json({"figure": found.figure, "value": found.value, "t_s": found.time, "derivatives": rows}).rstrip("\n")
        )
        return 0
    from skycrane.flight.gradient import FIGURES
    from skycrane.mission.address import find
    from skycrane.mission.defaults import unit_at

    unit = FIGURES[found.figure.partition(".")[2]]
    of = "" if unit == "1" else f" {unit}"
    show.line(f"{found.figure} = {found.value:.9g}{of} at E+{found.time:.3f} s, nominal flight")
    for each in found.derivatives:
        by = unit_at(mission.root, mission.table, find(mission.table, each.parameter))
        per, by = ("", "") if by == "1" else (f" per {by}", f" {by}")
        show.line(f"  d/d {each.parameter:<36} {each.value:+.9g}{of}{per}")
        if each.sides == "both":
            off = abs(each.difference - each.value) / max(abs(each.value), 1e-300)
            low, high = each.holds
            show.line(
                f"      finite differences {each.difference:+.9g} ({off:.1e} apart); "
                f"no switch is crossed from -{low:.1e} to +{high:.1e}{by}"
            )
        else:
            reach = max(each.holds)
            show.line(
                f"      one-sided: a switch is crossed on the other side; holds {each.sides}, up to {reach:.1e}{by}"
            )
        if math.isnan(each.value):
            show.line("      not a number: a square root at zero on the path")
    show.line(
        "A derivative is local: shown to hold within the changes printed below it. Over a dispersion, which crosses switches, the figure\n"
        "may change by another amount and even with another sign: skycrane ensemble, then skycrane sensitivity"
    )
    return 0


def _say_that_it_flies() -> None:
    screen.remarks().line("Flying the entry and differentiating it, which takes a minute or so")
