"""Draw a landing as one picture: height against speed, with the events. `make picture` makes the README's picture with it.

python picture_of_a_landing.py [RUN] [PICTURE]      without RUN the nominal Perseverance landing is flown
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

import skycrane as sc
from skycrane.record import FlightRecord

#: event key -> (label, side of the curve on which it stands)
MARKED = {
    "entry_interface": ("entry interface", "left"),
    "peak_heating": ("peak heating", "left"),
    "peak_deceleration": ("peak deceleration", "right"),
    "parachute_deploy": ("parachute", "right"),
    "heatshield_separation": ("heat shield off", "left"),
    "backshell_separation": ("backshell off", "right"),
    "constant_velocity": ("constant velocity", "right"),
    "rover_separation": ("sky crane", "right"),
    "touchdown": ("touchdown", "right"),
}


def draw(run: FlightRecord) -> Figure:
    """Height above the terrain against planet-relative speed, both logarithmic: the whole landing fits."""
    upto = run.event("touchdown") or run.events[-1]
    flown = run.channels.sel(time=slice(0.0, upto.t_s))
    figure, axes = plt.subplots(figsize=(9, 6), dpi=130)
    axes.loglog(flown["speed_planet_relative"], flown["height_above_terrain"], color="#b5460f", linewidth=2)
    for event in run.events:
        if event.key in MARKED:
            at = event.state["speed_planet_relative"], max(event.state["height_above_terrain"], 1.0)
            axes.plot(*at, "o", color="#222", markersize=5)
            name, side = MARKED[event.key]
            label = f"{name}\nE+{event.t_s:.0f} s, {event.state['deceleration']:.1f} g"
            offset, anchor = ((8, -20), "left") if side == "right" else ((-8, 5), "right")
            axes.annotate(label, at, xytext=offset, textcoords="offset points", ha=anchor, fontsize=8)
    axes.set(xlabel="speed relative to Mars [m/s]", ylabel="height above the terrain [m]", title=run.mission_name)
    axes.set_xlim(0.3, 2e4)
    axes.set_ylim(0.3, 5e5)
    axes.grid(alpha=0.25, which="both", linewidth=0.4)
    figure.tight_layout()
    return figure


if __name__ == "__main__":
    run = sc.open_run(sys.argv[1]) if len(sys.argv) > 1 else sc.fly(sc.load_mission("mars2020"))
    picture = Path(sys.argv[2] if len(sys.argv) > 2 else "landing.png")
    draw(run).savefig(picture)
    print(picture)
