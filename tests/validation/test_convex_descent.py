"""Fuel-optimal powered descent against Acikmese and Ploen (2007), whose case two independent solvers have repeated to 0.2 kg."""

import math
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from skycrane.core.vector import Vec3
from skycrane.gnc.guidance.convex_descent import solve_descent, thrust_range
from skycrane.gnc.guidance.descent_problem import DescentProblem
from skycrane.gnc.guidance.descent_profile import DescentProfile
from skycrane.mission.parameters.vehicle import EngineParameters

THRUST, ISP, STANDARD_GRAVITY, CANT, COUNT = 3100.0, 225.0, 9.807, math.radians(27.0), 6
GRAVITY = Vec3(0.0, 0.0, -3.7114)
LIMITS: dict[str, dict[str, float]] = {
    "none": {},
    "ground": {"ground_height": 0.0},
    "glide slope": {"glide_slope": math.radians(4.0)},
}
PUBLISHED = {
    "none": (72.0, 387.94),
    "ground": (74.4, 390.4),
    "glide slope": (78.0, 398.2),
}  # flight time [s], fuel [kg]
TIME_TOLERANCE = 0.5  # [s]; within it the fuel changes by less than 0.05 kg


def six_engines() -> EngineParameters:
    """Six engines at 30 to 80 % throttle, canted outwards all round."""
    around = [2.0 * math.pi * k / COUNT for k in range(COUNT)]
    zeros = (0.0,) * COUNT
    return EngineParameters(
        maximum_thrust=0.8 * THRUST,
        minimum_thrust=0.3 * THRUST,
        exhaust_velocity=ISP * STANDARD_GRAVITY,
        exhaust_velocity_low=ISP * STANDARD_GRAVITY,
        lag=0.1,
        warm_up_time=0.0,
        place_x=zeros,
        place_y=zeros,
        place_z=zeros,
        push_x=(-math.cos(CANT),) * COUNT,
        push_y=tuple(math.sin(CANT) * math.cos(a) for a in around),
        push_z=tuple(math.sin(CANT) * math.sin(a) for a in around),
        hover_set=zeros,
    )


def descent(limits: str, **more: Any) -> DescentProblem:
    """The published case: site frame, here with its downrange to the east."""
    thrust = thrust_range(six_engines())
    return DescentProblem(
        position=Vec3(2000.0, 0.0, 1500.0),
        velocity=Vec3(100.0, 0.0, -75.0),
        mass=1905.0,
        dry_mass=1505.0,
        minimum_thrust=thrust.minimum,
        maximum_thrust=thrust.maximum,
        exhaust_velocity=thrust.exhaust_velocity,
        gravity=GRAVITY,
        **LIMITS[limits],
        **more,
    )


@cache
def best(limits: str, intervals: int) -> DescentProfile:
    return solve_descent(descent(limits), intervals)


@pytest.mark.parametrize("limits", PUBLISHED)
@pytest.mark.parametrize(("intervals", "tolerance"), [(75, 0.5), (300, 0.2)])
def test_least_fuel_and_its_flight_time(limits: str, intervals: int, tolerance: float) -> None:
    time, fuel = PUBLISHED[limits]
    profile = best(limits, intervals)
    assert profile.fuel == pytest.approx(fuel, abs=tolerance)
    assert profile.flight_time == pytest.approx(time, abs=TIME_TOLERANCE)


@pytest.mark.parametrize("limits", PUBLISHED)
@pytest.mark.parametrize(("intervals", "tolerance"), [(75, 0.5), (300, 0.2)])
def test_fuel_at_the_published_flight_time(limits: str, intervals: int, tolerance: float) -> None:
    time, fuel = PUBLISHED[limits]
    profile = solve_descent(descent(limits, flight_time=time), intervals)
    assert profile.solves == 1
    assert profile.fuel == pytest.approx(fuel, abs=tolerance)


