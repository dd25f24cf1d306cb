"""Where things are when they sound: how far each engine's jet is from the microphone, on the stage, on the bridles, flying away."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.mission.parameters.sound import MicrophoneParameters

Array = NDArray[np.float64]


class Places:
    """Microphone and descent stage in the axes of the site, from the record's channels; arrays over the record's time."""

    def __init__(self, channels: Any, parameters: Any, microphone: MicrophoneParameters) -> None:
        self._parameters = parameters
        self._channels = channels
        self._place = np.asarray(microphone.place)
        self._site_from_fixed = _east_north_up(parameters.site, parameters.planet)
        vehicle = self._vectors("position_site")
        self._stage = vehicle, self._turn("attitude_mcmf_from_body"), self._vectors("centre_of_mass_body")
        self.microphone = self._carried()

    def to_body_point(self, place: Array) -> Array:
        """Distance [m] from the microphone to points (time, 3) in body axes of what flies (from rover separation on, the stage)."""
        position, turn, centre = self._stage
        there = position + _turned(turn, place - centre, self._site_from_fixed)
        return np.asarray(np.linalg.norm(there - self.microphone, axis=1))

    def to_site_point(self, place: Array, time: float) -> float:
        """Distance [m] from the microphone at a time [s] to a point in site axes."""
        row = int(np.searchsorted(self._channels["time"].values, time))
        return float(np.linalg.norm(place - self.microphone[min(row, len(self.microphone) - 1)]))

    def _carried(self) -> Array:
        """The microphone: fixed to the vehicle, then to the rover on its bridles, then where the rover was last known to be."""
        position, turn, centre = self._stage
        aboard = position + _turned(turn, self._place - centre, self._site_from_fixed)
        if "rover_position_site" not in self._channels:
            return aboard
        rover = self._vectors("rover_position_site")
        hangs = np.isfinite(rover[:, 0])
        if not hangs.any():
            return aboard
        arm = self._place - np.asarray(self._parameters.vehicle.lander.place)
        below = rover + _turned(self._turn("rover_attitude_mcmf_from_body"), arm, self._site_from_fixed)
        last = int(np.flatnonzero(hangs)[-1])
        carried = np.where(hangs[:, None], below, aboard)
        carried[last + 1 :] = below[last]
        return np.asarray(carried)

    def _vectors(self, name: str) -> Array:
        return np.asarray(self._channels[name].values, float)

    def _turn(self, name: str) -> Array:
        return np.asarray(self._channels[name].values, float)


def _turned(turn: Array, vector: Array, site_from_fixed: Array) -> Array:
    """Vectors in body axes, (3) or (time, 3), in site axes; `turn` (time, 4) turns body axes into planet-fixed ones, scalar first."""
    w, axis = turn[:, :1], turn[:, 1:]
    vector = np.broadcast_to(vector, axis.shape)
    across = np.cross(axis, vector)
    return np.asarray((vector + 2.0 * (w * across + np.cross(axis, across))) @ site_from_fixed.T)


def _east_north_up(site: Any, planet: Any) -> Array:
    """Rows are east, north and the ellipsoid's up at the site, in planet-fixed axes."""
    flattened = (planet.equatorial_radius / planet.polar_radius) ** 2
    latitude, longitude = np.arctan(flattened * np.tan(site.latitude)), site.longitude
    s, c, sl, cl = np.sin(latitude), np.cos(latitude), np.sin(longitude), np.cos(longitude)
    return np.array([[-sl, cl, 0.0], [-s * cl, -s * sl, c], [c * cl, c * sl, s]])
