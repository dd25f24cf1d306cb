"""channels.bin: the record's channels as little-endian float32, one after the other, at the record's own times.

A float32 holds 7 digits: a position in the site frame is true to 32 mm at 609 km and to 0.1 mm near the ground, so nothing jitters.
Positions from the centre of the planet would be true to 0.25 m only and are left out; `position_site` says the same.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from skycrane.experience.contents import ChannelInfo
from skycrane.record.schema import CHANNELS

if TYPE_CHECKING:
    import xarray as xr

#: channels whose numbers are too large for a float32
TOO_LARGE = ("position_mcmf", "navigated_position_mcmf")


#: height above the ellipsoid less that of the landing point: what is published of the real landing counts from there
LANDING_POINT = "height_above_landing_point"


def channels_file(channels: "xr.Dataset", landing_point: float | None = None) -> tuple[bytes, list[ChannelInfo]]:
    """The bytes, and what lies where in them. `time` comes first; what the record lacks is absent.

    With the `landing_point` [m above the ellipsoid] there is one channel more, LANDING_POINT.
    """
    times = np.asarray(channels["time"].values)
    parts = [times.astype("<f4").tobytes()]
    listed = [
        ChannelInfo(
            name="time",
            unit="s",
            frame="since entry interface",
            long_name="time",
            components=1,
            offset=0,
            count=len(times),
            type="float32",
        )
    ]
    offset = len(parts[0])
    for each in CHANNELS:
        if each.name not in channels or each.name in TOO_LARGE:
            continue
        column = channels[each.name]
        about = ChannelInfo(
            name=each.name,
            unit=each.unit,
            frame=each.frame,
            long_name=each.long_name,
            components=math.prod(column.shape[1:]),
            offset=offset,
            count=len(times),
            type="float32",
        )
        words = str(column.attrs.get("flag_meanings", "")).split() or list(each.flags)
        if words:
            about["flags"] = words
        if each.turns:
            about["turns"] = each.turns
        part = np.asarray(column.values).astype("<f4").tobytes()
        parts.append(part)
        listed.append(about)
        offset += len(part)
    if landing_point is not None and "height_above_ellipsoid" in channels:
        above = np.asarray(channels["height_above_ellipsoid"].values) - landing_point
        parts.append(above.astype("<f4").tobytes())
        listed.append(
            ChannelInfo(
                name=LANDING_POINT,
                unit="m",
                frame="ground where it touched down",
                long_name="height above the landing point",
                components=1,
                offset=offset,
                count=len(times),
                type="float32",
            )
        )
    return b"".join(parts), listed
