"""From the mission's atmosphere to the table that flies: one place that knows every atmosphere by its parameter class."""

from skycrane.core.interpolation import UniformCubic
from skycrane.mission.parameters.atmosphere import (
    AtmosphereDay,
    ExponentialParameters,
    HydrostaticProfileParameters,
)
from skycrane.mission.parameters.planet import PlanetParameters
from skycrane.planet.atmosphere.exponential import exponential_table
from skycrane.planet.atmosphere.profile import hydrostatic_table


def atmosphere_table(atmosphere: AtmosphereDay, planet: PlanetParameters) -> UniformCubic:
    """Table of (log density, temperature, wind east, wind north) against height above the areoid."""
    if isinstance(atmosphere, HydrostaticProfileParameters):
        return hydrostatic_table(atmosphere, planet)
    if isinstance(atmosphere, ExponentialParameters):
        return exponential_table(atmosphere)
    raise TypeError(f"no table is made for {type(atmosphere).__name__}")
