"""Read channels between their samples: the state at an event, a value so many seconds after it.

Numbers are interpolated linearly, angles the short way round, words (flags) keep the last value.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from skycrane.record.schema import CHANNELS, Channel, channel

if TYPE_CHECKING:
    import xarray as xr


def value_at(channels: "xr.Dataset", name: str, time_s: float) -> float:
    """A scalar channel at a time, in channel units; NaN outside the record. KeyError when the record has no such channel."""
    return _read(channels[name].values, name, _place(channels["time"].values, time_s))


def scalars_at(channels: "xr.Dataset", time_s: float) -> dict[str, float]:
    """Every scalar channel of the record at a time, in channel units: what an event stores as its state."""
    place = _place(channels["time"].values, time_s)
    return {
        each.name: _read(channels[each.name].values, each.name, place)
        for each in CHANNELS
        if each.dims == ("time",) and each.name in channels
    }


def _place(times: np.ndarray, time_s: float) -> tuple[int, int, float] | None:
    """The samples before and after a time, and how far between them it lies; None outside the record."""
    if not len(times) or not times[0] <= time_s <= times[-1]:
        return None
    after = int(np.clip(np.searchsorted(times, time_s, side="left"), 0, len(times) - 1))
    if times[after] == time_s or after == 0:
        return after, after, 0.0
    return after - 1, after, float((time_s - times[after - 1]) / (times[after] - times[after - 1]))


def _read(values: np.ndarray, name: str, place: tuple[int, int, float] | None) -> float:
    if place is None:
        return float("nan")
    before, after, share = place
    if channel(name).is_flag or before == after:
        return float(values[before])
    return float(between(channel(name), float(values[before]), float(values[after]), share))


def between(each: Channel, before: Any, after: Any, share: Any) -> Any:
    """Channel values (numbers or arrays) at a share of the way from one sample to the next: angles the short way round, words the last."""
    if each.is_flag:
        return before
    step = after - before
    if each.turns:
        step = (step + 180.0) % 360.0 - 180.0
    value = before + share * step
    if each.turns == "compass":
        return value % 360.0
    return (value + 180.0) % 360.0 - 180.0 if each.turns == "signed" else value
