"""Maps in GeoTIFF files: projections, datum, units and holes are handled, or refused in one sentence."""

from pathlib import Path

import numpy as np
import pytest
import terrain_maps

from skycrane.core.errors import InputError
from skycrane.terrain import open_terrain
from skycrane.terrain.geotiff import open_raster
from skycrane.terrain.measured import MapFiles, measured_terrain
from skycrane.terrain.site_frame import site_frame

pytest.importorskip("rasterio")
PLACES = np.array([[0.0, 0.0], [700.0, -300.0], [-1500.0, 1200.0]]).T
GNOMONIC = {"proj": "gnom", "lat_0": 18.4, "lon_0": 77.4, "R": 3389500.0, "units": "m", "no_defs": True}
DEGREES = {"proj": "longlat", "R": terrain_maps.MARS, "no_defs": True}
ELLIPSOID = {"proj": "longlat", "a": 3396190.0, "b": 3376200.0, "no_defs": True}


def opened(*models: Path, datum: str = "areoid", units: str | None = None, images: tuple[Path, ...] = ()):  # type: ignore[no-untyped-def]
    files = MapFiles("test", tuple(map(str, models)), tuple(map(str, images)), datum, units)
    return measured_terrain(files, terrain_maps.site())


@pytest.mark.parametrize(
    "proj",
    [terrain_maps.EQC, GNOMONIC, DEGREES, ELLIPSOID],
    ids=["equirectangular", "gnomonic", "degrees", "planetographic degrees"],
)
def test_the_same_hills_are_read_from_every_projection(tmp_path: Path, proj: dict[str, object]) -> None:
    terrain = opened(terrain_maps.write(tmp_path / "a.tif", proj))
    expected = terrain_maps.hills(site_frame(terrain.site), *PLACES)
    np.testing.assert_allclose(terrain.elevation(*PLACES, 20.0), expected, atol=0.05)


@pytest.mark.parametrize(("datum", "offset"), [("ellipsoid", 334.1), ("sphere", -1682.9), ("radius", 3394507.1)])
def test_heights_counted_from_another_datum_are_brought_to_the_areoid(
    tmp_path: Path, datum: str, offset: float
) -> None:
    """Radii at Jezero: areoid 3394507 m (camera SIS), sphere of maps 3396190 m, ellipsoid 3394173 m: the 1.7 km trap."""

    def counted(frame, east, north):  # type: ignore[no-untyped-def]
        latitude, _ = frame.latitude_longitude(east, north)
        areoid = frame.areoid(latitude)
        zero = {"ellipsoid": frame.ellipsoid(latitude), "sphere": terrain_maps.MARS, "radius": 0.0}[datum]
        values = terrain_maps.hills(frame, east, north) + areoid - zero
        middle = values[values.shape[0] // 2, values.shape[1] // 2]
        assert middle - frame.elevation == pytest.approx(offset, abs=0.1)
        return values

    path = terrain_maps.write(tmp_path / "a.tif", heights=counted, dtype="float64")
    terrain = opened(path, datum=datum)
    np.testing.assert_allclose(
        terrain.elevation(*PLACES, 20.0), terrain_maps.hills(site_frame(terrain.site), *PLACES), atol=0.05
    )
    with pytest.raises(InputError, match=f"look like datum '{datum}'"):
        opened(path)


def test_feet_are_converted_when_stated_and_suspected_when_not(tmp_path: Path) -> None:
    feet = lambda frame, e, n: terrain_maps.hills(frame, e, n) / 0.3048  # noqa: E731
    bare = terrain_maps.write(tmp_path / "bare.tif", heights=feet)
    with pytest.raises(InputError, match="look like feet; state --units ft"):
        opened(bare)
    said = terrain_maps.write(tmp_path / "said.tif", heights=feet, units="ft")
    for terrain in (opened(bare, units="ft"), opened(said)):
        np.testing.assert_allclose(
            terrain.elevation(*PLACES, 20.0), terrain_maps.hills(site_frame(terrain.site), *PLACES), atol=0.05
        )


def test_unknown_units_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.tif: its values are in 'furlong'"):
        opened(terrain_maps.write(tmp_path / "a.tif", units="furlong"))


def test_whole_numbers_with_scale_and_offset_are_metres(tmp_path: Path) -> None:
    import rasterio

    path = terrain_maps.write(
        tmp_path / "a.tif", heights=lambda f, e, n: (terrain_maps.hills(f, e, n) + 2600.0) * 10.0, dtype="int16"
    )
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.1,), (-2600.0,)
    np.testing.assert_allclose(
        opened(path).elevation(*PLACES, 20.0), terrain_maps.hills(site_frame(terrain_maps.site()), *PLACES), atol=0.15
    )


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(b"II*\x00 this is no map")
    with pytest.raises(InputError, match=r"a\.tif cannot be read as a GeoTIFF"):
        opened(path)


