"""Feet on the ground: springs that only push, and friction that holds up to its angle."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from skycrane import load_mission
from skycrane.core.vector import Vec3, cross, dot, norm, unit
from skycrane.vehicle.feet import Feet

GIVEN = load_mission("mars2020").parameters.vehicle.feet
FEET = Feet(**{f.name: getattr(GIVEN, f.name) for f in dataclasses.fields(GIVEN)})
UP, G, MASS = Vec3(0.0, 0.0, 1.0), 3.71, 1026.0
CREEP = 0.02  # m/s below which friction is proportional to slip
vectors = st.builds(Vec3, *(st.floats(-3.0, 3.0) for _ in range(3))).filter(lambda v: norm(v) > 0.1)


@given(st.floats(-0.1, 0.2), vectors, vectors)
def test_the_ground_pushes_and_never_pulls_and_friction_never_exceeds_its_cone(
    depth: float, velocity: Vec3, up: Vec3
) -> None:
    normal = unit(up)
    push, load = FEET.push(depth, velocity, normal)
    sinking = -dot(velocity, normal)
    assert load == pytest.approx(
        max(FEET.stiffness * depth + FEET.damping * sinking, 0.0) if depth > 0.0 else 0.0, abs=1e-6
    )
    assert dot(push, normal) == pytest.approx(load, rel=1e-9, abs=1e-6)
    slip, friction = velocity + normal * sinking, push - normal * load
    assert norm(friction) <= FEET.friction * load * (1.0 + 1e-9) + 1e-9
    assert dot(friction, slip) <= 1e-9
    if norm(slip) > CREEP:
        assert norm(friction) == pytest.approx(FEET.friction * load, rel=1e-6, abs=1e-6)
    np.testing.assert_allclose(cross(friction, slip), (0.0, 0.0, 0.0), atol=1e-6 * (1.0 + load))


def slide(incline: float, time: float) -> tuple[float, float]:
    """Distance and speed down an incline [deg] of a block on one foot, started at rest with its weight carried."""
    a = np.radians(incline)
    normal, down = Vec3(np.sin(a), 0.0, np.cos(a)), Vec3(np.cos(a), 0.0, -np.sin(a))
    foot = dataclasses.replace(FEET, damping=2e4)
    depth = MASS * G * np.cos(a) / foot.stiffness

    def rates(_: float, y: np.ndarray) -> list[float]:
        push, _ = foot.push(depth - y[1], down * y[2] + normal * y[3], normal)
        return [y[2], y[3], dot(push, down) / MASS + G * np.sin(a), dot(push, normal) / MASS - G * np.cos(a)]

    flown = solve_ivp(rates, (0.0, time), [0.0, 0.0, 0.0, 0.0], method="LSODA", rtol=1e-8, atol=1e-10)
    return float(flown.y[0, -1]), float(flown.y[2, -1])


def test_a_block_steeper_than_the_friction_angle_slides_as_galileo_says() -> None:
    """s = g (sin a - mu cos a) t^2 / 2; the first 2 cm/s are slower friction, worth well under a per cent."""
    a, t = np.radians(45.0), 3.0
    wanted = G * (np.sin(a) - FEET.friction * np.cos(a))
    distance, speed = slide(45.0, t)
    assert speed == pytest.approx(wanted * t, rel=0.02)
    assert distance == pytest.approx(0.5 * wanted * t * t, rel=0.02)


def test_a_block_below_the_friction_angle_only_creeps() -> None:
    """mu = 0.6 is 31 degrees. The regularised law lets it creep at 2 cm/s tan(a)/mu, the price of smooth equations."""
    _, speed = slide(20.0, 3.0)
    assert speed == pytest.approx(CREEP * np.tan(np.radians(20.0)) / FEET.friction, rel=1e-3)


def test_a_mass_let_down_on_three_springs_sinks_and_settles_as_an_oscillator() -> None:
    """m x'' + 3 c x' + 3 k x = m g from 0.75 m/s: depth against the closed form while all feet push, and the rest depth."""
    k, c = 3.0 * FEET.stiffness, 3.0 * 500.0
    feet = dataclasses.replace(FEET, damping=500.0)

    def rates(_: float, y: np.ndarray) -> list[float]:
        push = sum(feet.push(y[0], Vec3(0.0, 0.0, -y[1]), UP)[1] for _ in range(3))
        return [y[1], G - push / MASS]

    times = np.linspace(0.0, 0.25, 50)
    flown = solve_ivp(rates, (0.0, 0.25), [1e-9, 0.75], t_eval=times, rtol=1e-10, atol=1e-12).y[0]
    w, rest = np.sqrt(k / MASS), MASS * G / k
    z = c / (2.0 * np.sqrt(k * MASS))
    wd = w * np.sqrt(1.0 - z * z)
    closed = rest + np.exp(-z * w * times) * (
        -rest * np.cos(wd * times) + (0.75 - z * w * rest) / wd * np.sin(wd * times)
    )
    np.testing.assert_allclose(flown, closed, atol=1e-6)
    later = solve_ivp(rates, (0.0, 20.0), [1e-9, 0.75], rtol=1e-8).y[0, -1]
    assert later == pytest.approx(rest, rel=1e-3)


def test_the_wheels_stand_on_a_track_as_wide_as_the_rovers() -> None:
    places = np.array([FEET.place(i) for i in range(FEET.count())])
    assert FEET.count() == 6
    np.testing.assert_allclose(np.ptp(places[:, 1:], axis=0), (2.2, 2.2), atol=0.05)
    assert len(set(places[:, 0])) == 1
