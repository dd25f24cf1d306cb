"""Flights of a point mass: events are where they belong, batches are many single flights, derivatives are those of the event."""

import math
from functools import partial

import jax
import numpy as np
import pytest
from jax import numpy as jnp

jax.config.update("jax_enable_x64", True)

from skycrane.core.vector import Vec3, norm  # noqa: E402
from skycrane.flight.point_mass import (  # noqa: E402
    PointMassFlight,
    PointState,
    Surroundings,
    fly_point_mass,
    fly_to_height,
    height_above_areoid,
    state_from_angles,
)
from skycrane.mission.parameters.atmosphere import ExponentialParameters  # noqa: E402
from skycrane.mission.parameters.planet import GasParameters, PlanetParameters  # noqa: E402
from skycrane.planet import shape  # noqa: E402
from skycrane.planet.atmosphere.air import Day  # noqa: E402
from skycrane.planet.atmosphere.tables import atmosphere_table  # noqa: E402
from skycrane.planet.planet import Planet  # noqa: E402
from skycrane.vehicle.point_mass import PointMass  # noqa: E402

RADIUS = 3396200.0


def world(density: float = 0.0158, wind: float = 0.0, gm: float = 4.282837e13) -> Surroundings:
    """A still sphere with air and a steady wind from the west."""
    gas = GasParameters(gas_constant=191.2, heat_capacity_ratio=1.335, convective_heating_constant=1.9e-4)
    planet = PlanetParameters(
        name="sphere", gm=gm, reference_radius=RADIUS, rotation_rate=0.0, equatorial_radius=RADIUS, polar_radius=RADIUS,
        standard_gravity=3.71, gas=gas,
    )  # fmt: skip
    air = ExponentialParameters(base_density=density, scale_height=9354.5, wind_east=(wind, wind))
    return Surroundings(Planet.of(planet), atmosphere_table(air, planet), Day.of(air))


CAPSULE = PointMass(mass=3369.0, reference_area=15.9, drag_coefficient=1.68, lift_to_drag=0.24, bank_angles=(1.0,))


def entry(path_angle: jax.Array | float) -> PointState:
    """An entry at 125 km with a flight-path angle [deg]."""
    return state_from_angles(0.3, 1.2, RADIUS + 125e3, 5330.0, jnp.radians(path_angle), math.radians(100.0))


def flight(path_angle: jax.Array | float, around: Surroundings | None = None) -> PointMassFlight:
    """Down to 12 km."""
    return fly_point_mass(around or world(), CAPSULE, entry(path_angle), 12e3, step=0.1, longest=600.0)


ONE, MANY = jax.jit(flight), jax.jit(jax.vmap(flight))


def ground(around: Surroundings, position: Vec3) -> jax.Array:
    """Ground at the height of zero."""
    return height_above_areoid(around, position)


def test_flight_ends_at_the_height_and_a_skip_does_not_end() -> None:
    flights = MANY(jnp.array([-15.5, -13.0, -2.0]))
    around = world()
    heights = jax.vmap(partial(height_above_areoid, around))(flights.state.position)
    np.testing.assert_array_equal(flights.reached, [True, True, False])
    np.testing.assert_allclose(heights[:2], 12e3, atol=1e-5)
    assert flights.time[2] == pytest.approx(600.0)
    assert np.all(flights.peak_height[:2] < 40e3)


def test_a_lane_of_a_batch_is_the_same_flight_alone() -> None:
    """Lanes that are done stay still while the others go on."""
    angles = jnp.array([-15.5, -12.5, -18.0])
    together = MANY(angles)
    for lane, angle in enumerate(angles):
        alone = ONE(angle)
        for one, many in zip(jax.tree.leaves(alone), jax.tree.leaves(together), strict=True):
            np.testing.assert_allclose(many[lane], one, rtol=1e-9)


def test_derivatives_are_those_of_the_event() -> None:
    """d(time, range, speed, peak) at 12 km / d(flight-path angle), by jax.jacfwd and by central differences."""

    def figures(path_angle: jax.Array | float) -> jax.Array:
        end = flight(path_angle)
        arc = shape.arc_angle(entry(path_angle).position, end.state.position)
        return jnp.stack([end.time, arc * RADIUS, norm(end.state.velocity), end.peak_deceleration])

    slope = jax.jit(jax.jacfwd(figures))(jnp.asarray(-15.5))
    h = 1e-4
    run = jax.jit(figures)
    np.testing.assert_allclose(slope, (run(-15.5 + h) - run(-15.5 - h)) / (2.0 * h), rtol=2e-6)


def test_mass_and_drag_have_derivatives_too() -> None:
    def speed(mass: jax.Array | float) -> jax.Array:
        body = PointMass.ballistic(mass, 26.7)
        return norm(fly_point_mass(world(), body, entry(-15.5), 12e3, step=0.2, longest=300.0).state.velocity)

    run = jax.jit(speed)
    np.testing.assert_allclose(jax.jit(jax.jacfwd(speed))(3369.0), (run(3370.0) - run(3368.0)) / 2.0, rtol=1e-5)


