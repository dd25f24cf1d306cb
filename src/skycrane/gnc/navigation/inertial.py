"""Inertial navigation: propagation on the inertial unit with on-board gravity, gated updates from radar and map.

Propagation in the rotating frame: v' = C f + g - 2 w x v - w x (w x r), attitude by the measured turn less the planet's.
Updates are scalar Kalman updates on three position-velocity pairs (east, north, up); height is corrected by slant ranges
resolved with the navigated attitude and weighed by what a slope can do to them, velocity by the Doppler speed along one beam after the
other with the whole 3 x 3 covariance of velocity, horizontal position by map fixes.
A measurement further off than the gate is refused. Source: Titterton and Weston, 3 and 13; Bar-Shalom et al., Estimation, 5.
Assumes small attitude errors (not estimated) and no correlation between axes but that between components of velocity.
"""

from skycrane.core import attitude
from skycrane.core import elementary as fn
from skycrane.core.attitude import Mat3, multiply
from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, dot
from skycrane.gnc.navigation.estimate import Estimate, LandingFrame, Navigated
from skycrane.mission.parameters.mind import NavigationParameters
from skycrane.planet import shape
from skycrane.planet.planet import Planet
from skycrane.sensing.measurements import InertialMeasurement, PositionFix, RadarMeasurement
from skycrane.vehicle.mass import Symmetric


