"""The mission and planet files that ship with the program, and how a name or a path finds its file."""

import pathlib

from skycrane.core.errors import InputError
from skycrane.mission.schema import suggestion

PRESETS = pathlib.Path(__file__).parent / "presets"
PLANETS = pathlib.Path(__file__).parent / "planets"
FLOWN_ENDING = "_flown"


def mission_names() -> tuple[str, ...]:
    """The missions that ship with the program."""
    return tuple(name for name in _names(PRESETS) if not name.endswith(FLOWN_ENDING))


def planet_names() -> tuple[str, ...]:
    """The planets that ship with the program."""
    return tuple(name for name in _names(PLANETS) if not name.endswith(FLOWN_ENDING))


def find_mission(name_or_path: str | pathlib.Path, beside: pathlib.Path | None = None) -> tuple[pathlib.Path, str]:
    """The file of a mission, and how errors name it; a path in a file counts from the folder of that file, `beside`."""
    return _find(name_or_path, beside, PRESETS, mission_names(), "mission")


def find_planet(name_or_path: str, beside: pathlib.Path | None = None) -> tuple[pathlib.Path, str]:
    """The file of a planet, and how errors name it."""
    return _find(name_or_path, beside, PLANETS, planet_names(), "planet")


def _find(
    name_or_path: str | pathlib.Path,
    beside: pathlib.Path | None,
    folder: pathlib.Path,
    names: tuple[str, ...],
    what: str,
) -> tuple[pathlib.Path, str]:
    shown = str(name_or_path)
    if shown in names:
        return folder / f"{shown}.toml", f"{shown}.toml"
    path = pathlib.Path(name_or_path).expanduser()
    path = path if beside is None else beside / path
    if isinstance(name_or_path, pathlib.Path) or shown.endswith(".toml") or "/" in shown or "\\" in shown:
        return path, shown
    ending = next((each for each in ("", ".toml") if pathlib.Path(f"{path}{each}").is_file()), None)
    hint = suggestion(shown, names, many=0) if ending is None else f"; did you mean the file ./{shown}{ending}?"
    hint = hint if hint.startswith("; did") else ""
    raise InputError(
        f'there is no {what} "{shown}", must be one of {", ".join(names)} or the path of a TOML file{hint}'
    )


def _names(folder: pathlib.Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.toml"))
