"""The run folder: the one contract between those who fly and those who read.

It is made under another name beside its place and renamed when complete, so a folder that is there is whole. Whatever is wrong with a
folder is said in one sentence: which file, what was expected, what to run.
"""

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from skycrane.core.errors import DISK_FULL, InputError
from skycrane.core.interruption import undisturbed
from skycrane.record.folder_swap import take_place
from skycrane.record.integrity import with_hashes
from skycrane.record.json_text import to_json
from skycrane.record.provenance import MISSION_FILE, PROVENANCE_FILE

if TYPE_CHECKING:
    from skycrane.record.flight_record import FlightRecord

MISSION, PROVENANCE, CHANNELS_FILE, EVENTS, OUTCOME = (
    MISSION_FILE,
    PROVENANCE_FILE,
    "flight.nc",
    "events.json",
    "outcome.json",
)
#: The files without which a folder is no run.
RUN_FILES = (MISSION, PROVENANCE, CHANNELS_FILE, EVENTS, OUTCOME)
#: What the flight gave, and all files whose SHA-256 stand in provenance.json.
WRITTEN = (CHANNELS_FILE, EVENTS, OUTCOME)
HASHED = (MISSION, *WRITTEN)
_UNFINISHED = ".skycrane-unfinished-"


@dataclass(frozen=True)
class KindOfFolder:
    """A folder that is written whole: what it is called, and the files by which one is known again."""

    called: str
    known_by: frozenset[str]


RUN = KindOfFolder("run folder", frozenset((PROVENANCE, OUTCOME)))


def is_run(folder: Path) -> bool:
    """Whether a folder is that of a flight, by the files in it; whether they are whole is not looked at."""
    return all((folder / name).is_file() for name in RUN.known_by)


def check_destination(path: str | Path, overwrite: bool = False, kind: KindOfFolder = RUN) -> None:
    """Refuse, before any work is done, a place where a folder of that kind cannot be written; InputError says why.

    It is tried, not asked: what the system says about rights is not true of every place.
    """
    place = Path(path)
    try:
        there = _what_is_there(place, kind)
        above = _nearest_folder(place)
        with undisturbed():
            os.rmdir(tempfile.mkdtemp(prefix=_UNFINISHED, dir=above))
    except (OSError, ValueError) as problem:
        raise _cannot_write(place, problem) from None
    if there not in ("", kind.called):
        raise InputError(f"{place} is {there}, not a {kind.called}, and is left alone; choose another output folder")
    if there == kind.called and not overwrite:
        raise InputError(
            f"{place} exists already; choose another output folder or allow it to be replaced with --overwrite"
        )


@contextmanager
def new_run_folder(path: str | Path, overwrite: bool = False, kind: KindOfFolder = RUN) -> Iterator[Path]:
    """A folder to write a run into; it takes its place at `path` when the block ends well, and vanishes when it does not."""
    place = Path(path)
    check_destination(place, overwrite, kind)
    workshop: Path | None = None
    try:
        place.absolute().parent.mkdir(parents=True, exist_ok=True)
        with undisturbed():
            workshop = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=place.absolute().parent))
        made = workshop / "run"
        made.mkdir()
        yield made
        with undisturbed():
            if place.exists() or place.is_symlink():
                check_destination(place, overwrite, kind)
            take_place(made, place, workshop / "replaced")
    except OSError as problem:
        raise _cannot_write(place, problem) from problem
    except InputError as refused:  # a file inside could not be written: it is the run folder that a person asked for
        if isinstance(refused.__cause__, OSError):
            raise _cannot_write(place, refused.__cause__) from refused
        raise
    finally:
        if workshop is not None:
            with undisturbed():
                shutil.rmtree(workshop, ignore_errors=True)


def write_run(record: "FlightRecord", folder: Path) -> None:
    """Write the five files of a run into an existing folder."""
    from skycrane.record.channels_dataset import write_channels

    (folder / MISSION).write_text(record.mission, encoding="utf-8")
    write_channels(record.channels, folder / CHANNELS_FILE)
    (folder / EVENTS).write_text(to_json([each.to_dict() for each in record.events]), encoding="utf-8")
    (folder / OUTCOME).write_text(to_json(record.outcome), encoding="utf-8")
    provenance = with_hashes(record.provenance, folder, WRITTEN)
    (folder / PROVENANCE).write_text(to_json(provenance), encoding="utf-8")


def write_beside(path: Path, text: str) -> None:
    """Replace one text file so that a crash leaves either the old one or the new one; InputError when it cannot be written."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.absolute().parent)
    except OSError as problem:
        raise _cannot_write(path, problem, "place") from problem
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except OSError as problem:
        raise _cannot_write(path, problem, "place") from problem
    finally:
        Path(name).unlink(missing_ok=True)


def _what_is_there(place: Path, kind: KindOfFolder) -> str:
    """What the kind is called for one of them, nothing where one may be put (no such place, or an empty folder), else what it is in words.

    Only its own kind is ever replaced: --overwrite with a wrong path must not cost anybody their files.
    """
    try:
        mode = os.lstat(place).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return ""
    if not stat.S_ISDIR(mode):
        return "a link" if stat.S_ISLNK(mode) else "a file"
    inside = set(os.listdir(place))
    if kind.known_by <= inside:
        return kind.called
    return "a folder with other files" if inside else ""


def _cannot_write(place: Path, problem: OSError | ValueError, what: str = "output folder") -> InputError:
    """The sentence of a place that cannot be written."""
    full = getattr(problem, "errno", None) in DISK_FULL
    why = "no space is left on the disk" if full else getattr(problem, "strerror", None) or str(problem)
    why = "nothing can be made there" if isinstance(problem, FileNotFoundError) else why
    return InputError(f"cannot write {place}: {why}; {'free some space, or ' if full else ''}choose another {what}")


def _nearest_folder(place: Path) -> Path:
    above = place.absolute().parent
    while not above.exists():
        above = above.parent
    if not above.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{above} is not a folder")
    return above


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
