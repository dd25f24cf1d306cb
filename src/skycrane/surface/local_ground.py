"""The few metres of ground that the wheels can reach: heights on a fine grid, with the rocks that lie on it.

Local axes: x east, y north, z up along the local vertical; the origin is the ground of the place, without rocks.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skycrane.core import elementary as fn
from skycrane.core.errors import InputError

Array = NDArray[np.float64]

HALF_WIDTH = 3.5  # [m] more than a rover is long
SPACING = 0.025  # [m] a twentieth of a wheel
SMALLEST_ROCK = 0.0625  # [m] smaller ones are the grain of the soil


@dataclass(frozen=True)
class LocalGround:
    """Square grid of heights without rocks (rows northwards, columns eastwards) [m], and the rocks.

    `rocks` (n, 4): x, y, diameter, height above the ground under it [m]; a rock is half an ellipsoid. `base` is the height of the
    origin above the site's level [m].
    """

    heights: Array
    rocks: Array
    base: float

    @cached_property
    def axis(self) -> Array:
        """x of the columns and y of the rows [m]."""
        return np.asarray(SPACING * (np.arange(len(self.heights)) - (len(self.heights) - 1) // 2), float)

    @cached_property
    def top(self) -> Array:
        """Heights of what a wheel stands on, rocks included [m]; shape of `heights`."""
        z = self.heights.copy()
        under = bilinear(self.heights, self.rocks[:, 0], self.rocks[:, 1])
        middle = (len(self.heights) - 1) // 2
        for (x, y, diameter, height), base in zip(self.rocks, under, strict=True):
            (j, i), reach = np.rint([x / SPACING, y / SPACING]).astype(int) + middle, int(0.5 * diameter / SPACING) + 2
            some = np.s_[max(i - reach, 0) : max(i + reach, 0), max(j - reach, 0) : max(j + reach, 0)]
            across, along = self.axis[some[1]], self.axis[some[0], None]
            inside = 1.0 - ((across - x) ** 2 + (along - y) ** 2) / (0.5 * diameter) ** 2
            z[some] = np.maximum(
                z[some], np.where(inside > 0.0, base + height * np.sqrt(np.maximum(inside, 0.0)), -np.inf)
            )
        return z

    @cached_property
    def is_rock(self) -> Array:
        """1 where a rock is on top, else 0; shape of `heights`."""
        return np.asarray(self.top > self.heights + 1e-6, float)

    @cached_property
    def fields(self) -> "Fields":
        """Height of the top, its slopes to the east and to the north, and whether it is rock."""
        north, east = np.gradient(self.top, SPACING)
        points = np.stack([self.top, east, north, self.is_rock], -1).astype(np.float32)
        return Fields(points.reshape(-1, 4), len(self.top))


class Fields(NamedTuple):
    """Fields on a square grid of `side` points: its points row by row from number `first` on in `points` (n, fields), float32."""

    points: Any
    side: int
    first: Any = 0

    def at(self, x: Any, y: Any) -> tuple[Any, ...]:
        """Bilinear values, one array each, at places x, y of any shape [m] from the middle of the grid; the edge goes on outside.
        Follows the array namespace of its arguments."""
        column, row = (
            fn.clip(each * (1.0 / SPACING) + 0.5 * (self.side - 1), 0.0, self.side - 1.001) for each in (x, y)
        )
        left, low = column.astype(np.int32), row.astype(np.int32)
        u, v = column - left, row - low
        corner = self.first + low * self.side + left
        shares = (1.0 - u) * (1.0 - v), u * (1.0 - v), (1.0 - u) * v, u * v
        ends = (0, 1, self.side, self.side + 1)
        found = sum(
            self.points.take(corner + end, axis=0, mode="clip") * share[..., None]
            for end, share in zip(ends, shares, strict=True)
        )
        return tuple(found[..., k] for k in range(found.shape[-1]))


def bilinear(field: Array, x: Array, y: Array) -> Array:
    """Values (n,) of a field (rows, columns) centred on the origin, at places (n,) [m]; the edge goes on outside."""
    return np.asarray(Fields(field.reshape(-1, 1), len(field)).at(x, y)[0])


def local_ground(
    terrain: Any, east: float, north: float, rocks: bool = True, finest: float = SPACING, half_width: float = HALF_WIDTH
) -> LocalGround:
    """The ground of a terrain around a place in the site frame [m]. `finest` [m] leaves synthesised detail out that is finer.

    InputError where the terrain has no height under the wheels.
    """
    steps = _steps(half_width)
    heights = terrain.height((east + steps)[None, :], (north + steps)[:, None], finest)
    if not np.isfinite(heights).all():
        raise no_height(terrain, east, north)
    base = float(heights[len(steps) // 2, len(steps) // 2])
    table = np.zeros((0, 4))
    if rocks:
        found = terrain.rocks(east, north, half_width, SMALLEST_ROCK)
        table = np.stack(
            [found["east"] - east, found["north"] - north, found["diameter"], found["height_above_ground"]], 1
        ).astype(float)
    return LocalGround(np.asarray(heights - base, float), table, base)


def no_height(terrain: Any, east: float, north: float) -> InputError:
    """What is said of a terrain that ends, or has a hole, where the wheels come down."""
    return InputError(
        f"site.terrain: terrain {terrain.name!r} has no height under the wheels at {east:.0f} m east, {north:.0f} m north of the site; "
        "land inside its extent or take a larger terrain"
    )


def inclined_plane(slope_east: float, slope_north: float, half_width: float = HALF_WIDTH) -> LocalGround:
    """A bare plane with these slopes, rise over run."""
    steps = _steps(half_width)
    return LocalGround(slope_east * steps[None, :] + slope_north * steps[:, None], np.zeros((0, 4)), 0.0)


def _steps(half_width: float) -> Array:
    count = round(half_width / SPACING)
    return np.asarray(SPACING * np.arange(-count, count + 1), float)
