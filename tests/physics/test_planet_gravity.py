"""Gravity is the gradient of its potential, and the turning frame tells the same story as the still one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skycrane.core.vector import Vec3, norm
from skycrane.mission.parameters.planet import GasParameters, PlanetParameters
from skycrane.planet import shape
from skycrane.planet.planet import Planet

RADIUS = 3396e3
GAS = GasParameters(gas_constant=191.2, heat_capacity_ratio=1.335, convective_heating_constant=1.9e-4)


def planet(j2: float = 0.0, j3: float = 0.0, j4: float = 0.0, rotation: float = 0.0) -> Planet:
    """Mars, or nearly so."""
    return Planet.of(
        PlanetParameters(
            name="Mars", gm=4.2828e13, reference_radius=RADIUS, j2=j2, j3=j3, j4=j4, rotation_rate=rotation,
            equatorial_radius=3396190.0, polar_radius=3376200.0, standard_gravity=3.71, gas=GAS,
        )
    )  # fmt: skip


latitudes = st.floats(-math.pi / 2, math.pi / 2)
longitudes = st.floats(-math.pi, math.pi)
heights = st.floats(-10e3, 500e3)
small = st.floats(-0.01, 0.01)


@given(latitudes, longitudes, heights, small, small, small)
def test_gravitation_is_the_gradient_of_the_potential(
    latitude: float, longitude: float, height: float, j2: float, j3: float, j4: float
) -> None:
    mars = planet(j2, j3, j4)
    position = shape.position_from_spherical(latitude, longitude, RADIUS + height)
    h = 100.0

    def slope(axis: int) -> float:
        ahead, behind = (Vec3(*(x + s * h * (i == axis) for i, x in enumerate(position))) for s in (1.0, -1.0))
        return (mars.potential(ahead) - mars.potential(behind)) / (2.0 * h)

    np.testing.assert_allclose(mars.gravitation(position), [slope(0), slope(1), slope(2)], atol=3e-8)


def test_potential_of_the_oblate_term_alone() -> None:
    """At the pole P2 = 1, at the equator -1/2: the potential is lower above the pole of an oblate planet."""
    mars, r = planet(j2=2e-3), RADIUS
    assert mars.potential(Vec3(0.0, 0.0, r)) == pytest.approx(4.2828e13 / r * (1.0 - 2e-3))
    assert mars.potential(Vec3(r, 0.0, 0.0)) == pytest.approx(4.2828e13 / r * (1.0 + 1e-3))


@given(longitudes, st.floats(-1e-4, 1e-4), *[st.floats(-6e3, 6e3)] * 3)
def test_frame_acceleration_is_what_a_turning_observer_sees(
    longitude: float, rotation: float, vx: float, vy: float, vz: float
) -> None:
    """A free straight line, seen from the turning frame, differenced twice."""
    mars = planet(rotation=rotation)
    start, velocity = shape.position_from_spherical(0.3, longitude, RADIUS), Vec3(vx, vy, vz)
    inertial = velocity + Vec3(-rotation * start.y, rotation * start.x, 0.0)
    h = 1.0

    def seen(t: float) -> np.ndarray:
        p, a = start + inertial * t, rotation * t
        return np.array([math.cos(a) * p.x + math.sin(a) * p.y, math.cos(a) * p.y - math.sin(a) * p.x, p.z])

    acceleration = (seen(h) - 2.0 * seen(0.0) + seen(-h)) / h**2
    np.testing.assert_allclose(mars.frame_acceleration(start, velocity), acceleration, atol=1e-8)


def test_a_planet_that_turns_once_a_day_weighs_less_at_its_equator() -> None:
    mars = planet(j2=1.9566e-3, rotation=7.088218e-5)
    still = Vec3(0.0, 0.0, 0.0)
    weights = [
        float(norm(mars.fall(shape.position_from_geodetic(math.radians(x), 0.0, 0.0, 3396190.0, 3376200.0), still)))
        for x in (0.0, 18.4, 90.0)
    ]
    assert weights == pytest.approx([3.707, 3.710, 3.735], abs=1e-3)
