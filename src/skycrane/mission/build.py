"""Turn a table of the file into a parameter instance in SI, checking every value on the way."""

import itertools
import math
from typing import Any, TypeVar

from skycrane.core.errors import InputError
from skycrane.core.quantity import to_si
from skycrane.mission.complete import complete
from skycrane.mission.schema import NONE, AnyField, chosen_class, fields_by_key, is_optional, is_whole, kind, nearest
from skycrane.mission.where import Where, show

Parameters = TypeVar("Parameters")


def build(parameters: type[Parameters], table: dict[str, Any], where: Where) -> Parameters:
    """An instance of a parameter class from its table; missing keys take their defaults.

    A class may have a method `check(self) -> str | None` that returns a sentence fragment when its values do not go together.
    """
    return _build(parameters, complete(parameters, table, where), where)


def _build(parameters: type[Parameters], table: dict[str, Any], where: Where) -> Parameters:
    fields = fields_by_key(parameters)
    values = {field.name: _value(field, table[key], where.at(key)) for key, field in fields.items()}
    instance = parameters(**values)
    check = getattr(instance, "check", None)
    fault = check() if callable(check) else None
    if fault:
        raise where.error(f"{where.dotted}: {fault}" if where.path else fault)
    return instance


def _value(field: AnyField, value: Any, where: Where) -> Any:
    if is_optional(field) and value == NONE:
        return None
    match kind(field):
        case "number":
            return _number(field, value, where)
        case "table":
            return _row(field, value, where)
        case "word":
            return _word(field, value, where)
        case "switch":
            return _switch(value, where)
        case "section":
            return _section(field, value, where)
    return tuple(_section(field, each, where.at(number)) for number, each in enumerate(value))


def _section(field: AnyField, table: dict[str, Any], where: Where) -> Any:
    parameters = chosen_class(field, table)
    assert parameters is not None, "complete() has looked at the model"
    return _build(parameters, table, where)


def _number(field: AnyField, value: Any, where: Where) -> float | int:
    si = to_si(field, _checked(field, value, where))
    if not is_whole(field):
        return si
    if si != int(si):
        raise where.refuse(value, "a whole number")
    return int(si)


def _row(field: AnyField, values: Any, where: Where) -> tuple[float, ...]:
    if values == [] and field.default == ():
        return ()
    if not isinstance(values, list) or not values:
        raise where.refuse(values, f"a row of numbers{_unit(field)}, such as [1.0, 2.0]")
    numbers = [_checked(field, value, where, f" (element {number})") for number, value in enumerate(values, 1)]
    if field.metadata["increasing"]:
        for number, (left, right) in enumerate(itertools.pairwise(numbers), 2):
            if right <= left:
                raise where.error(
                    f"{where.dotted} is {left:.12g} and then {right:.12g} at element {number}, must be strictly increasing"
                )
    return tuple(to_si(field, number) for number in numbers)


def _word(field: AnyField, value: Any, where: Where) -> str:
    allowed = field.metadata["allowed"]
    if not isinstance(value, str):
        choices = f": {', '.join(allowed)}" if allowed else ""
        raise where.refuse(value, f"a word in quotes{choices}")
    if allowed and value not in allowed:
        near = nearest(value, allowed)
        raise where.refuse(value, f"one of {', '.join(allowed)}" + (f"; did you mean {near}?" if near else ""))
    return value


def _switch(value: Any, where: Where) -> bool:
    if not isinstance(value, bool):
        raise where.refuse(value, "true or false")
    return value


def _checked(field: AnyField, value: Any, where: Where, element: str = "") -> float:
    """A finite number inside the bounds of its field, still in the unit of the file."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _refusal(where, element, value, f"a number{_unit(field)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(to_si(field, number)) and to_si(field, number) != field.default:
        raise _refusal(where, element, value, f"a finite number{_unit(field)}")
    if not _inside(field, number):
        hint = f"; did you mean {-value}?" if _inside(field, -number) else ""
        raise _refusal(where, element, value, _bounds(field) + hint)
    return number


def _refusal(where: Where, element: str, value: Any, allowed: str) -> InputError:
    return where.error(f"{where.dotted}{element} is {show(value)}, must be {allowed}")


def _inside(field: AnyField, value: float) -> bool:
    rules = field.metadata
    return (
        (rules["above"] is None or value > rules["above"])
        and (rules["at_least"] is None or value >= rules["at_least"])
        and (rules["below"] is None or value < rules["below"])
        and (rules["at_most"] is None or value <= rules["at_most"])
    )


def _bounds(field: AnyField) -> str:
    words = {"above": "above", "at_least": "at least", "below": "below", "at_most": "at most"}
    return " and ".join(
        f"{word} {field.metadata[rule]:g}" for rule, word in words.items() if field.metadata[rule] is not None
    )


def _unit(field: AnyField) -> str:
    return "" if field.metadata["unit"] == "1" else f" in {field.metadata['unit']}"
