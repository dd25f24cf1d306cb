"""Sparks taken out of a rendering: pixels that a few samples cannot settle.

Light that comes by way of a glossy surface is found by few samples and is bright in those: on dark metal a picture of six samples a
pixel is a field of sparks. A pixel is therefore rendered in four quarters, and one that is far above the middle of them is cut
down: after DeCoro, Weyrich and Rusinkiewicz, Density-based outlier rejection in Monte Carlo rendering, Pacific Graphics (2010), with
quarters of a pixel in place of neighbours. The light that is cut is lost: a little less of what metal throws on its surroundings.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


_ABOVE = 2.0  # times the middle of the quarters, as far as one is believed
_LEAST = 0.03  # share of the picture's mean light below which nothing is cut


def quarters(light: Array, split: int) -> list[Array]:
    """A rendering of `split` times as many rows and columns as the parts (rows, columns, 3) that make up its pixels."""
    return [light[i::split, j::split] for i in range(split) for j in range(split)]


def settled(parts: list[Array], shared: NDArray[np.bool_]) -> Array:
    """One picture from parts (rows, columns, 3) of its pixels, each cut to what the others bear out.

    Pixels `shared` by two surfaces are left as they are: there the parts differ because one is bright and the other dark.
    """
    grey = np.stack([each.mean(axis=-1) for each in parts])
    limit = _ABOVE * np.median(grey, axis=0) + _LEAST * float(grey.mean())
    total = np.zeros_like(parts[0])
    for light, own in zip(parts, grey, strict=True):
        kept = np.where(shared, 1.0, np.minimum(1.0, limit / np.maximum(own, 1e-9)))
        total += light * kept[..., None]
    return (total / len(parts)).astype(np.float32)


def uncertain(parts: list[Array]) -> Array:
    """About how far the mean of the parts (rows, columns, 3) of pixels may be off (rows, columns), relative to it.

    The standard deviation of the parts over the root of their number, both as means of 7 x 7 pixels; zero for a single part.
    """
    if len(parts) < 2:
        return np.zeros(parts[0].shape[:2], np.float32)
    from scipy.ndimage import uniform_filter

    grey = np.stack([each.mean(axis=-1) for each in parts])
    off = uniform_filter(grey.std(axis=0, ddof=1), 7, mode="nearest") / np.sqrt(len(parts))
    return np.asarray(off / np.maximum(uniform_filter(grey.mean(axis=0), 7, mode="nearest"), 1e-9), np.float32)


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
    return _along(_along(values, dy, 0), dx, 1)


def _along(values: Array, step: int, axis: int) -> Array:
    step = max(-values.shape[axis], min(step, values.shape[axis]))
    if step == 0:
        return values
    lines = np.moveaxis(values, axis, 0)
    edge = np.broadcast_to(lines[-1 if step > 0 else 0], (abs(step), *lines.shape[1:]))
    moved = np.concatenate([lines[step:], edge] if step > 0 else [edge, lines[:step]])
    return np.moveaxis(moved, 0, axis)
