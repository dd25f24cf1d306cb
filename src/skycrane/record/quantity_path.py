"""Ask a record for one number by a path: how flown figures and requirements name what they compare.

`event.parachute_deploy.t_s` · `event.parachute_deploy.state.mach` · `outcome.touchdown.vertical_speed_m_s` · `count.bank_reversal` ·
`max.parachute_load` · `min.…` · `final.…` · `at.parachute_deploy+13.74.height_above_terrain` (so many seconds after an event). Paths and
numbers combine with ` + `, ` - `, ` * `, ` / ` (blanks around) and brackets: `(event.a.t_s - event.b.t_s) * 1e-3`.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from skycrane.core.errors import InputError, UnknownName
from skycrane.record.event import Event
from skycrane.record.flight_record import FlightRecord
from skycrane.record.sampling import value_at
from skycrane.record.schema import CHANNELS

_AT = re.compile(r"(?P<event>\w+?)(?P<offset>[+-]\d+(?:\.\d+)?)?\.(?P<channel>[a-z]\w*)$")
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$")
_NUMBERED = re.compile(r"_\d+$")


def quantity_of(record: FlightRecord, expression: str) -> float | None:
    """The number behind a path or an arithmetic of paths; None when the record lacks it (the event did not happen, no such channel).

    InputError when the expression itself is malformed.
    """
    words = expression.replace("(", " ( ").replace(")", " ) ").split()
    value, rest = _sum(record, words, expression)
    if rest:
        raise _malformed(expression)
    return None if value is None or not math.isfinite(value) else float(value)


def _sum(record: FlightRecord, words: list[str], whole: str) -> tuple[float | None, list[str]]:
    value, words = _product(record, words, whole)
    while words and words[0] in "+-":
        operator = words[0]
        other, words = _product(record, words[1:], whole)
        value = None if value is None or other is None else value + other if operator == "+" else value - other
    return value, words


def _product(record: FlightRecord, words: list[str], whole: str) -> tuple[float | None, list[str]]:
    value, words = _term(record, words, whole)
    while words and words[0] in "*/":
        operator = words[0]
        other, words = _term(record, words[1:], whole)
        if value is None or other is None or (operator == "/" and other == 0.0):
            value = None
        else:
            value = value * other if operator == "*" else value / other
    return value, words


def _term(record: FlightRecord, words: list[str], whole: str) -> tuple[float | None, list[str]]:
    if not words or words[0] in ("+", "-", "*", "/", ")"):
        raise _malformed(whole)
    if words[0] == "(":
        value, rest = _sum(record, words[1:], whole)
        if not rest or rest[0] != ")":
            raise _malformed(whole)
        return value, rest[1:]
    word, rest = words[0], words[1:]
    return (float(word) if _NUMBER.match(word) else _path(record, word, whole)), rest


def _path(record: FlightRecord, path: str, whole: str) -> float | None:
    kind, _, tail = path.partition(".")
    if not tail:
        raise _malformed(whole)
    if kind == "event":
        return _of_event(record, tail, whole)
    if kind == "outcome":
        return _inside(record.outcome, tail)
    if kind == "count":
        return float(sum(_NUMBERED.sub("", each.key) == tail or each.key == tail for each in record.events))
    if kind == "at":
        return _at(record, tail, whole)
    if kind in ("max", "min", "final"):
        return _extreme(record, kind, tail, whole)
    raise _malformed(whole)


def _of_event(record: FlightRecord, tail: str, whole: str) -> float | None:
    key, _, what = tail.partition(".")
    event = _event(record, key, whole)
    if what == "t_s":
        return event.t_s if event else None
    if what.startswith("state."):
        return _number(event.state.get(what.removeprefix("state."))) if event else None
    raise _malformed(whole)


def _at(record: FlightRecord, tail: str, whole: str) -> float | None:
    parts = _AT.match(tail)
    if not parts:
        raise _malformed(whole)
    _require_channel(parts["channel"], whole)
    event = _event(record, parts["event"], whole)
    if event is None or parts["channel"] not in record.channels:
        return None
    return value_at(record.channels, parts["channel"], event.t_s + float(parts["offset"] or 0.0))


def _event(record: FlightRecord, key: str, whole: str) -> Event | None:
    try:
        return record.event(key)
    except UnknownName as unknown:
        raise InputError(f"quantity {whole!r}: {unknown}") from None


def _extreme(record: FlightRecord, kind: str, name: str, whole: str) -> float | None:
    _require_channel(name, whole)
    if name not in record.channels:
        return None
    values = record.channels[name].values
    finite = values[np.isfinite(values)]
    if not finite.size:
        return None
    return float({"max": finite.max(), "min": finite.min(), "final": finite.flat[-1]}[kind])


def _inside(content: Mapping[str, Any], tail: str) -> float | None:
    value: Any = content
    for key in tail.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return _number(value)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _require_channel(name: str, whole: str) -> None:
    if name not in {each.name for each in CHANNELS}:
        raise InputError(f"quantity {whole!r} asks for channel {name!r}, which the schema does not have")


def _malformed(whole: str) -> InputError:
    return InputError(
        f"quantity {whole!r} is not understood; write event.KEY.t_s, event.KEY.state.CHANNEL, at.KEY+SECONDS.CHANNEL, max.CHANNEL, "
        "min.CHANNEL, final.CHANNEL, count.KEY or outcome.PATH, combined with blanks around + - * /"
    )
