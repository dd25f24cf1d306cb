"""An atmosphere from a temperature profile: hydrostatic, so that density, temperature and pressure belong together.

dp/dh = -rho g(h), rho = p / (R T), g(h) = g0 (a / (a + h))^2. Temperature is a monotone cubic (PCHIP) through the given
knots; log density is integrated on a 25 m grid and tabulated every 250 m from -10 to 160 km. Limits: R is constant, so above
the homopause (about 120 km on Mars) composition changes are left to the day's high-altitude factor.
"""

from typing import Any

import numpy as np
from scipy.integrate import cumulative_simpson
from scipy.interpolate import PchipInterpolator

from skycrane.core.interpolation import UniformCubic, uniform_cubic
from skycrane.mission.parameters.atmosphere import AtmosphereDay, HydrostaticProfileParameters
from skycrane.mission.parameters.planet import PlanetParameters

LOWEST, HIGHEST, STEP = -10e3, 160e3, 250.0


def grid() -> np.ndarray:
    """Heights above the areoid of the table [m], shape (knots,)."""
    return np.arange(LOWEST, HIGHEST + 0.5 * STEP, STEP)


def held_pchip(knots: tuple[float, ...], values: tuple[float, ...], x: np.ndarray) -> np.ndarray:
    """Monotone cubic through the knots, end values held outside."""
    if len(knots) == 1:
        return np.full_like(x, values[0])
    return PchipInterpolator(knots, values)(np.clip(x, knots[0], knots[-1]))


def winds(day: AtmosphereDay, heights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """East and north wind of the profile at heights above the areoid."""
    return held_pchip(day.wind_heights, day.wind_east, heights), held_pchip(day.wind_heights, day.wind_north, heights)


def hydrostatic_table(profile: HydrostaticProfileParameters, planet: PlanetParameters) -> UniformCubic:
    """Table of (log density, temperature, wind east, wind north) against height above the areoid."""
    heights = grid()
    log_density, temperature = hydrostatic(profile, planet, heights)
    return uniform_cubic(LOWEST, STEP, (log_density, temperature, *winds(profile, heights)))


def hydrostatic(profile: HydrostaticProfileParameters, planet: PlanetParameters, heights: np.ndarray) -> tuple[Any, Any]:
    """Log density and temperature of the hydrostatic column at the given heights."""
    fine = np.arange(LOWEST, HIGHEST + 12.5, 25.0)
    temperature = held_pchip(profile.temperature_heights, profile.temperatures, fine)
    a, gas_constant = planet.equatorial_radius, planet.gas.gas_constant
    gravity = planet.standard_gravity * (a / (a + fine)) ** 2
    log_pressure = -cumulative_simpson(gravity / (gas_constant * temperature), x=fine, initial=0.0)
    log_pressure += np.log(profile.base_pressure) - np.interp(profile.base_height, fine, log_pressure)
    log_density = log_pressure - np.log(gas_constant * temperature)
    return np.interp(heights, fine, log_density), np.interp(heights, fine, temperature)
