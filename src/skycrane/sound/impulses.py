"""What bangs: bolts and cutters that ring in the structure, and bodies that hit the ground far away."""

import numpy as np
from numpy.typing import NDArray

from skycrane.sound.carbon_dioxide import Gas

Array = NDArray[np.float64]

_MODES = 24  # assumed: enough for a bang, not for a tone
_SPREAD = (0.4, 2.2)  # of the frequencies that ring, over their middle; assumed: two and a half octaves
_LONG = 10.0  # a bang is over after so many times its decay: 87 dB


def ringing(rate: int, frequency: float, decay: float, draw: np.random.Generator) -> Array:
    """A bang with a largest value of one, sampled at `rate` [Hz]: modes that are struck together and decay together.

    x(t) = e^(-t/decay) sum sin(2 pi f_n t), the f_n drawn evenly (in octaves) around `frequency` [Hz]. The usual picture of pyrotechnic
    shock; assumed.
    """
    t = np.arange(int(_LONG * decay * rate)) / rate
    highest = min(_SPREAD[1], 0.45 * rate / frequency)
    modes = frequency * np.exp(draw.uniform(np.log(min(_SPREAD[0], 0.5 * highest)), np.log(highest), _MODES))
    x = np.exp(-t / decay) * np.sin(2.0 * np.pi * modes[:, None] * t).sum(axis=0)
    return np.asarray(x / np.max(np.abs(x)))


def after_travel(pressure: Array, rate: int, distance: float, gas: Gas) -> Array:
    """A short sound after a way through the gas, counted from when the fastest wave arrives; longer, for the low waves are later.

    Each frequency turns and fades by exp(-i (k - w / c_fast) x), k the complex wavenumber: absorption and dispersion belong together, so
    nothing arrives early. Loss by distance (1/x) is not in it.
    """
    late = distance * (1.0 / float(gas.slow_speed) - 1.0 / float(gas.fast_speed))
    whole = len(pressure) + int((2.0 * late + 0.1) * rate)
    n = 1 << (whole - 1).bit_length()
    frequency = np.fft.rfftfreq(n, 1.0 / rate)
    k = gas.wavenumber(np.maximum(frequency, 1e-9)) - 2.0 * np.pi * frequency / float(gas.fast_speed)
    return np.asarray(np.fft.irfft(np.fft.rfft(pressure, n) * np.exp(-1j * k * distance), n))[:whole]


def impact_exposure(energy: float, efficiency: float, distance: float, impedance: float) -> float:
    """Sound exposure, the integral of p^2 [Pa^2 s], of a body that hits the ground, without loss on the way.

    Of its energy E [J] a share eta becomes sound over half a sphere: eta E = 2 pi r^2 (integral of p^2) / (rho c).
    """
    return float(efficiency * energy * impedance / (2.0 * np.pi * distance**2))


def with_exposure(pressure: Array, rate: int, exposure: float) -> Array:
    """The same waveform with that integral of p^2 [Pa^2 s]."""
    return np.asarray(pressure * np.sqrt(exposure * rate / np.sum(pressure**2)))
