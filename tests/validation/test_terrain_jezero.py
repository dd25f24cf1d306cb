"""Real Jezero: heights against the rover's own localisation, and a real descent picture drawn again from maps and camera model.

Data: Mars 2020 HiRISE terrain model extract, CTX orthoimage, MOLA relief, rover localisations, lander-vision frame 19 with the CAHVORE
model and pose of its PDS label (SOURCE.md of each folder of the reference data).
"""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from skycrane.mission import load_mission
from skycrane.optics import FISHEYE, Cahvore
from skycrane.terrain import Terrain, open_terrain
from skycrane.terrain.measured import MapFiles, measured_terrain
from skycrane.terrain.site_frame import site_frame
from skycrane.terrain.view import DownLook, clipmap

Find = Callable[[str], Path]
MODELS = (
    "data/jezero_landing_hirise/landing_hirise_dtm_1m.tif",
    "data/jezero_regional_mola/jezero_mola16_64km.tif",
)
IMAGES = ("data/jezero_ctx_ortho/jezero_ctx_ortho_15p6m.tif",)


@pytest.fixture(scope="module")
def jezero(reference_data: Find) -> Terrain:
    pytest.importorskip("rasterio")
    files = MapFiles(
        "jezero", *(tuple(str(reference_data(name)) for name in names) for names in (MODELS, IMAGES)), "areoid"
    )  # type: ignore[arg-type]
    return measured_terrain(files, load_mission("mars2020").parameters.site)


def test_the_ground_under_the_rover_is_where_the_rover_says(jezero: Terrain, reference_data: Find) -> None:
    """At every localised stop of the rover inside the 1 m model: within 1 m; at the landing point within 0.1 m."""
    rows = list(csv.DictReader(reference_data("data/m2020_traverse/m2020_waypoints_localized.csv").open()))
    latitude, longitude = (np.radians([float(row[key]) for row in rows]) for key in ("lat", "lon"))
    rover = np.array([float(row["elev_geoid"]) for row in rows])
    east, north, _ = site_frame(jezero.site).east_north_up(latitude, longitude)
    inside = jezero.measured_spacing(east, north) < 2.0
    inside &= (np.abs(east) < 130.0) & (np.abs(north) < 130.0)  # clear of the edge, where the model fades into MOLA
    assert inside.sum() >= 5
    error = jezero.elevation(east[inside], north[inside], 1.0) - rover[inside]
    assert np.abs(error).max() < 1.0
    assert abs(float(jezero.elevation(0.0, 0.0, 1.0)) + 2569.91) < 0.1


def test_the_region_is_molas(jezero: Terrain) -> None:
    """West rim above -2000 m, floor in the east below -2600 m (MOLA gridded record)."""
    assert jezero.elevation(-13000.0, 0.0, 1000.0) > -2100.0
    assert -2720.0 < jezero.elevation(9000.0, -4000.0, 1000.0) < -2590.0


def test_built_in_ground_is_as_rough_as_the_real_one(reference_data: Find) -> None:
    """Rms height differences over 1 to 64 m of the built-in site are within a factor of 1.6 of the real landing place's."""
    import rasterio

    with rasterio.open(reference_data("data/jezero_landing_hirise/landing_hirise_dtm_1m.tif")) as file:
        real = file.read(1).astype(float)
    built = open_terrain("jezero_like", load_mission("mars2020").parameters.site).patch(0.0, 0.0, 450.0, 1.0).height
    for lag in (1, 2, 4, 8, 16, 32, 64):
        a, b = (np.sqrt(0.5 * ((z[lag:] - z[:-lag]).var() + (z[:, lag:] - z[:, :-lag]).var())) for z in (built, real))
        assert 1 / 1.6 < a / b < 1.6, f"lag {lag} m: built {a:.3f} m, real {b:.3f} m"


BASELINES = (1, 2, 5, 10, 20)  # [m]


def _slopes(z: np.ndarray) -> np.ndarray:
    """Rms slope, east-west and north-south together, over `BASELINES` of heights 1 m apart."""
    rise = [((z[:, k:] - z[:, :-k]) / k, (z[k:] - z[:-k]) / k) for k in BASELINES]
    return np.array([np.sqrt(0.5 * ((a**2).mean() + (b**2).mean())) for a, b in rise])


