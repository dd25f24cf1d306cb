"""The one form in which two missions with the same content are the same: every number a float (or a whole number), keys in order."""

import hashlib
import json
from typing import Any

from skycrane.mission.schema import AnyField, chosen_class, fields_by_key, is_whole, kind


def canonical(parameters: type, table: dict[str, Any]) -> dict[str, Any]:
    """A completed and checked table with its numbers in canonical form."""
    fields = fields_by_key(parameters)
    return {key: _value(fields[key], value) if key in fields else value for key, value in table.items()}


def identity(table: dict[str, Any]) -> str:
    """SHA-256 of a canonical table."""
    text = json.dumps(table, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _value(field: AnyField, value: Any) -> Any:
    if isinstance(value, (str, bool)):
        return value
    match kind(field):
        case "number":
            return int(value) if is_whole(field) else float(value)
        case "table":
            return [float(each) for each in value]
        case "section":
            return _section(field, value)
        case "sections":
            return [_section(field, each) for each in value]
    return value


def _section(field: AnyField, table: dict[str, Any]) -> dict[str, Any]:
    parameters = chosen_class(field, table)
    assert parameters is not None, "the table has been completed"
    return canonical(parameters, table)
