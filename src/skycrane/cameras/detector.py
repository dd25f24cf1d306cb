"""From light to numbers: exposure, vignetting, electrons and their noise, the colour mosaic, and so many bits.

A pixel collects N = gain x light electrons, up to saturation; photons arrive by chance (variance N) and reading adds its own noise.
Exposure is set automatically, as on the flown cameras, so that the bright part of the picture is at a set share of full scale. The mission
file's exposure time makes the motion blur. Samples are coded with the sRGB curve, which stands for the square-root coding of the flown
cameras; joined pixels have less noise. Source of the noise model: Janesick, Photon Transfer (2007).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skycrane.mission.parameters.cameras import CameraParameters

Array = NDArray[np.float64]

_BRIGHT, _SHARE = 0.37, 90.0  # the 90th percentile is put at this share of full scale: assumed
_MOST = 200.0  # assumed: gain of the longest exposure; sunlit ground takes 10, the gap in a machine 80, a place without light stays black
_GREY = np.array([0.30, 0.55, 0.15])  # assumed: weight of red, green, blue in a grey detector
_SENSITIVITY = np.array(
    [1.0, 1.0, 1.04]
)  # assumed: white balance of the colour detector, so that dust is tan and not red


@dataclass(frozen=True)
class Developed:
    """A picture as delivered: samples (rows, columns) or (rows, columns, 3), 8 or 16 bits, and the gain that was used."""

    samples: NDArray[np.unsignedinteger]
    gain: float


def develop(light: Array, camera: CameraParameters, seed: int, scale: int = 1) -> Developed:
    """Samples from radiance (rows, columns, 3). `scale`: pixels of the detector joined along each side, which lowers the noise."""
    balanced = np.nan_to_num(np.maximum(light, 0.0)) * _SENSITIVITY * _shading(light.shape[:2], camera.vignetting)
    grey = balanced @ _GREY
    lit = grey[grey > 1e-9]
    gain = min(_BRIGHT / float(np.percentile(lit, _SHARE)), _MOST) if lit.size else 1.0
    signal = (balanced if camera.colour == "bayer" else grey[..., None]) * gain
    noisy = _noisy(signal, camera, np.random.default_rng(seed), scale)
    if camera.colour == "bayer" and scale == 1:
        noisy = demosaiced(mosaic(noisy))
    top = 2**camera.bits - 1
    pressed = _shoulder(np.maximum(noisy, 0.0))
    coded = np.round((_curve(pressed) if camera.colour == "bayer" else pressed) * top)
    kind = np.uint8 if camera.bits <= 8 else np.uint16
    samples = coded.astype(kind)
    return Developed(samples if camera.colour == "bayer" else samples[..., 0], gain)


def _shading(size: tuple[int, int], corner: float) -> Array:
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in size), indexing="ij")
    return np.asarray((1.0 - corner * ((x * x + y * y) / 2.0) ** 1.3)[..., None])


def _noisy(signal: Array, camera: CameraParameters, draw: np.random.Generator, scale: int) -> Array:
    electrons = np.clip(signal, 0.0, 2.4) * camera.full_well
    spread = np.sqrt(electrons + camera.read_noise**2) / scale
    return np.asarray((electrons + spread * draw.standard_normal(signal.shape)) / camera.full_well)


def mosaic(colour: Array) -> Array:
    """What a Bayer mosaic (red green / green blue) lets through: (rows, columns)."""
    raw = colour[..., 1].copy()
    raw[0::2, 0::2] = colour[0::2, 0::2, 0]
    raw[1::2, 1::2] = colour[1::2, 1::2, 2]
    return raw


def demosaiced(raw: Array) -> Array:
    """Colour (rows, columns, 3) from a Bayer mosaic, by bilinear interpolation of each colour."""
    rows, columns = raw.shape
    there = np.zeros((rows, columns, 3))
    there[0::2, 0::2, 0] = 1.0
    there[0::2, 1::2, 1] = there[1::2, 0::2, 1] = 1.0
    there[1::2, 1::2, 2] = 1.0
    return np.asarray(_spread(raw[..., None] * there) / np.maximum(_spread(there), 1e-9))


def _spread(values: Array) -> Array:
    """Convolved with 1-2-1 in both directions."""
    padded = np.pad(values, ((1, 1), (1, 1), (0, 0)))
    down = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    return np.asarray(down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:])


def _shoulder(linear: Array) -> Array:
    """Light above 0.7 of full scale pressed together so that 2.2 just saturates: bright paint keeps its shape."""
    over = np.clip((linear - 0.7) / 1.5, 0.0, 1.0)
    return np.where(linear <= 0.7, linear, 0.7 + 0.3 * (1 - (1 - over) ** 5))


def _curve(linear: Array) -> Array:
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)
