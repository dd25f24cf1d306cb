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


def write_relief(patch: Patch, path: Path) -> None:
    """Write it as a PNG, north up; beside first, then under its name."""
    from matplotlib import image

    beside = path.with_name(f".{path.stem}.{os.getpid()}.png")
    try:
        image.imsave(beside, shaded(patch)[::-1], cmap="gray", vmin=0.0, vmax=1.0)
        beside.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror or error})") from error
    finally:
        beside.unlink(missing_ok=True)
