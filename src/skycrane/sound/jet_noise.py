"""The roar of a rocket engine: how much of its jet's power becomes sound, and at which frequencies.

Source of the law: [eldred1971]. A share of 0.2 to 1 % of the mechanical power of a jet becomes sound, whatever the rocket, and the
loudest octave lies near a Strouhal number of 0.02. Both were found with jets into sea-level air and are assumed to hold for jets that
have expanded to the pressure of Martian air.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: heat capacity ratio of the products of hydrazine; assumed: 1.25 to 1.35
HEAT_CAPACITY_RATIO = 1.3


def acoustic_power(thrust: Array, exhaust_velocity: float, efficiency: float) -> Array:
    """Sound power [W]: W = eta F U / 2, thrust F [N], exhaust velocity U [m/s], efficiency eta."""
    return np.asarray(0.5 * efficiency * thrust * exhaust_velocity)


def jet_diameter(thrust: Array, pressure: Array | float, mach: float) -> Array:
    """Diameter [m] of a jet that has expanded to the pressure p of the air: its thrust is F = gamma p M^2 pi D^2 / 4.

    In thin air a small engine has a wide jet, and so a low voice.
    """
    area = thrust / (HEAT_CAPACITY_RATIO * np.maximum(pressure, 1e-9) * mach**2)
    return np.asarray(np.sqrt(4.0 * area / np.pi))


def spectrum(frequency: Array, loudest: Array) -> Array:
    """Share of the power [1/Hz] at a frequency [Hz]; `loudest` [Hz] is the frequency of the loudest octave.

    S(f) = x / (f0 (1 + x^2)^(3/2)), x = f / f0, f0 = loudest / sqrt(2): it rises with f, falls with f^-2, has its maximum per octave at
    `loudest` and an integral of one. Assumed: the shape of the measured spectra that [eldred1971] collects, within some 3 dB.
    """
    f0 = np.maximum(loudest, 1e-9) / np.sqrt(2.0)
    x = frequency / f0
    return np.asarray(x / (f0 * (1.0 + x**2) ** 1.5))


def mean_square_pressure(power: Array, distance: Array, impedance: Array | float) -> Array:
    """Mean square pressure [Pa^2] at a distance r [m] without loss: p^2 = W rho c / (4 pi r^2), impedance rho c [Pa s/m].

    In air of a hundredth of the density the same power makes a pressure 20 dB lower.
    """
    return np.asarray(power * impedance / (4.0 * np.pi * distance**2))
