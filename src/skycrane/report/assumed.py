"""What was assumed: the numbers of the mission that nobody has published, each with its reason, and how near the limits it came.

Read from the comments of the resolved mission in the record and from its outcome.
"""

import html
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skycrane.report.mission_values import parachute_box
from skycrane.report.numbers import significant
from skycrane.report.view import ReportView

_SECTION = re.compile(r"^\[+([\w.]+)\]+")
_VALUE = re.compile(r"^([A-Za-z]\w*) = ([^#]*?)\s*(?:#\s*(.*))?$")
_END = re.compile(r"^\]\s*(?:#\s*(.*))?$")
_WORDS = ("assumed", "derived", "design", "default")
_LONGEST = 60
#: key of the outcome's touchdown -> key of the mission's success limits, name, unit
_LIMITS = (
    ("vertical_speed_m_s", "vertical_speed_m_s", "Vertical speed at touchdown", "m/s"),
    ("horizontal_speed_m_s", "horizontal_speed_m_s", "Horizontal speed at touchdown", "m/s"),
    ("tilt_deg", "tilt_deg", "Tilt of the lander", "°"),
)
_RECONTACT = "_recontact_distance_m"


@dataclass(frozen=True)
class MissionNumber:
    """A line of a mission file: where it stands, what it says, and the comment that stands behind it."""

    section: str
    key: str
    value: str
    comment: str

    @property
    def origin(self) -> str:
        """`assumed`, `derived`, `design`, `default`, or `source` where a publication is named first; empty without a comment."""
        first = re.match(r"\w+", self.comment)
        return first[0] if first and first[0] in _WORDS else "source" if self.comment.startswith("[") else ""

    @property
    def is_assumed(self) -> bool:
        """True when any part of it was chosen by us for want of a published figure."""
        return "assumed:" in self.comment


def mission_numbers(mission: str) -> Iterator[MissionNumber]:
    """Every value of a mission file with its comment; a list over several lines has its comment at the end."""
    section, open_key, parts = "", "", list[str]()
    for line in mission.splitlines():
        if open_key:
            end = _END.match(line.strip())
            if end is None:
                parts.append(line.strip())
                continue
            yield MissionNumber(section, open_key, f"[{' '.join(parts)}]".replace(",]", "]"), end[1] or "")
            open_key, parts = "", []
        elif heading := _SECTION.match(line):
            section = heading[1]
        elif value := _VALUE.match(line):
            if value[2] == "[":
                open_key = value[1]
            else:
                yield MissionNumber(section, value[1], value[2], value[3] or "")


def assumed(view: ReportView) -> str:
    """HTML of the section: limits with what was left, then every assumed number under its part of the mission."""
    return (
        _limits(view)
        + "<h3>Numbers that were assumed</h3>"
        + _assumptions(_named_dispersions(mission_numbers(view.record.mission)))
    )


def _named_dispersions(numbers: Iterator[MissionNumber]) -> Iterator[MissionNumber]:
    """A spread carries the key that it spreads, which stands in the line before."""
    spread = ""
    for each in numbers:
        if each.section == "dispersions" and each.key == "key":
            spread = each.value.strip('"')
        elif each.section == "dispersions":
            yield MissionNumber(each.section, f"{spread}, {each.key}", each.value, each.comment)
        else:
            yield each


def _assumptions(numbers: Iterator[MissionNumber]) -> str:
    found = list(numbers)
    chosen = [each for each in found if each.is_assumed]
    if not chosen:
        return '<p class="missing">The mission of this record marks no number as assumed.</p>'
    sourced = sum(each.origin == "source" for each in found)
    other = ", ".join(
        f"{count} {word}"
        for word, count in (
            ("derived from others", sum(each.origin == "derived" for each in found)),
            ("set by a design rule", sum(each.origin == "design" for each in found)),
            ("defaults of the program", sum(each.origin == "default" for each in found)),
        )
        if count
    )
    told = (
        f"<p>{len(chosen)} values of this mission are not public and were assumed; {sourced} come from a source"
        f"{', ' + other if other else ''}. Agreement with a flown landing is only as good as the assumed ones.</p>"
    )
    sections: dict[str, list[MissionNumber]] = {}
    for each in chosen:
        sections.setdefault(each.section or "mission", []).append(each)
    return told + "".join(_listed(name, rows) for name, rows in sections.items())


