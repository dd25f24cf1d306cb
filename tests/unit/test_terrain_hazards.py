"""Hazards: slope and roughness by closed forms, rocks by the Poisson law, the map of safe targets."""

import math

import numpy as np
import pytest

from skycrane.mission import load_mission
from skycrane.terrain import open_terrain
from skycrane.terrain.hazards import LanderLimits, hazards, plane_fit, rock_probability, under_footprints
from skycrane.terrain.safe_targets import SafeTargetMap, safe_target_map


def test_the_slope_of_a_plane_is_found_and_its_roughness_is_none() -> None:
    east, north = np.arange(60)[None, :] * 0.5, np.arange(50)[:, None] * 0.5
    slope, rough = plane_fit(0.2 * east - 0.1 * north + 7.0, 0.5, 3)
    inner = (slice(4, -4), slice(4, -4))
    np.testing.assert_allclose(slope[inner], math.atan(math.hypot(0.2, 0.1)), atol=1e-12)
    np.testing.assert_allclose(rough[inner], 0.0, atol=1e-6)


def test_plane_and_roughness_are_those_of_least_squares() -> None:
    z = np.random.default_rng(1).normal(size=(9, 9))
    slope, rough = plane_fit(z, 0.7, 4)
    y, x = np.mgrid[-4:5, -4:5] * 0.7
    design = np.stack([x.ravel(), y.ravel(), np.ones(81)], axis=1)
    fit, *_ = np.linalg.lstsq(design, z.ravel(), rcond=None)
    assert slope[4, 4] == pytest.approx(math.atan(math.hypot(fit[0], fit[1])), rel=1e-9)
    assert rough[4, 4] == pytest.approx(float(np.sqrt(np.mean((z.ravel() - design @ fit) ** 2))), rel=1e-9)


def test_a_footprint_on_a_plane_has_its_slope_and_on_ripples_the_fit_of_least_squares() -> None:
    """Under a footprint: the plane through nine samples 1.35 m apart, by a general solver."""
    terrain = open_terrain("jezero_like", load_mission("mars2020").parameters.site)
    east, north = np.array([530.0, 540.0, 700.0]), np.array([1140.0, 1150.0])
    found = under_footprints(terrain, east, north, LanderLimits())
    across = 1.35 * np.array([-1.0, 0.0, 1.0])
    x, y = np.meshgrid(across, across)
    design = np.stack([x.ravel(), y.ravel(), np.ones(9)], axis=1)
    z = terrain.height((540.0 + across)[None, :], (1150.0 + across)[:, None], 1.25).ravel()
    fit, *_ = np.linalg.lstsq(design, z, rcond=None)
    assert found.slope[1, 1] == pytest.approx(math.atan(math.hypot(fit[0], fit[1])), rel=1e-9)
    assert found.roughness[1, 1] == pytest.approx(float(np.sqrt(np.mean((z - design @ fit) ** 2))), rel=1e-6)
    assert found.slope.shape == found.rock.shape == (2, 3)


def test_probability_of_a_rock_agrees_with_throwing_rocks_by_chance() -> None:
    """Golombek et al. 2012: rocks above 0.55 m under 4 m^2; against draws with the number that the law gives."""
    limits = LanderLimits()
    p = float(rock_probability(0.15, limits))
    q = 1.79 + 0.152 / 0.15
    d = np.linspace(1.1, 8.0, 20001)
    density = float(np.trapezoid(0.15 * q * np.exp(-q * d) / (0.25 * np.pi * d * d), d))
    hit = np.random.default_rng(4).poisson(4.0 * density, 400000) > 0
    assert p == pytest.approx(float(hit.mean()), rel=0.04)
    assert rock_probability(0.0, limits) < 1e-3 < p


def test_failure_grows_with_each_danger() -> None:
    terrain = open_terrain("jezero_like", load_mission("mars2020").parameters.site)
    floor, scarp = hazards(terrain, 0.0, 0.0, 60.0, 1.0), hazards(terrain, -2500.0, 0.0, 1600.0, 4.0)
    limits = LanderLimits()
    assert np.median(floor.slope) < math.radians(6.0) < scarp.slope.max()
    assert np.median(floor.failure(limits)) < 0.02
    assert scarp.failure(limits).max() > 0.5


@pytest.fixture(scope="module")
def targets() -> SafeTargetMap:
    terrain = open_terrain("jezero_like", load_mission("mars2020").parameters.site)
    return safe_target_map(terrain, half_width=3200.0, spacing=10.0)


def test_the_map_has_ten_metre_cells_about_the_site(targets: SafeTargetMap) -> None:
    assert targets.cell == 10.0
    assert targets.failure.shape == (641, 641)
    assert targets.west == -3200.0
    assert ((targets.failure >= 0.0) & (targets.failure <= 1.0)).all()
    assert targets.at(0.0, 0.0) == targets.failure[320, 320]
    assert targets.at(1e5, 0.0) == 1.0


def test_the_scarp_is_dangerous_and_the_site_is_not(targets: SafeTargetMap) -> None:
    assert targets.at(0.0, 0.0) < 0.02
    assert targets.failure[:, :150].max() > 0.9


def test_targets_lie_clear_of_ripples(targets: SafeTargetMap) -> None:
    """The safest cell of each 50 m stands among a quarter as many ripples as the ground does, and they fill a tenth of it."""
    terrain = open_terrain("jezero_like", load_mission("mars2020").parameters.site)
    axis = targets.west + targets.cell * np.arange(640)
    cover = terrain.ripple_cover(axis[None, :], axis[:, None], targets.cell)
    blocks = lambda field: field[:640, :640].reshape(128, 5, 128, 5).swapaxes(1, 2).reshape(-1, 25)  # noqa: E731
    chosen = blocks(cover)[np.arange(128 * 128), blocks(targets.failure).argmin(axis=1)]
    assert 0.05 < cover.mean() < 0.2
    assert chosen.mean() < 0.25 * cover.mean()


def test_the_safest_target_is_the_least_of_all_in_reach(targets: SafeTargetMap) -> None:
    east, north, p = targets.safest(-2300.0, 100.0, 700.0)
    assert math.hypot(east + 2300.0, north - 100.0) <= 700.0
    e = targets.west + targets.cell * np.arange(641)
    near = np.hypot(e[None, :] + 2300.0, e[:, None] - 100.0) <= 700.0
    assert p == pytest.approx(float(targets.failure[near].min()), abs=1e-3)
    assert targets.safest(9e4, 0.0, 100.0) == (9e4, 0.0, 1.0)


def test_aiming_is_averaged_over_where_the_lander_may_come_down(targets: SafeTargetMap) -> None:
    """A Gaussian keeps the mean and smooths the peaks."""
    inner = slice(20, -20)
    assert targets.failure[inner, inner].mean() == pytest.approx(
        float(targets.cell_failure[inner, inner].mean()), rel=0.05
    )
    assert targets.failure.std() < targets.cell_failure.std()
