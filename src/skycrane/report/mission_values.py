"""The few numbers of a mission file that a report draws as limits, read from the resolved mission in the record."""

import tomllib
from dataclasses import dataclass
from typing import Any

from skycrane.record import FlightRecord

_ANY = 1e6


@dataclass(frozen=True)
class ParachuteBox:
    """The box of Mach number and dynamic pressure [Pa] inside which the parachute is qualified, and its limit load [N] if stated."""

    mach: tuple[float, float]
    pressure: tuple[float, float]
    load_limit_n: float | None

    @property
    def corner(self) -> tuple[float, float]:
        """Lower left corner."""
        return self.mach[0], self.pressure[0]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        return self.mach[1] - self.mach[0], self.pressure[1] - self.pressure[0]

    def holds(self, mach: float, pressure: float) -> bool:
        """True when this point lies inside."""
        return bool(self.mach[0] <= mach <= self.mach[1] and self.pressure[0] <= pressure <= self.pressure[1])


def parachute_box(record: FlightRecord) -> ParachuteBox | None:
    """The box of the mission's parachute; None when it has none or states none."""
    keys = ("mach_low", "mach_high", "dynamic_pressure_low_Pa", "dynamic_pressure_high_Pa")
    found = [mission_value(record, f"vehicle.parachute.{key}") for key in keys]
    numbers = [float(each) for each in found if isinstance(each, (int, float)) and abs(each) < _ANY]
    if len(numbers) < len(keys):
        return None
    load = mission_value(record, "vehicle.parachute.load_limit_kN")
    return ParachuteBox(
        (numbers[0], numbers[1]), (numbers[2], numbers[3]), load * 1e3 if isinstance(load, (int, float)) else None
    )


def mission_value(record: FlightRecord, key: str) -> Any:
    """A value of the resolved mission in the unit of the file; None when it is not there."""
    value: Any = tomllib.loads(record.mission)
    for part in key.split("."):
        if not isinstance(value, dict) or part not in value:
            return None
        value = value[part]
    return value
