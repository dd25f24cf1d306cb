"""A record seen through the eyes of a report: columns, events and flown values, ready to be drawn or written down."""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from skycrane.mission import FlownFigure
from skycrane.record import Event, FlightRecord
from skycrane.report.compare import Comparison, compare_with_flight
from skycrane.report.flown import FlownPoint, flown_for, flown_points, flown_times, landing_point

#: The events that explain the shape of a curve, and how plots name them.
LANDMARKS = {
    "parachute_deploy": "parachute",
    "heatshield_separation": "heat shield off",
    "backshell_separation": "backshell off",
    "rover_separation": "rover lowered",
    "touchdown": "touchdown",
}


#: What these events tell of is not the vehicle, whose state they carry.
_ANOTHER_BODY = re.compile(r"(heatshield|backshell|ballast)_impact(_\d+)?$")


def is_of_another_body(event: Event) -> bool:
    """True when the event happened to something that had been let go."""
    return _ANOTHER_BODY.match(event.key) is not None


@dataclass(frozen=True)
class ReportView:
    """One record with what a report asks of it again and again."""

    record: FlightRecord

    @cached_property
    def time(self) -> np.ndarray:
        """Seconds since entry interface of every sample."""
        return np.asarray(self.record.channels["time"].values)

    def has(self, *names: str) -> bool:
        """True when the record holds all these channels with at least one number in each."""
        channels = self.record.channels
        return all(name in channels and bool(np.isfinite(channels[name].values).any()) for name in names)

    def column(self, name: str) -> np.ndarray:
        """A channel in its unit."""
        return np.asarray(self.record.channels[name].values)

    def event(self, key: str) -> Event | None:
        """The first event of that key."""
        return self.record.event(key)

    def time_of(self, key: str, otherwise: float | None = None) -> float | None:
        """When an event happened."""
        event = self.record.event(key)
        return event.t_s if event else otherwise

    def landmarks(self, *keys: str) -> dict[str, float]:
        """Name in plots -> time, of the landmarks (or of the keys given) that happened."""
        wanted = {key: LANDMARKS.get(key, key.replace("_", " ")) for key in keys} if keys else LANDMARKS
        return {name: event.t_s for key, name in wanted.items() if (event := self.record.event(key))}

    @cached_property
    def title(self) -> str:
        """What the mission calls itself."""
        return str(tomllib.loads(self.record.mission).get("title") or self.record.mission_name)

    @cached_property
    def height_name(self) -> str:
        """What `height` is measured from."""
        return "areoid" if self._landing_point is None else "landing point"

    @cached_property
    def height(self) -> np.ndarray:
        """Height above the landing point [m]; above the areoid when this flight has no landing point."""
        if self._landing_point is not None:
            return self.column("height_above_ellipsoid") - self._landing_point
        return self.column("height_above_areoid")

    def height_at(self, event: Event) -> float | None:
        """The same height at an event; None for what happened to a body that had been let go, and where it is not known."""
        if is_of_another_body(event):
            return None
        if self._landing_point is not None:
            height = event.state.get("height_above_ellipsoid")
            return None if height is None else height - self._landing_point
        return event.state.get("height_above_areoid")

    @cached_property
    def _landing_point(self) -> float | None:
        return landing_point(self.record)

    @cached_property
    def flown(self) -> tuple[FlownFigure, ...]:
        """The figures of the real flight, if there was one."""
        return flown_for(self.record)

    @cached_property
    def real_times(self) -> dict[str, float]:
        """Event key -> when it happened in the real flight."""
        return flown_times(self.flown)

    @cached_property
    def real_points(self) -> list[FlownPoint]:
        """Values of the real flight with a place in time."""
        return flown_points(self.flown)

    def real_values(self, name: str) -> list[FlownPoint]:
        """The real flight's values of one channel."""
        return [point for point in self.real_points if point.name == name]

    @cached_property
    def comparison(self) -> Comparison:
        """Predicted against flown."""
        return compare_with_flight(self.record, self.flown)

    def during(self, start: float, end: float) -> slice:
        """The samples from one time to another."""
        first, last = np.searchsorted(self.time, [start, end])
        return slice(int(first), int(last) + 1)
