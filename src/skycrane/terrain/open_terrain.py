"""From a name to a terrain."""

from pathlib import Path
from typing import TYPE_CHECKING

from skycrane.core.errors import InputError
from skycrane.terrain import library
from skycrane.terrain.library import BUILT_IN, LEVEL
from skycrane.terrain.terrain import Terrain

if TYPE_CHECKING:
    from skycrane.mission.parameters.planet import PlanetParameters
    from skycrane.mission.parameters.site import SiteParameters


def open_terrain(name_or_path: str | Path, site: "SiteParameters", planet: "PlanetParameters | None" = None) -> Terrain:
    """The terrain of that name (`terrain_names()`), or of a terrain.toml or GeoTIFF (datum: areoid), around a mission's site.

    `planet` is needed where it is not Mars. Raises InputError when there is no such terrain or it does not fit the site.
    """
    name = str(name_or_path)
    if name == LEVEL:
        from skycrane.terrain.plain import level_terrain

        return level_terrain(site)
    if name == BUILT_IN:
        from skycrane.terrain.built_in import jezero_like_terrain

        return jezero_like_terrain(site)
    from skycrane.terrain.measured import MapFiles, measured_terrain

    if name in library.added_names():
        return measured_terrain(library.read(library.data_folder() / name / "terrain.toml"), site, planet)
    if name.endswith(".toml"):
        return measured_terrain(library.read(Path(name)), site, planet)
    if "/" in name or "\\" in name or name.lower().endswith((".tif", ".tiff")):
        return measured_terrain(MapFiles(Path(name).stem, (name,), (), "areoid"), site, planet)
    raise InputError(f"there is no terrain {name!r}{_nearest(name)}; `skycrane terrain list` shows all")


def terrain_names() -> list[str]:
    """Names that `open_terrain` knows."""
    return [BUILT_IN, LEVEL, *library.added_names()]


def _nearest(name: str) -> str:
    import difflib

    close = difflib.get_close_matches(name, terrain_names(), 1, 0.5)
    return f", did you mean {close[0]!r}?" if close else ""
