"""The run folder: the one contract between those who fly and those who read.

It is made under another name beside its place and renamed when complete, so a folder that is there is whole. Whatever is wrong with a
folder is said in one sentence: which file, what was expected, what to run.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from skycrane.core.errors import InputError
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


def check_destination(path: str | Path, overwrite: bool = False) -> None:
    """Refuse, before any work is done, a place where a run folder cannot be written; InputError says why."""
    place = Path(path)
    if place.exists() or place.is_symlink():
        if not overwrite:
            raise InputError(
                f"{place} exists already; choose another output folder or allow it to be replaced with --overwrite"
            )
        if not _may_be_replaced(place):
            raise InputError(
                f"{place} is not a run folder, so --overwrite will not delete it; choose another output folder"
            )
    above = _nearest_folder(place)
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise InputError(
            f"cannot write {place}: {above} is not a folder you may write to; choose another output folder"
        )


@contextmanager
def new_run_folder(path: str | Path, overwrite: bool = False) -> Iterator[Path]:
    """A folder to write a run into; it takes its place at `path` when the block ends well, and vanishes when it does not."""
    place = Path(path)
    check_destination(place, overwrite)
    try:
        place.absolute().parent.mkdir(parents=True, exist_ok=True)
        workshop = Path(tempfile.mkdtemp(prefix=f".{place.name}.unfinished-", dir=place.absolute().parent))
    except OSError as problem:
        raise InputError(f"cannot write {place}: {problem.strerror}; choose another output folder") from None
    made = workshop / "run"
    try:
        made.mkdir()
        yield made
        _take_place(made, place, workshop, overwrite)
    except OSError as problem:
        raise InputError(
            f"cannot write {place}: {problem.strerror or problem}; choose another output folder"
        ) from problem
    finally:
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
        raise InputError(f"cannot write {path}: {problem.strerror}; choose another place") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except OSError as problem:
        raise InputError(f"cannot write {path}: {problem.strerror}; choose another place") from None
    finally:
        Path(name).unlink(missing_ok=True)


def _take_place(made: Path, place: Path, workshop: Path, overwrite: bool) -> None:
    """Put the finished folder at its place; whatever interrupts it, Ctrl-C included, the old run is there again."""
    replaced = workshop / "replaced"
    try:
        if place.exists() or place.is_symlink():
            check_destination(place, overwrite)
            os.rename(place, replaced)
        os.rename(made, place)
    except BaseException:
        if replaced.exists() and not place.exists():
            os.rename(replaced, place)
        raise


def _may_be_replaced(place: Path) -> bool:
    """Only a run or an empty folder is ever deleted: --overwrite with a wrong path must not cost anybody their files."""
    if place.is_symlink() or not place.is_dir():
        return False
    inside = {each.name for each in place.iterdir()}
    return not inside or {PROVENANCE, OUTCOME} <= inside


def _nearest_folder(place: Path) -> Path:
    above = place.absolute().parent
    while not above.exists():
        above = above.parent
    return above


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
