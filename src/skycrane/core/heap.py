"""Memory that is free again, for the machine."""

import ctypes
import sys


def give_back() -> None:
    """Return what the C library holds and nobody uses; reading compiled programs leaves 120 MB of it. Nothing where it cannot be asked."""
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc; others do it by themselves
    if trim is not None:
        trim(0)
