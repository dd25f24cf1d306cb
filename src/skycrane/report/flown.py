"""The as-flown figures that belong to a record, and where their values stand in time: the second colour of every plot."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from skycrane.mission import FlownFigure, flown_figures, published_points
from skycrane.mission.presets import FLOWN_ENDING, PRESETS
from skycrane.record import FlightRecord

_STATE = re.compile(r"\(?event\.(?P<event>\w+)\.state\.(?P<channel>\w+)(?P<rest>.*)$")
_AT = re.compile(r"\(?at\.(?P<event>\w+?)\+(?P<offset>[\d.]+)\.(?P<channel>[a-z]\w*)(?P<rest>.*)$")
_TIME = re.compile(r"event\.(?P<event>\w+)\.t_s$")
_SCALE = re.compile(r"\* (?P<factor>[\d.eE+-]+)$")


@dataclass(frozen=True)
class FlownPoint:
    """A flown value with its place in time: `value` is in the unit of the channel `name`."""

    name: str
    time_s: float
    value: float
    event: str
    source: str = ""


def flown_for(record: FlightRecord) -> tuple[FlownFigure, ...]:
    """The figures of the real flight that this mission repeats, as its mission file names them; empty when there was none."""
    return flown_figures(_file_of(record)) or ()


def flown_path(record: FlightRecord) -> list[FlownPoint]:
    """Every published value of the real flight that has a place in time, channel by channel in the order of time.

    What lies between two of them was not published: a line that joins them is ours.
    """
    known = flown_points(flown_for(record))
    more = [
        FlownPoint(each.channel, each.time, each.value, "", each.source) for each in published_points(_file_of(record))
    ]
    return sorted([*known, *more], key=lambda each: (each.name, each.time_s))


def _file_of(record: FlightRecord) -> str | Path:
    about = tomllib.loads(record.mission)
    wanted = str(about.get("flown") or about.get("name") or record.mission_name)
    shipped = PRESETS / f"{wanted}{FLOWN_ENDING}.toml"
    return shipped if shipped.exists() else wanted


def flown_times(figures: Sequence[FlownFigure]) -> dict[str, float]:
    """Event key -> seconds since entry interface at which it really happened."""
    found = ((_TIME.match(each.quantity), each.value) for each in figures)
    return {match["event"]: value for match, value in found if match}


def flown_points(figures: Sequence[FlownFigure]) -> list[FlownPoint]:
    """Flown values of channels, at the flown time of their event.

    A height minus the height at touchdown is named `height_above_landing_point`.
    """
    times = flown_times(figures)
    points = []
    for each in figures:
        match = _STATE.match(each.quantity) or _AT.match(each.quantity)
        if match and match["event"] in times:
            later = float(match.groupdict().get("offset") or 0.0)
            name = match["channel"]
            if " - event.touchdown.state.height" in match["rest"]:
                name = "height_above_landing_point"
            points.append(
                FlownPoint(
                    name,
                    times[match["event"]] + later,
                    each.value / _factor(each.quantity),
                    match["event"],
                    each.source,
                )
            )
    return points


def _factor(quantity: str) -> float:
    scale = _SCALE.search(quantity)
    return float(scale["factor"]) if scale else 1.0


def landing_point(record: FlightRecord) -> float | None:
    """Height of the ground where it touched down, above the ellipsoid [m]; published heights count from the real one."""
    touchdown = record.event("touchdown") or record.event("ground_contact")
    if touchdown is None or "height_above_ellipsoid" not in touchdown.state:
        return None
    return touchdown.state["height_above_ellipsoid"] - touchdown.state.get("height_above_terrain", 0.0)
