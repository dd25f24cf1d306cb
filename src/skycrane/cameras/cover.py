"""The see-through covers that protect the hazard cameras in landing: a dusty veil with specks, as on the first pictures after touchdown.

The cover scatters part of the light evenly over the picture (veil), darkens the rim, and carries dust grains out of focus. Amounts are
assumed from the look of the first public pictures.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates

Array = NDArray[np.float64]

_VEIL = 0.30
_GRAINS = 130
_COARSE = 4  # [pixels] spacing at which what is far out of focus is worked out


def through_cover(light: Array, seed: int) -> Array:
    """Light (rows, columns, 3) as it arrives behind a cover."""
    rows, columns = light.shape[:2]
    draw = np.random.default_rng(seed ^ 0x5EED)
    unit = columns / 640
    glare = _spread(light, 28 * unit)
    grains = np.zeros((rows, columns))
    place = draw.uniform(0, 1, (_GRAINS, 2)) * (rows - 1, columns - 1)
    grains[place[:, 0].astype(int), place[:, 1].astype(int)] = draw.uniform(0.3, 1.0, _GRAINS) ** 2
    size = 2.6 * unit
    spots = gaussian_filter(grains, size) * (2 * np.pi * size**2) * 0.42
    coarse = draw.standard_normal((-(-rows // _COARSE), -(-columns // _COARSE)))
    mottle = gaussian_filter(coarse, 30 * unit / _COARSE) * (30 * unit / _COARSE)
    spots += _finer(mottle, (rows, columns)) * 0.16
    y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
    rim = np.clip(1.22 - 0.55 * (x * x + y * y) ** 1.5, 0.12, 1.0)
    tint = np.array([1.0, 0.86, 0.72])
    veiled = light * (1 - _VEIL) + glare * _VEIL * tint * 1.15
    return np.asarray(veiled * np.clip(1 - spots, 0.25, 1.25)[..., None] * rim[..., None])


def _spread(light: Array, width: float) -> Array:
    """Light (rows, columns, 3) blurred by a Gaussian of `width` [pixels], wide against the spacing at which it is worked out."""
    few = gaussian_filter(light, (1.0, 1.0, 0), mode="nearest")[::_COARSE, ::_COARSE]
    wide = gaussian_filter(few, (width / _COARSE, width / _COARSE, 0), mode="nearest")
    return np.stack([_finer(wide[..., k], light.shape[:2]) for k in range(3)], -1)


def _finer(few: Array, size: tuple[int, ...]) -> Array:
    """Values of every few pixels read at each (rows, columns), linear between them."""
    at = np.meshgrid(*(np.arange(n) / _COARSE for n in size), indexing="ij")
    return np.asarray(map_coordinates(few, at, order=1, mode="nearest"))
