"""The ground where a landing comes down: the flight's own heights from afar, every stone of the terrain near the wheels."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skycrane.core.vector import Vec3
from skycrane.flight.ground import ground_height, height_above_terrain
from skycrane.surface.local_ground import LocalGround, inclined_plane, local_ground, no_height

Array = NDArray[np.float64]

HALF_WIDTH = 5.0  # [m] a rover and two metres that it may be dragged


@dataclass(frozen=True)
class Below:
    """A piece of ground and its place in site axes (3,) [m]."""

    ground: LocalGround
    place: Array


class Where(NamedTuple):
    """What of the models of a flight its ground depends on."""

    planet: Any
    site: Any


class GroundBelow:
    """The ground under one flight, or under some with numbers (n,): models, tables and site frame, and the terrain of the mission (None for
    level ground)."""

    def __init__(self, models: Any, tables: Any, frame: Any, terrain: Any) -> None:
        self.models, self.tables, self.frame, self.terrain = Where(models.planet, models.site), tables, frame, terrain

    def of(self, lane: int | np.intp) -> "GroundBelow":
        """The ground under one of some flights."""
        import jax

        models, frame = jax.tree.map(lambda x: np.asarray(x)[lane], (self.models, self.frame))
        return GroundBelow(models, self.tables, frame, self.terrain)

    def height_under(self, place: Array) -> Array:
        """Height of places (..., 3) of the site frame over the flight's ground (...) [m]. InputError where that has a hole."""
        fixed = self.frame.origin + self.frame.axes.apply(Vec3(*(place[..., k] for k in range(3))))
        height = np.asarray(height_above_terrain(self.models, self.tables, self.frame, fixed), float)
        if np.isnan(height).any() and self.terrain is not None:
            for east, north, _ in place[np.isnan(height) & np.isfinite(place).all(axis=-1)].tolist():
                raise no_height(self.terrain, east, north)
        return height

    def near(self, place: Array, slope: tuple[float, float] = (0.0, 0.0), rocks: Array | None = None) -> Below:
        """The ground around a place (3,) of the site frame [m], with a further slope through its middle and further rocks (n, 4).

        InputError where the terrain has no height there.
        """
        east, north = float(place[0]), float(place[1])
        s = self.models.site
        ends, slopes = float(s.slope_extent), (float(s.slope_east), float(s.slope_north))
        ramp = [each if abs(at) < ends else 0.0 for each, at in zip(slopes, (east, north), strict=True)]
        plane = inclined_plane(ramp[0] + slope[0], ramp[1] + slope[1], HALF_WIDTH)
        flown = float(ground_height(self.models, self.tables, np.asarray(east), np.asarray(north)))
        level, found = flown, plane
        if self.terrain is not None:
            real = local_ground(self.terrain, east, north, half_width=HALF_WIDTH)
            steep = sum(each * float(np.clip(at, -ends, ends)) for each, at in zip(slopes, (east, north), strict=True))
            level = real.base + steep
            found = replace(real, heights=real.heights + plane.heights)
        if rocks is not None:
            found = replace(found, rocks=np.concatenate([found.rocks, rocks]))
        return Below(found, np.array([east, north, float(place[2]) - float(self.height_under(place)) + level - flown]))
