"""The sources that stand behind the values: BibTeX keys in square brackets in the comments of a mission file."""

import re
from collections.abc import Iterable

from skycrane.core.quantity import UNITS

_BRACKETS = re.compile(r"\[([^\[\]]+)\]")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_:+.-]{2,}")


def sources_in(comments: Iterable[str]) -> tuple[str, ...]:
    """The BibTeX keys in these comments, sorted, each once. `[a2020, b2021]` gives both; `[m/s]` is no source."""
    return tuple(sorted({key for comment in comments for key in _keys(comment)}))


def without_sources(comment: str) -> str:
    """The comment with its source brackets made round: what was once the source of a value that has been changed since."""
    return _BRACKETS.sub(lambda match: f"({match[1]})" if _split(match[1]) else match[0], comment)


def _keys(comment: str) -> list[str]:
    return [key for brackets in _BRACKETS.findall(comment) for key in _split(brackets)]


def _split(brackets: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"[,;]", brackets)]
    return parts if all(_KEY.fullmatch(part) and part not in UNITS for part in parts) else []
