"""Draws docs/figures/sound.svg from a run: `python docs/figures/sound.py RUN docs/figures/sound.svg`."""

import sys
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import pyplot as plt

from skycrane.mission.mission import read_mission_text
from skycrane.record import FlightRecord, open_run
from skycrane.sound.carbon_dioxide import Gas
from skycrane.sound.levels import decibel
from skycrane.sound.microphone import band, own_noise
from skycrane.sound.places import Places
from skycrane.sound.sources import SOURCES, Landing

INK, SOFT = "#8a4b2d", "#9a9a9a"
COLOURS = {"engines": INK, "flow": "#1663b7", "aeroshell": "#5f6872", "thrusters": "#3c8d5a", "wind": "#c79a2b"}


def draw(record: FlightRecord, target: Path) -> None:
    """Two speeds and the loss of what is high, above; the level of every source over the landing, below."""
    matplotlib.rcParams.update(
        {"svg.hashsalt": "skycrane", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    )
    figure, axes = plt.subplot_mosaic(
        [["speed", "loss"], ["levels", "levels"]], figsize=(8.0, 6.0), layout="constrained"
    )
    _gas(axes["speed"], axes["loss"])
    _levels(axes["levels"], record)
    figure.savefig(target, metadata={"Date": None})


def _gas(speed: plt.Axes, loss: plt.Axes) -> None:
    f = np.geomspace(10.0, 2e4, 400)
    site = Gas(740.0, 240.0, 191.2)
    speed.semilogx(f, site.phase_speed(f), color=INK)
    speed.axvline(240.0, color=SOFT, linestyle=":")
    speed.set(xlabel="frequency / Hz", ylabel="speed of sound / (m/s)", title="740 Pa, 240 K")
    loss.loglog(f, 8.686 * site.absorption(f), color=INK, label="all")
    loss.loglog(f, 8.686 * site.classical_absorption(f), color=SOFT, label="friction, conduction, rotation")
    loss.axvline(240.0, color=SOFT, linestyle=":")
    loss.set(xlabel="frequency / Hz", ylabel="absorption / (dB/m)", ylim=(1e-3, 10.0))
    loss.legend(frameon=False)


def _levels(axes: plt.Axes, record: FlightRecord) -> None:
    parameters = read_mission_text(record.mission).parameters
    given = parameters.sound
    microphone = given.microphones[0]
    landing = Landing(record, parameters, given, microphone, Places(record.channels, parameters, microphone))
    times = np.arange(0.0, landing.rests + microphone.off_delay, 0.25)
    f = np.geomspace(10.0, 24e3, 96)
    heard = band(microphone, f)
    for name, source in SOURCES.items():
        level = decibel(np.sqrt(np.trapezoid(source(landing, times, f) * heard, f, axis=1)))
        axes.plot(times, np.where(level > 0.0, level, np.nan), color=COLOURS[name], label=name, linewidth=1.0)
    own = decibel(float(np.sqrt(np.trapezoid(own_noise(microphone, f), f))))
    axes.axhline(own, color=SOFT, linestyle=":", label="own noise of the microphone")
    axes.set(xlabel="seconds since entry interface", ylabel="level / dB re 20 µPa", ylim=(0.0, 140.0))
    axes.legend(frameon=False, ncols=3, loc="upper left")


if __name__ == "__main__":
    draw(open_run(sys.argv[1]), Path(sys.argv[2]))
