"""`downlink/arrivals.json` as the page reads it, refused in one sentence where it is not what `skycrane downlink` writes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from skycrane.core.errors import InputError
from skycrane.record.json_text import read_json

ARRIVALS = Path("downlink/arrivals.json")

_Rule = tuple[str, Callable[[Any], bool]]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_NUMBER: _Rule = ("a number", _is_number)
_MAYBE: _Rule = ("a number or null", lambda value: value is None or _is_number(value))
_TEXT: _Rule = ("text", lambda value: isinstance(value, str))
_LIST: _Rule = ("a list", lambda value: isinstance(value, list))

_TOP: Mapping[str, _Rule] = {
    "light_time_s": _NUMBER, "landed_s": _NUMBER, "passes": _LIST, "silences": _LIST, "heard": _LIST, "products": _LIST,
}  # fmt: skip
#: list -> what each of its entries has
_ENTRIES: Mapping[str, Mapping[str, _Rule]] = {
    "passes": {"orbiter": _TEXT, "rise_s": _NUMBER, "set_s": _NUMBER},
    "silences": {"from_s": _NUMBER, "to_s": _NUMBER},
    "heard": {"key": _TEXT, "heard_s": _MAYBE, "way": _TEXT},
    "products": {"name": _TEXT, "kind": _TEXT, "bytes": _NUMBER, "state": _TEXT},
}
#: what a product has besides, once it was stored
_STORED: Mapping[str, _Rule] = {"sent_s": _MAYBE, "whole_s": _MAYBE, "bytes_received": _NUMBER, "by": _LIST}
_NOT_STORED = "not stored"


def read_arrivals(run: Path) -> dict[str, Any] | None:
    """The way home of a run, None where it was not computed. InputError names the first key that is missing or of another kind."""
    again = f"skycrane downlink {run}"
    found = read_json(run / ARRIVALS, "the downlink", again)
    if found is None:
        return None
    wrong = _wrong(found, _TOP, "")
    for name, rules in _ENTRIES.items():
        for number, each in enumerate(found[name] if not wrong else ()):
            at = f"{name}[{number}]"
            if not isinstance(each, Mapping):
                wrong = wrong or f"{at} is not an object"
                continue
            stored = name == "products" and each.get("state") != _NOT_STORED
            wrong = wrong or _wrong(each, {**rules, **(_STORED if stored else {})}, f"{at}.")
    if wrong:
        raise InputError(f"{run / ARRIVALS} is damaged: {wrong}; make it anew with: {again}")
    return found


def _wrong(table: Mapping[str, Any], rules: Mapping[str, _Rule], where: str) -> str:
    """What is wrong with a table, empty when it is as it should be."""
    for key, (kind, holds) in rules.items():
        if key not in table:
            return f"{where}{key} is missing"
        if not holds(table[key]):
            return f"{where}{key} must be {kind}"
    return ""
