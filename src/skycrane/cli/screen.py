"""What a command prints on: plain text, painted only where a person looks at it."""

import contextlib
import os
import sys
from typing import Protocol, runtime_checkable

STYLES = {"bold": "1", "dim": "2", "red": "1;31", "green": "32", "yellow": "33", "blue": "34"}


@runtime_checkable
class Stream(Protocol):
    """What text can be printed on."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...

    def fileno(self) -> int: ...

    def isatty(self) -> bool: ...


class Screen:
    """A place to print lines on. Colours only on a terminal, and never where NO_COLOR is set.

    When the reader goes away (`| head`), printing stops and the work goes on.
    """

    def __init__(self, out: Stream) -> None:
        self.out: Stream = out
        self.colours = out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        reconfigure = getattr(out, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")

    def line(self, text: str = "") -> None:
        """Print a line at once."""
        try:
            print(text, file=self.out, flush=True)
        except BrokenPipeError:
            self.out = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115

    def paint(self, text: str, style: str) -> str:
        """The text in a style, or as it is where there are no colours."""
        return f"\033[{STYLES[style]}m{text}\033[0m" if self.colours and text else text


def results() -> Screen:
    """Where the answer goes."""
    return Screen(sys.stdout)


def remarks() -> Screen:
    """Where everything else goes when the answer is for a program."""
    return Screen(sys.stderr)


def close_quietly(stream: Stream) -> None:
    """Flush, and let a reader that has gone away not become an error at exit."""
    try:
        stream.flush()
    except (OSError, ValueError):  # the reader went away, the disk is full, the stream is closed
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
