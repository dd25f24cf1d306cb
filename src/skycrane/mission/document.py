"""One TOML file from disk: its values, and where each of them stands. Everything a file can suffer from is said here in one sentence."""

import dataclasses
import pathlib
import re
import tomllib
from typing import Any

from skycrane.core.errors import InputError
from skycrane.mission.places import Path, Place, find_places


@dataclasses.dataclass(frozen=True)
class Document:
    """A TOML file: the name shown to the user, the path (None for a text from memory), its table and the place of each key."""

    file: str
    path: pathlib.Path | None
    table: dict[str, Any]
    places: dict[Path, Place]


def read_document(path: pathlib.Path, shown: str) -> Document:
    """Read a TOML file; `shown` is how errors name it."""
    return parse_document(_text(_bytes(path, shown), shown), shown, path)


def parse_document(text: str, shown: str, path: pathlib.Path | None = None) -> Document:
    """Read a TOML text."""
    if not text.strip():
        raise InputError(
            f"{shown} is empty, must be a TOML file with at least one key; was it cut off while it was copied?"
        )
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise InputError(f"{shown} is nested too deeply, must be a plain TOML file") from None
    except ValueError as error:
        raise InputError(_syntax(shown, str(error))) from None
    return Document(shown, path, table, find_places(text, shown))


def _bytes(path: pathlib.Path, shown: str) -> bytes:
    try:
        if path.is_dir():
            inside = (
                " (a run folder? its mission is mission.toml inside it)" if (path / "mission.toml").is_file() else ""
            )
            raise InputError(f"{shown} is a folder, must be a TOML file{inside}")
        if not path.exists():
            raise InputError(f"{shown} does not exist")
        if not path.is_file():
            raise InputError(f"{shown} is not a regular file, must be a TOML file")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{shown} cannot be read: {reason.lower()}") from None


def _text(content: bytes, shown: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{shown}, line {line}: byte 0x{content[error.start]:02x} is not UTF-8, save the file as UTF-8 text"
        ) from None


def _syntax(shown: str, error: str) -> str:
    if "end of document" in error:
        what = error.split(" (at")[0]
        return f"{shown} ends in the middle of an entry ({_lower(what)}), must be whole TOML; was it cut off?"
    match = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", error, re.DOTALL)
    if match is None:
        return f"{shown} is not valid TOML: {_lower(error.splitlines()[0])}"
    return f"{shown}, line {match[2]}: not valid TOML at column {match[3]}, {_lower(match[1])}"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + " ".join(sentence[1:].split())
