"""The fast grey picture: geometry of the camera model, light by Lambert's law, shadows as long as the sun is low."""

import math

import numpy as np
import pytest

from skycrane.core.errors import InputError
from skycrane.optics import fisheye, pinhole
from skycrane.terrain.view import Clipmap, DownLook, Lighting
from skycrane.terrain.view.clipmap import _light

DOWN = np.array([[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]])  # picture's right is east, its top north
SIZE, LEVELS = 257, 4


def maps(up, radiance) -> Clipmap:  # type: ignore[no-untyped-def]
    """A clipmap of functions of east and north, spacing 1, 2, 4 and 8 m."""
    steps = (np.arange(SIZE) - 0.5 * (SIZE - 1))[None, :] * 2.0 ** np.arange(LEVELS)[:, None]
    grids = [np.meshgrid(s, s) for s in steps]
    stack = lambda f: np.stack([f(e, n) for e, n in grids]).astype(np.float32)  # noqa: E731
    return Clipmap(0.0, 0.0, 1.0, stack(up), stack(radiance))


def spot(east: float, north: float, width: float):  # type: ignore[no-untyped-def]
    return lambda e, n: np.exp(-((e - east) ** 2 + (n - north) ** 2) / (2.0 * width**2))


@pytest.mark.parametrize("camera", [pinhole(256, 256, math.radians(80.0)), fisheye(256, 256, math.radians(90.0))])
@pytest.mark.parametrize("height", [-20.0, 35.0])
def test_a_mark_on_the_ground_appears_where_the_camera_model_puts_it(camera, height: float) -> None:  # type: ignore[no-untyped-def]
    place = np.array([30.0, -45.0, height])
    picture = DownLook(maps(lambda e, n: height + 0.0 * e, spot(30.0, -45.0, 3.0)), camera, 256, 256).frame(
        [10.0, 5.0, 150.0], DOWN
    )
    expected = camera.pixel(DOWN.T @ (place - [10.0, 5.0, 150.0]))
    y, x = np.mgrid[:256, :256]
    found = np.array([(picture * x).sum(), (picture * y).sum()]) / picture.sum()
    np.testing.assert_allclose(found, expected, atol=0.4)


def test_rays_meet_a_hillside_where_they_should() -> None:
    """Ground rising 0.3 to the east: the ray at 40 degrees to the east meets it where algebra says."""
    camera = pinhole(512, 512, math.radians(90.0))
    picture = DownLook(maps(lambda e, n: 0.3 * e, lambda e, n: e + 500.0 + 0.0 * n), camera, 512, 512).frame(
        [0.0, 0.0, 100.0], DOWN
    )
    u = 255.5 + 256.0 * math.tan(math.radians(40.0))
    slope = (round(u) - 255.5) / 256.0
    assert picture[256, round(u)] - 500.0 == pytest.approx(100.0 * slope / (1.0 + 0.3 * slope), rel=0.02)


def test_attitude_as_quaternion_and_as_matrix_is_the_same() -> None:
    view = DownLook(maps(lambda e, n: 0.0 * e, spot(20.0, 10.0, 8.0)), pinhole(64, 64, 1.2), 64, 64)
    np.testing.assert_array_equal(
        view.frame([0.0, 0.0, 90.0], DOWN), view.frame([0.0, 0.0, 90.0], np.array([0.0, 1.0, 0.0, 0.0]))
    )


def test_above_the_horizon_there_is_sky() -> None:
    view = DownLook(maps(lambda e, n: 0.0 * e, lambda e, n: 1.0 + 0.0 * e), pinhole(64, 64, 1.2), 64, 64, sky=0.25)
    level = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])  # looks north, picture's bottom down
    picture = view.frame([0.0, 0.0, 50.0], level)
    assert (picture[:28] == 0.25).all()
    assert (picture[40:] == 1.0).all()


def test_light_on_a_slope_is_lamberts() -> None:
    sun = Lighting(math.radians(257.4), math.radians(39.5), sky=0.2)
    e, n = np.meshgrid(np.arange(40.0), np.arange(40.0))
    for a, b in ((0.0, 0.0), (0.1, 0.2), (-0.3, 0.05)):
        normal = np.array([-a, -b, 1.0]) / math.sqrt(1.0 + a * a + b * b)
        expected = 0.8 * float(normal @ sun.toward) + 0.2 * 0.5 * (1.0 + normal[2])
        np.testing.assert_allclose(_light(a * e + b * n, 1.0, sun), expected, atol=1e-12)


def test_a_wall_throws_a_shadow_as_long_as_the_sun_is_low() -> None:
    """Sun in the west at 30 degrees: a wall 20 m high has a shadow of 20 / tan 30 = 34.6 m to its east."""
    height = np.zeros((60, 120))
    height[:, 30:33] = 20.0
    light = _light(height, 1.0, Lighting(math.radians(270.0), math.radians(30.0), sky=0.0))
    dark = np.flatnonzero(light[30, 34:] < 0.25)
    assert dark[-1] + 34 - 32 == pytest.approx(34.6, abs=2.5)
    assert light[30, 90] == pytest.approx(0.5, abs=1e-9)
    assert light[30, 10] == pytest.approx(0.5, abs=1e-9)


def test_a_detector_without_pixels_is_refused() -> None:
    with pytest.raises(InputError, match="at least one pixel"):
        DownLook(maps(lambda e, n: 0.0 * e, lambda e, n: 0.0 * e), pinhole(4, 4, 1.0), 0, 4)
