"""When something holds: the intervals of time in which a condition is true."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Condition = Callable[[NDArray[np.float64]], NDArray[np.bool_]]

_EDGE = 1e-3


def windows(holds: Condition, start: float, end: float, step: float) -> list[tuple[float, float]]:
    """Intervals [s] between start and end in which `holds` is true, edges to a millisecond; one shorter than `step` may be missed."""
    times = np.append(np.arange(start, end, step), end)
    state = np.asarray(holds(times), bool)
    changes = np.flatnonzero(state[1:] != state[:-1])
    found = _edges(holds, times[changes], times[changes + 1], state[changes]) if len(changes) else np.array([])
    edges = ([start] if state[0] else []) + [float(each) for each in found] + ([end] if state[-1] else [])
    return list(zip(edges[::2], edges[1::2], strict=True))


def _edges(holds: Condition, low: Any, high: Any, before: Any) -> NDArray[np.float64]:
    """Bisection of every edge at once."""
    while np.max(high - low) > _EDGE:
        middle = 0.5 * (low + high)
        same = np.asarray(holds(middle), bool) == before
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.asarray(0.5 * (low + high), float)
