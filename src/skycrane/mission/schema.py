"""The parameter classes read as a tree: which keys a section has, which class a section's `model` chooses, which name is nearest."""

import dataclasses
import difflib
import functools
from collections.abc import Iterable, Mapping
from typing import Any

from skycrane.core.quantity import key_of

#: the word that stands for "there is none" where a parameter is optional (its default is None)
NONE = "none"

AnyField = dataclasses.Field[Any]


def fields_by_key(parameters: type) -> dict[str, AnyField]:
    """Key in the file -> field of a class, in the order of declaration; only fields declared with `core.quantity`."""
    return _fields_by_key(parameters)


@functools.cache
def _fields_by_key(parameters: Any) -> dict[str, AnyField]:
    return {key_of(field): field for field in dataclasses.fields(parameters) if "kind" in field.metadata}


def kind(field: AnyField) -> str:
    """number, table, word, switch, section or sections."""
    return str(field.metadata["kind"])


def models(field: AnyField) -> dict[str, type] | None:
    """Name -> class of a section whose physics can be swapped; None for a section of one class."""
    parameters = field.metadata["parameters"]
    return parameters if isinstance(parameters, dict) else None


def model_name(field: AnyField, parameters: object) -> str:
    """The name under which an instance's class stands in the table of models."""
    return next(name for name, each in (models(field) or {}).items() if each is type(parameters))


def chosen_class(field: AnyField, table: Mapping[str, Any]) -> type | None:
    """The class that reads this section; None while its `model` is missing or unknown."""
    named = models(field)
    if named is None:
        single: type = field.metadata["parameters"]
        return single
    name = table.get("model", default_model(field))
    return named.get(name) if isinstance(name, str) else None


def default_model(field: AnyField) -> str | None:
    """The name that a section without `model` stands for, if there is one."""
    if dataclasses.is_dataclass(field.default) and models(field) is not None:
        return model_name(field, field.default)
    return field.metadata.get("unnamed")


def is_optional(field: AnyField) -> bool:
    """Whether a parameter may be `"none"`."""
    return field.default is None


def is_whole(field: AnyField) -> bool:
    """Whether a number is declared as `int`."""
    annotation = field.type.replace(" ", "") if isinstance(field.type, str) else field.type
    return annotation in (int, int | None, "int", "int|None")


def declares_model(parameters: type) -> bool:
    """Whether the class itself keeps the name of its model in a field."""
    return "model" in fields_by_key(parameters)


def nearest(name: object, allowed: Iterable[str]) -> str | None:
    """The most similar allowed name, if any is similar at all."""
    names = list(allowed)
    found = difflib.get_close_matches(str(name), names, n=1, cutoff=0.6)
    found = found or [each for each in names if each.startswith(f"{name}_")]
    if found:
        return found[0]
    by_lower = {each.lower(): each for each in names}
    found = difflib.get_close_matches(str(name).lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def suggestion(name: object, allowed: Iterable[str], many: int = 8) -> str:
    """`; did you mean x?`, or the allowed names when none is near."""
    names = list(allowed)
    near = nearest(name, names)
    if near is not None:
        return f"; did you mean {near}?"
    if not names:
        return ""
    more = f" and {len(names) - many} more" if len(names) > many else ""
    return f"; allowed: {', '.join(names[:many])}{more}"
