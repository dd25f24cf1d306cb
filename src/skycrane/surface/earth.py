"""Where Earth stands in the sky of a place on Mars, and how far away it is. NumPy only.

Heliocentric places from Keplerian elements with linear rates, mean ecliptic and equinox of J2000 (Standish, Keplerian elements for
approximate positions of the major planets, JPL, table 1, 1800 to 2050; Earth stands for the barycentre of Earth and Moon); axes of
Mars from its pole and prime meridian (IAU, Archinal et al. 2018). Light time of Mars's turning, aberration and refraction are left
out: good to about 0.1 deg.
"""

from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skycrane.planet.time import days_since_j2000

Array = NDArray[np.float64]

AU = 149_597_870_700.0  # [m] IAU 2012 resolution B2
LIGHT = 299_792_458.0  # [m/s] SI
_OBLIQUITY = np.radians(23.43928)  # of the J2000 ecliptic (Standish)
#: a [au], e, i, L, longitude of perihelion, node [deg], and their changes in a Julian century
_ELEMENTS = {
    "earth": (
        (1.00000261, 0.01671123, -0.00001531, 100.46457166, 102.93768193, 0.0),
        (0.00000562, -0.00004392, -0.01294668, 35999.37244981, 0.32327364, 0.0),
    ),
    "mars": (
        (1.52371034, 0.09339410, 1.84969142, -4.55343205, -23.94362959, 49.55953891),
        (0.00001847, 0.00007882, -0.00813131, 19140.30268499, 0.44441088, -0.29257343),
    ),
}


class InTheSky(NamedTuple):
    """Azimuth clockwise from north and elevation above the level plane [rad]; distance [m]."""

    azimuth: float
    elevation: float
    distance: float


def earth_in_the_sky(utc: datetime, latitude: float, east_longitude: float) -> InTheSky:
    """Earth seen from a planetographic latitude and east longitude [rad] on Mars."""
    return _seen(heliocentric("earth", utc) - heliocentric("mars", utc), utc, latitude, east_longitude)


def sun_in_the_sky(utc: datetime, latitude: float, east_longitude: float) -> InTheSky:
    """The Sun by the same way; `skycrane.planet.sun` finds it by another."""
    return _seen(-heliocentric("mars", utc), utc, latitude, east_longitude)


def heliocentric(planet: str, utc: datetime) -> Array:
    """Place (3,) [m] of a planet from the Sun, J2000 equator."""
    start, rate = (np.array(each) for each in _ELEMENTS[planet])
    a, e, i, longitude, perihelion, node = start + rate * days_since_j2000(utc) / 36525.0
    i, longitude, perihelion, node = np.radians([i, longitude, perihelion, node])
    mean = longitude - perihelion
    eccentric = mean
    for _ in range(30):
        eccentric = eccentric - (eccentric - e * np.sin(eccentric) - mean) / (1.0 - e * np.cos(eccentric))
    flat = np.array([a * (np.cos(eccentric) - e), a * np.sqrt(1.0 - e * e) * np.sin(eccentric), 0.0])
    ecliptic = _about_z(node) @ _about_x(i) @ _about_z(perihelion - node) @ flat
    return np.asarray(AU * (_about_x(_OBLIQUITY) @ ecliptic))


def _seen(toward: Array, utc: datetime, latitude: float, longitude: float) -> InTheSky:
    days = days_since_j2000(utc)
    centuries = days / 36525.0
    right_ascension, declination = np.radians([317.68143 - 0.1061 * centuries, 52.88650 - 0.0609 * centuries])
    turned = np.radians(176.630 + 350.89198226 * days)
    mars = _about_z(-turned) @ _about_x(declination - 0.5 * np.pi) @ _about_z(-0.5 * np.pi - right_ascension) @ toward
    s, c, p, q = np.sin(longitude), np.cos(longitude), np.sin(latitude), np.cos(latitude)
    east, north, up = np.array([[-s, c, 0.0], [-p * c, -p * s, q], [q * c, q * s, p]]) @ mars
    distance = float(np.linalg.norm(toward))
    return InTheSky(float(np.arctan2(east, north) % (2.0 * np.pi)), float(np.arcsin(up / distance)), distance)


def _about_z(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def _about_x(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])