def _listed(section: str, rows: list[MissionNumber]) -> str:
    body = "".join(
        f"<tr><td><code>{html.escape(row.key)}</code></td><td><code>{html.escape(_short(row.value))}</code></td>"
        f"<td>{html.escape(row.comment.replace('assumed: ', ''))}</td></tr>"
        for row in rows
    )
    name = "spread of seeded flights" if section == "dispersions" else section
    head = "<tr><th>value</th><th>assumed as</th><th>why, and the plausible range</th></tr>"
    table = f'<div class="wide"><table class="assumed"><thead>{head}</thead><tbody>{body}</tbody></table></div>'
    return f"<details><summary>{html.escape(name)} <small>{len(rows)}</small></summary>{table}</details>"


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else value[: _LONGEST - 2].rsplit(",", 1)[0] + ", …]"


def _limits(view: ReportView) -> str:
    rows = [*_success_rows(view), *_parachute_rows(view)]
    if not rows:
        return ""
    head = "<tr><th>limit</th><th>this flight</th><th>allowed</th><th>left</th></tr>"
    body = "".join(
        f'<tr class="{"pass" if left >= 0 else "fail"}"><td>{name}</td><td>{here}</td><td>{allowed}</td>'
        f"<td>{significant(left)} {unit}</td></tr>"
        for name, here, allowed, left, unit in rows
    )
    note = (
        '<h3>How near the limits</h3><p class="note">The limits of the mission file that make a landing a success, and how much of '
        "each was left. A body let go is once clear when its distance has stopped growing: counted is how near it comes back after that, "
        "or the distance at the end if it never does.</p>"
    )
    return f'{note}<div class="wide"><table class="limits"><thead>{head}</thead><tbody>{body}</tbody></table></div>'


_Row = tuple[str, str, str, float, str]


def _success_rows(view: ReportView) -> Iterator[_Row]:
    limits = tomllib.loads(view.record.mission).get("success") or {}
    touchdown = view.record.outcome.get("touchdown") or {}
    for measured, limit, name, unit in _LIMITS:
        if touchdown.get(measured) is not None and isinstance(limits.get(limit), (int, float)):
            value, most = float(touchdown[measured]), float(limits[limit])
            if measured == "tilt_deg":  # without a sky crane the flight ends at contact
                name += " at rest" if touchdown.get("descent_stage_tilt_deg") is not None else " at contact"
            yield name, f"{significant(value)} {unit}", f"up to {significant(most)} {unit}", most - value, unit
    least = limits.get("recontact_distance_m")
    for body, nearest in _recontact(view.record.outcome):
        if isinstance(least, (int, float)):
            here, allowed = f"{significant(nearest)} m", f"at least {significant(float(least))} m"
            yield f"Nearest distance of the {body}, once clear", here, allowed, nearest - float(least), "m"


def _recontact(outcome: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for key, value in (outcome.get("margins") or {}).items():
        if key.endswith(_RECONTACT) and isinstance(value, (int, float)):
            yield key.removesuffix(_RECONTACT).replace("_", " "), float(value)


def _parachute_rows(view: ReportView) -> Iterator[_Row]:
    """The box of the parachute and its limit load, each with the smaller distance to an edge."""
    box, fired, peak = parachute_box(view.record), view.event("parachute_deploy"), view.event("parachute_peak_load")
    if box is None or fired is None:
        return
    margins = view.record.outcome.get("margins") or {}
    for name, key, (low, high), margin, unit in (
        ("Mach number at mortar fire", "mach", box.mach, "parachute_mach", ""),
        ("Dynamic pressure at mortar fire", "dynamic_pressure", box.pressure, "parachute_dynamic_pressure_Pa", "Pa"),
    ):
        if key in fired.state and isinstance(margins.get(margin), (int, float)):
            allowed = f"{significant(low)} to {significant(high)} {unit}"
            yield name, f"{significant(fired.state[key])} {unit}", allowed, float(margins[margin]), unit
    left = margins.get("parachute_load_N")
    if box.load_limit_n and peak and isinstance(left, (int, float)):
        here = f"{significant(peak.state.get('parachute_load', float('nan')) / 1e3)} kN"
        yield "Parachute load", here, f"up to {significant(box.load_limit_n / 1e3)} kN", float(left) / 1e3, "kN"
