"""The ground as nested squares of heights, each half as wide as the one around it, from 120 km down to a spacing of 0.11 m.

A level is 8 x 8 tiles of 64 cells; the next finer one covers exactly 4 x 4 of them and meets it without a step: over the outer tile
quarter its heights fade into those of the coarser one. The coarsest fades into the even globe around it.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TILES, TILE = 8, 64  # tiles along a side, cells along a tile
CELLS = TILES * TILE
COARSEST = 234.0  # [m] spacing: 512 of them lie inside the 120 km of the built-in site
LEVELS = 12
_FADE = 16  # cells


@dataclass(frozen=True)
class Level:
    """Heights over the site's level (513, 513) [m], row 0 south; `fine` (1025, 1025) has twice the samples, for the light."""

    west: float
    south: float
    spacing: float
    heights: Array
    fine: Array


def places(east: float, north: float) -> list[tuple[float, float, float]]:
    """West edge, south edge and spacing [m] of every level, coarse to fine, as centred on a place as tiles allow."""
    spacing, west, south = COARSEST, -COARSEST * CELLS / 2, -COARSEST * CELLS / 2
    found = [(west, south, spacing)]
    for _ in range(LEVELS - 1):
        tile = spacing * TILE
        west += tile * float(np.clip(round((east - west) / tile - TILES / 4), 0, TILES / 2))
        south += tile * float(np.clip(round((north - south) / tile - TILES / 4), 0, TILES / 2))
        spacing /= 2
        found.append((west, south, spacing))
    return found


def pyramid(terrain: Any, east: float, north: float) -> tuple[list[Level], float]:
    """All levels around a place, coarse to fine, and the height [m] of the even ground beyond the coarsest."""
    raw = [_read(terrain, *place) for place in places(east, north)]
    edge = np.concatenate([raw[0].heights[0], raw[0].heights[-1], raw[0].heights[:, 0], raw[0].heights[:, -1]])
    beyond = float(np.mean(edge))
    levels = [_faded(raw[0], np.full_like(raw[0].heights, beyond))]
    for coarser, level in pairwise(raw):
        del coarser
        levels.append(_faded(level, _below(levels[-1], level)))
    return levels, beyond


def _read(terrain: Any, west: float, south: float, spacing: float) -> Level:
    steps = np.arange(2 * CELLS + 1) * spacing / 2
    fine = np.asarray(terrain.height((west + steps)[None, :], (south + steps)[:, None], spacing / 2), float)
    if np.isnan(fine).any():
        fine = np.where(np.isnan(fine), np.nanmean(fine), fine)
    return Level(west, south, spacing, fine[::2, ::2], fine)


def _below(coarse: Level, level: Level) -> Array:
    """The coarser level's surface at the corners of a finer one: bilinear, as its triangles are drawn."""
    i = round((level.west - coarse.west) / coarse.spacing)
    j = round((level.south - coarse.south) / coarse.spacing)
    z = coarse.heights[j : j + CELLS // 2 + 1, i : i + CELLS // 2 + 1]
    under = np.empty((CELLS + 1, CELLS + 1))
    under[::2, ::2] = z
    under[1::2, ::2] = 0.5 * (z[1:] + z[:-1])
    under[:, 1::2] = 0.5 * (under[:, :-1:2] + under[:, 2::2])
    return under


def _faded(level: Level, into: Array) -> Level:
    inside = np.minimum(np.arange(CELLS + 1), CELLS - np.arange(CELLS + 1)) / _FADE
    t = np.clip(np.minimum(inside[:, None], inside[None, :]), 0.0, 1.0)
    share = t * t * (3.0 - 2.0 * t)
    return Level(level.west, level.south, level.spacing, share * level.heights + (1.0 - share) * into, level.fine)
