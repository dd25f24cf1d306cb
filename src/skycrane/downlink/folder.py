"""Put a folder of the run in its place whole: a crash leaves the old one or the new one, never half of one."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skycrane.core.errors import DISK_FULL, InputError
from skycrane.core.interruption import undisturbed
from skycrane.record.folder_swap import take_place

_UNFINISHED, _REPLACED = ".unfinished-", ".replaced"


@contextmanager
def new_folder(place: Path) -> Iterator[Path]:
    """A folder to write into; it takes the place of the one at `place` when the block ends well, and vanishes when it does not."""
    replaced = place.with_name(f".{place.name}{_REPLACED}")
    workshop: Path | None = None
    try:
        if replaced.exists() and not place.exists():  # a crash between the two renames of the last time
            os.rename(replaced, place)
        workshop = Path(tempfile.mkdtemp(prefix=f".{place.name}{_UNFINISHED}", dir=place.parent))
        os.chmod(workshop, 0o755)
        yield workshop
        with undisturbed():
            _refuse_what_is_no_folder(place)
            shutil.rmtree(replaced, ignore_errors=True)
            take_place(workshop, place, replaced)
            shutil.rmtree(replaced, ignore_errors=True)
    except OSError as problem:
        full = problem.errno in DISK_FULL
        why = "no space is left on the disk" if full else problem.strerror or str(problem)
        raise InputError(
            f"cannot write {place}: {why}; {'free some space' if full else 'make the run folder writable'} and run the command again"
        ) from problem
    finally:
        if workshop is not None:
            with undisturbed():
                shutil.rmtree(workshop, ignore_errors=True)


def _refuse_what_is_no_folder(place: Path) -> None:
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise InputError(f"{place} is a {'link' if place.is_symlink() else 'file'} and is left alone; move it away")
