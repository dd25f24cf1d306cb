"""The one sentence in plain words, made from the numbers."""

from typing import Any

from skycrane.surface.egress import safe_ranges

_COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


def sentence(found: dict[str, Any]) -> str:
    """The state of the rover and of its place in one sentence."""
    stands = "The rover stands" if found["pose"]["at_rest"] else "The rover does not come to rest"
    tilt, slope = found["pose"]["tilt_deg"], found["ground"][0]["slope_deg"]
    parts = [f"{stands} on {_ground(slope)} with a tilt of {tilt:.1f} degrees and {_wheels(found)}", _rocks(found)]
    return f"{', '.join(parts)}; {_egress(found)}."


def _ground(slope: float) -> str:
    words = ((2.0, "flat ground"), (6.0, "gently sloping ground"), (15.0, "a slope"))
    return next((word for limit, word in words if slope < limit), "a steep slope")


def _wheels(found: dict[str, Any]) -> str:
    free = [each["name"] for each in found["wheels"] if each["load_N"] < 1.0]
    belly = found["belly_clearance_m"]
    if found["belly_load_N"] > 1.0:
        return "its belly on the ground"
    if free:
        return f"{6 - len(free)} of six wheels on the ground"
    return f"{belly:.2f} m of room under its belly"


def _rocks(found: dict[str, Any]) -> str:
    counts, near = found["rocks"]["larger_than"], found["rocks"]["within_m"]
    if counts["0.4_m"]:
        return f"{_many(counts['0.4_m'], 'rock')} larger than 40 cm within {near:.0f} m"
    if counts["0.2_m"]:
        largest = max(each["diameter_m"] for each in found["rocks"]["each"])
        return f"no rock larger than {100 * largest:.0f} cm within {near:.0f} m"
    return f"only small rocks within {near:.0f} m"


def _many(count: int, what: str) -> str:
    return f"one {what}" if count == 1 else f"{count} {what}s"


def _egress(found: dict[str, Any]) -> str:
    ranges = safe_ranges(found["egress"])
    if not ranges:
        return "no way out for a first drive is free of care"
    if ranges == [(0.0, 360.0)]:
        return "it can drive off in any direction"
    widest = max(ranges, key=lambda each: (each[1] - each[0]) % 360.0)
    middle = (widest[0] + 0.5 * ((widest[1] - widest[0]) % 360.0)) % 360.0
    return f"the widest safe way out lies to the {_COMPASS[round(middle / 45.0) % 8]}"
