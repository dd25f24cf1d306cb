"""Lines of a batch of landings: how much of the bridles is paid out, and what bridles and umbilical pull. The law of `vehicle.bridles`.

T = max(k (l_full / L)(l - L) + c (dl/dt - s r), 0) while l > L, else 0; L(t) and s(t) of `Bridles.paid_out` and `Bridles.reeling`. A
jammed reel holds what it has paid out. Times are (..., n), one row of landings a time; what belongs to bridles is (..., n, bridles).
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
NEVER = 1e9


class Spring(NamedTuple):
    """A bridle at a time: free length [m], stiffness there [N/m], how fast it is paid out [m/s], and the length off the reel [m]; shape
    (..., n, bridles)."""

    free: Array
    stiffness: Array
    paying: Array
    paid: Array


class Lines:
    """Bridles and umbilical of a batch: `bridles` with numbers (n,), stowed distances from end to end `spans` (n, bridles) [m] (none is
    ever shorter), length at which the reel jams (n,) [m]. `attached` (n, bridles) and `tied` (n,) say what still holds."""

    def __init__(self, bridles: Any, spans: Array, jam: Array, touchdown: Any) -> None:
        self.bridles, self.spans, self.jam = bridles, spans, jam
        self.damping, self.full = np.array(bridles.damping, float), np.array(bridles.length, float)
        self.attached, self.tied = np.ones(spans.shape, bool), np.ones(len(spans), bool)
        self.even, self.reach = touchdown.umbilical_tension, touchdown.umbilical_length
        self.tight = touchdown.umbilical_stiffness

    def paid_out(self, since: Array) -> tuple[Array, Array]:
        """Length [m] and its rate [m/s] so long after release [s]."""
        length = np.asarray(self.bridles.paid_out(since))
        rate = np.asarray(self.bridles.reel_rate * self.bridles.reeling(since))
        jammed = length >= self.jam
        return np.where(jammed, self.jam, length), np.where(jammed, 0.0, rate)

    def out_at(self) -> Array:
        """Time after release at which the full length is out (n,) [s]; never with a jam."""
        return np.where(self.jam >= self.full, self.bridles.reel_time(), NEVER)

    def springs(self, since: Array) -> Spring:
        """What the bridles are so long after release [s]."""
        paid, rate = (each[..., None] for each in self.paid_out(since))
        free = np.maximum(paid, self.spans)
        stiffness = np.array(self.bridles.stiffness, float)[:, None] * (self.full[:, None] / free)
        return Spring(free, stiffness, np.where(paid >= self.spans, rate, 0.0), np.broadcast_to(paid, free.shape))

    def tensions(self, at: Spring, lengths: Array, speeds: Array, lanes: NDArray[np.intp]) -> Array:
        """Pull of each bridle [N] of these landings for the distances of their ends [m] and how fast these grow [m/s]."""
        stretch = lengths - at.free
        pull = at.stiffness * stretch + self.damping[lanes, None] * (speeds - at.paying)
        return np.where(self.attached[lanes] & (stretch > 0.0), np.maximum(pull, 0.0), 0.0)

    def umbilical(self, length: Array, lanes: NDArray[np.intp]) -> Array:
        """Pull of the umbilical [N] at a distance of its ends [m]."""
        return np.where(self.tied[lanes], self.even + self.tight * np.maximum(length - self.reach, 0.0), 0.0)

    def control(self, at: Spring, lanes: NDArray[np.intp]) -> Array:
        """Controls (..., n, controls) as in `bodies_text`: of taut bridles, none where one is cut, and of an umbilical within its reach."""
        damping = np.broadcast_to(self.damping[lanes, None], at.free.shape)
        rest = at.stiffness * at.free + damping * at.paying
        each = np.stack([at.stiffness, damping, rest], -1) * self.attached[lanes, :, None]
        even = np.broadcast_to(np.where(self.tied[lanes], -self.even, 0.0), at.free.shape[:-1])
        return np.concatenate([each.reshape(*each.shape[:-2], -1), even[..., None]], -1)

    def asked(self, lanes: NDArray[np.intp], at: Spring) -> Spring:
        """The same for these landings alone."""
        return Spring(*(each[..., lanes, :] for each in at))


def lines_of(sensed: Array) -> tuple[Array, Array]:
    """Lengths and speeds (steps, n, lines) from sensors (n, steps, 2 lines)."""
    each = sensed.swapaxes(0, 1)
    half = each.shape[-1] // 2
    return each[..., :half], each[..., half:]
