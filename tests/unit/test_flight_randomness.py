"""Noise of a control cycle: the generator is Threefry as JAX has it, the draws are what they are called, and each stands by itself."""

import jax
import numpy as np
import pytest
from jax.extend.random import threefry_2x32
from scipy import stats

jax.config.update("jax_enable_x64", True)

from jax import numpy as jnp  # noqa: E402

from skycrane.flight.randomness import _bell, case_key, draws_of_cycle, normals, threefry  # noqa: E402

KEY = case_key(7, 0)


def test_the_generator_is_threefry_as_jax_has_it() -> None:
    random = np.random.default_rng(1)
    key = jnp.asarray(random.integers(0, 2**32, 2, dtype=np.uint32))
    words = jnp.asarray(random.integers(0, 2**32, (2, 500), dtype=np.uint32))
    ours = threefry(key[0], key[1], words[0], words[1])
    np.testing.assert_array_equal(np.concatenate(ours), threefry_2x32(key, words.ravel()))


def many(count: int, name: str = "air") -> np.ndarray:
    """Draws of 40,000 cycles, shape (40000, count)."""
    one = jax.vmap(lambda cycle: jnp.stack(normals(KEY, name, cycle, count, 1.0)))
    return np.asarray(jax.jit(one)(jnp.arange(40000)))


def test_normal_draws_are_normal_and_independent() -> None:
    """Kolmogorov and Smirnov at 1 %; correlations between draws of a cycle and between cycles below 4.5 standard errors."""
    draws = many(5)
    for column in draws.T:
        assert stats.kstest(column, "norm").pvalue > 0.01 / 5
    between = np.corrcoef(np.vstack([draws[:-1].T, draws[1:].T]))
    assert np.abs(between - np.eye(10)).max() < 4.5 / np.sqrt(len(draws))
    other = many(1, "radar")[:, 0]
    assert abs(np.corrcoef(draws[:, 0], other)[0, 1]) < 4.5 / np.sqrt(len(draws))


def test_tails_reach_beyond_four_sigma() -> None:
    """200,000 draws hold 12.7 beyond four sigma on average."""
    assert 3 <= np.sum(np.abs(many(5)) > 4.0) <= 28


def faults(cycle: int, scale: float) -> jax.Array:
    """Two pairs of uniform draws of a cycle, drawn beside others."""
    return jnp.stack(draws_of_cycle(KEY, cycle, {"air": (2, 1.0)}, {"radar_faults": (2, scale)})["radar_faults"])


def test_uniform_draws_fill_their_range() -> None:
    row = jax.jit(jax.vmap(lambda cycle: faults(cycle, 1.0)))(jnp.arange(20000))
    assert stats.kstest(np.ravel(row), "uniform").pvalue > 0.01
    np.testing.assert_array_equal(faults(5, 0.0), 1.0)


def test_a_draw_is_the_same_whatever_is_drawn_with_it() -> None:
    alone = normals(KEY, "inertial_unit", 12, 6, 1.0)
    rows = draws_of_cycle(KEY, 12, {"air": (2, 2.0), "inertial_unit": (3, 1.0)}, {"radar_faults": (5, 1.0)})
    np.testing.assert_array_equal(np.asarray(alone), np.asarray(rows["inertial_unit"].numbers(6)))
    np.testing.assert_array_equal(np.asarray(rows["air"].numbers(3)), 2.0 * np.asarray(normals(KEY, "air", 12, 3, 1.0)))
    assert rows["radar_faults"].first.shape == (5,)
    assert float(rows["radar_faults"].first.min()) < 1.0


def test_a_draw_does_not_depend_on_how_many_follow_or_on_the_lane() -> None:
    few, more = normals(KEY, "air", 12, 3, 1.0), normals(KEY, "air", 12, 6, 1.0)
    assert [float(x) for x in few] == pytest.approx([float(x) for x in more[:3]], abs=1e-15)
    np.testing.assert_array_equal(np.asarray(normals(KEY, "air", 12, 4, 0.0)), 0.0)
    assert float(few[0]) != float(normals(KEY, "air", 13, 3, 1.0)[0])
    assert float(few[0]) != float(normals(case_key(8, 0), "air", 12, 3, 1.0)[0])


def test_normal_draws_are_those_of_the_method_in_64_bits() -> None:
    """r cos a and r sin a by NumPy; the ends of the words' range are among them."""
    ends = np.array([0, 1, 2**31, 2**32 - 2, 2**32 - 1])
    first, second = np.random.default_rng(1).integers(0, 2**32, (2, 100_000))
    first[:5], second[5:10] = ends, ends
    found = _bell(first.astype(np.uint32), second.astype(np.uint32))
    radius, angle = np.sqrt(-2.0 * np.log((first + 0.5) / 2**32)), 2.0 * np.pi * ((second + 0.5) / 2**32 - 0.5)
    np.testing.assert_allclose(found, (radius * np.cos(angle), radius * np.sin(angle)), atol=5e-5)
