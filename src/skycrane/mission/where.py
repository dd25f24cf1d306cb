"""The finger on the page: where in which file the reader is, so that an error can say so."""

import dataclasses
import datetime
from typing import Any

from skycrane.core.errors import InputError
from skycrane.mission.places import Path, Place, place_of


@dataclasses.dataclass(frozen=True)
class Where:
    """A path inside a mission, with the places of all its keys."""

    file: str
    places: dict[Path, Place]
    path: Path = ()
    root: type | None = (
        None  #: the class of the whole file, where a key can be looked for that stands in the wrong section
    )

    def at(self, *names: str | int) -> "Where":
        """One or more steps further in."""
        return dataclasses.replace(self, path=(*self.path, *names))

    @property
    def dotted(self) -> str:
        """The path as the user writes it, `phases.2.duration_s`."""
        return ".".join(map(str, self.path))

    @property
    def header(self) -> str:
        """The section as the user sees it, `[entry]`; the top of the file has no header."""
        return f"[{self.dotted}]" if self.path else "the top of the file"

    def error(self, sentence: str) -> InputError:
        """An error that names file and line and then says the sentence."""
        place = place_of(self.places, self.path)
        if place is None:
            return InputError(f"{self.file}: {sentence}")
        line = f", line {place.line}" if place.line is not None else ""
        return InputError(f"{place.file}{line}: {sentence}")

    def refuse(self, value: Any, allowed: str) -> InputError:
        """An error in the usual form: key, value, what is allowed."""
        return self.error(f"{self.dotted} is {show(value)}, must be {allowed}")


def show(value: Any) -> str:
    """A value as it stands in the file, cut when it is long."""
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, (datetime.date, datetime.time)):
        text = value.isoformat()
    elif isinstance(value, dict):
        return "a table"
    elif isinstance(value, (list, tuple)):
        if any(isinstance(item, dict) for item in value):
            return "an array of tables"
        text = f"[{', '.join(map(show, value))}]"
    else:
        text = str(value)
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:56] + " ..."
