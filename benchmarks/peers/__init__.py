"""Other programs on the same problem, in the same run: AMAT for entry, gfold for powered descent, each in an environment of its own.

They are installed from the package index into a throw-away environment, so that nothing of theirs is needed by skycrane.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.results import Row

_HERE = Path(__file__).parent
_NEEDS = {"amat_entry": ["amat", "setuptools"], "gfold_descent": ["gfold"]}


def measure_peers(entries_per_second: float) -> Iterator[Row]:
    """Cases per core-second of each peer, and how many times as many are flown here; a peer that does not install says so."""
    for name, packages in _NEEDS.items():
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run([sys.executable, "-m", "venv", scratch], check=True)
            program = f"{scratch}/bin/python"
            installed = subprocess.run(
                [program, "-m", "pip", "install", "-q", *packages], capture_output=True, text=True, check=False
            )
            if installed.returncode != 0:
                yield {"figure": f"{packages[0]} does not install here"}
                continue
            done = subprocess.run(
                [program, str(_HERE / f"{name}.py")], capture_output=True, text=True, check=False, cwd=scratch
            )
        if done.returncode != 0:
            yield {"figure": f"{packages[0]} does not run here ({done.stderr.strip().splitlines()[-1][:60]})"}
            continue
        found = json.loads(done.stdout.splitlines()[-1])
        yield {
            "figure": f"{packages[0]} {found['version']}, {found['what']}",
            "cpu_s": found["cpu_s"],
            "wall_s": found["wall_s"],
        }
        yield {"figure": "  cases per core-second", "value": 1.0 / found["cpu_s"]}
        if name == "amat_entry":
            yield {"figure": "  entries here for each of AMAT's", "value": entries_per_second * found["cpu_s"]}
