"""A function over the leading axis of arrays, one after the other, so that a batch of lanes is worked on side by side.

A plain `lax.map` in a batch (`jax.vmap`) gives the same, but XLA fuses the writing of its results into one loop over all of them at every
turn. Here they are written one after the other, each in its place (docs/design/engine.md).
"""

from collections.abc import Callable
from typing import Any

from skycrane.core.settle import settled


def one_by_one(function: Callable[[Any], Any], items: Any) -> Any:
    """What `function` gives for each item, stacked: items and results are trees of arrays with a leading axis of one length."""
    import jax
    from jax import lax
    from jax import numpy as jnp

    item = lambda i: jax.tree.map(lambda x: lax.dynamic_index_in_dim(x, i, 0, keepdims=False), items)  # noqa: E731
    count = len(jax.tree.leaves(items)[0])
    shapes, structure = jax.tree.flatten(jax.eval_shape(lambda: function(item(0))))

    def turn(i: Any, found: list[Any]) -> list[Any]:
        fresh, done = settled(jax.tree.leaves(function(item(i)))), []
        for n, all_of_it in enumerate(found):
            written, fresh = settled((lax.dynamic_update_index_in_dim(all_of_it, fresh[n], i, 0), fresh))
            done.append(written)
        return done

    nothing = [jnp.zeros((count, *x.shape), x.dtype) for x in shapes]
    return jax.tree.unflatten(structure, lax.fori_loop(0, count, turn, nothing))
