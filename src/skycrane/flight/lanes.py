"""How many cases fly side by side: the lanes of the compiled programs.

On a processor 64 are the fastest (docs/design/engine.md). A graphics card wants as many as there is memory for: on the card the state and
two segments of rows, on the host the rows of a whole batch. What a lane takes on a card is assumed; none has flown it yet.
"""

import math
import os
from collections.abc import Callable
from functools import cache
from importlib import metadata

from skycrane.core.errors import InputError

PROCESSOR = 64
_MOST = 16384
_ON_CARD = (
    1.0e6  # bytes a lane on a card; assumed: 0.13 MB of rows a segment, twice, and what the steps of a cycle need
)
_ON_HOST = 4.8e6  # bytes a lane on the host: 300 MB of rows for 64 landings of Mars 2020


def width(prepare: Callable[[], None]) -> int:
    """Lanes on this machine: SKYCRANE_LANES where it is set, else 64 on a processor and by memory on a card.

    `prepare` is called before JAX is asked for a card. InputError for a number of lanes that cannot be.
    """
    asked = os.environ.get("SKYCRANE_LANES", "").strip()
    if asked:
        if not (asked.isdecimal() and asked.isascii() and PROCESSOR <= int(asked) <= _MOST and int(asked) % 64 == 0):
            raise InputError(f"SKYCRANE_LANES is {asked}, must be a multiple of 64 from 64 to {_MOST}")
        return int(asked)
    card = memory_of_card(prepare)
    return PROCESSOR if card is None else lanes_for(card, _memory_of_host())


def lanes_for(card: float, host: float) -> int:
    """The power of two that half of a card's memory and a quarter of the host's [bytes] hold, from 64 to 16384."""
    fitting = min(0.5 * card / _ON_CARD, 0.25 * host / _ON_HOST)
    return max(PROCESSOR, min(_MOST, 1 << int(math.log2(max(fitting, 1.0)))))


@cache
def memory_of_card(prepare: Callable[[], None]) -> float | None:
    """Memory [bytes] of the card that JAX computes on, None where it computes on the processor."""
    if not metadata.entry_points(group="jax_plugins"):
        return None  # JAX has nothing but the processor; it is not even loaded
    prepare()
    import jax

    device = jax.devices()[0]
    if device.platform == "cpu":
        return None
    return float((device.memory_stats() or {}).get("bytes_limit", 0.0))


def _memory_of_host() -> float:
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
