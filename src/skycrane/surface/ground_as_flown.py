"""The ground around a rover as its flight had it: the terrain, tilted as the mission file tilts it.

`site.slope_east`, `site.slope_north` and a fault of kind "slope" incline what the wheels meet; what lies on the horizon is the
terrain's own. A rock that a fault puts under a wheel is not in it: where the wheel then came to rest beside it is not recorded.
"""

from typing import Any

import numpy as np


class GroundAsFlown:
    """A terrain with a plane through a place added to its heights; all else is the terrain's."""

    def __init__(self, terrain: Any, east: float, north: float, slopes: tuple[float, float]) -> None:
        self._terrain, self._middle, self._slopes = terrain, (east, north), slopes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._terrain, name)

    def height(self, east: Any, north: Any, finest: float) -> Any:
        """Elevation above the areoid less the site's, with the plane [m]."""
        tilt = self._slopes[0] * (np.asarray(east) - self._middle[0]) + self._slopes[1] * (
            np.asarray(north) - self._middle[1]
        )
        return self._terrain.height(east, north, finest) + tilt


def ground_as_flown(terrain: Any, east: float, north: float, mission: Any) -> Any:
    """The terrain itself where the mission file tilts nothing there."""
    if mission is None:
        return terrain
    from skycrane.surface.manoeuvre.faults import faults_of

    s = mission.site
    to_east = s.slope_east if abs(east) < s.slope_extent else 0.0
    to_north = s.slope_north if abs(north) < s.slope_extent else 0.0
    given = getattr(getattr(mission, "touchdown", None), "faults", ())
    if given:
        further = faults_of(given, mission.vehicle).slope
        to_east, to_north = to_east + further[0], to_north + further[1]
    return terrain if to_east == to_north == 0.0 else GroundAsFlown(terrain, east, north, (to_east, to_north))
