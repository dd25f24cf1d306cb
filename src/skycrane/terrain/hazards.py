"""What can hurt a lander on the ground: slope and roughness under its footprint, rocks under its belly.

Everything is derived from any terrain, at the places of a regular grid. Steepness depends on the length over which it is measured: here it
is the footprint of the rover, as landing-site studies do (Golombek et al., Space Science Reviews 170, 641, 2012).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from skycrane.terrain.chance import Real
from skycrane.terrain.rocks import HEIGHT, larger_than

if TYPE_CHECKING:
    from skycrane.terrain.terrain import Terrain

_SEEN = 1.25  # [m] finest detail of a footprint's samples: about that of models from orbit


@dataclass(frozen=True)
class LanderLimits:
    """What a lander bears. Defaults are a rover on six wheels of the size of Perseverance."""

    footprint: float = 2.7  # [m] side of the square that its wheels span: the wheelbase of 2.7 m by 2.3 m [maki2020]
    slope: float = 0.4363  # [rad] 25 degrees, tipping and touchdown stability: assumed, as for Curiosity's rocker-bogie
    slope_margin: float = 0.2618  # [rad] below it, over which failure becomes likely: assumed, 15 degrees
    roughness: float = 0.30  # [m] rms of the ground about the footprint's plane: assumed, half the ground clearance
    rock_height: float = 0.55  # [m] that touches the belly with the wheels sunk in: [golombek2012]
    belly: float = 4.0  # [m^2] area under the belly: [golombek2012]


@dataclass(frozen=True)
class Hazards:
    """On a grid (rows, columns), rows go north."""

    east: np.ndarray  # (columns,) [m]
    north: np.ndarray  # (rows,) [m]
    slope: np.ndarray  # [rad] of the plane that fits the ground under the footprint
    roughness: np.ndarray  # [m] rms distance of the ground from that plane
    rock: np.ndarray  # probability of a rock too high for the belly

    def failure(self, limits: LanderLimits) -> np.ndarray:
        """Probability that a touchdown there ends badly; the three dangers are independent.

        Slope and roughness: 0 far below their limit, rising smoothly to 1 at it (assumed; stands for what is not known of the last metres).
        """
        slope = _ramp((self.slope - limits.slope + limits.slope_margin) / limits.slope_margin)
        rough = _ramp((self.roughness - 0.5 * limits.roughness) / (0.5 * limits.roughness))
        return 1.0 - (1.0 - slope) * (1.0 - rough) * (1.0 - self.rock)


def hazards(
    terrain: "Terrain", east: float, north: float, width: float, spacing: float, limits: LanderLimits | None = None
) -> Hazards:
    """Hazards on a square grid of a terrain, `width` [m] wide around a place; ground features below `spacing` [m] are not seen."""
    limits = limits or LanderLimits()
    reach = max(1, round(0.5 * limits.footprint / spacing))
    grid = terrain.heights(east, north, width + 2.0 * reach * spacing, spacing)
    slope, roughness = plane_fit(grid.values, spacing, reach)
    inner = slice(reach, -reach)
    rows, columns = grid.values.shape
    e = (grid.west + spacing * np.arange(columns))[inner]
    n = (grid.south + spacing * np.arange(rows))[inner]
    rock = rock_probability(terrain.trait("rock_abundance", e[None, :], n[:, None]), limits)
    return Hazards(e, n, slope[inner, inner], roughness[inner, inner], np.broadcast_to(rock, (n.size, e.size)))


def under_footprints(terrain: "Terrain", east: np.ndarray, north: np.ndarray, limits: LanderLimits) -> Hazards:
    """Hazards where the lander stands at `east` (columns,) and `north` (rows,) [m], each rising by more than a footprint: for maps.

    The plane goes through three by three samples across the footprint; the fit is that of `plane_fit`.
    """
    half = 0.5 * limits.footprint
    across = half * np.array([-1.0, 0.0, 1.0])
    e, n = (east[:, None] + across).ravel(), (north[:, None] + across).ravel()
    z = terrain.height(e[None, :], n[:, None], _SEEN).reshape(north.size, 3, east.size, 3)
    to_east = (z[..., 2] - z[..., 0]).mean(axis=1) / limits.footprint
    to_north = (z[:, 2] - z[:, 0]).mean(axis=-1) / limits.footprint
    left = z.var(axis=(1, 3)) - (to_east**2 + to_north**2) * (half * half * 2.0 / 3.0)
    rock = rock_probability(terrain.trait("rock_abundance", east[None, :], north[:, None]), limits)
    shape = (north.size, east.size)
    return Hazards(
        east,
        north,
        np.arctan(np.hypot(to_east, to_north)),
        np.sqrt(np.maximum(left, 0.0)),
        np.broadcast_to(rock, shape),
    )


def plane_fit(height: np.ndarray, spacing: float, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """Slope [rad] of the least-squares plane through the (2 reach + 1)^2 samples around each sample, and the rms distance from it [m].

    On a square window the fit separates: b = sum(x z) / sum(x^2) along each axis; the residual's mean square is
    mean(z^2) - mean(z)^2 - (b_east^2 + b_north^2) mean(x^2).
    """
    from scipy.ndimage import correlate1d

    steps = np.arange(-reach, reach + 1, dtype=np.float64)
    flat = np.full(steps.size, 1.0 / steps.size)
    ramp = steps / (np.sum(steps * steps) * spacing)
    z = height - (np.nanmean(height) if np.isfinite(height).any() else 0.0)  # none where the maps end
    along = lambda weights, values, axis: correlate1d(values, weights, axis=axis, mode="nearest")  # noqa: E731
    to_east = along(flat, along(ramp, z, 1), 0)
    to_north = along(flat, along(ramp, z, 0), 1)
    mean = along(flat, along(flat, z, 1), 0)
    square = along(flat, along(flat, z * z, 1), 0)
    spread = float(np.mean(steps * steps)) * spacing * spacing
    left = square - mean * mean - (to_east**2 + to_north**2) * spread
    return np.arctan(np.hypot(to_east, to_north)), np.sqrt(np.maximum(left, 0.0))


def rock_probability(abundance: Real, limits: LanderLimits) -> Real:
    """Probability of at least one rock higher than the clearance under the belly: 1 - exp(-N(>D) A), rocks placed by chance."""
    levels = np.linspace(0.0, 0.4, 201)
    density = larger_than(limits.rock_height / HEIGHT, levels)
    return 1.0 - np.exp(-limits.belly * np.interp(np.asarray(abundance), levels, density))


def _ramp(x: np.ndarray) -> np.ndarray:
    t = np.clip(x, 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)
