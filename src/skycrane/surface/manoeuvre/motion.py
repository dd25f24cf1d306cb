"""Places, attitudes and rates of free bodies, one row a landing: between MuJoCo's joints, site axes and the flight's own vectors."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skycrane.core import attitude
from skycrane.core.attitude import Mat3, Quaternion
from skycrane.core.vector import Vec3
from skycrane.surface.soil import cross

Array = NDArray[np.float64]

#: rover axes from the flight's body axes: forward is z, left is y, up is -x
ROVER_FROM_BODY = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]])
BODY_FROM_ROVER = attitude.conjugate(
    attitude.from_matrix(Mat3(*(Vec3(*column) for column in ROVER_FROM_BODY.T.tolist())))
)


class Motion(NamedTuple):
    """Of a point of a body: place and velocity (n, 3) [m, m/s] in site axes, attitude site_from_body, its matrix (n, 3, 3), rate in the
    body's own axes (n, 3) [rad/s]."""

    place: Array
    velocity: Array
    attitude: Quaternion
    axes: Array
    rate: Array

    def part(self, lanes: NDArray[np.intp]) -> "Motion":
        """Of some landings."""
        turned = Quaternion(*(each[lanes] for each in self.attitude))
        return Motion(self.place[lanes], self.velocity[lanes], turned, self.axes[lanes], self.rate[lanes])


def motion(q: Array, v: Array, centre: Array) -> Motion:
    """Of a body on a free joint with positions (n, 7) and velocities (n, 6), at a point (n, 3) or (3,) of its own axes."""
    turned = Quaternion(*q[:, 3:7].T)
    axes, rate = matrix(turned), v[:, 3:6]
    return Motion(q[:, :3] + outward(axes, centre), v[:, :3] + outward(axes, cross(rate, centre)), turned, axes, rate)


def matrix(q: Quaternion) -> Array:
    """Rotation matrices (n, 3, 3) of quaternions."""
    return np.array(attitude.matrix(q)).transpose(2, 1, 0)


def outward(axes: Array, v: Array) -> Array:
    """Vectors (n, 3) or (3,) of the bodies in the axes outside."""
    return np.asarray((axes * v[..., None, :]).sum(axis=-1))


def inward(axes: Array, v: Array) -> Array:
    """Vectors (n, 3) from outside in the axes of the bodies."""
    return np.asarray((axes * v[..., :, None]).sum(axis=-2))


def rows(v: Any) -> Array:
    """A vector, or a quaternion, of arrays (n,) as rows (n, 3), (n, 4)."""
    return np.array(v).T


def sums(before: Motion, after: Motion, free_fall: Array) -> tuple[Array, Array]:
    """What an ideal inertial unit adds up over a cycle, in the body's axes: velocity less a free fall [m/s], turn [rad]; (n, 3)."""
    turn = attitude.rotation_vector(attitude.multiply(attitude.conjugate(before.attitude), after.attitude))
    middle = attitude.multiply(before.attitude, attitude.from_rotation_vector(turn * 0.5))
    return inward(matrix(middle), after.velocity - before.velocity - free_fall), rows(turn)
