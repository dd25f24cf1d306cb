"""What hangs between descent stage and rover: three bridles and the umbilical.

Bridles under load are straight; slack ones sag. The umbilical is longer than the bridles and kept by a spring, so it
hangs beside them in loose coils, as the down-looking camera of Perseverance showed. Diameters and coil are assumed.
"""

import numpy as np

from skycrane.cameras.models import material as made_of
from skycrane.cameras.models.material import Part
from skycrane.cameras.models.solids import ArrayLike, join, polyline

_BRIDLE_RADIUS = 0.012  # assumed: nylon cord
_UMBILICAL_RADIUS = 0.011  # assumed


def bridles(tops: ArrayLike, bottoms: ArrayLike, length: float) -> tuple[Part, ...]:
    """Bridles from `tops` (n, 3) to `bottoms` (n, 3) [m], each `length` [m] long unstretched."""
    cords = []
    for top, bottom in zip(np.asarray(tops, float), np.asarray(bottoms, float), strict=True):
        cords.append(polyline(_hanging(top, bottom, length), _BRIDLE_RADIUS, 8))
    return (Part(join(cords), made_of.CORD),)


def umbilical(top: ArrayLike, bottom: ArrayLike) -> tuple[Part, ...]:
    """The cable for power and data between `top` and `bottom` (3,) [m], loosely coiled."""
    a, b = np.asarray(top, float), np.asarray(bottom, float)
    t = np.linspace(0, 1, 160)
    swell = np.sin(np.pi * t) ** 0.7
    turns = 2 * np.pi * 7 * t
    line = a + (b - a) * t[:, None]
    line = line + (0.10 * swell)[:, None] * np.stack([np.cos(turns), np.sin(turns), 0 * t], 1)
    return (Part(polyline(line, _UMBILICAL_RADIUS, 6), made_of.CABLE),)


def _hanging(top: np.ndarray, bottom: np.ndarray, length: float) -> np.ndarray:
    """Points along a cord; a parabola of the cord's length when it is slack (sag^2 = 3/8 span (length - span))."""
    span = float(np.linalg.norm(bottom - top))
    if length <= span * 1.002:
        return np.stack([top, bottom])
    t = np.linspace(0, 1, 24)
    sag = np.sqrt(3 / 8 * span * (length - span))
    side = np.array([top[0] + bottom[0], top[1] + bottom[1], 0.0])
    side = side / max(float(np.linalg.norm(side)), 1e-9)
    return top + (bottom - top) * t[:, None] + 4 * sag * (t * (1 - t))[:, None] * side
