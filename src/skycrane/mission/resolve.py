"""Follow `based_on` and `planet` through the files until one table holds everything that any of them states."""

import dataclasses
import pathlib
from typing import Any

from skycrane.core.errors import InputError
from skycrane.mission.address import get
from skycrane.mission.document import Document, read_document
from skycrane.mission.ground import LEVEL, TERRAIN, left_behind
from skycrane.mission.inherit import merge
from skycrane.mission.places import Path, Place
from skycrane.mission.presets import find_mission, find_planet
from skycrane.mission.schema import fields_by_key
from skycrane.mission.where import Where, show


@dataclasses.dataclass(frozen=True)
class Given:
    """What the files state, before defaults: one table, and the place of each key in the file that had the last word."""

    file: str
    path: pathlib.Path | None
    table: dict[str, Any]
    places: dict[Path, Place]

    @property
    def where(self) -> Where:
        """The top of this mission."""
        return Where(self.file, self.places)


def resolve(document: Document, root: type, seen: tuple[pathlib.Path, ...] = ()) -> Given:
    """A mission file with all that it is based on."""
    seen = (*seen, document.path.resolve()) if document.path else seen
    given = Given(document.file, document.path, dict(document.table), document.places)
    if "based_on" not in given.table:
        return with_planet(given, root)
    name = _name(given, "based_on", "a mission's name or file")
    path, shown = find_from(given.where.at("based_on"), find_mission, name, given.path)
    if path.resolve() in seen:
        chain = " is based on ".join([*(each.name for each in seen), path.name])
        raise given.where.at("based_on").error(
            f"{chain}, which is a circle, must end at a mission that is based on none"
        )
    base = resolve(_read_from(given.where.at("based_on"), path, shown), root, seen)
    own = {key: value for key, value in base.table.items() if key not in ("name", "flown")}
    if isinstance(own.get("title"), str):  # the base's own words would claim to be another mission
        own["title"] = f"{given.table.get('name') or pathlib.Path(given.file).stem}, based on {own['title']}"
    return change(dataclasses.replace(base, table=own), given, root)


def change(base: Given, changes: Given, root: type) -> Given:
    """The base with the changes of another file: the deep merge, planet included, with the places following the values."""
    before = base
    if _restates_planet(changes.table):
        changes = with_planet(changes, root)
        base = dataclasses.replace(base, table={key: value for key, value in base.table.items() if key != "planet"})
    added = {key: value for key, value in changes.table.items() if key != "based_on"}
    merged = merge(base.table, added, root)
    places = {path: place for path, place in base.places.items() if not _under(path, merged.replaced)}
    places = {path: place for path, place in places.items() if is_in(merged.table, path)}
    places |= {
        path: _with_comments_of(place, places.get(path), merged.table, path) for path, place in changes.places.items()
    }
    return _on_its_own_ground(before, changes, Given(changes.file, changes.path, merged.table, places))


def _on_its_own_ground(base: Given, changes: Given, changed: Given) -> Given:
    """The same, over level ground where the changes moved the site away from the base's built-in ground."""
    why = left_behind(base.table, changes.table, changed.table)
    if why is None:
        return changed
    table = {**changed.table, "site": {**changed.table["site"], "terrain": LEVEL}}
    return dataclasses.replace(changed, table=table, places={**changed.places, TERRAIN: Place(changed.file, None, why)})


def with_planet(given: Given, root: type) -> Given:
    """The same, with `planet = "mars"` or `[planet] based_on = "mars"` replaced by the content of that planet file."""
    planet: Any = given.table.get("planet")
    if not _restates_planet(given.table):
        return given
    inner = ("planet",) if isinstance(planet, str) else ("planet", "based_on")
    changes = {key: value for key, value in planet.items() if key != "based_on"} if isinstance(planet, dict) else {}
    name = planet if isinstance(planet, str) else planet["based_on"]
    where = given.where.at(*inner)
    if not isinstance(name, str):
        raise where.refuse(name, "a planet's name or file in quotes")
    path, shown = find_from(where, find_planet, name, given.path)
    document = _read_from(where, path, shown)
    merged = merge(document.table, changes, fields_by_key(root).get("planet"), ("planet",))
    inherited = {("planet", *path): place for path, place in document.places.items()}
    places = {path: place for path, place in inherited.items() if not _under(path, merged.replaced)} | given.places
    return dataclasses.replace(given, table={**given.table, "planet": merged.table}, places=places)


def find_from(where: Where, find: Any, name: str, path: pathlib.Path | None) -> tuple[pathlib.Path, str]:
    """Find a file named in a file; what is wrong with the name is said with its line."""
    try:
        found: tuple[pathlib.Path, str] = find(name, path.parent if path else pathlib.Path())
        return found
    except InputError as error:
        raise where.error(f"{where.dotted} is {show(name)}, but {error}") from None


def is_in(table: Any, path: Path) -> bool:
    """Whether a table still has a value at this path."""
    for name in path:
        inside = (isinstance(table, dict) and name in table) or (
            isinstance(table, list) and isinstance(name, int) and name < len(table)
        )
        if not inside:
            return False
        table = table[name]
    return True


def _read_from(where: Where, path: pathlib.Path, shown: str) -> Document:
    if not path.exists():
        raise where.error(
            f"{where.dotted} is {show(shown)}, which does not exist, must be a name that ships with the program or a file"
        )
    return read_document(path, shown)


def _with_comments_of(place: Place, base: Place | None, table: dict[str, Any], path: Path) -> Place:
    """A table header that says nothing keeps the comments of the header in the base."""
    if base is None or place.comment or place.above or not isinstance(get(table, path), (dict, list)):
        return place
    return dataclasses.replace(place, comment=base.comment, above=base.above)


def _restates_planet(table: dict[str, Any]) -> bool:
    planet = table.get("planet")
    return isinstance(planet, str) or (isinstance(planet, dict) and "based_on" in planet)


def _under(path: Path, replaced: tuple[Path, ...]) -> bool:
    return any(path[: len(each)] == each for each in replaced)


def _name(given: Given, key: str, what: str) -> str:
    name = given.table[key]
    if not isinstance(name, str):
        raise given.where.at(key).refuse(name, f"{what} in quotes")
    return name
