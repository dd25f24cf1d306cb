"""From a name to a terrain."""

from pathlib import Path
from typing import TYPE_CHECKING

from skycrane.core.errors import InputError
from skycrane.terrain.terrain import Terrain

if TYPE_CHECKING:
    from skycrane.mission.parameters.site import SiteParameters

BUILT_IN = "jezero_like"


def open_terrain(name_or_path: str | Path, site: "SiteParameters") -> Terrain:
    """The terrain of that name (`terrain_names()`), or of a `terrain.toml`, around a mission's site.

    Raises InputError when there is no such terrain or it does not fit the site.
    """
    if str(name_or_path) == BUILT_IN:
        from skycrane.terrain.built_in import jezero_like_terrain

        return jezero_like_terrain(site)
    raise InputError(f"there is no terrain {str(name_or_path)!r}; there is {', '.join(terrain_names())}")


def terrain_names() -> list[str]:
    """Names that `open_terrain` knows."""
    return [BUILT_IN]
