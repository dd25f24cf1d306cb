"""Attitude: unit quaternions and rotation matrices. `attitude_a_from_b` turns components in b into components in a.

Scalar first, as in SPICE. Source: Diebel, Representing Attitude (2006), with the passive convention stated above.
"""

from typing import NamedTuple

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, cross, dot, unit


class Quaternion(NamedTuple):
    """Unit quaternion, scalar first."""

    w: Scalar
    x: Scalar
    y: Scalar
    z: Scalar


class Mat3(NamedTuple):
    """Rotation matrix by its columns: the axes of frame b written in frame a, for a `a_from_b` matrix."""

    cx: Vec3
    cy: Vec3
    cz: Vec3

    def apply(self, v: Vec3) -> Vec3:
        """a_from_b times a vector in b."""
        return self.cx * v.x + self.cy * v.y + self.cz * v.z

    def undo(self, v: Vec3) -> Vec3:
        """b_from_a times a vector in a (the transpose)."""
        return Vec3(dot(self.cx, v), dot(self.cy, v), dot(self.cz, v))

    def after(self, other: "Mat3") -> "Mat3":
        """a_from_b after b_from_c: a_from_c."""
        return Mat3(self.apply(other.cx), self.apply(other.cy), self.apply(other.cz))

    def transpose(self) -> "Mat3":
        """b_from_a."""
        return Mat3(
            Vec3(self.cx.x, self.cy.x, self.cz.x),
            Vec3(self.cx.y, self.cy.y, self.cz.y),
            Vec3(self.cx.z, self.cy.z, self.cz.z),
        )


IDENTITY = Quaternion(1.0, 0.0, 0.0, 0.0)


def matrix(q: Quaternion) -> Mat3:
    """Rotation matrix of a unit quaternion."""
    w, x, y, z = q
    return Mat3(
        Vec3(1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + w * z), 2.0 * (x * z - w * y)),
        Vec3(2.0 * (x * y - w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z + w * x)),
        Vec3(2.0 * (x * z + w * y), 2.0 * (y * z - w * x), 1.0 - 2.0 * (x * x + y * y)),
    )


def from_matrix(m: Mat3) -> Quaternion:
    """Unit quaternion of a rotation matrix (Shepperd's method: the largest component is found first)."""
    a, b, c = m.cx.x, m.cy.y, m.cz.z
    squares = (1.0 + a + b + c, 1.0 + a - b - c, 1.0 - a + b - c, 1.0 - a - b + c)
    yz, zx, xy = m.cy.z - m.cz.y, m.cz.x - m.cx.z, m.cx.y - m.cy.x
    sxy, szx, syz = m.cx.y + m.cy.x, m.cz.x + m.cx.z, m.cy.z + m.cz.y
    rows = (
        (squares[0], yz, zx, xy),
        (yz, squares[1], sxy, szx),
        (zx, sxy, squares[2], syz),
        (xy, szx, syz, squares[3]),
    )
    best, largest = rows[0], squares[0]
    for row, square in zip(rows[1:], squares[1:], strict=True):
        better = square > largest
        best = tuple(fn.where(better, new, old) for new, old in zip(row, best, strict=True))
        largest = fn.where(better, square, largest)
    return normalised(Quaternion(*best))


def from_axes(x: Vec3, y: Vec3, z: Vec3) -> Quaternion:
    """a_from_b from the axes of b written in a."""
    return from_matrix(Mat3(x, y, z))


def frame_from_two(x: Vec3, z_hint: Vec3) -> Mat3:
    """Right-handed axes with x along the first vector and z as near the second as can be."""
    ex = unit(x)
    ey = unit(cross(z_hint, ex))
    return Mat3(ex, ey, cross(ex, ey))


def multiply(p: Quaternion, q: Quaternion) -> Quaternion:
    """a_from_b times b_from_c: a_from_c."""
    return Quaternion(
        p.w * q.w - p.x * q.x - p.y * q.y - p.z * q.z,
        p.w * q.x + p.x * q.w + p.y * q.z - p.z * q.y,
        p.w * q.y - p.x * q.z + p.y * q.w + p.z * q.x,
        p.w * q.z + p.x * q.y - p.y * q.x + p.z * q.w,
    )


def conjugate(q: Quaternion) -> Quaternion:
    """b_from_a for a_from_b."""
    return Quaternion(q.w, -q.x, -q.y, -q.z)


def normalised(q: Quaternion) -> Quaternion:
    """The quaternion scaled to length one."""
    scale = 1.0 / fn.sqrt(q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z)
    return Quaternion(q.w * scale, q.x * scale, q.y * scale, q.z * scale)


def rate(q: Quaternion, w: Vec3) -> Quaternion:
    """dq/dt of a_from_b when b turns at w relative to a, w in b."""
    return Quaternion(
        -0.5 * (q.x * w.x + q.y * w.y + q.z * w.z),
        0.5 * (q.w * w.x + q.y * w.z - q.z * w.y),
        0.5 * (q.w * w.y + q.z * w.x - q.x * w.z),
        0.5 * (q.w * w.z + q.x * w.y - q.y * w.x),
    )


def from_rotation_vector(r: Vec3) -> Quaternion:
    """Quaternion of a rotation by |r| about r."""
    half = 0.5 * fn.sqrt(dot(r, r) + 1e-30)
    scale = 0.5 * fn.sin(half) / half
    return Quaternion(fn.cos(half), r.x * scale, r.y * scale, r.z * scale)


def rotation_vector(q: Quaternion) -> Vec3:
    """Rotation vector of a quaternion, the short way round."""
    sign = fn.where(q.w < 0.0, -1.0, 1.0)
    v = Vec3(q.x, q.y, q.z) * sign
    length = fn.sqrt(dot(v, v) + 1e-60)
    return v * (2.0 * fn.atan2(length, q.w * sign) / length)


def about_z(angle: Scalar) -> Mat3:
    """Turn by an angle about z: columns are the turned x, y, z."""
    c, s = fn.cos(angle), fn.sin(angle)
    o = 0.0 * c
    return Mat3(Vec3(c, s, o), Vec3(-s, c, o), Vec3(o, o, o + 1.0))
