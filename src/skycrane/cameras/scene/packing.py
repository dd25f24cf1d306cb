"""Numbers as small files: differences of neighbours, low bytes apart from high bytes, deflated (zlib). A browser inflates them itself."""

import zlib

import numpy as np
from numpy.typing import NDArray


def packed_grid(values: NDArray[np.uint16]) -> bytes:
    """A square of numbers; each is told as its difference from west + south - south-west, modulo 65536; not yet deflated."""
    v = values.astype(np.int64)
    padded = np.pad(v, ((1, 0), (1, 0)))
    residual = v - padded[:-1, 1:] - padded[1:, :-1] + padded[:-1, :-1]
    return _planes(_zigzag(residual))


def packed_rows(values: NDArray[np.integer]) -> bytes:
    """Rows (n, k) of 16-bit numbers, column by column, each as its difference from the one before; not yet deflated."""
    v = values.astype(np.int64)
    return _planes(_zigzag(np.diff(v, axis=0, prepend=0).T))


def deflated(content: bytes) -> bytes:
    """zlib's best."""
    return zlib.compress(content, 9)


def _zigzag(difference: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Small differences of either sign as small numbers: 0, -1, 1, -2 become 0, 1, 2, 3."""
    d = ((difference + 32768) % 65536) - 32768
    return np.where(d < 0, -2 * d - 1, 2 * d).astype(np.uint16)


def _planes(values: NDArray[np.uint16]) -> bytes:
    flat = np.ascontiguousarray(values).ravel()
    return (flat & 255).astype(np.uint8).tobytes() + (flat >> 8).astype(np.uint8).tobytes()
