"""Trees of many small arrays as a few large ones: a call of a compiled program costs by the number of arrays that cross into it.

A carry has some two hundred arrays of one number a lane. Arrays of one shape and kind travel as one, stacked on a new axis; what lies
where is part of the type, so that it is kept with a compiled program and found again without tracing.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np


class Layout(NamedTuple):
    """The structure of a tree, and for each pack the places of its leaves among all leaves."""

    tree: Any
    groups: tuple[tuple[int, ...], ...]


@jax.tree_util.register_pytree_node_class
class Packed:
    """A tree as a list of arrays, each a stack of its leaves of one shape and kind."""

    def __init__(self, layout: Layout, arrays: list[Any]) -> None:
        self.layout, self.arrays = layout, arrays

    def tree_flatten(self) -> tuple[tuple[list[Any]], Layout]:
        """For JAX: the arrays travel, the layout is part of the type."""
        return (self.arrays,), self.layout

    @classmethod
    def tree_unflatten(cls, layout: Layout, children: tuple[list[Any]]) -> "Packed":
        """For JAX: the way back."""
        return cls(layout, children[0])

    def unpack(self, axis: int = 0) -> Any:
        """The tree again; `axis` counts what was put before the stacked axis since. Views where the arrays are NumPy's."""
        leaves: list[Any] = [None] * sum(len(group) for group in self.layout.groups)
        for group, array in zip(self.layout.groups, self.arrays, strict=True):
            if isinstance(array, np.ndarray):
                parts = list(np.moveaxis(array, axis, 0) if axis else array)
            else:
                parts = [array[(slice(None),) * axis + (k,)] for k in range(len(group))]
            for place, part in zip(group, parts, strict=True):
                leaves[place] = part
        return jax.tree.unflatten(self.layout.tree, leaves)


def pack(tree: Any, stack: Callable[[list[Any]], Any] = np.stack) -> Packed:
    """Leaves of one shape and kind stacked on a new first axis, by `stack` of the array module in use."""
    leaves, structure = jax.tree.flatten(tree)
    groups: dict[tuple[Any, ...], list[int]] = {}
    for place, leaf in enumerate(leaves):
        groups.setdefault((np.dtype(leaf.dtype), tuple(leaf.shape)), []).append(place)
    layout = Layout(structure, tuple(tuple(group) for group in groups.values()))
    one = lambda group: leaves[group[0]][None] if len(group) == 1 else stack([leaves[place] for place in group])  # noqa: E731
    return Packed(layout, [one(group) for group in layout.groups])
