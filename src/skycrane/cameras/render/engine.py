"""Which of Mitsuba's engines works on this machine: GPU, compiled CPU (needs LLVM), or plain CPU.

A wrong LLVM ends the whole process, so each engine is tried in a process of its own; the answer is kept while this process lasts.
SKYCRANE_RENDERER names one and skips the trial.
"""

import functools
import os
import subprocess
import sys
from typing import Any

from skycrane.core.errors import InputError

VARIANTS = ("cuda_ad_rgb", "llvm_ad_rgb", "scalar_rgb")
PLAIN = VARIANTS[-1]
_TRIAL = "import mitsuba as mi; mi.set_variant('{}'); mi.render(mi.load_dict(mi.cornell_box()), spp=1).numpy()"


@functools.cache
def mitsuba() -> Any:
    """Mitsuba with its engine chosen; InputError when it is not installed."""
    try:
        import mitsuba as mi
    except ImportError as problem:
        raise InputError(f"pictures need Mitsuba 3 ({problem}); run: pip install mitsuba") from None
    wanted = os.environ.get("SKYCRANE_RENDERER")
    if wanted is not None and wanted not in VARIANTS:
        raise InputError(f"SKYCRANE_RENDERER is {wanted}, must be one of {', '.join(VARIANTS)}")
    mi.set_variant(wanted or fastest())
    mi.set_log_level(mi.LogLevel.Error)
    return mi


@functools.cache
def fastest() -> str:
    """The fastest engine that works on this machine; the plain one needs nothing and is not tried."""
    return next(each for each in VARIANTS if each == PLAIN or _works(each))


def in_use() -> str | None:
    """The engine that has been chosen for this process; None before the first picture."""
    return str(mitsuba().variant()) if mitsuba.cache_info().currsize else None


def _works(variant: str) -> bool:
    try:
        trial = subprocess.run(
            [sys.executable, "-c", _TRIAL.format(variant)], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return trial.returncode == 0
