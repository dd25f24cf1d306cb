"""The navigated state: what guidance, control and triggers act on."""

from typing import NamedTuple

from skycrane.core import elementary as fn
from skycrane.core.attitude import Mat3, Quaternion
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, dot, norm


class Estimate(NamedTuple):
    """Navigated position and planet-relative velocity (mcmf), attitude mcmf_from_body, body rate and specific force (body).

    `propellant` is what is left as counted from the commands [kg]. Variances are per site axis (east, north, up): position [m^2],
    velocity [m^2/s^2] and their covariance [m^2/s]; `velocity_covariance` is that of components of velocity: east with north, east with up,
    north with up [m^2/s^2].
    """

    position: Vec3
    velocity: Vec3
    attitude: Quaternion
    angular_rate: Vec3
    specific_force: Vec3
    position_variance: Vec3
    velocity_variance: Vec3
    covariance: Vec3
    velocity_covariance: Vec3 = Vec3(0.0, 0.0, 0.0)
    propellant: Scalar = 0.0

    def spent(self, mass: Scalar) -> "Estimate":
        """The estimate after so much more propellant was asked for [kg]."""
        return self._replace(propellant=fn.maximum(self.propellant - mass, 0.0))

    def speed(self) -> Scalar:
        """Planet-relative speed [m/s]."""
        return norm(self.velocity)

    def kept(self) -> "Navigated":
        """The part of it that a record keeps."""
        return Navigated(self.position, self.velocity, self.attitude, self.propellant)


class Navigated(NamedTuple):
    """As much of an estimate as a record keeps."""

    position: Vec3
    velocity: Vec3
    attitude: Quaternion
    propellant: Scalar

    def speed(self) -> Scalar:
        """Planet-relative speed [m/s]."""
        return norm(self.velocity)


class LandingFrame(NamedTuple):
    """The site frame as the mind knows it: origin on the ground (mcmf) and axes east, north, up (mcmf_from_site)."""

    origin: Vec3
    axes: Mat3
    equatorial_radius: Scalar
    polar_radius: Scalar
    ground_height: Scalar  # of the ground above the ellipsoid at the site [m]

    def position(self, position: Vec3) -> Vec3:
        """East, north, up of a planet-fixed position [m]."""
        return self.axes.undo(position - self.origin)

    def vector(self, v: Vec3) -> Vec3:
        """East, north, up components of a planet-fixed vector."""
        return self.axes.undo(v)

    def outward(self, v: Vec3) -> Vec3:
        """Planet-fixed components of a site vector."""
        return self.axes.apply(v)

    def down(self) -> Vec3:
        """Local vertical at the site, downwards (mcmf)."""
        return -self.axes.cz

    def sink_rate(self, velocity: Vec3) -> Scalar:
        """Speed downwards at the site [m/s]."""
        return -dot(velocity, self.axes.cz)
