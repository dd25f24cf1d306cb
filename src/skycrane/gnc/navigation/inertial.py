"""Inertial navigation: propagation on the inertial unit with on-board gravity, gated updates from radar and map.

Propagation in the rotating frame: v' = C f + g - 2 w x v - w x (w x r), attitude by the measured turn less the planet's.
Updates are scalar Kalman updates on three independent position-velocity pairs (east, north, up); height is corrected by slant ranges
resolved with the navigated attitude and weighed by what a slope can do to them, velocity by the least-squares fit to the Doppler
speeds (variance s^2 (B'B)^-1), horizontal position by map fixes.
A measurement further off than the gate is refused. Source: Titterton and Weston, 3 and 13; Bar-Shalom et al., Estimation, 5.
Assumes small attitude errors (not estimated) and no correlation between axes.
"""

from jax import lax

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

_SPREAD = (
    1e-4  # determinant of the beams' normal equations below which they lie too nearly in one plane for three components
)


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
        beams: Vec3,
        radar: RadarMeasurement,
        errors: tuple[Scalar, ...],
        cycle: Scalar,
    ) -> tuple[Estimate, Scalar, Scalar]:
        """Height from the ranges and velocity from the Doppler speeds; `errors` are (fraction, floor, Doppler) 1-sigma.

        Each range is gated on its own before the mean is taken, so that one wild beam cannot spoil the others. A beam that leans meets
        the ground h tan(lean) away, where a slope has made it higher or lower: it counts for less. What is below changes as the
        vehicle moves on, so the height's variance grows with the ground covered in a `cycle` [s]. Returns the estimate, the number of
        trusted beams, and 1 where a height was accepted.
        """
        e = self._moved_on(e, frame, cycle)
        axes = attitude.matrix(e.attitude)
        fraction, floor, doppler = errors
        up = axes.undo(frame.axes.cz)
        believed = self.height_over_terrain(e, frame)
        gate = self.gate * self.gate

        def add(total: tuple[Scalar, ...], heard: tuple[Vec3, RadarMeasurement]) -> tuple[tuple[Scalar, ...], None]:
            """The sums over beams with one beam more."""
            b, one = heard
            cosine = -dot(b, up)
            height = one.slant_range * cosine
            lean = 1.0 / fn.maximum(cosine, 0.05) ** 2 - 1.0  # tan^2
            spread = (fraction * height) ** 2 + floor * floor + self.ground_slope_sigma**2 * lean * height * height
            near = (height - believed) ** 2 < gate * (e.position_variance.z + spread)
            weight = one.valid * fn.where(near, 1.0, 0.0) / spread
            products = (b.x * b.x, b.y * b.y, b.z * b.z, b.x * b.y, b.x * b.z, b.y * b.z, *(k * one.doppler for k in b))
            each = (one.valid, weight, weight * height, *(one.valid * k for k in products))
            return tuple(a + x for a, x in zip(total, each, strict=True)), None

        nothing = 0.0 * believed
        (count, used, heights, *normal), _ = lax.scan(add, (nothing,) * 12, (beams, radar))
        normal, right = normal[:6], Vec3(*normal[6:])
        measured = heights / fn.maximum(used, 1e-12)
        variance = 1.0 / fn.maximum(used, 1e-12)
        e, accepted = self._correct_position(e, frame, 2, measured - believed, variance, used > 1e-12)
        velocity_body, determinant = _solve(normal, right)
        found = frame.vector(axes.apply(velocity_body) - e.velocity)
        spread_out = (count > 2.5) & (determinant > _SPREAD)
        xx, yy, zz, xy, xz, yz = normal
        uncertainty = Symmetric(xx + 1e-6, yy + 1e-6, zz + 1e-6, xy, xz, yz).inverse()
        for axis in range(3):
            along = axes.undo(_axis(frame.axes, axis))
            share = dot(along, uncertainty.apply(along))
            e = self._correct_velocity(e, frame, axis, found[axis], share * doppler * doppler, spread_out)
        return e, count, accepted

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
        direction = _axis(frame.axes, axis)
        return e._replace(
            position=e.position + direction * (gain * innovation),
            velocity=e.velocity + direction * (cross_gain * innovation),
            position_variance=_put(e.position_variance, axis, (1.0 - gain) * p),
            covariance=_put(e.covariance, axis, (1.0 - gain) * c),
            velocity_variance=_put(e.velocity_variance, axis, v - cross_gain * c),
        ), fn.where(use, 1.0, 0.0)

    def _correct_velocity(
        self, e: Estimate, frame: LandingFrame, axis: int, innovation: Scalar, variance: Scalar, there: Scalar
    ) -> Estimate:
        """Velocity alone: where the error of velocity came from, and since when, is not known well enough to move the position."""
        c, v = e.covariance[axis], e.velocity_variance[axis]
        total = v + variance
        use = there & (innovation * innovation < self.gate * self.gate * total)
        gain = fn.where(use, v / total, 0.0)
        direction = _axis(frame.axes, axis)
        return e._replace(
            velocity=e.velocity + direction * (gain * innovation),
            covariance=_put(e.covariance, axis, (1.0 - gain) * c),
            velocity_variance=_put(e.velocity_variance, axis, (1.0 - gain) * v),
        )


def _axis(axes: Mat3, axis: int) -> Vec3:
    return (axes.cx, axes.cy, axes.cz)[axis]


def _put(v: Vec3, axis: int, value: Scalar) -> Vec3:
    return Vec3(*(value if k == axis else v[k] for k in range(3)))


def _solve(normal: list[Scalar], right: Vec3) -> tuple[Vec3, Scalar]:
    """Solution of the symmetric 3 x 3 normal equations and their determinant; a singular system gives something finite."""
    xx, yy, zz, xy, xz, yz = normal
    a, b, c = yy * zz - yz * yz, xy * zz - xz * yz, xy * yz - xz * yy
    determinant = xx * a - xy * b + xz * c
    scale = 1.0 / fn.where(abs(determinant) > 1e-9, determinant, 1.0)
    d, f, g = xx * zz - xz * xz, xx * yz - xz * xy, xx * yy - xy * xy
    return Vec3(
        scale * (a * right.x - b * right.y + c * right.z),
        scale * (-b * right.x + d * right.y - f * right.z),
        scale * (c * right.x - f * right.y + g * right.z),
    ), determinant
