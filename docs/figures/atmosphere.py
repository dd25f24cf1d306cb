"""Draws docs/figures/atmosphere.svg: density, temperature and wind of the mars2020 mission. Run it when the mission's air changes."""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import pyplot as plt

from skycrane.mission import load_mission
from skycrane.planet.atmosphere.air import Day, air_from_table
from skycrane.planet.atmosphere.tables import atmosphere_table

INK, SOFT = "#8a4b2d", "#9a9a9a"


def draw(target: Path) -> None:
    """Three panels over one height axis."""
    matplotlib.rcParams.update(
        {"svg.hashsalt": "skycrane", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    )
    mission = load_mission("mars2020").parameters
    height = np.arange(-2.5e3, 130e3, 1e3)
    table = atmosphere_table(mission.atmosphere, mission.planet)
    air = air_from_table(table, mission.planet.gas, Day.of(mission.atmosphere), height)
    panels = [
        ("density, kg/m³", air.density),
        ("temperature, K", air.temperature),
        ("wind to the east, m/s", air.wind_east),
    ]
    figure, axes = plt.subplots(1, 3, figsize=(8.0, 3.6), sharey=True, layout="constrained")
    for axis, (label, values) in zip(axes, panels, strict=True):
        axis.plot(values, height / 1e3, color=INK)
        axis.axhline(9.6, color=SOFT, lw=0.8, ls="--")
        axis.set_xlabel(label)
    axes[0].set(xscale="log", ylabel="height above the areoid, km", ylim=(-3.0, 130.0))
    axes[0].plot([5.8e-3, 6.3e-3], [9.6, 9.6], color="black", lw=4)
    axes[0].text(2e-8, 11.5, "parachute deployment", color="#666666", fontsize=8)
    axes[2].plot([15.0, 25.0], [9.6, 9.6], color="black", lw=4)
    figure.savefig(target, metadata={"Date": None})


if __name__ == "__main__":
    draw(Path(__file__).with_suffix(".svg"))
