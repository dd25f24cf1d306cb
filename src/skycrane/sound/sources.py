"""Everything that sounds during a landing, as it arrives at the microphone: power spectra over time, from the record's channels.

Each source is an array (time, frequency) of mean square pressure a hertz. Sources know nothing of each other, so their powers add.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.mission.parameters.sound import MicrophoneParameters, SoundParameters
from skycrane.record import FlightRecord
from skycrane.sound import flow_noise, jet_noise
from skycrane.sound.carbon_dioxide import Gas
from skycrane.sound.places import Places

Array = NDArray[np.float64]

_THINNEST = 1e-6  # [Pa] air thinner than this carries no sound that anybody hears
_COLDEST = 50.0  # [K]


@dataclass(frozen=True)
class Landing:
    """A record seen from the microphone: what the sources need of it."""

    record: FlightRecord
    parameters: Any
    given: SoundParameters
    microphone: MicrophoneParameters
    places: Places

    def at(self, name: str, times: Array) -> Array:
        """A scalar channel at these times [s]; 0 where it has no value, its last value after the end."""
        return self._interpolated(self.values(name), times)

    def air(self, times: Array) -> Gas:
        """The undisturbed air around the microphone; after touchdown as it was then."""
        times = np.minimum(times, self.rests)[:, None]
        pressure = np.maximum(self.at("pressure", times), _THINNEST)
        temperature = np.maximum(self.at("temperature", times), _COLDEST)
        return Gas(pressure, temperature, self.parameters.planet.gas.gas_constant)

    @property
    def rests(self) -> float:
        """Time from which what carries the microphone is on the ground, wheels or not [s]."""
        return min(
            (each.t_s for each in self.record.events if each.key in ("touchdown", "ground_contact")), default=np.inf
        )

    @property
    def opens(self) -> float:
        """Time from which the rover is no longer shut in by heat shield and backshell [s]."""
        first = [self.record.event(key) for key in ("heatshield_separation", "backshell_separation")]
        return min((each.t_s for each in first if each is not None), default=self.rests)

    def values(self, name: str) -> Array:
        """A channel as an array over the record's time; 0 where it has no value, or is not there at all."""
        channels = self.record.channels
        if name not in channels:
            return np.zeros(len(channels["time"]))
        return np.asarray(np.nan_to_num(channels[name].values.astype(float)))

    def _interpolated(self, values: Array, times: Array) -> Array:
        return np.asarray(np.interp(times, self.record.channels["time"].values, values))


def engines(landing: Landing, times: Array, frequency: Array) -> Array:
    """The descent engines, through the air: each as loud as its thrust says, as far away as its jet is, and as late.

    What leaves at t over a distance r(t) arrives at t + r(t) / c; the sources fly slower than sound, so nothing overtakes.
    """
    total = np.zeros((len(times), len(frequency)))
    engine = getattr(landing.parameters.vehicle, "engines", None)
    thrusts = landing.values("engine_thrust")
    if engine is None or thrusts.ndim < 2 or not np.any(thrusts > 0.0):
        return total
    given = landing.given
    clock, pressure = landing.record.channels["time"].values, landing.values("pressure")
    slow = np.ravel(landing.air(clock).slow_speed)
    nozzles = np.stack([engine.place_x, engine.place_y, engine.place_z], axis=1)
    blows = -np.stack([engine.push_x, engine.push_y, engine.push_z], axis=1)
    heard = np.flatnonzero((times > _first(landing, thrusts)) & (times < _last(landing, thrusts)))
    if not len(heard):
        return total
    here = times[heard]
    gas = landing.air(here)
    impedance = gas.density * gas.slow_speed
    loss = 2.0 * gas.absorption(frequency)
    sound = np.zeros((len(here), len(frequency)))
    for thrust, nozzle, blow in zip(thrusts.T, nozzles, blows, strict=True):
        diameter = jet_noise.jet_diameter(thrust, pressure, given.jet_mach)
        distance = landing.places.to_body_point(nozzle + given.source_distance * diameter[:, None] * blow)
        left = np.interp(here, np.maximum.accumulate(clock + distance / slow), clock)
        force, far, wide = (landing._interpolated(each, left)[:, None] for each in (thrust, distance, diameter))
        power = jet_noise.acoustic_power(force, engine.exhaust_velocity, given.acoustic_efficiency)
        loudest = given.peak_strouhal * engine.exhaust_velocity / np.maximum(wide, 1e-3)
        level = jet_noise.mean_square_pressure(power, np.maximum(far, wide), impedance)
        sound += level * jet_noise.spectrum(frequency, loudest) * np.exp(-loss * far)
    total[heard] = sound
    return total


