"""The inertial unit says what was true, and the errors that its data sheet gives, no others."""

import dataclasses

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from skycrane.core.vector import Vec3
from skycrane.sensing.inertial_unit import InertialUnit

PERFECT, CYCLE = InertialUnit(), 0.05
QUIET = (0.0,) * 6
PUSH, TURN = Vec3(-2.0, 0.3, 1.1), Vec3(0.01, -0.004, 0.002)


def with_errors(**errors: object) -> InertialUnit:
    """A perfect unit with a few errors (SI)."""
    return dataclasses.replace(PERFECT, **errors)


def test_a_perfect_unit_says_the_truth() -> None:
    m = PERFECT.measure(PUSH, TURN, CYCLE, QUIET)
    np.testing.assert_allclose(m.velocity_change, PUSH)
    np.testing.assert_allclose(m.turn, TURN)


def test_bias_adds_up_with_time_and_not_with_the_signal() -> None:
    unit = with_errors(accelerometer_bias=(1e-3, 0.0, -2e-3), gyro_bias=(0.0, 5e-6, 0.0))
    for push in (PUSH, Vec3(0.0, 0.0, 0.0)):
        m = unit.measure(push, TURN, CYCLE, QUIET)
        np.testing.assert_allclose(np.array(m.velocity_change) - push, np.array([1e-3, 0.0, -2e-3]) * CYCLE, atol=1e-15)
        np.testing.assert_allclose(np.array(m.turn) - TURN, np.array([0.0, 5e-6, 0.0]) * CYCLE, atol=1e-15)


def test_scale_and_misalignment_go_with_the_signal() -> None:
    """One degree per hour is 4.848e-6 rad/s; here 300 ppm and 40 arcsec: misalignment turns the measured vector by its angle."""
    angle = np.radians(40.0 / 3600.0)
    unit = with_errors(accelerometer_scale=(3e-4, 0.0, 0.0), gyro_misalignment=(0.0, 0.0, angle))
    m = unit.measure(PUSH, TURN, CYCLE, QUIET)
    np.testing.assert_allclose(m.velocity_change, (PUSH.x * 1.0003, PUSH.y, PUSH.z))
    np.testing.assert_allclose(m.turn, Rotation.from_rotvec([0.0, 0.0, angle]).apply(TURN), rtol=1e-7)
    assert np.linalg.norm(m.turn) == pytest.approx(np.linalg.norm(TURN), rel=1e-7)


def test_noise_is_a_random_walk() -> None:
    """The variance of the sum grows with time and does not depend on how time is cut into cycles."""
    random, seconds, cases = np.random.default_rng(4), 10.0, 4000
    unit = with_errors(accelerometer_noise=3e-3, gyro_noise=1e-5)
    for cycle in (0.05, 0.5):
        sums = np.zeros((6, cases))
        for _ in range(round(seconds / cycle)):
            m = unit.measure(Vec3(0.0, 0.0, 0.0), Vec3(0.0, 0.0, 0.0), cycle, tuple(random.standard_normal((6, cases))))
            sums += np.stack([*m.velocity_change, *m.turn])
        np.testing.assert_allclose(sums[:3].std(axis=1), 3e-3 * np.sqrt(seconds), rtol=0.05)
        np.testing.assert_allclose(sums[3:].std(axis=1), 1e-5 * np.sqrt(seconds), rtol=0.05)
        assert np.max(np.abs(np.corrcoef(sums) - np.eye(6))) < 0.06
