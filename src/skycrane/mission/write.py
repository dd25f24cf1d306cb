"""A mission written out in full: every value stated, what is a default marked so, the comments of the files kept."""

import json
from typing import Any

from skycrane.mission.defaults import source_of_default
from skycrane.mission.places import Path, Place
from skycrane.mission.resolve import Given, is_in

_WIDTH = 100
_HEAD = """\
# The mission {name}, every value written out. "default" marks what no mission file stated,
# names in [brackets] are the sources of the values (`skycrane cite RUN` prints them).

"""


def write(name: str, flown: str | None, table: dict[str, Any], given: Given, root: type) -> str:
    """The TOML text of a completed mission; `root` is the class that it is read into."""
    about = {"name": name, **({"flown": flown} if flown else {})}
    top = {key: value for key, value in about.items() if key not in table}
    lines = [f"{key} = {toml_value(value)}" for key, value in top.items()]
    lines += _Writer(given, table, root).section(table, ())
    return _HEAD.format(name=name) + "\n".join(lines) + "\n"


def toml_value(value: Any, room: int = _WIDTH) -> str:
    """A value in TOML; a row longer than the room is broken into lines."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        items = [toml_value(each) for each in value]
        line = f"[{', '.join(items)}]"
        return line if len(line) <= room else "[\n" + _broken(items) + "]"
    return str(value) if isinstance(value, int) else _number(value)


def _number(value: float) -> str:
    """The shortest text that means exactly this number."""
    plain = repr(value)
    if "e" in plain or 1e-4 <= abs(value) < 1e7 or value == 0:
        return plain
    return (
        next(text for text in (f"{value:.{digits}e}" for digits in range(18)) if float(text) == value)
        .replace("e+0", "e")
        .replace("e+", "e")
    )


def _broken(items: list[str]) -> str:
    lines, line = [], "   "
    for item in items:
        if len(line) + len(item) + 2 > _WIDTH:
            lines.append(line)
            line = "   "
        line += f" {item},"
    return "\n".join([*lines, line]) + "\n"


class _Writer:
    def __init__(self, given: Given, table: dict[str, Any], root: type) -> None:
        self.given, self.table, self.root = given, table, root

    def section(self, table: dict[str, Any], path: Path) -> list[str]:
        """The lines of a table: its own keys first, then the tables inside it."""
        inner = {key: value for key, value in table.items() if _is_table(value) or _is_tables(value)}
        lines = [line for key, value in table.items() if key not in inner for line in self._key((*path, key), value)]
        for key, value in inner.items():
            if _is_table(value):
                lines += self._table((*path, key), value, "[]")
            else:
                for number, each in enumerate(value):
                    lines += self._table((*path, key, number), each, "[[]]")
        return lines

    def _table(self, path: Path, table: dict[str, Any], brackets: str) -> list[str]:
        name = ".".join(str(step) for step in path if isinstance(step, str))
        half = len(brackets) // 2
        return ["", *self._with_comment(path, f"{brackets[:half]}{name}{brackets[half:]}"), *self.section(table, path)]

    def _key(self, path: Path, value: Any) -> list[str]:
        key = str(path[-1])
        return self._with_comment(path, f"{key} = {toml_value(value, _WIDTH - len(key) - 3)}")

    def _with_comment(self, path: Path, line: str) -> list[str]:
        place = self.given.places.get(path)
        if place is None:
            stated = is_in(self.given.table, path) or line.startswith("[")
            place = Place("", comment="" if stated else self._default(path))
        above = [f"# {comment}".rstrip() for comment in place.above]
        return [*above, f"{line}  # {place.comment}" if place.comment else line]

    def _default(self, path: Path) -> str:
        source = source_of_default(self.root, self.table, path)
        return f"default, {source}" if source else "default"


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)
