"""The bangs of one landing: which, when they arrive at the microphone, and their waveforms as pressure on it."""

import re
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skycrane.record import Event
from skycrane.sound import impulses
from skycrane.sound.carbon_dioxide import Gas
from skycrane.sound.sources import Landing

Array = NDArray[np.float64]

_WHEELS = 0.5  # [s] after contact in which the wheels push hardest
_DIRECT, _AIRBORNE = "through the structure", "through the air"


@dataclass(frozen=True)
class Bang:
    """One bang: `starts` [s] since entry interface at the microphone, and its pressure [Pa], sample by sample."""

    event: str
    way: str
    starts: float
    pressure: Array

    @property
    def peak(self) -> float:
        """Largest pressure [Pa]."""
        return float(np.max(np.abs(self.pressure)))


def bangs(landing: Landing, seed: tuple[int, int]) -> list[Bang]:
    """All bangs of a record in the order of their arrival. `seed` are seed and case of the flight; each bang draws by its own name."""
    rate, given = landing.microphone.sampling_rate, landing.given
    found = []
    for impulse in given.impulses:
        for event in landing.record.events:
            if re.fullmatch(re.escape(impulse.event) + r"(_\d+)?", event.key):
                shape = impulses.ringing(rate, impulse.frequency, impulse.decay, _draw(seed, landing, event.key))
                found.append(_through_structure(landing, event, impulse.acceleration, shape))
    found += [_wheels(landing, event, seed) for event in landing.record.events if event.key == "touchdown"]
    found += [_stage(landing, event, seed) for event in landing.record.events if event.key == "descent_stage_impact"]
    return sorted(found, key=lambda each: each.starts)


def _through_structure(landing: Landing, event: Event, acceleration: float, shape: Array) -> Bang:
    return Bang(event.key, _DIRECT, event.t_s, acceleration * landing.microphone.vibration_pressure * shape)


def _wheels(landing: Landing, event: Event, seed: tuple[int, int]) -> Bang:
    """Wheels on soil: the rover is shaken by the largest load on its wheels that the record has, over its mass."""
    times, loads = landing.record.channels["time"].values, landing.values("wheel_load")
    now = (times >= event.t_s) & (times <= event.t_s + _WHEELS)
    push = loads.sum(axis=1)[now].max() if loads.ndim > 1 and now.any() else 0.0
    return _through_structure(
        landing, event, float(push) / landing.parameters.vehicle.lander.mass, _thud(landing, event.key, seed)
    )


def _stage(landing: Landing, event: Event, seed: tuple[int, int]) -> Bang:
    """The descent stage hits the ground: a share of its energy becomes sound and comes through the gas, low waves last."""
    given, rate = landing.given, landing.microphone.sampling_rate
    row = int(np.searchsorted(landing.record.channels["time"].values, event.t_s))
    distance = landing.places.to_site_point(
        landing.values("position_site")[min(row, len(landing.places.microphone) - 1)], event.t_s
    )
    air = landing.air(np.array([event.t_s]))
    gas = Gas(float(np.ravel(air.pressure)[0]), float(np.ravel(air.temperature)[0]), air.gas_constant)
    energy = 0.5 * event.state["mass"] * event.state["speed_planet_relative"] ** 2
    exposure = impulses.impact_exposure(
        energy, given.impact_efficiency, distance, float(gas.density) * float(gas.slow_speed)
    )
    there = impulses.with_exposure(_thud(landing, event.key, seed), rate, exposure)
    heard = impulses.after_travel(there, rate, distance, gas)
    return Bang(event.key, _AIRBORNE, event.t_s + distance / float(gas.fast_speed), heard)


def _thud(landing: Landing, name: str, seed: tuple[int, int]) -> Array:
    frequency = landing.given.impact_frequency
    return impulses.ringing(landing.microphone.sampling_rate, frequency, 1.0 / frequency, _draw(seed, landing, name))


def _draw(seed: tuple[int, int], landing: Landing, name: str) -> np.random.Generator:
    return np.random.default_rng([*seed, zlib.crc32(f"{landing.microphone.id} {name}".encode())])
