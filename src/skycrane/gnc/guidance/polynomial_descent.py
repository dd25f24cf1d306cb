"""Powered approach by a polynomial: one profile from where the engines take over to the end point above the target, then tracked.

Each axis follows a quintic through position, velocity and acceleration at both ends (acceleration zero at both: weight is carried
throughout); duration T = 2 dh / (v0 + v1), the time of a uniform change of sink rate. Tracking adds position and velocity feedback.
Source: Klumpp, Apollo lunar-descent guidance (1974), in the one-shot form flown by Mars 2020 (Way et al. 2022).
"""

from typing import NamedTuple

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3


class Approach(NamedTuple):
    """A quintic per axis (site frame): start, duration [s] and coefficients of t^0 .. t^5."""

    start: Scalar
    duration: Scalar
    coefficients: tuple[Vec3, Vec3, Vec3, Vec3, Vec3, Vec3]


def plan_approach(now: Scalar, position: Vec3, velocity: Vec3, end: Vec3, end_velocity: Vec3) -> Approach:
    """Profile from here to the end point; all in the site frame [m, m/s]."""
    fall = fn.maximum(position.z - end.z, 1.0)
    duration = 2.0 * fall / fn.maximum(-velocity.z - end_velocity.z, 1.0)
    axes = [
        _quintic(p0, v0, p1, v1, duration) for p0, v0, p1, v1 in zip(position, velocity, end, end_velocity, strict=True)
    ]
    return Approach(now, duration, tuple(Vec3(*(a[k] for a in axes)) for k in range(6)))  # type: ignore[arg-type]


def _quintic(p0: Scalar, v0: Scalar, p1: Scalar, v1: Scalar, t: Scalar) -> tuple[Scalar, ...]:
    gap = p1 - p0 - v0 * t
    change = v1 - v0
    i = 1.0 / t
    i2 = i * i
    return (
        p0 + 0.0 * t,
        v0 + 0.0 * t,
        0.0 * t,
        (10.0 * gap - 4.0 * change * t) * i2 * i,
        (-15.0 * gap + 7.0 * change * t) * i2 * i2,
        (6.0 * gap - 3.0 * change * t) * i2 * i2 * i,
    )


def on_profile(a: Approach, now: Scalar) -> tuple[Vec3, Vec3, Vec3]:
    """Position, velocity and acceleration of the profile; held at its ends."""
    t = fn.clip(now - a.start, 0.0, a.duration)
    c = a.coefficients
    position = c[0] + (c[1] + (c[2] + (c[3] + (c[4] + c[5] * t) * t) * t) * t) * t
    velocity = c[1] + (c[2] * 2.0 + (c[3] * 3.0 + (c[4] * 4.0 + c[5] * (5.0 * t)) * t) * t) * t
    acceleration = c[2] * 2.0 + (c[3] * 6.0 + (c[4] * 12.0 + c[5] * (20.0 * t)) * t) * t
    return position, velocity, acceleration
