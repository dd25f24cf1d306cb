"""Camera models: closed forms, and that pixel and ray undo each other."""

import math

import numpy as np
import pytest

from skycrane.core.errors import InputError
from skycrane.optics import FISHEYE, PERSPECTIVE, Cahv, Cahvor, Cahvore, fisheye, pinhole

AXIS = np.array([0.0, 0.0, 1.0])
FOCAL = 600.0
H, V = np.array([FOCAL, 0.0, 511.5]), np.array([0.0, FOCAL, 511.5])
NONE = np.zeros(3)


def pixels(n: int = 9) -> np.ndarray:
    x, y = np.meshgrid(np.linspace(0.0, 1023.0, n), np.linspace(0.0, 1023.0, n))
    return np.stack([x, y], axis=-1)


def test_a_pinhole_images_by_similar_triangles() -> None:
    camera = pinhole(1024, 768, math.radians(90.0))
    seen = camera.pixel(np.array([[1.0, 0.5, 2.0], [0.0, 0.0, 7.0]]))
    np.testing.assert_allclose(seen, [[511.5 + 512.0 * 0.5, 383.5 + 512.0 * 0.25], [511.5, 383.5]], atol=1e-9)


def test_the_edge_of_the_picture_is_half_the_field_of_view_away() -> None:
    _, edge = pinhole(1024, 1024, math.radians(90.0)).ray(np.array([-0.5, 511.5]))
    assert math.degrees(math.acos(edge[2])) == pytest.approx(45.0, abs=1e-6)
    _, edge = fisheye(1024, 1024, math.radians(180.0)).ray(np.array([-0.5, 511.5]))
    assert math.degrees(math.acos(edge[2])) == pytest.approx(90.0, abs=1e-6)


def test_behind_the_camera_there_is_no_pixel() -> None:
    assert np.isnan(pinhole(100, 100, 1.0).pixel(np.array([0.1, 0.2, -3.0]))).all()


def test_an_equidistant_fish_eye_grows_with_the_angle() -> None:
    angles = np.radians([0.0, 10.0, 45.0, 80.0])
    camera = fisheye(1024, 1024, math.radians(180.0))
    seen = camera.pixel_of_direction(np.stack([np.sin(angles), 0 * angles, np.cos(angles)], axis=-1))
    np.testing.assert_allclose(seen[:, 0] - 511.5, 1024.0 / math.pi * angles, atol=1e-6)


def test_cahvor_without_distortion_is_the_pinhole() -> None:
    points = np.random.default_rng(1).uniform([-3, -3, 4], [3, 3, 9], (50, 3))
    flat, plain = Cahv(NONE, AXIS, H, V), Cahvor(NONE, AXIS, H, V, AXIS, NONE)
    np.testing.assert_allclose(plain.pixel(points), flat.pixel(points), atol=1e-9)


def test_cahvore_of_linearity_one_without_distortion_is_the_pinhole() -> None:
    points = np.random.default_rng(2).uniform([-3, -3, 4], [3, 3, 9], (50, 3))
    flat, wide = Cahv(NONE, AXIS, H, V), Cahvore(NONE, AXIS, H, V, AXIS, NONE, NONE, PERSPECTIVE)
    np.testing.assert_allclose(wide.pixel(points), flat.pixel(points), atol=1e-8)


def test_radial_distortion_of_cahvor_is_the_polynomial_of_the_paper() -> None:
    r = np.array([0.01, -0.2, 0.05])
    camera = Cahvor(NONE, AXIS, H, V, AXIS, r)
    x = 0.4
    seen = camera.pixel(np.array([x, 0.0, 1.0]))
    assert seen[0] == pytest.approx(511.5 + FOCAL * x * (1 + r[0] + r[1] * x**2 + r[2] * x**4), abs=1e-9)


@pytest.mark.parametrize(
    "camera",
    [
        Cahvor(np.array([1.0, 2.0, 3.0]), AXIS, H, V, np.array([0.01, -0.02, 0.99975]), np.array([1e-3, -0.05, 0.01])),
        Cahvore(NONE, AXIS, H, V, np.array([0.002, 0.001, 1.0]), np.array([0.0, 0.12, 0.03]), np.array([-0.08, 0.18, -0.11]), FISHEYE),
        Cahvore(NONE, AXIS, H, V, AXIS, np.array([0.0, 0.05, 0.0]), np.array([0.01, 0.0, 0.0]), 0.4),
        Cahvore(NONE, AXIS, H, V, AXIS, np.array([0.0, 0.05, 0.0]), np.array([0.01, 0.0, 0.0]), -0.4),
    ],
    ids=["cahvor", "fish-eye", "between", "beyond"],
)  # fmt: skip
@pytest.mark.parametrize("distance", [0.5, 3000.0])
def test_pixel_and_ray_undo_each_other(camera: Cahv, distance: float) -> None:
    start, direction = camera.ray(pixels())
    np.testing.assert_allclose(np.linalg.norm(direction, axis=-1), 1.0, atol=1e-12)
    np.testing.assert_allclose(camera.pixel(start + distance * direction), pixels(), atol=1e-5)


def test_a_moved_camera_sees_moved_points_in_the_same_pixels() -> None:
    c, s = math.cos(0.3), math.sin(0.3)
    turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    shift = np.array([10.0, -4.0, 2.0])
    camera = Cahvore(np.array([0.1, 0.0, 0.0]), AXIS, H, V, AXIS, np.array([0.0, 0.1, 0.0]), np.array([0.05, 0.0, 0.0]))
    points = np.random.default_rng(3).uniform([-3, -3, 4], [3, 3, 9], (20, 3))
    np.testing.assert_allclose(
        camera.moved(turn, shift).pixel(points @ turn.T + shift), camera.pixel(points), atol=1e-6
    )


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: pinhole(10, 10, math.pi), "field of view"),
        (lambda: pinhole(0, 10, 1.0), "pixel"),
        (lambda: fisheye(10, 10, 7.0), "field of view"),
        (lambda: Cahv(NONE, 2.0 * AXIS, H, V), "unit vector"),
        (lambda: Cahv(NONE, AXIS, H, H), "span space"),
        (lambda: Cahv(np.array([0.0, np.nan, 0.0]), AXIS, H, V), "finite"),
        (lambda: Cahvor(NONE, AXIS, H, V, AXIS, np.array([-1.5, 0.0, 0.0])), "turn the image over"),
        (lambda: Cahvore(NONE, AXIS, H, V, AXIS, NONE, NONE, 3.0), "linearity"),
    ],
)
def test_impossible_optics_are_refused_in_a_sentence(make, word: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=word):
        make()
