"""Powered flight: the approach ends where it should, the attitude converges, and thrust is shared out as least squares would."""

import dataclasses

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import lsq_linear
from scipy.spatial.transform import Rotation

jax.config.update("jax_enable_x64", True)

from skycrane import load_mission  # noqa: E402
from skycrane.core import attitude  # noqa: E402
from skycrane.core.attitude import Quaternion  # noqa: E402
from skycrane.core.vector import Vec3, dot, unit  # noqa: E402
from skycrane.gnc.control import allocation  # noqa: E402
from skycrane.gnc.control.powered_attitude import attitude_torque, wanted_attitude  # noqa: E402
from skycrane.gnc.guidance.polynomial_descent import on_profile, plan_approach  # noqa: E402
from skycrane.gnc.navigation.estimate import Estimate  # noqa: E402
from skycrane.vehicle.engines import Engines  # noqa: E402

GIVEN = load_mission("mars2020").parameters.vehicle.engines
ENGINES = Engines(**{f.name: getattr(GIVEN, f.name) for f in dataclasses.fields(GIVEN)})
CENTRE = Vec3(-1.6, 0.0, -0.015)
STILL = Vec3(0.0, 0.0, 0.0)
N = ENGINES.count()
ALL, HOVER = (1.0,) * N, tuple(GIVEN.hover_set)

# -------------------------------------------------------------------------------------------------------------- approach

coordinates = st.floats(-800.0, 800.0)


@given(coordinates, coordinates, st.floats(500.0, 2500.0), st.floats(-30.0, 30.0), st.floats(-110.0, -50.0))
def test_the_approach_leaves_and_arrives_as_asked(
    east: float, north: float, up: float, drift: float, sink: float
) -> None:
    here, fast = Vec3(east, north, up), Vec3(drift, -0.5 * drift, sink)
    end, slow = Vec3(0.0, 0.0, 250.0), Vec3(0.0, 0.0, -32.0)
    a = plan_approach(10.0, here, fast, end, slow)
    assert a.duration == pytest.approx(2.0 * (up - 250.0) / (-sink + 32.0))
    for time, wanted in ((10.0, (here, fast)), (10.0 + a.duration, (end, slow))):
        position, velocity, acceleration = on_profile(a, time)
        np.testing.assert_allclose(position, wanted[0], atol=1e-7)
        np.testing.assert_allclose(velocity, wanted[1], atol=1e-8)
        np.testing.assert_allclose(acceleration, (0.0, 0.0, 0.0), atol=1e-9)
    for outside, edge in ((1e4, 10.0 + a.duration), (0.0, 10.0)):
        np.testing.assert_allclose(np.hstack(on_profile(a, outside)), np.hstack(on_profile(a, edge)), atol=1e-7)


def test_velocity_and_acceleration_are_the_derivatives_of_position() -> None:
    a = plan_approach(
        0.0, Vec3(400.0, -200.0, 2000.0), Vec3(10.0, 5.0, -80.0), Vec3(0.0, 0.0, 250.0), Vec3(0.0, 0.0, -32.0)
    )
    for t in (1.0, 7.7, 20.0, 29.0):
        before, now, after = (on_profile(a, t + s * 1e-3) for s in (-1.0, 0.0, 1.0))
        for k in (0, 1):
            slope = (np.array(after[k]) - np.array(before[k])) / 2e-3
            np.testing.assert_allclose(now[k + 1], slope, atol=1e-5)


def test_a_straight_approach_brakes_smoothly_and_never_climbs() -> None:
    a = plan_approach(0.0, Vec3(0.0, 0.0, 2200.0), Vec3(0.0, 0.0, -81.0), Vec3(0.0, 0.0, 250.0), Vec3(0.0, 0.0, -32.0))
    times = np.linspace(0.0, float(a.duration), 200)
    speed = np.array([on_profile(a, t)[1].z for t in times])
    push = np.array([on_profile(a, t)[2].z for t in times])
    assert np.all(np.diff(speed) > -1e-9)
    assert np.max(push) == pytest.approx(
        1.5 * 49.0 / a.duration, rel=1e-3
    )  # a parabola over the mean change of sink rate


# -------------------------------------------------------------------------------------------------------------- attitude


def estimate(q: Quaternion, rate: Vec3 = STILL) -> Estimate:
    """An estimate with an attitude and a rate (body)."""
    return Estimate(STILL, STILL, q, rate, STILL, STILL, STILL, STILL)


directions = st.builds(Vec3, *(st.floats(-1.0, 1.0) for _ in range(3))).filter(lambda v: dot(v, v) > 0.01)


@given(directions, directions)
def test_the_wanted_attitude_points_the_thrust_and_holds_the_heading(thrust: Vec3, heading: Vec3) -> None:
    if np.linalg.norm(np.cross(unit(thrust), unit(heading))) < 0.01:
        return
    m = attitude.matrix(wanted_attitude(thrust, heading))
    np.testing.assert_allclose(-m.cx, unit(thrust), atol=1e-9)
    assert dot(m.cz, heading) > 0.0
    assert dot(m.cy, heading) == pytest.approx(0.0, abs=1e-9)


