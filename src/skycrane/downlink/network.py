"""The relay network over a landing site: passes of the orbiters, distances, and when an orbiter can talk to Earth.

Times are seconds since entry interface (UTC); a signal is on Earth when the orbiter sent it and the light time later. Orbits are in
`orbit`, Earth is in `earth`.
"""

import bisect
import functools
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.downlink import earth
from skycrane.downlink.horizon import Horizon
from skycrane.downlink.windows import windows
from skycrane.mission.parameters import CompleteMissionParameters
from skycrane.mission.parameters.downlink import DownlinkParameters, OrbiterParameters
from skycrane.planet import time as clocks
from skycrane.planet.orbit import Orbit, turned

Array = NDArray[np.float64]

_DAY = 86400.0
_PASS_STEP, _EARTH_STEP = 20.0, 30.0


@dataclass(frozen=True)
class Pass:
    """One orbiter over the site: when it rises above the horizon and sets below it [s]."""

    orbiter: str
    number: int
    rise: float
    set: float


class Network:
    """Orbiters, site and Earth in motion from the landing to `end` [s since entry interface]; without a horizon the site's is level."""

    def __init__(
        self,
        mission: CompleteMissionParameters,
        given: DownlinkParameters,
        site: Array,
        end: float,
        horizon: Horizon | None = None,
    ) -> None:
        self.given, self.site, self.end = given, site, end
        self.orbiters: dict[str, OrbiterParameters] = {each.id: each for each in given.orbiters}
        self.orbits = {name: Orbit.of(each, mission.planet) for name, each in self.orbiters.items()}
        self._rotation_rate = mission.planet.rotation_rate
        self._radius = mission.planet.equatorial_radius
        self._epoch = clocks.days_since_j2000(clocks.parse_utc(mission.entry.utc))
        normal = site / np.array([mission.planet.equatorial_radius] * 2 + [mission.planet.polar_radius]) ** 2
        self._up = normal / np.linalg.norm(normal)
        self._east = np.array([-site[1], site[0], 0.0]) / np.hypot(site[0], site[1])
        self._north = np.cross(self._up, self._east)
        self.horizon = horizon or Horizon(given.mask_angle, np.array([]))
        self._fixed_at_epoch = earth.mars_axes(self._epoch)

    def position(self, orbiter: str, time: Any) -> Array:
        """Planet-fixed position (..., 3) [m] of an orbiter at times (...)."""
        return self.orbits[orbiter].fixed(time, self._rotation_rate)

    def elevation(self, orbiter: str, time: Any) -> Array:
        """Elevation [rad] of an orbiter over the level plane of the site."""
        away = self.position(orbiter, time) - self.site
        return np.asarray(np.arcsin(away @ self._up / np.linalg.norm(away, axis=-1)), float)

    def azimuth(self, orbiter: str, time: Any) -> Array:
        """Azimuth [rad] of an orbiter from the site, from north clockwise."""
        away = self.position(orbiter, time) - self.site
        return np.asarray(np.arctan2(away @ self._east, away @ self._north) % (2.0 * np.pi), float)

    def distance(self, orbiter: str, time: Any) -> Array:
        """From the site to an orbiter [m]."""
        return np.asarray(np.linalg.norm(self.position(orbiter, time) - self.site, axis=-1), float)

    def _is_up(self, orbiter: str, time: Any) -> NDArray[np.bool_]:
        return np.asarray(self.elevation(orbiter, time) > self.horizon.at(self.azimuth(orbiter, time)), bool)

    def passes(self, start: float) -> list[Pass]:
        """Every pass between start and the end, in the order of rising, numbered for each orbiter."""
        found = []
        for name in self.orbiters:
            over = windows(functools.partial(self._is_up, name), start, self.end, _PASS_STEP)
            found += [Pass(name, number, rise, down) for number, (rise, down) in enumerate(over, 1)]
        return sorted(found, key=lambda each: (each.rise, each.orbiter))

    def toward_earth(self, time: Any) -> Array:
        """Unit vector (..., 3) from Mars to Earth on arrival, in the axes that stand still."""
        return self._toward_earth_j2000(time) @ self._fixed_at_epoch.T

    def _toward_earth_j2000(self, time: Any) -> Array:
        times, toward, _ = self._earth
        return np.stack([np.interp(time, times, toward[:, k]) for k in range(3)], -1)

    def days(self, time: Any) -> Any:
        """Terrestrial days since J2000 (...)."""
        return self._epoch + np.asarray(time, float) / _DAY

    def earth_elevation(self, position: Array, time: Any) -> Array:
        """Elevation of Earth [rad] over the horizon of planet-fixed positions (..., 3), above a sphere's level plane."""
        still = turned(position, -self._rotation_rate * np.asarray(time, float))
        sine = np.sum(still * self.toward_earth(time), -1) / np.linalg.norm(still, axis=-1)
        return np.asarray(np.arcsin(np.clip(sine, -1.0, 1.0)), float)

    def delay(self, position: Array, time: Any) -> Array:
        """Light time [s] from planet-fixed positions (..., 3) to Earth, for a signal that leaves at times (...)."""
        still = turned(position, -self._rotation_rate * np.asarray(time, float))
        return np.asarray(self.delay_at(time) - np.sum(still * self.toward_earth(time), -1) / earth.LIGHT_SPEED, float)

    def delay_from(self, orbiter: str, time: float) -> float:
        """Light time [s] from an orbiter to Earth, from a table every 10 s (error below 3 us)."""
        times, delays = self._delays[orbiter]
        return float(np.interp(time, times, delays))

    def delay_at(self, time: Any) -> Array:
        """Light time [s] from the centre of Mars to Earth."""
        times, _, delays = self._earth
        return np.asarray(np.interp(time, times, delays), float)

    def heard_on_earth(self, position: Array, time: Any, *, on_arrival: bool = True) -> NDArray[np.bool_]:
        """Whether the line from planet-fixed positions to Earth is free of Mars and a station has Mars above its horizon.

        With `on_arrival` the station listens when the signal arrives; without, it has sent what arrives at Mars at that time.
        """
        still = turned(position, -self._rotation_rate * np.asarray(time, float))
        toward = self.toward_earth(time)
        along = np.sum(still * toward, -1)
        beside = np.linalg.norm(still - along[..., None] * toward, axis=-1)
        return np.asarray(((along > 0.0) | (beside > self._radius)) & self._a_station_is_up(time, on_arrival), bool)

    def to_earth(self, orbiter: str, time: float) -> float:
        """The first moment not before `time` at which an orbiter can send to Earth; infinite when there is none before the end."""
        return _next(self._sends[orbiter], time)

    def from_earth(self, orbiter: str, time: float) -> float:
        """The first moment not before `time` at which an orbiter can hear what a station has sent; infinite when there is none."""
        return _next(self._hears[orbiter], time)

    def _a_station_is_up(self, time: Any, on_arrival: bool) -> NDArray[np.bool_]:
        days = self.days(time)
        delay = self.delay_at(time) / _DAY
        then = days + delay if on_arrival else days - delay
        toward = self._toward_earth_j2000(time)
        up = [earth.elevation_of_mars(s, then, toward) > s.lowest_elevation for s in self.given.stations]
        return np.asarray(np.any(up, axis=0), bool)

    @cached_property
    def _sends(self) -> dict[str, list[tuple[float, float]]]:
        return {name: self._earth_windows(name, True) for name in self.orbiters}

    @cached_property
    def _hears(self) -> dict[str, list[tuple[float, float]]]:
        return {name: self._earth_windows(name, False) for name in self.orbiters}

    def _earth_windows(self, name: str, on_arrival: bool) -> list[tuple[float, float]]:
        return windows(
            lambda t: self.heard_on_earth(self.position(name, t), t, on_arrival=on_arrival), 0.0, self.end, _EARTH_STEP
        )

    @cached_property
    def _earth(self) -> tuple[Array, Array, Array]:
        """Times, direction and light time every ten minutes; in between a straight line is good to 2 us."""
        times = np.arange(-3600.0, self.end + 1200.0, 600.0)
        days = self.days(times)
        return times, earth.earth_from_mars(days), earth.light_time(days)

    @cached_property
    def _delays(self) -> dict[str, tuple[Array, Array]]:
        times = np.arange(0.0, self.end + 20.0, 10.0)
        return {name: (times, self.delay(self.position(name, times), times)) for name in self.orbiters}


def _next(open_windows: list[tuple[float, float]], time: float) -> float:
    at = bisect.bisect_right(open_windows, (time, float("inf"))) - 1
    if at >= 0 and open_windows[at][1] > time:
        return time
    return open_windows[at + 1][0] if at + 1 < len(open_windows) else float("inf")
