"""The ground as a stack of square maps about one place, each twice as coarse and twice as wide as the one before, with its light."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from skycrane.terrain.terrain import Terrain


@dataclass(frozen=True)
class Lighting:
    """Light on the ground: the sun and a sky that shines evenly. Both make up the light on a level place that faces the sun.

    Radiance factor = reflectance (cos i (1 - sky) V + sky (1 + n_up) / 2), V = 0 in a cast shadow, 1 outside (Lambert's law).
    """

    azimuth: float  # [rad] of the sun, clockwise from north
    elevation: float  # [rad] of the sun
    sky: float = 0.25  # part of the light that comes from the sky: assumed, optical depth of dust near 0.5

    @property
    def toward(self) -> np.ndarray:
        """Unit vector to the sun, east-north-up."""
        c = math.cos(self.elevation)
        return np.array([math.sin(self.azimuth) * c, math.cos(self.azimuth) * c, math.sin(self.elevation)])


@dataclass(frozen=True)
class Clipmap:
    """`up` [m] in the site frame and `radiance` (0 to 1), each (levels, size, size) float32, fine to coarse; rows go north."""

    east: float  # [m] of the centre
    north: float
    finest: float  # spacing of level 0 [m]; level k has 2^k times that
    up: np.ndarray
    radiance: np.ndarray

    @property
    def levels(self) -> int:
        """How many maps."""
        return self.up.shape[0]

    @property
    def size(self) -> int:
        """Samples a side."""
        return self.up.shape[1]


def clipmap(
    terrain: "Terrain",
    lighting: Lighting | None,
    east: float = 0.0,
    north: float = 0.0,
    finest: float = 0.5,
    levels: int = 8,
    size: int = 1536,
) -> Clipmap:
    """Build the stack; some seconds, once for a place and a sun. Without lighting the radiance is the reflectance alone, for images
    that have their shading in them. Heights where the terrain ends are its edge's."""
    ups, radiances = [], []
    for level in range(levels):
        spacing = finest * 2.0**level
        steps = (np.arange(size) - 0.5 * (size - 1)) * spacing
        west, south, far_east, far_north = terrain.extent
        e = np.clip(east + steps, west, far_east)[None, :]
        n = np.clip(north + steps, south, far_north)[:, None]
        height = terrain.height(e, n, spacing)
        up = height - terrain.drop(e, n)
        reflectance = terrain.reflectance(e, n, spacing)
        lit = reflectance if lighting is None else reflectance * _light(height, spacing, lighting)
        ups.append(up.astype(np.float32))
        radiances.append(np.nan_to_num(lit).astype(np.float32))
    return Clipmap(east, north, finest, np.nan_to_num(np.stack(ups)), np.stack(radiances))


def _light(height: np.ndarray, spacing: float, lighting: Lighting) -> np.ndarray:
    to_north, to_east = np.gradient(height, spacing)
    s = lighting.toward
    n_up = 1.0 / np.sqrt(1.0 + to_east * to_east + to_north * to_north)
    facing = np.maximum((s[2] - to_east * s[0] - to_north * s[1]) * n_up, 0.0)
    seen = _sunlit(height, spacing, lighting)
    return facing * seen * (1.0 - lighting.sky) + lighting.sky * 0.5 * (1.0 + n_up)


def _sunlit(height: np.ndarray, spacing: float, lighting: Lighting) -> np.ndarray:
    """1 in the sun, 0 in a shadow cast by ground up to some 200 samples away, soft over a third of a sample's rise.

    Heights are compared along the sun's direction with the map shifted by whole samples, at distances that grow by an eighth.
    """
    s = lighting.toward
    across = math.hypot(s[0], s[1])
    rise = s[2] / across * spacing  # [m] a ray climbs in one sample
    x, y = s[0] / across, s[1] / across
    clear = np.full(height.shape, 10.0)
    k = 1.0
    while k < 200.0 and rise * k < float(np.nanmax(height) - np.nanmin(height)):
        i, j = round(x * k), round(y * k)
        reach = math.hypot(i, j)
        if reach > 0.0:
            here, there = _overlap(height.shape, i, j)
            gap = (height[here] + rise * reach - height[there]) / (0.33 * rise)
            clear[here] = np.minimum(clear[here], gap)
        k = max(k + 1.0, k * 1.125)
    return np.clip(0.5 + clear, 0.0, 1.0)


def _overlap(shape: tuple[int, ...], i: int, j: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Where a map and the map shifted by (i columns, j rows) both exist: slices of the one and of the other."""
    rows = (slice(max(0, -j), shape[0] - max(0, j)), slice(max(0, j), shape[0] - max(0, -j)))
    columns = (slice(max(0, -i), shape[1] - max(0, i)), slice(max(0, i), shape[1] - max(0, -i)))
    return (rows[0], columns[0]), (rows[1], columns[1])
