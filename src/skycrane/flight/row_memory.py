"""Memory for the rows of a flight, used again once nobody looks at it.

A batch of 64 landings writes 300 MB of rows. Fresh memory for them, cleared by the program and then written, cost a fifth of a flight: here
arrays go round. A program is given arrays to write its rows into; what it hands back is shown as NumPy views, and the array is free for
another segment when the last view of it is gone.
"""

import weakref
from collections import defaultdict
from typing import Any

import numpy as np

from skycrane.flight.packing import Packed


class RowMemory:
    """Arrays by shape and kind that nobody looks at."""

    def __init__(self) -> None:
        self._free: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)

    def take(self, shapes: list[Any]) -> list[Any]:
        """An array for each shape, to be given up to a program; whatever they hold."""
        import jax

        found = []
        for x in shapes:
            free = self._free[_kind(x)]
            found.append(free.pop() if free else jax.device_put(np.zeros(x.shape, x.dtype)))
        return found

    def shown(self, rows: Packed) -> Packed:
        """Packed rows as arrays of NumPy that are only read: views where JAX computes on the processor, else copies."""
        return Packed(rows.layout, [self._shown(x) for x in rows.arrays])

    def _shown(self, x: Any) -> np.ndarray:
        if x.dtype == bool:
            return np.asarray(x)
        if x.device.platform != "cpu":
            seen = np.asarray(x).copy()
            self._free[_kind(x)].append(x)
            return seen
        view = np.from_dlpack(x)  # not np.asarray, which the array would keep as long as it lives
        weakref.finalize(view, self._free[_kind(x)].append, x).atexit = False
        return view


def _kind(x: Any) -> tuple[Any, ...]:
    return (*x.shape, np.dtype(x.dtype).str)
