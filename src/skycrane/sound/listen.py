"""One microphone through one landing: sources and bangs become samples, samples become files, piece by piece."""

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.core.errors import InputError
from skycrane.mission.parameters.sound import MicrophoneParameters
from skycrane.sound import microphone as membrane
from skycrane.sound.bangs import Bang, bangs
from skycrane.sound.levels import Part, parts
from skycrane.sound.noise import HOP, noise, times_of_blocks
from skycrane.sound.sources import SOURCES, Landing
from skycrane.sound.spectrogram import Spectrogram, draw_spectrogram

Array = NDArray[np.float64]

OWN, BANGS = "microphone", "bangs"  # its own noise and all bangs, among the sources
_FREQUENCIES = 48  # at which spectra are computed, evenly in octaves
_BEFORE, _AFTER = 10.0, 10.0  # [s] of the excerpt, before and after touchdown
_PEAK = 0.89  # of the excerpt: 1 dB below the largest sample


@dataclass(frozen=True)
class Heard:
    """What one microphone heard. Times [s] since entry interface."""

    microphone: MicrophoneParameters
    starts: float
    ends: float
    parts: list[Part]
    bangs: list[tuple[Bang, float]]  # each with its peak pressure as heard [Pa]
    clipped: int
    excerpt: tuple[float, float]
    gain: float  # samples of the excerpt for a pascal


def listen(landing: Landing, span: tuple[float, float], seed: tuple[int, int], folder: Path) -> Heard:
    """Record from one time to another [s] and write FLAC, an excerpt in MP3 and a spectrogram into the folder."""
    here = landing.microphone
    rate = here.sampling_rate
    samples = round((span[1] - span[0]) * rate)
    times = times_of_blocks(span[0], samples, rate)
    frequency = np.geomspace(0.5 * here.lowest_frequency, 0.5 * rate, _FREQUENCIES)
    spectra = _spectra(landing, times, frequency)
    amplitude = np.sqrt(sum(spectra.values()))
    draw = np.random.default_rng([*seed, zlib.crc32(f"{here.id} noise".encode())])
    ringing = [(each, membrane.heard(here, each.pressure)) for each in bangs(landing, seed)]
    excerpt = _excerpt(landing, span)
    tape = _Tape(landing, span, samples, excerpt, folder)
    for piece in noise(amplitude, frequency, rate, draw):
        tape.take(piece, ringing)
    gain = tape.end()
    width = np.gradient(frequency)
    powers = {name: _between(each @ width, len(tape.square)) for name, each in spectra.items()}
    powers[BANGS] = _power(ringing, span[0], rate, len(tape.square))
    draw_spectrogram(tape.spectrogram, landing, folder / f"{here.id}.png")
    return Heard(
        microphone=here,
        starts=span[0],
        ends=span[1],
        parts=parts(landing.record, span, np.array(tape.square), np.array(tape.peak), powers, HOP / rate),
        bangs=[(bang, float(np.max(np.abs(wave)))) for bang, wave in ringing if span[0] <= bang.starts < span[1]],
        clipped=tape.clipped,
        excerpt=excerpt,
        gain=gain,
    )


def _spectra(landing: Landing, times: Array, frequency: Array) -> dict[str, Array]:
    """Mean square a hertz (time, frequency) of every source as the microphone hears it, its own noise last."""
    heard = membrane.band(landing.microphone, frequency)
    made = {name: compute(landing, times, frequency) * heard for name, compute in SOURCES.items()}
    own = membrane.own_noise(landing.microphone, frequency)
    return {**made, OWN: np.broadcast_to(own, (len(times), len(frequency)))}


def _excerpt(landing: Landing, span: tuple[float, float]) -> tuple[float, float]:
    """The seconds that go home first: around touchdown, or the last ones of a landing without one."""
    middle = landing.rests if np.isfinite(landing.rests) else span[1] - _AFTER
    return max(span[0], middle - _BEFORE), min(span[1], middle + _AFTER)


