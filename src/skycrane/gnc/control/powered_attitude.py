"""Attitude under engines: body -x follows the wanted thrust, roll holds a heading; proportional-derivative on the rotation vector.

T = I (wn^2 e - 2 z wn w), z = 0.9. Source: Wie, Space Vehicle Dynamics and Control, 7.
"""

from skycrane.core import attitude
from skycrane.core.attitude import Mat3, Quaternion, multiply
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, cross, limit, unit
from skycrane.gnc.navigation.estimate import Estimate

_DAMPING = 0.9


def wanted_attitude(thrust_direction: Vec3, heading: Vec3) -> Quaternion:
    """mcmf_from_body with -x along the thrust and z as near the heading as can be (both mcmf)."""
    x = -unit(thrust_direction)
    y = unit(cross(heading, x))
    return attitude.from_matrix(Mat3(x, y, cross(x, y)))


def attitude_torque(e: Estimate, wanted: Quaternion, inertia: Vec3, bandwidth: Scalar) -> Vec3:
    """Torque wanted [N m, body]; the error is cut at 0.5 rad so that large turns are made at a bounded rate."""
    error = attitude.rotation_vector(multiply(attitude.conjugate(e.attitude), wanted))
    error = limit(error, 0.5)
    w = e.angular_rate
    k, d = bandwidth * bandwidth, 2.0 * _DAMPING * bandwidth
    return Vec3(
        inertia.x * (k * error.x - d * w.x), inertia.y * (k * error.y - d * w.y), inertia.z * (k * error.z - d * w.z)
    )
