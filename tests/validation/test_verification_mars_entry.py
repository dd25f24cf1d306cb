"""Mars 3-DoF entry through an exponential atmosphere: two cases solved by two independent formulations to the digits given.

Case A: no rotation, ballistic. Case B: rotating planet, L/D 0.24, lift turned 60 degrees to the left. A sphere without J2.
"""

import math
from functools import partial

import jax
import numpy as np
import pytest

jax.config.update("jax_enable_x64", True)

from skycrane.core.vector import norm  # noqa: E402
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
from skycrane.mission.parameters.point_mass import PointMassParameters  # noqa: E402
from skycrane.planet import shape  # noqa: E402
from skycrane.planet.atmosphere.air import Day  # noqa: E402
from skycrane.planet.atmosphere.tables import atmosphere_table  # noqa: E402
from skycrane.planet.planet import Planet  # noqa: E402
from skycrane.vehicle.point_mass import PointMass  # noqa: E402

RADIUS, G0 = 3396200.0, 9.80665
# omega, L/D, bank (positive right) -> t, V, gamma, longitude, latitude, range along the ground track; peak g, its t and h
CASES = {
    "A": (
        (0.0, 0.0, 0.0),
        (103.9779500, 2026.770360, -12.0473246, 78.4686953, 17.8162069, 477743.093),
        (11.9975034, 91.97936, 16428.343),
    ),
    "B": (
        (7.088253e-5, 0.24, -60.0),
        (166.3595357, 697.763125, -6.0560574, 80.1097025, 18.2318775, 572492.137),
        (9.9438761, 93.30311, 19996.794),
    ),
}


def entry(omega: float, lift_to_drag: float, bank: float) -> tuple[Surroundings, PointMass, PointState]:
    """Planet, vehicle and entry state of a case."""
    planet = PlanetParameters(
        name="sphere", gm=4.282837e13, reference_radius=RADIUS, rotation_rate=omega, equatorial_radius=RADIUS, polar_radius=RADIUS,
        standard_gravity=3.71, gas=GasParameters(gas_constant=191.2, heat_capacity_ratio=1.335, convective_heating_constant=1.9e-4),
    )  # fmt: skip
    air = ExponentialParameters(base_density=0.0158, scale_height=9354.5)
    vehicle = PointMassParameters(
        mass=3369.0,
        reference_area=15.904313,
        drag_coefficient=1.68,
        lift_to_drag=lift_to_drag,
        bank_angles=(math.radians(bank),),
    )
    angles = map(math.radians, (18.0, 70.0, -15.5, 90.0))
    latitude, longitude, gamma, azimuth = angles
    start = state_from_angles(latitude, longitude, RADIUS + 125e3, 5330.0, gamma, azimuth)
    return Surroundings(Planet.of(planet), atmosphere_table(air, planet), Day.of(air)), PointMass.of(vehicle), start


def flown(case: str, step: float) -> tuple[PointMassFlight, list[float]]:
    """The flight of a case down to 10 km, and what its row of the table holds."""
    around, vehicle, start = entry(*CASES[case][0])
    flight = jax.jit(partial(fly_point_mass, around, vehicle, stop_height=10e3, step=step))(start)
    path = jax.jit(
        lambda s: fly_to_height(
            around, vehicle, s, lambda r: height_above_areoid(around, r) - 10e3, samples=2000, every=0.1, step=step
        )
    )(start)
    np.testing.assert_allclose(path.impact_time, flight.time, rtol=1e-12)
    places = path.states.position
    track = shape.arc_angle(type(places)(*(x[:-1] for x in places)), type(places)(*(x[1:] for x in places)))
    last = int(np.searchsorted(path.times, path.impact_time)) - 1
    rest = shape.arc_angle(type(places)(*(x[last] for x in places)), path.impact.position)
    position, velocity = flight.state
    latitude, longitude = shape.latitude_longitude(position)
    speed = norm(velocity)
    gamma = math.asin(shape.east_north_up(position).undo(velocity).z / speed)
    return flight, [
        float(flight.time), float(speed), *np.degrees([gamma, float(longitude), float(latitude)]),
        RADIUS * float(np.sum(track[:last]) + rest),
    ]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_entry_is_exact_at_a_tight_step(case: str) -> None:
    flight, row = flown(case, 0.01)
    _, expected, (peak, peak_time, peak_height) = CASES[case]
    assert flight.reached
    np.testing.assert_allclose(row, expected, rtol=5e-8)
    np.testing.assert_allclose(flight.peak_deceleration / G0, peak, rtol=1e-8)
    np.testing.assert_allclose(flight.peak_time, peak_time, rtol=1e-7)
    np.testing.assert_allclose(flight.peak_height, peak_height, rtol=1e-7)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("step", [0.05, 0.1])
def test_entry_holds_at_the_production_step(case: str, step: float) -> None:
    flight, row = flown(case, step)
    np.testing.assert_allclose(row, CASES[case][1], rtol=1e-6)
    np.testing.assert_allclose(flight.peak_deceleration / G0, CASES[case][2][0], rtol=1e-6)
