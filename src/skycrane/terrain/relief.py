"""A patch of ground as a shaded picture: for a quick look, lit like the landing of Perseverance."""

import math
import os
from pathlib import Path

import numpy as np

from skycrane.core.errors import InputError
from skycrane.terrain.terrain import Patch

SUN_AZIMUTH, SUN_ELEVATION = math.radians(257.4), math.radians(39.5)  # at the touchdown of Perseverance


def shaded(patch: Patch) -> np.ndarray:
    """Brightness (rows, columns), 0 to 1, of a patch under the afternoon sun; unknown ground is 0."""
    spacing = float(patch.east[1] - patch.east[0])
    to_north, to_east = np.gradient(patch.height, spacing)
    c = math.cos(SUN_ELEVATION)
    s = (math.sin(SUN_AZIMUTH) * c, math.cos(SUN_AZIMUTH) * c, math.sin(SUN_ELEVATION))
    facing = (s[2] - to_east * s[0] - to_north * s[1]) / np.sqrt(1.0 + to_east**2 + to_north**2)
    light = np.nan_to_num(patch.reflectance * (0.8 * np.maximum(facing, 0.0) + 0.2))
    return np.clip(light / max(float(np.percentile(light, 99.7)), 1e-9), 0.0, 1.0) ** (1.0 / 1.8)


def with_scale(picture: np.ndarray, width: float, says: str) -> np.ndarray:
    """The picture (rows, columns), 0 to 1, of a square `width` [m] wide, with a bar of a round length and a line of text at the bottom."""
    from PIL import Image, ImageDraw, ImageFont

    side = picture.shape[1]
    length = round_length(0.25 * width)
    bar, size = length / width * side, max(side // 45, 9)
    drawn = Image.fromarray(np.uint8(np.round(255.0 * np.concatenate([picture, np.zeros((3 * size, side))]))))
    pen = ImageDraw.Draw(drawn)
    top = picture.shape[0] + size
    pen.rectangle((size, top, size + bar, top + size // 2), fill=255)
    length_told = f"{length / 1e3:g} km" if length >= 1e3 else f"{length:g} m"
    text = f"{length_told}   {says}"
    wide = pen.textlength(text, ImageFont.load_default(size))
    small = min(size, size * (side - bar - 3 * size) / max(wide, 1.0))  # a long line is written small
    pen.text(
        (2 * size + bar, top + size // 4), text, fill=255, font=ImageFont.load_default(max(small, 4.0)), anchor="lm"
    )
    return np.asarray(drawn, float) / 255.0


def round_length(longest: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is no longer [m]."""
    ten = 10.0 ** math.floor(math.log10(longest))
    return max(step * ten for step in (1.0, 2.0, 5.0) if step * ten <= longest * (1.0 + 1e-9))


def made_up_below(measured: np.ndarray, shown: float) -> str:
    """What of a picture whose pixels are `shown` [m] apart is synthesised, from the spacing [m] of the finest heights at places all over
    it (infinity: none are measured)."""
    known = np.isfinite(measured)
    if not known.any():
        return "all of it is synthesised"
    fine, coarse = float(measured[known].min()), float(measured[known].max())
    there = f"every {_length(fine)}" + (f" to {_length(coarse)}" if coarse > 1.05 * fine else "")
    bare = 100 * (1 - known.mean())
    return (
        f"heights measured {there}"
        + (", finer relief synthesised" if coarse > shown else "")
        + (f"; {max(bare, 1):.0f} % of it has none" if bare > 0 else "")
    )


def _length(metres: float) -> str:
    return f"{metres * 1e-3:.2g} km" if metres >= 1e3 else f"{metres:.3g} m"


def write_relief(patch: Patch, path: Path, says: str) -> None:
    """Write it as a PNG, north up, with scale and a line of text under it; beside first, then under its name."""
    from matplotlib import image

    width = float(patch.east[-1] - patch.east[0])
    beside = path.with_name(f".{path.stem}.{os.getpid()}.png")
    try:
        image.imsave(beside, with_scale(shaded(patch)[::-1], width, says), cmap="gray", vmin=0.0, vmax=1.0)
        beside.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror or error})") from error
    finally:
        beside.unlink(missing_ok=True)
