"""What lies in the folder of compiled programs and cannot be used by this version on this machine, and taking it away."""

import contextlib
import time
from pathlib import Path

from skycrane.flight.programs import cache_folder, stamp

_YOUNG = 3600.0  # [s] a program that was just written may not have its pointer yet


def unusable() -> list[Path]:
    """Pointers of other versions, flags or processors (or unreadable), programs that no other pointer names, and halves of files."""
    folder = cache_folder()
    if not folder.is_dir():
        return []
    stale, named = [], set()
    for pointer in sorted(folder.glob("*.key")):
        try:
            program, made_by = pointer.read_text().split("\n")
        except (OSError, ValueError):
            program, made_by = "", ""
        if made_by == stamp():
            named.add(program)
        else:
            stale.append(pointer)
    old = [path for path in sorted(folder.iterdir()) if path.is_file() and time.time() - _written(path) > _YOUNG]
    programs = [path for path in old if path.suffix == ".xla" and path.name not in named]
    halves = [
        path for path in old if path.suffix[1:].replace("-", "").isdecimal()
    ]  # written beside, by a process that died
    return [*stale, *programs, *halves]


def prune() -> tuple[int, int]:
    """Remove what is unusable; how many files and bytes that were. Another version that shares the folder compiles its programs anew."""
    files, total = 0, 0
    for path in unusable():
        with contextlib.suppress(OSError):  # another process was faster
            size = path.stat().st_size
            path.unlink()
            files, total = files + 1, total + size
    return files, total


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()
