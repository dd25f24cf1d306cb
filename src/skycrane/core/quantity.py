"""Fields with a unit and a meaning: how every parameter of a mission file is declared.

A parameter class is a frozen dataclass; each field is declared with `quantity` (a number), `table` (numbers in a row), `choice` (a word)
or `section` (another parameter class). The unit is the unit written in the file and ends the key; the instance holds SI.
"""

import dataclasses
import math
from typing import Any

_DEGREE = math.pi / 180.0

#: unit of the file -> (suffix of the key, factor to SI)
UNITS: dict[str, tuple[str, float]] = {
    "1": ("", 1.0),
    "s": ("_s", 1.0),
    "h": ("_h", 3600.0),
    "Hz": ("_hz", 1.0),
    "m": ("_m", 1.0),
    "km": ("_km", 1e3),
    "m^2": ("_m2", 1.0),
    "m/s": ("_m_s", 1.0),
    "m/s^2": ("_m_s2", 1.0),
    "1/s": ("_per_s", 1.0),
    "1/m": ("_per_m", 1.0),
    "deg": ("_deg", _DEGREE),
    "deg/s": ("_deg_s", _DEGREE),
    "deg/s^2": ("_deg_s2", _DEGREE),
    "deg/h": ("_deg_h", _DEGREE / 3600.0),
    "deg/day": ("_deg_day", _DEGREE / 86400.0),
    "kg": ("_kg", 1.0),
    "kg/m^2": ("_kg_m2_area", 1.0),
    "kg/m^3": ("_kg_m3", 1.0),
    "kg m^2": ("_kg_m2", 1.0),
    "N": ("_N", 1.0),
    "kN": ("_kN", 1e3),
    "N/m": ("_N_m", 1.0),
    "N s/m": ("_N_s_m", 1.0),
    "N m": ("_Nm", 1.0),
    "N m s": ("_Nms", 1.0),
    "W": ("_W", 1.0),
    "Wh": ("_Wh", 3600.0),
    "Pa": ("_Pa", 1.0),
    "W/cm^2": ("_W_cm2", 1e4),
    "kbit/s": ("_kbit_s", 1e3),
    "MB": ("_MB", 1e6),
    "K": ("_K", 1.0),
    "K/m": ("_K_m", 1.0),
    "J/kg/K": ("_J_kg_K", 1.0),
    "m^3/s^2": ("_m3_s2", 1.0),
    "rad/s": ("_rad_s", 1.0),
    "kg^0.5/m": ("_kg05_m", 1.0),
    "m/s/rt_s": ("_m_s_rt_s", 1.0),
    "deg/rt_h": ("_deg_rt_h", _DEGREE / 60.0),
    "ug": ("_ug", 9.80665e-6),
    "ppm": ("_ppm", 1e-6),
    "arcsec": ("_arcsec", _DEGREE / 3600.0),
    "%": ("_percent", 0.01),
}


def quantity(
    unit: str,
    meaning: str,
    *,
    default: Any = dataclasses.MISSING,
    above: float | None = None,
    at_least: float | None = None,
    below: float | None = None,
    at_most: float | None = None,
    source: str = "",
) -> Any:
    """A number with a unit. Bounds are in the unit of the file; `default` too.

    `source` stands behind the default as the comment stands behind a number of a mission file; zero, and a factor of one, need none.
    """
    rules = {"above": above, "at_least": at_least, "below": below, "at_most": at_most}
    return _field("number", unit, meaning, default, source=source, **rules)


def table(
    unit: str,
    meaning: str,
    *,
    default: Any = dataclasses.MISSING,
    increasing: bool = False,
    above: float | None = None,
    at_least: float | None = None,
    below: float | None = None,
    at_most: float | None = None,
    source: str = "",
) -> Any:
    """A row of numbers (tuple of float in SI); `increasing` asks for strictly increasing values."""
    return _field(
        "table",
        unit,
        meaning,
        default,
        increasing=increasing,
        source=source,
        above=above,
        at_least=at_least,
        below=below,
        at_most=at_most,
    )


def choice(meaning: str, *allowed: str, default: Any = dataclasses.MISSING) -> Any:
    """A word; any word when `allowed` is empty."""
    return _field("word", "1", meaning, default, allowed=allowed)


def switch(meaning: str, *, default: Any = dataclasses.MISSING) -> Any:
    """True or false."""
    return _field("switch", "1", meaning, default)


def section(
    parameters: type | dict[str, type], meaning: str, *, default: Any = dataclasses.MISSING, unnamed: str | None = None
) -> Any:
    """Another parameter class, or a table name -> class chosen by the section's `model` key; `unnamed` is the name without that key."""
    return _field("section", "1", meaning, default, parameters=parameters, unnamed=unnamed)


def sections(parameters: type, meaning: str, *, default: Any = ()) -> Any:
    """Any number of sections of one class (an array of tables), read into a tuple."""
    return _field("sections", "1", meaning, default, parameters=parameters)


def key_of(field: "dataclasses.Field[Any]") -> str:
    """The key in the file: the field's name with the suffix of its unit."""
    return field.name + UNITS[field.metadata["unit"]][0]


def to_si(field: "dataclasses.Field[Any]", value: float) -> float:
    """A value of the file in SI."""
    return value * UNITS[field.metadata["unit"]][1]


def from_si(field: "dataclasses.Field[Any]", value: float) -> float:
    """An SI value in the unit of the file."""
    return value / UNITS[field.metadata["unit"]][1]


def _field(kind: str, unit: str, meaning: str, default: Any, **rules: Any) -> Any:
    if unit not in UNITS:
        raise KeyError(f"unit {unit!r} is not declared in core/quantity.py")
    metadata = {"kind": kind, "unit": unit, "meaning": meaning, **rules}
    factor = UNITS[unit][1]
    if kind == "number" and isinstance(default, (int, float)):
        default = default * factor
    if kind == "table" and isinstance(default, tuple):
        default = tuple(value * factor for value in default)
    return dataclasses.field(default=default, metadata=metadata, kw_only=True)
