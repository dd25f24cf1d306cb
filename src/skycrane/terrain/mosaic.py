"""Orthoimages over each other as one field of reflectance: the finest where it lies, faded into the next coarser one, plain beyond."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from skycrane.terrain.levels import Grid

EDGE = 0.15  # of an image's width, over which it fades into what lies under it
#: [m] shades of wider cells belong to the place: what no image shows is mottled below this
PLAIN = 400.0
FEWEST = 12  # samples a side of the coarsest stand-in


@dataclass(frozen=True)
class StandIn:
    """A grid averaged until it shows no more than a coarse reader can use, in place of the finer one of that extent."""

    grid: Grid
    fade: float  # [m] at its edge
    instead_of: float  # [m] spacing of the finer one; 0: it is the data themselves

    def is_read(self, finest: float) -> bool:
        """Whether a reader that wants features of `finest` [m] and wider reads this one of its extent."""
        return self.grid.spacing >= 0.5 * finest > self.instead_of


@dataclass(frozen=True)
class Mosaic:
    """Reflectance by images, and a plain value where there are none. Read like a `Grid`."""

    images: tuple[StandIn, ...]  # fine to coarse
    plain: float

    def at(self, east: np.ndarray, north: np.ndarray) -> np.ndarray:
        """The reflectance at places, with all that the images show."""
        return np.asarray(sum(weight * value for weight, value, _ in self.parts(east, north, 1e-9)))

    def parts(
        self, east: np.ndarray, north: np.ndarray, finest: float
    ) -> Iterator[tuple[np.ndarray, np.ndarray | float, float]]:
        """Weight, reflectance and spacing [m] of what is seen at places, from the finest image on; weights add up to 1."""
        left = np.ones(np.broadcast(east, north).shape)
        for image in self.images:
            if image.is_read(finest):
                weight = left * image.grid.weight(east, north, image.fade)
                if weight.any():
                    yield weight, np.asarray(image.grid.at(east, north)), image.grid.spacing
                    left = left - weight
            if not left.any():
                return
        yield left, self.plain, PLAIN


def with_stand_ins(grids: list[Grid], coarsest: float = np.inf) -> list[StandIn]:
    """Grids, fine to coarse, each with versions of itself twice, four times ... as coarse, as long as the next grid is coarser still and
    `coarsest` [m] is too."""
    found = []
    for number, grid in enumerate(grids):
        last = grids[number + 1].spacing if number + 1 < len(grids) else coarsest
        fade = EDGE * min(grid.east_edge - grid.west, grid.north_edge - grid.south)
        found.append(StandIn(grid, fade, 0.0))
        while 2.0 * grid.spacing < last and min(grid.values.shape) >= 2 * FEWEST:
            finer, grid = grid.spacing, halved(grid)
            found.append(StandIn(grid, fade, finer))
    return found


def halved(grid: Grid) -> Grid:
    """The grid averaged over squares of 2 x 2 samples; an odd last row or column is left out."""
    rows, columns = (size // 2 * 2 for size in grid.values.shape)

    def mean(values: np.ndarray) -> np.ndarray:
        four = values[:rows, :columns].astype(np.float64).reshape(rows // 2, 2, columns // 2, 2)
        return np.asarray(four.mean(axis=(1, 3)).astype(np.float32))

    cover = None if grid.cover is None else mean(grid.cover)
    half = 0.5 * grid.spacing
    return Grid(grid.west + half, grid.south + half, 2.0 * grid.spacing, mean(grid.values), cover)
