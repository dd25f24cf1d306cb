"""The user's own terrains: a name for each set of map files, kept as a small file in the user's data folder."""

import hashlib
import json
import os
import re
import tomllib
from pathlib import Path

from skycrane.core.errors import InputError
from skycrane.mission.ground import BUILT_IN, LEVEL
from skycrane.terrain.datum import DATUMS
from skycrane.terrain.measured import MapFiles

__all__ = ["BUILT_IN", "LEVEL", "add", "added_names", "data_folder", "read", "sha256"]


def data_folder() -> Path:
    """Where the user's terrains are listed and fetched maps are kept: SKYCRANE_DATA, else ~/.local/share/skycrane."""
    named, base = os.environ.get("SKYCRANE_DATA"), os.environ.get("XDG_DATA_HOME")
    root = Path(named) if named else (Path(base) if base else Path.home() / ".local" / "share") / "skycrane"
    return root / "terrain"


def added_names() -> list[str]:
    """The terrains that the user has added."""
    return sorted(path.parent.name for path in data_folder().glob("*/terrain.toml"))


def add(files: MapFiles, overwrite: bool = False) -> Path:
    """Keep a terrain under its name; the files stay where they are. Returns the file written."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", files.name):
        raise InputError(f"a terrain's name is made of letters, digits, '_', '-' and '.', not {files.name!r}")
    if files.name in (BUILT_IN, LEVEL):
        raise InputError(f"{files.name!r} is the built-in terrain; choose another name")
    if files.datum not in DATUMS:
        raise InputError(f"--datum {files.datum!r} is not known; it is one of {', '.join(DATUMS)}")
    path = data_folder() / files.name / "terrain.toml"
    if path.exists() and not overwrite:
        raise InputError(f"there is a terrain {files.name!r} already ({path}); --overwrite replaces it")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".tmp")
    try:
        beside.write_text(_text(files), encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def read(path: Path) -> MapFiles:
    """A terrain.toml; map files are named relative to it. Files that changed since they were added are refused."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not a TOML file ({error})") from error
    unknown = set(content) - {"name", "datum", "units", "sources", "models", "images", "sizes"}
    if unknown:
        raise InputError(f"{path}: {sorted(unknown)[0]!r} is not a key of a terrain")
    if content.get("datum") not in DATUMS:
        raise InputError(f"{path}: datum is {content.get('datum')!r}, it is one of {', '.join(DATUMS)}")
    models, images = (tuple(str(path.parent / name) for name in content.get(key, [])) for key in ("models", "images"))
    for name, size in content.get("sizes", {}).items():
        file = path.parent / name
        if file.exists() and file.stat().st_size != size:
            raise InputError(
                f"{file} has {file.stat().st_size} bytes, it had {size} when terrain {content.get('name')!r} was added"
            )
    return MapFiles(
        content.get("name", path.parent.name),
        models,
        images,
        content["datum"],
        content.get("units"),
        tuple(content.get("sources", ())),
    )


def _text(files: MapFiles) -> str:
    """TOML of a terrain; JSON's strings and lists are TOML's."""
    lines = [
        f"name = {json.dumps(files.name)}",
        f"datum = {json.dumps(files.datum)}  # what heights are counted from",
        *([f"units = {json.dumps(files.units)}"] if files.units else []),
        f"models = {json.dumps([str(Path(p).resolve()) for p in files.models])}",
        f"images = {json.dumps([str(Path(p).resolve()) for p in files.images])}",
        f"sources = {json.dumps(list(files.sources))}",
        "",
        "[sizes]  # [bytes] when added",
        *(f"{json.dumps(str(Path(p).resolve()))} = {Path(p).stat().st_size}" for p in (*files.models, *files.images)),
    ]
    return "\n".join(lines) + "\n"


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
