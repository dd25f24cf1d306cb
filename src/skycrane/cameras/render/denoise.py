"""Grain of path tracing taken out of a picture without touching edges: the edge-avoiding a-trous wavelet.

Light is divided by reflectance first, so that texture is not smoothed. Weights fall with differences of normal, distance and
brightness. Source: Dammertz et al., Edge-avoiding a-trous wavelet transform, High Performance Graphics (2010).
"""

import numpy as np

from skycrane.cameras.render.expose import Array, Layers


def without_grain(layers: Layers, eye: Array, passes: int = 4, tolerance: float = 0.35) -> Array:
    """Radiance (rows, columns, 3) with its grain smoothed; `tolerance` is the relative difference that counts as grain."""
    base = np.maximum(layers.albedo, 0.02)
    light = layers.radiance / base
    distance = np.linalg.norm(layers.position - np.asarray(eye, np.float32), axis=-1)
    distance = np.where(layers.hit, np.maximum(distance, 0.05), 1e6).astype(np.float32)
    for number in range(passes):
        light = _smooth(light, layers.normal, distance, 1 << number, tolerance / (1 << number))
    return np.where(layers.hit[..., None], light * base, layers.radiance).astype(np.float32)


def _smooth(light: Array, normal: Array, distance: Array, step: int, tolerance: float) -> Array:
    total, weights = light * 0.25, np.full(distance.shape, 0.25, np.float32)
    grey = light.mean(axis=-1)
    level = _local_mean(grey) + 1e-4
    for dy in (-step, 0, step):
        for dx in (-step, 0, step):
            if dx == 0 and dy == 0:
                continue
            kernel = 0.0625 if dx and dy else 0.125
            there = tuple(_shifted(each, dy, dx) for each in (light, normal, distance, grey))
            same_way = np.maximum(np.einsum("ijk,ijk->ij", normal, there[1]), 0.0) ** 24
            as_far = np.exp(-np.abs(there[2] - distance) / (0.02 * step * distance + 1e-3))
            alike = np.exp(-(((there[3] - grey) / (level * tolerance * 2)) ** 2))
            weight = (kernel * same_way * as_far * alike).astype(np.float32)
            total = total + there[0] * weight[..., None]
            weights = weights + weight
    return total / weights[..., None]


def _shifted(values: Array, dy: int, dx: int) -> Array:
    rows = np.clip(np.arange(values.shape[0]) + dy, 0, values.shape[0] - 1)
    columns = np.clip(np.arange(values.shape[1]) + dx, 0, values.shape[1] - 1)
    return values[rows][:, columns]


def _local_mean(grey: Array) -> Array:
    total = np.zeros_like(grey)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            total += _shifted(grey, dy, dx)
    return total / 9.0
