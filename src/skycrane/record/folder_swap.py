"""The one swap by which a finished folder takes the place of an old one."""

import os
from pathlib import Path


def take_place(made: Path, place: Path, replaced: Path) -> None:
    """Put the finished folder `made` at `place`; what was there goes to `replaced`, on the same file system and free.

    Whatever interrupts it, Ctrl-C included, the old folder is at its place again. OSError when it cannot be renamed.
    """
    try:
        if place.exists():
            os.rename(place, replaced)
        os.rename(made, place)
    except BaseException:
        if replaced.exists() and not place.exists():
            os.rename(replaced, place)
        raise
