"""The wanted acceleration from engine start to the ground, mode by mode, and the rules that change the mode.

Approach: track the profile. Constant velocity: hold the sink rate, which absorbs the error of height. Constant deceleration: follow
v(h) = sqrt(v1^2 + 2 a (h - h1)) down to the slow descent. Slow descent: hold the sink rate with an integral on the load, so that the
thrust asked for falls to the stage's own weight once the lander stands. Source: Way et al. 2022; Steltzner et al. 2008.
"""

from typing import Any, NamedTuple

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, norm
from skycrane.gnc.guidance.polynomial_descent import Approach

FREE_FALL, WARM_UP, APPROACH, CONSTANT_VELOCITY, CONSTANT_DECELERATION, SLOW_DESCENT = 0.0, 1.0, 2.0, 3.0, 4.0, 5.0


class Wanted(NamedTuple):
    """Wanted acceleration without gravity's share (site frame) [m/s^2] and the largest tilt allowed [rad]."""

    acceleration: Vec3
    tilt_limit: Scalar


def next_mode(
    d: Any, mode: Scalar, approach: Approach, time: Scalar, started: Scalar, height: Scalar, sink: Scalar, warm: Scalar
) -> Scalar:
    """Mode of this cycle; `started` is the time of backshell separation, `warm` the warm-up time [s]."""
    waited = time - started
    mode = fn.where((mode == FREE_FALL) & (waited >= d.free_fall_time - 1e-9), WARM_UP, mode)
    mode = fn.where((mode == WARM_UP) & (waited >= d.free_fall_time + warm - 1e-9), APPROACH, mode)
    arrived = (time >= approach.start + approach.duration) & (approach.duration > 0.0)
    mode = fn.where((mode == APPROACH) & (arrived | (height < d.approach_end_height)), CONSTANT_VELOCITY, mode)
    brake = d.sky_crane_height + (sink * sink - d.slow_descent * d.slow_descent) / (2.0 * d.constant_deceleration)
    mode = fn.where((mode == CONSTANT_VELOCITY) & (height <= brake), CONSTANT_DECELERATION, mode)
    slow = (height <= d.sky_crane_height) | (sink <= 1.2 * d.slow_descent)
    return fn.where((mode == CONSTANT_DECELERATION) & slow, SLOW_DESCENT, mode)


def wanted_acceleration(
    d: Any, mode: Scalar, profile: tuple[Vec3, Vec3, Vec3], target: Vec3, position: Vec3, velocity: Vec3, load: Scalar
) -> Wanted:
    """Wanted acceleration in a mode; `profile` is position, velocity and acceleration of the approach now, position.z the navigated
    height over terrain, `load` the integral of the sink-rate error.
    """
    p, v, a = profile
    track = a + (p - position) * d.position_gain + (v - velocity) * d.velocity_gain
    aside = Vec3(target.x - position.x, target.y - position.y, 0.0 * position.x) * d.position_gain
    flat = Vec3(
        aside.x - 1.5 * d.velocity_gain * velocity.x, aside.y - 1.5 * d.velocity_gain * velocity.y, 0.0 * velocity.x
    )
    above = fn.maximum(position.z - d.sky_crane_height, 0.0)
    falling = fn.sqrt(d.slow_descent * d.slow_descent + 2.0 * d.constant_deceleration * above)
    steady = 2.0 * d.velocity_gain * (-d.constant_velocity - velocity.z)
    brake = d.constant_deceleration + 2.0 * d.velocity_gain * (-falling - velocity.z)
    slow = 2.0 * d.velocity_gain * (-d.slow_descent - velocity.z) + load
    up = fn.where(mode < 3.5, steady, fn.where(mode < 4.5, brake, slow))
    later = Vec3(flat.x, flat.y, up)
    tracking = mode < 2.5
    acceleration = Vec3(*(fn.where(tracking, x, y) for x, y in zip(track, later, strict=True)))
    return Wanted(acceleration, fn.where(mode > 4.5, d.slow_tilt_limit, d.tilt_limit))


def tilted(thrust: Vec3, limit: Scalar) -> Vec3:
    """Wanted specific thrust (site frame) with its horizontal part cut to the tilt limit: vertical comes first."""
    up = fn.maximum(thrust.z, 0.5)
    across = norm(Vec3(thrust.x, thrust.y, 0.0 * thrust.x))
    most = up * fn.sin(limit) / fn.cos(limit)
    scale = fn.minimum(1.0, most / fn.maximum(across, 1e-9))
    return Vec3(thrust.x * scale, thrust.y * scale, up)
