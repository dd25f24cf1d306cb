"""One word for XLA: compute this once.

On a CPU, XLA computes shared expressions again in every place that uses them; a barrier stops that and halves both the size of the
compiled program and its run time (docs/design/engine.md). NumPy values pass through unchanged.
"""

from typing import TypeVar

T = TypeVar("T")


def settled(value: T) -> T:
    """The same value, computed once; for trees of JAX arrays."""
    from jax import lax

    return lax.optimization_barrier(value)
