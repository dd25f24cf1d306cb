"""`skycrane site RUN`: how the rover stands and what lies around it."""

import argparse
from pathlib import Path
from typing import Any

from skycrane.cli import screen


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "site",
        help="assess the place of a landing",
        description="Set the rover down where the record says that its wheels touched, let it come to rest on the terrain, and look around: "
        "pose, wheels, rocks, ways out, horizon, sunlight, Earth. Writes RUN/site/assessment.json.",
    )
    command.add_argument("folder", type=Path, metavar="RUN", help="run folder")
    command.add_argument("--json", action="store_true", help="print the assessment as one JSON object")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """The sentence and the figures behind it."""
    from skycrane.surface import assess_site

    found = assess_site(chosen.folder)
    show = screen.results()
    if chosen.json:
        from skycrane.record.json_text import to_json

        show.line(to_json(found).rstrip("\n"))
        return 0
    show.line(show.paint(found["sentence"], "bold"))
    show.line()
    for name, value in _lines(found):
        show.line(f"{name:<26} {value}")
    return 0


def _lines(found: dict[str, Any]) -> list[tuple[str, str]]:
    pose, rocks, ground = found["pose"], found["rocks"]["larger_than"], found["ground"]
    states = [each["state"] for each in found["egress"]]
    scarp, sun, earth = found["scarp"], found["sunlight"], found["earth"]
    return [
        ("Tilt", f"{pose['tilt_deg']:.2f}° (roll {pose['roll_deg']:+.2f}°, pitch {pose['pitch_deg']:+.2f}°), heading {pose['heading_deg']:.1f}°"),
        ("Room under the belly", f"{found['belly_clearance_m']:.2f} m"),
        ("Wheel loads", f"{', '.join(f'{each["load_N"]:.0f}' for each in found['wheels'])} N of {found['weight_N']:.0f} N"),
        ("Wheels in the soil", f"{', '.join(f'{1e3 * each["sink_m"]:.0f}' for each in found['wheels'])} mm"),
        *[(f"Ground within {each['radius_m']:.0f} m", f"slope {each['slope_deg']:.1f}°, roughness {100 * each['roughness_m']:.1f} cm") for each in ground],
        ("Rocks within 10 m", ", ".join(f"{count} over {100 * float(key[:-2]):.0f} cm" for key, count in rocks.items())),
        ("Ways out", f"{states.count('safe')} of {len(states)} sectors safe, {states.count('care')} with care, {states.count('blocked')} blocked"),
        ("Nearest scarp", f"{scarp['distance_m'] / 1e3:.1f} km at {scarp['bearing_deg']:.0f}°" if scarp["distance_m"] else scarp["missing"]),
        ("Sunlight", f"{sun['hours']:.1f} h a sol, {sun['hours_left_after_touchdown']:.1f} h left after touchdown"),
        ("Earth", f"{'in view' if earth['in_view'] else 'not in view'} at {earth['elevation_deg']:.1f}° over {earth['azimuth_deg']:.0f}°, light takes {earth['light_time_s'] / 60:.1f} min"),
        ("Terrain", found["terrain"] + ("" if found["flown_over"] == found["terrain"] else f" (flown over {found['flown_over']} ground)")),
    ]  # fmt: skip
