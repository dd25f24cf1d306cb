"""The mission: a file's content, completed, checked and in SI, that can be changed and written out again."""

import dataclasses
import functools
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

from skycrane.core.errors import InputError
from skycrane.mission import change
from skycrane.mission.address import NoSuchKey, dotted_names, find, get, paths
from skycrane.mission.build import build
from skycrane.mission.canonical import canonical, identity
from skycrane.mission.complete import complete
from skycrane.mission.defaults import source_of_default
from skycrane.mission.dispersed import check_dispersed_keys, check_groups
from skycrane.mission.document import Document, parse_document, read_document
from skycrane.mission.flown import FlownFigure, find_flown, flown_beside, flown_name, read_flown
from skycrane.mission.presets import find_mission
from skycrane.mission.resolve import Given, is_in, resolve
from skycrane.mission.schema import NONE, fields_by_key, suggestion
from skycrane.mission.sources import sources_in
from skycrane.mission.write import write

#: keys at the top of a mission file that speak about the file and are no parameters
ABOUT = ("name", "flown")


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Mission:
    """A landing to be flown: everything the simulator has to be told, checked.

    `parameters` holds SI; `value` and `with_changes` speak the units of the file. Missions are never changed in place.
    """

    name: str
    parameters: Any
    table: dict[str, Any]
    given: Given

    def value(self, key: str) -> Any:
        """A value in the unit of the file, `value("entry.flight_path_angle_deg")`; None where the mission has none."""
        try:
            value = get(self.table, find(self.table, key))
        except NoSuchKey:
            raise InputError(f"{self.given.file}: {key} is not a key of this mission{self._near(key)}") from None
        if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict) for each in value)):
            inside = ", ".join(list(dotted_names(value, f"{key}."))[:3])
            raise InputError(f"{self.given.file}: {key} is a section, ask for one of its keys, such as {inside}")
        return None if value == NONE else tuple(value) if isinstance(value, list) else value

    def with_changes(self, changes: Mapping[str, Any]) -> "Mission":
        """The same mission with other values: `{"entry.flight_path_angle_deg": -15.6, "atmosphere.model": "exponential"}`.

        Values in the unit of the file; text is read as TOML (`"-15.6"`, `"[1, 2]"`) or as a bare word. Elements of arrays of tables go
        by number or name: `phases.2.duration_s`. An optional section is taken out by setting it to `"none"`.
        """
        names = tuple(name for name in ABOUT if name not in self.table)
        return _mission(change.apply(self.given, self.table, changes, self.root, names), self.root)

    @property
    def root(self) -> type:
        """The class of `parameters`."""
        return type(self.parameters)

    @functools.cached_property
    def identity(self) -> str:
        """SHA-256 of the resolved content: equal for two missions that say the same in any order, layout or inheritance.

        Name and title, and the figures that it is compared with, are no part of what is flown.
        """
        return identity({key: value for key, value in self.table.items() if key not in (*ABOUT, "title")})

    @functools.cached_property
    def sources(self) -> tuple[str, ...]:
        """The BibTeX keys behind the values in use, defaults included."""
        stated = [" ".join((place.comment, *place.above)) for place in self.given.places.values()]
        return sources_in([*stated, *self._defaults])

    @property
    def _defaults(self) -> Iterator[str]:
        for path in paths(self.table):
            if not is_in(self.given.table, path):
                yield source_of_default(self.root, self.table, path)

    @property
    def flown(self) -> tuple[FlownFigure, ...] | None:
        """The as-flown figures that belong to this mission, or None."""
        path = find_flown(self._flown, None, self.given.where)
        return None if path is None else read_flown(path)

    def refusal(self, error: InputError) -> InputError:
        """The same sentence with this mission's file, and the line of the key that it begins with."""
        sentence = str(error)
        key = sentence.partition(" ")[0]
        try:
            path = find(self.table, key) if "." in key else ()
        except NoSuchKey:
            path = ()
        return self.given.where.at(*path).error(sentence)

    @property
    def _flown(self) -> str | None:
        name: str | None = self.given.table.get("flown")
        return name

    def to_toml(self) -> str:
        """The whole mission as a file: every default written out, comments kept, changes marked. `load_mission` reads it back equal."""
        return write(self.name, self._flown, self.table, self.given, self.root)

    def __repr__(self) -> str:
        return f"<Mission {self.name} ({self.given.file})>"

    def _near(self, key: str) -> str:
        near = suggestion(key, dotted_names(self.table), many=0)
        return near if near.startswith("; did") else ""


def load_mission(name_or_path: str | pathlib.Path, parameters: type | None = None) -> Mission:
    """Read a mission by its name (`mars2020`) or from a file (`./my.toml`).

    `parameters` is the class that the file is read into, `CompleteMissionParameters` unless told otherwise. Raises `InputError`, one
    sentence, for everything that can be wrong with the input.
    """
    path, shown = find_mission(name_or_path)
    return _from_document(read_document(path, shown), parameters)


def read_mission_text(text: str, file: str = "mission.toml", parameters: type | None = None) -> Mission:
    """Read a mission from a text; `file` is how errors name it."""
    return _from_document(parse_document(text, file), parameters)


def _from_document(document: Document, parameters: type | None) -> Mission:
    root = parameters or _mission_parameters()
    given = resolve(document, root)
    about = _about(document.path or pathlib.Path(document.file))
    return _mission(dataclasses.replace(given, table={**about, **given.table}), root)


def _about(path: pathlib.Path) -> dict[str, Any]:
    """What a file says about itself by its name and its neighbours."""
    name = (
        "".join(character if character in _NAME_CHARACTERS else "-" for character in path.stem).strip("-.") or "mission"
    )
    flown = flown_beside(path)
    return {"name": name, **({"flown": flown} if flown else {})}


def _mission(given: Given, root: type) -> Mission:
    name = given.table.get("name", "mission")
    if not isinstance(name, str) or not name or not set(name) <= _NAME_CHARACTERS or name.strip("-.") != name:
        raise given.where.at("name").refuse(name, "a word in quotes of letters, digits, - and _")
    flown = find_flown(given.table.get("flown"), given.path, given.where)
    if flown is not None:
        given = dataclasses.replace(given, table={**given.table, "flown": flown_name(flown)})
    stated = {key: value for key, value in given.table.items() if key not in ABOUT or key in fields_by_key(root)}
    where = dataclasses.replace(given.where, root=root)
    table = complete(root, stated, where)
    parameters: Any = build(root, table, where)
    check_dispersed_keys(table, stated, where)
    check_groups(getattr(parameters, "dispersions", ()), where)
    return Mission(name, parameters, canonical(root, table), given)


_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def _mission_parameters() -> type:
    from skycrane.mission.parameters import CompleteMissionParameters

    return CompleteMissionParameters
