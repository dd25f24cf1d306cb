"""Attitude in entry: angles have the signs of the state at entry interface, and the bank loop arrives within its limits."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from skycrane import load_mission
from skycrane.core import attitude
from skycrane.core.attitude import Mat3
from skycrane.core.vector import Vec3, cross, dot, unit
from skycrane.flight.models import assemble
from skycrane.flight.start import body_axes
from skycrane.gnc.control.entry_attitude import AttitudeControl, flight_angles
from skycrane.gnc.navigation.estimate import Estimate

CONTROL = assemble(load_mission("mars2020").parameters).attitude_control
POSITION = Vec3(1.0e6, 3.1e6, 1.1e6)
STILL, ONE, FELT = Vec3(0.0, 0.0, 0.0), Vec3(1.0, 1.0, 1.0), Vec3(-50.0, 0.0, 0.0)
FAST, SHARP = np.degrees(CONTROL.bank_rate_limit), np.degrees(CONTROL.bank_acceleration_limit)


# Deadband, and what the limit cycle of an undisturbed body drifts across it.
HELD = np.degrees(CONTROL.angle_deadband) + 1.5


def along(climb: float = -0.2) -> Vec3:
    """A velocity that climbs at an angle [rad] from the horizon at POSITION."""
    up = unit(POSITION)
    level = unit(cross(up, Vec3(0.3, -0.2, 0.9)))
    return (level * np.cos(climb) + up * np.sin(climb)) * 3000.0


@given(st.floats(-1.2, 1.2), st.floats(-3.1, 3.1), st.floats(-1.3, 1.3))
def test_angles_come_back_from_the_attitude_made_of_them(angle_of_attack: float, bank: float, climb: float) -> None:
    """The two are written apart: flight_angles reads what body_axes builds."""
    velocity = along(climb)
    found = flight_angles(POSITION, velocity, body_axes(POSITION, velocity, angle_of_attack, bank))
    np.testing.assert_allclose(found, (angle_of_attack, 0.0, bank), atol=1e-9)


def test_signs_in_words() -> None:
    """Nose above the velocity is positive angle of attack; top to the right is positive bank; wind from the right, sideslip."""
    velocity = along(0.0)
    ahead, up = unit(velocity), unit(POSITION)
    right = cross(ahead, up)
    nose_up = body_axes(POSITION, velocity, 0.3, 0.0)
    assert dot(nose_up.cx, up) > 0.0
    assert dot(nose_up.cz, up) < 0.0
    banked = body_axes(POSITION, velocity, 0.0, 0.3)
    assert dot(-banked.cz, right) > 0.0
    level = body_axes(POSITION, velocity, 0.0, 0.0)
    np.testing.assert_allclose(level.cy, right, atol=1e-12)
    nose_left = Mat3(*(Vec3(*Rotation.from_rotvec(np.array(up) * 0.1).apply(c)) for c in level))
    assert flight_angles(POSITION, velocity, nose_left).sideslip == pytest.approx(0.1)


def test_lift_up_flight_is_at_negative_angle_of_attack() -> None:
    """A blunt body's force is nearly along -x: at -16 degrees that leans upwards."""
    axes = body_axes(POSITION, along(0.0), np.radians(-16.0), 0.0)
    assert dot(-axes.cx, unit(POSITION)) > 0.25


def estimate(velocity: Vec3, axes: Mat3, rate: Vec3 = STILL, felt: Vec3 = FELT) -> Estimate:
    """An estimate with an attitude, a rate and a specific force (body)."""
    return Estimate(POSITION, velocity, attitude.from_matrix(axes), rate, felt, STILL, STILL, STILL)


def turn(
    start: float, to: float, angle_of_attack: float = 0.0, seconds: float = 30.0, control: AttitudeControl = CONTROL
) -> np.ndarray:
    """Bank [deg], bank rate and acceleration of a body of unit inertia held at its angle of attack, every 0.05 s."""
    velocity, cycle = along(), 0.05
    bank, rate, rows = np.radians(start), 0.0, []
    for _ in range(round(seconds / cycle)):
        axes = body_axes(POSITION, velocity, angle_of_attack, bank)
        ahead = axes.undo(unit(velocity))
        torque = control.entry_torque(estimate(velocity, axes, ahead * rate), np.radians(to), 0.0, ONE)
        acceleration = float(dot(torque, ahead))
        rows.append((bank, rate, acceleration))
        bank, rate = bank + rate * cycle + 0.5 * acceleration * cycle**2, rate + acceleration * cycle
    return np.degrees(np.array(rows))


