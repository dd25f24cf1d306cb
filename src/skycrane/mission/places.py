"""Where each key of a TOML file stands: its line, the comment behind it and the comment lines above it.

`tomllib` reads the values but forgets lines and comments; errors need the first and sources the second. The scanner here runs on text
that `tomllib` has already accepted, so it only has to know strings, brackets and comments.
"""

import dataclasses
import re
import tomllib
from collections.abc import Iterator

#: the address of a value: names of tables and keys, numbers for elements of arrays of tables
Path = tuple[str | int, ...]

_STRING = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL)
_HEADER = re.compile(r"(\[\[?)((?:\"(?:\\.|[^\"\\])*\"|'[^']*'|[^\"'\]])*)\]\]?")


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a value comes from: file, line (None when it is no line of a file), trailing comment, comment lines directly above."""

    file: str
    line: int | None = None
    comment: str = ""
    above: tuple[str, ...] = ()


def find_places(text: str, file: str) -> dict[Path, Place]:
    """The place of every key and table header of a valid TOML text."""
    return _Scanner(text.replace("\r\n", "\n"), file).places()


def place_of(places: dict[Path, Place], path: Path) -> Place | None:
    """The place of a path, or of the nearest table or array around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return None


class _Scanner:
    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        self.at = 0
        self.table: Path = ()
        self.lengths: dict[Path, int] = {}
        self.above: list[str] = []
        self.opening = False

    def places(self) -> dict[Path, Place]:
        found: dict[Path, Place] = {}
        for path, start in self._entries():
            line = self.text.count("\n", 0, start) + 1
            found[path] = Place(self.file, line, " ".join(self._rest_of_entry()), tuple(self.above))
            self.above.clear()
            self.opening = False
        return found

    def _entries(self) -> Iterator[tuple[Path, int]]:
        while self.at < len(self.text):
            self._skip(" \t")
            start, character = self.at, self.text[self.at : self.at + 1]
            if character == "\n":
                self.at += 1
                self.above.clear()
                self.opening = False
            elif character == "#":
                self._comment_line(start)
            elif character == "[":
                yield self._header(), start
            elif character:
                yield self._key(), start

    def _comment_line(self, start: int) -> None:
        """Keep a comment for the entry below it; a block that opens the file speaks about the file and is left out."""
        comment = self._comment()
        self.opening = self.opening or start == 0
        if not self.opening:
            self.above.append(comment)
        self.at += 1

    def _header(self) -> Path:
        match = _HEADER.match(self.text, self.at)
        assert match is not None, "tomllib accepted the header"
        self.at = match.end()
        names = _names(match[2])
        path: Path = ()
        for name in names[:-1]:
            path = self._last_element((*path, name))
        path = (*path, names[-1])
        if match[1] == "[[":
            self.lengths[path] = self.lengths.get(path, 0) + 1
            path = self._last_element(path)
        self.table = path
        return path

    def _last_element(self, path: Path) -> Path:
        return (*path, self.lengths[path] - 1) if path in self.lengths else path

    def _key(self) -> Path:
        start = self.at
        while self.text[self.at] != "=":
            string = _STRING.match(self.text, self.at)
            self.at = string.end() if string else self.at + 1
        name = self.text[start : self.at]
        self.at += 1
        return (*self.table, *_names(name))

    def _rest_of_entry(self) -> Iterator[str]:
        """Walk over a value (or what follows a header) to its end of line; give the comments met."""
        depth = 0
        while self.at < len(self.text):
            character = self.text[self.at]
            string = _STRING.match(self.text, self.at) if character in "\"'" else None
            if character == "#":
                yield self._comment()
                continue
            self.at = string.end() if string else self.at + 1
            depth += (character in "[{") - (character in "]}")
            if character == "\n" and depth == 0:
                return

    def _comment(self) -> str:
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        comment = self.text[self.at + 1 : end].strip()
        self.at = end
        return comment

    def _skip(self, characters: str) -> None:
        while self.at < len(self.text) and self.text[self.at] in characters:
            self.at += 1


def _names(dotted: str) -> tuple[str, ...]:
    """The parts of a dotted key, quoted or bare."""
    node = tomllib.loads(f"{dotted.strip()} = 0")
    names = []
    while isinstance(node, dict):
        ((name, node),) = node.items()
        names.append(name)
    return tuple(names)
