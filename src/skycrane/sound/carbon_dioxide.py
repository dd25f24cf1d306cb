"""How sound travels in thin carbon dioxide: two speeds, and the loss of everything high.

A molecule of carbon dioxide bends. At Martian pressure collisions are so rare that the bending follows a sound wave only below some 240 Hz:
slower waves meet a gas of larger heat capacity and run slower, faster ones leave it behind and run some metres a second faster, and in
between the lag eats the wave. Friction and conduction take what is higher still.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: share of the molecules: [mahaffy2013], carbon dioxide and argon
CARBON_DIOXIDE, ARGON = 0.960, 0.0193
#: temperature [K] and number of the vibrations that follow a wave: bending 667 per cm (twice), symmetric stretch 1333 per cm
VIBRATIONS = ((960.0, 2), (1918.0, 1))
#: frequency of the largest loss a wavelength [Hz], at this pressure [Pa] and temperature [K]: [maurice2022] 240 Hz;
#: assumed: the pressure and temperature of the days on which it was found
RELAXATION, AT_PRESSURE, AT_TEMPERATURE = 240.0, 740.0, 240.0
#: [K^(1/3)] Landau and Teller: rate of the relaxation ~ exp(-B T^(-1/3)); assumed: 36.5 of pure carbon dioxide, recalled
LANDAU_TELLER = 36.5
#: viscosity [Pa s] and conductivity [W/m/K] of carbon dioxide at 273 K, Sutherland's constant [K]; recalled from tables
VISCOSITY, CONDUCTIVITY, SUTHERLAND = 1.37e-5, 0.0146, 222.0
#: collisions until rotation follows; assumed: 2 to 4
ROTATION_COLLISIONS = 3.0


@dataclass(frozen=True)
class Gas:
    """Martian air at rest; every field is a number or an array.

    Equations: [pierce1989] chapter 10, for a gas with one relaxing part of its heat capacity; the same as [basschambers2001] with one
    relaxation. With e^(i w t) the heat capacity at constant volume is, over the gas constant,

        c(w) = c_fast + c_slow / (1 + i w tau),      k = w sqrt(1 / (R T (1 + 1 / c(w)))) - i a_classical

    where c_slow = x sum g (theta/T)^2 e^(theta/T) / (e^(theta/T) - 1)^2 (Planck and Einstein) and a_classical ~ w^2 is Kirchhoff's loss
    with the bulk viscosity of rotation. The phase speed is w / Re k, the absorption -Im k.

    Assumptions: one relaxation time; nitrogen and argon have no vibration; air is dry. Limits: sound of small amplitude, wavelengths
    far above the mean free path (6 um), so below 1 MHz; not above some 60 km, where that path is metres.
    """

    pressure: Array | float  # [Pa]
    temperature: Array | float  # [K]
    gas_constant: float  # [J/kg/K]

    @property
    def density(self) -> Array | float:
        """[kg/m^3]"""
        return self.pressure / (self.gas_constant * self.temperature)

    @property
    def fast_heat(self) -> float:
        """Heat capacity of translation and rotation over the gas constant."""
        return 2.5 - ARGON

    @property
    def slow_heat(self) -> Array | float:
        """Heat capacity of vibration over the gas constant, when there is time for it."""
        total = 0.0 * np.asarray(self.temperature)
        for theta, modes in VIBRATIONS:
            x = theta / np.asarray(self.temperature)
            total = total + modes * x**2 * np.exp(-x) / (1.0 - np.exp(-x)) ** 2
        return CARBON_DIOXIDE * total

    @property
    def slow_speed(self) -> Array | float:
        """Speed of waves that are slow enough for vibration to follow [m/s]."""
        return self._speed(self.fast_heat + self.slow_heat)

    @property
    def fast_speed(self) -> Array | float:
        """Speed of waves that leave vibration behind [m/s]."""
        return self._speed(self.fast_heat)

    @property
    def relaxation_frequency(self) -> Array | float:
        """Frequency of the largest loss a wavelength [Hz]: grows with pressure, and with temperature as Landau and Teller found."""
        colder = np.asarray(self.temperature) ** (-1.0 / 3.0) - AT_TEMPERATURE ** (-1.0 / 3.0)
        return RELAXATION * self.pressure / AT_PRESSURE * np.exp(-LANDAU_TELLER * colder)

    def wavenumber(self, frequency: Array) -> NDArray[np.complex128]:
        """Complex wavenumber [1/m]: a wave goes as exp(-i k x). Frequencies [Hz] along the last axis of what the fields broadcast with."""
        w = 2.0 * np.pi * frequency
        fast, slow = self.fast_heat, self.slow_heat
        # the loss a wavelength is largest at w tau = sqrt(cv0 cp0 / (cv cp)), cv0 with vibration and cv without
        peak = np.sqrt((fast + slow) * (fast + slow + 1.0) / (fast * (fast + 1.0)))
        tau = peak / (2.0 * np.pi * self.relaxation_frequency)
        heat = fast + slow / (1.0 + 1j * w * tau)
        k = w / np.sqrt(self.gas_constant * self.temperature * (1.0 + 1.0 / heat))
        return np.asarray(k - 1j * self.classical_absorption(frequency))

    def absorption(self, frequency: Array) -> Array:
        """Loss of pressure amplitude [Np/m]; 8.686 times as many dB/m."""
        return np.asarray(-np.imag(self.wavenumber(frequency)))

    def phase_speed(self, frequency: Array) -> Array:
        """Speed of waves of these frequencies [m/s]."""
        return np.asarray(2.0 * np.pi * frequency / np.real(self.wavenumber(frequency)))

    def classical_absorption(self, frequency: Array) -> Array:
        """Loss by friction, conduction and the lag of rotation [Np/m]: a = w^2 / (2 rho c^3) (4/3 mu + mu_b + kappa (1/cv - 1/cp)).

        Bulk viscosity of rotation mu_b = (pi/4) mu Z c_rot / cv^2 (over the gas constant), Z collisions.
        """
        t = np.asarray(self.temperature)
        warmer = (t / 273.15) ** 1.5 * (273.15 + SUTHERLAND) / (t + SUTHERLAND)
        mu, kappa = VISCOSITY * warmer, CONDUCTIVITY * warmer
        cv = self.fast_heat * self.gas_constant
        bulk = 0.25 * np.pi * mu * ROTATION_COLLISIONS / self.fast_heat**2
        friction = 4.0 / 3.0 * mu + bulk + kappa * (1.0 / cv - 1.0 / (cv + self.gas_constant))
        return np.asarray((2.0 * np.pi * frequency) ** 2 * friction / (2.0 * self.density * self.fast_speed**3))

    def _speed(self, heat: Array | float) -> Array | float:
        return np.sqrt(self.gas_constant * np.asarray(self.temperature) * (1.0 + 1.0 / heat))
