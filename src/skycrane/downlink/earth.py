"""Where Earth is, seen from Mars: distance and direction, light time, and which ground station has Mars above its horizon.

Planets: Standish and Williams, Keplerian elements for approximate positions of the major planets, table 1 (1800 to 2050), JPL; stated
errors up to 6,000 km for the Earth-Moon barycentre and 25,000 km for Mars, so light time is good to 0.1 s. Pole and meridian of Mars:
Archinal et al. (2018) without its periodic terms (below 0.01 deg). Greenwich sidereal time: Meeus, Astronomical Algorithms, 12.4, with
UT1 = UTC. Left out: Earth against the Earth-Moon barycentre (0.016 s), precession of the stations' pole since 2000 (0.3 deg in 2021, 1 min
of rise), relativistic delay (0.1 ms), refraction.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.mission.parameters.downlink import StationParameters
from skycrane.planet.orbit import eccentric_anomaly

Array = NDArray[np.float64]

LIGHT_SPEED = 299_792_458.0
ASTRONOMICAL_UNIT = 149_597_870_700.0
_DAY = 86400.0
#: TT - UTC since 2017 [s]: 37 leap seconds and 32.184 s (IERS Bulletin C 52); a second off elsewhere turns a station by 0.004 deg
_TERRESTRIAL_AHEAD = 69.184
_OBLIQUITY = np.radians(23.43928)
#: a [au], e, I, L, longitude of perihelion, of node [deg]; and their rates a Julian century
_EARTH = np.array([
    (1.00000261, 0.01671123, -0.00001531, 100.46457166, 102.93768193, 0.0),
    (0.00000562, -0.00004392, -0.01294668, 35999.37244981, 0.32327364, 0.0),
])  # fmt: skip
_MARS = np.array([
    (1.52371034, 0.09339410, 1.84969142, -4.55343205, -23.94362959, 49.55953891),
    (0.00001847, 0.00007882, -0.00813131, 19140.30268499, 0.44441088, -0.29257343),
])  # fmt: skip


def heliocentric(elements: Array, days: Any) -> Array:
    """Position (..., 3) [m] from the Sun, equator of J2000, at terrestrial days since J2000 (...)."""
    century = np.asarray(days, float)[..., None] / 36525.0
    now = elements[0] + elements[1] * century
    a, e = now[..., 0] * ASTRONOMICAL_UNIT, now[..., 1]
    inclination, longitude, perihelion, node = (np.radians(now[..., k]) for k in (2, 3, 4, 5))
    anomaly = eccentric_anomaly(longitude - perihelion, e)
    x, y = a * (np.cos(anomaly) - e), a * np.sqrt(1.0 - e * e) * np.sin(anomaly)
    w = perihelion - node
    u, v = np.cos(w) * x - np.sin(w) * y, np.sin(w) * x + np.cos(w) * y
    ecliptic = np.stack(
        [
            np.cos(node) * u - np.sin(node) * np.cos(inclination) * v,
            np.sin(node) * u + np.cos(node) * np.cos(inclination) * v,
            np.sin(inclination) * v,
        ],
        -1,
    )
    c, s = np.cos(_OBLIQUITY), np.sin(_OBLIQUITY)
    return np.stack(
        [ecliptic[..., 0], c * ecliptic[..., 1] - s * ecliptic[..., 2], s * ecliptic[..., 1] + c * ecliptic[..., 2]], -1
    )


def light_time(days: Any) -> Array:
    """One-way light time [s] from the centre of Mars at terrestrial days since J2000 to Earth when it arrives."""
    start = np.asarray(days, float)
    mars = heliocentric(_MARS, start)
    delay = np.zeros_like(start)
    for _ in range(4):
        delay = np.linalg.norm(heliocentric(_EARTH, start + delay / _DAY) - mars, axis=-1) / LIGHT_SPEED
    return np.asarray(delay, float)


def earth_from_mars(days: Any) -> Array:
    """Unit vector (..., 3) from Mars to where Earth will be when a signal arrives, equator of J2000."""
    start = np.asarray(days, float)
    away = heliocentric(_EARTH, start + light_time(start) / _DAY) - heliocentric(_MARS, start)
    return np.asarray(away / np.linalg.norm(away, axis=-1, keepdims=True), float)


def mars_axes(days: float) -> Array:
    """Matrix (3, 3): Mars-fixed from equator of J2000, at terrestrial days since J2000."""
    century = days / 36525.0
    right_ascension, declination, meridian = np.radians(
        [317.68143 - 0.1061 * century, 52.88650 - 0.0609 * century, 176.630 + 350.89198226 * days]
    )
    return _about_z(meridian) @ _about_x(np.pi / 2 - declination) @ _about_z(np.pi / 2 + right_ascension)


def elevation_of_mars(station: StationParameters, days: Any, toward_earth: Array) -> Array:
    """Elevation of Mars [rad] over a station when a signal that left towards `toward_earth` (..., 3) arrives at terrestrial days (...)."""
    universal = np.asarray(days, float) - _TERRESTRIAL_AHEAD / _DAY
    sidereal = np.radians(280.46061837 + 360.98564736629 * universal) + station.longitude
    c = np.cos(station.latitude)
    zenith = np.stack(
        [c * np.cos(sidereal), c * np.sin(sidereal), np.full_like(sidereal, np.sin(station.latitude))], -1
    )
    return np.asarray(np.arcsin(np.clip(-np.sum(zenith * toward_earth, -1), -1.0, 1.0)), float)


def _about_z(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])


def _about_x(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]])
