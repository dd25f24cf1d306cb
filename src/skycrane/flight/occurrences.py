"""Events as the compiled program sees them: when each first happened and the figures it was decided on."""

from typing import Any

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled

Occurrences = dict[str, tuple[Scalar, tuple[Scalar, ...]]]
NEVER = 1e9


def none_yet(keys: dict[str, int], like: Scalar) -> Occurrences:
    """An empty table: for every key the time `NEVER` and so many figures."""
    zero = 0.0 * like
    return {key: (zero + NEVER, tuple(zero for _ in range(count))) for key, count in keys.items()}


def note(table: Occurrences, key: str, happens: Scalar, time: Scalar, *figures: Scalar) -> Occurrences:
    """The table with an event noted the first time its condition holds."""
    when, old = table[key]
    first, figures = settled((happens & (when >= NEVER), figures))
    zero = 0.0 * time
    new = tuple(fn.where(first, a + zero, b) for a, b in zip(figures, old, strict=True))
    return {**table, key: (fn.where(first, time, when), new)}


def passed(before: Scalar, after: Scalar, level: Scalar, time: Scalar, cycle: Scalar) -> Scalar:
    """When a figure fell through a level within the cycle that ends at `time` [s]; linear, under 1 ms for the heights of a landing."""
    share = (after - level) / fn.minimum(after - before, -1e-9)
    return time - cycle * fn.clip(share, 0.0, 1.0)


def happened(table: Occurrences, key: str) -> Any:
    """True once the event is noted."""
    return table[key][0] < NEVER


def since(table: Occurrences, key: str, time: Scalar) -> Scalar:
    """Time since the event [s]; negative before it."""
    when = table[key][0]
    return fn.where(when < NEVER, time - when, -1.0)
