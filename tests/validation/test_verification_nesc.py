"""NASA's check cases for 6-DoF simulators, on Earth: NASA/TM-2015-218675 (Jackson and others), cases 1 to 6.

The figures are medians of six simulators, the tolerances their full spread; cases 1 and 2 are exact to the digits given. They are
flown through the planet, the rigid-body equations and the integrator that land on Mars.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import jax
import numpy as np
import pytest
from jax import lax
from jax import numpy as jnp

jax.config.update("jax_enable_x64", True)

from skycrane.core import attitude  # noqa: E402
from skycrane.core.elementary import Scalar  # noqa: E402
from skycrane.core.vector import Vec3, cross, norm, zero  # noqa: E402
from skycrane.flight.integrator import rk4  # noqa: E402
from skycrane.flight.point_mass import Surroundings, air_at  # noqa: E402
from skycrane.flight.rigid_body import RigidState, rates  # noqa: E402
from skycrane.mission.parameters.atmosphere import StandardAtmosphere1976Parameters  # noqa: E402
from skycrane.mission.parameters.planet import GasParameters, PlanetParameters  # noqa: E402
from skycrane.planet import shape  # noqa: E402
from skycrane.planet.atmosphere.air import Day  # noqa: E402
from skycrane.planet.atmosphere.tables import atmosphere_table  # noqa: E402
from skycrane.planet.planet import Planet  # noqa: E402
from skycrane.vehicle.mass import diagonal  # noqa: E402
from skycrane.vehicle.point_mass import PointMass  # noqa: E402

FOOT, SLUG, POUND = 0.3048, 14.59390293720636, 4.4482216152605
SLUG_FOOT2 = SLUG * FOOT**2
STEP = 0.01

Moment = Callable[[Scalar, Scalar, Vec3], Vec3]


class Body(NamedTuple):
    """A test body: mass [kg], principal inertia [kg m^2], drag area [m^2], initial rates [rad/s] and damping moment."""

    mass: float
    inertia: Vec3
    drag_area: float
    rates: Vec3 = zero()
    moment: Moment = lambda density, speed, w: w * 0.0


def sphere(drag: float) -> Body:
    """One slug."""
    return Body(SLUG, Vec3(3.6, 3.6, 3.6) * SLUG_FOOT2, drag * 0.1963495 * FOOT**2)


def brick(damping: float) -> Body:
    """The tumbling brick; damping is Clp = Cmq = Cnr."""
    area, span, chord = 0.22222 * FOOT**2, FOOT / 3.0, FOOT * 2.0 / 3.0

    def moment(density: Scalar, speed: Scalar, w: Vec3) -> Vec3:
        k = 0.25 * damping * density * speed * area  # q S C (w l / 2V) l
        return Vec3(k * span**2 * w.x, k * chord**2 * w.y, k * span**2 * w.z)

    inertia = Vec3(0.001894220, 0.006211019, 0.007194665) * SLUG_FOOT2
    return Body(0.155404754 * SLUG, inertia, 0.0, Vec3(*map(math.radians, (10.0, 20.0, 30.0))), moment)


def earth(round_radius: float | None = None, rotating: bool = True) -> Surroundings:
    """Ellipsoid with J2, or a round Earth without it, in the US 1976 atmosphere."""
    radius = round_radius or 6378137.0
    parameters = PlanetParameters(
        name="Earth",
        gm=14076443110000000.0 * FOOT**3 if round_radius else 3.986004418e14,
        reference_radius=radius,
        j2=0.0 if round_radius else 0.00108262982,
        rotation_rate=math.radians(0.004178073) if rotating else 0.0,
        equatorial_radius=radius,
        polar_radius=radius if round_radius else radius * (1.0 - 1.0 / 298.257223563),
        standard_gravity=9.80665,
        gas=GasParameters(gas_constant=287.05287, heat_capacity_ratio=1.4, convective_heating_constant=1.7e-4),
    )
    air = StandardAtmosphere1976Parameters()
    return Surroundings(Planet.of(parameters), atmosphere_table(air, parameters), Day.of(air))


def drop(around: Surroundings, body: Body, seconds: float) -> dict[str, float]:
    """Let a body go at 30 000 ft over 0 N, 0 E with its nose north, and tell how it is after a time; feet, seconds, degrees."""
    planet = around.planet
    position = Vec3(planet.equatorial_radius + 30000.0 * FOOT, 0.0, 0.0)
    north, east, down = Vec3(0.0, 0.0, 1.0), Vec3(0.0, 1.0, 0.0), Vec3(-1.0, 0.0, 0.0)
    spin = Vec3(planet.rotation_rate, 0.0, 0.0)  # the planet's rotation in body axes, x north: still relative to Earth
    still = body.drag_area > 0.0 or body.rates == zero()
    start = RigidState(position, zero(), attitude.from_axes(north, east, down), spin if still else body.rates)
    inertia = diagonal(body.inertia)
    point = PointMass.ballistic(body.mass, body.drag_area)

    def slope(state: RigidState) -> RigidState:
        air = air_at(around, state.position)
        up = shape.east_north_up(state.position).cz
        pull = point.aerodynamic_acceleration(air.density, state.velocity, up, 0.0) * body.mass
        force = attitude.matrix(state.attitude).undo(pull)
        torque = body.moment(air.density, norm(state.velocity), state.angular_rate)
        return rates(planet, state, force, torque, body.mass, inertia, inertia.inverse())

    end = jax.jit(lambda s: lax.fori_loop(0, round(seconds / STEP), lambda _, x: rk4(slope, x, jnp.asarray(STEP)), s))(
        jax.tree.map(lambda x: jnp.asarray(x, float), start)
    )
    local = shape.east_north_up_geodetic(end.position, planet.equatorial_radius, planet.polar_radius).undo(end.velocity)
    air = air_at(around, end.position)
    speed = norm(end.velocity)
    pressure = 0.5 * air.density * speed**2
    return {
        "altitude": planet.height_above_ellipsoid(end.position) / FOOT,
        "longitude": math.degrees(shape.latitude_longitude(end.position)[1]),
        "v_east": local.x / FOOT,
        "v_down": -local.z / FOOT,
        "gravity": norm(planet.gravitation(end.position)) / FOOT,
        "dynamic_pressure": pressure / (POUND / FOOT**2),
        "mach": speed / air.speed_of_sound,
        "drag": -pressure * body.drag_area / POUND,
        "p": math.degrees(end.angular_rate.x),
        "q": math.degrees(end.angular_rate.y),
        "r": math.degrees(end.angular_rate.z),
    }


def agree(flown: dict[str, float], **expected: tuple[float, float]) -> None:
    """Each (value, spread) is met."""
    outside = {key: (flown[key], *pair) for key, pair in expected.items() if not abs(flown[key] - pair[0]) <= pair[1]}
    assert not outside, outside


def exact(value: float) -> tuple[float, float]:
    """A value that is right to 1e-8."""
    return value, 1e-8 * abs(value)


def printed(value: float, digits: float) -> tuple[float, float]:
    """A value right to one unit of its last printed digit."""
    return value, digits


def test_case_1_dragless_sphere() -> None:
    agree(
        drop(earth(), sphere(0.0), 10.0),
        altitude=exact(28400.204073),
        longitude=printed(2.1265413e-6, 2e-11),
        v_east=(0.23332682, 2e-4),
        v_down=(319.96733, 2e-5),
        gravity=printed(32.111447, 1e-6),
    )
    agree(
        drop(earth(), sphere(0.0), 30.0),
        altitude=exact(15598.904352),
        longitude=printed(5.745522e-5, 6e-10),
        v_east=(2.1010111, 7e-4),
        v_down=(960.29306, 1.5e-4),
        gravity=printed(32.150781, 1e-6),
    )


@pytest.mark.parametrize(
    ("seconds", "altitude", "turning"),
    [
        (10.0, 28400.204073, (-2.41890222, -23.55256952, 28.12859263)),
        (30.0, 15598.904352, (12.61839078, -17.39747476, 31.11958889)),
    ],
)
def test_case_2_tumbling_brick(seconds: float, altitude: float, turning: tuple[float, float, float]) -> None:
    rolled, pitched, yawed = turning
    agree(
        drop(earth(), brick(0.0), seconds), altitude=exact(altitude), p=exact(rolled), q=exact(pitched), r=exact(yawed)
    )


def test_case_3_damped_brick() -> None:
    flown = drop(earth(), brick(-1.0), 10.0)
    agree(flown, altitude=exact(28400.204073), p=(-0.11967, 5e-3), q=(-0.044972, 2e-3), r=(8.42554, 1.4e-2))


def test_case_4_sphere_over_a_round_earth_that_does_not_turn() -> None:
    flown = drop(earth(20902255.199 * FOOT, rotating=False), sphere(0.1), 30.0)
    agree(flown, altitude=(16231.307, 0.011), v_down=(867.1048, 1.3e-3), dynamic_pressure=(540.2427, 2e-3))
    agree(flown, longitude=(0.0, 1e-15), v_east=(0.0, 1e-12))


def test_case_5_sphere_over_a_round_turning_earth() -> None:
    agree(
        drop(earth(20902255.199 * FOOT), sphere(0.1), 30.0),
        altitude=(16276.386, 0.011),
        longitude=printed(5.3469948e-5, 6e-9),
        v_east=(1.8438964, 3e-3),
        v_down=(864.4800, 1.3e-3),
        dynamic_pressure=(536.1839, 2e-3),
    )


def test_case_6_sphere_over_the_ellipsoid() -> None:
    agree(
        drop(earth(), sphere(0.1), 30.0),
        altitude=(16284.445, 0.011),
        longitude=printed(5.3379791e-5, 6e-9),
        v_east=(1.8429289, 9e-4),
        v_down=(864.0102, 0.14),
        mach=(0.82119092, 2e-5),
        drag=(-10.513721, 2e-4),
    )


def test_the_axes_of_the_start_are_right_handed() -> None:
    north, east, down = Vec3(0.0, 0.0, 1.0), Vec3(0.0, 1.0, 0.0), Vec3(-1.0, 0.0, 0.0)
    np.testing.assert_allclose(cross(north, east), down)
