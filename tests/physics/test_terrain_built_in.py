"""The built-in site: what it is made to be, without seams, the same everywhere."""

import errno
import os
import subprocess
import sys

import numpy as np
import pytest

from skycrane.mission import load_mission
from skycrane.terrain import Terrain, built_in, jezero_like, lattice, open_terrain
from skycrane.terrain.site_frame import site_frame

SMALL = ((8000.0, 400.0), (3000.0, 100.0), (600.0, 25.0), (100.0, 5.0))
#: of `build(SMALL)`; changes when the place changes, and only then
SMALL_DIGEST = "0a5c5784604b2125c0e24f0a875bf41decbe58476dfb2d68a43d6311e771c28e"
WHOLE_DIGEST = "72617ac5effbead3b17d575714f30d0c35faf2b699d2048793c172bb84046ec9"


@pytest.fixture(scope="module")
def terrain() -> Terrain:
    return open_terrain("jezero_like", load_mission("mars2020").parameters.site)


def test_the_floor_lies_where_perseverance_landed(terrain: Terrain) -> None:
    assert terrain.elevation(0.0, 0.0, 1.0) == pytest.approx(-2569.9, abs=0.01)
    around = terrain.elevation(*np.random.default_rng(1).uniform(-1000.0, 1000.0, (2, 2000)), 5.0)
    assert -2590.0 < np.median(around) < -2550.0


def test_there_is_a_rim_in_the_west_and_a_crater_46_km_wide(terrain: Terrain) -> None:
    east = np.arange(-20000.0, 50000.0, 100.0)
    profile = terrain.elevation(east, -2600.0 + 0.0 * east, 100.0)
    west, east_rim = east[profile[:250].argmax()], east[400 + profile[400:].argmax()]
    assert -12500.0 < west < -7500.0
    assert 42000.0 < east_rim - west < 50000.0
    assert profile[:250].max() > -2570.0 + 450.0


def test_the_delta_ends_in_a_scarp_west_of_the_target(terrain: Terrain) -> None:
    """Goudge et al. 2017: the front stands some 50 to 100 m above the floor, about two kilometres from the landing place."""
    east = np.arange(-6000.0, 0.0, 5.0)
    for north in (0.0, 500.0):
        z = terrain.elevation(east, north + 0.0 * east, 5.0)
        drop = z[:-60] - z[60:]  # over 300 m
        steepest = drop.argmax()
        assert 35.0 < drop[steepest] < 120.0
        assert -4000.0 < east[steepest] + 150.0 < -1000.0
        assert terrain.reflectance(east[steepest] - 1500.0, north) > terrain.reflectance(-400.0, north)


def test_it_reaches_over_a_hundred_kilometres_and_ends_there(terrain: Terrain) -> None:
    west, south, east, north = terrain.extent
    assert east - west >= 100e3
    assert north - south >= 100e3
    assert np.isnan(terrain.height(east + 1.0, 0.0))
    assert np.isfinite(terrain.height(east - 1.0, 0.0))


def test_levels_are_as_fine_as_promised(terrain: Terrain) -> None:
    assert terrain.spacing(0.0, 0.0) <= 1.0
    assert (terrain.spacing(np.array([4999.0, -4999.0]), np.array([4999.0, -4999.0])) <= 5.0).all()
    assert np.isinf(terrain.measured_spacing(0.0, 0.0))


@pytest.mark.parametrize("edge", [1000.0, 6000.0, 12000.0])
def test_there_is_no_seam_where_levels_meet(terrain: Terrain, edge: float) -> None:
    """Steps across the edge of a level are no larger than steps elsewhere."""
    spacing = terrain.spacing(edge + 10.0, 0.0)
    east = np.arange(edge - 60.0 * spacing, edge + 30.0 * spacing, 1.0)
    rows = np.arange(-200.0, 200.0, 40.0)
    z = terrain.height(east[None, :], rows[:, None], 0.5)
    steps = np.abs(np.diff(z, axis=1))
    near = np.abs(east[1:] - edge) < 3.0
    assert steps[:, near].max() < 1.5 * np.quantile(steps, 0.999)


def test_finer_reading_only_adds_detail(terrain: Terrain) -> None:
    patch = terrain.patch(0.0, 0.0, 100.0, 0.1)
    coarse = terrain.patch(0.0, 0.0, 100.0, 1.0)
    np.testing.assert_allclose(patch.height[::10, ::10], coarse.height, atol=0.6)
    assert np.std(patch.height[::10, ::10] - coarse.height) < 0.15


def test_a_patch_is_what_loose_points_give(terrain: Terrain) -> None:
    patch = terrain.patch(500.0, -300.0, 20.0, 0.5)
    e, n = np.meshgrid(patch.east, patch.north)
    np.testing.assert_allclose(terrain.height(e.ravel(), n.ravel(), 0.5), patch.height.ravel(), atol=1e-9)
    np.testing.assert_allclose(terrain.reflectance(e.ravel(), n.ravel(), 0.5), patch.reflectance.ravel(), atol=1e-9)


