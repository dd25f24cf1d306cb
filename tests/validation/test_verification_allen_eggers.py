"""Allen and Eggers: steep entry into an exponential atmosphere without gravity, which has a closed form (NACA TR 1381, 1958)."""

import math
from typing import final

import jax
import numpy as np

jax.config.update("jax_enable_x64", True)

from skycrane.core.component import component  # noqa: E402
from skycrane.core.elementary import Scalar  # noqa: E402
from skycrane.core.vector import Vec3, norm  # noqa: E402
from skycrane.flight.point_mass import PointMassFlight, PointState, Surroundings, fly_point_mass  # noqa: E402
from skycrane.mission.parameters.atmosphere import ExponentialParameters  # noqa: E402
from skycrane.mission.parameters.planet import GasParameters  # noqa: E402
from skycrane.planet.atmosphere.air import Day  # noqa: E402
from skycrane.planet.atmosphere.tables import atmosphere_table  # noqa: E402
from skycrane.planet.planet import Gas, Planet  # noqa: E402
from skycrane.vehicle.point_mass import PointMass  # noqa: E402

BASE_DENSITY, SCALE_HEIGHT, MASS, AREA, DRAG, G0 = 0.0158, 9354.5, 3369.0, 15.904313, 1.68, 9.80665
SPEED, ANGLE, TOP = 5330.0, math.radians(15.5), 125e3
BETA = MASS / (DRAG * AREA)


@final
@component
class FlatPlanet(Planet):
    """A planet without gravity or rotation whose heights are measured from a plane: what Allen and Eggers assume."""

    def height_above_ellipsoid(self, position: Vec3) -> Scalar:
        """Distance from the plane x = R."""
        return position.x - self.equatorial_radius


def fall_to(height: float, step: float) -> PointMassFlight:
    """The flight from 125 km down to a height."""
    gas = GasParameters(gas_constant=191.2, heat_capacity_ratio=1.335, convective_heating_constant=1.9e-4)
    radius = 3396200.0
    planet = FlatPlanet(
        name="flat", gm=0.0, reference_radius=radius, rotation_rate=0.0, equatorial_radius=radius, polar_radius=radius,
        standard_gravity=1.0, gas=Gas(**vars(gas)),
    )  # fmt: skip
    air = ExponentialParameters(base_density=BASE_DENSITY, scale_height=SCALE_HEIGHT)
    around = Surroundings(planet, atmosphere_table(air, planet), Day.of(air))
    vehicle = PointMass(mass=MASS, reference_area=AREA, drag_coefficient=DRAG)
    start = PointState(Vec3(radius + TOP, 0.0, 0.0), Vec3(-SPEED * math.sin(ANGLE), SPEED * math.cos(ANGLE), 0.0))
    return jax.jit(lambda s: fly_point_mass(around, vehicle, s, height, step=step))(start)


def speed_at(height: float) -> float:
    """V(h) = V0 exp(-(rho(h) - rho(125 km)) H / (2 beta sin gamma)): the closed form for an entry that starts at 125 km."""
    air = BASE_DENSITY * (math.exp(-height / SCALE_HEIGHT) - math.exp(-TOP / SCALE_HEIGHT))
    return SPEED * math.exp(-air * SCALE_HEIGHT / (2.0 * BETA * math.sin(ANGLE)))


def test_speed_and_time_at_10_km() -> None:
    flight = fall_to(10e3, 0.02)
    np.testing.assert_allclose(flight.time, 86.793712, rtol=1e-7)
    np.testing.assert_allclose(norm(flight.state.velocity), 2510.117824, rtol=1e-7)


def test_speed_is_the_closed_form_on_the_way_down() -> None:
    for height in (30e3, 5e3):
        np.testing.assert_allclose(norm(fall_to(height, 0.02).state.velocity), speed_at(height), rtol=1e-9)


def test_peak_deceleration() -> None:
    flight = fall_to(5e3, 0.02)
    np.testing.assert_allclose(flight.peak_deceleration / G0, 15.222659, rtol=1e-7)
    height = SCALE_HEIGHT * math.log(BASE_DENSITY * SCALE_HEIGHT / (BETA * math.sin(ANGLE)))
    np.testing.assert_allclose(flight.peak_height, height, rtol=1e-9)
