"""A column of air in hydrostatic balance, and the table that flies: both made once on the host, before the flight.

dp/dh = -rho g(h), rho = p / (R T), g(h) = g0 (a / (a + h))^2, integrated by Simpson's rule on a 25 m grid. The table holds
cubic pieces with exact values and exact slopes at both ends of every interval, so that a bend of the temperature that falls
on a knot of the table costs nothing. Error of log density: below 1e-6 where bends are on knots; where they are not, up to
(jump of the lapse rate) x (step) / (6 T) inside that one interval: 1.5e-3 for a jump of 20 K/km.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.integrate import cumulative_simpson
from scipy.interpolate import PchipInterpolator

from skycrane.core.interpolation import UniformCubic
from skycrane.mission.parameters.atmosphere import AtmosphereDay

LOWEST, HIGHEST, STEP = -10e3, 160e3, 125.0
_FINE = 25.0
_SIDE = 1e-6  # how far inside an interval its end slopes are taken [m]


class Profile(NamedTuple):
    """A quantity against height, and its slope: two functions of an array of heights [m]."""

    value: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]


def smooth_profile(knots: tuple[float, ...], values: tuple[float, ...]) -> Profile:
    """Monotone cubic (PCHIP) through the knots, end values held outside."""
    if len(knots) == 1:
        return Profile(lambda x: np.full_like(x, values[0]), np.zeros_like)
    curve = PchipInterpolator(knots, values)
    derivative = curve.derivative()
    low, high = knots[0], knots[-1]
    return Profile(
        lambda x: curve(np.clip(x, low, high)),
        lambda x: np.where((x > low) & (x < high), derivative(np.clip(x, low, high)), 0.0),
    )


def wind_profiles(day: AtmosphereDay) -> tuple[Profile, Profile]:
    """East and north wind of the profile against height above the areoid."""
    return smooth_profile(day.wind_heights, day.wind_east), smooth_profile(day.wind_heights, day.wind_north)


def hydrostatic_log_density(
    temperature: Profile,
    gravity: Callable[[np.ndarray], np.ndarray],
    gas_constant: float,
    base_height: float,
    base_pressure: float,
) -> Profile:
    """Log density [kg/m^3] of a gas of constant R whose pressure is given at one height."""

    def lapse(x: np.ndarray) -> np.ndarray:
        return gravity(x) / (gas_constant * temperature.value(x))

    fine = np.arange(LOWEST, HIGHEST + 0.5 * _FINE, _FINE)
    fallen = -cumulative_simpson(lapse(fine), x=fine, initial=0.0)

    def log_pressure(x: np.ndarray) -> np.ndarray:
        i = np.clip(((x - LOWEST) / _FINE).astype(int), 0, len(fine) - 1)
        rest = x - fine[i]
        simpson = (lapse(fine[i]) + 4.0 * lapse(fine[i] + 0.5 * rest) + lapse(x)) / 6.0
        return fallen[i] - rest * simpson

    base = np.log(base_pressure) - float(log_pressure(np.array([base_height]))[0])
    return Profile(
        lambda x: base + log_pressure(x) - np.log(gas_constant * temperature.value(x)),
        lambda x: -lapse(x) - temperature.slope(x) / temperature.value(x),
    )


def tabulate(columns: tuple[Profile, ...], step: float = STEP) -> UniformCubic:
    """Cubic pieces of several profiles from LOWEST to HIGHEST."""
    x = np.arange(LOWEST, HIGHEST + 0.5 * step, step)
    pieces = []
    for column in columns:
        y = column.value(x)
        m0, m1 = column.slope(x[:-1] + _SIDE) * step, column.slope(x[1:] - _SIDE) * step
        rise = np.diff(y)
        pieces.append((y[:-1].copy(), m0, 3.0 * rise - 2.0 * m0 - m1, m0 + m1 - 2.0 * rise))
    return UniformCubic(np.asarray(LOWEST), np.asarray(1.0 / step), np.asarray(float(len(x) - 1)), tuple(pieces))
