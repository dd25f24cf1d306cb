"""Ctrl-C, wherever it falls: the command ends with 130 and a run folder that is whole or absent.

An interruption can be swallowed on its way up, in a destructor or by a library's callback; what was being written then may lack a part.
So it is remembered here, and asked for again before anything is put in its place.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

_pressed = threading.Event()


@contextmanager
def remembered() -> Iterator[None]:
    """While this lasts, Ctrl-C raises KeyboardInterrupt as ever and is remembered; one that gets lost prints nothing."""
    _pressed.clear()
    before, hook = signal.getsignal(signal.SIGINT), sys.unraisablehook
    if threading.current_thread() is not threading.main_thread() or before is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _remember)
    sys.unraisablehook = lambda lost: None if lost.exc_type is KeyboardInterrupt else hook(lost)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        sys.unraisablehook = hook


def was_pressed() -> bool:
    """Whether Ctrl-C was pressed since the command began."""
    return _pressed.is_set()


def raise_if_pressed() -> None:
    """KeyboardInterrupt if Ctrl-C was pressed, however it was lost since."""
    if was_pressed():
        raise KeyboardInterrupt


def leave_at_once(status: int) -> NoReturn:
    """End the process without waiting for programs that are still being compiled."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(status)


def _remember(number: int, frame: FrameType | None) -> Any:
    _pressed.set()
    return signal.default_int_handler(number, frame)
