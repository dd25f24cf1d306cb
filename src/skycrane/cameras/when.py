"""Moments and intervals as a person writes them: `touchdown-8s`, `412.5`, `every 200ms`."""

import difflib
import re

from skycrane.cameras.moment import Landing
from skycrane.core.errors import InputError

_AFTER = 3600.0  # [s] after the end of the record in which pictures of what lies still are taken
_AT = re.compile(r"^([a-z_][a-z0-9_]*)?\s*([+-]?\s*\d+(?:\.\d+)?)?\s*s?$")
_SECONDS = re.compile(r"^(\d+(?:\.\d+)?)\s*(ms|s|min)?$")


def moment(landing: Landing, word: str) -> tuple[float, str, float]:
    """Time, event and offset of `touchdown`, `touchdown-8s` or `412.5` (seconds since entry interface)."""
    parts = _AT.match(word.strip())
    if not parts or not (parts[1] or parts[2]):
        raise InputError(
            f"--at {word} is no moment; write an event such as touchdown-8s, or seconds since entry interface"
        )
    offset = float(parts[2].replace(" ", "")) if parts[2] else 0.0
    if parts[1] is None:
        if not 0.0 <= offset <= landing.end + _AFTER:
            raise InputError(
                f"--at {word} lies outside this landing, must be 0 to {landing.end + _AFTER:.0f} s: an hour after its end at "
                f"{landing.end:.0f} s"
            )
        return offset, "", offset
    if parts[1] not in landing.events:
        raise InputError(f"this landing has no event {parts[1]}{nearest(parts[1], list(landing.events))}")
    return landing.events[parts[1]] + offset, parts[1], offset


def interval(word: str) -> float:
    """Seconds of `1s`, `0.5`, `200ms`."""
    parts = _SECONDS.match(word.strip())
    seconds = float(parts[1]) * {"ms": 1e-3, "min": 60.0}.get(parts[2] or "", 1.0) if parts else 0.0
    if seconds < 0.01:
        raise InputError(f"--every {word} is no interval; write seconds of at least 0.01, such as 1s or 200ms")
    return seconds


def nearest(word: str, allowed: list[str]) -> str:
    """`; did you mean ...?`, or what there is: the first that begins so, else by the fewest slips of the finger, then by likeness."""
    begins = [each for each in allowed if len(word) > 1 and each.startswith(word)]
    if begins:
        return f"; did you mean {begins[0]}?"
    likeness = lambda each: difflib.SequenceMatcher(None, word, each).ratio()  # noqa: E731
    slips, _, found = min((edits(word, each), -likeness(each), each) for each in allowed)
    return f"; did you mean {found}?" if 2 * slips <= max(len(word), 3) else f"; there is {', '.join(allowed)}"


def edits(word: str, other: str) -> int:
    """Letters left out, put in, taken for another or swapped with their neighbour, at least (Damerau, CACM 7, 171, 1964)."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(word, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b)))
            if i > 1 and j > 1 and a == other[j - 2] and word[i - 2] == b:
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]
