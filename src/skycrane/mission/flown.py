"""What really happened: the as-flown figures of a mission, which a flight is compared with.

They stand in `<mission>_flown.toml` beside the mission file, as one array of tables; a second one, `[[points]]`, may hold published values
of the flown path, which are drawn and not scored. Both are read after a flight and never before it.
"""

import dataclasses
import pathlib
from typing import Any

from skycrane.core.errors import InputError
from skycrane.core.quantity import choice, quantity
from skycrane.mission.build import build
from skycrane.mission.document import read_document
from skycrane.mission.presets import FLOWN_ENDING, PRESETS, mission_names
from skycrane.mission.schema import NONE, suggestion
from skycrane.mission.where import Where, show

_POINTS = "points"


@dataclasses.dataclass(frozen=True)
class FlownFigure:
    """One figure of the flight; a prediction passes when it lies between `low` and `high`, both included."""

    key: str = choice("short name of the row, each once")
    label: str = choice("what the row is, for people")
    value: float = quantity("1", "the flown figure, in `unit`")
    low: float = quantity("1", "lowest prediction that passes")
    high: float = quantity("1", "highest prediction that passes")
    unit: str = choice("unit of value, low and high")
    quantity: str = choice("where the prediction stands in the record, such as event.parachute_deploy.t_s")
    source: str = choice("where the figure comes from")
    confidence: str = choice("how sure it is: read, derived, recalled, assumed")
    note: str = choice("a remark for the reader", default="")

    def check(self) -> str | None:
        """The band must be one, and the flown figure must lie in it."""
        if self.low > self.high:
            return f"low is {self.low:g} and high is {self.high:g}, low must not be above high"
        if not self.low <= self.value <= self.high:
            return f"value is {self.value:g}, must lie between low {self.low:g} and high {self.high:g}"
        return None


@dataclasses.dataclass(frozen=True)
class PublishedPoint:
    """A published value of the flown path at its time: one point of the line that is drawn beside a simulated one."""

    channel: str = choice("channel of the record that it is held against, or height_above_landing_point [m]")
    time: float = quantity("s", "since entry interface")
    value: float = quantity("1", "the flown value, in the unit of the channel")
    source: str = choice("where it comes from")
    confidence: str = choice("how sure it is: read, derived")
    note: str = choice("a remark for the reader", default="")


def flown_figures(name_or_path: str | pathlib.Path) -> tuple[FlownFigure, ...] | None:
    """The as-flown figures of a mission by its name or file; None when it has none."""
    path = _file_of(name_or_path)
    return read_flown(path) if path.exists() else None


def published_points(name_or_path: str | pathlib.Path) -> tuple[PublishedPoint, ...]:
    """The published points of the flown path of a mission by its name or file; empty when it has none."""
    path = _file_of(name_or_path)
    if not path.exists():
        return ()
    document = read_document(path, path.name)
    where = Where(document.file, document.places)
    rows = document.table.get(_POINTS, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise where.at(_POINTS).refuse(rows, "an array of tables, [[points]]")
    return tuple(build(PublishedPoint, row, where.at(_POINTS, number)) for number, row in enumerate(rows))


def _file_of(name_or_path: str | pathlib.Path) -> pathlib.Path:
    if str(name_or_path) in mission_names():
        return _beside(PRESETS, str(name_or_path))
    own = pathlib.Path(name_or_path)
    return own if own.stem.endswith(FLOWN_ENDING) else _beside(own.parent, own.stem)


def find_flown(name: object, mission_file: pathlib.Path | None, where: Where) -> pathlib.Path | None:
    """The file of flown figures that `flown = "..."` names: a mission with figures, or their file. None for none."""
    if name in (None, "", NONE):
        return None
    here = where.at("flown")
    if not isinstance(name, str):
        raise here.refuse(name, "the name of a mission in quotes")
    folder = mission_file.parent if mission_file else pathlib.Path()
    candidates = [folder / name] if name.endswith(".toml") else [_beside(folder, name), _beside(PRESETS, name)]
    for path in candidates:
        if path.is_file():
            return path
    known = [each for each in mission_names() if _beside(PRESETS, each).exists()]
    raise here.refuse(
        name, f"the name of a mission with flown figures or the path of their file{suggestion(name, known)}"
    )


def flown_name(path: pathlib.Path) -> str:
    """What `flown` says from anywhere: the name of a mission that ships with the program, else the whole path of the file."""
    if path.parent == PRESETS:
        return path.stem.removesuffix(FLOWN_ENDING)
    return path.resolve().as_posix()


def flown_beside(mission_file: pathlib.Path) -> str | None:
    """What `flown` is for a mission file that does not say: its own name if its figures lie beside it."""
    path = _beside(mission_file.parent, mission_file.stem)
    return mission_file.stem if path.is_file() else None


def read_flown(path: pathlib.Path) -> tuple[FlownFigure, ...]:
    """Read and check a file of flown figures."""
    document = read_document(path, path.name)
    where = Where(document.file, document.places)
    name, rows = _rows(document.table, where)
    figures = tuple(build(FlownFigure, row, where.at(name, number)) for number, row in enumerate(rows))
    for number, figure in enumerate(figures):
        if figure.key in [each.key for each in figures[:number]]:
            here = where.at(name, number, "key")
            raise here.error(f'{here.dotted} is "{figure.key}", which an earlier row has already, must be used once')
    return figures


def _rows(table: dict[str, Any], where: Where) -> tuple[str, list[dict[str, Any]]]:
    arrays = {
        name: rows
        for name, rows in table.items()
        if name != _POINTS and isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    }
    if len(arrays) != 1 or len(table.keys() - {_POINTS}) != 1:
        found = ", ".join(table)
        raise InputError(
            f"{where.file}: holds {show(found)}, must hold nothing but one array of tables, [[figures]] (and [[points]])"
        )
    return next(iter(arrays.items()))


def _beside(folder: pathlib.Path, stem: str) -> pathlib.Path:
    return folder / f"{stem}{FLOWN_ENDING}.toml"
