"""How a landing is told in a terminal of 100 columns: the callouts, how it ended, the table against the real flight."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from skycrane.cli.screen import Screen
from skycrane.cli.touchdown_faults import fault_lines
from skycrane.record.callouts import elapsed, sentence

if TYPE_CHECKING:
    from skycrane.mission import Mission
    from skycrane.record import Event, FlightRecord
    from skycrane.report.compare import Comparison

_WIDTH, _DOWN = 100, " on the ground"
_SEVERITY_STYLE = {"WARNING_LO": "yellow", "WARNING_HI": "yellow", "FATAL": "red"}
_VERDICT_STYLE = {"pass": "green", "FAIL": "red", "missing": "yellow"}
_MILESTONES = frozenset(
    (
        "entry_interface",
        "parachute_deploy",
        "heatshield_separation",
        "backshell_separation",
        "rover_separation",
        "touchdown",
    )
)


def title_lines(show: Screen, mission: "Mission", seed: int | None, changes: Mapping[str, str]) -> Iterator[str]:
    """What is about to be flown, what the command changes in it, and what goes wrong on purpose."""
    title = getattr(mission.parameters, "title", "") or mission.name
    yield show.paint(title, "bold")
    kind = "nominal flight" if seed is None else f"seed {seed}"
    changed = "".join(f", {key} = {value}" for key, value in changes.items())
    yield show.paint(f"{mission.name}, {kind}{changed}", "dim")
    for line in fault_lines(mission):
        yield show.paint(line, "yellow")
    yield ""


def event_line(show: Screen, event: "Event") -> str:
    """The callout of an event."""
    style = _SEVERITY_STYLE.get(event.severity) or ("bold" if event.key in _MILESTONES else None)
    words = sentence(event)
    return f"{show.paint(elapsed(event.t_s), 'dim')}  {show.paint(words, style) if style else words}"


class Storyteller:
    """Calls events out as they come, in the order of time.

    What was let go is flown to the ground after the landing has been; these impacts come late and are told together at the end.
    """

    def __init__(self, show: Screen) -> None:
        self._show, self._now, self._late = show, -float("inf"), list["Event"]()

    def hear(self, event: "Event") -> None:
        """Tell an event, or keep it for the end when the story has moved on."""
        if event.t_s < self._now:
            self._late.append(event)
            return
        self._now = event.t_s
        self._show.line(event_line(self._show, event))

    def end(self) -> None:
        """Tell what was kept: `Meanwhile on the ground: ballast pair 1 at E+295.1 s, ...`."""
        if not self._late:
            return
        told = ", ".join(
            f"{_lowered(sentence(each)).removesuffix(_DOWN)} at {_compact(each.t_s)}" for each in self._late
        )
        where = _DOWN if all(sentence(each).endswith(_DOWN) for each in self._late) else ""
        self._show.line()
        for line in textwrap.wrap(f"Meanwhile{where}: {told}", _WIDTH, subsequent_indent="  "):
            self._show.line(self._show.paint(line, "dim"))


def ending_lines(show: Screen, record: "FlightRecord") -> Iterator[str]:
    """How the flight ended, in a sentence, what it did not keep of what the mission asks, and a few figures."""
    outcome = record.outcome
    name = str(outcome.get("outcome", "no outcome")).replace("_", " ")
    said = str(outcome.get("sentence") or f"{name[:1].upper()}{name[1:]}.")
    landed = outcome.get("success") is True
    yield show.paint(said if landed else f"Lost ({name}): {said}", "bold" if landed else "red")
    for line in _missed(record):
        yield show.paint(line, "yellow")
    yield ""
    for label, words in _figures(outcome):
        yield f"  {label:<20}{words}"


def comparison_lines(show: Screen, comparison: "Comparison") -> Iterator[str]:
    """The table against the real flight, when there was one."""
    if not comparison.rows:
        return
    yield ""
    for line in comparison.to_text().splitlines():
        verdict = next((each for each in _VERDICT_STYLE if line.startswith(each)), None)
        yield show.paint(verdict, _VERDICT_STYLE[verdict]) + line[len(verdict) :] if verdict else line
    if comparison.note:
        yield ""
        yield from textwrap.wrap(comparison.note, _WIDTH)


def _missed(record: "FlightRecord") -> Iterator[str]:
    """`Misses a requirement: Horizontal speed at touchdown 0.67 m/s, at most 0.50 m/s asked for`, of a landing that stands."""
    from skycrane.experience.requirements import missed_requirements
    from skycrane.report.numbers import decimals_apart, number_text

    for each in missed_requirements(record):
        limit, unit = each["limit"], "" if each["unit"] in ("", "1") else f" {each['unit']}"
        decimals = decimals_apart(each["value"], 2 if abs(limit) < 10.0 else 1 if abs(limit) < 100.0 else 0, (limit,))
        found, asked = (number_text(number, decimals) for number in (each["value"], limit))
        yield f"Misses a requirement: {each['label']} {found}{unit}, {each['bound']} {asked}{unit} asked for"


def _settled(touchdown: Mapping[str, Any]) -> bool:
    """True when the lander was flown on after contact: under a sky crane. Without one the flight ends at contact."""
    return touchdown.get("descent_stage_tilt_deg") is not None


def _figures(outcome: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    touchdown = outcome.get("touchdown") or {}
    if touchdown.get("t_s") is not None:
        yield (
            "Touchdown",
            _joined(_clock(touchdown.get("utc")), _compact(touchdown["t_s"])),
        )
    if touchdown.get("latitude_deg") is not None and touchdown.get("longitude_deg") is not None:
        yield "Position", _position(touchdown["latitude_deg"], touchdown["longitude_deg"])
    distances = _joined(
        _said(touchdown, "distance_to_selected_target_m", _distance, " from the selected landing target"),
        _said(touchdown, "distance_to_target_m", _distance, " from the target of the entry"),
    )
    if distances:
        yield "Distance", distances
    for label, key, unit, digits in (
        ("Vertical speed", "vertical_speed_m_s", "m/s", 2),
        ("Horizontal speed", "horizontal_speed_m_s", "m/s", 2),
    ):
        if touchdown.get(key) is not None:
            yield label, f"{touchdown[key]:.{digits}f} {unit}"
    tilt = _joined(
        _said(touchdown, "tilt_deg", _degrees, " at rest" if _settled(touchdown) else " at contact"),
        _said(touchdown, "descent_stage_tilt_deg", _degrees, " of the descent stage at contact"),
    )
    if tilt:
        yield "Tilt", tilt
    if outcome.get("propellant_left_kg") is not None:
        used = outcome.get("propellant") or {}
        yield (
            "Propellant left",
            _joined(
                f"{outcome['propellant_left_kg']:.1f} kg",
                _said(used, "rcs_entry_to_powered_descent_kg", _kilograms, " used before the powered descent"),
                _said(used, "powered_descent_kg", _kilograms, " in it"),
            ),
        )


def _said(where: Mapping[str, Any], key: str, say: Any, after: str) -> str:
    return f"{say(where[key])}{after}" if where.get(key) is not None else ""


def _joined(*words: str) -> str:
    return ", ".join(word for word in words if word)


def _clock(utc: str | None) -> str:
    return "" if not utc else f"{utc.rstrip('Z').replace('T', ' ')} UTC"


def _position(latitude: float, longitude: float) -> str:
    return f"{abs(latitude):.4f} {'N' if latitude >= 0 else 'S'}, {longitude % 360:.4f} E (planetocentric)"


def _compact(seconds: float) -> str:
    return elapsed(seconds).replace(" ", "").removesuffix("s") + " s"


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]


def _degrees(angle: float) -> str:
    return f"{angle:.1f} deg"


def _kilograms(mass: float) -> str:
    return f"{mass:.1f} kg"


def _distance(metres: float) -> str:
    if abs(metres) >= 2000:
        return f"{metres / 1e3:,.1f} km"
    return f"{metres:,.0f} m" if abs(metres) >= 10 else f"{metres:.1f} m"
