"""The files of one picture: PNG, thumbnail, JPEG 2000 codestream for the downlink, raw samples with a PDS4 label. Whole or not at all."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.core.errors import InputError

THUMBNAIL = 160
#: compression ratios of the quality layers of the codestream: cut short, a stream is a coarser picture to a decoder that is told to take it
LAYERS = (160, 80, 40, 20, 10, 4)


def names(image: str) -> dict[str, str]:
    """The feed's four sizes and ours, by role; small and medium are the thumbnail and the picture itself."""
    return {
        "small": f"{image}_thumbnail.png",
        "medium": f"{image}.png",
        "large": f"{image}.png",
        "full_res": f"{image}.png",
        "codestream": f"{image}.j2k",
        "raw": f"{image}.img",
        "label": f"{image}.xml",
    }


def write(folder: Path, record: dict[str, Any], samples: NDArray[np.unsignedinteger], mission: str) -> None:
    """Write all files of a picture into `folder`; InputError when that is not possible, and then none of them is left."""
    try:
        workshop = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
    except OSError as problem:
        raise InputError(f"cannot write {folder}: {problem.strerror}; choose another place") from None
    try:
        _fill(workshop, record, samples, mission)
        for made in sorted(workshop.iterdir()):
            os.replace(made, folder / made.name)
    except OSError as problem:
        raise InputError(
            f"cannot write {folder / record['imageid']}: {problem.strerror or problem}; make room and run the command again"
        ) from None
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _fill(workshop: Path, record: dict[str, Any], samples: NDArray[np.unsignedinteger], mission: str) -> None:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    from skycrane.cameras import label

    files = record["image_files"]
    said = PngInfo()
    for key, value in (
        ("Title", record["title"]),
        ("Description", record["caption"]),
        ("Source", "SIMULATED by skycrane"),
        ("Software", "skycrane"),
        ("Creation Time", record["date_taken_utc"] + "Z"),
    ):
        said.add_text(key, value)
    picture = Image.fromarray(samples)
    picture.save(workshop / files["full_res"], pnginfo=said, optimize=False, compress_level=6)
    eight = picture if samples.dtype.itemsize == 1 else Image.fromarray((samples >> 8).astype(np.uint8))
    small = eight.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    small.save(workshop / files["small"], pnginfo=said)
    picture.save(
        workshop / files["codestream"], format="JPEG2000", no_jp2=True, quality_mode="rates", quality_layers=list(LAYERS),
        irreversible=True, progression="LRCP", num_resolutions=6,
    )  # fmt: skip
    raw = workshop / files["raw"]
    label.write_raw(samples, raw)
    (workshop / files["label"]).write_text(label.label(record, samples, raw, mission), encoding="utf-8")


def are_there(folder: Path, record: dict[str, Any]) -> bool:
    """Whether every file of a catalogue's record is in the folder."""
    return all((folder / name).is_file() for name in record["image_files"].values())
