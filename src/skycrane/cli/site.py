"""`skycrane site RUN`: how the rover stands and what lies around it."""

import argparse
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skycrane.cli import screen


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "site",
        help="assess the place of a landing",
        description="Set the rover down where the record says that its wheels touched, let it come to rest on the terrain, and "
        "look around: pose, wheels, rocks, ways out, horizon, sunlight, Earth, health. Writes RUN/site/assessment.json and, where "
        "the run has a report, the section of it.",
    )
    command.add_argument("folder", type=Path, metavar="RUN", help="run folder")
    command.add_argument("--json", action="store_true", help="print the assessment as one JSON object")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """The sentence and the figures behind it."""
    from skycrane.surface import assess_site

    found = assess_site(chosen.folder)
    if (chosen.folder / "report.html").exists():
        from skycrane.report import write_report

        write_report(chosen.folder)
    show = screen.results()
    if chosen.json:
        from skycrane.record.json_text import to_json

        show.line(to_json(found).rstrip("\n"))
        return 0
    show.line(show.paint(found["sentence"], "bold"))
    show.line()
    for name, value in _lines(found):
        show.line(f"{name:<22} {value}")
        for line in _why_another_tilt(found, chosen.folder) if name == "Tilt" else ():
            show.line(line)
    show.line()
    for each in found["health"]["subsystems"]:
        colour = {"nominal": "green", "caution": "yellow", "fault": "red"}[each["state"]]
        show.line(
            f"{each['subsystem'].replace('_', ' '):<22} {show.paint(format(each['state'], '<8'), colour)} {each['reason']}"
        )
    show.line(show.paint(found["health"]["sentence"], "bold"))
    show.line()
    show.line(f"{'Assessment':<22} {chosen.folder / 'site' / 'assessment.json'}")
    return 0


def _why_another_tilt(found: dict[str, Any], folder: Path) -> Iterator[str]:
    """Why the tilt is not that of the flight, whose rover stood on stiff legs (a multibody touchdown has the rover's own suspension)."""
    from skycrane.record import open_run

    record = open_run(folder)
    flown = (record.outcome.get("touchdown") or {}).get("tilt_deg")
    model = (tomllib.loads(record.mission).get("touchdown") or {}).get("model")
    if flown is None or model == "multibody" or round(flown, 1) == round(found["pose"]["tilt_deg"], 1):
        return
    yield from textwrap.wrap(
        f"The landing ended with a tilt of {flown:.1f}°: there the rover is rigid, its wheels are springs on a plane without rocks; here "
        "rocker-bogie, soil and rocks under each wheel decide.",
        100,
        initial_indent=" " * 23,
        subsequent_indent=" " * 23,
    )


def _lines(found: dict[str, Any]) -> list[tuple[str, str]]:
    pose, rocks = found["pose"], found["rocks"]["larger_than"]
    scarp, sun, earth = found["scarp"], found["sunlight"], found["earth"]
    states = [each["state"] for each in found["egress"]]
    loads = ", ".join(f"{each['load_N']:.0f}" for each in found["wheels"])
    sinks = ", ".join(f"{1e3 * each['sink_m']:.0f}" for each in found["wheels"])
    turns = f"roll {pose['roll_deg']:+.2f}°, pitch {pose['pitch_deg']:+.2f}°"
    there = (
        f"{scarp['distance_m'] / 1e3:.1f} km at {scarp['bearing_deg']:.0f}°"
        if scarp["distance_m"]
        else scarp["missing"]
    )
    seen = f"{'in view' if earth['in_view'] else 'not in view'} at {earth['elevation_deg']:.1f}° over {earth['azimuth_deg']:.0f}°"
    return [
        ("Tilt", f"{pose['tilt_deg']:.2f}° ({turns}), heading {pose['heading_deg']:.1f}°"),
        ("Room under the belly", f"{found['belly_clearance_m']:.2f} m"),
        ("Wheel loads", f"{loads} N of {found['weight_N']:.0f} N{_jets(found['jets_push_N'])}"),
        ("Wheels in the soil", f"{sinks} mm"),
        *[
            (
                f"Ground within {each['radius_m']:.0f} m",
                f"slope {each['slope_deg']:.1f}°, roughness {100 * each['roughness_m']:.1f} cm",
            )
            for each in found["ground"]
        ],
        (
            "Rocks within 10 m",
            ", ".join(f"{count} over {100 * float(key[:-2]):.0f} cm" for key, count in rocks.items()),
        ),
        ("The largest", _largest(found["rocks"]["each"])),
        ("Ways out", ", ".join(f"{states.count(word)} {word}" for word in ("safe", "care", "blocked"))),
        ("Nearest scarp", there),
        ("Sunlight", f"{sun['hours']:.1f} h a sol, {sun['hours_left_after_touchdown']:.1f} h left after touchdown"),
        ("Earth", f"{seen}, light takes {earth['light_time_s'] / 60:.1f} min"),
        *[("Relay orbiters", _relays(found["relays"] or []))] * bool(found["relays"]),
        ("Terrain", str(found["terrain"])),
    ]


def _largest(rocks: list[dict[str, Any]]) -> str:
    """The three largest rocks: size, distance, bearing."""
    first = sorted(rocks, key=lambda each: -each["diameter_m"])[:3]
    told = [
        f"{100 * each['diameter_m']:.0f} cm {each['distance_m']:.1f} m away at {each['bearing_deg']:.0f}°"
        for each in first
    ]
    return ", ".join(told) or "none"


def _relays(orbiters: list[dict[str, Any]]) -> str:
    """Where each stands at touchdown, and its passes in the sol after."""
    where = {True: "{:.0f}° up", False: "not in view"}
    return ", ".join(
        f"{each['id']} {where[each['in_view_at_touchdown']].format(each['elevation_deg'])} ({len(each['passes'])} passes)"
        for each in orbiters
    )


def _jets(push: float) -> str:
    """What the jets of the stage that flies away still add to the weight as the rover comes to rest."""
    return f", and {push:.0f} N of the jets above" if push >= 1.0 else ""
