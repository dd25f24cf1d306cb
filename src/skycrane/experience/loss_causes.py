"""What the record of a loss shows of how it came about, and what its numbers leave worth trying.

Nothing is said that the record does not hold; what would come of a change is asked, not promised.
"""

import math
import tomllib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from skycrane.record import Event, FlightRecord


class Cause(NamedTuple):
    """A sentence about something that happened before a loss and led to it, and a question that follows from its numbers (or none)."""

    sentence: str
    question: str = ""


def causes(record: FlightRecord, loss: Mapping[str, Any]) -> list[Cause]:
    """What led to a loss, earliest first; empty where the record shows nothing but the loss."""
    flight = Flight(record, float(loss["t_s"]), str(loss["name"]))
    return [found for look in _LOOKS if (found := look(flight)) is not None]


class Flight:
    """A record read up to its loss."""

    def __init__(self, record: FlightRecord, time: float, name: str) -> None:
        self.time, self.name, self.channels = time, name, record.channels
        self.outcome: Mapping[str, Any] = record.outcome
        self._mission = tomllib.loads(record.mission)
        self._events = {each.key: each for each in reversed(record.events) if each.t_s <= time}

    def event(self, key: str) -> Event | None:
        """The first of its name that is not later than the loss."""
        return self._events.get(key)

    def limit(self, key: str) -> float:
        """A number of the mission; NaN where it has none."""
        found: Any = self._mission
        for name in key.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return float(found) if isinstance(found, (int, float)) else math.nan

    def lowest(self, channel: str, since: float) -> float:
        """The lowest value of a channel from a time to the loss; NaN where there is none."""
        if channel not in self.channels:
            return math.nan
        times = self.channels["time"].values
        values = self.channels[channel].values[(times >= since) & (times <= self.time)]
        values = values[np.isfinite(values)]
        return float(values.min()) if len(values) else math.nan


def _because(event: Event, part: str, name: str) -> float:
    value = event.because.get(part, {}).get(name)
    return math.nan if value is None else float(value)


def _out_of_reach(flight: Flight) -> Cause | None:
    event = flight.event("target_out_of_reach")
    if event is None or not math.isfinite(short := _because(event, "values", "short_by_m")):
        return None
    if short > 0.0:
        return Cause(
            f"At the top of the air it was already out of reach: it would come down {length(short)} short of its target.",
            "Would a flatter entry angle or thinner air have carried it farther?",
        )
    return Cause(
        f"At the top of the air it was already out of reach: it would come down {length(-short)} beyond its target.",
        "Would a steeper entry angle or thicker air have stopped it sooner?",
    )


def _parachute_waited(flight: Flight) -> Cause | None:
    needed = flight.limit("triggers.parachute.armed_below_speed_m_s")
    slowest = flight.lowest("speed_planet_relative", 0.0)
    if flight.name != "parachute_never_opened" or not slowest > needed:
        return None
    return Cause(
        f"The parachute waits until it is slower than {speed(needed)}; it never was slower than {speed(slowest)}.",
        "Would more air on its way have slowed it: thicker air, or an entry that stays high for longer?",
    )


def _shield_stayed(flight: Flight) -> Cause | None:
    opened = flight.event("parachute_inflated")
    if flight.name != "radar_never_locked" or opened is None or flight.event("heatshield_separation") is not None:
        return None
    needed, slowest = flight.limit("triggers.heat_shield_mach"), flight.lowest("mach", opened.t_s)
    if slowest > needed:
        return Cause(
            f"The heat shield leaves below Mach {needed:.2g}, as flight software reckons it; under the parachute it never fell "
            f"slower than Mach {slowest:.2g}. So it stayed on, and the radar was blind.",
            "Would a larger parachute have slowed it enough?",
        )
    return Cause("The heat shield was still on when it met the ground, and the radar was blind behind it.")


def _parachute_pulled(flight: Flight) -> Cause | None:
    fired = flight.event("parachute_deploy")
    over = (flight.outcome.get("margins") or {}).get("parachute_load_N")
    limit, wide = (
        1e3 * flight.limit("vehicle.parachute.load_limit_kN"),
        flight.limit("vehicle.parachute.nominal_diameter_m"),
    )
    if flight.name != "parachute_overload" or fired is None or over is None or not math.isfinite(limit + wide):
        return None
    pressure = fired.state["dynamic_pressure"]
    return Cause(
        f"The mortar was fired at a dynamic pressure of {rounded(pressure)} Pa, for a canopy of {rounded(wide)} m.",
        "Would a smaller canopy, or a lower pressure at mortar fire, have held? By how much smaller the record does not say.",
    )


def _far_spot(flight: Flight) -> Cause | None:
    chosen = flight.event("landing_target_selected")
    if chosen is None:
        return None
    far, limit = _because(chosen, "values", "divert_m"), _because(chosen, "thresholds", "divert_limit_m")
    if not far > limit:
        return None
    return Cause(
        f"The nearest spot that it knew to be safe was {length(far)} away; its rockets can carry it {length(limit)}."
        + (" It flew towards it all the same." if flight.event("powered_approach_start") else "")
    )


_LOOKS: tuple[Callable[[Flight], Cause | None], ...] = (
    _out_of_reach, _parachute_waited, _parachute_pulled, _shield_stayed, _far_spot,
)  # fmt: skip


def rounded(value: float) -> str:
    """Three significant figures, without exponent."""
    if value == 0.0:
        return "0"
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 2)
    whole = round(value / step) * step
    return f"{whole:,.{max(0, -round(math.log10(step)))}f}"


def length(metres: float) -> str:
    """Metres below ten thousand, else kilometres."""
    return f"{rounded(metres / 1e3)} km" if abs(metres) >= 1e4 else f"{rounded(metres)} m"


def speed(metres_a_second: float) -> str:
    """Metres a second."""
    return f"{rounded(metres_a_second)} m/s"
