"""What a point mass may not gain or lose, and how fast the integrator gets there."""

import math

import jax
import numpy as np
import pytest
from jax import lax
from jax import numpy as jnp

jax.config.update("jax_enable_x64", True)

from skycrane.core.vector import Vec3, cross, dot, norm  # noqa: E402
from skycrane.flight.integrator import rk4  # noqa: E402
from skycrane.flight.point_mass import PointState, Surroundings, rates, state_from_angles  # noqa: E402
from skycrane.mission.parameters.atmosphere import ExponentialParameters  # noqa: E402
from skycrane.mission.parameters.planet import GasParameters, PlanetParameters  # noqa: E402
from skycrane.planet.atmosphere.air import Day  # noqa: E402
from skycrane.planet.atmosphere.tables import atmosphere_table  # noqa: E402
from skycrane.planet.planet import Planet  # noqa: E402
from skycrane.vehicle.point_mass import PointMass  # noqa: E402

OMEGA = 7.088218e-5


def world(density: float = 1e-30, rotation: float = OMEGA) -> Surroundings:
    """Oblate turning Mars, with air or nearly without."""
    gas = GasParameters(gas_constant=191.2, heat_capacity_ratio=1.335, convective_heating_constant=1.9e-4)
    planet = PlanetParameters(
        name="Mars", gm=4.282837581e13, reference_radius=3396e3, j2=1.956609e-3, j3=3.145e-5, j4=-1.538e-5,
        rotation_rate=rotation, equatorial_radius=3396190.0, polar_radius=3376200.0, standard_gravity=3.71, gas=gas,
    )  # fmt: skip
    air = ExponentialParameters(base_density=density, scale_height=9354.5)
    return Surroundings(Planet.of(planet), atmosphere_table(air, planet), Day.of(air))


def entry(path_angle: float = -15.5, speed: float = 5330.0) -> PointState:
    """An entry state over 20 N."""
    latitude, longitude, gamma, azimuth = map(math.radians, (20.0, 67.0, path_angle, 100.0))
    start = state_from_angles(latitude, longitude, 3522.2e3, speed, gamma, azimuth)
    return jax.tree.map(lambda x: jnp.asarray(x, float), start)


def propagate(around: Surroundings, vehicle: PointMass, start: PointState, seconds: float, step: float) -> PointState:
    """Fixed steps for a time."""
    slope = lambda s: rates(around, vehicle, s, vehicle.bank(0.0))  # noqa: E731
    count = round(seconds / step)
    return jax.jit(lambda s: lax.fori_loop(0, count, lambda _, x: rk4(slope, x, jnp.asarray(step)), s))(start)


def inertial(around: Surroundings, state: PointState) -> Vec3:
    """Inertial velocity, along the axes of the turning frame."""
    w = around.planet.rotation_rate
    return state.velocity + Vec3(-w * state.position.y, w * state.position.x, 0.0)


def test_energy_in_the_turning_frame_is_kept_without_air() -> None:
    around, start = world(), entry(-2.0, 3600.0)
    end = propagate(around, PointMass.ballistic(1000.0, 0.0), start, 3000.0, 1.0)
    before, after = (around.planet.jacobi_energy(*state) for state in (start, end))
    assert norm(end.position - start.position) > 1e6
    assert float(after) == pytest.approx(float(before), rel=3e-12)


def test_angular_momentum_about_the_pole_is_kept_without_air() -> None:
    around, start = world(), entry(-2.0, 3600.0)
    end = propagate(around, PointMass.ballistic(1000.0, 0.0), start, 3000.0, 1.0)
    before, after = (cross(s.position, inertial(around, s)).z for s in (start, end))
    assert float(after) == pytest.approx(float(before), rel=3e-12)


def test_drag_takes_exactly_the_energy_that_it_works_off() -> None:
    """The integral of drag times speed, flown beside the entry, is the loss of energy."""
    around, vehicle, start = world(0.0158), PointMass.ballistic(3369.0, 1.68 * 15.9), entry()

    def slope(pair: tuple[PointState, jax.Array]) -> tuple[PointState, jax.Array]:
        state, _ = pair
        full, free = rates(around, vehicle, state, 0.0), around.planet.fall(*state)
        drag = full.velocity - free
        return full, drag.x * state.velocity.x + drag.y * state.velocity.y + drag.z * state.velocity.z

    step = jnp.asarray(0.05)
    end, work = jax.jit(lambda s: lax.fori_loop(0, 2000, lambda _, x: rk4(slope, x, step), s))(
        (start, jnp.asarray(0.0))
    )
    change = around.planet.jacobi_energy(*end) - around.planet.jacobi_energy(*start)
    assert change < -1e7
    assert float(work) == pytest.approx(float(change), rel=1e-9)


def test_lift_does_no_work() -> None:
    """With as much lift as drag the energy lost per second is still drag times speed."""
    around, start = world(0.0158), entry()
    vehicle = PointMass(mass=3369.0, reference_area=15.9, drag_coefficient=1.4, lift_to_drag=1.0, bank_angles=(0.7,))
    ballistic = PointMass.ballistic(3369.0, 1.4 * 15.9)
    low = PointState(start.position * (3430e3 / 3522.2e3), start.velocity)
    with_lift, without = (rates(around, v, low, 0.7).velocity for v in (vehicle, ballistic))
    lift = with_lift - without
    drag = norm(without - around.planet.fall(*low))
    assert float(norm(lift)) == pytest.approx(float(drag), rel=1e-12)
    assert abs(dot(lift, low.velocity)) < 1e-9 * drag * norm(low.velocity)


def test_positive_bank_turns_right() -> None:
    around, start = world(0.0158, rotation=0.0), entry()
    vehicle = PointMass(mass=3369.0, reference_area=15.9, drag_coefficient=1.4, lift_to_drag=0.24)
    low = PointState(start.position * (3430e3 / 3522.2e3), start.velocity)
    turn = rates(around, vehicle, low, math.radians(90.0)).velocity - rates(around, vehicle, low, 0.0).velocity
    right = cross(start.velocity, start.position)
    assert dot(turn, right) > 0.0


def test_integrator_is_of_fourth_order_on_a_smooth_arc() -> None:
    """Down to 12 km through an exponential atmosphere: halving the step divides the error by sixteen."""
    around, vehicle, start = world(0.0158), PointMass.ballistic(3369.0, 1.68 * 15.9), entry()
    truth = propagate(around, vehicle, start, 96.0, 0.03125)
    errors = [
        float(norm(propagate(around, vehicle, start, 96.0, h).position - truth.position)) for h in (1.0, 0.5, 0.25)
    ]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert np.all((orders > 3.85) & (orders < 4.4)), (errors, orders)
