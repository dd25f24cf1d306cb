"""A record read up to its loss, and how the numbers of a cause are said."""

import math
import tomllib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skycrane.record import Event, FlightRecord


class Cause(NamedTuple):
    """A sentence about something that happened before a loss and led to it; a question that follows from its numbers, or none; and what
    would have saved it, where the record's numbers say so."""

    sentence: str
    question: str = ""
    saved: str = ""


class Flight:
    """A record read up to its loss."""

    def __init__(self, record: FlightRecord, time: float, name: str) -> None:
        self.time, self.name, self.channels = time, name, record.channels
        self._record = record
        self.outcome: Mapping[str, Any] = record.outcome
        self._mission = tomllib.loads(record.mission)
        self._events = {each.key: each for each in reversed(record.events) if each.t_s <= time}

    @property
    def events(self) -> list[Event]:
        """All that happened up to the loss."""
        return list(self._events.values())

    def until(self, time: float) -> "Flight":
        """The same record read up to another time."""
        return Flight(self._record, time, self.name)

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

    def vector(self, channel: str) -> NDArray[np.float64]:
        """The last whole sample of a channel of several components, up to the loss; NaN where there is none."""
        times = self.channels["time"].values
        values = self.channels[channel].values[times <= self.time]
        whole = values[np.isfinite(values).all(axis=1)]
        return np.asarray(whole[-1] if len(whole) else np.full(values.shape[1], np.nan), float)

    def at(self, channel: str) -> float:
        """The last finite value of a channel up to the loss; NaN where there is none."""
        if channel not in self.channels:
            return math.nan
        values = self.channels[channel].values[self.channels["time"].values <= self.time]
        values = values[np.isfinite(values)]
        return float(values[-1]) if len(values) else math.nan


def because(event: Event, part: str, name: str) -> float:
    """A number that an event was decided by; NaN where it has none."""
    value = event.because.get(part, {}).get(name)
    return math.nan if value is None else float(value)


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