def _bends(z: np.ndarray, lags: tuple[int, ...]) -> np.ndarray:
    """Rms distance [m] of the ground from the middle of a straight line with ends so far on both sides."""
    across = [z[:, : -2 * k] + z[:, 2 * k :] - 2.0 * z[:, k:-k] for k in lags]
    along = [z[: -2 * k] + z[2 * k :] - 2.0 * z[k:-k] for k in lags]
    return np.array([0.5 * np.sqrt(0.5 * ((a**2).mean() + (b**2).mean())) for a, b in zip(across, along, strict=True)])


def _between_samples(z: np.ndarray) -> np.ndarray:
    """Distance [m] of heights 1 m apart from every fifth of them, joined bilinearly; all 25 ways to begin."""
    from scipy.interpolate import RegularGridInterpolator

    left = []
    for j in range(5):
        for i in range(5):
            n, e = np.arange(j, z.shape[0], 5), np.arange(i, z.shape[1], 5)
            every = RegularGridInterpolator((n, e), z[j::5, i::5])
            y, x = np.mgrid[n[0] : n[-1] + 1, e[0] : e[-1] + 1]
            left.append((z[n[0] : n[-1] + 1, e[0] : e[-1] + 1] - every((y, x))).ravel())
    return np.concatenate(left)


def test_slopes_and_what_lies_between_samples_are_those_of_the_real_landing_place(reference_data: Find) -> None:
    """At the target, and as the median of 24 places of the crater floor over the ellipse: rms slopes over 1 to 20 m within a factor of
    1.35; bends over 5 to 20 m, and the ground between samples 5 m apart (rms and 99 %), within 1.6. Bends over 1 and 2 m are left out:
    matching of stereo pictures has smoothed them out of the real model."""
    import rasterio

    with rasterio.open(reference_data("data/jezero_landing_hirise/landing_hirise_dtm_1m.tif")) as file:
        read = file.read(1).astype(float)
    column = np.arange(read.shape[1]) * 0.9486 * 451.1 / 452  # [m]: a degree of longitude is shorter at 18.44 N
    real = np.stack([np.interp(np.arange(0.0, column[-1]), column, row) for row in read])
    terrain = open_terrain("jezero_like", load_mission("mars2020").parameters.site)
    floor = [
        p for p in np.random.default_rng(4).uniform(-3500.0, 3500.0, (60, 2)) if terrain.trait("roughness", *p) < 1.0
    ][:24]
    assert len(floor) == 24

    def figures(z: np.ndarray, between: bool) -> np.ndarray:
        gap = np.abs(_between_samples(z)) if between else np.ones(1)
        few = [np.sqrt((gap**2).mean()), np.quantile(gap, 0.99)]
        return np.concatenate([_slopes(z), _bends(z, (5, 10, 20)), few])

    band = np.array([1.35] * 5 + [1.6] * 5)
    wanted = figures(real, True)
    target = figures(terrain.heights(0.0, 0.0, 450.0, 1.0).values, True) / wanted
    assert ((target < band) & (target > 1.0 / band)).all(), target
    over = np.median([figures(terrain.heights(e, n, 200.0, 1.0).values, True) for e, n in floor], axis=0) / wanted
    assert ((over < band) & (over > 1.0 / band)).all(), over


def _frame_19(reference_data: Find) -> Cahvore:
    model = json.loads(reference_data("data/m2020_lcam_frames/lcam_camera_model.json").read_text())
    v = {key: np.array(model["frame19"][key]) for key in "CAHVO"}
    return Cahvore(v["C"], v["A"], v["H"], v["V"], v["O"], np.array(model["R"]), np.array(model["E"]), FISHEYE)


def test_the_published_camera_has_its_published_focal_length_and_field(reference_data: Find) -> None:
    model = json.loads(reference_data("data/m2020_lcam_frames/lcam_camera_model.json").read_text())
    camera = _frame_19(reference_data)
    assert camera.focal_lengths == pytest.approx((model["hs"], model["vs"]), abs=2e-3)
    assert camera.principal_point == pytest.approx((model["hc"], model["vc"]), abs=2e-3)
    _, edge = camera.ray(np.array([[-0.5, 525.8], [1023.5, 525.8]]))
    assert np.degrees(np.arccos(edge[0] @ edge[1])) == pytest.approx(90.0, abs=1.0)  # Maki et al. 2020: 90 degrees
    pixels = np.stack(np.meshgrid(np.linspace(0, 1023, 17), np.linspace(0, 1023, 17)), axis=-1)
    start, direction = camera.ray(pixels)
    np.testing.assert_allclose(camera.pixel(start + 5000.0 * direction), pixels, atol=1e-6)


