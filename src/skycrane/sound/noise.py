"""Noise with a spectrum that changes with time: what many sources that know nothing of each other sound like together."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

#: samples of a block; blocks overlap by half. At 48 kHz a spectrum is told every 43 ms, about the control cycle of a record
BLOCK = 4096
HOP = BLOCK // 2
_AT_ONCE = 256  # blocks


def times_of_blocks(start: float, samples: int, rate: int) -> NDArray[np.float64]:
    """Time of the middle of each block that the noise of so many samples takes [s]."""
    blocks = -(-samples // HOP) + 1
    return np.asarray(start + np.arange(blocks) * HOP / rate)


def noise(
    amplitude: NDArray[np.float64], frequency: NDArray[np.float64], rate: int, draw: np.random.Generator
) -> Iterator[Samples]:
    """Gaussian noise, piece by piece, whose power spectrum at block b is `amplitude[b]` squared.

    `amplitude` (blocks, frequency) is the root of the mean square a hertz, linear between the given frequencies [Hz] and nothing outside
    them. Each block is made in the frequency domain, X_k ~ N(0, G N^2 df / 4) for real and imaginary part, and faded in and out by a
    sine; blocks that overlap by half then add up to a constant power, for sin^2 + cos^2 = 1. The first and the last half block are cut off.
    """
    bins = np.arange(HOP + 1) * rate / BLOCK
    below = np.clip(np.searchsorted(frequency, bins, side="right") - 1, 0, len(frequency) - 2)
    share = ((bins - frequency[below]) / (frequency[below + 1] - frequency[below])).astype(np.float32)
    outside = (bins < frequency[0]) | (bins > frequency[-1]) | (bins == 0.0) | (bins == 0.5 * rate)
    scale = np.where(outside, 0.0, np.sqrt(0.25 * BLOCK * rate)).astype(np.float32)
    low, high = (1.0 - share) * scale, share * scale
    fade = np.sin(np.pi * (np.arange(BLOCK) + 0.5) / BLOCK).astype(np.float32)
    tail = np.zeros(HOP, np.float32)
    for first in range(0, len(amplitude), _AT_ONCE):
        given = amplitude[first : first + _AT_ONCE].astype(np.float32)
        size = given[:, below] * low
        size += given[:, below + 1] * high
        spectrum = draw.standard_normal((len(size), HOP + 1, 2), np.float32).view(np.complex64)[..., 0]
        spectrum *= size
        blocks = np.fft.irfft(spectrum, BLOCK, axis=1)
        blocks *= fade
        made = blocks[:, :HOP].copy()
        made[0] += tail
        made[1:] += blocks[:-1, HOP:]
        tail = blocks[-1, HOP:]
        yield made.ravel()[HOP if first == 0 else 0 :]
