"""Attitude in the air by pulsed thrusters: bank commanded, sideslip nulled, rates damped; under the canopy damping only.

Three modes: before the air is felt the angle of attack is held (pre-bank hold); in the air pitch is damped only, for the body trims
by itself; bank is always commanded and sideslip nulled. A roll of more than 90 degrees to the other side goes through lift up where
the mission says so. The bank error becomes a rate about the velocity, held inside a rate limit and inside sqrt(2 a e) so that it can
stop in time (a phase plane with a parabolic switching curve); rate errors beyond a deadband become torque I b (w_c - w).
Source: Wie, Space Vehicle Dynamics and Control, 7. Bank, angle of attack and sideslip are those of the navigated velocity: the wind
is not known on board.
"""

import math
from typing import NamedTuple

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, cross, dot, limit, norm, unit
from skycrane.gnc.navigation.estimate import Estimate
from skycrane.mission.parameters.mind import AttitudeControlParameters


class FlightAngles(NamedTuple):
    """Angles of the body to its velocity [rad]."""

    angle_of_attack: Scalar
    sideslip: Scalar
    bank: Scalar


def flight_angles(position: Vec3, velocity: Vec3, body: attitude.Mat3) -> FlightAngles:
    """Angle of attack, sideslip and bank (positive turns the body's top to the right) of a body frame against a velocity."""
    v_body = body.undo(velocity)
    speed = norm(velocity)
    ahead = velocity * (1.0 / speed)
    up = unit(position)
    above = unit(up - ahead * dot(up, ahead))
    right = cross(ahead, above)
    top = -(body.cz - ahead * dot(body.cz, ahead))
    return FlightAngles(
        fn.atan2(v_body.z, v_body.x),
        fn.asin(v_body.y / fn.maximum(speed, 1e-6)),
        fn.atan2(dot(top, right), dot(top, above)),
    )


@component
class AttitudeControl(AttitudeControlParameters):
    """Bank-to-turn control of a blunt body that trims by itself."""

    sources = ("wie2008",)

    def entry_torque(self, e: Estimate, bank_commanded: Scalar, hold: Scalar, inertia: Vec3) -> Vec3:
        """Torque wanted [N m, body] in entry.

        `hold` is the angle of attack to hold before the air is felt [rad]; inertia the moment about each body axis that flight software
        assumes.
        """
        body = attitude.matrix(e.attitude)
        angles = flight_angles(e.position, e.velocity, body)
        error = self.bank_error(bank_commanded, angles.bank)
        size = fn.maximum(abs(error) - self.angle_deadband, 0.0)
        stop = fn.sqrt(2.0 * self.bank_acceleration_limit * size + 1e-12)
        rate = fn.minimum(fn.minimum(self.bank_bandwidth * size, stop), self.bank_rate_limit)
        rate = fn.where(error < 0.0, -rate, rate)
        ahead = unit(body.undo(e.velocity))
        wanted = ahead * rate
        outside = fn.where(norm(e.specific_force) < self.hold_below, 1.0, 0.0)
        pitch = outside * self.sideslip_gain * (hold - angles.angle_of_attack)
        wanted = Vec3(wanted.x, wanted.y + pitch, wanted.z + self.sideslip_gain * angles.sideslip)
        return self._rate_torque(wanted - e.angular_rate, inertia, self.rate_deadband, self.bank_acceleration_limit)

    def bank_error(self, commanded: Scalar, bank: Scalar) -> Scalar:
        """How far to roll [rad], and which way: the short one, or through lift up where it is more than 90 degrees."""
        short = fn.wrap(commanded - bank)
        if self.reversal != "lift_up":
            return short
        return fn.where(abs(short) > 0.5 * math.pi, fn.wrap(commanded) - bank, short)

    def damping_torque(self, e: Estimate, inertia: Vec3) -> Vec3:
        """Torque wanted [N m, body] under the canopy: rates beyond a wide deadband are damped."""
        return self._rate_torque(-e.angular_rate, inertia, self.parachute_rate_deadband, self.bank_acceleration_limit)

    def _rate_torque(self, error: Vec3, inertia: Vec3, deadband: Scalar, most: Scalar) -> Vec3:
        """Torque that turns rate errors beyond the deadband away; the limit shortens the acceleration and keeps its axis."""
        beyond = Vec3(*(fn.where(abs(x) > deadband, self.rate_bandwidth * x, 0.0) for x in error))
        acceleration = limit(beyond, most)
        return Vec3(*(i * a for i, a in zip(inertia, acceleration, strict=True)))