def test_a_file_cut_short_is_named(tmp_path: Path) -> None:
    path = terrain_maps.write(tmp_path / "a.tif", size=401)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(InputError, match=r"a\.tif (is cut short or damaged|cannot be read)"):
        opened(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file for the terrain model"):
        opened(tmp_path / "none.tif")


def test_without_a_projection_there_is_no_place(tmp_path: Path) -> None:
    import rasterio

    path = tmp_path / "a.tif"
    with rasterio.open(path, "w", driver="GTiff", width=9, height=9, count=1, dtype="float32") as out:
        out.write(np.zeros((9, 9), np.float32), 1)
    with pytest.raises(InputError, match="has no projection"):
        opened(path)


def test_a_map_of_the_earth_is_refused(tmp_path: Path) -> None:
    path = terrain_maps.write(tmp_path / "a.tif", {"proj": "longlat", "a": 6378137.0, "b": 6356752.3, "no_defs": True})
    with pytest.raises(InputError, match=r"belongs to another planet: .*6378\.1 km.*3396\.2 km"):
        opened(path)


def test_a_map_elsewhere_is_refused_with_the_place(tmp_path: Path) -> None:
    import rasterio
    from rasterio.transform import from_origin

    path = tmp_path / "a.tif"
    crs = rasterio.crs.CRS.from_dict(terrain_maps.EQC)
    profile = {
        "driver": "GTiff",
        "width": 50,
        "height": 50,
        "count": 1,
        "dtype": "float32",
        "crs": crs,
        "transform": from_origin(0, 0, 9, 9),
    }
    with rasterio.open(path, "w", **profile) as out:
        out.write(np.zeros((50, 50), np.float32), 1)
    with pytest.raises(InputError, match=r"does not cover the landing site at 18\.4446 N 77\.4509 E"):
        opened(path)


def _with_hole(where: float):  # type: ignore[no-untyped-def]
    def heights(frame, east, north):  # type: ignore[no-untyped-def]
        return np.where(np.hypot(east - where, north) < 200.0, -9999.0, terrain_maps.hills(frame, east, north))

    return heights


def test_no_data_under_the_landing_point_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no data \(nodata\) under the landing point"):
        opened(terrain_maps.write(tmp_path / "a.tif", heights=_with_hole(0.0), nodata=-9999.0))


@pytest.mark.parametrize("fill", [-9999.0, -32768.0, 1e8])
def test_a_hole_that_is_not_declared_is_refused(tmp_path: Path, fill: float) -> None:
    hole = lambda frame, e, n: np.where(n > 1500.0, fill, terrain_maps.hills(frame, e, n))  # noqa: E731
    with pytest.raises(InputError, match=r"a\.tif has .*nodata value"):
        opened(terrain_maps.write(tmp_path / "a.tif", heights=hole))


def test_pixels_damaged_in_the_middle_are_found(tmp_path: Path) -> None:
    path = terrain_maps.write(tmp_path / "a.tif", size=401)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 5000] = np.random.default_rng(0).bytes(5000)
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.tif (has heights from|is cut short or damaged)"):
        open_raster(path, terrain_maps.MARS, "terrain model").check_pixels(heights=True)


def test_a_damaged_block_that_is_read_without_complaint_is_found(tmp_path: Path) -> None:
    """A block of zeros in ground at -2570 m: no number is out of bounds, the cliff around it is."""
    block = lambda frame, e, n: np.where((e > 500.0) & (n > 800.0), 0.0, terrain_maps.hills(frame, e, n))  # noqa: E731
    path = terrain_maps.write(tmp_path / "a.tif", size=401, heights=block)
    with pytest.raises(InputError, match=r"a\.tif has a step of 25.. m between pixels 20 m apart"):
        open_raster(path, terrain_maps.MARS, "terrain model").check_pixels(heights=True)


def test_not_a_number_under_the_landing_point_is_refused(tmp_path: Path) -> None:
    nothing = lambda frame, e, n: np.full(e.shape, np.nan)  # noqa: E731
    with pytest.raises(InputError, match="no data"):
        opened(terrain_maps.write(tmp_path / "a.tif", heights=nothing))


def test_a_hole_elsewhere_is_unknown_ground_or_filled_by_a_coarser_map(tmp_path: Path) -> None:
    fine = terrain_maps.write(tmp_path / "fine.tif", heights=_with_hole(1000.0), nodata=-9999.0)
    assert np.isnan(opened(fine).height(1000.0, 0.0, 20.0))
    coarse = terrain_maps.write(tmp_path / "coarse.tif", spacing=90.0, size=201)
    both = opened(fine, coarse)
    expected = terrain_maps.hills(site_frame(both.site), np.array(1000.0), np.array(0.0))
    assert both.elevation(1000.0, 0.0, 20.0) == pytest.approx(float(expected), abs=1.0)


def test_relief_that_no_landscape_has_is_refused(tmp_path: Path) -> None:
    wild = lambda frame, e, n: frame.elevation + 5000.0 * np.sin(e / 60.0) * np.sin(n / 60.0)  # noqa: E731
    with pytest.raises(InputError, match="median slope"):
        opened(terrain_maps.write(tmp_path / "a.tif", heights=wild))


