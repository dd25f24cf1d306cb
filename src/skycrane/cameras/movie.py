"""A camera's pictures as a film: MP4 through ffmpeg, the one on the PATH or the one that imageio-ffmpeg brings."""

import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from skycrane.core.errors import InputError

_SLOWEST, _FASTEST = 1.0, 30.0


def write_movie(folder: Path, records: list[dict[str, Any]], camera: str) -> Path:
    """Write CAMERA.mp4 from a camera's pictures in real time (at 1 to 30 pictures a second); returns its path."""
    mine = _frames(records, camera)
    if len(mine) < 2:
        raise InputError(
            f"a film of {camera} needs at least two of its pictures; take them with --camera {camera} --every 1s"
        )
    span = mine[-1]["skycrane"]["time_s"] - mine[0]["skycrane"]["time_s"]
    rate = min(max((len(mine) - 1) / max(span, 1e-3), _SLOWEST), _FASTEST)
    target, beside = folder / f"{camera}.mp4", folder / f".{camera}.unfinished.mp4"
    command = [_ffmpeg(), "-y", "-loglevel", "error", "-f", "image2pipe", "-framerate", f"{rate:.4f}", "-i", "-",
               "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "18",
               "-metadata", f"title=SIMULATED {camera}",
               "-metadata", "comment=SIMULATED by skycrane, not a photograph", str(beside)]  # fmt: skip
    frames = b"".join((folder / each["image_files"]["full_res"]).read_bytes() for each in mine)
    try:
        done = subprocess.run(command, input=frames, capture_output=True, check=False)
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise InputError(f"ffmpeg could not write {target}: {said[-1] if said else 'no reason given'}")
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return target


def can_be_film(records: list[dict[str, Any]], camera: str) -> bool:
    """Whether a camera took at least two pictures of one size."""
    return len(_frames(records, camera)) >= 2


def _frames(records: list[dict[str, Any]], camera: str) -> list[dict[str, Any]]:
    """The pictures of a camera in time, of the size that most of them have."""
    mine = sorted(
        (each for each in records if each["skycrane"]["camera"] == camera), key=lambda each: each["skycrane"]["time_s"]
    )
    sizes = Counter(each["extended"]["dimension"] for each in mine)
    return [each for each in mine if each["extended"]["dimension"] == sizes.most_common(1)[0][0]]


def _ffmpeg() -> str:
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        import imageio_ffmpeg
    except ImportError:
        raise InputError("a film needs ffmpeg; install it, or run: pip install imageio-ffmpeg") from None
    return str(imageio_ffmpeg.get_ffmpeg_exe())
