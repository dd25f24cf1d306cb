"""What the air is like at one place: the answer every atmosphere model gives to the equations of motion."""

import dataclasses
from typing import NamedTuple

from skycrane.core import elementary as fn
from skycrane.core import interpolation
from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.core.interpolation import CubicPiece, UniformCubic
from skycrane.core.vector import Vec3
from skycrane.mission.parameters.atmosphere import AtmosphereDay
from skycrane.mission.parameters.planet import GasParameters


class Air(NamedTuple):
    """State of the air: density [kg/m^3], temperature [K], pressure [Pa], speed of sound [m/s], wind east and north [m/s]."""

    density: Scalar
    temperature: Scalar
    pressure: Scalar
    speed_of_sound: Scalar
    wind_east: Scalar
    wind_north: Scalar


class Gusts(NamedTuple):
    """Departure from the profile at this moment: density as a fraction, wind in m/s. Zero without perturbations."""

    density: Scalar
    wind_east: Scalar
    wind_north: Scalar


CALM = Gusts(0.0, 0.0, 0.0)


@component
class Day(AtmosphereDay):
    """How the day of the flight differs from the profile, as numbers that a batch of cases can draw."""

    @classmethod
    def of(cls, atmosphere: AtmosphereDay) -> "Day":
        """What an atmosphere section says about the day, without its profile."""
        return cls(**{f.name: getattr(atmosphere, f.name) for f in dataclasses.fields(AtmosphereDay)})


def air_from_table(
    table: UniformCubic, gas: GasParameters, day: AtmosphereDay, height_above_areoid: Scalar, gusts: Gusts = CALM
) -> Air:
    """Air from a table of (log density, temperature, wind east, wind north), the day's departures from it, and the gusts.

    The high-altitude factor grows smoothly between 60 and 100 km. Outside the table its end values of temperature and wind hold;
    above it density goes on falling in hydrostatic balance at the temperature of the top: exact for an exponential atmosphere, for
    others gravity is not lowered further (1 % of log density at 60 km above the top). Below it the lowest density holds.
    A gust never takes away more than 95 % of the density.
    """
    return _air(interpolation.evaluate_cubic(table, height_above_areoid), table, gas, day, height_above_areoid, gusts)


def air_nearby(
    piece: CubicPiece,
    table: UniformCubic,
    gas: GasParameters,
    day: AtmosphereDay,
    height: Scalar,
    climbed: Scalar,
    gusts: Gusts,
) -> Air:
    """As `air_from_table` at a height above the areoid [m] that lies `climbed` [m] over the one at which `piece` was looked up."""
    return _air(interpolation.evaluate_near(piece, climbed * table.inverse_step), table, gas, day, height, gusts)


def _air(
    columns: tuple[Scalar, ...],
    table: UniformCubic,
    gas: GasParameters,
    day: AtmosphereDay,
    height_above_areoid: Scalar,
    gusts: Gusts,
) -> Air:
    """Air from the columns of the table at a height."""
    log_density, temperature, east, north = columns
    top = table.origin + table.last / table.inverse_step
    above = fn.maximum(height_above_areoid - top, 0.0)
    s = fn.clip((height_above_areoid - 60e3) * (1.0 / 40e3), 0.0, 1.0)
    blend = s * s * (3.0 - 2.0 * s)
    high = 1.0 + (day.density_scale_high - 1.0) * blend
    density = fn.exp(log_density + above * _isothermal_slope_at_top(table))
    density = density * day.density_scale * high * fn.maximum(1.0 + gusts.density, 0.05)
    sound = fn.sqrt(gas.heat_capacity_ratio * gas.gas_constant * temperature)
    return Air(
        density=density,
        temperature=temperature,
        pressure=density * gas.gas_constant * temperature,
        speed_of_sound=sound,
        wind_east=day.wind_scale * east + day.wind_east_offset + gusts.wind_east,
        wind_north=day.wind_scale * north + day.wind_north_offset + gusts.wind_north,
    )


def _isothermal_slope_at_top(table: UniformCubic) -> Scalar:
    """d(log density)/dh = -g/(R T) at the top of the table [1/m], which is the slope of log density plus that of log temperature."""
    ends = [
        (c[0][-1] + c[1][-1] + c[2][-1] + c[3][-1], c[1][-1] + 2.0 * c[2][-1] + 3.0 * c[3][-1])
        for c in table.coefficients[:2]
    ]
    (_, density_slope), (temperature, temperature_slope) = ends
    return (density_slope + temperature_slope / temperature) * table.inverse_step


def wind_vector(east: Vec3, north: Vec3, air: Air) -> Vec3:
    """Wind as a planet-fixed vector."""
    return east * air.wind_east + north * air.wind_north