def _power(ringing: list[tuple[Bang, Array]], start: float, rate: int, count: int) -> Array:
    """Mean square of all bangs, hop by hop [Pa^2]."""
    total = np.zeros(count)
    for bang, wave in ringing:
        hop = (round((bang.starts - start) * rate) + np.arange(len(wave))) // HOP
        inside = (hop >= 0) & (hop < count)
        np.add.at(total, hop[inside], wave[inside] ** 2 / HOP)
    return total


def _between(values: Array, count: int) -> Array:
    """Values at the ends of hops as values of the hops."""
    return np.asarray(0.5 * (values[:-1] + values[1:]))[:count]


class _Tape:
    """Takes the pieces of a recording in order: adds the bangs, samples, writes, and keeps levels, spectrum and excerpt."""

    def __init__(
        self, landing: Landing, span: tuple[float, float], samples: int, excerpt: tuple[float, float], folder: Path
    ) -> None:
        self._microphone = landing.microphone
        self._start, self._left, self._at = span[0], samples, 0
        rate = self._microphone.sampling_rate
        self._kept: list[NDArray[np.float32]] = []
        self._keep = tuple(round((t - span[0]) * rate) for t in excerpt)
        self._excerpt = folder / f"{self._microphone.id}_excerpt.mp3"
        self._file = _open(folder / f"{self._microphone.id}.flac", self._microphone, landing.record.mission_name)
        self.square: list[float] = []
        self.peak: list[float] = []
        self.clipped = 0
        self.spectrogram = Spectrogram(rate, span[0])

    def take(self, piece: NDArray[np.float32], ringing: list[tuple[Bang, Array]]) -> None:
        """The next piece of noise [Pa]."""
        piece = piece[: self._left]
        if not len(piece):
            return
        for bang, wave in ringing:
            self._add(piece, wave, round((bang.starts - self._start) * self._microphone.sampling_rate))
        counts, clipped = membrane.sampled(self._microphone, piece)
        self._file.write(counts << (32 - self._microphone.bits))
        self.clipped += clipped
        pressure = counts.astype(np.float32) * np.float32(membrane.step(self._microphone))
        self.spectrogram.take(pressure)
        whole = pressure[: len(pressure) // HOP * HOP].reshape(-1, HOP)
        self.square += np.mean(whole**2, axis=1).tolist()
        self.peak += np.max(np.abs(whole), axis=1).tolist()
        first, last = self._keep
        self._kept.append(pressure[max(0, first - self._at) : max(0, last - self._at)])
        self._at += len(piece)
        self._left -= len(piece)

    def end(self) -> float:
        """Close the files; what a pascal is in the excerpt."""
        self._file.close()
        kept = np.concatenate(self._kept)
        gain = _PEAK / float(np.max(np.abs(kept)))
        with _open(self._excerpt, self._microphone, "", mp3=True) as file:
            file.write(kept * np.float32(gain))
        return gain

    def _add(self, piece: NDArray[np.float32], wave: Array, start: int) -> None:
        first, last = max(start, self._at), min(start + len(wave), self._at + len(piece))
        if first < last:
            piece[first - self._at : last - self._at] += wave[first - start : last - start].astype(np.float32)


def _open(path: Path, microphone: MicrophoneParameters, mission: str, mp3: bool = False) -> Any:
    import soundfile

    kind, depth = ("MP3", "MPEG_LAYER_III") if mp3 else ("FLAC", f"PCM_{microphone.bits}")
    if kind not in soundfile.available_formats():
        raise InputError(
            f"the sound library here (libsndfile {soundfile.__libsndfile_version__}) writes no {kind}; 1.1 or newer does"
        )
    file = soundfile.SoundFile(path, "w", microphone.sampling_rate, 1, subtype=depth, format=kind)
    if not mp3:
        file.title = f"SIMULATED: {microphone.title}, {mission}"
        file.comment = "SIMULATED by skycrane. The microphone of the real landing recorded no audio."
    return file
