"""How loud a landing is: level and peak of each of its parts, and what made most of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skycrane.record import FlightRecord

Array = NDArray[np.float64]

#: [Pa] of 0 dB
REFERENCE = 20e-6

#: first event of a part of the landing, and its name
PARTS = (
    ("entry_interface", "entry"),
    ("parachute_deploy", "parachute, heat shield on"),
    ("heatshield_separation", "parachute, heat shield gone"),
    ("backshell_separation", "powered descent"),
    ("rover_separation", "on the bridles"),
    ("touchdown", "wheels down, stage above"),
    ("bridle_cut", "stage flies away"),
    ("descent_stage_impact", "alone on Mars"),
)


@dataclass(frozen=True)
class Part:
    """One part of the landing as it was heard. Times [s] since entry interface; pressures [Pa]."""

    name: str
    starts: float
    ends: float
    rms: float
    peak: float
    main: str
    by_source: dict[str, float]

    @property
    def level(self) -> float:
        """[dB re 20 uPa]"""
        return float(decibel(self.rms))


def decibel(pressure: float | Array) -> float | Array:
    """Level of an rms pressure [Pa] in dB re 20 uPa."""
    return 20.0 * np.log10(np.maximum(pressure, 1e-12) / REFERENCE)


def parts(
    record: FlightRecord,
    span: tuple[float, float],
    square: Array,
    peak: Array,
    sources: dict[str, Array],
    often: float,
) -> list[Part]:
    """The parts of a recording that spans these times; mean square and peak every `often` seconds, mean square of each source likewise."""
    starts = [(event.t_s, name) for key, name in PARTS if (event := record.event(key)) is not None]
    starts = [(t, name) for t, name in starts if t < span[1]]
    ends = [*[t for t, _ in starts[1:]], span[1]]
    middle = span[0] + (np.arange(len(square)) + 0.5) * often
    told = []
    for (t, name), end in zip(starts, ends, strict=True):
        inside = (middle >= t) & (middle < end)
        if not inside.any():
            continue
        by_source = {each: float(np.sqrt(values[inside].mean())) for each, values in sources.items()}
        main = max(by_source, key=lambda each: by_source[each])
        rms = float(np.sqrt(square[inside].mean()))
        told.append(Part(name, max(t, span[0]), end, rms, float(peak[inside].max()), main, by_source))
    return told
