"""Where a run comes from: versions, seed, machine, hashes of the inputs, sources, and the command that flies it again.

This is the only file of a run folder that knows the wall clock and the machine; all others depend on mission and seed alone.
"""

import functools
import hashlib
import platform
import shlex
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from skycrane.record.schema.channel import SCHEMA_VERSION

#: the mission as it was flown, and this file, in the run folder
MISSION_FILE, PROVENANCE_FILE = "mission.toml", "provenance.json"
_WATCHED = ("skycrane", "jax", "jaxlib", "numpy", "scipy", "xarray", "netCDF4")


def describe_provenance(
    *,
    mission_name: str,
    mission_toml: str,
    seed: int | None,
    sources: Iterable[str],
    inputs: Mapping[str, str | bytes | Path] | None = None,
    settings: Mapping[str, Any] | None = None,
    cost: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """The content of provenance.json.

    `sources` are the BibTeX keys behind the models and numbers used; `inputs` are further things that the flight depended on (text,
    bytes or a file), recorded by hash; `settings` what else decides about bits (device, threads, flags); `cost` seconds and bytes spent.
    """
    hashes = {MISSION_FILE: _sha256(mission_toml)}
    hashes.update({name: _sha256(content) for name, content in (inputs or {}).items()})
    return {
        "schema": SCHEMA_VERSION,
        "mission": mission_name,
        "seed": seed,
        "fly_again": fly_again(seed),
        "versions": dict(_versions()),
        "platform": _platform(),
        "settings": dict(settings or {}),
        "sha256": hashes,
        "sources": sorted(set(sources)),
        "made_utc": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "cost": dict(cost or {}),
    }


def fly_again(seed: int | None, mission: str | Path = f"./{MISSION_FILE}") -> str:
    """The command that flies the same flight once more; as it stands, to be given in the run folder."""
    return flown_by(str(mission), seed) + " --out AGAIN"


def flown_by(mission: str, seed: int | None, changes: Mapping[str, str] | None = None) -> str:
    """The command that flies a mission (a name or a file) with a seed and changes, ready for a shell; the run folder is left open."""
    words = ["skycrane", "land", mission]
    words += [] if seed is None else ["--seed", str(seed)]
    words += [word for key, value in (changes or {}).items() for word in ("--set", f"{key}={value}")]
    return shlex.join(words)


@functools.cache
def _versions() -> dict[str, str | None]:
    found: dict[str, str | None] = {"python": platform.python_version()}
    for name in _WATCHED:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found


def _platform() -> dict[str, str]:
    return {"system": platform.platform(), "machine": platform.machine(), "host": platform.node()}


def _sha256(content: str | bytes | Path) -> str:
    data = (
        content.read_bytes() if isinstance(content, Path) else content.encode() if isinstance(content, str) else content
    )
    return hashlib.sha256(data).hexdigest()
