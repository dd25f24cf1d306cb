"""The shape of the planet: ellipsoid, heights, latitude and longitude, and the local east-north-up frame.

Latitude is planetocentric and longitude east unless a name says otherwise. Runs on NumPy and JAX alike.
"""

from skycrane.core import elementary as fn
from skycrane.core.attitude import Mat3
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, cross, dot, norm


def height_above_ellipsoid(position: Vec3, equatorial_radius: Scalar, polar_radius: Scalar) -> Scalar:
    """Geodetic height [m]: Bowring's formula with one iteration; below 1 mm of error from -20 to 300 km.

    Source: Bowring, The accuracy of geodetic latitude and height equations, Survey Review 28 (1985).
    """
    return _height(position, equatorial_radius, polar_radius)[0]


def height_and_vertical(position: Vec3, equatorial_radius: Scalar, polar_radius: Scalar) -> tuple[Scalar, Vec3]:
    """Geodetic height [m] and the direction in which it grows fastest: the normal of the ellipsoid below."""
    height, p, c, s = _height(position, equatorial_radius, polar_radius)
    out = c / p
    return height, Vec3(position.x * out, position.y * out, s)


def _height(position: Vec3, a: Scalar, b: Scalar) -> tuple[Scalar, Scalar, Scalar, Scalar]:
    """Geodetic height, distance from the axis, cosine and sine of the geodetic latitude."""
    p, cos_latitude, sin_latitude = _geodetic(position, a, b)
    below = fn.sqrt(a * a * cos_latitude * cos_latitude + b * b * sin_latitude * sin_latitude)
    return p * cos_latitude + position.z * sin_latitude - below, p, cos_latitude, sin_latitude


def _geodetic(position: Vec3, a: Scalar, b: Scalar) -> tuple[Scalar, Scalar, Scalar]:
    """Distance from the axis, cosine and sine of the geodetic latitude."""
    p = fn.sqrt(position.x * position.x + position.y * position.y + 1e-6)
    r = norm(position)
    e2 = 1.0 - (b * b) / (a * a)
    second_e2 = (a * a) / (b * b) - 1.0
    tan_u = (b * position.z) / (a * p) * (1.0 + second_e2 * b / r)
    inverse = 1.0 / fn.sqrt(1.0 + tan_u * tan_u)
    cos_u, sin_u = inverse, tan_u * inverse
    up = position.z + second_e2 * b * sin_u * sin_u * sin_u
    out = p - e2 * a * cos_u * cos_u * cos_u
    scale = 1.0 / fn.sqrt(up * up + out * out)
    return p, out * scale, up * scale


def geodetic_latitude(position: Vec3, equatorial_radius: Scalar, polar_radius: Scalar) -> Scalar:
    """Geodetic latitude [rad]."""
    _, c, s = _geodetic(position, equatorial_radius, polar_radius)
    return fn.atan2(s, c)


def latitude_longitude(position: Vec3) -> tuple[Scalar, Scalar]:
    """Planetocentric latitude and east longitude [rad]."""
    p = fn.sqrt(position.x * position.x + position.y * position.y)
    return fn.atan2(position.z, p), fn.atan2(position.y, position.x)


def position_from_spherical(latitude: Scalar, longitude: Scalar, radius: Scalar) -> Vec3:
    """Planet-fixed position of planetocentric latitude, east longitude and radius."""
    c = fn.cos(latitude)
    return Vec3(radius * c * fn.cos(longitude), radius * c * fn.sin(longitude), radius * fn.sin(latitude))


def position_from_geodetic(
    latitude: Scalar, longitude: Scalar, height: Scalar, equatorial_radius: Scalar, polar_radius: Scalar
) -> Vec3:
    """Planet-fixed position of geodetic latitude [rad], east longitude [rad] and height above the ellipsoid [m]; exact."""
    a, b = equatorial_radius, polar_radius
    c, s = fn.cos(latitude), fn.sin(latitude)
    normal_radius = a * a / fn.sqrt(a * a * c * c + b * b * s * s)
    out = (normal_radius + height) * c
    up = (normal_radius * (b * b) / (a * a) + height) * s
    return Vec3(out * fn.cos(longitude), out * fn.sin(longitude), up)


def ellipsoid_radius(latitude: Scalar, equatorial_radius: Scalar, polar_radius: Scalar) -> Scalar:
    """Distance of the ellipsoid from the centre at a planetocentric latitude [m]."""
    c, s = fn.cos(latitude) / equatorial_radius, fn.sin(latitude) / polar_radius
    return 1.0 / fn.sqrt(c * c + s * s)


def east_north_up(position: Vec3) -> Mat3:
    """Columns are east, north and (radial) up at a position: fixed_from_local."""
    up = position / norm(position)
    p = fn.sqrt(up.x * up.x + up.y * up.y + 1e-18)
    east = Vec3(-up.y / p, up.x / p, 0.0 * p)
    return Mat3(east, Vec3(-up.z * east.y, up.z * east.x, p), up)


def ellipsoid_normal(position: Vec3, equatorial_radius: Scalar, polar_radius: Scalar) -> Vec3:
    """Outward geodetic vertical at a position."""
    _, c, s = _geodetic(position, equatorial_radius, polar_radius)
    p = fn.sqrt(position.x * position.x + position.y * position.y + 1e-6)
    return Vec3(c * position.x / p, c * position.y / p, s)


def east_north_up_geodetic(position: Vec3, equatorial_radius: Scalar, polar_radius: Scalar) -> Mat3:
    """Columns are east, north and geodetic up at a position: fixed_from_site."""
    up = ellipsoid_normal(position, equatorial_radius, polar_radius)
    p = fn.sqrt(up.x * up.x + up.y * up.y + 1e-18)
    east = Vec3(-up.y / p, up.x / p, 0.0 * p)
    return Mat3(east, Vec3(-up.z * east.y, up.z * east.x, p), up)


def arc_angle(a: Vec3, b: Vec3) -> Scalar:
    """Angle between two positions seen from the centre [rad]."""
    return fn.atan2(norm(cross(a, b)), dot(a, b))
