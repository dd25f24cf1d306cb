"""The file of one batch of cases: columns as plain bytes behind a line that says what they are, and a hash at the end.

It is written beside its place and renamed, after the trajectories that it vouches for: a file that is there and whole means that all of
its cases are safe. The same cases give the same bytes.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

_DIGEST = 32


class DamagedFile(Exception):
    """A file that is not what was written; the text says how."""


@dataclass
class Stored:
    """The cases of one file."""

    first: int
    numbers: dict[str, np.ndarray]
    words: dict[str, list[str]]
    fingerprint: np.ndarray
    hashes: dict[str, str]  # of the other files of these cases, by their path in the ensemble folder

    @property
    def count(self) -> int:
        """Number of cases."""
        return len(self.fingerprint)


def path_of(folder: Path, first: int) -> Path:
    """Where the cases from `first` on stand."""
    return folder / f"{first:09d}.cases"


def write_cases(path: Path, cases: Stored, identity: str) -> None:
    """Write the file, whole or not at all; `identity` names the ensemble that it belongs to."""
    header = {
        "identity": identity,
        "first": cases.first,
        "count": cases.count,
        "columns": list(cases.numbers),
        "words": cases.words,
        "hashes": cases.hashes,
    }
    line = json.dumps(header, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
    matrix = np.stack([*cases.numbers.values()]).astype("<f8").tobytes()
    content = line + matrix + cases.fingerprint.astype("<u8").tobytes()
    replace_file(path, content + hashlib.sha256(content).digest())


def read_cases(path: Path, identity: str) -> Stored:
    """The cases of a file; DamagedFile when it is truncated, altered, or belongs to another ensemble."""
    content = path.read_bytes()
    body, digest = content[:-_DIGEST], content[-_DIGEST:]
    if len(content) <= _DIGEST or hashlib.sha256(body).digest() != digest:
        raise DamagedFile("is truncated or damaged")
    line, _, data = body.partition(b"\n")
    header: dict[str, Any] = json.loads(line)
    if header["identity"] != identity:
        raise DamagedFile("belongs to another ensemble")
    count, names = header["count"], header["columns"]
    size = 8 * count * len(names)
    matrix = np.frombuffer(data[:size], "<f8").reshape(len(names), count)
    fingerprint = np.frombuffer(data[size:], "<u8")
    return Stored(
        header["first"], dict(zip(names, matrix, strict=True)), header["words"], fingerprint, header["hashes"]
    )


def replace_file(path: Path, content: bytes) -> None:
    """Write beside, then rename: never half a file, and nothing left behind when it cannot be written."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def hash_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
