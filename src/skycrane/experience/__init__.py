"""For everyone: a run as a page in the browser, served to this machine or published as files.

Opens what `record` keeps and what the other readers left in the run folder; knows no engine. What flies for it is handed in by `cli`.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skycrane.experience.publish import Published

__all__ = ["publish"]


def publish(run: str | Path, out: str | Path, single_file: bool = False, overwrite: bool = False) -> "Published":
    """Write a run as a folder for any static host, or with `single_file` as one HTML file that opens without a network.

    InputError when the run cannot be read, when `out` is in use, or when the page was not built into this installation.
    """
    from skycrane.experience.publish import publish as write

    return write(run, out, single_file=single_file, overwrite=overwrite)
