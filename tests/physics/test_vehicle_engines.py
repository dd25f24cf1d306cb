"""Engines follow their throttle with a lag, between their limits, and burn what thrust costs."""

import dataclasses

import numpy as np
import pytest

from skycrane import load_mission
from skycrane.core.errors import InputError
from skycrane.core.vector import Vec3
from skycrane.vehicle.engines import Engines

GIVEN = load_mission("mars2020").parameters.vehicle.engines
ENGINES = Engines(**{f.name: getattr(GIVEN, f.name) for f in dataclasses.fields(GIVEN)})
N = ENGINES.count()
LIT = (1.0,) * N
HALF = (0.5 * ENGINES.maximum_thrust,) * N


def test_thrust_lags_a_step_exponentially() -> None:
    """T(t) = Tc + (T0 - Tc) exp(-t/lag), by fourth-order steps of the rate that flies."""
    commanded, thrust, h = (3000.0,) * N, np.full(N, 500.0), 0.005
    rate = lambda t: np.array(ENGINES.thrust_rate(commanded, tuple(t)))  # noqa: E731
    for _ in range(20):
        a = rate(thrust)
        b = rate(thrust + 0.5 * h * a)
        c = rate(thrust + 0.5 * h * b)
        d = rate(thrust + h * c)
        thrust = thrust + h / 6.0 * (a + 2 * b + 2 * c + d)
    np.testing.assert_allclose(thrust, 3000.0 - 2500.0 * np.exp(-0.1 / ENGINES.lag), rtol=1e-5)


def test_throttle_stays_within_what_burns_stably() -> None:
    full, low = ENGINES.maximum_thrust, ENGINES.minimum_thrust
    throttle = (-1.0, 0.0, 0.05, 0.3, 0.7, 1.0, 1.5, 0.5)
    np.testing.assert_allclose(
        ENGINES.answer(tuple(u * full for u in throttle), LIT), np.clip(np.array(throttle) * full, low, full)
    )


def test_an_engine_that_is_out_or_failed_gives_nothing() -> None:
    lit = (1.0, 0.0) * (N // 2)
    np.testing.assert_allclose(ENGINES.answer(HALF, lit), np.array(lit) * 0.5 * ENGINES.maximum_thrust)
    failed = dataclasses.replace(ENGINES, failed_engine=3.0)
    thrust = np.array(failed.answer(HALF, LIT))
    assert thrust[2] == 0.0
    assert np.all(np.delete(thrust, 2) > 0.0)


def test_delivered_thrust_scales() -> None:
    strong = dataclasses.replace(ENGINES, thrust_scale=1.03)
    np.testing.assert_allclose(strong.answer(HALF, LIT), 1.03 * np.array(ENGINES.answer(HALF, LIT)))


def test_one_engine_can_deliver_less() -> None:
    """Engine 3 at 95 %: every other engine as before, whatever is asked of them."""
    weak = dataclasses.replace(ENGINES, thrust_factor=tuple(0.95 if i == 2 else 1.0 for i in range(N)))
    share = np.array(weak.answer(HALF, LIT)) / np.array(ENGINES.answer(HALF, LIT))
    np.testing.assert_allclose(share, [0.95 if i == 2 else 1.0 for i in range(N)], rtol=1e-15)


def test_engines_without_factors_of_their_own_deliver_in_full() -> None:
    bare = dataclasses.replace(ENGINES, thrust_factor=())
    assert bare.answer(HALF, LIT) == ENGINES.answer(HALF, LIT)


@pytest.mark.parametrize(
    ("factors", "why"),
    [
        ([1.0, 1.0], "thrust_factor has 2 numbers, must have 8: one an engine"),
        ([1.0] * 7 + [-0.1], "must be at least 0"),
    ],
)
def test_factors_that_fit_no_engine_are_refused(factors: list[float], why: str) -> None:
    with pytest.raises(InputError, match=why):
        load_mission("mars2020").with_changes({"vehicle.engines.thrust_factor": factors})


def test_mass_flow_is_thrust_over_exhaust_velocity_at_both_ends() -> None:
    low, full = ENGINES.minimum_thrust, ENGINES.maximum_thrust
    assert ENGINES.mass_flow((low,) * N) == pytest.approx(N * low / ENGINES.exhaust_velocity_low)
    assert ENGINES.mass_flow((full,) * N) == pytest.approx(N * full / ENGINES.exhaust_velocity)
    assert ENGINES.mass_flow((0.0,) * N) == 0.0
    middle = 0.5 * (ENGINES.exhaust_velocity + ENGINES.exhaust_velocity_low)
    assert ENGINES.mass_flow((0.5 * (low + full),)) == pytest.approx(0.5 * (low + full) / middle)


def test_force_and_torque_are_those_of_numpy() -> None:
    thrust, centre = np.linspace(400.0, 3000.0, N), np.array([-1.6, 0.01, -0.02])
    push = np.array([GIVEN.push_x, GIVEN.push_y, GIVEN.push_z]).T
    push = push / np.linalg.norm(push, axis=1)[:, None] * thrust[:, None]
    arm = np.array([GIVEN.place_x, GIVEN.place_y, GIVEN.place_z]).T - centre
    force, torque = ENGINES.force_and_torque(tuple(thrust), Vec3(*centre))
    np.testing.assert_allclose(force, push.sum(axis=0), atol=1e-9)
    np.testing.assert_allclose(torque, np.cross(arm, push).sum(axis=0), atol=1e-9)


def test_the_cants_are_those_published_and_the_set_is_balanced() -> None:
    """5 and 25 degrees off the axis; at equal thrust the sideways forces and the roll torque cancel, with four engines too."""
    cant = np.degrees(np.arccos([-ENGINES.push(i).x for i in range(N)]))
    np.testing.assert_allclose(np.sort(cant), [5.0] * 4 + [25.0] * 4, atol=0.05)
    for lit in (LIT, GIVEN.hover_set):
        force, torque = ENGINES.force_and_torque(tuple(1000.0 * on for on in lit), Vec3(-1.6, 0.0, 0.0))
        assert np.hypot(force.y, force.z) < 1e-3 * -force.x
        np.testing.assert_allclose(torque, 0.0, atol=1e-3 * -force.x)
