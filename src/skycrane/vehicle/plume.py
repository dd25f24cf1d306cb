"""What the jets of the engines do below the stage: a push on the rover's deck, and dust off the ground. The multibody manoeuvre and
the pictures of every landing take both from here.

Far from its nozzle a jet of thrust F that expands freely has, at distance r and an angle theta from its axis, the momentum flux

    q = (k + 2) F cos^k(theta) / (2 pi r^2),   k = gamma (gamma - 1) M^2

(Roberts, The action of a hypersonic jet on a dust layer, 1963; its integral over a half-space is F). The deck feels its area times q
times the cosine of incidence (Newtonian, inelastic). Where q on the ground exceeds a threshold dust leaves it, the more the further
(Roberts: in proportion to the excess of shear): q / threshold - 1 below each engine, 0 for none. Left out: the air between (a jet in
the thin air of Mars stays narrower and reaches further), jets that meet, flow between rover and ground, lift of dust onto the wheels.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Jets(NamedTuple):
    """Nozzles (..., n, 3) [m] and directions of the exhaust (..., n, 3), thrust (..., n) [N]; any axes."""

    nozzles: Array
    exhaust: Array
    thrust: Array


def momentum_flux(jets: Jets, place: Array, exponent: float) -> tuple[Array, Array]:
    """Momentum flux of each jet at a place (..., 3): size (..., n) [Pa] and direction (..., n, 3)."""
    line = place[..., None, :] - jets.nozzles
    distance = np.sqrt(np.sum(line * line, axis=-1))
    along = line / distance[..., None]
    cosine = np.maximum(np.sum(along * jets.exhaust, axis=-1), 0.0)
    return (exponent + 2.0) * jets.thrust * cosine**exponent / (2.0 * np.pi * distance**2), along


def push_on_deck(jets: Jets, deck: Array, up: Array, area: float, exponent: float) -> Array:
    """Force (..., 3) [N] on a deck at a place (..., 3) with its normal `up` (..., 3) and an area [m^2]."""
    flux, along = momentum_flux(jets, deck, exponent)
    pressure = flux * np.maximum(-np.sum(along * up[..., None, :], axis=-1), 0.0)
    return np.asarray(area * np.sum(pressure[..., None] * along, axis=-2))


def dust_below(jets: Jets, ground: Array, exponent: float, threshold: float) -> Array:
    """How hard each jet works (..., n) on level ground at heights (...) [m]: flux / threshold - 1 at the foot of its axis where that
    is above 0; 0 where the axis does not meet the ground below."""
    down, height = -jets.exhaust[..., 2], jets.nozzles[..., 2] - ground[..., None]
    below = (down > 0.05) & (height > 0.0)
    reach = np.maximum(height, 1e-3) / np.maximum(down, 0.05)
    flux = (exponent + 2.0) * jets.thrust / (2.0 * np.pi * reach**2)
    return np.where(below, np.maximum(flux / threshold - 1.0, 0.0), 0.0)


def dust_number(jets: Jets, ground: Array, exponent: float, threshold: float) -> Array:
    """How hard all jets together work on level ground at heights (...) [m]."""
    return np.asarray(dust_below(jets, ground, exponent, threshold).sum(axis=-1))
