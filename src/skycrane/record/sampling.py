"""Read channels between their samples: the state at an event, a value so many seconds after it.

Numbers are interpolated linearly, angles the short way round, words (flags) keep the last value.
"""

import numpy as np
import xarray as xr

from skycrane.record.schema import CHANNELS, channel


def value_at(channels: xr.Dataset, name: str, time_s: float) -> float:
    """A scalar channel at a time, in channel units; NaN outside the record. KeyError when the record has no such channel."""
    times, values = channels["time"].values, channels[name].values
    if not len(times) or not times[0] <= time_s <= times[-1]:
        return float("nan")
    after = int(np.clip(np.searchsorted(times, time_s, side="left"), 0, len(times) - 1))
    before = after if times[after] == time_s else max(after - 1, 0)
    if channel(name).is_flag or before == after:
        return float(values[before])
    share = float((time_s - times[before]) / (times[after] - times[before]))
    step = float(values[after]) - float(values[before])
    turns = channel(name).turns
    if turns:
        step = (step + 180.0) % 360.0 - 180.0
    result = float(values[before]) + share * step
    return _wrap(result, turns)


def scalars_at(channels: xr.Dataset, time_s: float) -> dict[str, float]:
    """Every scalar channel of the record at a time, in channel units: what an event stores as its state."""
    return {
        each.name: value_at(channels, each.name, time_s)
        for each in CHANNELS
        if each.dims == ("time",) and each.name in channels
    }


def _wrap(degrees: float, turns: str) -> float:
    if turns == "compass":
        return degrees % 360.0
    if turns == "signed":
        return (degrees + 180.0) % 360.0 - 180.0
    return degrees
