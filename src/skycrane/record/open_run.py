"""Open a run folder: everything a reader needs, or one sentence that says what is wrong with it and what to run."""

import json
import shlex
import tomllib
from pathlib import Path
from typing import Any

from skycrane.core.errors import InputError
from skycrane.record.ensemble_folder import ABOUT as ENSEMBLE
from skycrane.record.event import Event
from skycrane.record.flight_record import FlightRecord
from skycrane.record.integrity import again, require_as_written, without_hashes
from skycrane.record.run_folder import CHANNELS_FILE, EVENTS, HASHED, MISSION, OUTCOME, PROVENANCE, RUN_FILES, WRITTEN
from skycrane.record.schema.channel import SCHEMA_VERSION


def open_run(path: str | Path) -> FlightRecord:
    """The flight record of a run folder. Needs no engine and no jax.

    InputError names the file that is missing, damaged, edited after the flight, or too new.
    """
    folder = Path(path)
    _require_folder(folder)
    provenance = read_provenance(folder)
    require_as_written(folder, provenance, HASHED)
    return FlightRecord(
        channels=_channels(folder),
        events=_events(folder),
        outcome=_object(folder / OUTCOME),
        mission=_mission(folder / MISSION),
        provenance=without_hashes(provenance, WRITTEN),
    )


def read_provenance(path: str | Path) -> dict[str, Any]:
    """Only the provenance of a run folder: who flew what with which versions; the schema is checked."""
    folder = Path(path)
    _require_folder(folder)
    provenance = _object(folder / PROVENANCE)
    _require_schema(folder / PROVENANCE, provenance.get("schema"))
    return provenance


def _require_folder(folder: Path) -> None:
    if not folder.is_dir():
        if folder.is_file():
            raise InputError(f"{folder} is a file; expected a run folder, which holds {', '.join(RUN_FILES)}")
        raise InputError(
            f"{folder} does not exist; expected a run folder, made with: skycrane land --out {shlex.quote(str(folder))}"
        )
    missing = [name for name in RUN_FILES if not (folder / name).is_file()]
    if missing and (folder / ENSEMBLE).is_file():
        raise InputError(
            f"{folder} is an ensemble folder, expected that of one flight; `skycrane refly {shlex.quote(str(folder))} CASE` makes one of "
            "any of its cases"
        )
    if missing:
        remedy = "give the folder of a run" if PROVENANCE in missing else again(folder)
        raise InputError(f"{folder} lacks {', '.join(missing)}, which a run folder has; {remedy}")


def _require_schema(file: Path, version: Any) -> None:
    if not isinstance(version, int) or isinstance(version, bool):
        raise InputError(
            f"{file} does not say which schema it follows (expected a number up to {SCHEMA_VERSION}); {again(file.parent)}"
        )
    if version > SCHEMA_VERSION:
        raise InputError(
            f"{file} follows schema {version}, this program knows up to {SCHEMA_VERSION}; run: pip install --upgrade skycrane"
        )


def _channels(folder: Path) -> Any:
    from skycrane.record.channels_dataset import read_channels

    file = folder / CHANNELS_FILE
    try:
        channels = read_channels(file)
    except (OSError, ValueError, RuntimeError, KeyError):
        raise InputError(f"{file} is truncated or damaged (expected netCDF-4); {again(file.parent)}") from None
    _require_schema(file, _number(channels.attrs.get("skycrane_schema")))
    if "time" not in channels.dims:
        raise InputError(f"{file} has no dimension time; {again(file.parent)}")
    return channels


def _events(folder: Path) -> list[Event]:
    file = folder / EVENTS
    rows = _json(file)
    try:
        return [Event.from_dict(row) for row in rows]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError(
            f"{file} is damaged (expected a list of events, each with key, label and t_s); {again(file.parent)}"
        ) from None


def _mission(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
        tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise InputError(f"{file} is truncated or damaged (expected TOML); {again(file.parent)}") from None
    return text


def _object(file: Path) -> dict[str, Any]:
    content = _json(file)
    if not isinstance(content, dict):
        raise InputError(f"{file} is damaged (expected a JSON object); {again(file.parent)}")
    return content


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        raise InputError(f"{file} is truncated or damaged (expected JSON); {again(file.parent)}") from None


def _number(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else int(value)
