"""A program run as a process of its own, with its wall time, its processor time and its peak memory."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """What one process took: seconds on the clock, seconds of processor (all threads), peak memory [MB], what it printed."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    printed: str


def python(*arguments: str, environment: Mapping[str, str], executable: str = sys.executable) -> Run:
    """Run a Python, this one unless told otherwise, with these arguments; RuntimeError with its last words when it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [executable, *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    printed, complaints = process.stdout.read(), process.stderr.read()  # type: ignore[union-attr]
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}: {complaints.strip()[-500:]}")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # ru_maxrss counts bytes there, kilobytes elsewhere
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit, printed)
