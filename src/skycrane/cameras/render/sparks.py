"""Sparks taken out of a rendering: single pixels that a few samples cannot settle."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def without_sparks(light: Array) -> Array:
    """Single pixels far brighter than all around them (caustics that a few samples cannot settle) put down to their neighbours."""
    grey = light.mean(axis=-1)
    first, second = np.zeros_like(grey), np.zeros_like(grey)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            if dx or dy:
                each = shifted(grey, dy, dx)
                second = np.maximum(second, np.minimum(first, each))
                first = np.maximum(first, each)
    limit = 1.5 * second + 0.01
    return (light * np.minimum(1.0, limit / np.maximum(grey, 1e-9))[..., None]).astype(np.float32)


def shifted(values: Array, dy: int, dx: int) -> Array:
    """The picture moved by so many rows and columns; its edges are repeated."""
    rows = np.clip(np.arange(values.shape[0]) + dy, 0, values.shape[0] - 1)
    columns = np.clip(np.arange(values.shape[1]) + dx, 0, values.shape[1] - 1)
    return values[rows][:, columns]
