"""Craters and rocks: as many of each size as the published laws ask for."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from skycrane.mission import load_mission
from skycrane.terrain import open_terrain
from skycrane.terrain.craters import CLASSES, REACH, CraterPopulation, crater_profile
from skycrane.terrain.rocks import covered_fraction, larger_than, number_density


@pytest.mark.parametrize("begin", [10.0, 60.0, 200.0, 500.0])
def test_craters_follow_their_size_frequency_law(begin: float) -> None:
    craters = CraterPopulation(seed=9)
    side = 400.0 * begin
    found = []
    for number, diameter in enumerate(CLASSES):
        if 0.3 * begin < diameter < 1200.0:
            t = craters.table(0.0, 0.0, side, side, number)
            inside = (t["east"] >= 0) & (t["east"] < side) & (t["north"] >= 0) & (t["north"] < side)
            found.append(t["diameter"][inside])
    sizes = np.concatenate(found)
    largest = max(CLASSES[k] for k in range(len(CLASSES)) if CLASSES[k] < 1200.0) * math.sqrt(2.0)
    expected = (craters.cumulative(begin) - craters.cumulative(largest)) * side * side
    assert expected > 50.0
    assert (sizes >= begin).sum() == pytest.approx(expected, abs=4.0 * math.sqrt(expected) + 0.06 * expected)


def test_a_fresh_crater_is_a_fifth_as_deep_as_wide_and_raises_a_rim() -> None:
    x = np.linspace(-250.0, 250.0, 2001)
    bits = np.array(123, dtype=np.uint64)
    z = crater_profile(x, 0.0 * x, np.array(100.0), np.array(20.0), np.array(1.0), bits)
    assert z[1000] == pytest.approx(-20.0, abs=0.3)
    assert 2.5 < z.max() < 4.5
    assert abs(x[z.argmax()]) == pytest.approx(50.0, abs=8.0)
    assert np.abs(z[np.abs(x) > 0.5 * 100.0 * REACH]).max() < 0.05


def test_a_crater_is_the_same_from_a_grid_and_from_loose_points() -> None:
    craters = CraterPopulation(seed=4)
    east, north = np.arange(0.0, 900.0, 30.0), np.arange(-300.0, 600.0, 30.0)
    grid = craters.relief(east[None, :], north[:, None], 10.0, 300.0)
    e, n = np.meshgrid(east, north)
    np.testing.assert_allclose(craters.relief(e.ravel(), n.ravel(), 10.0, 300.0), np.ravel(grid), atol=1e-12)


@pytest.mark.parametrize("abundance", [0.02, 0.10])
def test_number_of_rocks_is_the_derivative_of_the_covered_ground(abundance: float) -> None:
    """Golombek's law gives covered area; numbers must integrate back to it."""
    area = quad(
        lambda d: -_slope(d, abundance) / (0.25 * math.pi * d * d), 0.5, 8.0, limit=200
    )[0]  # fmt: skip
    assert float(larger_than(0.5, abundance)) == pytest.approx(area, rel=0.01)
    classes = [(0.5 * 2 ** (k / 2), 0.5 * 2 ** ((k + 1) / 2)) for k in range(8)]
    assert float(sum(number_density(a, b, abundance) for a, b in classes)) == pytest.approx(area, rel=0.06)


def _slope(d: float, k: float) -> float:
    q = 1.79 + 0.152 / k
    return -k * q * math.exp(-q * d)


def test_published_value_of_the_rock_law() -> None:
    """k = 5 %: q = 1.79 + 3.04 = 4.83 (Golombek et al. 2003)."""
    assert float(covered_fraction(1.0, 0.05)) == pytest.approx(0.05 * math.exp(-4.83), rel=1e-12)


def test_rocks_on_the_ground_cover_what_the_stated_abundance_says() -> None:
    terrain = open_terrain("jezero_like", load_mission("mars2020").parameters.site)
    place = (300.0, 200.0, 150.0)
    rocks = terrain.rocks(*place, smallest=0.2)
    ground = math.pi * place[2] ** 2
    angle, away = (
        np.random.default_rng(1).uniform(0, 2 * math.pi, 4000),
        np.sqrt(np.random.default_rng(2).uniform(0, 1, 4000)),
    )
    e, n = place[0] + place[2] * away * np.cos(angle), place[1] + place[2] * away * np.sin(angle)
    abundance = np.asarray(terrain.character(e, n).rock_abundance)
    expected = float(np.mean(covered_fraction(0.2, abundance)))
    covered = float(np.sum(0.25 * math.pi * rocks["diameter"] ** 2)) / ground
    assert covered == pytest.approx(expected, rel=0.2)
    count = float(np.mean(larger_than(0.2, abundance))) * ground
    assert rocks.size == pytest.approx(count, abs=4.0 * math.sqrt(count) + 0.05 * count)
    assert (rocks["height_above_ground"] <= 0.7 * rocks["diameter"]).all()


def test_a_rock_stays_where_it_is_however_it_is_asked_for() -> None:
    terrain = open_terrain("jezero_like", load_mission("mars2020").parameters.site)
    wide, near = terrain.rocks(0.0, 0.0, 60.0), terrain.rocks(10.0, 5.0, 20.0)
    inside = wide[(wide["east"] - 10.0) ** 2 + (wide["north"] - 5.0) ** 2 <= 400.0]
    assert near.size > 10
    assert set(map(tuple, near.tolist())) == set(map(tuple, inside.tolist()))
