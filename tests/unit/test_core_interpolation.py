"""Tables give back what they were made of and are as smooth as they say."""

import jax
import numpy as np
import pytest
from jax import numpy as jnp

jax.config.update("jax_enable_x64", True)

from skycrane.core.interpolation import evaluate_cubic, ramps, split, take, uniform_cubic  # noqa: E402

KNOTS = 5.0 + 0.5 * np.arange(20)
WAVE, LINE = np.sin(KNOTS), 3.0 * KNOTS - 1.0
PIECES = uniform_cubic(5.0, 0.5, (WAVE, LINE))


def test_the_cubic_goes_through_its_knots_and_keeps_a_line_straight() -> None:
    wave, line = evaluate_cubic(PIECES, KNOTS)
    np.testing.assert_allclose(wave, WAVE, atol=1e-8)  # the last knot is reached from 1e-9 of a step below
    between = np.linspace(5.0, 14.5, 777)
    np.testing.assert_allclose(evaluate_cubic(PIECES, between)[1], 3.0 * between - 1.0, atol=1e-8)
    np.testing.assert_allclose(line, LINE, atol=1e-8)


def test_the_cubic_and_its_slope_are_continuous_at_every_inner_knot() -> None:
    slope = jax.grad(lambda x: evaluate_cubic(PIECES, x)[0])
    for knot in KNOTS[1:-1]:
        before, after = (evaluate_cubic(PIECES, knot + s * 1e-9)[0] for s in (-1.0, 1.0))
        assert after == pytest.approx(before, abs=1e-8)
        assert float(slope(knot + 1e-9)) == pytest.approx(float(slope(knot - 1e-9)), abs=1e-7)


def test_the_cubic_is_of_third_order() -> None:
    """Catmull-Rom's slopes are central differences: halving the step divides the error by about 8 (16 at mid-interval)."""

    def error(count: int) -> float:
        step = 6.0 / count
        pieces = uniform_cubic(0.0, step, (np.sin(step * np.arange(count + 1)),))
        x = np.linspace(2.0, 4.0, 1001)
        return float(np.max(np.abs(evaluate_cubic(pieces, x)[0] - np.sin(x))))

    assert error(24) / error(48) > 6.0


def test_outside_the_end_values_hold() -> None:
    np.testing.assert_allclose(evaluate_cubic(PIECES, np.array([-1e6, 1e6]))[0], [WAVE[0], WAVE[-1]], atol=1e-8)


def test_jax_and_numpy_read_the_same_table() -> None:
    x = np.linspace(4.0, 16.0, 333)
    np.testing.assert_allclose(evaluate_cubic(PIECES, jnp.asarray(x))[0], evaluate_cubic(PIECES, x)[0], atol=1e-15)


def test_split_and_take() -> None:
    i, t = split(np.array([0.0, 3.25, 7.999]))
    np.testing.assert_array_equal(i, [0, 3, 7])
    np.testing.assert_allclose(t, [0.0, 0.25, 0.999])
    np.testing.assert_array_equal(take(WAVE, i), WAVE[[0, 3, 7]])
    np.testing.assert_array_equal(take(jnp.asarray(WAVE), jnp.asarray(i)), WAVE[[0, 3, 7]])


def test_ramps_are_numpys_interp() -> None:
    knots, values = (1.0, 2.0, 5.0, 5.5), (10.0, -3.0, 4.0, 4.5)
    x = np.linspace(-1.0, 8.0, 400)
    np.testing.assert_allclose(ramps(x, knots, values), np.interp(x, knots, values), atol=1e-12)
    np.testing.assert_allclose(ramps(jnp.asarray(x), knots, values), np.interp(x, knots, values), atol=1e-12)
