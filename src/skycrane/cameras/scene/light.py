"""The ground as the Sun of the landing lights it: one texture a level, so that a browser has nothing to work out.

Radiance = reflectance / pi (E_sun max(n.s, 0) + E_sky (1 + n_z) / 2), n the slope between neighbouring heights; Sun and sky are those of
the pictures. The Sun moves by less than two degrees during a landing: it stands where it does at touchdown. Rocks too small for a mesh are
painted in, lit face and shadow. Hills cast no shadows on each other (the Sun would have to be low).
"""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.scene.pyramid import CELLS, Level
from skycrane.cameras.sky import Sky

Array = NDArray[np.float64]

PIXELS = 2 * CELLS
QUALITY = 88  # of WebP
_WHITE = 0.42  # reflectance of level ground that fills a texture's range
_ROCK_SHADE = 0.62  # of the ground's reflectance: assumed, dusty basalt
_MOST_ROCKS = 60_000


def irradiance(sky: Sky) -> tuple[float, Array]:
    """Of a surface that faces the Sun, and of level ground by the sky (3,), relative to the Sun's above the atmosphere."""
    below = sky.glow(sky.optical_depth) * np.pi * (1 - np.exp(-1.66 * sky.optical_depth))
    return float(sky.sunlight(0.0)[0]), np.asarray(below)


def white(sky: Sky) -> float:
    """The radiance that a texture's largest value stands for."""
    sun, below = irradiance(sky)
    return _WHITE / np.pi * (sun * max(float(sky.sun[2]), 0.05) + float(below[0]))


def texture(terrain: Any, level: Level, sky: Sky) -> bytes:
    """A level's light as WebP, sRGB, row 0 south."""
    from PIL import Image

    step = level.spacing / 2
    z = level.fine
    to_east = 0.5 * (z[:-1, 1:] - z[:-1, :-1] + z[1:, 1:] - z[1:, :-1]) / step
    to_north = 0.5 * (z[1:, :-1] - z[:-1, :-1] + z[1:, 1:] - z[:-1, 1:]) / step
    upright = 1.0 / np.sqrt(1.0 + to_east**2 + to_north**2)
    facing = np.maximum((sky.sun[2] - to_east * sky.sun[0] - to_north * sky.sun[1]) * upright, 0.0)
    sun, below = irradiance(sky)
    middle = (np.arange(PIXELS) + 0.5) * step
    east, north = level.west + middle, level.south + middle
    colour = np.nan_to_num(np.asarray(terrain.colour(east[None, :], north[:, None], max(step, 0.02)), float), nan=0.2)
    direct = _with_rocks(terrain, level, sky, facing * sun)
    light = colour * (direct[..., None] + below * (0.5 + 0.5 * upright)[..., None]) / np.pi
    share = np.clip(light / white(sky), 0.0, 1.0)
    srgb = np.where(share < 0.0031308, 12.92 * share, 1.055 * share ** (1 / 2.4) - 0.055)
    out = io.BytesIO()
    Image.fromarray(np.round(srgb * 255).astype(np.uint8)).save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()


def _with_rocks(terrain: Any, level: Level, sky: Sky, direct: Array) -> Array:
    """Rocks between one and four pixels across, as a lit face and a shadow away from the Sun."""
    step = level.spacing / 2
    if not 0.1 < step < 2.0:
        return direct
    half = CELLS * level.spacing / 2
    rocks = terrain.rocks(level.west + half, level.south + half, half * 1.42, max(1.1 * step, 0.2))
    rocks = rocks[np.argsort(-rocks["diameter"])][:_MOST_ROCKS]
    out = direct.copy()
    level_sun = np.hypot(sky.sun[0], sky.sun[1])
    away = -np.array(sky.sun[:2]) / max(float(level_sun), 1e-6)
    reach = min(float(level_sun) / max(float(sky.sun[2]), 0.2), 3.0)
    u, v = np.meshgrid(np.arange(-4, 5), np.arange(-4, 5))
    for x, y, diameter, tall in zip(
        rocks["east"], rocks["north"], rocks["diameter"], rocks["height_above_ground"], strict=True
    ):
        i, j = int((x - level.west) / step), int((y - level.south) / step)
        if not (4 <= i < PIXELS - 4 and 4 <= j < PIXELS - 4):
            continue
        here = out[j - 4 : j + 5, i - 4 : i + 5]
        dx = (u + i + 0.5) * step + level.west - x
        dy = (v + j + 0.5) * step + level.south - y
        along, aside = dx * away[0] + dy * away[1], dx * away[1] - dy * away[0]
        radius, length = diameter / 2, tall * reach
        shadow = (along > 0) & (along < radius + length) & (np.abs(aside) < radius)
        here[shadow] *= 0.25
        stone = dx**2 + dy**2 < radius**2
        here[stone] = here[stone] * _ROCK_SHADE + 0.25 * float(sky.sun[2]) * (along[stone] < 0)
    return out
