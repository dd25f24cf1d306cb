"""Mass, centre of mass and inertia of a body put together from parts.

Each part has a mass, a place (body axes: x out of the heat shield along the flight direction, z down at zero bank) and its own
inertia about its own centre. Sum by the parallel-axis theorem.
"""

from collections.abc import Iterable
from typing import NamedTuple

from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3


class Symmetric(NamedTuple):
    """Symmetric 3 x 3 matrix."""

    xx: Scalar
    yy: Scalar
    zz: Scalar
    xy: Scalar
    xz: Scalar
    yz: Scalar

    def apply(self, v: Vec3) -> Vec3:
        """Matrix times vector."""
        return Vec3(
            self.xx * v.x + self.xy * v.y + self.xz * v.z,
            self.xy * v.x + self.yy * v.y + self.yz * v.z,
            self.xz * v.x + self.yz * v.y + self.zz * v.z,
        )

    def inverse(self) -> "Symmetric":
        """Inverse by cofactors."""
        a, b, c, d, e, f = self.xx, self.yy, self.zz, self.xy, self.xz, self.yz
        xx, yy, zz = b * c - f * f, a * c - e * e, a * b - d * d
        xy, xz, yz = e * f - d * c, d * f - e * b, d * e - a * f
        k = 1.0 / (a * xx + d * xy + e * xz)
        return Symmetric(k * xx, k * yy, k * zz, k * xy, k * xz, k * yz)


class Part(NamedTuple):
    """One part: mass [kg], place of its centre [m, body], own inertia about its centre along the body axes [kg m^2]."""

    mass: Scalar
    place: Vec3
    inertia: Vec3


class MassProperties(NamedTuple):
    """Mass [kg], centre of mass [m, body], inertia about the centre of mass [kg m^2, body]."""

    mass: Scalar
    centre: Vec3
    inertia: Symmetric


def diagonal(inertia: Vec3) -> Symmetric:
    """Principal inertia along the body axes."""
    o = 0.0 * inertia.x
    return Symmetric(inertia.x, inertia.y, inertia.z, o, o, o)


def assemble(parts: Iterable[Part]) -> MassProperties:
    """Mass properties of parts together; a part of mass zero counts for nothing."""
    parts = list(parts)
    mass = sum((p.mass for p in parts[1:]), parts[0].mass)
    centre = Vec3(*(sum(p.mass * p.place[k] for p in parts) / mass for k in range(3)))
    xx = yy = zz = xy = xz = yz = 0.0
    for p in parts:
        d = p.place - centre
        xx += p.inertia.x + p.mass * (d.y * d.y + d.z * d.z)
        yy += p.inertia.y + p.mass * (d.x * d.x + d.z * d.z)
        zz += p.inertia.z + p.mass * (d.x * d.x + d.y * d.y)
        xy -= p.mass * d.x * d.y
        xz -= p.mass * d.x * d.z
        yz -= p.mass * d.y * d.z
    return MassProperties(mass, centre, Symmetric(xx, yy, zz, xy, xz, yz))
