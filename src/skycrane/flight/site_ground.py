"""The terrain of a mission as the flight needs it: heights for everything that meets the ground, safe places for the map on board.

Made on the ground before the flight, once for a terrain, and kept in the cache folder.
"""

import contextlib
import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from skycrane.flight.ground import GroundTable, ground_table
from skycrane.gnc.guidance.landing_target import SafeTargets
from skycrane.mission.ground import BUILT_IN
from skycrane.mission.parameters import MissionParameters, SiteParameters

#: width and spacing [m] of the grids of heights: the country under entry and parachute, and the ellipse
GRIDS = ((40960.0, 160.0), (12000.0, 5.0))
_MAP_HALF_WIDTH, _MAP_TRIALS = (
    5500.0,
    5.0,
)  # [m]; trials: distance between places where the map stands a rover on the ground
_CELL = 10.0  # [m] of the map
_BLOCK = 5  # cells of the map to a side of a block
#: blocks of the map to a side
MAP_BLOCKS = (2 * round(_MAP_HALF_WIDTH / _CELL) + 1) // _BLOCK


class SiteGround(NamedTuple):
    """Heights and safe places of a mission's ground, and the terrain that they were sampled from; None over level ground."""

    heights: GroundTable | None
    safe_targets: SafeTargets | None
    terrain: Any


def site_ground(p: MissionParameters) -> SiteGround:
    """Ground and safe places of a mission; none where `site.terrain` is "level".

    InputError when there is no such terrain or it does not fit the site.
    """
    if p.site.terrain == "level":
        return SiteGround(None, None, None)
    make = _made_once if p.site.terrain == BUILT_IN else _made
    return make(p.site, p.powered_descent is not None)


def _made(site: SiteParameters, with_map: bool) -> SiteGround:
    from skycrane.terrain import open_terrain

    terrain = open_terrain(site.terrain, site)
    ground = ground_table(tuple((grid.spacing, grid.values) for grid in terrain.nested_grids(GRIDS)))
    return SiteGround(ground, _blocks(*_map(terrain, ground)) if with_map else None, terrain)


_made_once = lru_cache(maxsize=2)(_made)  # the built-in ground is always the same; maps on disk may change


def _map(terrain: Any, ground: GroundTable) -> tuple[float, float, np.ndarray]:
    """Cell [m], place of the first cell [m] and failure probabilities of the safe-target map, from the cache where they are known."""
    from skycrane.flight.programs import cache_folder
    from skycrane.terrain.safe_targets import safe_target_map

    digest = hashlib.sha256(np.ascontiguousarray(ground.heights).tobytes())
    digest.update(repr((terrain.name, _MAP_HALF_WIDTH, _MAP_TRIALS)).encode() + _terrain_source())
    path = cache_folder() / f"safe-targets-{digest.hexdigest()[:24]}.npz"
    if path.is_file():
        with np.load(path) as kept:
            return float(kept["cell"]), float(kept["first"]), kept["failure"]
    found = safe_target_map(terrain, half_width=_MAP_HALF_WIDTH, cell=_CELL, spacing=_MAP_TRIALS)
    _keep(path, cell=found.cell, first=found.west, failure=found.failure)
    return found.cell, found.west, found.failure


def _terrain_source() -> bytes:
    """The text of the room that makes the map: what it finds between the heights changes with it."""
    import skycrane.terrain

    return b"".join(file.read_bytes() for file in sorted(Path(skycrane.terrain.__file__).parent.glob("*.py")))


def _keep(path: Path, **arrays: Any) -> None:
    """Beside it first, then in its place: another flight may be reading."""
    beside = path.with_name(f"{path.stem}-{os.getpid()}.npz")
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time, nothing else
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savez(beside, **arrays)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


def _blocks(cell: float, first: float, failure: np.ndarray) -> SafeTargets:
    """The safest cell of each block."""
    side = len(failure) // _BLOCK
    cells = failure[: side * _BLOCK, : side * _BLOCK].reshape(side, _BLOCK, side, _BLOCK).swapaxes(1, 2)
    flat = cells.reshape(side * side, _BLOCK * _BLOCK)
    best = flat.argmin(axis=1)
    row, column = np.divmod(np.arange(side * side), side)
    south, west = row * _BLOCK + best // _BLOCK, column * _BLOCK + best % _BLOCK
    number = lambda x: np.asarray(float(x))  # noqa: E731
    edge = first - 0.5 * cell
    return SafeTargets(
        first + cell * west,
        first + cell * south,
        flat[np.arange(side * side), best].astype(float),
        number(edge),
        number(edge),
        number(_BLOCK * cell),
        number(side),
    )
