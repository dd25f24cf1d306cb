"""The ground around a rover as its flight had it: the terrain, tilted as the mission file tilts it, with the rocks that its faults laid.

`site.slope_east`, `site.slope_north` and a fault of kind "slope" incline what the wheels meet; what lies on the horizon is the
terrain's own. A rock that a fault put under a wheel lies where the event of the record says.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.terrain.terrain import ROCK

NO_ROCKS = np.zeros((0, 4))


class GroundAsFlown:
    """A terrain with a plane through a place added to its heights and further rocks (n, 4): east, north, diameter, height [m]; all else is
    the terrain's."""

    def __init__(
        self, terrain: Any, east: float, north: float, slopes: tuple[float, float], rocks: NDArray[np.float64]
    ) -> None:
        self._terrain, self._middle, self._slopes = terrain, (east, north), slopes
        self._laid = np.zeros(len(rocks), ROCK)
        for name, column in zip(("east", "north", "diameter", "height_above_ground"), rocks.T, strict=True):
            self._laid[name] = column

    def __getattr__(self, name: str) -> Any:
        return getattr(self._terrain, name)

    def height(self, east: Any, north: Any, finest: float) -> Any:
        """Elevation above the areoid less the site's, with the plane [m]."""
        tilt = self._slopes[0] * (np.asarray(east) - self._middle[0]) + self._slopes[1] * (
            np.asarray(north) - self._middle[1]
        )
        return self._terrain.height(east, north, finest) + tilt

    def rocks(self, east: float, north: float, radius: float, smallest: float) -> Any:
        """The terrain's rocks and those that were laid, as `Terrain.rocks`."""
        own = self._laid
        near = (np.hypot(own["east"] - east, own["north"] - north) <= radius) & (own["diameter"] >= smallest)
        return np.concatenate([self._terrain.rocks(east, north, radius, smallest), own[near]])


def ground_as_flown(
    terrain: Any, east: float, north: float, mission: Any, rocks: NDArray[np.float64] = NO_ROCKS
) -> Any:
    """The terrain itself where the mission file tilts nothing there and laid no rocks."""
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
    if to_east == to_north == 0.0 and not len(rocks):
        return terrain
    return GroundAsFlown(terrain, east, north, (to_east, to_north), rocks)
