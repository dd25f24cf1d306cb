"""What one column of a flight record is: name, shape, unit, frame, meaning.

The flight fills columns in SI and radian; a record holds them in the unit stated here, which is also the unit of the netCDF file.
"""

import math
from dataclasses import dataclass

#: Raised when a channel is renamed, removed, or changes its unit or meaning. A reader refuses a newer one.
SCHEMA_VERSION = 1

_DEGREE = math.pi / 180.0

#: unit of the file (UDUNITS) -> SI value of one such unit; units not listed are SI already
_SI_VALUE = {
    "degree": _DEGREE,
    "degrees_north": _DEGREE,
    "degrees_east": _DEGREE,
    "degree s-1": _DEGREE,
    "standard_free_fall": 9.80665,
}


@dataclass(frozen=True)
class Channel:
    """One column of the record.

    `dims` starts with `time`; `unit` is a UDUNITS string; `frame` says in words where the axes point, or what the number is measured
    from. `flags` are the words of a channel that holds a state instead of a number (0 is the first word); `turns` marks an angle that
    jumps by 360 degrees, kept in 0..360 (`"compass"`) or -180..180 (`"signed"`).
    """

    name: str
    dims: tuple[str, ...]
    unit: str
    frame: str
    long_name: str
    standard_name: str = ""
    flags: tuple[str, ...] = ()
    turns: str = ""

    @property
    def si_value(self) -> float:
        """SI value of one unit of this channel: divide SI by it to get the channel's unit."""
        return _SI_VALUE.get(self.unit, 1.0)

    @property
    def is_flag(self) -> bool:
        """True for a channel that holds words, not numbers."""
        return self.unit == "flag"
