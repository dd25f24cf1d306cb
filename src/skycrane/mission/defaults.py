"""What stands behind the values that no file states: the sources of the defaults in use."""

from typing import Any

from skycrane.mission.address import get
from skycrane.mission.places import Path
from skycrane.mission.schema import AnyField, chosen_class, fields_by_key, kind


def default_source(field: AnyField) -> str:
    """The source of a parameter's default, as a comment would have it; empty where a default needs none."""
    return str(field.metadata.get("source", ""))


def source_of_default(root: type, table: dict[str, Any], path: Path) -> str:
    """The source of the default at a path of a completed table; empty for sections, and where a default needs none."""
    field = _field_at(root, table, path)
    return "" if field is None else default_source(field)


def unit_at(root: type, table: dict[str, Any], path: Path) -> str:
    """The unit in which the file gives the number at a path of a completed table, or at an element of a row of numbers; `1` for none."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    field = _field_at(root, table, path)
    return "1" if field is None else str(field.metadata.get("unit", "1"))


def _field_at(root: type, table: dict[str, Any], path: Path) -> AnyField | None:
    parameters: type | None = root
    here: Any = table
    for depth, step in enumerate(path):
        here = here[step]
        if isinstance(step, int):
            continue
        field = fields_by_key(parameters).get(step) if parameters is not None else None
        if field is None:
            return None
        if depth == len(path) - 1:
            return field
        inside = get(here, path[depth + 1 : depth + 2]) if isinstance(here, list) else here
        parameters = chosen_class(field, inside) if kind(field) in ("section", "sections") else None
    return None
