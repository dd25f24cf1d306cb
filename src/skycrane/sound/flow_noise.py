"""The rush of air around the vehicle: pressure fluctuations of turbulent flow, what a wall lets through, and gusts on the ground."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: [lowson1968] the fluctuations lose strength with the Mach number as 1 / (1 + 0.14 M^2); corner of the spectrum at w0 = 8 V / delta
_MACH, _CORNER = 0.14, 8.0


def flow_pressure(dynamic_pressure: Array, mach: Array, share: float) -> Array:
    """Pressure fluctuation rms [Pa] of turbulent flow: p = k q / (1 + 0.14 M^2).

    Source: [lowson1968], k = 0.006 under an attached boundary layer; larger where flow is separated. Assumed beyond Mach 3, where it was
    not measured.
    """
    return np.asarray(share * dynamic_pressure / (1.0 + _MACH * mach**2))


def flow_spectrum(frequency: Array, speed: Array, thickness: float) -> Array:
    """Share of the mean square [1/Hz] at a frequency: S = 1 / (f0 (1 + (f/f0)^2)^(3/2)), f0 = 8 V / (2 pi delta). Integral one.

    Source: [lowson1968]; speed V [m/s], thickness delta of the turbulent layer [m].
    """
    f0 = np.maximum(_CORNER * speed / (2.0 * np.pi * thickness), 1e-3)
    return np.asarray(1.0 / (f0 * (1.0 + (frequency / f0) ** 2) ** 1.5))


def through_wall(frequency: Array, wall_mass: float, impedance: Array | float) -> Array:
    """Share of mean square pressure that air behind a limp wall gets: t = 1 / (1 + (w m / (2 rho c))^2), the mass law.

    Wall mass m [kg/m^2], impedance rho c of the air [Pa s/m]. In thin air a wall lets hardly anything through: 60 dB and more. Assumes
    that no room behind it makes the sound build up, and no vent lets it in. Source: [pierce1989] chapter 3.
    """
    reluctance = np.pi * frequency * wall_mass / np.maximum(impedance, 1e-12)
    return np.asarray(1.0 / (1.0 + reluctance**2))


def wall_acceleration(wall_mass: float, cutoff: float, frequency: Array) -> Array:
    """Mean square acceleration [(m/s^2)^2] that a limp wall passes on, per mean square pressure: 1 / (m^2 (1 + (f/fc)^2)).

    Newton's law for the wall; above `cutoff` fc [Hz] joints and honeycomb pass less on (assumed).
    """
    return np.asarray(1.0 / (wall_mass**2 * (1.0 + (frequency / cutoff) ** 2)))


def shaking_spectrum(frequency: Array, cutoff: float) -> Array:
    """Share of the mean square [1/Hz] of a shaken structure: S = (2 / pi) / (fc (1 + (f/fc)^2)). Integral one. Assumed."""
    return np.asarray(2.0 / np.pi / (cutoff * (1.0 + (frequency / cutoff) ** 2)))


def wind_pressure(density: Array | float, wind: Array | float, turbulence: float) -> Array:
    """Pressure fluctuation rms [Pa] of gusts on a microphone: p = rho V u, the change of rho V^2 / 2; u = `turbulence` V."""
    return np.asarray(density * turbulence * np.asarray(wind) ** 2)


def wind_spectrum(frequency: Array, wind: Array | float, length: float) -> Array:
    """Share of the mean square [1/Hz]: S = 2 / (3 f0 (1 + f/f0)^(5/3)), f0 = V / L: Kolmogorov's slope. Integral one.

    The slope is kept to the highest frequency: what viscosity takes on Mars [maurice2022] is not taken off.
    """
    f0 = np.maximum(np.asarray(wind) / length, 1e-3)
    return np.asarray(2.0 / (3.0 * f0) * (1.0 + frequency / f0) ** (-5.0 / 3.0))
