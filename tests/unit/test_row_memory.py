"""Memory for rows goes round, and never while somebody looks at it."""

import gc

import jax
import numpy as np
import pytest

from skycrane.flight import engine
from skycrane.flight.packing import Packed, pack
from skycrane.flight.row_memory import RowMemory

SHAPE = jax.ShapeDtypeStruct((200, 3, 64), np.float64)


@pytest.fixture(autouse=True)
def pinned() -> None:
    engine.configure()


def place(x: jax.Array) -> int:
    return int(x.unsafe_buffer_pointer())


def shown(memory: RowMemory, x: jax.Array) -> np.ndarray:
    layout = pack({"number": np.zeros(64)}).layout
    return memory.shown(Packed(layout, [x])).arrays[0]


def test_memory_is_handed_out_again_when_the_last_view_is_gone() -> None:
    memory = RowMemory()
    (x,) = memory.take([SHAPE])
    first, view = place(x), shown(memory, x)
    column = view[:, 1]
    del x, view
    gc.collect()
    (other,) = memory.take([SHAPE])
    assert place(other) != first
    del column
    gc.collect()
    (again,) = memory.take([SHAPE])
    assert place(again) == first


def test_a_program_that_is_given_memory_somebody_looks_at_leaves_what_they_see() -> None:
    memory = RowMemory()
    (x,) = memory.take([SHAPE])
    view = shown(memory, x)
    fill = jax.jit(lambda x: x + 1.0, donate_argnums=0)
    assert np.all(np.asarray(fill(x)) == 1.0)
    assert np.all(view == 0.0)


def test_shapes_do_not_share() -> None:
    memory = RowMemory()
    (x,) = memory.take([SHAPE])
    view = shown(memory, x)
    del x, view
    (other,) = memory.take([jax.ShapeDtypeStruct((200, 4, 64), np.float64)])
    assert other.shape == (200, 4, 64)
