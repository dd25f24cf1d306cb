"""Pixels that two surfaces share, at the edges of things: which of the two stands for them.

Several samples of place, normal, reflectance and number of a surface are averaged in a pixel. Half of a ridge 20 km away and half of the
sky is then a place at 10 km, with too little haze before it: a bright dotted line along the horizon.
"""

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.render.sparks import shifted

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

_WHOLE = 0.9  # length of a mean normal below which the samples of a pixel do not belong together


def whole_surfaces(layers: Array) -> tuple[Array, Mask]:
    """Place (3), normal (3), reflectance (3) and number of the surface (rows, columns, 10), from one surface in each pixel.

    And which pixels were shared.

    A pixel that is shared takes what a neighbour has that is not; where there is none (threads), the mean over the samples that hit.
    """
    length, number = np.linalg.norm(layers[..., 3:6], axis=-1), layers[..., 9]
    hit = length > 0.0
    shared = hit & ((length < _WHOLE) | (np.abs(number - np.round(number)) > 1e-3))
    whole, found = hit & ~shared, layers.copy()
    found[shared, :9] /= np.minimum(length[shared], 1.0)[:, None]
    left = shared.copy()
    for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)):
        take = left & _moved(whole, dy, dx)
        found[take] = shifted(layers, dy, dx)[take]
        left &= ~take
    return found, shared


def _moved(mask: Mask, dy: int, dx: int) -> Mask:
    return np.asarray(shifted(mask.astype(np.float32), dy, dx) > 0.5)
