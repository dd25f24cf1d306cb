"""The planet that the equations of motion feel: gravity with zonal terms, and the forces of a frame that turns with it.

Potential: U = GM/r [1 - sum Jn (R/r)^n Pn(sin latitude)], n = 2..4. Source: Vallado, Fundamentals of Astrodynamics, 8.6.
Limits: no tesseral terms (the equatorial ellipticity of Mars, C22, is up to 1e-3 m/s^2 at the surface, 0.03 % of gravity),
constant rotation about a fixed axis. docs/theory/gravity.md.
"""

import dataclasses

from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, dot, norm
from skycrane.mission.parameters.planet import GasParameters, PlanetParameters
from skycrane.planet import shape


@component
class Gas(GasParameters):
    """The air as a perfect gas."""


@component
class Planet(PlanetParameters):
    """Rotating oblate planet in its fixed frame (z along the spin axis)."""

    sources = ("konopliv2016", "archinal2018")

    @classmethod
    def of(cls, parameters: PlanetParameters) -> "Planet":
        """The planet of a planet file."""
        values = {f.name: getattr(parameters, f.name) for f in dataclasses.fields(PlanetParameters)}
        gas = {f.name: getattr(parameters.gas, f.name) for f in dataclasses.fields(GasParameters)}
        return cls(**{**values, "gas": Gas(**gas)})

    def potential(self, position: Vec3) -> Scalar:
        """Gravitational potential U [m^2/s^2], positive, at a planet-fixed position [m]; gravitation is its gradient."""
        r = norm(position)
        s, k = position.z / r, self.reference_radius / r
        s2, k2 = s * s, k * k
        p2 = 1.5 * s2 - 0.5
        p3 = (2.5 * s2 - 1.5) * s
        p4 = 4.375 * s2 * s2 - 3.75 * s2 + 0.375
        return self.gm / r * (1.0 - k2 * (self.j2 * p2 + self.j3 * k * p3 + self.j4 * k2 * p4))

    def jacobi_energy(self, position: Vec3, velocity: Vec3) -> Scalar:
        """Energy per mass in the turning frame [J/kg], v^2/2 - U - (w^2/2)(x^2 + y^2): constant in free fall."""
        turning = self.rotation_rate * self.rotation_rate * (position.x * position.x + position.y * position.y)
        return 0.5 * (dot(velocity, velocity) - turning) - self.potential(position)

    def gravitation(self, position: Vec3) -> Vec3:
        """Gravitational acceleration [m/s^2] at a planet-fixed position [m]."""
        r2 = dot(position, position)
        r = norm(position)
        s = position.z / r
        s2 = s * s
        k = self.reference_radius / r
        k2 = k * k
        j2, j3, j4 = self.j2 * k2, self.j3 * k2 * k, self.j4 * k2 * k2
        # dU/dr and (1/r) dU/d(sin latitude), in units of GM/r^2
        radial = -1.0 + 1.5 * j2 * (3.0 * s2 - 1.0) + 2.0 * j3 * (5.0 * s2 - 3.0) * s
        radial = radial + 0.625 * j4 * (35.0 * s2 * s2 - 30.0 * s2 + 3.0)
        slope = -(3.0 * j2 * s + 1.5 * j3 * (5.0 * s2 - 1.0) + 2.5 * j4 * (7.0 * s2 - 3.0) * s)
        g = self.gm / r2
        along = position * (g * (radial - slope * s) / r)
        return Vec3(along.x, along.y, along.z + g * slope)

    def frame_acceleration(self, position: Vec3, velocity: Vec3) -> Vec3:
        """Centrifugal and Coriolis acceleration [m/s^2] for a planet-relative velocity [m/s]."""
        w = self.rotation_rate
        return Vec3(
            w * w * position.x + 2.0 * w * velocity.y, w * w * position.y - 2.0 * w * velocity.x, 0.0 * position.z
        )

    def fall(self, position: Vec3, velocity: Vec3) -> Vec3:
        """Acceleration in free fall, seen in the planet-fixed frame [m/s^2]."""
        return self.gravitation(position) + self.frame_acceleration(position, velocity)

    def height_above_ellipsoid(self, position: Vec3) -> Scalar:
        """Geodetic height [m]."""
        return shape.height_above_ellipsoid(position, self.equatorial_radius, self.polar_radius)
