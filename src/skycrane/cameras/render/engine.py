"""Which of Mitsuba's engines works on this machine: GPU, compiled CPU (needs LLVM), or plain CPU.

A wrong LLVM ends the whole process, so each engine is tried in a process of its own; a faster engine that works is remembered for the
session and, for the same versions and libraries, in the cache folder. The plain one is not: a library installed later is found at once.
SKYCRANE_RENDERER names an engine and skips the trial.
"""

import contextlib
import ctypes.util
import functools
import hashlib
import os
import platform
import subprocess
import sys
from importlib import metadata
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
    if mi.variant() != PLAIN:
        import drjit

        drjit.set_thread_count(_cores())  # left to itself it keeps one core back for a thread that only waits
    return mi


def _cores() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@functools.cache
def fastest() -> str:
    """The fastest engine that works on this machine."""
    return _tried(metadata.version("mitsuba"))


def in_use() -> str | None:
    """The engine that has been chosen for this process; None before the first picture."""
    return str(mitsuba().variant()) if mitsuba.cache_info().currsize else None


def _tried(version: str) -> str:
    """The first engine that works with this version of Mitsuba, from the cache folder where it has been tried before."""
    from skycrane.terrain.built_in import cache_folder

    here = (
        version,
        platform.python_version(),
        platform.machine(),
        str(ctypes.util.find_library("LLVM")),
        os.environ.get("DRJIT_LIBLLVM_PATH", ""),
        str(os.path.exists("/dev/nvidia0")),
    )
    kept = cache_folder().parent / f"renderer-{hashlib.sha256(repr(here).encode()).hexdigest()[:16]}.txt"
    if kept.is_file() and (known := kept.read_text(encoding="utf-8").strip()) in VARIANTS and known != PLAIN:
        return known
    found = next((each for each in VARIANTS if each != PLAIN and _works(each)), PLAIN)
    if found != PLAIN:
        with contextlib.suppress(OSError):  # a cache that cannot be written costs another trial next time
            kept.parent.mkdir(parents=True, exist_ok=True)
            beside = kept.with_suffix(f".{os.getpid()}")
            beside.write_text(found, encoding="utf-8")
            beside.replace(kept)
    return found


def _works(variant: str) -> bool:
    try:
        trial = subprocess.run(
            [sys.executable, "-c", _TRIAL.format(variant)], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return trial.returncode == 0
