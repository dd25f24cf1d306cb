"""A recording to look at: level in sixths of an octave over time, with the events, and the level of all of it below."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.sound.levels import decibel
from skycrane.sound.noise import BLOCK
from skycrane.sound.sources import Landing

_TOGETHER = 4  # frames of BLOCK samples in a column
_PER_OCTAVE = 6
_SHOWN = {
    "parachute_deploy": "mortar",
    "heatshield_separation": "heat shield",
    "backshell_separation": "backshell",
    "rover_separation": "rover off",
    "touchdown": "touchdown",
    "bridle_cut": "",
    "descent_stage_impact": "stage impact",
}
_RANGE = 0.0, 120.0  # [dB] of the colours


class Spectrogram:
    """Collects mean square pressure a hertz, column by column (Hann window)."""

    def __init__(self, rate: int, start: float) -> None:
        self.rate, self.start = rate, start
        self.often = _TOGETHER * BLOCK / rate
        self._columns: list[NDArray[np.float32]] = []
        self._rest = np.zeros(0, np.float32)
        self._window = np.hanning(BLOCK).astype(np.float32)

    def take(self, pressure: NDArray[np.float32]) -> None:
        """The next samples [Pa]."""
        samples = np.concatenate([self._rest, pressure])
        columns = len(samples) // (_TOGETHER * BLOCK)
        frames = samples[: columns * _TOGETHER * BLOCK].reshape(-1, BLOCK)
        self._rest = samples[columns * _TOGETHER * BLOCK :].copy()
        found = np.fft.rfft(frames * self._window, axis=1)
        power = found.real**2 + found.imag**2
        scale = 2.0 / (self.rate * float(np.sum(self._window**2)))
        self._columns += list(scale * power.reshape(columns, _TOGETHER, -1).mean(axis=1))

    def density(self) -> NDArray[np.float64]:
        """Mean square a hertz (time, frequency) [Pa^2/Hz]; frequencies are whole numbers of rate over BLOCK."""
        return np.array(self._columns, float).reshape(-1, BLOCK // 2 + 1)

    def bands(self, lowest: float, highest: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Edges of the bands [Hz], and level in each (time, band) [dB re 20 uPa]."""
        count = int(np.floor(_PER_OCTAVE * np.log2(highest / lowest)))
        edges = lowest * 2.0 ** (np.arange(count + 1) / _PER_OCTAVE)
        width = self.rate / BLOCK
        total = np.pad(np.cumsum(self.density(), axis=1) * width, ((0, 0), (1, 0)))
        ends = (np.arange(total.shape[1]) - 0.5) * width
        at = np.clip(np.searchsorted(ends, edges) - 1, 0, len(ends) - 2)
        share = (edges - ends[at]) / width
        up_to = total[:, at] * (1.0 - share) + total[:, at + 1] * share
        return edges, np.asarray(decibel(np.sqrt(np.maximum(np.diff(up_to, axis=1), 1e-24))))


def draw_spectrogram(heard: Spectrogram, landing: Landing, file: Path) -> None:
    """Write the picture as a PNG."""
    from matplotlib.figure import Figure

    microphone = landing.microphone
    edges, level = heard.bands(microphone.lowest_frequency, microphone.highest_frequency)
    times = heard.start + np.arange(len(level) + 1) * heard.often
    figure = Figure(figsize=(12.0, 6.5), dpi=110, layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    shades = above.pcolormesh(times, edges, level.T, cmap="inferno", vmin=_RANGE[0], vmax=_RANGE[1], rasterized=True)
    above.set_yscale("log")
    above.set_ylabel("frequency / Hz")
    above.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    figure.colorbar(shades, ax=above, label="dB re 20 µPa in 1/6 octave", pad=0.01)
    whole = decibel(np.sqrt(heard.density().sum(axis=1) * heard.rate / BLOCK))
    below.plot(times[:-1], whole, color="#1663b7", linewidth=0.9)
    below.set(xlabel="seconds since entry interface", ylabel="dB re 20 µPa", xlim=(times[0], times[-1]))
    below.grid(color="#e3e6ea")
    _events(landing, above, below, times[-1])
    figure.suptitle(
        f"SIMULATED: {microphone.title} ({landing.record.mission_name}). That of the real landing recorded no audio.",
        fontsize=11,
    )
    figure.savefig(file, metadata={"Software": None, "Source": "SIMULATED by skycrane"})


def _events(landing: Landing, above: Any, below: Any, end: float) -> None:
    for event in landing.record.events:
        if event.key not in _SHOWN or event.t_s > end:
            continue
        for axes, colour in ((above, "white"), (below, "#8b929b")):
            axes.axvline(event.t_s, color=colour, linewidth=0.7, linestyle=":")
        if _SHOWN[event.key]:
            above.annotate(
                _SHOWN[event.key],
                (event.t_s, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(0, 3),
                textcoords="offset points",
                fontsize=8,
                ha="left",
                rotation=30,
            )
