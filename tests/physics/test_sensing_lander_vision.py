"""A position fix is as wrong as published, and there is none where the search cannot reach."""

import dataclasses

import numpy as np
import pytest

from skycrane import load_mission
from skycrane.sensing.lander_vision import PositionFixVision

GIVEN = load_mission("mars2020").parameters.lander_vision
VISION = PositionFixVision(**{f.name: getattr(GIVEN, f.name) for f in dataclasses.fields(GIVEN)})


@pytest.mark.parametrize(("first", "sigma"), [(1.0, GIVEN.coarse_sigma), (0.0, GIVEN.fine_sigma)])
def test_errors_have_their_stated_size(first: float, sigma: float) -> None:
    noise = tuple(np.random.default_rng(7).standard_normal((2, 20000)))
    fix = VISION.fix(100.0, -50.0, 137.0, 1.0, first, noise)
    assert fix.valid == 1.0
    assert fix.sigma == sigma
    for found, true in ((fix.east, 100.0), (fix.north, -50.0)):
        assert np.mean(found) == pytest.approx(true, abs=0.03 * sigma)
        assert np.std(found) == pytest.approx(sigma, rel=0.03)
    assert abs(np.corrcoef(fix.east, fix.north)[0, 1]) < 0.03


def test_fine_fixes_keep_the_requirement_of_40_m_in_99_per_cent() -> None:
    """Horizontal error of two normal axes: 40 m is beyond the 99 % circle, sigma sqrt(-2 ln 0.01)."""
    assert GIVEN.fine_sigma * np.sqrt(-2.0 * np.log(0.01)) < 40.0


def test_an_error_of_the_map_moves_every_fix_alike() -> None:
    shifted = dataclasses.replace(VISION, map_bias=(5.0, -3.0))
    fix = shifted.fix(0.0, 0.0, 0.0, 1.0, 0.0, (0.0, 0.0))
    assert (fix.east, fix.north) == (5.0, -3.0)


def test_no_fix_unless_due_and_within_reach() -> None:
    assert VISION.fix(0.0, 0.0, 100.0, 0.0, 1.0, (0.0, 0.0)).valid == 0.0
    assert VISION.fix(0.0, 0.0, GIVEN.initial_error_bound + 1.0, 1.0, 1.0, (0.0, 0.0)).valid == 0.0
    assert VISION.fix(0.0, 0.0, GIVEN.initial_error_bound - 1.0, 1.0, 1.0, (0.0, 0.0)).valid == 1.0
