"""Peaks of the flight, between samples: a parabola through the three samples around the largest.

Sampled every 0.05 s (riser load every 0.01 s); the parabola places a smooth peak to well under 1 ms of its curvature time.
"""

import numpy as np


def largest(time: np.ndarray, value: np.ndarray) -> tuple[float, float]:
    """Time and size of the largest value; NaN where there is none."""
    if len(value) == 0 or not np.any(np.isfinite(value)):
        return float("nan"), float("nan")
    return refine(time, value, int(np.nanargmax(value)))


def refine(time: np.ndarray, value: np.ndarray, i: int) -> tuple[float, float]:
    """Vertex of the parabola through samples i - 1, i, i + 1; sample i itself at an end or beside a gap."""
    if i == 0 or i == len(value) - 1:
        return float(time[i]), float(value[i])
    a, b, c = value[i - 1 : i + 2]
    bend = a - 2.0 * b + c
    if not np.isfinite(bend) or bend >= 0.0:
        return float(time[i]), float(b)
    s = 0.5 * (a - c) / bend
    return float(time[i] + s * (time[i + 1] - time[i])), float(b - 0.25 * (a - c) * s)


def next_peak(time: np.ndarray, value: np.ndarray, after: float, prominence: float) -> tuple[float, float] | None:
    """First local maximum later than a time that stands out by a prominence from the valley before it; None if there is none."""
    inner = np.arange(max(int(np.searchsorted(time, after, side="right")), 1), len(value) - 1)
    if not len(inner):
        return None
    valley = np.minimum.accumulate(value[inner - 1])
    top = (value[inner] >= value[inner - 1]) & (value[inner] > value[inner + 1]) & (value[inner] - valley > prominence)
    return refine(time, value, int(inner[np.argmax(top)])) if top.any() else None