def flow(landing: Landing, times: Array, frequency: Array) -> Array:
    """Air that rushes past the open vehicle and the hanging rover, from the loss of the heat shield to the ground."""
    total = np.zeros((len(times), len(frequency)))
    open_air = (times >= landing.opens) & (times < landing.rests)
    total[open_air] = _on_the_outside(landing, times[open_air], frequency)
    return total


def aeroshell(landing: Landing, times: Array, frequency: Array) -> Array:
    """The same rush outside the closed aeroshell: what the wall lets through, and what shakes the microphone through the structure."""
    given = landing.given
    total = np.zeros((len(times), len(frequency)))
    shut = (times < landing.opens) & (times < landing.rests)
    gas = landing.air(times[shut])
    air = flow_noise.through_wall(frequency, given.shell_mass, gas.density * gas.slow_speed)
    moved = flow_noise.wall_acceleration(given.shell_mass, given.structure_frequency, frequency)
    structure = (landing.microphone.vibration_pressure * given.structure_share) ** 2 * moved
    total[shut] = _on_the_outside(landing, times[shut], frequency) * (air + structure)
    return total


def thrusters(landing: Landing, times: Array, frequency: Array) -> Array:
    """The small thrusters of the entry, through the structure: their push over the mass of all that is shaken."""
    given, thruster = landing.given, getattr(landing.parameters.vehicle, "thrusters", None)
    if thruster is None:
        return np.zeros((len(times), len(frequency)))
    firing = landing.values("thruster_on_fraction")
    mass = np.maximum(landing.values("mass"), 1.0)
    push = thruster.thrust * (firing.sum(axis=1) if firing.ndim > 1 else firing)
    shaking = given.thruster_shaking_scale * landing._interpolated(push / mass, times)
    level = (landing.microphone.vibration_pressure * shaking[:, None]) ** 2
    return np.asarray(level * flow_noise.shaking_spectrum(frequency, given.structure_frequency))


def wind(landing: Landing, times: Array, frequency: Array) -> Array:
    """Gusts on the microphone of the rover that stands, with the wind of the moment of touchdown."""
    total = np.zeros((len(times), len(frequency)))
    stands = times >= landing.rests
    if not stands.any():
        return total
    row = int(np.searchsorted(landing.record.channels["time"].values, landing.rests))
    blowing = landing.values("wind_site")
    speed = float(np.linalg.norm(blowing[min(row, len(blowing) - 1)]))
    gas = landing.air(times[stands])
    level = flow_noise.wind_pressure(gas.density, speed, landing.given.wind_turbulence) ** 2
    total[stands] = level * flow_noise.wind_spectrum(frequency, speed, landing.given.wind_length)
    return total


#: name -> what it computes
SOURCES = {"engines": engines, "flow": flow, "aeroshell": aeroshell, "thrusters": thrusters, "wind": wind}


def _on_the_outside(landing: Landing, times: Array, frequency: Array) -> Array:
    given = landing.given
    pressure = flow_noise.flow_pressure(
        landing.at("dynamic_pressure", times), landing.at("mach", times), given.flow_pressure
    )
    speed = landing.at("airspeed", times)
    return np.asarray(pressure[:, None] ** 2 * flow_noise.flow_spectrum(frequency, speed[:, None], given.flow_length))


def _first(landing: Landing, thrusts: Array) -> float:
    return float(landing.record.channels["time"].values[np.flatnonzero(thrusts.any(axis=1))[0]])


def _last(landing: Landing, thrusts: Array) -> float:
    """The last moment at which an engine burns, and ten seconds for its sound to arrive."""
    return float(landing.record.channels["time"].values[np.flatnonzero(thrusts.any(axis=1))[-1]]) + 10.0
