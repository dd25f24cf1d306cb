"""The stand-in of a ground that is still being made has the shapes of the ground that comes: programs are compiled for it."""

import jax
import numpy as np
import pytest

from skycrane.flight.coming_ground import ComingGround
from skycrane.flight.tables import make_tables
from skycrane.mission import load_mission


def shapes(tree: object) -> list[tuple[tuple[int, ...], np.dtype]]:
    return [(np.shape(x), np.asarray(x).dtype) for x in jax.tree.leaves(tree)]


@pytest.mark.parametrize("changes", [{}, {"site.terrain": "level"}])
def test_what_comes_has_the_shapes_of_its_stand_in(changes: dict[str, str]) -> None:
    p = load_mission("mars2020").with_changes(changes).parameters
    ground = ComingGround(p)
    early = make_tables(p, ground=ground.stand_in(p))
    late, usual = ground.put_into(early), make_tables(p)
    assert shapes(early) == shapes(late) == shapes(usual)
    assert jax.tree.structure(early) == jax.tree.structure(usual)
    for a, b in zip(jax.tree.leaves(late), jax.tree.leaves(usual), strict=True):
        np.testing.assert_array_equal(a, b)


def test_what_goes_wrong_in_the_thread_is_raised_where_it_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from skycrane.flight import site_ground

    def broken(_: object) -> None:
        raise MemoryError("too much ground")

    monkeypatch.setattr(site_ground, "site_ground", broken)
    with pytest.raises(MemoryError, match="too much ground"):
        ComingGround(load_mission("mars2020").parameters).put_into(None)
