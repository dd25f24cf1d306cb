"""What the rover sees of the sky: the horizon all around, the hours of sunlight that it leaves, whether Earth is up."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.planet.sun import sun_position
from skycrane.planet.time import local_mean_solar_time
from skycrane.surface.earth import LIGHT, earth_in_the_sky
from skycrane.surface.touchdown_place import TouchdownPlace

Array = NDArray[np.float64]

_AZIMUTHS = 72
_NEAR, _FAR, _FINE = (
    3.0,
    45_000.0,
    0.05,
)  # [m] from outside the rover to as far as pictures draw the ground; detail, of the distance
_TOGETHER = 5  # rings that the terrain is asked for at a time
_STEP = timedelta(minutes=3)
_SOL = timedelta(seconds=88775.244)  # a mean solar day of Mars (Allison and McEwen 2000)


@dataclass(frozen=True)
class Horizon:
    """Elevation of the horizon (n,) [rad] at evenly spread azimuths from north clockwise; how far away it is [m]."""

    elevation: Array
    distance: Array
    known_to: float

    def at(self, azimuth: Any) -> Any:
        """Elevation at azimuths of any shape [rad], linear between."""
        turn = np.linspace(0.0, 2.0 * np.pi, len(self.elevation) + 1)
        return np.interp(azimuth % (2.0 * np.pi), turn, np.append(self.elevation, self.elevation[0]))


def horizon(terrain: Any, place: TouchdownPlace, eye: float, radius: float) -> Horizon:
    """The horizon from `eye` [m, height over the site's level] above a place on a planet of that radius [m].

    Ground at distance d and height h stands at atan((h - d^2 / 2R - eye) / d), detail finer than 5 % of the distance is left out and what
    is left looked for twice as densely.
    """
    azimuth = 2.0 * np.pi * np.arange(_AZIMUTHS) / _AZIMUTHS
    rings = _TOGETHER * int(np.ceil(np.log(_FAR / _NEAR) / np.log(1.0 + 0.5 * _FINE) / _TOGETHER))
    distances, angles, known = np.geomspace(_NEAR, _FAR, rings), np.full((rings, _AZIMUTHS), -np.inf), 0.0
    for first in range(0, rings, _TOGETHER):
        d = distances[first : first + _TOGETHER, None]
        east, north = place.east + d * np.sin(azimuth), place.north + d * np.cos(azimuth)
        z = terrain.height(east, north, max(_FINE * float(d[0, 0]), 0.25))
        there = np.isfinite(z)
        known = float(d[there.any(axis=1)].max()) if there.any() else known
        seen = np.arctan2(z - d * d / (2.0 * radius) - eye, d)
        angles[first : first + _TOGETHER] = np.where(there, seen, -np.inf)
    best = angles.argmax(axis=0)
    return Horizon(angles[best, np.arange(_AZIMUTHS)], distances[best], known)


def sunlight(place: TouchdownPlace, seen: Horizon) -> dict[str, Any]:
    """Hours of sunlight in the sol of landing, with this horizon and with a level one; mean solar times of the first and last
    light; the Sun's path."""
    midnight = place.utc - _SOL * (local_mean_solar_time(place.utc, place.longitude) / 24.0)
    times = [midnight + k * _STEP for k in range(int(_SOL / _STEP) + 1)]
    above, level, path = [], 0, []
    for number, t in enumerate(times):
        sun = sun_position(t, place.latitude, place.longitude)
        if number % 2 == 0 and sun.elevation > -0.05:
            path.append([round(float(np.degrees(each)), 2) for each in (sun.azimuth, sun.elevation)])
        level += sun.elevation > 0.0
        if sun.elevation > seen.at(sun.azimuth):
            above.append(t)
    hours = _STEP.total_seconds() / 3600.0
    left = sum(t > place.utc for t in above) * hours
    clock = lambda t: round(local_mean_solar_time(t, place.longitude), 2)  # noqa: E731
    return {
        "hours": round(len(above) * hours, 2),
        "hours_with_level_horizon": round(level * hours, 2),
        "hours_left_after_touchdown": round(left, 2),
        "first_lmst_h": clock(above[0]) if above else None,
        "last_lmst_h": clock(above[-1]) if above else None,
        "path_azimuth_elevation_deg": path,
    }


def earth(place: TouchdownPlace, seen: Horizon) -> dict[str, Any]:
    """Where Earth stands at touchdown, whether it is in view, how long light takes, and for how long in the next sol it is up."""
    now = earth_in_the_sky(place.utc, place.latitude, place.longitude)
    later = [place.utc + k * _STEP for k in range(int(_SOL / _STEP) + 1)]
    places = [earth_in_the_sky(t, place.latitude, place.longitude) for t in later]
    up = [each.elevation > seen.at(each.azimuth) for each in places]
    change = next((k for k in range(1, len(up)) if up[k] != up[0]), None)
    return {
        "in_view": bool(up[0]),
        "azimuth_deg": float(np.degrees(now.azimuth)),
        "elevation_deg": float(np.degrees(now.elevation)),
        "horizon_there_deg": float(np.degrees(seen.at(now.azimuth))),
        "light_time_s": now.distance / LIGHT,
        "hours_in_view_in_the_next_sol": round(sum(up) * _STEP.total_seconds() / 3600.0, 2),
        ("sets_in_h" if up[0] else "rises_in_h"): None if change is None else change * _STEP.total_seconds() / 3600.0,
    }
