"""Bridles only pull, from their paid-out length on; what hangs on them swings and settles as closed forms say."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from skycrane import load_mission
from skycrane.core.vector import Vec3, dot, norm
from skycrane.vehicle.bridles import Bridles, End

GIVEN = load_mission("mars2020").parameters.vehicle.bridles
BRIDLES = Bridles(**{f.name: getattr(GIVEN, f.name) for f in dataclasses.fields(GIVEN)})
STILL = Vec3(0.0, 0.0, 0.0)
vectors = st.builds(Vec3, *(st.floats(-5.0, 5.0) for _ in range(3))).filter(lambda v: norm(v) > 0.1)


def test_a_stowed_bridle_spans_from_end_to_end() -> None:
    for i in range(BRIDLES.count()):
        span = float(np.linalg.norm(np.array(BRIDLES.bottom(i)) - np.array(BRIDLES.top(i))))
        assert BRIDLES.free(i, 0.5 * span, 1.0) == (pytest.approx(span), 0.0)
        assert BRIDLES.free(i, 2.0 * span, 0.7) == (pytest.approx(2.0 * span), 0.7)


def test_they_are_paid_out_at_their_rate_and_no_further_than_they_are_long() -> None:
    assert BRIDLES.paid_out(-1.0) == BRIDLES.initial_length
    late = BRIDLES.paid_out(3.0) - BRIDLES.paid_out(2.0)
    assert late == pytest.approx(BRIDLES.reel_rate)
    assert BRIDLES.paid_out(1e3) == pytest.approx(BRIDLES.length)
    assert BRIDLES.paid_out(BRIDLES.reel_time()) == pytest.approx(BRIDLES.length)


def test_the_pay_out_rate_is_the_slope_of_the_length() -> None:
    for t in (0.1, 0.4, 1.0, 3.0, BRIDLES.reel_time() - 0.2):
        slope = (BRIDLES.paid_out(t + 1e-5) - BRIDLES.paid_out(t - 1e-5)) / 2e-5
        assert slope == pytest.approx(BRIDLES.reeling(t) * BRIDLES.reel_rate, rel=1e-6)


@given(vectors, vectors, st.floats(0.5, 1.5), st.floats(0.5, 7.0), st.sampled_from([0.0, 1.0]))
def test_a_bridle_only_pulls_along_itself_and_not_below_its_length(
    line: Vec3, speed: Vec3, part: float, paid_out: float, reeling: float
) -> None:
    along = line * (1.0 / norm(line))
    pull, tension = BRIDLES.pull(End(STILL, STILL), End(along * (part * paid_out), speed), paid_out, reeling)
    stretch = (part - 1.0) * paid_out
    rate = dot(speed, along) - reeling * BRIDLES.reel_rate
    spring = BRIDLES.stiffness * BRIDLES.length / paid_out * stretch + BRIDLES.damping * rate
    assert tension == pytest.approx(max(spring, 0.0) if stretch > 0.0 else 0.0, rel=1e-6, abs=1e-4)
    np.testing.assert_allclose(pull, along * tension, rtol=1e-9, atol=1e-6)


def test_a_short_piece_is_stiffer() -> None:
    """Half the length of the same cable takes twice the force for the same stretch."""
    full, half = (BRIDLES.pull(End(STILL, STILL), End(Vec3(0.0, 0.0, x + 0.01), STILL), x, 0.0)[1] for x in (7.0, 3.5))
    assert half == pytest.approx(2.0 * full)


def test_paying_out_with_the_load_costs_no_damping() -> None:
    """A load that sinks just as fast as the drum turns feels the spring alone."""
    moving = End(Vec3(0.0, 0.0, 3.01), Vec3(0.0, 0.0, BRIDLES.reel_rate))
    assert BRIDLES.pull(End(STILL, STILL), moving, 3.0, 1.0)[1] == pytest.approx(BRIDLES.stiffness * 7.0 / 3.0 * 0.01)


def swing(stiffness: float, amplitude: float) -> float:
    """Period of a 1000 kg load on one undamped bridle of 7 m, hanging on a fixed point in 3.71 m/s^2."""
    cable = dataclasses.replace(BRIDLES, stiffness=stiffness, damping=0.0)
    mass, g = 1000.0, 3.71

    def rates(_: float, y: np.ndarray) -> np.ndarray:
        pull, _ = cable.pull(End(STILL, STILL), End(Vec3(*y[:3]), Vec3(*y[3:])), cable.length, 0.0)
        return np.array([*y[3:], *(-np.array(pull) / mass - [0.0, 0.0, g])])

    hang = cable.length + mass * g / stiffness
    start = np.array([hang * np.sin(amplitude), 0.0, -hang * np.cos(amplitude), 0.0, 0.0, 0.0])
    through = lambda t, y: y[0]  # noqa: E731
    flown = solve_ivp(rates, (0.0, 30.0), start, events=through, rtol=1e-9, atol=1e-9)
    crossings = flown.t_events[0]
    return float(2.0 * (crossings[-1] - crossings[0]) / (len(crossings) - 1))


def test_a_load_on_a_stiff_bridle_swings_with_the_pendulums_period() -> None:
    """2 pi sqrt(l/g) (1 + a^2/16) with l stretched by the weight; a = 5 deg."""
    a, stiff = np.radians(5.0), 1e7
    hang = BRIDLES.length + 3710.0 / stiff
    assert swing(stiff, a) == pytest.approx(2.0 * np.pi * np.sqrt(hang / 3.71) * (1.0 + a * a / 16.0), rel=1e-3)


def test_two_bodies_keep_their_momentum_when_the_bridle_goes_taut() -> None:
    """1000 and 1100 kg draw apart at 1.3 m/s until the bridle stops them: momentum is kept, energy only falls."""
    masses, k = (1000.0, 1100.0), BRIDLES.length

    def ends(y: np.ndarray) -> tuple[End, End]:
        return End(Vec3(0.0, 0.0, y[0]), Vec3(0.0, 0.0, y[2])), End(Vec3(0.0, 0.0, y[1]), Vec3(0.0, 0.0, y[3]))

    def rates(_: float, y: np.ndarray) -> list[float]:
        pull, _ = BRIDLES.pull(*ends(y), k, 0.0)
        return [y[2], y[3], pull.z / masses[0], -pull.z / masses[1]]

    start = np.array([0.0, 6.9, 0.0, 1.3])
    flown = solve_ivp(rates, (0.0, 2.0), start, max_step=2e-3, rtol=1e-9, atol=1e-9)
    momentum = masses[0] * flown.y[2] + masses[1] * flown.y[3]
    np.testing.assert_allclose(momentum, momentum[0], rtol=1e-9)
    stretch = np.maximum(flown.y[1] - flown.y[0] - k, 0.0)
    energy = 0.5 * (masses[0] * flown.y[2] ** 2 + masses[1] * flown.y[3] ** 2) + 0.5 * BRIDLES.stiffness * stretch**2
    assert np.all(np.diff(energy) < 1e-6)
    reduced = masses[0] * masses[1] / sum(masses)
    assert np.max(stretch) < 1.3 * np.sqrt(reduced / BRIDLES.stiffness)  # that of the undamped bridle
