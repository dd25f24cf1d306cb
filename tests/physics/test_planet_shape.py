"""Places on the ellipsoid go round: geodetic to Cartesian and back, and the local axes are right-handed and orthogonal."""

import math

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

jax.config.update("jax_enable_x64", True)

from skycrane.core.vector import Vec3, cross, dot, norm  # noqa: E402
from skycrane.planet import shape  # noqa: E402

ELLIPSOIDS = {"Mars": (3396190.0, 3376200.0), "Earth": (6378137.0, 6356752.314245), "sphere": (3396200.0, 3396200.0)}
latitudes = st.floats(-math.pi / 2, math.pi / 2)
longitudes = st.floats(-math.pi, math.pi)
heights = st.floats(-20e3, 300e3)


@pytest.mark.parametrize("name", ELLIPSOIDS)
@given(latitude=latitudes, longitude=longitudes, height=heights)
def test_geodetic_round_trip(name: str, latitude: float, longitude: float, height: float) -> None:
    a, b = ELLIPSOIDS[name]
    position = shape.position_from_geodetic(latitude, longitude, height, a, b)
    assert shape.height_above_ellipsoid(position, a, b) == pytest.approx(height, abs=1e-3)
    assert shape.geodetic_latitude(position, a, b) == pytest.approx(latitude, abs=1e-9)
    normal = shape.ellipsoid_normal(position, a, b)
    c = math.cos(latitude)
    np.testing.assert_allclose(
        normal, [c * math.cos(longitude), c * math.sin(longitude), math.sin(latitude)], atol=1e-8
    )


@given(latitudes, longitudes, st.floats(1e5, 1e8))
def test_spherical_round_trip(latitude: float, longitude: float, radius: float) -> None:
    position = shape.position_from_spherical(latitude, longitude, radius)
    back = shape.position_from_spherical(*shape.latitude_longitude(position), norm(position))
    np.testing.assert_allclose(back, position, atol=1e-8 * radius)


@given(latitudes)
def test_height_is_zero_on_the_ellipsoid(latitude: float) -> None:
    a, b = ELLIPSOIDS["Mars"]
    position = shape.position_from_spherical(latitude, 1.0, shape.ellipsoid_radius(latitude, a, b))
    assert shape.height_above_ellipsoid(position, a, b) == pytest.approx(0.0, abs=1e-6)


@given(st.floats(-1.57, 1.57), longitudes, heights)
def test_local_axes_are_orthogonal_and_right_handed(latitude: float, longitude: float, height: float) -> None:
    a, b = ELLIPSOIDS["Mars"]
    position = shape.position_from_spherical(latitude, longitude, a + height)
    for axes in (shape.east_north_up(position), shape.east_north_up_geodetic(position, a, b)):
        np.testing.assert_allclose(cross(axes.cx, axes.cy), axes.cz, atol=1e-9)
        np.testing.assert_allclose([norm(axes.cx), norm(axes.cy), dot(axes.cx, axes.cz)], [1.0, 1.0, 0.0], atol=1e-9)
        assert axes.cy.z >= 0.0, "north points north"
        assert axes.cx.z == 0.0, "east is level"


def test_numpy_and_jax_agree() -> None:
    a, b = ELLIPSOIDS["Earth"]
    places = [(0.3, -2.0, 12e3), (-1.2, 0.5, -400.0), (1.5, 3.1, 250e3)]
    for place in places:
        plain = shape.position_from_geodetic(*place, a, b)
        traced = jax.jit(lambda *x: shape.position_from_geodetic(*x, a, b))(*map(jax.numpy.asarray, place))
        np.testing.assert_allclose(traced, plain, rtol=0.0, atol=3e-9)
        height = jax.jit(lambda p: shape.height_above_ellipsoid(p, a, b))(Vec3(*map(jax.numpy.asarray, plain)))
        assert height == pytest.approx(place[2], abs=1e-3)
