"""Fill a mission's table up: every section known, every key known, every default written in; values are not looked at yet.

Comes after inheritance and before `build`, which turns the completed table into parameter instances.
"""

import dataclasses
from typing import Any

from skycrane.core.errors import InputError
from skycrane.core.quantity import from_si, to_si
from skycrane.mission.elsewhere import elsewhere
from skycrane.mission.inherit import merge
from skycrane.mission.schema import (
    NONE,
    AnyField,
    chosen_class,
    declares_model,
    default_model,
    fields_by_key,
    is_optional,
    kind,
    model_name,
    models,
    nearest,
    suggestion,
)
from skycrane.mission.where import Where, show


def complete(parameters: type, table: dict[str, Any], where: Where) -> dict[str, Any]:
    """The table with every default of the class written in, in the order of the class. Refuses unknown and missing keys."""
    known = fields_by_key(parameters)
    for key in table:
        if key not in known:
            raise _unknown(key, known, table, where)
    return {key: _complete_key(field, key, table, where.at(key)) for key, field in known.items()}


def _complete_key(field: AnyField, key: str, table: dict[str, Any], where: Where) -> Any:
    if key not in table:
        return _default(field, where)
    value = table[key]
    if is_optional(field) and value == NONE:
        return NONE
    if kind(field) == "section":
        return _section(field, value, where)
    if kind(field) == "sections":
        return _sections(field, value, where)
    return value


def _section(field: AnyField, table: Any, where: Where) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise where.refuse(table, f"a section, [{where.dotted}]{' or none in quotes' if is_optional(field) else ''}")
    if dataclasses.is_dataclass(field.default):
        table = merge(_section_default(field, field.default), table, field).table
    parameters = chosen_class(field, table)
    if parameters is None:
        raise _unknown_model(field, table, where)
    if models(field) is None:
        return complete(parameters, table, where)
    keys = {key: value for key, value in table.items() if key != "model" or declares_model(parameters)}
    return {"model": table.get("model", default_model(field)), **complete(parameters, keys, where)}


def _sections(field: AnyField, tables: Any, where: Where) -> list[dict[str, Any]]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise where.refuse(tables, f"an array of tables, [[{where.dotted}]]")
    return [_section(_one_of(field), table, where.at(number)) for number, table in enumerate(tables)]


def _one_of(field: AnyField) -> AnyField:
    """The field of one element of an array of tables."""
    return dataclasses.field(metadata={**field.metadata, "kind": "section"})


def _default(field: AnyField, where: Where) -> Any:
    if field.default is None:
        return NONE
    if field.default is not dataclasses.MISSING:
        return table_of_default(field)
    if kind(field) == "section" and models(field) is None:
        try:
            return complete(field.metadata["parameters"], {}, where)
        except InputError:
            raise where.error(f"the section [{where.dotted}] is missing ({field.metadata['meaning']})") from None
    if kind(field) == "section":
        what = f"{field.metadata['meaning']}; models: {', '.join(models(field) or ())}"
        raise where.error(f"the section [{where.dotted}] is missing ({what})")
    unit = field.metadata["unit"]
    raise where.error(
        f"{where.dotted} is missing, must be given ({field.metadata['meaning']}{'' if unit == '1' else f', in {unit}'})"
    )


def table_of_default(field: AnyField, value: Any = dataclasses.MISSING) -> Any:
    """A default (or the given SI value of a field) as it would stand in the file."""
    value = field.default if value is dataclasses.MISSING else value
    match kind(field), value:
        case _, None:
            return NONE
        case "number", _:
            return value if isinstance(value, int) else in_file_units(field, value)
        case "table", _:
            return [in_file_units(field, each) for each in value]
        case "section", _:
            return _section_default(field, value)
        case "sections", _:
            return [_section_default(_one_of(field), each) for each in value]
    return value


def _section_default(field: AnyField, value: Any) -> dict[str, Any]:
    table = {key: table_of_default(each, getattr(value, each.name)) for key, each in fields_by_key(type(value)).items()}
    return table if models(field) is None else {"model": model_name(field, value), **table}


def in_file_units(field: AnyField, value: float) -> float:
    """The shortest number in the unit of the file that means exactly this SI value, as far as there is one."""
    exact = from_si(field, value)
    for digits in range(1, 18):
        short = float(f"{exact:.{digits}g}")
        if to_si(field, short) == value:
            return short
    return exact


def _unknown(key: str, known: dict[str, AnyField], table: dict[str, Any], where: Where) -> InputError:
    free = [name for name in known if name not in table]
    free = free if nearest(key, free) else [name for name in known if nearest(key, [name])] or free
    hint = elsewhere(where.root, key, table[key])
    of_another_model = f"{where.header} with model" in hint
    if not hint or (nearest(key, free) and not of_another_model):
        hint = suggestion(key, free if nearest(key, free) else known)
    return where.at(key).error(f"{where.at(key).dotted} is not a key of {where.header}{hint}")


def _unknown_model(field: AnyField, table: dict[str, Any], where: Where) -> InputError:
    names = list(models(field) or ())
    if "model" not in table:
        return where.error(f"{where.dotted}.model is missing, must be one of {', '.join(names)}")
    here = where.at("model")
    near = suggestion(table["model"], names, many=0) if suggestion(table["model"], names).startswith("; did") else ""
    return here.error(f"{here.dotted} is {show(table['model'])}, must be one of {', '.join(names)}{near}")
