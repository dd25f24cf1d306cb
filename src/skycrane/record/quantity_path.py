"""Ask a record for one number by a path: how flown figures and requirements name what they compare.

`event.parachute_deploy.t_s` · `event.parachute_deploy.state.mach` · `outcome.touchdown.vertical_speed_m_s` · `count.bank_reversal` ·
`max.parachute_load` · `min.…` · `final.…` · `at.parachute_deploy+13.74.height_above_terrain` (so many seconds after an event). Paths and
numbers combine with ` + `, ` - `, ` * `, ` / ` (blanks around) and brackets: `(event.a.t_s - event.b.t_s) * 1e-3`.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

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
    value = evaluate(expression, lambda path: _number_at(record, read_path(path, expression), expression))
    return None if value is None or not math.isfinite(value) else float(value)


def evaluate(expression: str, number_at: Callable[[str], Any]) -> Any:
    """The value of an arithmetic of paths, `number_at(path)` giving the number behind each: a float, None, or an array over many flights.

    None (NaN in an array) goes through. InputError when the expression is malformed.
    """
    words = expression.replace("(", " ( ").replace(")", " ) ").split()
    value, rest = _sum(number_at, words, expression)
    if rest:
        raise _malformed(expression)
    return value


def _sum(number_at: Callable[[str], Any], words: list[str], whole: str) -> tuple[Any, list[str]]:
    value, words = _product(number_at, words, whole)
    while words and words[0] in "+-":
        operator = words[0]
        other, words = _product(number_at, words[1:], whole)
        value = None if value is None or other is None else value + other if operator == "+" else value - other
    return value, words


def _product(number_at: Callable[[str], Any], words: list[str], whole: str) -> tuple[Any, list[str]]:
    value, words = _term(number_at, words, whole)
    while words and words[0] in "*/":
        operator = words[0]
        other, words = _term(number_at, words[1:], whole)
        value = (
            None if value is None or other is None else value * other if operator == "*" else _quotient(value, other)
        )
    return value, words


def _term(number_at: Callable[[str], Any], words: list[str], whole: str) -> tuple[Any, list[str]]:
    if not words or words[0] in ("+", "-", "*", "/", ")"):
        raise _malformed(whole)
    if words[0] == "(":
        value, rest = _sum(number_at, words[1:], whole)
        if not rest or rest[0] != ")":
            raise _malformed(whole)
        return value, rest[1:]
    word, rest = words[0], words[1:]
    return (float(word) if _NUMBER.match(word) else number_at(word)), rest


class Path(NamedTuple):
    """One path, taken apart: `key` names the event or the place in the outcome, `offset` is in seconds after the event."""

    kind: str  # time, state, outcome, count, at, max, min or final
    key: str
    channel: str = ""
    offset: float = 0.0


def read_path(path: str, whole: str) -> Path:
    """A path taken apart; InputError when it is malformed or asks for a channel that the schema does not have."""
    kind, _, tail = path.partition(".")
    key, _, what = tail.partition(".")
    if kind == "event" and what == "t_s":
        return Path("time", key)
    if kind == "event" and what.startswith("state."):
        return Path("state", key, what.removeprefix("state."))
    if kind in ("outcome", "count") and tail:
        return Path(kind, tail)
    if kind == "at" and (parts := _AT.match(tail)):
        return Path(kind, parts["event"], _require_channel(parts["channel"], whole), float(parts["offset"] or 0.0))
    if kind in ("max", "min", "final") and tail:
        return Path(kind, "", _require_channel(tail, whole))
    raise _malformed(whole)


def paths_in(expression: str) -> list[Path]:
    """Every path of an arithmetic, in order; InputError when it is malformed."""
    found: list[Path] = []

    def note(word: str) -> float:
        found.append(read_path(word, expression))
        return 1.0

    evaluate(expression, note)
    return found


def counts(key: str, stem: str) -> bool:
    """Whether an event counts for `count.stem`: that key, or one with a number behind."""
    return key == stem or _NUMBERED.sub("", key) == stem


def _number_at(record: FlightRecord, path: Path, whole: str) -> float | None:
    if path.kind == "outcome":
        return _inside(record.outcome, path.key)
    if path.kind == "count":
        return float(sum(counts(each.key, path.key) for each in record.events))
    if path.kind in ("max", "min", "final"):
        return _extreme(record, path.kind, path.channel)
    event = _event(record, path.key, whole)
    if event is None:
        return None
    if path.kind == "time":
        return event.t_s
    if path.kind == "state":
        return _number(event.state.get(path.channel))
    if path.channel not in record.channels:
        return None
    return value_at(record.channels, path.channel, event.t_s + path.offset)


def _event(record: FlightRecord, key: str, whole: str) -> Event | None:
    try:
        return record.event(key)
    except UnknownName as unknown:
        raise InputError(f"quantity {whole!r}: {unknown}") from None


def _extreme(record: FlightRecord, kind: str, name: str) -> float | None:
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


def _quotient(value: Any, other: Any) -> Any:
    if isinstance(value, np.ndarray) or isinstance(other, np.ndarray):
        return value / np.where(np.asarray(other) == 0.0, np.nan, other)
    return None if other == 0.0 else value / other


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _require_channel(name: str, whole: str) -> str:
    if name not in {each.name for each in CHANNELS}:
        raise InputError(f"quantity {whole!r} asks for channel {name!r}, which the schema does not have")
    return name


def _malformed(whole: str) -> InputError:
    return InputError(
        f"quantity {whole!r} is not understood; write event.KEY.t_s, event.KEY.state.CHANNEL, at.KEY+SECONDS.CHANNEL, max.CHANNEL, "
        "min.CHANNEL, final.CHANNEL, count.KEY or outcome.PATH, combined with blanks around + - * /"
    )