def settle(start: Quaternion, wanted: Quaternion, seconds: float, bandwidth: float = 2.0) -> np.ndarray:
    """Angle [rad] to the wanted attitude, every 10 ms, of a rigid body under the torque that is asked for."""
    inertia, q, w, h, angles = Vec3(1500.0, 1100.0, 1300.0), start, STILL, 0.01, []
    for _ in range(round(seconds / h)):
        error = attitude.rotation_vector(attitude.multiply(attitude.conjugate(q), wanted))
        angles.append(np.linalg.norm(error))
        torque = attitude_torque(estimate(q, w), wanted, inertia, bandwidth)
        gyro = np.cross(w, np.array(inertia) * np.array(w))
        w = w + Vec3(*((np.array(torque) - gyro) / np.array(inertia) * h))
        q = attitude.normalised(attitude.multiply(q, attitude.from_rotation_vector(w * h)))
    return np.array(angles)


def test_a_small_error_dies_out_as_the_second_order_it_is() -> None:
    """e'' + 2 z wn e' + wn^2 e = 0 with wn = 2 1/s and z = 0.9, from rest."""
    path = settle(attitude.from_rotation_vector(Vec3(0.01, 0.0, 0.0)), attitude.IDENTITY, 3.0)
    t, wn, z = 0.01 * np.arange(len(path)), 2.0, 0.9
    wd = wn * np.sqrt(1.0 - z * z)
    closed = 0.01 * np.exp(-z * wn * t) * (np.cos(wd * t) + z * wn / wd * np.sin(wd * t))
    np.testing.assert_allclose(path, np.abs(closed), atol=2e-4)


@pytest.mark.parametrize("turn", [(0.0, 2.5, 0.0), (1.0, -1.0, 0.5), (0.0, 0.0, -3.0), (3.0, 0.2, 0.1)])
def test_any_turn_ends_at_the_wanted_attitude(turn: tuple[float, float, float]) -> None:
    """And is made at a bounded rate: the error is cut at 0.5 rad, so the rate stays below wn 0.5 / (2 z) = 0.56 rad/s."""
    path = settle(attitude.from_rotation_vector(Vec3(*turn)), attitude.from_rotation_vector(Vec3(0.3, 0.1, 0.0)), 14.0)
    assert path[-1] < 1e-3
    assert np.max(np.abs(np.diff(path))) / 0.01 < 0.6


def test_the_error_is_seen_in_body_axes() -> None:
    start = attitude.from_rotation_vector(Vec3(0.4, -0.9, 0.2))
    wanted = attitude.from_rotation_vector(Vec3(0.3, -0.7, 0.25))
    between = Rotation.from_rotvec([0.4, -0.9, 0.2]).inv() * Rotation.from_rotvec([0.3, -0.7, 0.25])
    torque = attitude_torque(estimate(start), wanted, Vec3(1.0, 1.0, 1.0), 2.0)
    np.testing.assert_allclose(torque, 4.0 * between.as_rotvec(), rtol=1e-9)


# ------------------------------------------------------------------------------------------------------------ allocation


