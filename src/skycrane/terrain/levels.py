"""Nested square grids around the site, coarse to fine, read without seams."""

from dataclasses import dataclass

import numpy as np

from skycrane.terrain.chance import Real
from skycrane.terrain.lattice import catmull_rom, is_grid, surface


@dataclass(frozen=True)
class Grid:
    """Samples on a square lattice. Row 0 is the southern edge, column 0 the western one; (west, south) is the first sample [m]."""

    west: float
    south: float
    spacing: float
    values: np.ndarray  # (rows, columns)
    cover: np.ndarray | None = None  # (rows, columns) 1 where there are data, falling to 0 at holes; None: everywhere

    @property
    def east_edge(self) -> float:
        """Easting of the last column [m]."""
        return self.west + self.spacing * (self.values.shape[1] - 1)

    @property
    def north_edge(self) -> float:
        """Northing of the last row [m]."""
        return self.south + self.spacing * (self.values.shape[0] - 1)

    def at(self, east: Real, north: Real) -> Real:
        """The value at places: Catmull-Rom between samples; beyond the edge the edge's value holds."""
        rows, columns = self.values.shape
        values = self.values
        column = np.clip((east - self.west) * (1.0 / self.spacing), 0.0, columns - 1.0)
        row = np.clip((north - self.south) * (1.0 / self.spacing), 0.0, rows - 1.0)
        if is_grid(column, row) and _whole(column) and _whole(row):  # the samples themselves
            return values[np.ix_(row[:, 0].astype(np.int64), column[0].astype(np.int64))].astype(np.float64)
        return surface(
            lambda i, j: values[np.clip(j, 0, rows - 1), np.clip(i, 0, columns - 1)].astype(np.float64),
            column,
            row,
            catmull_rom,
        )

    def weight(self, east: Real, north: Real, margin: float) -> Real:
        """1 inside, falling smoothly to 0 over `margin` [m] at the edge."""
        a = np.clip(np.minimum(east - self.west, self.east_edge - east) * (1.0 / margin), 0.0, 1.0)
        b = np.clip(np.minimum(north - self.south, self.north_edge - north) * (1.0 / margin), 0.0, 1.0)
        return a * a * (3.0 - 2.0 * a) * (b * b * (3.0 - 2.0 * b)) * self.covered(east, north)

    def covered(self, east: Real, north: Real) -> Real:
        """1 where there are data, falling to 0 at holes."""
        if self.cover is None:
            return 1.0
        return np.clip(Grid(self.west, self.south, self.spacing, self.cover).at(east, north), 0.0, 1.0)

    def inside(self, east: Real, north: Real) -> Real:
        """Whether a place lies on the grid."""
        return (east >= self.west) & (east <= self.east_edge) & (north >= self.south) & (north <= self.north_edge)


def _whole(numbers: np.ndarray) -> bool:
    return bool((numbers == np.floor(numbers)).all())


def without_holes(grid: Grid, fade: float = 24.0) -> Grid:
    """The grid with holes (NaN) filled from the nearest sample and marked in `cover`, which falls to 0 over `fade` samples."""
    holes = np.isnan(grid.values)
    if not holes.any():
        return grid
    from scipy.ndimage import distance_transform_edt

    away = distance_transform_edt(~holes)
    nearest = distance_transform_edt(holes, return_distances=False, return_indices=True)
    filled = grid.values[nearest[0], nearest[1]]
    t = np.clip(away / fade, 0.0, 1.0)
    return Grid(grid.west, grid.south, grid.spacing, filled, (t * t * (3.0 - 2.0 * t)).astype(np.float32))


def square(half_width: float, spacing: float) -> tuple[np.ndarray, np.ndarray]:
    """A row of easts and a column of norths [m] of a square grid around the site; whole multiples of the spacing."""
    k = round(half_width / spacing)
    axis = np.arange(-k, k + 1) * spacing
    return axis[None, :], axis[:, None]
