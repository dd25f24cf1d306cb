"""Grain of path tracing taken out of a picture without touching edges: the edge-avoiding a-trous wavelet.

What is smoothed is light that falls on a surface, radiance over reflectance, so that the surface's own pattern stays. On the ground it
is divided by how squarely the Sun meets the slope too (Lambert, and a share of sky light from all sides): slopes of a few degrees,
which make the relief that is seen from high up, are not grain. Weights fall with differences of normal, distance, reflectance and
brightness.
Source: Dammertz et al., Edge-avoiding a-trous wavelet transform, High Performance Graphics (2010).
"""

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.render.expose import Array, Layers
from skycrane.cameras.render.sparks import shifted

_DARKEST = np.float32(0.03)  # reflectance below which a pattern cannot be told from grain
_BENT = 12.0  # weight of a difference in normals
_DEVIATIONS = 4.0  # assumed: so many standard deviations are grain
_UNCERTAIN = 0.25  # assumed: noise of light above which shadows are not told from it
_WIDELY = 0.01  # share of grainy pixels from which the wider passes are worth their time
_SKY = 0.25  # assumed: share of the light on level ground that comes from the sky; what is wrong in it is smoothed, and no more


def without_grain(
    layers: Layers, ground: int = -1, sun: NDArray[np.floating] | None = None, passes: int = 3, tolerance: float = 0.5
) -> Array:
    """Radiance (rows, columns, 3) with its grain smoothed; `tolerance` is the relative difference that counts as grain.

    Where the light is very uncertain, `_DEVIATIONS` of its noise count as grain, and two wider passes smooth it.
    `ground` is the number of the shape that is the ground, `sun` (3,) points from it to the Sun, in the frame of the normals.
    """
    own = np.maximum(layers.albedo, _DARKEST)
    if sun is not None:
        square = np.maximum(layers.normal @ np.asarray(sun, np.float32), 0.0) / max(float(sun[2]), 0.1)
        own = own * np.where(np.round(layers.shape) == ground, _SKY + (1.0 - _SKY) * square, 1.0)[..., None]
    light: Array = (layers.radiance / own).astype(np.float32)
    distance = np.linalg.norm(layers.position, axis=-1)
    distance = np.where(layers.hit, np.maximum(distance, 0.05), 1e6).astype(np.float32)
    colour = layers.albedo.mean(axis=-1)
    grainy = layers.noise > _UNCERTAIN
    for number in range(passes + (2 if grainy.mean() > _WIDELY else 0)):
        off = np.where(grainy, _DEVIATIONS * layers.noise, tolerance / (1 << number)).astype(np.float32)
        smooth = _smooth(light, layers.normal, distance, colour, 1 << number, off)
        light = smooth if number < passes else np.where(grainy[..., None], smooth, light)
    alone = layers.hit & ~layers.shared  # an edge keeps the light of both its surfaces, or it would be jagged again
    return np.where(alone[..., None], light * own, layers.radiance).astype(np.float32)


def _smooth(light: Array, normal: Array, distance: Array, colour: Array, step: int, tolerance: Array) -> Array:
    total, weights = light * np.float32(0.25), np.full(distance.shape, 0.25, np.float32)
    grey = light.mean(axis=-1)
    scale = 1 / (2 * tolerance * (_local_mean(grey) + 1e-4))
    near = 1 / (0.02 * step * distance + 1e-3)
    for dy in (-step, 0, step):
        for dx in (-step, 0, step):
            if dx == 0 and dy == 0:
                continue
            away = np.abs(shifted(distance, dy, dx) - distance) * near
            away += ((shifted(grey, dy, dx) - grey) * scale) ** 2
            away += ((shifted(colour, dy, dx) - colour) * np.float32(12.0)) ** 2
            away += np.float32(_BENT) * (1 - np.einsum("ijk,ijk->ij", normal, shifted(normal, dy, dx)))
            weight = np.exp(-away) * np.float32(0.0625 if dx and dy else 0.125)
            total += shifted(light, dy, dx) * weight[..., None]
            weights += weight
    return total / weights[..., None]


def _local_mean(grey: Array) -> Array:
    total = np.zeros_like(grey)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            total += shifted(grey, dy, dx)
    return (total / 9.0).astype(np.float32)
