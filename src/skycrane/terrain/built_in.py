"""The built-in site as levels of detail: built once, kept in the cache folder, the same bytes everywhere."""

import contextlib
import hashlib
import os
import zipfile
import zlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from skycrane.terrain import jezero_like
from skycrane.terrain.detail import Character
from skycrane.terrain.lattice import in_tiles
from skycrane.terrain.levels import Grid, square
from skycrane.terrain.terrain import Level, Terrain

if TYPE_CHECKING:
    from skycrane.mission.parameters.site import SiteParameters

#: half width and spacing [m] of the levels, coarse to fine
LEVELS = ((60000.0, 100.0), (12000.0, 20.0), (6000.0, 5.0), (1000.0, 1.0))
QUANTUM = 2.0**-10  # [m] heights are whole multiples: the last bits that a library could turn do not survive
STEP = 2.0**-11  # of the maps' numbers
MAPS = ("roughness", "ripples", "rock_abundance", "reflectance", "redness")
SOURCES = (
    "fassett2005",
    "goudge2017",
    "fergason2020",
    "golombek2003",
    "hartmann2005",
    "pike1977",
    "silvestro2020",
    "zimbelman2010",
)


def jezero_like_terrain(site: "SiteParameters") -> Terrain:
    """The built-in Jezero-like place laid under a site: its origin has the site's elevation, whatever planet and place that is."""
    arrays = _load_or_build()
    maps = {
        number: Character(**{name: _grid(LEVELS[number], arrays[f"{name}_{number}"], STEP) for name in MAPS})
        for number in (0, 1)
    }
    levels = [
        Level(
            _grid(LEVELS[number], arrays[f"height_{number}"], 1.0),
            maps[min(number, 1)],
            synthesised=True,
            fade=24.0 * LEVELS[number][1],
        )
        for number in range(len(LEVELS))
    ]
    return Terrain("jezero_like", site, tuple(reversed(levels)), jezero_like.DETAIL, SOURCES)


def _grid(level: tuple[float, float], values: np.ndarray, scale: float) -> Grid:
    half, spacing = level
    return Grid(-half, -half, spacing, values.astype(np.float32) * np.float32(scale) if scale != 1.0 else values)


def build(levels: tuple[tuple[float, float], ...] = LEVELS) -> dict[str, np.ndarray]:
    """Heights above the ground at the origin [m, float32, multiples of `QUANTUM`] and maps of the character [uint16, in steps of `STEP`].

    `levels` are half width and spacing [m] of four levels, coarse to fine; others than the real ones are for tests.
    """
    arrays: dict[str, np.ndarray] = {}
    for number, (half, spacing) in enumerate(levels):
        east, north = square(half, spacing)
        if number < 3:
            layers = in_tiles(partial(_designed, spacing=spacing, maps=number < 2), east, north)
        else:
            upper = Grid(-levels[2][0], -levels[2][0], levels[2][1], arrays["height_2"])
            maps = {name: _grid(levels[1], arrays[f"{name}_1"], STEP) for name in ("roughness", "ripples")}
            layers = in_tiles(partial(_refined, spacing=spacing, upper=upper, maps=maps), east, north)
        arrays[f"height_{number}"] = (np.round(layers[:, 0] * (1.0 / QUANTUM)) * QUANTUM).astype(np.float32)
        if number < 2:
            for k, name in enumerate(MAPS):
                arrays[f"{name}_{number}"] = np.clip(np.round(layers[:, 1 + k] * (1.0 / STEP)), 0, 65535).astype(
                    np.uint16
                )
    return _anchored(arrays)


def _designed(east: np.ndarray, north: np.ndarray, spacing: float, maps: bool) -> np.ndarray:
    """Elevation and, where asked for, the maps of a tile: (rows, 1 + maps, columns)."""
    z, character = jezero_like.structure(east, north, maps)
    z = z + jezero_like.DETAIL.relief(east, north, character, spacing, 1e9)
    layers = [np.broadcast_to(getattr(character, name), z.shape) for name in MAPS] if maps else []
    return np.stack([z, *layers], axis=1)


def _refined(east: np.ndarray, north: np.ndarray, spacing: float, upper: Grid, maps: dict[str, Grid]) -> np.ndarray:
    """The next coarser level's elevation with the features that it cannot show: (rows, 1, columns)."""
    here = {name: grid.at(east, north) for name, grid in maps.items()}
    character = Character(**here, rock_abundance=0.0, reflectance=0.0, redness=0.0)
    z = upper.at(east, north) + jezero_like.DETAIL.relief(east, north, character, spacing, upper.spacing)
    return z[:, None, :]


def _anchored(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Heights relative to the ground at the origin of the finest level."""
    heights = sorted(name for name in arrays if name.startswith("height_"))
    finest = arrays[heights[-1]]
    zero = finest[finest.shape[0] // 2, finest.shape[1] // 2]
    for name in heights:
        arrays[name] = arrays[name] - zero
    return arrays


def digest(arrays: dict[str, np.ndarray]) -> str:
    """SHA-256 of all arrays."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        total.update(name.encode() + np.ascontiguousarray(arrays[name]).tobytes())
    return total.hexdigest()


def cache_folder() -> Path:
    """Where the built terrain is kept: SKYCRANE_CACHE, else ~/.cache/skycrane."""
    named, base = os.environ.get("SKYCRANE_CACHE"), os.environ.get("XDG_CACHE_HOME")
    root = Path(named) if named else (Path(base) if base else Path.home() / ".cache") / "skycrane"
    return root / "terrain"


def is_built() -> bool:
    """Whether the site lies in the cache folder already."""
    return _path().is_file()


def _path() -> Path:
    return cache_folder() / f"jezero_like-{_source_digest()}.npz"


def _load_or_build() -> dict[str, np.ndarray]:
    path = _path()
    try:
        with np.load(path) as stored:
            return {name: stored[name] for name in stored.files}
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        path.unlink(missing_ok=True)  # cut short by something: built anew, never trusted
    arrays = build()
    _keep(path, arrays)
    return arrays


def _keep(path: Path, arrays: dict[str, np.ndarray]) -> None:
    beside = path.with_name(f".{path.stem}.{os.getpid()}.npz")
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time, nothing else
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as out:
                np.savez(out, **arrays)  # type: ignore[arg-type]
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    for old in sorted(path.parent.glob("jezero_like-*.npz"), key=lambda p: p.stat().st_mtime)[:-2]:
        old.unlink(missing_ok=True)  # 80 MB each; two versions of the program may live side by side


def _source_digest() -> str:
    """Changes when any text that the heights depend on changes."""
    here = Path(__file__).parent
    names = ("chance", "lattice", "craters", "ripples", "detail", "levels", "jezero_like", "built_in")
    text = b"".join((here / f"{name}.py").read_bytes() for name in names)
    return hashlib.sha256(text).hexdigest()[:16]
