"""What hangs between descent stage and rover: three bridles and the umbilical.

Bridles under load are straight; slack ones sag. The umbilical is longer than the bridles and kept by a spring, so it
hangs beside them in loose coils, as the down-looking camera of Perseverance showed. Diameters and coil are assumed.

Cords that are cut stay with the stage and trail below it. A hanging cord of length L passes a turn of its top on at the speed of its
waves, sqrt(g x) at a height x above its free end (Bernoulli's hanging chain), so that the piece at a distance s from the top points
where the stage's axis pointed

    2 sqrt(L / g) (1 - sqrt(1 - s / L))

before; and it swings from the cut in the second of the chain's modes, J0(z2 sqrt(x / L)) at z2 / 2 sqrt(g / L). Size and decay of the swing
are assumed, air and the engines' plumes left out.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import j0

from skycrane.cameras.models import material as made_of
from skycrane.cameras.models.material import Part
from skycrane.cameras.models.solids import ArrayLike, across, join, polyline

_BRIDLE_RADIUS = 0.012  # assumed: nylon cord
_UMBILICAL_RADIUS = 0.011  # assumed
_PIECES = 24  # of a cut cord
_SECOND = 5.520078  # second zero of the Bessel function J0
_SWING, _DECAY = 0.35, 3.0  # [m], [s] assumed
_COIL, _TURNS = 0.055, 11  # [m], [1] assumed: radius and number of the umbilical's turns


def bridles(tops: ArrayLike, bottoms: ArrayLike, length: float) -> tuple[Part, ...]:
    """Bridles from `tops` (n, 3) to `bottoms` (n, 3) [m], each `length` [m] long unstretched."""
    cords = []
    for top, bottom in zip(np.asarray(tops, float), np.asarray(bottoms, float), strict=True):
        cords.append(polyline(_hanging(top, bottom, length), _BRIDLE_RADIUS, 8))
    return (Part(join(cords), made_of.CORD),)


def umbilical(top: ArrayLike, bottom: ArrayLike) -> tuple[Part, ...]:
    """The cable for power and data between `top` and `bottom` (3,) [m], loosely coiled."""
    a, b = np.asarray(top, float), np.asarray(bottom, float)
    t = np.linspace(0, 1, 240)
    swell = np.sin(np.pi * t) ** 0.7
    turns = 2 * np.pi * _TURNS * t
    line = a + (b - a) * t[:, None]
    line = line + (_COIL * swell)[:, None] * np.stack([np.cos(turns), np.sin(turns), 0 * t], 1)
    return (Part(polyline(line, _UMBILICAL_RADIUS, 6), made_of.CABLE),)


def cut(
    tops: ArrayLike, length: float, gravity: float, since: float, below: Callable[[float], np.ndarray]
) -> tuple[Part, ...]:
    """Bridles of `length` [m] that trail from `tops` (n, 3) [m], `since` [s] the cut.

    `below(t)` is the unit vector (3,) that pointed out of the stage's floor `t` [s] ago.
    """
    share = np.linspace(0.0, 1.0, _PIECES + 1)
    wave = 2.0 * np.sqrt(length / gravity)
    middle = 0.5 * (share[1:] + share[:-1])
    pieces = np.stack([below(wave * (1.0 - np.sqrt(1.0 - s))) for s in middle])
    trail = np.concatenate([np.zeros((1, 3)), np.cumsum(pieces, axis=0)]) * (length / _PIECES)
    swing = _SWING * j0(_SECOND * np.sqrt(1.0 - share)) * np.exp(-since / _DECAY)
    rate = 0.5 * _SECOND * np.sqrt(gravity / length)
    u, w = across(pieces[0])
    cords = []
    for number, top in enumerate(np.asarray(tops, float)):
        turned = 2.0 * np.pi * number / 3.0
        side = (np.cos(turned) * u + np.sin(turned) * w) * np.sin(rate * since + turned)
        cords.append(polyline(top + trail + swing[:, None] * side, _BRIDLE_RADIUS, 8))
    return (Part(join(cords), made_of.CORD),)


def _hanging(top: np.ndarray, bottom: np.ndarray, length: float) -> np.ndarray:
    """Points along a cord; a parabola of the cord's length when it is slack (sag^2 = 3/8 span (length - span))."""
    span = float(np.linalg.norm(bottom - top))
    t = np.linspace(0, 1, 24)
    if length <= span * 1.002:
        return top + (bottom - top) * t[:, None]
    sag = np.sqrt(3 / 8 * span * (length - span))
    side = np.array([top[0] + bottom[0], top[1] + bottom[1], 0.0])
    side = side / max(float(np.linalg.norm(side)), 1e-9)
    return top + (bottom - top) * t[:, None] + 4 * sag * (t * (1 - t))[:, None] * side
