"""How each case of a batch ended: touchdown, propellant, margins and losses by the code that judges a single flight.

Only the few rows that an outcome is read off are looked at, instead of whole channels.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from skycrane.ensemble.events import EventTable
from skycrane.ensemble.flown_rows import Found
from skycrane.ensemble.order import Ground
from skycrane.flight import dispersions, facts
from skycrane.flight.catalogue import because
from skycrane.flight.engine import WIDTH
from skycrane.record import Event

#: channels that an outcome is read off
_CHANNELS = (
    "propellant_mass", "position_site", "velocity_site", "attitude_mcmf_from_body", "rover_position_site", "rover_velocity_site",
    "rover_attitude_mcmf_from_body", "target_position_site", "tilt", "bridle_tension", "angular_rate_body", "rover_angular_rate_body",
)  # fmt: skip
#: scalars of an event's state that losses and outcome look at
_SEEN = ("height_above_areoid", "speed_planet_relative", "mach", "dynamic_pressure", "propellant_mass")
_REASONED = ("out_of_control", "engine_out")


@dataclass
class Told:
    """Outcome, losses and sentence of each lane in words; every number of its outcome.json under its dotted path, (lanes,)."""

    words: dict[str, list[str]]
    numbers: dict[str, np.ndarray]
    success: np.ndarray


class Column:
    """A few rows of a channel, to be read like the channel of a record."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return self.values if dtype is None else self.values.astype(dtype)

    def __getitem__(self, which: Any) -> Any:
        return self.values[which]


def outcomes(
    ground: Ground, models: Any, events: EventTable, found: Found, told: Any, loose: list[Any], count: int
) -> Told:
    """The endings of the first `count` lanes; `told` is (keys, times, states) of the events."""
    words: dict[str, list[str]] = {"outcome": [], "losses": [], "sentence": []}
    success, numbers = np.full(WIDTH, np.nan), dict[str, np.ndarray]()
    rows = _Rows(found)
    for n, own in enumerate(dispersions.cases_of(models, count)):
        result = facts.outcome(
            ground.p,
            own,
            ground.tables,
            _events(events, told, n, own, ground.tables),
            rows.of_lane(n, events.rows.times[n]),
            {
                "nearest": loose[n]["nearest"],
                "peak_load": float(events.peak_load[n]) if events.loads else 0.0,
            },
        )
        result["loose_bodies"] = {
            body: dict(zip(("impact_s", "east_m", "north_m"), x, strict=True)) for body, x in loose[n]["impact"].items()
        }
        words["outcome"].append(result["outcome"])
        words["losses"].append(" ".join(each["name"] for each in result["losses"]))
        words["sentence"].append(result["sentence"])
        success[n] = float(result["success"])
        for path, value in numbers_in(result):
            if path not in numbers:
                numbers[path] = np.full(WIDTH, np.nan)
            numbers[path][n] = value
    return Told(words, dict(sorted(numbers.items())), success)


def numbers_in(content: Mapping[str, Any], path: str = "") -> list[tuple[str, float]]:
    """Every number of an outcome with its dotted path; `success` stands by itself."""
    found: list[tuple[str, float]] = []
    for key, value in content.items():
        if isinstance(value, dict):
            found += numbers_in(value, f"{path}{key}.")
        elif isinstance(value, (int, float)) and key != "success":
            found.append((f"{path}{key}", float(value)))
    return found


def _events(events: EventTable, told: Any, n: int, own: Any, tables: Any) -> dict[str, Event]:
    """The events of a lane with as much of their state as is looked at."""
    keys, times, states = told
    result = {}
    seen = {name: states[name][:, n].tolist() for name in _SEEN if name in states}
    for row, (key, t) in enumerate(zip(keys, times[:, n].tolist(), strict=True)):
        if math.isnan(t):
            continue
        why: Mapping[str, Any] = {}
        if key in _REASONED:
            why = because(key, tuple(float(f[n]) for f in events.figures[key]), own, tables, {})
        result[key] = Event(key, key, t, because=why, state={name: values[row] for name, values in seen.items()})
    return result


class _Rows:
    """The rows that were looked at, in order and each once; channels of phases that a lane never reached are left out."""

    def __init__(self, found: Found) -> None:
        order = np.argsort(found.few_index, axis=0, kind="stable")
        self.index = np.take_along_axis(found.few_index, order, axis=0)
        self.order, self.new = order, np.diff(self.index, axis=0, prepend=-1) > 0
        self.channels = {name: found.few[name] for name in _CHANNELS if name in found.few}
        self.known = {name: np.isfinite(x).any(axis=(0, *range(2, x.ndim))) for name, x in self.channels.items()}

    def of_lane(self, n: int, times: np.ndarray) -> dict[str, Column]:
        """The channels of a lane."""
        new = self.new[:, n]
        which = self.order[new, n]
        own = {name: Column(x[which, n]) for name, x in self.channels.items() if self.known[name][n]}
        return {"time": Column(times[self.index[new, n]]), **own}
