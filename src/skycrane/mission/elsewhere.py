"""A key that stands in the wrong section: where in a mission file one of that name belongs."""

from collections.abc import Iterator
from typing import Any

from skycrane.mission.schema import AnyField, fields_by_key, kind, models

_SHOWN = 3
_TABLES = ("section", "sections")


def elsewhere(root: type | None, key: str, value: Any) -> str:
    """`; did you mean [vehicle.parachute]?` or `; it belongs in [entry]`; empty where a mission file has no such key.

    A section is told from others of its name by the keys that stand in it.
    """
    found = list(_fields(root, key)) if root is not None else []
    fitting = [each for each in found if _fits(each[1], value)]
    places = list(dict.fromkeys(where for where, _ in fitting or found))
    if not places:
        return ""
    shown = places[:_SHOWN] + ([f"{len(places) - _SHOWN} more"] if len(places) > _SHOWN else [])
    told = " or ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
    is_section = kind((fitting or found)[0][1]) in _TABLES
    return f"; did you mean {told}?" if is_section else f"; it belongs {told}"


def _fields(parameters: type, key: str, dotted: str = "", inside: str = "at the top of the file") -> Iterator[Any]:
    """(What a reader has to write, field) of every key of that name: the header of a section, the section of a value."""
    for name, field in fields_by_key(parameters).items():
        path = f"{dotted}.{name}" if dotted else name
        header = f"[[{path}]]" if kind(field) == "sections" else f"[{path}]"
        if name == key:
            yield (header if kind(field) in _TABLES else inside), field
        if kind(field) in _TABLES:
            for model, each in _classes(field).items():
                yield from _fields(each, key, path, f'in {header} with model = "{model}"' if model else f"in {header}")


def _classes(field: AnyField) -> dict[str, type]:
    return models(field) or {"": field.metadata["parameters"]}


def _fits(field: AnyField, value: Any) -> bool:
    """Whether a value can stand there: a table where a section is, with some of its keys."""
    if kind(field) not in _TABLES:
        return not isinstance(value, dict)
    if kind(field) == "sections":
        return isinstance(value, list)
    return isinstance(value, dict) and any(
        key in fields_by_key(each) for key in value for each in _classes(field).values()
    )
