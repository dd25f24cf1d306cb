"""The landing as it was heard on Earth: the relayed signal, the tones direct to Earth, and the silence in the plasma.

An event is heard by relay when a bent-pipe orbiter is above the vehicle's horizon and sees Earth, else by tones when Earth is above
the vehicle's horizon and a station has Mars above its own; either is cut while the stagnation heat flux is above a threshold of its
own. That threshold stands for the electron density at which the plasma reflects the radio wave; wake and antenna are left out.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.downlink.earth import LIGHT_SPEED
from skycrane.downlink.network import Network
from skycrane.downlink.windows import windows
from skycrane.record import FlightRecord

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Heard:
    """One event: when it happened and when Earth heard of it; `way` is an orbiter, "tones", or empty when nobody heard it."""

    key: str
    label: str
    time: float
    received: float | None
    way: str


class Live:
    """What the vehicle's radio could reach, moment by moment of the flight."""

    def __init__(self, network: Network, record: FlightRecord) -> None:
        self.network, self.record = network, record
        self._times = np.asarray(record.channels["time"].values, float)
        self._places = np.asarray(record.channels["position_mcmf"].values, float)
        flux = record.channels.get("convective_heat_flux")
        self._flux = np.zeros_like(self._times) if flux is None else np.nan_to_num(np.asarray(flux.values, float))

    def heard(self) -> list[Heard]:
        """Every event of the vehicle, in the order of the record."""
        return [self._event(each) for each in self.record.events if not each.key.endswith("_impact")]

    def silences(self) -> list[tuple[float, float]]:
        """Intervals [s] in which the plasma cut the relay signal."""
        limit = self.network.given.blackout_heat_flux
        return windows(lambda t: np.interp(t, self._times, self._flux) > limit, self._times[0], self._times[-1], 0.25)

    def _event(self, event: Any) -> Heard:
        ways = [*(n for n, o in self.network.orbiters.items() if o.bent_pipe), "tones"]
        for way in ways:  # the relayed signal tells more than a tone
            arrives = (self._by_tones if way == "tones" else self._by_relay)(event.t_s, way)
            if arrives < float("inf"):
                return Heard(event.key, event.label, event.t_s, arrives, way)
        return Heard(event.key, event.label, event.t_s, None, "")

    def _place(self, time: float) -> Array:
        return np.array([np.interp(time, self._times, self._places[:, k]) for k in range(3)])

    def _plasma(self, time: float) -> float:
        return float(np.interp(time, self._times, self._flux))

    def _by_tones(self, time: float, _: str) -> float:
        place = self._place(time)
        hidden = self.network.earth_elevation(place, time) <= 0.0
        if hidden or self._plasma(time) > self.network.given.tone_heat_flux:
            return float("inf")
        if not self.network.heard_on_earth(place[None], np.array([time]))[0]:
            return float("inf")
        return time + float(self.network.delay(place, time))

    def _by_relay(self, time: float, orbiter: str) -> float:
        place = self._place(time)
        away = self.network.position(orbiter, time) - place
        distance = float(np.linalg.norm(away))
        hidden = float(away @ place) <= 0.0
        if hidden or self._plasma(time) > self.network.given.blackout_heat_flux:
            return float("inf")
        there = time + distance / LIGHT_SPEED
        if self.network.to_earth(orbiter, there) > there:
            return float("inf")
        return there + self.network.delay_from(orbiter, there)
