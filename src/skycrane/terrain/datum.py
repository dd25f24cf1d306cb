"""What an elevation is counted from. The wrong answer is a 1.7 km error at Jezero, so a file's datum is stated, never guessed.

| datum | a value of 0 m means a radius of, at Jezero |
|---|---|
| areoid | 3,394.507 km: the level surface of zero elevation (most Mars terrain models, MOLA topography) |
| ellipsoid | 3,394.19 km: the IAU ellipsoid 3,396.19 / 3,376.20 km |
| sphere | 3,396.19 km: the sphere of the file's own projection |
| radius | 0 km: distances from the centre of the planet (MOLA radius products, after their offset) |
"""

import numpy as np

from skycrane.core.errors import InputError
from skycrane.terrain.chance import Real
from skycrane.terrain.site_frame import SiteFrame

DATUMS = ("areoid", "ellipsoid", "sphere", "radius")


def above_areoid(values: np.ndarray, datum: str, latitude: np.ndarray, frame: SiteFrame, sphere_radius: float) -> Real:
    """Elevations above the areoid [m] of values [m] counted from a datum, at planetocentric latitudes [rad]."""
    if datum == "areoid":
        return values
    if datum == "ellipsoid":
        return values + frame.ellipsoid(latitude) - frame.areoid(latitude)
    if datum == "sphere":
        return values + sphere_radius - frame.areoid(latitude)
    if datum == "radius":
        return values - frame.areoid(latitude)
    raise InputError(f"datum {datum!r} is not known; it is one of {', '.join(DATUMS)}")


def likely_datum(value: float, datum: str, frame: SiteFrame, sphere_radius: float) -> str | None:
    """The datum that would bring a value at the site near the site's elevation, when another one than `datum` would."""
    for other in DATUMS:
        elevation = float(above_areoid(np.array(value), other, np.array(frame.latitude), frame, sphere_radius))
        if other != datum and abs(elevation - frame.elevation) < 150.0:
            return other
    return None
