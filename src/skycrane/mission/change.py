"""Changes made by hand to a loaded mission: `--set entry.flight_path_angle_deg=-15.6`, or `mission.with_changes({...})`."""

import copy
import dataclasses
import datetime
import tomllib
from collections.abc import Mapping
from typing import Any

from skycrane.core.errors import InputError
from skycrane.mission.address import NoSuchKey, dotted_names, find, get, is_absent_section
from skycrane.mission.ground import TERRAIN
from skycrane.mission.places import Path, Place
from skycrane.mission.resolve import Given, change
from skycrane.mission.schema import NONE, nearest, suggestion
from skycrane.mission.sources import without_sources
from skycrane.mission.where import show

_WITH = " with changes"


def apply(
    given: Given, complete: dict[str, Any], changes: Mapping[str, Any], root: type, names: tuple[str, ...] = ()
) -> Given:
    """What the files state, with these changes on top; `complete` is the same with every default, where the names are looked up.

    `names` are further names at the top of the file that may be set.
    """
    file = given.file if given.file.endswith(_WITH) else given.file + _WITH
    table: dict[str, Any] = {}
    places: dict[Path, Place] = {}
    switched = {dotted.removesuffix(".model") for dotted in changes if dotted.endswith(".model") or dotted == "planet"}
    for dotted, raw in changes.items():
        path = _path(complete, dotted, switched, file, names)
        value, before = plain(raw), _before(complete, path)
        if _same(value, before):
            if path == TERRAIN:  # named on purpose: it stays, wherever the site moves
                _put(table, path, value, given.table if _has(given.table, path[:1]) else complete, file)
            continue
        _put(table, path, value, given.table if _has(given.table, path[:1]) else complete, file)
        marked = path if not isinstance(path[-1], int) else path[:-1]
        comment = _comment(path, before, given.places.get(marked))
        places[marked] = Place(file, None, f"{places[marked].comment}, {comment}" if marked in places else comment)
    merged = change(given, Given(file, given.path, table, {}), root)
    kept = {
        path: place for path, place in given.places.items() if path not in merged.places and _is_element(path, table)
    }
    return dataclasses.replace(merged, places={**merged.places, **kept, **places})


def plain(value: Any) -> Any:
    """A value as TOML would give it: text is read as a TOML value where it is one and is a bare word elsewhere."""
    if isinstance(value, str):
        return _read(value)
    if value is None:
        return NONE
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value.item() if hasattr(value, "item") else value


def _read(text: str) -> Any:
    stripped = text.strip()
    try:
        table = tomllib.loads(f"value = {stripped}")
    except (ValueError, RecursionError):
        return stripped
    value = table["value"]
    return stripped if len(table) > 1 or isinstance(value, (datetime.date, datetime.time)) else value


def _path(complete: dict[str, Any], dotted: str, switched: set[str], file: str, names: tuple[str, ...]) -> Path:
    if dotted in names:
        return (dotted,)
    if dotted == "planet" and isinstance(complete.get("planet"), dict):
        return ("planet", "based_on")
    try:
        return find(complete, dotted)
    except NoSuchKey:
        in_new_model = any(dotted.startswith(f"{section}.") for section in switched)
        if in_new_model or is_absent_section(complete, dotted):
            return tuple(dotted.split("."))
        raise InputError(
            f"{file}: {dotted or 'an empty name'} is not a key of this mission{_near(dotted, complete)}"
        ) from None


def _near(dotted: str, complete: dict[str, Any]) -> str:
    names = list(dotted_names(complete))
    mended = _mended(dotted, complete)
    if mended is not None:
        return f"; did you mean {mended}?"
    near = suggestion(dotted, names, many=0)
    if near.startswith("; did"):
        return near
    same_end = [name for name in names if name.rsplit(".", 1)[-1] == dotted.rsplit(".", 1)[-1]]
    return f"; did you mean {same_end[0]}?" if same_end else "; `skycrane missions show NAME` lists the keys"


def _mended(dotted: str, complete: dict[str, Any]) -> str | None:
    """The name with its first wrong part replaced by the nearest right one, if the whole then leads somewhere."""
    parts = dotted.split(".")
    here: Any = complete
    for number, part in enumerate(parts):
        if not isinstance(here, dict):
            return None
        near = part if part in here else nearest(part, here)
        if near != part:
            mended = ".".join([*parts[:number], near, *parts[number + 1 :]]) if near else ""
            return mended if mended and (_leads(complete, mended) or is_absent_section(complete, mended)) else None
        here = here[part]
    return None


def _leads(complete: dict[str, Any], dotted: str) -> bool:
    try:
        find(complete, dotted)
    except NoSuchKey:
        return False
    return True


def _put(table: dict[str, Any], path: Path, value: Any, source: dict[str, Any], file: str) -> None:
    """Set a value in the table of changes; an array of tables is taken over whole before one element of it is changed."""
    here: Any = table
    for depth, step in enumerate(path[:-1]):
        if isinstance(here, dict) and step not in here:
            now = get(source, path[: depth + 1]) if _has(source, path[: depth + 1]) else None
            here[step] = copy.deepcopy(now) if isinstance(now, list) else {}
        here = here[step]
        if not isinstance(here, (dict, list)):
            outer = ".".join(map(str, path[: depth + 1]))
            raise InputError(f"{file}: {outer} is set to {show(here)}, so no key inside it can be set")
    here[path[-1]] = value


def _before(complete: dict[str, Any], path: Path) -> Any:
    return get(complete, path) if _has(complete, path) else NONE


def _has(complete: dict[str, Any], path: Path) -> bool:
    try:
        get(complete, path)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _same(value: Any, before: Any) -> bool:
    return (type(value) is type(before) and bool(value == before)) or (
        {type(value), type(before)} == {int, float} and bool(value == before)
    )


def _comment(path: Path, before: Any, place: Place | None) -> str:
    former = f" {without_sources(place.comment)}" if place and place.comment else ""
    element = f"element {path[-1]} " if isinstance(path[-1], int) else ""
    return f"changed: {element}was {show(before)}{former}"


def _is_element(path: Path, table: dict[str, Any]) -> bool:
    """Whether the path lies in an array of tables that was taken over whole."""
    return any(isinstance(step, int) for step in path) and _has(table, path)
