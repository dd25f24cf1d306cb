"""One number that stands for the whole motion of a flight: two flights with the same fingerprint moved the same, bit for bit.

Over time, motion of vehicle, canopy and lander, and propellant, in every eighth control cycle: whatever differs anywhere in a flight moves
them, and is carried on from cycle to cycle. Sum over rows and columns of (bits of the number) * (odd weight of row and column) modulo 2^64;
it finds differences, not forgeries. The weights are the finaliser of splitmix64 (Steele, Lea, Flood, Fast splittable pseudorandom number
generators, OOPSLA 2014).
"""

from typing import Any

import jax
import numpy as np

_EVERY = 8  # rows
_MOTION = ("time", "body", "propellant", "canopy", "lander")


def _mixed(x: Any) -> Any:
    """A well-mixed odd 64-bit number for each number."""
    with np.errstate(over="ignore"):
        z = np.asarray(x, np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return (z ^ (z >> np.uint64(31))) | np.uint64(1)


_SALT = _mixed(np.arange(64) * 64 + (1 << 40))  # of each column


class Fingerprint:
    """Fingerprints of the lanes of a batch, filled segment by segment."""

    def __init__(self, lanes: int) -> None:
        self.value = np.zeros(lanes, np.uint64)

    def hear(self, rows: Any, flown: np.ndarray, first: np.ndarray) -> None:
        """Rows of a segment (leaves (rows, lanes, ...)); each lane flew its first `flown`, `first` is their number in the lane's flight."""
        length = len(np.asarray(rows["time"]))
        step = np.arange(0, length, _EVERY, dtype=np.uint64)[:, None]
        weight = _mixed(step + first.astype(np.uint64)) * (step < flown.astype(np.uint64)).astype(np.uint64)
        with np.errstate(over="ignore"):
            for n, column in enumerate(jax.tree.leaves([rows.get(name) for name in _MOTION])):
                self.value += np.einsum("ij,ij->j", _bits(np.asarray(column)[::_EVERY]), weight) * _SALT[n]


def _bits(column: np.ndarray) -> np.ndarray:
    if column.dtype == np.float64:
        return np.ascontiguousarray(column).view(np.uint64)
    return column.astype(np.uint64)
