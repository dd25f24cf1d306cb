"""The fast elementary functions give NumPy's numbers over the ranges that their docstrings state."""

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import numpy as jnp

jax.config.update("jax_enable_x64", True)

from skycrane.core import elementary as fn  # noqa: E402

ULP = np.finfo(float).eps
RANDOM = np.random.default_rng(0)


def worst(ours: jax.Array, numpys: np.ndarray, floor: float = 0.0) -> float:
    """Largest relative difference; `floor` is the size below which it counts as absolute."""
    return float(np.max(np.abs(np.asarray(ours) - numpys) / np.maximum(np.abs(numpys), max(floor, 1e-300))))


def test_exp_over_its_range() -> None:
    x = np.concatenate([np.linspace(-700.0, 700.0, 20011), RANDOM.normal(0.0, 1e-6, 1000)])
    assert worst(fn.exp(jnp.asarray(x)), np.exp(x)) < 4 * ULP


def test_log_of_every_normal_number() -> None:
    """Absolute near one, where the logarithm itself goes through zero: there it is exact to the rounding of its argument."""
    x = np.concatenate(
        [np.exp(np.linspace(-700.0, 700.0, 20011)), np.linspace(0.4, 2.5, 20011), [1.0, 0.5, np.sqrt(0.5)]]
    )
    assert worst(fn.log(jnp.asarray(x)), np.log(x), floor=1e-3) < 4 * ULP
    assert float(fn.log(jnp.asarray(1.0))) == 0.0
    assert isinstance(fn.log(np.float64(2.0)), np.floating)


def test_sine_and_cosine_within_a_few_hundred_radians() -> None:
    """Absolute near their zeros: the argument itself is only known to its last place there."""
    x = np.linspace(-300.0, 300.0, 20011)
    assert worst(fn.sin(jnp.asarray(x)), np.sin(x), floor=1.0) < 600 * ULP
    assert worst(fn.cos(jnp.asarray(x)), np.cos(x), floor=1.0) < 600 * ULP
    near = np.linspace(-3.5, 3.5, 20011)
    assert worst(fn.sin(jnp.asarray(near)), np.sin(near), floor=1.0) < 4 * ULP
    small = np.geomspace(1e-300, 1.0, 1000)
    assert worst(fn.sin(jnp.asarray(small)), np.sin(small)) < 4 * ULP


def test_atan2_all_the_way_round_and_from_tiny_to_huge() -> None:
    angle, size = np.linspace(-np.pi, np.pi, 4001)[1:], 10.0 ** RANDOM.uniform(-100.0, 100.0, 4000)
    y, x = size * np.sin(angle), size * np.cos(angle)
    assert worst(fn.atan2(jnp.asarray(y), jnp.asarray(x)), np.arctan2(y, x)) < 4 * ULP


def test_atan2_on_the_axes() -> None:
    y, x = np.array([0.0, 0.0, 1.0, -1.0, 0.0]), np.array([1.0, -1.0, 0.0, 0.0, 0.0])
    np.testing.assert_allclose(fn.atan2(jnp.asarray(y), jnp.asarray(x)), np.arctan2(y, x), rtol=0, atol=2 * ULP)


def test_inverse_sine_and_cosine_up_to_their_ends() -> None:
    """Near +-1 a small angle must keep its relative precision, which 1 - x^2 would lose."""
    near_one = 1.0 - np.geomspace(1e-15, 0.5, 400)
    x = np.concatenate([np.linspace(-1.0, 1.0, 4001), near_one, -near_one])
    assert worst(fn.acos(jnp.asarray(near_one)), np.arccos(near_one)) < 8 * ULP
    assert worst(fn.acos(jnp.asarray(x)), np.arccos(x), floor=1e-3) < 8 * ULP
    assert worst(fn.asin(jnp.asarray(x)), np.arcsin(x)) < 8 * ULP


def test_inverse_sine_and_cosine_hold_what_rounding_pushed_out_of_range() -> None:
    np.testing.assert_array_equal(fn.acos(jnp.array([1.0 + 1e-12, -1.0 - 1e-12])), [0.0, np.pi])
    np.testing.assert_allclose(fn.asin(jnp.array([1.0 + 1e-12, -1.0 - 1e-12])), [0.5 * np.pi, -0.5 * np.pi])


@given(st.floats(-1e4, 1e4))
def test_wrap_keeps_the_angle_and_brings_it_home(angle: float) -> None:
    wrapped = float(fn.wrap(angle))
    assert -np.pi - 1e-9 <= wrapped <= np.pi + 1e-9
    assert np.cos(wrapped) == pytest.approx(np.cos(angle), abs=1e-11)
    assert np.sin(wrapped) == pytest.approx(np.sin(angle), abs=1e-11)


@pytest.mark.parametrize(
    ("ours", "numpys"), [(fn.exp, np.exp), (fn.sin, np.sin), (fn.cos, np.cos), (fn.log, np.log), (fn.sqrt, np.sqrt)]
)
def test_a_number_and_an_array_of_numpy_stay_numpys(ours: object, numpys: object) -> None:
    assert ours(0.7) == numpys(0.7)  # type: ignore[operator]
    np.testing.assert_array_equal(ours(np.array([0.1, 2.0])), numpys(np.array([0.1, 2.0])))  # type: ignore[operator]


def test_derivatives_are_those_of_the_functions() -> None:
    for ours, slope in (
        (fn.exp, np.exp(0.3)),
        (fn.sin, np.cos(0.3)),
        (fn.cos, -np.sin(0.3)),
        (fn.asin, 1.0 / np.cos(np.arcsin(0.3))),
    ):
        assert float(jax.grad(ours)(0.3)) == pytest.approx(slope, rel=1e-13)
    assert float(jax.grad(fn.atan2)(0.4, -0.7)) == pytest.approx(-0.7 / (0.4**2 + 0.7**2), rel=1e-13)


def test_an_exponential_far_below_zero_is_small_and_positive() -> None:
    """Its exponent used to run into the sign: after 250 s under a parachute the canopy vanished."""
    x = jnp.asarray([-1e6, -745.0, -714.0, -700.0, 800.0])
    y = np.asarray(fn.exp(x))
    assert (y[:4] > 0.0).all()
    assert (y[:4] < 1e-300).all()
    assert np.isfinite(y).all()
