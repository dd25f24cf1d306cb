"""Where the Sun stands over a place on Mars, and how far away it is. NumPy only.

Equations: Allison and McEwen, Planetary and Space Science 48, 215 (2000), sections on declination and zenith angle. Their declination
is planetographic, arcsin(0.42565 sin Ls) + 0.25 deg sin Ls: the latitude at which the Sun stands overhead. A direction is at the
planetocentric angle, the first term, which is what is used with the vertical of the place. Light time, aberration and refraction (below
0.02 deg together) are left out. Good to about 0.05 deg.
"""

from datetime import datetime
from typing import NamedTuple

import numpy as np

from skycrane.planet import time

#: [W/m^2] total solar irradiance at 1 au: Kopp and Lean, Geophysical Research Letters 38 (2011)
IRRADIANCE_AT_1_AU = 1361.0


class SunPosition(NamedTuple):
    """Azimuth clockwise from north and elevation above the level plane [rad]; distance [au]."""

    azimuth: float
    elevation: float
    distance: float

    @property
    def direction(self) -> np.ndarray:
        """Unit vector (3,) to the Sun: east, north, up."""
        c = np.cos(self.elevation)
        return np.array([np.sin(self.azimuth) * c, np.cos(self.azimuth) * c, np.sin(self.elevation)])


def sun_position(utc: datetime, latitude: float, east_longitude: float) -> SunPosition:
    """The Sun seen from a planetographic latitude and east longitude [rad] on Mars."""
    ls, _, anomaly = time.orbit(time.days_since_j2000(utc))
    declination = np.arcsin(0.42565 * np.sin(ls))
    hour = (time.local_true_solar_time(utc, east_longitude) - 12.0) * np.pi / 12.0
    up = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour)
    east = -np.cos(declination) * np.sin(hour)
    north = np.cos(latitude) * np.sin(declination) - np.sin(latitude) * np.cos(declination) * np.cos(hour)
    m = anomaly
    distance = 1.52367934 * (1.00436 - 0.09309 * np.cos(m) - 0.004336 * np.cos(2 * m) - 0.00031 * np.cos(3 * m))
    return SunPosition(
        float(np.arctan2(east, north) % (2 * np.pi)), float(np.arcsin(np.clip(up, -1, 1))), float(distance)
    )
