"""The textbook atmosphere: rho = rho0 exp(-h / H). For closed forms and check cases; never for a real landing."""

import numpy as np

from skycrane.core.interpolation import UniformCubic, uniform_cubic
from skycrane.mission.parameters.atmosphere import ExponentialParameters
from skycrane.planet.atmosphere.profile import LOWEST, STEP, grid, winds


def exponential_table(parameters: ExponentialParameters) -> UniformCubic:
    """Table of (log density, temperature, wind east, wind north); log density is a straight line, so the cubic is exact."""
    heights = grid()
    log_density = np.log(parameters.base_density) - heights / parameters.scale_height
    temperature = np.full_like(heights, parameters.temperature)
    return uniform_cubic(LOWEST, STEP, (log_density, temperature, *winds(parameters, heights)))