@component
class InertialNavigation(NavigationParameters):
    """Strapdown propagation and gated scalar updates."""

    sources = ("titterton2004", "barshalom2001")

    def propagate(self, planet: Planet, e: Estimate, m: InertialMeasurement, cycle: Scalar) -> Estimate:
        """Estimate one cycle [s] later; second order in the cycle."""
        axes = attitude.matrix(e.attitude)
        spin = Vec3(axes.cx.z, axes.cy.z, axes.cz.z) * planet.rotation_rate
        turn = m.turn - spin * cycle
        middle = attitude.matrix(multiply(e.attitude, attitude.from_rotation_vector(turn * 0.5)))
        push = middle.apply(m.velocity_change)
        half_velocity = e.velocity + (push + planet.fall(e.position, e.velocity) * cycle) * 0.5
        half_position = e.position + e.velocity * (0.5 * cycle)
        velocity = e.velocity + push + planet.fall(half_position, half_velocity) * cycle
        position = e.position + (e.velocity + velocity) * (0.5 * cycle)
        noise = self.acceleration_noise * self.acceleration_noise * cycle
        grow = lambda p, c, v: p + 2.0 * c * cycle + v * cycle * cycle  # noqa: E731
        return Estimate(
            position,
            velocity,
            attitude.normalised(multiply(e.attitude, attitude.from_rotation_vector(turn))),
            m.turn * (1.0 / cycle),
            m.velocity_change * (1.0 / cycle),
            Vec3(
                *(grow(p, c, v) for p, c, v in zip(e.position_variance, e.covariance, e.velocity_variance, strict=True))
            ),
            e.velocity_variance + Vec3(noise, noise, noise),
            e.covariance + e.velocity_variance * cycle,
            e.velocity_covariance,
            e.propellant,
        )

    def height_over_terrain(self, e: Estimate | Navigated, frame: LandingFrame) -> Scalar:
        """Navigated height over the ground that the on-board map assumes (level at the site's elevation) [m]."""
        height = shape.height_above_ellipsoid(e.position, frame.equatorial_radius, frame.polar_radius)
        return height - frame.ground_height

    def radar_update(
        self,
        e: Estimate,
        frame: LandingFrame,
        beam: Vec3,
        radar: RadarMeasurement,
        errors: tuple[Scalar, ...],
        cycle: Scalar,
    ) -> tuple[Estimate, Scalar]:
        """Height from the range and velocity from the Doppler speed of one beam (its direction in body axes).

        `errors` are (fraction, floor, Doppler) 1-sigma. A beam that leans meets the ground h tan(lean) away, where a slope has made it
        higher or lower: it counts for less. What is below changes as the vehicle moves on, so the height's variance grows with the ground
        covered in a `cycle` [s]. Returns the estimate, and 1 where a height was accepted.
        """
        e = self._moved_on(e, frame, cycle)
        fraction, floor, doppler = errors
        along = frame.vector(attitude.matrix(e.attitude).apply(beam))
        heard = radar.valid > 0.5
        height = -radar.slant_range * along.z
        lean = 1.0 / fn.maximum(-along.z, 0.05) ** 2 - 1.0  # tan^2
        spread = (fraction * height) ** 2 + floor * floor + self.ground_slope_sigma**2 * lean * height * height
        e, accepted = self._correct_position(e, frame, 2, height - self.height_over_terrain(e, frame), spread, heard)
        return self._correct_velocity(e, frame, along, radar.doppler, doppler * doppler, heard), accepted

    def _moved_on(self, e: Estimate, frame: LandingFrame, cycle: Scalar) -> Estimate:
        """The height's variance a cycle later: a random walk of the ground over the distance covered across it."""
        across = frame.vector(e.velocity)
        covered = fn.sqrt(across.x * across.x + across.y * across.y) * cycle
        grown = e.position_variance.z + self.ground_walk * covered
        return e._replace(position_variance=_put(e.position_variance, 2, grown))

    def map_update(self, e: Estimate, frame: LandingFrame, fix: PositionFix) -> tuple[Estimate, Scalar]:
        """Horizontal position from a map fix; also 1 where it was accepted."""
        here = frame.position(e.position)
        variance = fix.sigma * fix.sigma + 1.0
        e, east = self._correct_position(e, frame, 0, fix.east - here.x, variance, fix.valid > 0.5)
        e, north = self._correct_position(e, frame, 1, fix.north - here.y, variance, fix.valid > 0.5)
        return e, east * north

    def _correct_position(
        self, e: Estimate, frame: LandingFrame, axis: int, innovation: Scalar, variance: Scalar, there: Scalar
    ) -> tuple[Estimate, Scalar]:
        p, c, v = e.position_variance[axis], e.covariance[axis], e.velocity_variance[axis]
        total = p + variance
        use = there & (innovation * innovation < self.gate * self.gate * total)
        gain, cross_gain = fn.where(use, p / total, 0.0), fn.where(use, c / total, 0.0)
        doubt = fn.where(there & ~use, _DOUBT, 1.0)
        direction = _axis(frame.axes, axis)
        less = fn.sqrt(
            fn.maximum(1.0 - cross_gain * c / fn.maximum(v, 1e-12), 0.0)
        )  # of the sigma of this component of velocity: its correlations stay
        return e._replace(
            position=e.position + direction * (gain * innovation),
            velocity=e.velocity + direction * (cross_gain * innovation),
            position_variance=_put(e.position_variance, axis, (1.0 - gain) * p * doubt),
            covariance=_put(e.covariance, axis, (1.0 - gain) * c),
            velocity_variance=_put(e.velocity_variance, axis, v - cross_gain * c),
            velocity_covariance=Vec3(
                *(x if axis not in pair else x * less for x, pair in zip(e.velocity_covariance, _PAIRS, strict=True))
            ),
        ), fn.where(use, 1.0, 0.0)

    def _correct_velocity(
        self, e: Estimate, frame: LandingFrame, along: Vec3, speed: Scalar, variance: Scalar, there: Scalar
    ) -> Estimate:
        """Velocity by its component along a unit vector (site axes), with the whole covariance of velocity.

        Velocity alone: where its error came from, and since when, is not known well enough to move the position.
        """
        known = Symmetric(*e.velocity_variance, *e.velocity_covariance)
        share = known.apply(along)
        total = dot(along, share) + variance
        innovation = speed - dot(along, frame.vector(e.velocity))
        use = there & (innovation * innovation < self.gate * self.gate * total)
        gain = share * fn.where(use, 1.0 / total, 0.0)
        doubt = fn.where(there & ~use, _DOUBT, 1.0)
        v, c = e.velocity_variance, e.velocity_covariance
        left = Vec3(*(x - k * y for x, k, y in zip(v, gain, share, strict=True)))
        return e._replace(
            velocity=e.velocity + frame.outward(gain * innovation),
            covariance=Vec3(
                *(x * new / fn.maximum(old, 1e-12) for x, new, old in zip(e.covariance, left, v, strict=True))
            ),
            velocity_variance=left * doubt,
            velocity_covariance=Vec3(c.x - gain.x * share.y, c.y - gain.x * share.z, c.z - gain.y * share.z) * doubt,
        )


_DOUBT = (
    4.0  # by which a variance grows with each measurement that is refused: a filter that is wrong opens its gate again
)
_PAIRS = ((0, 1), (0, 2), (1, 2))  # axes of the components of a velocity's covariance


def _axis(axes: Mat3, axis: int) -> Vec3:
    return (axes.cx, axes.cy, axes.cz)[axis]


def _put(v: Vec3, axis: int, value: Scalar) -> Vec3:
    return Vec3(*(value if k == axis else v[k] for k in range(3)))
