"""What a visitor may change before `Fly it`, and within which limits; nothing else of a mission can be reached from the page."""

import tomllib
from collections.abc import Mapping
from typing import Any

from skycrane.core.errors import InputError
from skycrane.experience.contents import Slider

#: key of the mission -> label, help, unit, lowest, highest, step. Limits are wide enough to lose the vehicle at either end.
_NUMBERS: Mapping[str, tuple[str, str, str, float, float, float]] = {
    "entry.flight_path_angle_deg": (
        "Entry angle", "How steeply it comes in: flatter is gentler and reaches farther, steeper is harder.", "°", -21.0, -12.0, 0.1,
    ),
    "atmosphere.density_scale": ("Air density", "How thick the air is, 1 for that day.", "×", 0.4, 1.8, 0.05),
    "atmosphere.wind_east_offset_m_s": ("Wind to the east", "Added to the wind of that day at all heights.", "m/s", -60.0, 60.0, 1.0),
    "vehicle.parachute.nominal_diameter_m": ("Parachute", "Diameter of the canopy. Mars 2020 flew 21.5 m.", "m", 8.0, 32.0, 0.1),
}  # fmt: skip
_VISION = "lander_vision"
#: Lander vision that never looks: the vehicle that navigates stays metres above this. Without the section it would be another
#: program, and minutes of compiling.
_BLIND = {"lander_vision.start_height_m": 0.5}
_LAW = "powered_descent.model"
_LAWS = {"polynomial": "smooth curve", "convex": "least fuel"}


def sliders(mission: str) -> list[Slider]:
    """The controls that a mission (resolved TOML) has, at its own values."""
    table = tomllib.loads(mission)
    found = [
        Slider(key=key, label=label, help=said, kind="number", unit=unit, value=value, low=low, high=high, step=step)
        for key, (label, said, unit, low, high, step) in _NUMBERS.items()
        if isinstance(value := _value(table, key), float)
    ]
    if isinstance(table.get(_VISION), Mapping):
        said = "Looks at the ground, finds itself on a map and picks a safe spot."
        found.append(Slider(key=_VISION, label="Lander vision", help=said, kind="switch", unit="", value=True))
    if (law := _value(table, _LAW)) in _LAWS:
        said = "How the rockets choose their way: a smooth curve, or the way of least fuel."
        found.append(
            Slider(
                key=_LAW,
                label="Rocket guidance",
                help=said,
                kind="choice",
                unit="",
                value=law,
                choices=list(_LAWS),
                words=list(_LAWS.values()),
            )
        )
    return found


def validated(asked: Any, allowed: list[Slider]) -> dict[str, Any]:
    """Changes to a mission from what a page asked for; InputError for a key that is not a control, or a value outside its limits."""
    if not isinstance(asked, Mapping):
        raise InputError("changes must be an object of control and value")
    known = {each["key"]: each for each in allowed}
    changes: dict[str, Any] = {}
    for key, value in asked.items():
        if key not in known:
            raise InputError(f"{str(key)[:60]} cannot be changed here, must be one of {', '.join(known)}")
        changes[key] = _checked(known[key], value)
    if changes.pop(_VISION, True) is False:
        changes |= _BLIND
    return changes


def _checked(slider: Slider, value: Any) -> Any:
    if slider["kind"] == "number":
        number = isinstance(value, (int, float)) and not isinstance(value, bool)  # what is not finite is in no range
        if not number or not slider["low"] <= value <= slider["high"]:
            raise InputError(f"{slider['key']} must be a number from {slider['low']:g} to {slider['high']:g}")
        return float(value)
    if slider["kind"] == "switch":
        if not isinstance(value, bool):
            raise InputError(f"{slider['key']} must be true or false")
        return value
    if value not in slider["choices"]:
        raise InputError(f"{slider['key']} must be one of {', '.join(slider['choices'])}")
    return value


def _value(table: Mapping[str, Any], key: str) -> Any:
    found: Any = table
    for name in key.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
