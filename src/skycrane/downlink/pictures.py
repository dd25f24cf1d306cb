"""A picture as it travels: a small JPEG first, then a progressive one that, cut off anywhere, is coarser but not broken."""

import io
from pathlib import Path

import numpy as np

from skycrane.core.errors import InputError

#: quality of the JPEG: hardly any loss is seen in a picture, some in a thumbnail
_PICTURE, _THUMBNAIL = 85, 70
_END = b"\xff\xd9"


def thumbnail(file: Path) -> bytes:
    """The thumbnail of a run's pictures folder as a baseline JPEG."""
    return _jpeg(file, _THUMBNAIL, progressive=False)


def progressive(file: Path) -> bytes:
    """A picture of a run's pictures folder as a progressive JPEG; samples of more than 8 bits lose their lowest ones."""
    return _jpeg(file, _PICTURE, progressive=True)


def closed(start: bytes) -> bytes:
    """The start of a progressive JPEG with an end put to it, so that any viewer shows it as far as it goes."""
    return start.removesuffix(b"\xff") + _END


def _jpeg(file: Path, quality: int, progressive: bool) -> bytes:
    from PIL import Image

    try:
        with Image.open(file) as picture:
            picture.load()
            eight: Image.Image = picture
            if picture.mode.startswith("I"):
                eight = Image.fromarray((np.asarray(picture).astype(np.uint32) >> 8).astype(np.uint8))
            elif picture.mode not in ("L", "RGB"):
                eight = picture.convert("RGB")
            out = io.BytesIO()
            eight.save(out, "JPEG", quality=quality, progressive=progressive, optimize=True)
            return out.getvalue()
    except (OSError, ValueError):
        raise InputError(
            f"{file} is missing, truncated or damaged (expected a PNG picture); delete {file.parent} and take the pictures again"
        ) from None
