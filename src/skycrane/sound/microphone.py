"""From pressure on a membrane to samples: band, noise of its own, largest value, rounding."""

import numpy as np
from numpy.typing import NDArray

from skycrane.mission.parameters.sound import MicrophoneParameters

Array = NDArray[np.float64]

_ORDER = 8  # of the fall above the band; assumed: as a converter's filter, steep


def band(microphone: MicrophoneParameters, frequency: Array) -> Array:
    """Share of mean square pressure that is heard at a frequency: second order below the band, steep above it."""
    low = (frequency / microphone.lowest_frequency) ** 4
    high = (frequency / microphone.highest_frequency) ** (2 * _ORDER)
    return np.asarray(low / (1.0 + low) / (1.0 + high))


def own_noise(microphone: MicrophoneParameters, frequency: Array) -> Array:
    """Mean square a hertz [Pa^2/Hz] of its own noise: white over the band."""
    width = microphone.highest_frequency - microphone.lowest_frequency
    return np.full(len(frequency), microphone.self_noise**2 / width) * band(microphone, frequency)


def heard(microphone: MicrophoneParameters, pressure: Array) -> Array:
    """A waveform [Pa] after the lower end of the band: Butterworth, second order, H = s^2 / (s^2 + sqrt(2) w s + w^2)."""
    rate, low = microphone.sampling_rate, microphone.lowest_frequency
    n = 1 << int(len(pressure) + rate / low).bit_length()
    s = 1j * np.fft.rfftfreq(n, 1.0 / rate) / low
    return np.asarray(np.fft.irfft(np.fft.rfft(pressure, n) * s**2 / (s**2 + np.sqrt(2.0) * s + 1.0), n))[
        : len(pressure)
    ]


def sampled(microphone: MicrophoneParameters, pressure: NDArray[np.float32]) -> tuple[NDArray[np.int32], int]:
    """Samples as whole numbers of the microphone's depth, and how many were clipped. One is `step` pascal."""
    most = (1 << (microphone.bits - 1)) - 1
    counts = pressure * np.float32(1.0 / step(microphone))
    np.rint(counts, out=counts)
    if max(float(counts.max()), -float(counts.min())) <= most:
        return counts.astype(np.int32), 0
    clipped = int(np.count_nonzero(np.abs(counts) > most))
    return np.clip(counts.astype(np.int64), -most, most).astype(np.int32), clipped


def step(microphone: MicrophoneParameters) -> float:
    """Pressure of the lowest bit [Pa]."""
    return microphone.full_scale / (1 << (microphone.bits - 1))