@pytest.mark.parametrize("angle_of_attack", [0.0, -16.0])
@pytest.mark.parametrize(("start", "to"), [(75.0, -75.0), (0.0, 60.0), (-20.0, -140.0), (10.0, 0.0)])
def test_the_bank_is_reached_within_the_limits_and_held(start: float, to: float, angle_of_attack: float) -> None:
    path = turn(start, to, np.radians(angle_of_attack))
    assert abs(path[-1, 0] - to) < HELD
    assert abs(path[-1, 1]) < np.degrees(CONTROL.rate_deadband)
    assert np.max(np.abs(path[:, 1])) < FAST + 0.5
    assert np.max(np.abs(path[:, 2])) < SHARP + 1e-6
    beyond = np.sign(to - start) * (path[:, 0] - to)
    assert np.max(beyond) < 7.0  # the rate loop lags its parabola by a / b = 2.5 deg/s


def test_a_reversal_takes_about_as_long_as_flown() -> None:
    """150 degrees at 5 deg/s^2 and 20 deg/s is 11.5 s at best; the first reversal took 11.3 s for a somewhat smaller turn."""
    path = turn(75.0, -75.0)
    there = 0.05 * np.max(np.nonzero(np.abs(path[:, 0] + 75.0) > 7.5))
    assert 9.0 < there < 13.0


@pytest.mark.parametrize(
    ("start", "to", "way", "law"),
    [
        (75.0, -75.0, -1.0, "lift_up"),
        (120.0, -120.0, -1.0, "lift_up"),
        (-100.0, 100.0, 1.0, "lift_up"),
        (-170.0, 170.0, -1.0, "lift_up"),  # 20 degrees: not worth 340
        (120.0, -120.0, 1.0, "short_way"),
        (75.0, -75.0, -1.0, "short_way"),
    ],
)
def test_the_way_of_a_reversal_is_chosen(start: float, to: float, way: float, law: str) -> None:
    """Through lift up wherever it is more than 90 degrees, or the short way."""
    path = turn(start, to, control=dataclasses.replace(CONTROL, reversal=law))
    assert np.sign(path[40, 0] - start) == way
    assert abs((path[-1, 0] - to + 180.0) % 360.0 - 180.0) < HELD


def test_turning_is_about_the_velocity_and_not_about_the_body_axis() -> None:
    """At 16 degrees a roll about body x alone would trade angle of attack for sideslip: torque has to lie along the velocity."""
    velocity = along()
    axes = body_axes(POSITION, velocity, np.radians(-16.0), 0.0)
    torque = CONTROL.entry_torque(estimate(velocity, axes), np.radians(60.0), 0.0, ONE)
    np.testing.assert_allclose(cross(unit(torque), axes.undo(unit(velocity))), (0.0, 0.0, 0.0), atol=1e-9)


def test_sideslip_is_turned_away() -> None:
    """Velocity to the right of the nose: the nose has to turn right, about +z."""
    velocity = along(0.0)
    level = body_axes(POSITION, velocity, 0.0, 0.0)
    nose_left = Mat3(*(Vec3(*Rotation.from_rotvec(np.array(unit(POSITION)) * 0.2).apply(c)) for c in level))
    assert CONTROL.entry_torque(estimate(velocity, nose_left), 0.0, 0.0, ONE).z > 0.0


def test_angle_of_attack_is_held_before_the_air_is_felt_and_left_to_trim_after() -> None:
    """Pre-bank hold: 4 degrees above the angle to hold, the nose goes down; with the air felt, only rates count."""
    velocity = along()
    axes = body_axes(POSITION, velocity, np.radians(-12.0), 0.0)
    hold = np.radians(-16.0)
    assert CONTROL.entry_torque(estimate(velocity, axes, felt=STILL), 0.0, hold, ONE).y < 0.0
    assert CONTROL.entry_torque(estimate(velocity, axes), 0.0, hold, ONE) == STILL


def test_small_errors_cost_nothing() -> None:
    velocity = along()
    axes = body_axes(POSITION, velocity, 0.0, 0.9 * CONTROL.angle_deadband)
    assert CONTROL.entry_torque(estimate(velocity, axes), 0.0, 0.0, ONE) == STILL


def test_under_the_canopy_rates_are_damped_beyond_a_wide_deadband_only() -> None:
    axes = body_axes(POSITION, along(), 0.0, 0.0)
    slow, fast = 0.9 * CONTROL.parachute_rate_deadband, 1.1 * CONTROL.parachute_rate_deadband
    assert CONTROL.damping_torque(estimate(along(), axes, Vec3(slow, -slow, slow)), ONE) == STILL
    torque = CONTROL.damping_torque(estimate(along(), axes, Vec3(fast, -fast, 0.0)), Vec3(2.0, 1.0, 1.0))
    assert torque.x < 0.0 < torque.y
    assert torque.z == 0.0
    strong = dataclasses.replace(CONTROL, bank_acceleration_limit=1e3)
    push = strong.damping_torque(estimate(along(), axes, Vec3(fast, 0.0, 0.0)), Vec3(2.0, 1.0, 1.0))
    assert push.x == pytest.approx(-2.0 * CONTROL.rate_bandwidth * fast)
