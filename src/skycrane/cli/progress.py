"""The progress of an ensemble on one line of the terminal: cases done, cases per second, time left, losses so far.

Where no person looks (a file, a pipe), a plain line every ten seconds instead.
"""

import time
from typing import TYPE_CHECKING

from skycrane.cli.screen import Screen

if TYPE_CHECKING:
    from skycrane.ensemble.run import Progress

_WIDTH = 24
_QUIET = 10.0  # s between lines where nobody looks


class ProgressBar:
    """Shows progress as it comes."""

    def __init__(self, screen: Screen) -> None:
        self._screen, self._live = screen, screen.out.isatty()
        self._last, self._open = -_QUIET, False

    def show(self, progress: "Progress") -> None:
        """Show how far it is."""
        words = progress_words(progress)
        if self._live:
            self._screen.out.write(f"\r{_bar(progress)}  {words}\033[K")
            self._screen.out.flush()
            self._open = True
        elif time.monotonic() - self._last >= _QUIET or progress.done >= progress.wanted:
            self._last = time.monotonic()
            self._screen.line(words)

    def end(self) -> None:
        """Leave the line as it is."""
        if self._open:
            self._screen.line()
            self._open = False


def progress_words(progress: "Progress") -> str:
    """`1,024 of 8,000 cases, 143 a second, 0:48 left, 3 lost`."""
    rate = progress.flown / max(progress.seconds, 1e-9)
    left = (progress.wanted - progress.done) / max(rate, 1e-9)
    clock = (
        f"{int(left // 3600)}:{int(left % 3600 // 60):02d}:{int(left % 60):02d}"
        if left >= 3600
        else f"{int(left // 60)}:{int(left % 60):02d}"
    )
    return f"{progress.done:,} of {progress.wanted:,} cases, {rate:.3g} a second, {clock} left, {progress.lost} lost"


def _bar(progress: "Progress") -> str:
    full = int(_WIDTH * progress.done / progress.wanted)
    return "█" * full + "░" * (_WIDTH - full)
