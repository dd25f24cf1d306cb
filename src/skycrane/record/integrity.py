"""Whether the files of a run folder are still those that were written, and the command that makes them anew when they are not.

Their SHA-256 stand in provenance.json. It guards against damage and against edits that somebody forgot, not against forgery.
"""

import hashlib
import json
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from skycrane.core.errors import InputError
from skycrane.record.provenance import MISSION_FILE, PROVENANCE_FILE, flown_by


def with_hashes(provenance: Mapping[str, Any], folder: Path, names: Iterable[str]) -> dict[str, Any]:
    """The provenance as it is stored: with the SHA-256 of these files of the folder."""
    hashes = {name: file_hash(folder / name) for name in names}
    return {**provenance, "sha256": {**provenance.get("sha256", {}), **hashes}}


def without_hashes(provenance: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The provenance as it was before it was stored."""
    gone = set(names)
    stored = provenance.get("sha256")
    kept = {key: value for key, value in stored.items() if key not in gone} if isinstance(stored, Mapping) else {}
    return {**provenance, "sha256": kept}


def require_as_written(folder: Path, provenance: Mapping[str, Any], names: Iterable[str]) -> None:
    """InputError for the first of these files that is not what provenance.json says; one without a hash there is not looked at."""
    for name in names:
        expected = _expected(provenance, name)
        if expected is not None and (found := file_hash(folder / name)) != expected:
            raise InputError(
                f"{folder / name} is damaged or was edited after the flight (SHA-256 {found[:12]}…, expected {expected[:12]}… as "
                f"provenance.json says); {again(folder)}"
            )


def again(folder: Path) -> str:
    """How to fly a run again, also one whose folder can no longer be trusted: a command that can be pasted as it stands."""
    known = _readable(folder / PROVENANCE_FILE)
    seed = known.get("seed") if isinstance(known.get("seed"), int) else None
    case = stored if isinstance(stored := known.get("case"), int) else 0
    mission = folder / MISSION_FILE
    if mission.is_file() and file_hash(mission) == _expected(known, MISSION_FILE):
        command = flown_by(str(mission), seed, case=case)
    elif isinstance(known.get("command"), str):
        command = known["command"]
    else:
        command = flown_by(str(known.get("mission") or "mars2020"), seed, case=case)
    return f"fly it again with: {command} --out {shlex.quote(f'{folder}-again')}"


def file_hash(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _expected(provenance: Mapping[str, Any], name: str) -> str | None:
    stored = provenance.get("sha256")
    found = stored.get(name) if isinstance(stored, Mapping) else None
    return found if isinstance(found, str) else None


def _readable(file: Path) -> dict[str, Any]:
    """What a JSON file says, as far as it can be read at all."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
