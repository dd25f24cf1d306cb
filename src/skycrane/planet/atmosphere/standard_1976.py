"""The US Standard Atmosphere 1976: the air of the check cases on Earth.

Up to 86 km it is the published set of layers of constant lapse rate in geopotential height; from there to 160 km the published
molecular-scale temperature is continued hydrostatically.
"""

from typing import final

import numpy as np

from skycrane.core.component import component
from skycrane.core.interpolation import UniformCubic
from skycrane.mission.parameters.atmosphere import StandardAtmosphere1976Parameters
from skycrane.planet.atmosphere.column import Profile, hydrostatic_log_density, smooth_profile, tabulate, wind_profiles

# All numbers: U.S. Standard Atmosphere, 1976 (NOAA, NASA, USAF; NASA-TM-X-74335).
GAS_CONSTANT = 8314.32 / 28.9644  # R*/M0 [J/kg/K], tables 2 and 3
GRAVITY = 9.80665  # g0 [m/s^2]
EARTH_RADIUS = 6356766.0  # r0 of the geopotential height [m]
SEA_LEVEL_PRESSURE = 101325.0  # [Pa]
SEA_LEVEL_TEMPERATURE = 288.15  # [K]
LAYERS = (0.0, 11e3, 20e3, 32e3, 47e3, 51e3, 71e3)  # geopotential heights of the layer bases [m], table 4
LAPSES = (-6.5e-3, 0.0, 1e-3, 2.8e-3, 0.0, -2.8e-3, -2e-3)  # dTm/dH in the layers [K/m], table 4
TOP_OF_LAYERS = 86e3  # geometric height at which the layers end [m]
# Mean molar mass of the main table above that: geometric heights [m], [g/mol].
MOLAR_MASS = {
    86e3: 28.9522, 90e3: 28.91, 95e3: 28.73, 100e3: 28.40, 105e3: 27.88, 110e3: 27.27, 115e3: 26.68, 120e3: 26.20,
    125e3: 25.80, 130e3: 25.44, 135e3: 25.09, 140e3: 24.75, 145e3: 24.42, 150e3: 24.10, 155e3: 23.79, 160e3: 23.49,
}  # fmt: skip
_STEP = 50.0  # the layers bend sharply off the knots of any table, so this one is finer than that of Mars


@final
@component
class StandardAtmosphere1976(StandardAtmosphere1976Parameters):
    """The US Standard Atmosphere 1976, as a table over geometric height; Earth only.

    Temperature is the molecular-scale temperature Tm = T M0 / M (the kinetic one up to 80 km, 1e-4 less at 86 km), so that
    p = rho R Tm holds with one gas constant. Below 86 km exact but for 5e-4 of density within 50 m of a layer's base; above,
    pressure and density are within 1 % of the published table up to 150 km (0.9 % at 100 km, where the species no longer mix).
    Below sea level the lowest layer goes on.
    Source: U.S. Standard Atmosphere, 1976, NASA-TM-X-74335.
    """

    def table(self) -> UniformCubic:
        """Table of (log density [kg/m^3], temperature [K], wind east, wind north [m/s]) against geometric height [m]."""
        temperature = molecular_temperature()
        log_density = hydrostatic_log_density(temperature, gravity, GAS_CONSTANT, 0.0, SEA_LEVEL_PRESSURE)
        return tabulate((log_density, temperature, *wind_profiles(self)), _STEP)


def gravity(height: np.ndarray) -> np.ndarray:
    """Gravity of the standard [m/s^2] at geometric height [m], which makes geopotential height r0 h / (r0 + h)."""
    return GRAVITY * (EARTH_RADIUS / (EARTH_RADIUS + height)) ** 2


def molecular_temperature() -> Profile:
    """Molecular-scale temperature [K] against geometric height [m]."""
    bases = np.array(LAYERS)
    lapses = np.array(LAPSES)
    temperatures = SEA_LEVEL_TEMPERATURE + np.concatenate(([0.0], np.cumsum(lapses[:-1] * np.diff(bases))))

    def layer(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        geopotential = EARTH_RADIUS * x / (EARTH_RADIUS + x)
        return geopotential, np.clip(np.searchsorted(bases, geopotential, side="right") - 1, 0, None)

    def low(x: np.ndarray) -> np.ndarray:
        geopotential, i = layer(x)
        return temperatures[i] + lapses[i] * (geopotential - bases[i])

    def low_slope(x: np.ndarray) -> np.ndarray:
        return lapses[layer(x)[1]] * (EARTH_RADIUS / (EARTH_RADIUS + x)) ** 2

    molar_mass = smooth_profile(tuple(MOLAR_MASS), tuple(MOLAR_MASS.values()))

    def high(x: np.ndarray) -> np.ndarray:
        return upper_temperature(x) * 28.9644 / molar_mass.value(x)

    return Profile(
        lambda x: np.where(x <= TOP_OF_LAYERS, low(x), high(x)),
        lambda x: np.where(x <= TOP_OF_LAYERS, low_slope(x), (high(x + 0.01) - high(x - 0.01)) / 0.02),
    )


def upper_temperature(height: np.ndarray) -> np.ndarray:
    """Kinetic temperature [K] above 86 km at geometric height [m]: eqs. 25, 27, 29 and 31 of the standard."""
    z = height / 1e3
    ellipse = 263.1905 - 76.3232 * np.sqrt(np.clip(1.0 - ((z - 91.0) / 19.9429) ** 2, 0.0, 1.0))
    radius = EARTH_RADIUS / 1e3
    rise = (z - 120.0) * (radius + 120.0) / (radius + z)
    thermosphere = 1000.0 - 640.0 * np.exp(-0.01875 * rise)
    straight = 240.0 + 12.0 * (z - 110.0)
    return np.select([z <= 91.0, z <= 110.0, z <= 120.0], [np.full_like(z, 186.8673), ellipse, straight], thermosphere)
