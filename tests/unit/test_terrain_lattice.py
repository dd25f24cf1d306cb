"""The surfaces that terrain is read and made with."""

import numpy as np

from skycrane.terrain.chance import cell_hash, uniform
from skycrane.terrain.lattice import b_spline, catmull_rom, in_tiles, noise
from skycrane.terrain.levels import Grid, square, without_holes


def test_the_dice_of_the_map_are_even_and_independent_of_neighbours() -> None:
    u = uniform(cell_hash(np.arange(300)[None, :], np.arange(-200, 200)[:, None], 5))
    counts, _ = np.histogram(u, bins=20, range=(0.0, 1.0))
    assert abs(counts - u.size / 20).max() < 5.0 * np.sqrt(u.size / 20)
    assert abs(np.corrcoef(u[:, 1:].ravel(), u[:, :-1].ravel())[0, 1]) < 0.015
    assert abs(np.corrcoef(u[1:].ravel(), u[:-1].ravel())[0, 1]) < 0.015


def test_weights_add_up_to_one() -> None:
    f = np.linspace(0.0, 1.0, 11)
    for kernel in (catmull_rom, b_spline):
        np.testing.assert_allclose(sum(kernel(f)), 1.0, atol=1e-15)


def test_a_grid_goes_through_its_samples_and_gives_back_a_parabola() -> None:
    east, north = square(50.0, 5.0)
    values = 0.01 * east**2 - 0.02 * north * east + 3.0
    grid = Grid(-50.0, -50.0, 5.0, values)
    e, n = np.random.default_rng(1).uniform(-44.0, 44.0, (2, 200))
    np.testing.assert_allclose(grid.at(e, n), 0.01 * e**2 - 0.02 * n * e + 3.0, atol=1e-10)
    np.testing.assert_allclose(
        grid.at(np.array([-50.0, 50.0]), np.array([50.0, -50.0])), [values[-1, 0], values[0, -1]]
    )


def test_a_grid_read_at_its_samples_gives_them_and_is_what_loose_points_give() -> None:
    values = np.random.default_rng(4).normal(0.0, 100.0, (21, 21)).astype(np.float32)
    grid = Grid(-50.0, -50.0, 5.0, values)
    east, north = square(30.0, 5.0)
    np.testing.assert_array_equal(grid.at(east, north), values[4:17, 4:17])
    e, n = np.meshgrid(east[0], north[:, 0])
    np.testing.assert_array_equal(grid.at(e.ravel(), n.ravel()), values[4:17, 4:17].ravel())


def test_tiles_are_put_together_in_their_places() -> None:
    east, north = square(700.0, 2.0)
    whole = in_tiles(lambda e, n: np.stack([e + 1000.0 * n, e - n], axis=1), east, north)
    np.testing.assert_array_equal(whole, np.stack([east + 1000.0 * north, east - north], axis=1))


def test_noise_has_unit_rms_and_is_the_same_on_a_grid_and_at_loose_points() -> None:
    east, north = square(4000.0, 10.0)
    z = noise(east, north, 40.0, 3)
    assert abs(np.sqrt(np.mean(z**2)) - 1.0) < 0.03
    loose = noise(east[0, :50], np.full(50, north[7, 0]), 40.0, 3)
    np.testing.assert_array_equal(loose, z[7, :50])
    far = noise(np.array([0.0, 1e5]), np.array([0.0, 1e5]), 40.0, 3)  # too few points for a table of cells
    np.testing.assert_array_equal(far[0], z[400, 400])


def test_holes_are_filled_but_marked() -> None:
    values = np.arange(100.0).reshape(10, 10)
    values[4:6, 4:6] = np.nan
    whole = without_holes(Grid(0.0, 0.0, 1.0, values), fade=2.0)
    assert np.isfinite(whole.values).all()
    assert whole.cover is not None
    assert whole.cover[4, 4] == 0.0
    assert whole.cover[0, 0] == 1.0
    assert 0.0 < whole.cover[4, 3] < 1.0
