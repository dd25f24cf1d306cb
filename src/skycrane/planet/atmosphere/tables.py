"""From the mission's atmosphere to the table that flies: one place that knows every atmosphere by its parameter class."""

import dataclasses
from typing import Any, TypeVar

from skycrane.core.interpolation import UniformCubic
from skycrane.mission.parameters.atmosphere import (
    AtmosphereDay,
    ExponentialParameters,
    HydrostaticProfileParameters,
    StandardAtmosphere1976Parameters,
)
from skycrane.mission.parameters.planet import PlanetParameters
from skycrane.planet.atmosphere.exponential import ExponentialAtmosphere
from skycrane.planet.atmosphere.profile import HydrostaticProfile
from skycrane.planet.atmosphere.standard_1976 import StandardAtmosphere1976

Model = TypeVar("Model")


def atmosphere_table(atmosphere: AtmosphereDay, planet: PlanetParameters) -> UniformCubic:
    """Table of (log density [kg/m^3], temperature [K], wind east, wind north [m/s]) against height above the areoid [m]."""
    if isinstance(atmosphere, HydrostaticProfileParameters):
        return _model(HydrostaticProfile, atmosphere).table(planet)
    if isinstance(atmosphere, ExponentialParameters):
        return _model(ExponentialAtmosphere, atmosphere).table()
    if isinstance(atmosphere, StandardAtmosphere1976Parameters):
        return _model(StandardAtmosphere1976, atmosphere).table()
    raise TypeError(f"no table is made for {type(atmosphere).__name__}")


def _model(model: type[Model], parameters: Any) -> Model:
    """The model with the numbers of its parameters."""
    return model(**{f.name: getattr(parameters, f.name) for f in dataclasses.fields(parameters)})
