"""Grain of the ground finer than its mesh: sand, pebbles and small dents, painted on where a picture can resolve them.

Noise on a lattice (value noise with smooth weights) is evaluated at the ground point behind each pixel, octave by octave, from the mesh's own
spacing down to the size of a pixel there. It darkens and brightens (reflectance) and tilts the surface against the Sun, which changes
direct light by n'.s / n.s (Lambert). The same place always gets the same grain. Amplitudes are assumed.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_FINEST = 0.004  # [m]
_COARSEST = 64.0  # [m]
_SHADE = 0.07  # assumed: relative change of reflectance an octave
_SLOPE = 0.13  # assumed: rms slope an octave


def grain(east: Array, north: Array, pixel: Array, mesh: Array, sun: Array) -> Array:
    """Factor on the light from ground points (n,) [m], given the size of a pixel and of the mesh there [m]; `sun` points to the Sun."""
    factor = np.ones(len(east))
    cell = _FINEST
    while cell <= _COARSEST:
        # an octave counts fully where it is two pixels wide and finer than twice the mesh, and fades outside
        weight = np.clip(2.0 * cell / np.maximum(pixel, 1e-4) - 1.4, 0.0, 1.0) * np.clip(4.0 - cell / np.maximum(mesh, 1e-4), 0.0, 1.0)
        here = np.flatnonzero(weight > 0.0)
        if len(here):
            value, de, dn = _noise(east[here] / cell, north[here] / cell, int(round(np.log2(cell / _FINEST))))
            tilt = -(de * sun[0] + dn * sun[1]) * _SLOPE / max(float(sun[2]), 0.2)
            factor[here] *= np.clip(1.0 + weight[here] * (tilt + _SHADE * value), 0.35, 1.8)
        cell *= 2.0
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
        h = (i.astype(np.uint32) * np.uint32(0x9E3779B1)) ^ (j.astype(np.uint32) * np.uint32(0x85EBCA77)) ^ np.uint32(0xC2B2AE3D * (octave + 1) & 0xFFFFFFFF)
        h ^= h >> np.uint32(16)
        h *= np.uint32(0x85EBCA6B)
        h ^= h >> np.uint32(13)
        h *= np.uint32(0xC2B2AE35)
        h ^= h >> np.uint32(16)
    return h.astype(np.float64) * (3.4 / 2**32) - 1.7
