"""From the mission's numbers to models that fly: the same tree, every parameter class replaced by the class with the equations.

Numbers become leaves that can be batched, dispersed and differentiated; words that only name things are dropped, so that two missions
of the same kind share one compiled program. `model` words choose the class here and nowhere else.
"""

import dataclasses
from typing import Any

import jax

from skycrane.core.errors import InputError
from skycrane.gnc.control.entry_attitude import AttitudeControl
from skycrane.gnc.guidance.apollo_entry import ApolloEntryGuidance, BallisticEntry
from skycrane.gnc.guidance.deadband_entry import DeadbandEntry
from skycrane.gnc.navigation.inertial import InertialNavigation
from skycrane.mission import parameters as given
from skycrane.mission.parameters.atmosphere import AtmosphereDay
from skycrane.mission.parameters.mind import RangeTriggerParameters, TriggerParameters, VelocityTriggerParameters
from skycrane.mission.parameters.planet import GasParameters
from skycrane.mission.parameters.vehicle import (
    AeroshellShape,
    BallastParameters,
    BridleParameters,
    EngineParameters,
    FeetParameters,
    ParachuteParameters,
    PartParameters,
    ThrusterParameters,
)
from skycrane.planet.planet import Gas, Planet
from skycrane.sensing.inertial_unit import InertialUnit
from skycrane.sensing.lander_vision import PositionFixVision
from skycrane.sensing.radar import Radar
from skycrane.vehicle.aeroshell import Aeroshell
from skycrane.vehicle.bridles import Bridles
from skycrane.vehicle.engines import Engines
from skycrane.vehicle.feet import Feet
from skycrane.vehicle.parachute import DiskGapBandParachute
from skycrane.vehicle.point_mass import PointMass
from skycrane.vehicle.thrusters import Thrusters

#: parameter class -> class with the equations; a class without equations of its own stands for itself
MODEL_OF: dict[type, type] = {
    given.PlanetParameters: Planet,
    GasParameters: Gas,
    AeroshellShape: Aeroshell,
    given.PointMassParameters: PointMass,
    ParachuteParameters: DiskGapBandParachute,
    ThrusterParameters: Thrusters,
    EngineParameters: Engines,
    BridleParameters: Bridles,
    FeetParameters: Feet,
    given.InertialUnitParameters: InertialUnit,
    given.RadarParameters: Radar,
    given.PositionFixParameters: PositionFixVision,
    given.NavigationParameters: InertialNavigation,
    given.ApolloEntryParameters: ApolloEntryGuidance,
    given.DeadbandEntryParameters: DeadbandEntry,
    given.BallisticEntryParameters: BallisticEntry,
    given.AttitudeControlParameters: AttitudeControl,
}
_PLAIN = (
    given.MissionParameters,
    given.VehicleParameters,
    given.SiteParameters,
    given.EntryParameters,
    given.CorrelatedStart,
    given.PoweredDescentParameters,
    given.SuccessParameters,
    AtmosphereDay,
    BallastParameters,
    PartParameters,
    TriggerParameters,
    RangeTriggerParameters,
    VelocityTriggerParameters,
)
_LISTS = ("phases", "dispersions", "requirements", "cameras", "rover")
#: tables of the mission file that are read on the ground alone: flight looks them up in flight/tables.py, so their length is free
_ON_GROUND = (
    "deadband",
    "deadband_speed",
    "wind_heights",
    "wind_east",
    "wind_north",
    "drag_mach",
    "drag_coefficient",
    "damping_mach",
    "damping",
)


def _register(cls: type) -> None:
    static = [f.name for f in dataclasses.fields(cls) if f.metadata.get("kind") == "word" or f.name in _LISTS]
    data = [f.name for f in dataclasses.fields(cls) if f.name not in static]
    jax.tree_util.register_dataclass(cls, data_fields=data, meta_fields=static)


for _cls in _PLAIN:
    _register(_cls)


def assemble(parameters: given.MissionParameters) -> Any:
    """Models of a mission: attribute names are those of the mission file, leaves are floats in SI."""
    return _adopt(parameters)


def _adopt(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_adopt(v) for v in value)
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str) or value is None:
        return value
    if not dataclasses.is_dataclass(value):
        return float(value)
    cls = class_for(type(value))
    fields = {}
    for field in dataclasses.fields(cls):
        item = getattr(value, field.name)
        if field.name in _LISTS or on_ground(field):
            item = ()
        elif field.metadata.get("kind") == "word" and field.name != "model":
            item = ""
        fields[field.name] = _adopt(item)
    return cls(**fields)


def on_ground(field: "dataclasses.Field[Any]") -> bool:
    """Whether a field is one of the tables that do not fly."""
    return field.metadata.get("kind") == "table" and field.name in _ON_GROUND


def class_for(cls: type) -> type:
    """The class that flies for a parameter class; TypeError when there is none."""
    for base in cls.__mro__:
        if base in MODEL_OF:
            return MODEL_OF[base]
        if base in _PLAIN:
            return base
    raise TypeError(f"{cls.__name__} has no model")


def replace_number(tree: Any, path: tuple[str, ...], change: Any) -> Any:
    """The tree with the number at a path replaced by `change(number)`; a whole-number step picks one of a table."""
    head, rest = path[0], path[1:]
    if isinstance(tree, tuple):
        index = int(head)
        new = change(tree[index]) if not rest else replace_number(tree[index], rest, change)
        return (*tree[:index], new, *tree[index + 1 :])
    if not hasattr(tree, head):
        raise InputError(f"{'.'.join(path)} names nothing that flies in this mission")
    old = getattr(tree, head)
    return dataclasses.replace(tree, **{head: change(old) if not rest else replace_number(old, rest, change)})


def sources_of(models: Any) -> tuple[str, ...]:
    """BibTeX keys behind every model in use, sorted."""
    found: set[str] = set()

    def visit(value: Any) -> None:
        found.update(getattr(type(value), "sources", ()))
        if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                visit(getattr(value, field.name))

    visit(models)
    return tuple(sorted(found))
