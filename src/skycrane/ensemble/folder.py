"""The ensemble folder while it is being filled: who it belongs to, which cases are safe, and how it is put together at the end."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from skycrane.core.errors import InputError
from skycrane.ensemble.case_file import DamagedFile, Stored, hash_of, path_of, read_cases, replace_file, write_cases
from skycrane.ensemble.kept import Batch
from skycrane.ensemble.order import Order
from skycrane.ensemble.trajectory_store import TrajectoryStore
from skycrane.flight.engine import WIDTH
from skycrane.record.ensemble_folder import (
    ABOUT,
    CASES,
    ENSEMBLE_SCHEMA,
    KEPT,
    MISSION,
    SUMMARY,
    read_about,
    resume_command,
)
from skycrane.record.json_text import to_json

#: what an ensemble that is continued has to agree on: key of ensemble.json -> how a person calls it
SAME = {
    "mission_identity": "mission",
    "seed": "seed",
    "every_s": "time between samples",
    "versions": "version",
    "engine": "engine's source",
    "width": "number of lanes (SKYCRANE_LANES)",
}


class EnsembleFolder:
    """A folder of cases of one order. InputError when it cannot be used for it."""

    def __init__(self, path: Path, order: Order, n: int, about: dict[str, Any], resume: bool) -> None:
        self.path, self.order, self.n = path, order, n
        self.about = {**about, "n": n, "complete": False}
        self.identity = _identity(about)
        self.damaged: list[str] = []
        self.safe: dict[int, int] = {}  # first case of a file -> its number of cases
        if (path / ABOUT).exists() and resume:
            self._compare(read_about(path))
        elif path.exists() and any(path.iterdir()) if path.is_dir() else path.exists():
            raise InputError(f"{path} exists already; continue it with --resume, or choose another folder with --out")
        self._prepare()
        if resume:
            self._find_safe()

    def _compare(self, before: dict[str, Any]) -> None:
        for key, name in SAME.items():
            if before.get(key) != self.about.get(key):
                raise InputError(
                    f"{self.path} cannot be continued: {_difference(name, key, before, self.about, self.path, self.order)}"
                )

    def _prepare(self) -> None:
        with writing(self):
            (self.path / CASES).mkdir(parents=True, exist_ok=True)
            replace_file(self.path / MISSION, self.order.mission.encode())
            replace_file(self.path / ABOUT, to_json(self.about).encode())
            self.store = TrajectoryStore(self.path, self.order, self.n)

    def _find_safe(self) -> None:
        """Look every finished file over, with the files that it vouches for; what is damaged is named and flown again."""
        for file in sorted((self.path / CASES).glob("*.cases")):
            try:
                stored = read_cases(file, self.identity)
                for name, digest in stored.hashes.items():
                    if not (self.path / name).is_file() or hash_of(self.path / name) != digest:
                        raise DamagedFile(f"vouches for {name}, which is missing or damaged")
            except DamagedFile as fault:
                self.damaged.append(f"{file} {fault}: its cases are flown again")
                file.unlink()
                continue
            if stored.first < self.n and stored.count >= min(WIDTH, self.n - stored.first):
                self.safe[stored.first] = stored.count

    def missing(self) -> list[int]:
        """First cases of the batches that are still to be flown."""
        return [first for first in range(0, self.n, WIDTH) if first not in self.safe]

    @property
    def done(self) -> int:
        """Cases that are safe."""
        return sum(min(count, self.n - first) for first, count in self.safe.items())

    def add(self, batch: Batch) -> None:
        """Make the cases of a batch safe."""
        with writing(self):
            file = self.store.write(batch.first, batch.samples)
            hashes = {str(file.relative_to(self.path)): hash_of(file)}
            for case, record in batch.kept.items():
                record.save(self.path / KEPT / f"{case:06d}", overwrite=True)
            stored = Stored(batch.first, batch.numbers, batch.words, batch.fingerprint, hashes)
            write_cases(path_of(self.path / CASES, batch.first), stored, self.identity)
        self.safe[batch.first] = batch.count

    def cases(self, until: int) -> Iterator[Stored]:
        """The stored cases in order, up to a number."""
        for first in range(0, until, WIDTH):
            yield read_cases(path_of(self.path / CASES, first), self.identity)

    def put_together(self) -> Any:
        """The summary of all cases, as a data frame, and as summary.parquet."""
        frame = summary_of(list(self.cases(self.n)), self.n)
        with writing(self):
            beside = self.path / f".{SUMMARY}.unfinished"
            frame.to_parquet(beside, compression="zstd")
            beside.replace(self.path / SUMMARY)
        return frame

    def shorten(self, n: int) -> None:
        """The ensemble ends with n cases; what was flown beyond is let go."""
        for first in [each for each in self.safe if each >= n]:
            path_of(self.path / CASES, first).unlink(missing_ok=True)
            del self.safe[first]
        self.n = n
        self.about["n"] = n
        with writing(self):
            self.store = TrajectoryStore(self.path, self.order, n)

    def write(self, name: str, text: str) -> None:
        """One of the small files of the folder."""
        with writing(self):
            replace_file(self.path / name, text.encode())

    def finish(self) -> None:
        """Say that all is there."""
        self.about["complete"] = True
        self.write(ABOUT, to_json(self.about))


class writing:
    """Turns a full or vanished disk into one sentence that says what is safe and how to go on."""

    def __init__(self, folder: EnsembleFolder) -> None:
        self.folder = folder

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, OSError) or (isinstance(error, InputError) and isinstance(error.__cause__, OSError)):
            f = self.folder
            why = getattr(error, "strerror", None) or str(error)
            raise InputError(
                f"cannot write {f.path}: {why}; {f.done} of {f.n} cases are safe, make room and continue with: "
                f"{resume_command(f.path, f.about)}"
            ) from error


def summary_of(stored: list[Stored], n: int) -> Any:
    """A data frame with a row a case; columns in the order of the story, those of the outcome by name."""
    import pandas as pd

    names = list(dict.fromkeys(name for each in stored for name in each.numbers))
    fixed = [name for name in names if not name.startswith("outcome.")]
    names = [*[name for name in fixed if not name.startswith(("figure.", "flown."))], *sorted(set(names) - set(fixed)),
             *[name for name in fixed if name.startswith(("figure.", "flown."))]]  # fmt: skip
    columns: dict[str, Any] = {
        word: [x for each in stored for x in each.words[word]][:n] for word in ("outcome", "losses", "sentence")
    }
    for name in names:
        parts = [each.numbers[name] if name in each.numbers else np.full(each.count, np.nan) for each in stored]
        columns[name] = np.concatenate(parts)[:n]
    columns["fingerprint"] = np.concatenate([each.fingerprint for each in stored])[:n]
    columns["success"] = columns["success"] > 0.5
    return pd.DataFrame(columns, index=pd.RangeIndex(n, name="case"))


def about_of(order: Order, mission: Any) -> dict[str, Any]:
    """Who an ensemble belongs to: everything that decides about its bytes."""
    from skycrane.flight import engine
    from skycrane.flight.programs import source_digest
    from skycrane.record.provenance import describe_provenance

    made = describe_provenance(
        mission_name=mission.name, mission_toml=order.mission, seed=order.seed, sources=mission.sources
    )
    return {
        "schema": ENSEMBLE_SCHEMA,
        "mission": mission.name,
        "mission_identity": mission.identity,
        "seed": order.seed,
        "every_s": order.every,
        "versions": made["versions"],
        "engine": source_digest(),
        "xla_flags": engine.FLAGS,
        "width": WIDTH,
        "sources": made["sources"],
        "platform": made["platform"],
    }


def _identity(about: dict[str, Any]) -> str:
    import hashlib

    text = json.dumps({key: about.get(key) for key in SAME}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _difference(name: str, key: str, before: dict[str, Any], now: dict[str, Any], path: Path, order: Order) -> str:
    """What differs, in words."""
    if key == "versions":
        old, new = before.get(key) or {}, now[key]
        other = next(each for each in sorted({*old, *new}) if old.get(each) != new.get(each))
        return f"it was flown with {other} {old.get(other)}, this is {new.get(other)}"
    if key == "mission_identity":
        return f"it was flown with another mission, {_first_change(path, order) or before.get('mission')}"
    if key == "engine":
        return "it was flown with another state of the source code of skycrane"
    return f"its {name} is {before.get(key)}, asked for is {now[key]}"


def _first_change(path: Path, order: Order) -> str:
    """The first numbers in which two missions differ."""
    from skycrane.mission import load_mission, read_mission_text
    from skycrane.mission.address import dotted_names, find, get

    try:
        old = load_mission(path / MISSION).table
    except InputError:
        return ""
    new = read_mission_text(order.mission).table
    names = dict.fromkeys([*dotted_names(old), *dotted_names(new)])
    changed = []
    for name in names:
        values = []
        for table in (old, new):
            try:
                values.append(get(table, find(table, name)))
            except KeyError:
                values.append("nothing")
        if values[0] != values[1] and not isinstance(values[0], (dict, list)):
            changed.append(f"{name} was {values[0]}, is {values[1]}")
    more = f" and {len(changed) - 2} more" if len(changed) > 2 else ""
    return "; ".join(changed[:2]) + more