def test_many_grids_at_once_are_what_each_gives(terrain: Terrain) -> None:
    """To the bit: which landings are flown together must not show."""
    steps = np.arange(-12, 13) * 0.4
    east, north = np.array([30.0, 990.0, 4200.0, -2600.0]), np.array([-400.0, 20.0, 5990.0, 300.0])
    e, n = east[:, None, None] + steps, north[:, None, None] + steps[:, None]
    together = terrain.height(e, n, 0.4)
    assert together.shape == (4, 25, 25)
    for k in range(4):
        np.testing.assert_array_equal(together[k], terrain.height(e[k], n[k], 0.4))


def test_normals_are_unit_vectors_square_to_the_ground(terrain: Terrain) -> None:
    e, n = np.random.default_rng(2).uniform(-500.0, 500.0, (2, 50))
    normal = terrain.normal(e, n, 1.0)
    np.testing.assert_allclose(np.linalg.norm(normal, axis=-1), 1.0, atol=1e-12)
    rise = terrain.height(e + 0.5, n, 0.5) - terrain.height(e - 0.5, n, 0.5)
    np.testing.assert_allclose(normal[:, 0] + normal[:, 2] * rise, 0.0, atol=1e-9)


def test_reflectance_and_colour_are_those_of_dust_and_sand(terrain: Terrain) -> None:
    e, n = np.random.default_rng(3).uniform(-3000.0, 3000.0, (2, 500))
    grey, colour = terrain.reflectance(e, n), terrain.colour(e, n)
    assert 0.08 < grey.min() < grey.max() < 0.40
    assert (colour[:, 0] > colour[:, 1]).all()
    assert (colour[:, 1] > colour[:, 2]).all()
    luminance = colour @ np.array([0.2126, 0.7152, 0.0722])
    np.testing.assert_allclose(luminance, grey, rtol=0.03)


def test_the_third_component_in_the_site_frame_is_that_of_the_exact_frame(terrain: Terrain) -> None:
    """up = height - drop, against the full geometry of ellipsoid and areoid: within 1 % of the drop."""
    frame = site_frame(terrain.site)
    e, n = np.array([3000.0, -20000.0, 0.0, 30000.0]), np.array([-4000.0, 0.0, 45000.0, -30000.0])
    height = terrain.height(e, n)
    latitude, longitude = frame.latitude_longitude(e, n, height)
    x, y, up = frame.east_north_up(latitude, longitude, height)
    np.testing.assert_allclose(x, e, atol=1e-4)
    np.testing.assert_allclose(y, n, atol=1e-4)
    drop = terrain.drop(e, n)
    assert (np.abs(terrain.up_site(e, n) - up) < 0.012 * drop).all()
    assert drop[2] > 290.0


def test_nested_grids_hold_the_heights(terrain: Terrain) -> None:
    region, near = terrain.nested_grids(((4000.0, 100.0), (200.0, 2.0)))
    assert region.values.shape == (41, 41)
    assert near.at(np.array(13.0), np.array(-8.0)) == pytest.approx(float(terrain.height(13.0, -8.0, 2.0)), abs=0.05)


def test_the_bytes_do_not_depend_on_the_processor() -> None:
    """Built again by a NumPy that is denied every vector extension, a part of the site has the same bytes, which are pinned."""
    assert built_in.digest(built_in.build(SMALL)) == SMALL_DIGEST
    code = f"from skycrane.terrain import built_in; print(built_in.digest(built_in.build({SMALL})))"
    plain = os.environ | {"NPY_DISABLE_CPU_FEATURES": _features()}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=plain)
    assert done.stdout.strip() == SMALL_DIGEST


def _features() -> str:
    """Every extension that this NumPy would use and can do without."""
    config = np.show_config(mode="dicts")
    found = config.get("SIMD Extensions", {}).get("found", [])
    return ",".join(found)


def test_leaving_out_what_is_far_away_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Valleys, delta and rim are not computed in tiles far from them; computed there, they give the same heights."""
    levels = ((60000.0, 1500.0), (12000.0, 300.0), (6000.0, 100.0), (100.0, 20.0))
    monkeypatch.setattr(lattice, "TILE", 12)
    quick = built_in.build(levels)
    for name in ("VALLEY", "LOBED", "REMNANTS", "FAN_EAST"):
        monkeypatch.setattr(jezero_like, name, 1e9)
    assert built_in.digest(built_in.build(levels)) == built_in.digest(quick)


@pytest.mark.heavy
def test_the_whole_site_has_its_pinned_bytes() -> None:
    assert built_in.digest(built_in.build()) == WHOLE_DIGEST


def test_a_full_disk_leaves_no_half_site_and_costs_time_only(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def full(out, **_):  # type: ignore[no-untyped-def]
        out.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv("SKYCRANE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(built_in, "build", lambda: {"height_0": np.ones((2, 2), np.float32)})
    monkeypatch.setattr(np, "savez", full)
    assert built_in._load_or_build()["height_0"].shape == (2, 2)
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_a_damaged_cache_is_built_anew(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("SKYCRANE_CACHE", str(tmp_path))
    monkeypatch.setattr(built_in, "build", lambda: {"height_0": np.ones((2, 2), np.float32)})
    first = built_in._load_or_build()
    path = next((tmp_path / "terrain").glob("*.npz"))
    path.write_bytes(path.read_bytes()[:50])
    again = built_in._load_or_build()
    np.testing.assert_array_equal(first["height_0"], again["height_0"])
    assert np.load(next((tmp_path / "terrain").glob("*.npz")))["height_0"].shape == (2, 2)
    assert len(list((tmp_path / "terrain").iterdir())) == 1
