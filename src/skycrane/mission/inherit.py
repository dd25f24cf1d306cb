"""One mission based on another: how a table changes the table it inherits from."""

import dataclasses
from typing import Any

from skycrane.mission.places import Path
from skycrane.mission.schema import AnyField, chosen_class, default_model, fields_by_key, kind, models


@dataclasses.dataclass(frozen=True)
class Merged:
    """A merged table, and the paths at which the base's value is gone (replaced, or dropped with the former model)."""

    table: dict[str, Any]
    replaced: tuple[Path, ...]


def merge(base: dict[str, Any], changes: dict[str, Any], schema: type | AnyField | None, path: Path = ()) -> Merged:
    """Tables are merged key by key; everything else, arrays of tables included, is replaced.

    Where the changes name another `model`, the new model keeps of the base only the keys that it declares too.
    """
    kept = _keys_of_new_model(base, changes, schema)
    replaced = [(*path, key) for key in base if key not in kept]
    fields = _fields(schema, {**kept, **changes})
    table = dict(kept)
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(kept.get(key), dict):
            inner = merge(kept[key], value, fields.get(key), (*path, key))
            table[key] = inner.table
            replaced += inner.replaced
        else:
            table[key] = value
            replaced.append((*path, key))
    return Merged(table, tuple(replaced))


def _keys_of_new_model(base: dict[str, Any], changes: dict[str, Any], schema: type | AnyField | None) -> dict[str, Any]:
    if not isinstance(schema, dataclasses.Field) or kind(schema) != "section" or models(schema) is None:
        return base
    default = default_model(schema)
    before, after = base.get("model", default), changes.get("model", base.get("model", default))
    parameters = chosen_class(schema, {"model": after}) if after is not None else None
    if before == after or parameters is None:
        return base
    return {key: value for key, value in base.items() if key in fields_by_key(parameters) and key != "model"}


def _fields(schema: type | AnyField | None, table: dict[str, Any]) -> dict[str, AnyField]:
    if isinstance(schema, dataclasses.Field):
        schema = chosen_class(schema, table) if kind(schema) == "section" else None
    return fields_by_key(schema) if schema is not None else {}
