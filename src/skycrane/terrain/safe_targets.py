"""The map of safe places that a lander carries: made on Earth, before launch, from what orbiters show.

Made as for the flight, in its published outline: hazards are read off orbital data (a terrain model for slopes, a rock map, wind ripples
that could trap a wheel), become a probability of a bad landing in each cell of 10 m, and that is averaged over where the lander may come
down when it aims there. Sources: Golombek et al., Space Science Reviews 170, 641 (2012); Nelessen et al., Mars 2020 entry, descent, and
landing system overview, IEEE Aerospace (2019). The real map's numbers are not public: the curves are assumed. The truth below the spacing
of orbital data is not looked at.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from skycrane.terrain.hazards import LanderLimits, under_footprints

if TYPE_CHECKING:
    from skycrane.terrain.terrain import Terrain

BLOCK = 3700.0  # [m] of ground worked on at a time: fewer and larger calls, the same bytes
_TRAPPED = 0.3  # assumed: chance of ending badly among ripples at their full height, which a wheel cannot leave


@dataclass(frozen=True)
class SafeTargetMap:
    """Probability of a bad landing when aiming at each cell; (west, south) [m] is the centre of the first cell, rows go north."""

    west: float
    south: float
    cell: float  # [m]
    failure: np.ndarray  # (rows, columns) float32, 0 to 1
    cell_failure: np.ndarray  # (rows, columns) float32, of touching down in the cell itself

    def at(self, east: Any, north: Any) -> np.ndarray:
        """Failure probability of the cells in which places lie; 1 off the map."""
        i = np.floor((np.asarray(east) - self.west) / self.cell + 0.5).astype(int)
        j = np.floor((np.asarray(north) - self.south) / self.cell + 0.5).astype(int)
        rows, columns = self.failure.shape
        inside = (i >= 0) & (i < columns) & (j >= 0) & (j < rows)
        return np.where(inside, self.failure[np.clip(j, 0, rows - 1), np.clip(i, 0, columns - 1)], 1.0)

    def safest(self, east: float, north: float, reach: float) -> tuple[float, float, float]:
        """The cell to aim at within `reach` [m] of a place: least failure, and of equal ones (to 0.1 %) the nearest.

        Returns east, north [m] and the failure probability; With no cell in reach: the place itself and 1.
        """
        e = self.west + self.cell * np.arange(self.failure.shape[1])[None, :]
        n = self.south + self.cell * np.arange(self.failure.shape[0])[:, None]
        away = np.hypot(e - east, n - north)
        score = np.where(away <= reach, np.round(self.failure, 3) + 1e-7 * away, np.inf)
        best = int(np.argmin(score))
        if not np.isfinite(score.flat[best]):
            return east, north, 1.0
        j, i = divmod(best, self.failure.shape[1])
        return float(e[0, i]), float(n[j, 0]), float(self.failure[j, i])


def safe_target_map(
    terrain: "Terrain",
    half_width: float = 4000.0,
    cell: float = 10.0,
    spacing: float = 5.0,
    landing_error: float = 40.0,
    limits: LanderLimits | None = None,
) -> SafeTargetMap:
    """The map around the site, 2 `half_width` [m] wide.

    `spacing` [m] of the places in a cell where the lander is stood for trial, each on the ground under its footprint; `landing_error` [m]
    is the radius within which 99 % of landings fall about the target: 40 m for Mars 2020 (Mohan et al. 2021).
    """
    limits = limits or LanderLimits()
    k = round(half_width / cell)
    failure = np.ones((2 * k + 1, 2 * k + 1), np.float32)
    per = round(BLOCK / cell)
    for j in range(0, 2 * k + 1, per):
        for i in range(0, 2 * k + 1, per):
            rows, columns = min(per, 2 * k + 1 - j), min(per, 2 * k + 1 - i)
            side = max(rows, columns)
            east, north = (i - k + 0.5 * (side - 1)) * cell, (j - k + 0.5 * (side - 1)) * cell
            block = _cells(terrain, east, north, side, cell, spacing, limits)
            failure[j : j + rows, i : i + columns] = block[:rows, :columns]
    return SafeTargetMap(-k * cell, -k * cell, cell, _spread(failure, landing_error / cell), failure)


def _cells(
    terrain: "Terrain", east: float, north: float, side: int, cell: float, spacing: float, limits: LanderLimits
) -> np.ndarray:
    """Mean failure probability in `side` x `side` cells around a place; unknown ground fails."""
    places = max(1, round(cell / spacing))
    step = cell / places
    along = (np.arange(side * places) - 0.5 * (side * places - 1)) * step
    found = under_footprints(terrain, east + along, north + along, limits)
    p = np.nan_to_num(found.failure(limits), nan=1.0).reshape(side, places, side, places).mean(axis=(1, 3))
    centre = (np.arange(side) - 0.5 * (side - 1)) * cell
    ripples = terrain.ripple_cover((east + centre)[None, :], (north + centre)[:, None], cell)
    return np.asarray(1.0 - (1.0 - p) * (1.0 - _TRAPPED * np.nan_to_num(ripples, nan=1.0)), np.float32)


def _spread(failure: np.ndarray, cells: float) -> np.ndarray:
    """Averaged with the density of landings about the target: a Gaussian whose 99 % circle has a radius of `cells` (sigma = R / 3.035)."""
    from scipy.ndimage import gaussian_filter

    return np.clip(
        gaussian_filter(failure.astype(np.float64), cells / 3.035, mode="constant", cval=1.0), 0.0, 1.0
    ).astype(np.float32)
