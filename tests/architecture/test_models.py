"""A model is declared once (its parameters, in mission) and implemented once (its equations, in a room)."""

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest

ROOMS = ("planet", "optics", "terrain", "vehicle", "sensing", "gnc", "flight")


def selectable(parameters: type, seen: set[type] | None = None) -> Iterator[tuple[str, str, type]]:
    """(section, name, parameter class) of every model that a mission file can choose by name."""
    seen = set() if seen is None else seen
    if parameters in seen:
        return
    seen.add(parameters)
    for field in dataclasses.fields(parameters):
        choices = field.metadata.get("parameters")
        if isinstance(choices, dict):
            yield from ((field.name, name, choice) for name, choice in choices.items())
        for choice in choices.values() if isinstance(choices, dict) else [choices] if choices else []:
            yield from selectable(choice, seen)


def classes() -> list[type]:
    """Every class defined in the rooms."""
    found = []
    for room in ROOMS:
        try:
            package = importlib.import_module(f"skycrane.{room}")
        except ModuleNotFoundError as error:
            if error.name != f"skycrane.{room}":
                raise
            continue
        names = [module.name for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
        for module in [package, *map(importlib.import_module, names)]:
            found += [c for _, c in inspect.getmembers(module, inspect.isclass) if c.__module__ == module.__name__]
    return found


@pytest.mark.usefixtures("flies")
def test_every_model_a_mission_can_name_has_a_class_that_flies() -> None:
    parameters = importlib.import_module("skycrane.mission.parameters")
    models = importlib.import_module("skycrane.flight.models")
    tables = importlib.import_module("skycrane.planet.atmosphere.tables")
    named = list(selectable(parameters.MissionParameters))
    assert named, "the mission file names no model at all"
    for section, name, declared in named:
        flies = models.class_for(declared)
        assert flies is not None, f'{section}.model = "{name}" has no class that flies'
        if not issubclass(flies, declared):
            assert issubclass(declared, flies.__mro__[1]) or issubclass(declared, flies), (section, name, flies)
    assert callable(tables.atmosphere_table)


def test_a_class_is_either_abstract_or_final() -> None:
    """What implements an abstract class is decorated with typing.final; to change a class, wrap it."""
    wrong = [
        f"{c.__module__}.{c.__name__}"
        for c in classes()
        if any(inspect.isabstract(base) for base in c.__mro__[1:] if base.__module__.startswith("skycrane."))
        and not inspect.isabstract(c)
        and not getattr(c, "__final__", False)
    ]
    assert not wrong, wrong
