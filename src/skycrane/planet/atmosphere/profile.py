"""An atmosphere from a temperature profile: hydrostatic, so that density, temperature and pressure belong together.

This is the atmosphere of a real landing: a base pressure and a few temperature knots come from the mission file, everything else
follows. docs/theory/atmosphere.md.
"""

from typing import final

import numpy as np

from skycrane.core.component import component
from skycrane.core.interpolation import UniformCubic
from skycrane.mission.parameters.atmosphere import HydrostaticProfileParameters
from skycrane.mission.parameters.planet import PlanetParameters
from skycrane.planet.atmosphere.column import hydrostatic_log_density, smooth_profile, tabulate, wind_profiles


@final
@component
class HydrostaticProfile(HydrostaticProfileParameters):
    """Air in hydrostatic balance under a given temperature profile.

    dp/dh = -rho g(h), rho = p / (R T), g(h) = g0 (a / (a + h))^2; temperature is a monotone cubic (PCHIP) through the knots,
    held at its end values outside them. Heights are above the areoid.
    Assumes one gas constant, so that above the homopause (about 120 km on Mars) the rising share of light species is left to
    the day's high-altitude factor. Put temperature knots on multiples of 125 m: there the table is exact to 1e-6 in log density.
    Source: hydrostatic balance; U.S. Standard Atmosphere, 1976, eqs. 17-33 for the same construction on Earth.
    """

    def table(self, planet: PlanetParameters) -> UniformCubic:
        """Table of (log density [kg/m^3], temperature [K], wind east, wind north [m/s]) against height above the areoid [m]."""
        a, g0 = planet.equatorial_radius, planet.standard_gravity

        def gravity(x: np.ndarray) -> np.ndarray:
            return g0 * (a / (a + x)) ** 2

        temperature = smooth_profile(self.temperature_heights, self.temperatures)
        log_density = hydrostatic_log_density(
            temperature, gravity, planet.gas.gas_constant, self.base_height, self.base_pressure
        )
        return tabulate((log_density, temperature, *wind_profiles(self)))