def exact(engines: Engines, lift: float, torque: np.ndarray, lit: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """SciPy's bounded least squares of the same weighted problem, and the effect matrix (lift, torque) of one newton each."""
    push = np.array([engines.push(i) for i in range(engines.count())])
    arm = np.array([engines.place_x, engines.place_y, engines.place_z]).T - np.array(CENTRE)
    effect = np.vstack([-push[:, 0], np.cross(arm, push).T])
    weight = np.diag([1.0, 2.0, 2.0, 2.0])  # torque weighs three times a force at 1.5 m
    on = np.array(lit) > 0.5
    least, most = (t * effect[0, on].sum() for t in (engines.minimum_thrust, engines.maximum_thrust))
    lift = np.clip(lift, least, 0.1 * least + 0.9 * most)  # what is left is for attitude
    few = np.sqrt(1e-3)
    rows = np.vstack([weight @ effect[:, on], few * np.eye(on.sum())])
    wanted = np.r_[weight @ np.r_[lift, torque], np.full(on.sum(), few * lift / on.sum())]
    thrust = np.zeros(len(lit))
    thrust[on] = lsq_linear(rows, wanted, (engines.minimum_thrust, engines.maximum_thrust), tol=1e-12, max_iter=300).x
    return thrust, effect


def found(
    lift: float, torque: np.ndarray, lit: tuple[float, ...], previous: tuple[float, ...], cycles: int = 1
) -> np.ndarray:
    """What flight software finds, followed for so many cycles of the same demand."""
    run = jax.jit(lambda p: allocation.allocate(ENGINES, CENTRE, lift, Vec3(*torque), lit, p))
    for _ in range(cycles):
        previous = tuple(float(t) for t in run(previous))
    return np.array(previous)


def test_followed_from_cycle_to_cycle_it_is_the_bounded_least_squares_solution() -> None:
    """Thirty seconds of changing demands at 20 Hz, attitude working hard: force within 1e-3, torque within a few N m."""
    run = jax.jit(
        lambda lift, torque, previous: allocation.allocate(ENGINES, CENTRE, lift, Vec3(*torque), ALL, previous)
    )
    random, torque, previous, misses = np.random.default_rng(8), np.zeros(3), (1500.0,) * N, []
    for k in range(300):
        torque = 0.9 * torque + random.normal(size=3) * [30.0, 150.0, 150.0]
        lift = N * ENGINES.maximum_thrust * (0.5 + 0.2 * np.sin(k / 40.0))
        previous = tuple(float(t) for t in run(lift, tuple(torque), previous))
        best, effect = exact(ENGINES, lift, torque, ALL)
        misses.append(np.abs(effect @ (np.array(previous) - best)) / [lift, 1.0, 1.0, 1.0])
    worst = np.max(misses[20:], axis=0)
    assert worst[0] < 1e-3
    assert worst[1] < 25.0  # roll: little authority, so it converges last; demands are 70 N m (1 sigma)
    assert max(worst[2:]) < 2.0  # demands are 340 N m (1 sigma)


@pytest.mark.parametrize(
    "lit", [ALL, HOVER, (1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0)], ids=["eight", "four", "one out"]
)
def test_a_held_demand_converges_to_the_bounded_least_squares_effect(lit: tuple[float, ...]) -> None:
    random = np.random.default_rng(9)
    for _ in range(8):
        lift = random.uniform(0.3, 0.9) * sum(lit) * ENGINES.maximum_thrust
        torque = random.normal(size=3) * [100.0, 800.0, 800.0]
        thrust = found(lift, torque, lit, tuple(random.uniform(400.0, 3000.0, N)), cycles=30)
        best, effect = exact(ENGINES, lift, torque, lit)
        np.testing.assert_allclose(effect @ thrust, effect @ best, atol=0.005 * lift)
        assert np.all(thrust[np.array(lit) < 0.5] == 0.0)
        burning = thrust[np.array(lit) > 0.5]
        assert np.all(burning >= ENGINES.minimum_thrust - 1e-9)
        assert np.all(burning <= ENGINES.maximum_thrust + 1e-9)


@pytest.mark.parametrize("share", [-1.0, 0.0, 1.0, 1.3, 5.0])
@pytest.mark.parametrize("lit", [ALL, HOVER], ids=["eight", "four"])
def test_attitude_comes_before_lift_however_much_is_asked_for(lit: tuple[float, ...], share: float) -> None:
    """With weights alone, a third more lift than there is turned the sign of a torque of 500 N m."""
    lift, torque = share * sum(lit) * ENGINES.maximum_thrust, np.array([0.0, 500.0, -300.0])
    thrust = found(lift, torque, lit, (1500.0,) * N, cycles=20)
    got = exact(ENGINES, lift, torque, lit)[1] @ thrust
    if share > 0.5:
        np.testing.assert_allclose(got[2:], torque[1:], atol=10.0)
    else:  # at the lowest throttle torque can only be made with more lift than asked for
        assert np.all(got[2:] / torque[1:] > 0.6)


def test_with_an_engine_out_the_others_hold_the_attitude() -> None:
    lit = (0.0, *(1.0,) * (N - 1))
    thrust = found(12000.0, np.zeros(3), lit, (1500.0,) * N, cycles=20)
    _, effect = exact(ENGINES, 12000.0, np.zeros(3), lit)
    got = effect @ thrust
    assert got[0] == pytest.approx(12000.0, rel=0.01)
    assert np.max(np.abs(got[1:])) < 30.0


@pytest.mark.parametrize(("count", "radius"), [(3, 0.15), (4, 0.3), (12, 0.4), (4, 2.0)])
def test_any_set_of_engines_converges(count: int, radius: float) -> None:
    """Engines close to the axis made the steps too long once, and every throttle fell to its stop."""
    a = 2.0 * np.pi * np.arange(count) / count
    ring = dataclasses.replace(
        ENGINES, place_x=(-1.0,) * count, place_y=tuple(radius * np.cos(a)), place_z=tuple(radius * np.sin(a)),
        push_x=(-1.0,) * count, push_y=(0.0,) * count, push_z=(0.0,) * count, hover_set=(1.0,) * count,
    )  # fmt: skip
    lift = 0.5 * count * ENGINES.maximum_thrust
    run = jax.jit(lambda p: allocation.allocate(ring, CENTRE, lift, Vec3(0.0, 0.0, 0.0), (1.0,) * count, p))
    thrust = np.array(run((400.0,) + (1500.0,) * (count - 1)))
    assert np.sum(thrust) == pytest.approx(lift, rel=0.01)
