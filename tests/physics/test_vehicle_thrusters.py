"""Thrusters turn the vehicle about the axis that was asked for, in pulses they can make, at the price of their propellant."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skycrane import load_mission
from skycrane.core.vector import Vec3
from skycrane.flight.masses import entry_parts
from skycrane.vehicle.mass import assemble
from skycrane.vehicle.thrusters import Thrusters, thruster_table

PARAMETERS = load_mission("mars2020").parameters
GIVEN = PARAMETERS.vehicle.thrusters
THRUSTERS = Thrusters(**{f.name: getattr(GIVEN, f.name) for f in dataclasses.fields(GIVEN)})
CENTRE = assemble(entry_parts(PARAMETERS.vehicle, 3.0)).centre
TABLE = thruster_table(GIVEN, CENTRE)
CYCLE = 0.05
EAGER = dataclasses.replace(THRUSTERS, minimum_on_time=0.0)


def pulses(thrusters: Thrusters, *torque: float) -> np.ndarray:
    """On-fractions for a torque about x, y, z."""
    return np.array(thrusters.pulses(TABLE, Vec3(*torque), CYCLE), float)


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_each_row_of_the_table_is_a_pure_torque(axis: int, sign: float) -> None:
    wanted = np.zeros(3)
    wanted[axis] = sign * 100.0
    fractions = TABLE.fraction[2 * axis + (sign < 0.0)] * 100.0
    assert np.all(fractions >= 0.0)
    _, torque = THRUSTERS.force_and_torque(tuple(fractions), CENTRE)
    np.testing.assert_allclose(torque, wanted, atol=1e-9)


def test_force_and_torque_are_those_of_numpy() -> None:
    fractions = tuple(np.linspace(0.0, 0.7, 8))
    push = np.array([GIVEN.push_x, GIVEN.push_y, GIVEN.push_z]).T
    push = push / np.linalg.norm(push, axis=1)[:, None] * GIVEN.thrust * np.array(fractions)[:, None]
    arm = np.array([GIVEN.place_x, GIVEN.place_y, GIVEN.place_z]).T - np.array(CENTRE)
    force, torque = THRUSTERS.force_and_torque(fractions, CENTRE)
    np.testing.assert_allclose(force, push.sum(axis=0), atol=1e-9)
    np.testing.assert_allclose(torque, np.cross(arm, push).sum(axis=0), atol=1e-9)


@given(*(st.floats(-250.0, 250.0) for _ in range(3)))
def test_what_is_asked_for_within_reach_is_what_comes(x: float, y: float, z: float) -> None:
    fractions = pulses(EAGER, x, y, z)
    _, torque = EAGER.force_and_torque(tuple(fractions), CENTRE)
    np.testing.assert_allclose(torque, (x, y, z), atol=1e-8)


def test_pulses_shorter_than_the_valve_can_make_are_not_fired() -> None:
    shortest = THRUSTERS.minimum_on_time / CYCLE
    for size in np.geomspace(1.0, 3000.0, 40):
        wanted, fired = pulses(EAGER, size, -0.6 * size, 0.3 * size), pulses(THRUSTERS, size, -0.6 * size, 0.3 * size)
        np.testing.assert_array_equal(fired, np.where(wanted < shortest, 0.0, wanted))
    assert np.all(pulses(THRUSTERS, 1.0, 1.0, 1.0) == 0.0)


def test_full_thrust_is_all_there_is() -> None:
    assert np.all(pulses(THRUSTERS, 1e6, 1e6, -1e6) <= 1.0)


def test_propellant_is_impulse_over_exhaust_speed() -> None:
    """Two thrusters of 302 N for 3 s at 215 s: 1812 N s / 2108.4 m/s = 0.859 kg."""
    fractions = (1.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.0, 0.0)
    assert float(THRUSTERS.mass_flow(fractions)) * 3.0 == pytest.approx(1812.0 / (215.0 * 9.80665))


def test_an_axis_out_of_reach_is_left_alone() -> None:
    """Thrusters that all push through the axis of symmetry cannot roll the vehicle."""
    n = len(GIVEN.place_x)
    through = dataclasses.replace(GIVEN, place_y=(0.0,) * n, place_z=(0.0,) * n)
    table = thruster_table(through, (-1.5, 0.0, 0.0))
    assert np.all(table.fraction[:2] == 0.0)
    assert np.any(table.fraction[2:] > 0.0)
