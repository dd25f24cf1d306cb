"""The see-through covers that protect the hazard cameras in landing: a dusty veil with specks, as on the first pictures after touchdown.

The cover scatters part of the light evenly over the picture (veil), darkens the rim, and carries dust grains out of focus. Amounts are
assumed from the look of the first public pictures.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

Array = NDArray[np.float64]

_VEIL = 0.30
_GRAINS = 130


def through_cover(light: Array, seed: int) -> Array:
    """Light (rows, columns, 3) as it arrives behind a cover."""
    rows, columns = light.shape[:2]
    draw = np.random.default_rng(seed ^ 0x5EED)
    unit = columns / 640
    glare = gaussian_filter(light, (28 * unit, 28 * unit, 0), mode="nearest")
    grains = np.zeros((rows, columns))
    place = draw.uniform(0, 1, (_GRAINS, 2)) * (rows - 1, columns - 1)
    grains[place[:, 0].astype(int), place[:, 1].astype(int)] = draw.uniform(0.3, 1.0, _GRAINS) ** 2
    size = 2.6 * unit
    spots = gaussian_filter(grains, size) * (2 * np.pi * size**2) * 0.42
    spots += gaussian_filter(draw.standard_normal((rows, columns)), 30 * unit) * 30 * unit * 0.16
    y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
    rim = np.clip(1.22 - 0.55 * (x * x + y * y) ** 1.5, 0.12, 1.0)
    tint = np.array([1.0, 0.86, 0.72])
    veiled = light * (1 - _VEIL) + glare * _VEIL * tint * 1.15
    return np.asarray(veiled * np.clip(1 - spots, 0.25, 1.25)[..., None] * rim[..., None])
