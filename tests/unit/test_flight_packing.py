"""A packed tree is the same tree: what lies where survives packing, a new leading axis, and the pickle that the cache keeps."""

import pickle

import jax
import numpy as np
from jax import numpy as jnp

from skycrane.core.vector import Vec3
from skycrane.flight.packing import pack

TREE = {
    "a": Vec3(np.arange(4.0), np.arange(4.0) + 10.0, np.ones((4, 2))),
    "b": (np.array([True, False] * 2), None),
    "c": np.zeros(4),
}


def same(one: object, other: object) -> None:
    assert jax.tree.structure(one) == jax.tree.structure(other)
    for x, y in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        np.testing.assert_array_equal(x, y)
        assert x.dtype == y.dtype


def test_leaves_of_one_shape_and_kind_travel_together_and_come_back() -> None:
    packed = pack(TREE)
    assert [x.shape for x in packed.arrays] == [(3, 4), (1, 4, 2), (1, 4)]
    same(packed.unpack(), TREE)


def test_rows_of_a_loop_are_unpacked_behind_the_axis_of_the_loop() -> None:
    rows = jax.tree.map(lambda x: np.stack([x, x, x]), pack(TREE))
    same(rows.unpack(1), jax.tree.map(lambda x: np.stack([x, x, x]), TREE))


def test_it_crosses_a_compiled_program_and_its_layout_a_pickle() -> None:
    doubled = jax.jit(lambda p: pack(jax.tree.map(lambda x: x + x, p.unpack()), jnp.stack))(
        pack({"x": np.ones(3), "y": np.ones(3)})
    )
    np.testing.assert_array_equal(doubled.unpack()["y"], 2.0)
    structure = jax.tree.structure(doubled)
    assert pickle.loads(pickle.dumps(structure)) == structure
