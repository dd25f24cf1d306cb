"""Which ground a changed mission flies over: the built-in ground belongs to the site that it was given to.

`jezero_like` is laid under whatever site names it, so a mission based on another, or changed by hand, would carry the relief of Jezero to
wherever its site moves. The rule: when a change moves the site (its planet, latitude, longitude, elevation or areoid, or a target farther
from it than the on-board map reaches) without naming a terrain, the ground becomes level, and the resolved mission says why.
Maps of real places have coordinates of their own: they stay, and are refused where they do not fit.
"""

import math
from typing import Any

#: the ground made by the program
BUILT_IN = "jezero_like"
#: ground without relief
LEVEL = "level"
#: the key that names the ground
TERRAIN = ("site", "terrain")

_PLACE = ("latitude_deg", "longitude_deg", "elevation_m", "areoid_radius_km")
_TARGETS = ("entry_target", "ellipse_centre")
_PLANET = ("name", "equatorial_radius_m", "polar_radius_m")
_LEFT = "design: was "
_REACH = (
    5500.0  # [m] half the width of the map of safe targets (flight.site_ground): a target farther away is another place
)


def left_behind(base: dict[str, Any], changes: dict[str, Any], merged: dict[str, Any]) -> str | None:
    """Why the changes leave the base's built-in ground behind, as a comment for `site.terrain`; None where it stays."""
    site = changes.get("site")
    if _table(base, "site").get("terrain") != BUILT_IN or (isinstance(site, dict) and "terrain" in site):
        return None
    before, after = _table(base, "site"), _table(merged, "site")
    moved = [f"site.{key}" for key in _PLACE if before.get(key) != after.get(key)]
    moved += [
        f"planet.{key}" for key in _PLANET if _table(base, "planet").get(key) != _table(merged, "planet").get(key)
    ]
    if not moved:
        moved = [f"site.{name}_latitude_deg" for name in _TARGETS if _is_elsewhere(name, before, after)]
    if not moved:
        return None
    return f"{_LEFT}{BUILT_IN}, the ground of another site ({moved[0]} differs); level until a terrain is named"


def ground_left(given: Any) -> str | None:
    """What the resolved mission says of the ground that it left behind (`left_behind`); None where it left none."""
    place = given.places.get(TERRAIN)
    return place.comment.removeprefix("design: ") if place and place.comment.startswith(_LEFT) else None


def _is_elsewhere(name: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether a target was given another place, out of reach of the site."""
    keys = (f"{name}_latitude_deg", f"{name}_longitude_deg")
    if all(before.get(key) == after.get(key) for key in keys):
        return False
    try:
        north = math.radians(after[keys[0]] - after["latitude_deg"])
        east = math.radians((after[keys[1]] - after["longitude_deg"] + 180.0) % 360.0 - 180.0)
        east *= math.cos(math.radians(after["latitude_deg"]))
        return math.hypot(north, east) * after["areoid_radius_km"] * 1e3 > _REACH
    except (KeyError, TypeError):
        return False  # what is missing or no number is refused, with its line, when the mission is built


def _table(content: dict[str, Any], key: str) -> dict[str, Any]:
    inner = content.get(key)
    return inner if isinstance(inner, dict) else {}
