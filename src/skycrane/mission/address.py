"""Dotted names such as `entry.flight_path_angle_deg` or `phases.powered_descent.duration_s`, and the values they point to."""

from collections.abc import Iterator
from typing import Any

from skycrane.mission.places import Path
from skycrane.mission.schema import NONE


class NoSuchKey(KeyError):
    """A dotted name leads nowhere."""


def find(table: dict[str, Any], dotted: str) -> Path:
    """The path of a dotted name. Elements of an array of tables go by number (from 0), or by their `name` or `key`."""
    parts, path, here = dotted.split("."), (), table
    while parts:
        step, used = _step(here, parts, dotted)
        path, here, parts = (*path, step), here[step], parts[used:]  # type: ignore[assignment, index]
    return path


def get(table: Any, path: Path) -> Any:
    """The value at a path."""
    for step in path:
        table = table[step]
    return table


def dotted_names(table: Any, prefix: str = "") -> Iterator[str]:
    """Every name that leads to a value, in the order of the file; elements of arrays of tables by their name where they have one."""
    items = (
        table.items()
        if isinstance(table, dict)
        else ((_label(each, number), each) for number, each in enumerate(table))
    )
    for name, value in items:
        if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict) for each in value)):
            yield from dotted_names(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def paths(table: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every value."""
    for step, value in table.items() if isinstance(table, dict) else enumerate(table):
        if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict) for each in value)):
            yield from paths(value, (*path, step))
        else:
            yield (*path, step)


def is_absent_section(table: dict[str, Any], dotted: str) -> bool:
    """Whether the name leads into an optional section that this mission does without."""
    here: Any = table
    for part in dotted.split(".")[:-1]:
        here = here.get(part) if isinstance(here, dict) else None
        if here == NONE:
            return True
    return False


def _step(here: Any, parts: list[str], dotted: str) -> tuple[str | int, int]:
    """The next step of the path, and how many parts of the name it takes (a name or key may itself have dots)."""
    if isinstance(here, dict) and parts[0] in here:
        return parts[0], 1
    if isinstance(here, list):
        if parts[0].isdecimal() and int(parts[0]) < len(here):
            return int(parts[0]), 1
        for used in range(len(parts), 0, -1):
            for number, each in enumerate(here):
                if isinstance(each, dict) and ".".join(parts[:used]) in (each.get("name"), each.get("key")):
                    return number, used
    raise NoSuchKey(dotted)


def _label(element: Any, number: int) -> str:
    if isinstance(element, dict):
        for key in ("name", "key"):
            if isinstance(element.get(key), str):
                return str(element[key])
    return str(number)
