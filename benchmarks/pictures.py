"""A picture of each kind of camera: wall and processor seconds, in a process of its own that takes one after the other.

Run by `python -m benchmarks pictures`. As a program (`python -m benchmarks.pictures RUN QUALITY CAMERA ...`) it prints one JSON object:
seconds of each camera's last picture of the default set, after one that is not counted, with which the renderer starts.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.process import python
from benchmarks.results import Row

#: one of each kind: parachute, stage, up, down, lander vision, hazards in front and behind
KINDS = ("PUC_A", "DDC", "RUC", "RDC", "LCAM", "FHAZ_LEFT_A", "RHAZ_LEFT")
_LAND = "import sys; from skycrane.cli import main; sys.exit(main(sys.argv[1:]))"


def measure(scratch: Path) -> Iterator[Row]:
    """One row after the other; programs and ground come from the user's cache."""
    run = scratch / "run"
    python("-c", _LAND, "land", "--no-pictures", "--no-report", "--out", str(run), environment={})
    for quality in ("draft", "final"):
        took = python("-m", "benchmarks.pictures", str(run), quality, *KINDS, environment={})
        found = json.loads(took.printed)
        for camera, (wall, cpu) in found.items():
            yield {"figure": f"{quality} of {camera}", "wall_s": wall, "cpu_s": cpu}
        yield {
            "figure": f"all {quality}s in one process",
            "wall_s": took.wall_s,
            "cpu_s": took.cpu_s,
            "peak_mb": took.peak_mb,
        }
    for _ in range(2):
        took = python("-c", _LAND, "pictures", str(run), environment={})
        (run / "pictures" / "catalogue.json").unlink()
    yield {
        "figure": "the twelve drafts, from command to files",
        "wall_s": took.wall_s,
        "cpu_s": took.cpu_s,
        "peak_mb": took.peak_mb,
    }


def main(run: str, quality: str, *cameras: str) -> None:
    """Take and print."""
    from skycrane.cameras.pictures import open_landing, studio_of
    from skycrane.cameras.selection import story
    from skycrane.cameras.take import QUALITIES

    landing = open_landing(Path(run))
    studio = studio_of(landing, {})
    shots = {shot.camera.id: shot for shot in story(landing)}
    studio.take(shots[cameras[0]].camera, shots[cameras[0]].time, QUALITIES["draft"])
    found = {}
    for name in cameras:
        wall, cpu = time.perf_counter(), time.process_time()
        studio.take(shots[name].camera, shots[name].time, QUALITIES[quality])
        found[name] = (time.perf_counter() - wall, time.process_time() - cpu)
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
