"""The planet that the equations of motion feel: gravity with zonal terms, and the forces of a frame that turns with it.

Potential: U = GM/r [1 - sum Jn (R/r)^n Pn(sin latitude)], n = 2..4. Source: Vallado, Fundamentals of Astrodynamics, 8.6.
Limits: no tesseral terms (below 1e-4 m/s^2 on Mars away from Tharsis), constant rotation.
"""

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
