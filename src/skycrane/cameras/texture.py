"""Grain of the ground finer than its mesh: sand, pebbles, small dents, from high up hollows, painted on where a picture can resolve it.

Noise on a lattice (value noise with smooth weights) is evaluated at the ground point behind each pixel, octave by octave, from the
mesh's own spacing down to the size of a pixel there. It darkens and brightens (reflectance) and tilts the
surface against the Sun, which changes direct light by n'.s / n.s (Lambert). The same place always gets the same grain.
Amplitudes are assumed.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_FINEST = 0.004  # [m]
_COARSEST = 300.0  # [m] beyond it every mesh has what there is
_SHADE = 0.035  # assumed: relative change of reflectance an octave
_LARGE, _FLATTER = 5.0, 0.4  # assumed: from 5 m up slopes are gentler, so that craters show
_SLOPE = 0.05  # assumed: rms slope an octave
_TURNED = [(np.cos(angle), np.sin(angle)) for angle in (0.4, 1.1, 2.0)]  # of the lattices of pebbles [rad]


def grain(east: Array, north: Array, pixel: Array, mesh: Array, lit: Array, sun: Array) -> Array:
    """Factor on the light from ground points (n,) [m], given the size of a pixel and of the mesh there [m].

    `lit` (n,) is the share of sunlight that arrives, 0 in shadow; `sun` (3,) points to the Sun.
    """
    factor = np.ones(len(east))
    cell = _FINEST
    while cell <= _COARSEST:
        # an octave counts fully where it is two pixels wide and finer than twice the mesh, and fades outside
        weight = np.clip(2.0 * cell / np.maximum(pixel, 1e-4) - 1.4, 0.0, 1.0) * np.clip(
            4.0 - cell / np.maximum(mesh, 1e-4), 0.0, 1.0
        )
        here = np.flatnonzero(weight > 0.0)
        if len(here):
            value, de, dn = _noise(east[here] / cell, north[here] / cell, round(np.log2(cell / _FINEST)))
            slope = _SLOPE * (1.0 if cell < _LARGE else _FLATTER)
            tilt = -(de * sun[0] + dn * sun[1]) * slope / max(float(sun[2]), 0.2)
            factor[here] *= np.clip(1.0 + weight[here] * (lit[here] * tilt + _SHADE * value), 0.35, 1.8)
        cell *= 2.0
    return factor * pebbles(east, north, pixel, lit, sun)


def pebbles(east: Array, north: Array, pixel: Array, lit: Array, sun: Array) -> Array:
    """Factor on the light for stones of 1 to 6 cm, at most one a lattice cell: lit on the Sun's side, with a short shadow behind.

    They are thinner on the ground than the terrain's rocks continue downwards, because most are drowned in dust: assumed. The
    lattice of each size is turned another way, and a stone with its shadow stays inside its cell.
    """
    factor = np.ones(len(east))
    level = np.hypot(sun[0], sun[1])
    toward = np.array([sun[0], sun[1]]) / max(float(level), 1e-6)
    reach = min(float(level) / max(float(sun[2]), 0.2), 1.4)
    for number, (cell, share) in enumerate(((0.055, 0.20), (0.12, 0.16), (0.27, 0.10))):
        here = np.flatnonzero(pixel < cell / 5)
        if not len(here):
            continue
        turn = _TURNED[number]
        across, along_ = east[here] / cell, north[here] / cell
        x, y = turn[0] * across + turn[1] * along_, turn[0] * along_ - turn[1] * across
        sunward = (turn[0] * toward[0] + turn[1] * toward[1], turn[0] * toward[1] - turn[1] * toward[0])
        i, j = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
        place = [0.5 + 0.08 * _draw(i, j, 40 + 4 * number + k) for k in (0, 1)]
        there = _draw(i, j, 42 + 4 * number) < -1.7 + 3.4 * share
        size = 0.10 + 0.05 * (1.0 + _draw(i, j, 43 + 4 * number) / 1.7)
        u, v = (x - i - place[0]) / size, (y - j - place[1]) / size
        r2 = u * u + v * v
        rise = np.sqrt(np.maximum(1.0 - r2, 0.0))
        facing = u * sunward[0] + v * sunward[1]
        side = np.clip(0.68 + 0.37 * facing * reach + 0.20 * rise, 0.3, 1.3) - 1.0
        back, aside = -facing, u * sunward[1] - v * sunward[0]
        length = 0.5 * (0.5 + 0.7 * reach)
        gap = ((back - length) / (length + 0.3)) ** 2 + (aside / 0.85) ** 2
        shade = -0.42 * np.clip((1.0 - gap) / 0.4, 0.0, 1.0) * lit[here]
        stone = np.clip((1.0 - r2) / 0.25, 0.0, 1.0)
        mixed = stone * side * (0.35 + 0.65 * lit[here]) + (1.0 - stone) * shade
        factor[here] *= 1.0 + np.where(there, mixed, 0.0)
    return factor


def _noise(x: Array, y: Array, octave: int) -> tuple[Array, Array, Array]:
    """Value noise of unit rms or so and its slopes per cell."""
    i, j = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    u, v = x - i, y - j
    a, b, c, d = (_draw(i + p, j + q, octave) for p, q in ((0, 0), (1, 0), (0, 1), (1, 1)))
    su, sv = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    du, dv = 6 * u * (1 - u), 6 * v * (1 - v)
    k = a - b - c + d
    return a + (b - a) * su + (c - a) * sv + k * su * sv, (b - a + k * sv) * du, (c - a + k * su) * dv


def _draw(i: NDArray[np.int64], j: NDArray[np.int64], octave: int) -> Array:
    """A number from -1.7 to 1.7 for each lattice point: the finaliser of MurmurHash3 on a linear mix."""
    with np.errstate(over="ignore"):
        h = (
            (i.astype(np.uint32) * np.uint32(0x9E3779B1))
            ^ (j.astype(np.uint32) * np.uint32(0x85EBCA77))
            ^ np.uint32(0xC2B2AE3D * (octave + 1) & 0xFFFFFFFF)
        )
        h ^= h >> np.uint32(16)
        h *= np.uint32(0x85EBCA6B)
        h ^= h >> np.uint32(13)
        h *= np.uint32(0xC2B2AE35)
        h ^= h >> np.uint32(16)
    return h.astype(np.float64) * (3.4 / 2**32) - 1.7
