"""Draw a landing as one picture, from entry interface to wheels down. `make picture` makes the README's picture with it.

python picture_of_a_landing.py [RUN] [PICTURE]      without RUN the nominal Perseverance landing is flown
"""

import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import skycrane as sc
from skycrane.record import FlightRecord

HERE, REAL, INK, MUTED, LINE = "#b5460f", "#1b4f8a", "#221a16", "#7d726b", "#e4ddd6"
PHASES = {"entry": "#f7efe8", "parachute": "#f2e5d9", "powered_descent": "#ecd9c8", "sky_crane": "#e5ccb6"}
PHASE_NAMES = {
    "entry": "guided entry",
    "parachute": "parachute",
    "powered_descent": "powered descent",
    "sky_crane": "sky crane",
}
#: event -> (what it is called, where its label stands against the curve: points right and up, anchor)
MARKED = {
    "entry_interface": ("entry interface", (-9, 0), "right"),
    "peak_heating": ("peak heating", (9, 3), "left"),
    "peak_deceleration": ("peak deceleration", (5, -17), "left"),
    "bank_reversal_2": ("second reversal", (-2, -15), "center"),
    "parachute_deploy": ("parachute", (-2, 16), "left"),
    "heatshield_separation": ("heat shield off", (-7, 10), "right"),
    "map_fix": ("place found on the map", (9, -7), "left"),
    "backshell_separation": ("backshell off", (-9, -6), "right"),
    "constant_velocity": ("constant velocity", (9, -8), "left"),
    "rover_separation": ("rover on its bridles", (-6, 14), "center"),
    "touchdown": ("wheels down", (9, 9), "left"),
}
STYLE = {
    "font.size": 8.5, "font.family": "DejaVu Sans", "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": MUTED,
    "xtick.color": MUTED, "ytick.color": MUTED, "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.6,
    "axes.titlesize": 9, "axes.titlelocation": "left", "grid.color": LINE, "grid.linewidth": 0.6, "lines.linewidth": 1.5,
}  # fmt: skip


def draw(run: FlightRecord) -> Figure:
    """Height against speed on top, as the whole landing fits there; beneath it what shaped it, against time."""
    with plt.rc_context(STYLE):
        figure = plt.figure(figsize=(11, 9.4), dpi=120, facecolor="white")
        grid = figure.add_gridspec(
            3,
            3,
            height_ratios=[2.5, 1.0, 1.0],
            hspace=0.5,
            wspace=0.26,
            left=0.075,
            right=0.985,
            top=0.915,
            bottom=0.055,
        )
        whole_landing(figure.add_subplot(grid[0, :]), run)
        deceleration(figure.add_subplot(grid[1, 0]), run)
        bank(figure.add_subplot(grid[1, 1]), run)
        parachute_box(figure.add_subplot(grid[1, 2]), run)
        thrust(figure.add_subplot(grid[2, 0]), run)
        bridles(figure.add_subplot(grid[2, 1]), run)
        track(figure.add_subplot(grid[2, 2]), run)
        figure.text(
            0.012, 0.972, str(tomllib.loads(run.mission).get("title") or run.mission_name), fontsize=14, weight="bold"
        )
        figure.text(0.012, 0.949, told(run), fontsize=9, color=MUTED)
    return figure


def told(run: FlightRecord) -> str:
    """The line under the title: what this is, and how it agrees with the real flight."""
    compared = sc.compare_with_flight(run)
    seed = run.provenance.get("seed")
    kind = "nominal flight" if seed is None else f"seed {seed}"
    agreement = (
        f"; {compared.passed} of {len(compared.rows)} flown figures met within their bounds (blue: flown)"
        if compared.rows
        else ""
    )
    return f"Simulated, {kind}{agreement}"


def upto_touchdown(run: FlightRecord) -> float:
    """The time at which the landing is over."""
    return (run.event("touchdown") or run.events[-1]).t_s


