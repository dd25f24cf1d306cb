"""Chance that belongs to a place: the same cell of the map always draws the same numbers, in whatever order it is asked.

Whole numbers only until the last multiplication, so that every machine gives the same bits.
"""

from typing import Any

import numpy as np

Real = Any  # a number, or an array of them

_A, _B, _C = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9)
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S1, _S2, _S3, _S4 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


def cell_hash(column: Any, row: Any, seed: int) -> Any:
    """64 random bits for each cell of whole-number `column`, `row` (arrays that broadcast).

    The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) on a linear mix of cell and seed.
    """
    with np.errstate(over="ignore"):
        x = np.asarray(column, dtype=np.int64).astype(np.uint64) * _A
        y = np.asarray(row, dtype=np.int64).astype(np.uint64) * _B
        return again(x ^ (y + np.uint64(seed & 0xFFFFFFFFFFFFFFFF) * _C))


def again(bits: Any) -> Any:
    """The next 64 random bits after `bits`."""
    with np.errstate(over="ignore"):
        x = bits + _A
        x = (x ^ (x >> _S1)) * _M1
        x = (x ^ (x >> _S2)) * _M2
        return x ^ (x >> _S3)


def uniform(bits: Any) -> Any:
    """A number in [0, 1) from random bits; exact."""
    return (bits >> _S4).astype(np.float64) * 2.0**-53