def test_a_stone_in_vacuum_lands_when_galileo_says() -> None:
    """Small fall over a large sphere: t = sqrt(2 h / g), gravity lowered by h/R, a ten-thousandth of a second."""
    around, height = world(density=1e-30), 2000.0
    start = PointState(Vec3(RADIUS + height, 0.0, 0.0), Vec3(0.0, 0.0, 0.0))
    stone = PointMass.ballistic(25.0, 0.1)
    path = jax.jit(lambda s: fly_to_height(around, stone, s, partial(ground, around), samples=100))(start)
    # falling time in the field of a point: Kepler's degenerate ellipse
    r, r0, gm = RADIUS, RADIUS + height, 4.282837e13
    x = r / r0
    exact = math.sqrt(r0**3 / (2.0 * gm)) * (math.acos(math.sqrt(x)) + math.sqrt(x * (1.0 - x)))
    assert path.impacted
    assert path.impact_time == pytest.approx(exact, abs=1e-6)
    assert norm(path.impact.velocity) == pytest.approx(math.sqrt(2.0 * gm * (1.0 / r - 1.0 / r0)), rel=1e-9)
    after = np.asarray(path.times) > float(path.impact_time)
    assert after.any()
    np.testing.assert_array_equal(path.states.velocity.x[after], 0.0)
    np.testing.assert_allclose(path.states.position.x[after], RADIUS, atol=1e-5)


def test_a_falling_body_reaches_terminal_speed_and_drifts_with_the_wind() -> None:
    around = world(wind=12.0)
    canopy = PointMass.ballistic(600.0, 230.0)
    start = PointState(Vec3(RADIUS + 2000.0, 0.0, 0.0), Vec3(-80.0, 0.0, 0.0))
    path = jax.jit(lambda s: fly_to_height(around, canopy, s, partial(ground, around), samples=300))(start)
    terminal = math.sqrt(2.0 * 600.0 * 4.282837e13 / RADIUS**2 / (0.0158 * 230.0))
    assert -path.impact.velocity.x == pytest.approx(terminal, rel=0.02)
    assert path.impact.velocity.y == pytest.approx(12.0, rel=0.01)


def test_bodies_fall_side_by_side_each_to_its_own_ground() -> None:
    around = world()
    start = PointState(Vec3(RADIUS + 1500.0, 0.0, 0.0), Vec3(-50.0, 20.0, 0.0))

    def fall(mass: jax.Array, drag_area: jax.Array) -> tuple[jax.Array, jax.Array]:
        body = PointMass.ballistic(mass, drag_area)
        path = fly_to_height(around, body, start, lambda r: ground(around, r) - 3.0 * r.y / 1e3, samples=200)
        return path.impact_time, ground(around, path.impact.position) - 3.0 * path.impact.position.y / 1e3

    times, heights = jax.jit(jax.vmap(fall))(jnp.array([25.0, 440.0, 600.0]), jnp.array([0.05, 24.0, 230.0]))
    assert np.all(np.diff(times) > 0.0)
    np.testing.assert_allclose(heights, 0.0, atol=1e-5)


def test_a_body_that_starts_below_ground_has_already_landed_and_a_slow_one_has_not() -> None:
    around = world()
    under = PointState(Vec3(RADIUS - 1.0, 0.0, 0.0), Vec3(0.0, 0.0, 0.0))
    high = PointState(Vec3(RADIUS + 5000.0, 0.0, 0.0), Vec3(0.0, 0.0, 0.0))
    fly = jax.jit(
        lambda s: fly_to_height(around, PointMass.ballistic(10.0, 1.0), s, partial(ground, around), samples=5)
    )
    assert fly(under).impact_time == 0.0
    assert not fly(high).impacted
    assert fly(high).impact_time == np.inf


def test_a_commanded_bank_replaces_the_prescribed_one() -> None:
    prescribed = PointMass(mass=3369.0, reference_area=15.9, drag_coefficient=1.4, lift_to_drag=0.24,
                           bank_times=(0.0, 60.0, 90.0), bank_angles=(1.2, 1.2, -1.2))  # fmt: skip
    plain = PointMass(mass=3369.0, reference_area=15.9, drag_coefficient=1.4, lift_to_drag=0.24)
    go = partial(fly_point_mass, world(), start=entry(-15.5), stop_height=15e3, step=0.2, longest=300.0)
    first = jax.jit(lambda: go(prescribed))()
    second = jax.jit(
        lambda: go(plain, bank=lambda t, _: jnp.interp(t, jnp.array([0.0, 60.0, 90.0]), jnp.array([1.2, 1.2, -1.2])))
    )()
    np.testing.assert_allclose(first.time, second.time, rtol=1e-12)
    np.testing.assert_allclose(first.state.position, second.state.position, rtol=1e-12)
