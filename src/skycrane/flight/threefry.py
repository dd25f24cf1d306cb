"""The random generator of a flight, once more on NumPy: the draws of thousands of cases at once, without a compiled program.

Threefry-2x32 with 20 rounds, keyed and counted as JAX does it (partitionable), so that a draw is the same number whether it is made here or
by `jax.random`; a test holds the two together. Source: Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC 2011.
"""

import zlib

import numpy as np

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = np.uint32(0x1BD11BDA)


def threefry(key: np.ndarray, high: np.ndarray, low: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two words for a key of shape (..., 2) and a counter of two words, all uint32."""
    k0, k1 = key[..., 0].astype(np.uint32), key[..., 1].astype(np.uint32)
    keys = (k0, k1, k0 ^ k1 ^ _PARITY)
    with np.errstate(over="ignore"):
        x, y = np.asarray(high, np.uint32) + k0, np.asarray(low, np.uint32) + k1
        for n in range(5):
            for r in _ROTATIONS[n % 2]:
                x = x + y
                y = x ^ ((y << np.uint32(r)) | (y >> np.uint32(32 - r)))
            x = x + keys[(n + 1) % 3]
            y = y + keys[(n + 2) % 3] + np.uint32(n + 1)
    return np.asarray(x), np.asarray(y)


def fold_in(key: np.ndarray, data: np.ndarray) -> np.ndarray:
    """A new key, shape (..., 2), from a key and a 32-bit number."""
    number = np.asarray(data, np.uint32)
    return np.stack(threefry(key, np.zeros_like(number), number), axis=-1)


def case_keys(seed: int, cases: np.ndarray) -> np.ndarray:
    """Keys of the cases of a seed, shape (cases, 2) uint32: those of `randomness.case_key`."""
    master = np.array([seed >> 32, seed & 0xFFFFFFFF], np.uint32)
    return fold_in(master, np.asarray(cases))


def named(keys: np.ndarray, name: str) -> np.ndarray:
    """The key of one draw: every draw has a name, so that adding one does not move the others."""
    return fold_in(keys, np.asarray(zlib.crc32(name.encode())))


def fractions(keys: np.ndarray) -> np.ndarray:
    """Uniform draws in [0, 1), shape of the keys without their last axis: the upper 52 of 64 bits."""
    zero = np.zeros(keys.shape[:-1], np.uint32)
    high, low = threefry(keys, zero, zero)
    bits = (high.astype(np.uint64) << np.uint64(32)) | low.astype(np.uint64)
    return (bits >> np.uint64(12)).astype(np.float64) * 2.0**-52
