"""Gyros and accelerometers: sums over a cycle with bias, scale factor, misalignment and random walk.

measured = (1 + s) (x + m x x) + b dt + n sqrt(dt). Source: Titterton and Weston, Strapdown Inertial Navigation Technology, 8.
Assumes the unit at the centre of mass and errors that stay constant through the landing.
"""

from skycrane.core import elementary as fn
from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, cross
from skycrane.mission.parameters.sensing import InertialUnitParameters
from skycrane.sensing.measurements import InertialMeasurement


@component
class InertialUnit(InertialUnitParameters):
    """Strapdown inertial unit."""

    sources = ("titterton2004",)

    def measure(
        self, velocity_change: Vec3, turn: Vec3, cycle: Scalar, noise: tuple[Scalar, ...]
    ) -> InertialMeasurement:
        """Measured sums from the true ones over `cycle` [s]; `noise` is six standard normal draws (zero for none)."""
        root = fn.sqrt(cycle)
        walk_v, walk_a = (
            Vec3(*noise[:3]) * (self.accelerometer_noise * root),
            Vec3(*noise[3:6]) * (self.gyro_noise * root),
        )
        return InertialMeasurement(
            _distort(velocity_change, self.accelerometer_scale, self.accelerometer_misalignment)
            + Vec3(*self.accelerometer_bias) * cycle
            + walk_v,
            _distort(turn, self.gyro_scale, self.gyro_misalignment) + Vec3(*self.gyro_bias) * cycle + walk_a,
        )


def _distort(v: Vec3, scale: tuple[Scalar, ...], misalignment: tuple[Scalar, ...]) -> Vec3:
    turned = v + cross(Vec3(*misalignment), v)
    return Vec3(turned.x * (1.0 + scale[0]), turned.y * (1.0 + scale[1]), turned.z * (1.0 + scale[2]))