def test_detail_below_the_data_is_marked_as_synthesised(tmp_path: Path) -> None:
    terrain = opened(terrain_maps.write(tmp_path / "a.tif"))
    assert terrain.measured_spacing(0.0, 0.0) == pytest.approx(20.0, rel=0.06)
    assert np.isinf(terrain.measured_spacing(9e4, 0.0))
    smooth, rough = terrain.patch(0.0, 0.0, 200.0, 20.0), terrain.patch(0.0, 0.0, 200.0, 0.5)
    assert 0.0 < np.std(rough.height[::40, ::40] - smooth.height) < 2.0


def test_coarse_readers_see_the_finest_data(tmp_path: Path) -> None:
    """The flight reads its ground every 5 m: over a 1 m model it is the mean of that model's heights, not a coarser map with made-up
    relief."""
    blocks = lambda frame, e, n: terrain_maps.hills(frame, e, n) + 2.0 * np.sin(e / 7.0) * np.sin(n / 7.0)  # noqa: E731
    fine = terrain_maps.write(tmp_path / "fine.tif", spacing=1.0, size=401, heights=blocks)
    coarse = terrain_maps.write(tmp_path / "coarse.tif", spacing=90.0, size=201)
    terrain = opened(fine, coarse)
    at = np.arange(-90.0, 91.0, 10.0)
    real = blocks(site_frame(terrain.site), at[None, :], at[:, None])
    for spacing in (2.1, 5.0):
        apart = terrain.elevation(at[None, :], at[:, None], spacing) - real
        assert np.sqrt((apart**2).mean()) < 0.2, spacing
    assert terrain.extent[2] - terrain.extent[0] == pytest.approx(200 * 90.0 * np.cos(terrain.site.latitude), rel=0.02)


def test_scarps_a_kilometre_apart_do_not_make_a_plain_rough(tmp_path: Path) -> None:
    """Below a coarse map of a country of scarps the ground is that of a crater floor (roughness 1)."""
    scarps = lambda frame, e, n: frame.elevation + 200.0 * np.tanh(20.0 * np.sin(n / 2000.0))  # noqa: E731
    terrain = opened(terrain_maps.write(tmp_path / "a.tif", spacing=1300.0, size=51, heights=scarps))
    assert float(terrain.trait("roughness", 0.0, 0.0)) == pytest.approx(1.0)


def test_fine_orthoimages_lie_in_coarse_ones_and_end_without_streaks(tmp_path: Path) -> None:
    """A fine image shows where it is, as bright on the whole as the coarse one; beyond both the ground has the typical reflectance."""
    checks = lambda frame, e, n: np.where((e // 20.0 + n // 20.0) % 2 > 0, 90.0, 30.0)  # noqa: E731
    stripes = lambda frame, e, n: np.where(np.sin(n / 50.0) > 0.0, 200.0, 100.0)  # noqa: E731
    fine = terrain_maps.write(tmp_path / "fine.tif", spacing=1.0, size=401, heights=checks, dtype="uint8")
    coarse = terrain_maps.write(tmp_path / "coarse.tif", spacing=15.0, size=201, heights=stripes, dtype="uint8")
    terrain = opened(terrain_maps.write(tmp_path / "a.tif", spacing=90.0, size=201), images=(fine, coarse))
    e = n = np.arange(-90.0, 91.0, 20.0)  # middles of the squares
    seen = terrain.reflectance(e[None, :], n[:, None], 1.0)
    bright = checks(None, e[None, :], n[:, None]) > 50.0
    assert seen[bright].mean() / seen[~bright].mean() == pytest.approx(3.0, rel=0.1)
    wide = terrain.reflectance(np.arange(-600.0, 600.0, 5.0)[None, :], np.arange(-600.0, 600.0, 5.0)[:, None], 5.0)
    assert np.median(wide[100:140, 100:140]) / np.median(wide) == pytest.approx(1.0, rel=0.35)
    far = terrain.reflectance(np.array([[3000.0]]), np.arange(-1400.0, 1400.0, 10.0)[:, None], 10.0)
    assert np.abs(far / 0.16 - 1.0).max() < 0.25, "no image there: its last column does not go on"


def test_an_orthoimage_becomes_reflectance(tmp_path: Path) -> None:
    bright = lambda frame, e, n: np.where(e > 0.0, 180.0, 60.0)  # noqa: E731
    image = terrain_maps.write(tmp_path / "ortho.tif", heights=bright, dtype="uint8")
    terrain = opened(terrain_maps.write(tmp_path / "a.tif"), images=(image,))
    right, left = terrain.reflectance(500.0, 0.0, 20.0), terrain.reflectance(-500.0, 0.0, 20.0)
    assert right / left == pytest.approx(3.0, rel=0.1)


def test_a_file_or_an_unknown_name_can_be_opened_or_is_refused(tmp_path: Path) -> None:
    path = terrain_maps.write(tmp_path / "a.tif")
    assert open_terrain(path, terrain_maps.site()).name == "a"
    with pytest.raises(InputError, match="did you mean 'jezero_like'"):
        open_terrain("jezero_lik", terrain_maps.site())
