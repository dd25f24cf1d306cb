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
    parameters: type | None = root
    here: Any = table
    for depth, step in enumerate(path):
        here = here[step]
        if isinstance(step, int):
            continue
        field = fields_by_key(parameters).get(step) if parameters is not None else None
        if field is None:
            return ""
        if depth == len(path) - 1:
            return default_source(field)
        inside = get(here, path[depth + 1 : depth + 2]) if isinstance(here, list) else here
        parameters = chosen_class(field, inside) if kind(field) in ("section", "sections") else None
    return ""