def whole_landing(axes: Axes, run: FlightRecord) -> None:
    """Height above the ground against planet-relative speed, both logarithmic, with phases and events; of the rover once it is let down."""
    down, let_go = upto_touchdown(run), run.event("rover_separation")
    axes.set(xlim=(0.14, 2.6e4), ylim=(0.8, 3.2e5), xscale="log", yscale="log")
    axes.grid(True, which="major")
    bands(axes, run)
    flown = run.channels.sel(time=slice(0.0, let_go.t_s if let_go else down))
    axes.plot(flown["speed_planet_relative"], flown["height_above_terrain"], color=HERE, linewidth=2.2, zorder=3)
    if let_go:
        hung = run.channels.sel(time=slice(let_go.t_s + 0.1, down))
        height = hung["rover_position_site"][:, 2] - hung["rover_position_site"][-1, 2]
        speed = np.linalg.norm(hung["rover_velocity_site"], axis=1)
        axes.plot(speed, np.maximum(height, 0.5), color=HERE, linewidth=1.2, zorder=3)
        axes.annotate(
            "rover, under\nthe descent stage",
            (2.2, 9.0),
            xytext=(8, -8),
            textcoords="offset points",
            fontsize=7.6,
            color=MUTED,
        )
    for event in run.events:
        if event.key in MARKED:
            name, offset, anchor = MARKED[event.key]
            at = event.state["speed_planet_relative"], event.state["height_above_terrain"]
            if event.key == "touchdown" and let_go:
                at = float(speed[-1]), 0.9
            axes.plot(*at, "o", color=INK, markersize=4.5, zorder=5, clip_on=False)
            words = f"{name}\nE+{event.t_s:.0f} s{figures(event.key, event.state)}"
            axes.annotate(
                words,
                at,
                xytext=offset,
                textcoords="offset points",
                ha=anchor,
                va="center",
                fontsize=7.6,
                linespacing=1.15,
                zorder=6,
            )
    axes.set(xlabel="speed relative to the planet [m/s]", ylabel="height above the ground [m]")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def bands(axes: Axes, run: FlightRecord) -> None:
    """The phases, as layers of height."""
    flown = run.channels.sel(time=slice(0.0, upto_touchdown(run)))
    height, phase = flown["height_above_terrain"].values, flown["phase"].values.astype(int)
    names = flown["phase"].attrs["flag_meanings"].split()
    starts = [0, *(np.flatnonzero(np.diff(phase)) + 1)]
    tops = [3.2e5, *(max(float(height[each]), 1.0) for each in starts[1:]), 0.8]
    for start, (top, low) in zip(starts, pairwise(tops), strict=True):
        name = names[phase[start]]
        axes.axhspan(low, top, color=PHASES.get(name, LINE), zorder=0, linewidth=0)
        axes.text(
            0.16,
            float(np.sqrt(low * top)),
            PHASE_NAMES.get(name, name),
            color=MUTED,
            va="center",
            fontsize=8.5,
            style="italic",
        )


def figures(key: str, state: dict[str, float]) -> str:
    """The figure that says most at an event."""
    say = {
        "entry_interface": f", {state['speed_planet_relative'] / 1e3:.1f} km/s",
        "peak_heating": f", {state['convective_heat_flux'] / 1e4:.0f} W/cm²",
        "peak_deceleration": f", {state['deceleration']:.1f} g",
        "parachute_deploy": f", Mach {state['mach']:.2f}",
        "heatshield_separation": f", Mach {state['mach']:.2f}",
        "backshell_separation": f", {state['speed_planet_relative']:.0f} m/s",
        "constant_velocity": f", {state['speed_planet_relative']:.0f} m/s",
    }
    return say.get(key, "")


def flown_rows(run: FlightRecord) -> dict[str, float]:
    """Figures of the real flight by their key."""
    return {row.key: row.flown for row in sc.compare_with_flight(run).rows if row.flown is not None}


def against_time(axes: Axes, title: str, start: float, end: float) -> None:
    axes.set(xlim=(start, end))
    axes.set_title(title)
    axes.set_xlabel("seconds since entry interface", fontsize=7.6, color=MUTED, labelpad=1.0)
    axes.grid(True)


def deceleration(axes: Axes, run: FlightRecord) -> None:
    """What the vehicle feels, until the parachute has filled."""
    end = (run.event("parachute_deploy") or run.events[-1]).t_s + 12.0
    part, real = run.channels.sel(time=slice(0.0, end)), flown_rows(run)
    axes.plot(part["time"], part["deceleration"], color=HERE)
    if {"peak_deceleration", "peak_deceleration_time"} <= set(real):
        axes.plot(
            real["peak_deceleration_time"],
            real["peak_deceleration"],
            "D",
            markerfacecolor="none",
            color=REAL,
            markersize=6,
        )
    against_time(axes, "Deceleration [Earth g]", 0.0, end)
    axes.set_ylim(0.0, 12.0)


def bank(axes: Axes, run: FlightRecord) -> None:
    """Lift is steered by rolling it: commanded in grey, flown in colour, the real reversals below."""
    end = (run.event("parachute_deploy") or run.events[-1]).t_s
    part, real = run.channels.sel(time=slice(0.0, end)), flown_rows(run)
    if "bank_angle_commanded" in part:
        axes.plot(part["time"], part["bank_angle_commanded"], color=MUTED, linewidth=0.9)
    axes.plot(part["time"], part["bank_angle"], color=HERE)
    for key, time in real.items():
        if key.startswith("bank_reversal_"):
            axes.plot(time, -100.0, "^", color=REAL, markersize=6, clip_on=False)
    against_time(axes, "Bank angle [deg], flown and commanded", 0.0, end)
    axes.set_ylim(-100.0, 100.0)


