"""The textbook atmosphere: rho = rho0 exp(-h / H). For closed forms and check cases; never for a real landing."""

from typing import final

import numpy as np

from skycrane.core.component import component
from skycrane.core.interpolation import UniformCubic
from skycrane.mission.parameters.atmosphere import ExponentialParameters
from skycrane.planet.atmosphere.column import Profile, tabulate, wind_profiles


@final
@component
class ExponentialAtmosphere(ExponentialParameters):
    """Density falling by e every scale height, at one temperature.

    rho = rho0 exp(-h / H), p = rho R T. Not hydrostatic unless H = R T / g. Its table is exact at every height, beyond its ends
    above too, because log density is a straight line. Source: Allen and Eggers, NACA TR 1381 (1958).
    """

    def table(self) -> UniformCubic:
        """Table of (log density [kg/m^3], temperature [K], wind east, wind north [m/s]) against height [m]."""
        log_density = Profile(
            lambda x: np.log(self.base_density) - x / self.scale_height,
            lambda x: np.full_like(x, -1.0 / self.scale_height),
        )
        temperature = Profile(lambda x: np.full_like(x, self.temperature), np.zeros_like)
        return tabulate((log_density, temperature, *wind_profiles(self)))