def test_a_real_descent_picture_is_where_the_maps_say(jezero: Terrain, reference_data: Find) -> None:
    """Frame 19, 5.8 km up: the CTX map drawn through its CAHVORE model at its pose lies within 2.5 pixels of 1024 (23 m on the ground, the
    map's own accuracy is 15 to 20 m). A pinhole would move the edges by 600 (tan 45 - pi/4) = 129 pixels, a datum wrong by 1.7 km
    by more."""
    frame = site_frame(jezero.site)
    origin, axes = frame._frame()
    turn = np.array([[float(x) for x in axis] for axis in (axes.cx, axes.cy, axes.cz)])
    camera = _frame_19(reference_data)
    eye = turn @ (camera.c - np.array([float(x) for x in origin]))
    own = camera.moved(np.eye(3), -camera.c)
    maps = clipmap(jezero, None, float(eye[0]), float(eye[1]), finest=8.0, levels=4, size=1536)
    drawn = DownLook(maps, own, 1024, 1024).frame(eye, turn)
    offsets, likeness = _offsets(_photograph(reference_data("data/m2020_lcam_frames/lcam_19_15_51_38.jpg")), drawn)
    assert (likeness > 0.5).mean() > 0.9
    good = offsets[likeness > 0.5]
    assert np.abs(np.median(good, axis=0)).max() <= 2.5
    assert (np.hypot(*good.T) < 6.0).mean() > 0.9


def _photograph(path: Path) -> np.ndarray:
    from matplotlib import image
    from scipy.ndimage import zoom

    picture = image.imread(path).astype(float)
    grey = picture.mean(axis=-1) if picture.ndim == 3 else picture
    return zoom(grey, 1024 / grey.shape[0], order=1, grid_mode=True, mode="nearest")


def _offsets(real: np.ndarray, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shift (columns, rows) of 128-pixel patches of the drawn picture against the real one, and their normalised correlation."""
    from scipy.ndimage import gaussian_filter
    from scipy.signal import fftconvolve

    flat = lambda a: (b := gaussian_filter(a.astype(float), 1.5)) - gaussian_filter(b, 20.0)  # noqa: E731
    a, b = flat(real), flat(drawn)
    half, search, shifts, peaks = 64, 24, [], []
    for row in range(150, 900, 150):
        for column in range(150, 900, 150):
            patch = a[row - half : row + half, column - half : column + half]
            patch = patch - patch.mean()
            reach = half + search
            window = b[row - reach : row + reach, column - reach : column + reach]
            ones = np.ones_like(patch)
            spread = fftconvolve(window**2, ones, "valid") - fftconvolve(window, ones, "valid") ** 2 / patch.size
            likeness = fftconvolve(window, patch[::-1, ::-1], "valid") / np.sqrt(spread * np.sum(patch**2))
            j, i = np.unravel_index(likeness.argmax(), likeness.shape)
            shifts.append((i - search, j - search))
            peaks.append(likeness.max())
    return np.array(shifts), np.array(peaks)


@pytest.mark.heavy
def test_a_landing_over_the_real_ground_comes_to_rest_on_it(
    jezero: Terrain, reference_data: Find, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole flight over HiRISE, MOLA and CTX; its wheels stand at the elevation that a finer MOLA file, not flown over, has there."""
    import rasterio
    import rasterio.warp

    import skycrane as sc
    from skycrane.terrain import library

    monkeypatch.setenv("SKYCRANE_DATA", str(tmp_path))
    models, images = (tuple(str(reference_data(name)) for name in names) for names in (MODELS, IMAGES))
    library.add(MapFiles("real", models, images, "areoid"))
    flight = sc.fly(load_mission("mars2020").with_changes({"site.terrain": "real"}))
    assert flight.outcome["outcome"] == "landed"
    rover = flight.channels["rover_position_site"].dropna("time", how="all").values[-1]
    wheels = rover[2] - 1.0 + float(jezero.drop(rover[0], rover[1])) + jezero.site.elevation
    with rasterio.open(reference_data("data/jezero_regional_mola/jezero_mola16_16km.tif")) as mola:
        at = [[flight.outcome["touchdown"][key]] for key in ("longitude_deg", "latitude_deg")]
        x, y = rasterio.warp.transform({"proj": "longlat", "R": 3386937, "no_defs": True}, mola.crs, *at)
        found = float(next(mola.sample([(x[0], y[0])]))[0])
    assert wheels == pytest.approx(found, abs=15.0)