def parachute_box(axes: Axes, run: FlightRecord) -> None:
    """Mach number and dynamic pressure up to mortar fire, and the box that the parachute is qualified for."""
    event, real = run.event("parachute_deploy"), flown_rows(run)
    chute = tomllib.loads(run.mission).get("vehicle", {}).get("parachute", {})
    low, high = (
        (chute.get("mach_low"), chute.get("dynamic_pressure_low_Pa")),
        (chute.get("mach_high"), chute.get("dynamic_pressure_high_Pa")),
    )
    axes.set_title("Mach number and dynamic pressure [Pa]")
    axes.grid(True)
    if event is None or None in (*low, *high):
        return
    part = run.channels.sel(time=slice(event.t_s - 60.0, event.t_s))
    axes.add_patch(
        Rectangle(
            low,
            high[0] - low[0],
            high[1] - low[1],
            facecolor=PHASES["parachute"],
            edgecolor=MUTED,
            linewidth=0.8,
            zorder=0,
        )
    )
    axes.text(low[0] + 0.02, high[1] - 15.0, "parachute box", va="top", fontsize=7.6, color=MUTED)
    axes.plot(part["mach"], part["dynamic_pressure"], color=HERE)
    axes.plot(event.state["mach"], event.state["dynamic_pressure"], "o", color=INK, markersize=4.5)
    if {"parachute_deploy_mach", "parachute_deploy_dynamic_pressure"} <= set(real):
        at = real["parachute_deploy_mach"], real["parachute_deploy_dynamic_pressure"]
        axes.plot(*at, "D", markerfacecolor="none", color=REAL, markersize=7)
    axes.set(xlim=(low[0] - 0.2, high[0] + 0.3), ylim=(low[1] - 120.0, high[1] + 120.0))


def thrust(axes: Axes, run: FlightRecord) -> None:
    """The descent engines, all together."""
    start, end = run.event("backshell_separation"), run.event("bridle_cut") or run.events[-1]
    if start is None or "thrust_total" not in run.channels:
        axes.set_axis_off()
        return
    part = run.channels.sel(time=slice(start.t_s, end.t_s))
    axes.plot(part["time"], part["thrust_total"] * 1e-3, color=HERE)
    against_time(axes, "Thrust of the descent engines [kN]", start.t_s, end.t_s)
    axes.set_ylim(0.0, None)


def bridles(axes: Axes, run: FlightRecord) -> None:
    """The rover's weight goes from the bridles to the wheels."""
    start, end = run.event("rover_separation"), run.event("bridle_cut") or run.events[-1]
    if start is None or "bridle_tension" not in run.channels:
        axes.set_axis_off()
        return
    part = run.channels.sel(time=slice(start.t_s, end.t_s))
    axes.plot(part["time"], part["bridle_tension"].sum("bridle") * 1e-3, color=HERE, linewidth=1.0, label="bridles")
    axes.plot(
        part["time"],
        part["wheel_load"].sum("wheel") * 1e-3,
        color=INK,
        linewidth=1.0,
        linestyle=(0, (3, 1)),
        label="wheels",
    )
    against_time(axes, "Load on bridles and wheels [kN]", start.t_s, end.t_s)
    axes.set_ylim(0.0, None)
    axes.legend(frameon=False, loc="upper center", fontsize=7.6)


def track(axes: Axes, run: FlightRecord) -> None:
    """The last kilometre seen from above, and where everything came down."""
    start = run.event("backshell_separation") or run.event("parachute_deploy") or run.events[0]
    part = run.channels.sel(time=slice(start.t_s, None))
    down = upto_touchdown(run)
    for piece, style in ((part.sel(time=slice(None, down)), "-"), (part.sel(time=slice(down, None)), (0, (3, 1.5)))):
        axes.plot(
            *(piece["position_site"].isel(axis=each) for each in (0, 1)), color=HERE, linestyle=style, linewidth=1.3
        )
    axes.margins(0.3)
    axes.set_aspect("equal", adjustable="datalim")
    axes.apply_aspect()
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    places = {name: (at["east_m"], at["north_m"]) for name, at in (run.outcome.get("loose_bodies") or {}).items()}
    if run.outcome.get("touchdown"):
        places["rover"] = run.outcome["touchdown"]["east_m"], run.outcome["touchdown"]["north_m"]
    if run.event("descent_stage_impact"):
        places["descent stage"] = tuple(float(part["position_site"][-1, each]) for each in (0, 1))
    for name, (east, north) in places.items():
        if left < east < 0.1 * left + 0.9 * right and low < north < high:
            axes.plot(east, north, "o", color=INK, markersize=4.5)
            axes.annotate(
                name.replace("_", " "),
                (east, north),
                xytext=(0, 6),
                textcoords="offset points",
                ha="center",
                fontsize=7.6,
            )
    axes.set(xlim=(left, right), ylim=(low, high))
    axes.set_title("Where it all came down [m east, north]")
    axes.grid(True)


if __name__ == "__main__":
    run = sc.open_run(sys.argv[1]) if len(sys.argv) > 1 else sc.fly(sc.load_mission("mars2020"))
    picture = Path(sys.argv[2] if len(sys.argv) > 2 else "landing.png")
    draw(run).savefig(picture)
    print(picture)
