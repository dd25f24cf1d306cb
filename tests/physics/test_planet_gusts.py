"""Gusts keep their strength and their correlation, however the path is cut into pieces."""

import dataclasses

import numpy as np
import pytest

from skycrane.core.vector import Vec3
from skycrane.mission.parameters.atmosphere import AtmosphereDay
from skycrane.planet.atmosphere.air import Gusts
from skycrane.planet.atmosphere.gusts import advance, begin, strengths

DAY = AtmosphereDay()
LENGTH = DAY.perturbation_correlation
CASES = 20000


def normals(random: np.random.Generator) -> Vec3:
    """Three standard normals for every case."""
    return Vec3(*random.standard_normal((3, CASES)))


def test_strength_and_correlation_stay_what_they_are() -> None:
    random = np.random.default_rng(1)
    height, stretch = 30e3, 0.1 * LENGTH
    first = gusts = begin(height, normals(random), DAY)
    for _ in range(10):
        gusts = advance(gusts, stretch, height, normals(random), DAY)
    density, wind = strengths(height, DAY)
    for before, after, sigma in zip(first, gusts, (density, wind, wind), strict=True):
        assert np.std(after) == pytest.approx(sigma, rel=0.03)
        assert np.mean(after) == pytest.approx(0.0, abs=0.03 * sigma)
        assert np.corrcoef(before, after)[0, 1] == pytest.approx(np.exp(-1.0), abs=0.02)


def test_one_long_stretch_is_many_short_ones() -> None:
    """Without fresh noise the memory is exp(-d/L) either way; the variance added closes to one either way."""
    still, start = Vec3(0.0, 0.0, 0.0), Gusts(0.1, 5.0, -3.0)
    once = advance(start, 5e3, 40e3, still, DAY)
    often = start
    for _ in range(50):
        often = advance(often, 100.0, 40e3, still, DAY)
    np.testing.assert_allclose(often, once, rtol=1e-12)
    np.testing.assert_allclose(once.wind_east / start.wind_east, np.exp(-5e3 / LENGTH), rtol=1e-12)


def test_strength_follows_height_on_the_way_down() -> None:
    random = np.random.default_rng(2)
    height, gusts = 60e3, begin(60e3, normals(random), DAY)
    while height > 0.0:
        gusts = advance(gusts, 4e3, height - 1e3, normals(random), DAY, height_before=height)
        height -= 1e3
    assert np.std(gusts.density) == pytest.approx(DAY.perturbation_sigma_ground, rel=0.03)
    assert np.std(gusts.wind_north) == pytest.approx(DAY.wind_perturbation_sigma, rel=0.03)


def test_the_three_are_independent() -> None:
    random = np.random.default_rng(3)
    gusts = advance(begin(10e3, normals(random), DAY), 3e3, 10e3, normals(random), DAY)
    assert np.max(np.abs(np.corrcoef(np.stack(gusts)) - np.eye(3))) < 0.03


def test_strength_is_log_linear_and_may_be_zero() -> None:
    ground, middle, top, above = (strengths(h, DAY)[0] for h in (0.0, 30e3, 60e3, 120e3))
    assert middle == pytest.approx(np.sqrt(ground * top))
    assert above == pytest.approx(top)
    calm = dataclasses.replace(DAY, perturbation_sigma_ground=0.0, perturbation_sigma_60km=0.0, wind_perturbation_sigma=0.0,
                               wind_perturbation_sigma_60km=0.0)  # fmt: skip
    assert max(map(abs, begin(50e3, Vec3(3.0, -3.0, 3.0), calm))) < 1e-8