@pytest.mark.parametrize("limits", PUBLISHED)
def test_no_flight_time_nearby_takes_less(limits: str) -> None:
    profile = best(limits, 75)
    for change in (-3.0, -2.0, -0.7, 0.7, 2.0, 3.0):
        other = solve_descent(descent(limits, flight_time=profile.flight_time + change))
        assert other.fuel > profile.fuel - 2e-5 * 1905.0


@pytest.mark.parametrize("limits", PUBLISHED)
def test_relaxed_cone_is_tight_so_that_thrust_keeps_its_lower_bound(limits: str) -> None:
    problem, profile = descent(limits), best(limits, 75)
    thrust = profile.mass * np.linalg.norm(profile.thrust_acceleration, axis=1)
    assert abs(profile.thrust_slack) < 1e-5
    assert thrust.min() > problem.minimum_thrust * (1.0 - 1e-5)
    assert thrust.max() < problem.maximum_thrust * (1.0 + 1e-5)


def test_thrust_is_at_its_least_or_its_greatest_but_for_the_switches() -> None:
    """Most, least, most: what the maximum principle asks for without limits on the path (0.3 % for the linearised upper bound)."""
    problem, profile = descent("none"), best("none", 75)
    thrust = profile.mass * np.linalg.norm(profile.thrust_acceleration, axis=1)
    full = thrust > 0.997 * problem.maximum_thrust
    idle = thrust < 1.003 * problem.minimum_thrust
    assert np.count_nonzero(~full & ~idle) <= 4
    assert np.count_nonzero(np.diff(full.astype(int))) == 2
    assert full[0]
    assert full[-1]


def test_path_keeps_above_the_ground_and_the_glide_slope() -> None:
    assert best("none", 75).position[:, 2].min() < -10.0  # without the limit it goes underground: the limit is at work
    assert best("ground", 75).position[:, 2].min() > -1e-3
    path = best("glide slope", 75).position
    assert np.all(path[:, 2] - math.tan(math.radians(4.0)) * np.hypot(path[:, 0], path[:, 1]) > -1e-3)


@pytest.mark.parametrize("limits", PUBLISHED)
@pytest.mark.parametrize(("intervals", "metres", "metres_per_second"), [(75, 0.3, 0.015), (300, 0.02, 0.001)])
def test_flying_the_thrust_found_arrives(limits: str, intervals: int, metres: float, metres_per_second: float) -> None:
    """Newton's law and the rocket equation with thrust [N] linear between nodes know nothing of logarithms and cones."""
    profile = best(limits, intervals)
    end = flown(profile, thrust_range(six_engines()).exhaust_velocity)
    assert np.linalg.norm(end[:3]) < metres
    assert np.linalg.norm(end[3:6]) < metres_per_second
    assert end[6] == pytest.approx(1905.0 - profile.fuel, abs=0.05)


def flown(profile: DescentProfile, exhaust_velocity: float, steps: int = 4) -> np.ndarray:
    """Position, velocity and mass at the end, by Runge-Kutta with so many steps an interval."""
    force = profile.mass[:, None] * profile.thrust_acceleration
    h = profile.times[1] / steps
    x = np.array([*profile.position[0], *profile.velocity[0], profile.mass[0]])
    for first, second in pairwise(force):
        for k in range(steps):
            a, b, c = (first + (second - first) * ((k + s) / steps) for s in (0.0, 0.5, 1.0))
            k1 = _rates(x, a, exhaust_velocity)
            k2 = _rates(x + 0.5 * h * k1, b, exhaust_velocity)
            k3 = _rates(x + 0.5 * h * k2, b, exhaust_velocity)
            k4 = _rates(x + h * k3, c, exhaust_velocity)
            x = x + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return x


def _rates(x: np.ndarray, force: np.ndarray, exhaust_velocity: float) -> np.ndarray:
    return np.array([*x[3:6], *(force / x[6] + np.asarray(GRAVITY)), -np.linalg.norm(force) / exhaust_velocity])
