"""The whole descent at a glance: height against speed and time, and the track over the ground."""

import re
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from skycrane.report.drawing import here_point, legend, mark_real, mark_times, new_figure, real_point, title
from skycrane.report.figures.figure import Drawn, Missing
from skycrane.report.numbers import significant
from skycrane.report.palette import EXPECTED, HERE, INK, MUTED
from skycrane.report.view import ReportView

_NAMED = {
    "entry_interface": "entry interface",
    "peak_deceleration": "peak deceleration",
    "parachute_deploy": "parachute",
    "heatshield_separation": "heat shield off",
    "backshell_separation": "backshell off",
    "touchdown": "touchdown",
}
_SHORT = {
    "entry_interface": "entry interface",
    "parachute_deploy": "parachute",
    "height_reached": "height reached",
    "heatshield_separation": "heat shield off",
    "backshell_separation": "backshell off",
    "descent_stage_impact": "descent stage down",
}


def altitude_speed(view: ReportView) -> Drawn | Missing:
    """Height against speed over the whole flight, and height against time from the parachute on."""
    heading = "Height and speed"
    if not view.has("speed_planet_relative", "height_above_areoid"):
        return Missing("altitude-speed", heading, "This record has no height or no speed.")
    figure, (left, right) = new_figure(
        4.1, columns=2, margins={"left": 0.06, "top": 0.855}, gridspec_kw={"wspace": 0.16}
    )
    speed, height = view.column("speed_planet_relative"), view.height / 1e3
    left.plot(speed, height, color=HERE, label="this flight")
    left.set(
        xlabel="planet-relative speed [m/s]",
        ylabel=f"height above the {view.height_name} [km]",
        xlim=(0, None),
    )
    left.set_ylim(min(0.0, 1.2 * float(np.nanmin(height))), None)
    title(left, "Whole flight", above_names=True)
    for key, name in _NAMED.items():
        event = view.event(key)
        if event and key not in ("heatshield_separation", "backshell_separation", "touchdown"):
            at = float(np.interp(event.t_s, view.time, speed)), float(np.interp(event.t_s, view.time, height))
            inward = at[0] > 0.7 * float(np.nanmax(speed))
            here_point(left, *at, name, offset=(-7, 3) if inward else (4, -12), ha="right" if inward else "left")
    _real_pairs(left, view)
    legend(left, loc="center left")
    _height_over_time(right, view)
    end = view.event("touchdown")
    return Drawn(
        "altitude-speed",
        heading,
        figure,
        f"Height above the {view.height_name} falls from {significant(float(height[0]))} km at {significant(float(speed[0]))} m/s "
        + (
            f"to touchdown {significant(end.t_s, 4)} s after entry interface."
            if end
            else f"to {significant(float(height[-1]))} km."
        ),
        f"{_where_speed_is_lost(view, speed, height)}Right: "
        + ("the last minutes, from the parachute on." if _after_parachute(view) else "the same heights over time."),
    )


def _where_speed_is_lost(view: ReportView, speed: np.ndarray, height: np.ndarray) -> str:
    """Between which heights four fifths of the speed go, from nine tenths of the highest speed to one tenth; empty where they do not."""
    top = int(np.nanargmax(speed))
    after, most = speed[top:], float(speed[top])
    slow = [np.nonzero(after < share * most)[0] for share in (0.9, 0.1)]
    if not all(len(each) for each in slow):
        return ""
    high, low = (float(height[top + each[0]]) for each in slow)
    return f"Left: speed falls from nine tenths of its highest to one tenth between {significant(high)} and {significant(low)} km. "


def _after_parachute(view: ReportView) -> bool:
    """True when there is flight to be drawn after mortar fire."""
    fired = view.time_of("parachute_deploy")
    return fired is not None and float(view.time[-1]) - fired > 1.0


def _real_pairs(axes: Axes, view: ReportView) -> None:
    """Points of the real flight of which both height and speed are published."""
    heights = {point.time_s: point.value for point in view.real_values("height_above_landing_point")}
    label: str | None = "real mission"
    for point in view.real_values("speed_planet_relative"):
        if point.time_s in heights and view.height_name == "landing point":
            real_point(axes, point.value, heights[point.time_s] / 1e3, label)
            label = None


def _height_over_time(axes: Axes, view: ReportView) -> None:
    goes_on = _after_parachute(view)
    start = view.time_of("parachute_deploy") if goes_on else 5.0
    assert start is not None, "a flight that goes on after mortar fire has one"
    last = view.time_of("descent_stage_impact", float(view.time[-1])) or float(view.time[-1])
    part = view.during(start - 5.0, last)
    axes.plot(view.time[part], view.height[part] / 1e3, color=HERE, label="this flight")
    axes.set(
        xlabel="time since entry interface [s]",
        ylabel=f"height above the {view.height_name} [km]",
        xlim=(start - 5.0, last),
    )
    axes.set_ylim(bottom=min(0.0, float(np.nanmin(view.height[part])) / 1e3))
    title(axes, "From the parachute on" if goes_on else "Over time", above_names=True)
    label: str | None = "real mission"
    for point in view.real_values("height_above_landing_point"):
        if view.height_name == "landing point":
            real_point(axes, point.time_s, point.value / 1e3, label)
            label = None
    mark_times(axes, view.landmarks())
    mark_real(axes, (view.real_times[key] for key in _NAMED if key in view.real_times))
    legend(axes, loc="center right")


def ground_track(view: ReportView) -> Drawn | Missing:
    """The path over the ground: from entry to the target, under the parachute, and the last kilometre to wheels down."""
    heading = "Ground track"
    if not view.has("position_site"):
        return Missing("ground-track", heading, "This record has no position in the frame of the landing site.")
    if not _after_parachute(view):
        return _entry_track(view, heading)
    figure, axes = new_figure(
        4.1, columns=3, margins={"left": 0.06}, gridspec_kw={"wspace": 0.24, "width_ratios": [1.0, 1.3, 1.0]}
    )
    last = float(view.time[-1])
    down = view.time_of("touchdown", last) or last
    _whole_track(axes[0], view, down)
    chute = view.time_of("parachute_deploy") or last - 120.0
    _track(axes[1], view, chute, down, 1e3)
    title(axes[1], "From the parachute, to scale")
    _impacts(axes[1], view, 1e3)
    _to_scale(axes[1])
    _name_events(axes[1], view, ("parachute_deploy", "heatshield_separation"), 1e3)
    start = view.time_of("backshell_separation") or view.time_of("heatshield_separation") or last - 60.0
    _track(axes[2], view, start, down, 1.0)
    _track(axes[2], view, down, last, 1.0, linestyle=(0, (3, 1.5)), linewidth=1.0)
    title(axes[2], "The last part, to scale")
    _targets(axes[2], view)
    _to_scale(axes[2])
    axes[2].xaxis.set_major_locator(MaxNLocator(4))
    _impacts(axes[2], view, 1.0, inside=True)
    _name_events(axes[2], view, ("backshell_separation", "descent_stage_impact"), 1.0)
    legend(axes[2], loc="best")
    position = view.column("position_site")[0]
    return Drawn(
        "ground-track",
        heading,
        figure,
        f"Track over the ground from {significant(float(np.hypot(position[0], position[1])) / 1e3)} km out to the target, seen from above.",
        "North is up. Triangles: where the bodies that were let go came down. Dashed: the descent stage on its own.",
    )


def _entry_track(view: ReportView, heading: str) -> Drawn:
    """The one track of a flight that ends before or with mortar fire."""
    figure, axes = new_figure(3.4, margins={"left": 0.06})
    _whole_track(axes[0], view, float(view.time[-1]))
    return Drawn(
        "ground-track", heading, figure, "Track over the ground from entry interface to the end of the flight, seen from above.",
        "North is up, and stretched.",
    )  # fmt: skip


def _whole_track(axes: Axes, view: ReportView, end: float) -> None:
    """The track from entry interface on, with what steered it."""
    reversals = [each.key for each in view.record.events if each.key.startswith("bank_reversal")]
    _track(axes, view, 0.0, end, 1e3)
    title(axes, "From entry interface, north stretched")
    axes.margins(0.12)
    axes.autoscale_view()
    _name_events(axes, view, ("entry_interface", *reversals, "parachute_deploy", "height_reached"), 1e3)
    axes.plot([0], [0], "+", color=INK, markersize=10, markeredgewidth=1.4)
    axes.annotate("origin of the site", (0, 0), xytext=(-8, -14), textcoords="offset points", fontsize=7, ha="right")


def _track(axes: Axes, view: ReportView, start: float, end: float, metres: float, **line: Any) -> None:
    """The track from one time to another, in units of so many metres."""
    part = view.during(start, end)
    east, north = (view.column("position_site")[part, each] / metres for each in (0, 1))
    axes.plot(east, north, color=HERE, **line)
    unit = "km" if metres == 1e3 else "m"
    axes.set(xlabel=f"east [{unit}]", ylabel=f"north [{unit}]")


def _to_scale(axes: Axes) -> None:
    """One metre is one metre both ways, and nothing drawn later moves the plot."""
    axes.margins(0.15)
    axes.set_aspect("equal", adjustable="datalim")
    axes.autoscale_view()
    axes.apply_aspect()
    axes.set(xlim=axes.get_xlim(), ylim=axes.get_ylim())


def _name_events(axes: Axes, view: ReportView, keys: tuple[str, ...], metres: float) -> None:
    """Events on the track, named where there is room, to the side where there is more of it."""
    named: list[np.ndarray] = []
    for key in keys:
        event = view.event(key)
        if event is None or not view.has("position_site"):
            continue
        at = [float(np.interp(event.t_s, view.time, view.column("position_site")[:, each])) / metres for each in (0, 1)]
        place = axes.transAxes.inverted().transform(axes.transData.transform(at))
        free = all(abs(place[1] - each[1]) > 0.05 or abs(place[0] - each[0]) > 0.4 for each in named)
        right = place[0] > 0.5
        name = _SHORT.get(key, event.label.replace("Bank reversal", "reversal"))
        offset, side = ((-6, -10), "right") if right else ((6, 4), "left")
        here_point(axes, at[0], at[1], name if free else "", offset=offset, ha=side)
        named += [place] if free else []


def _targets(axes: Axes, view: ReportView) -> None:
    """The landing target that was steered to, and where the wheels came down."""
    if view.has("target_position_site"):
        targets = view.column("target_position_site")
        target = targets[np.isfinite(targets).all(axis=1)][-1]
        axes.plot(target[0], target[1], "x", color=INK, markersize=8, markeredgewidth=1.4, label="landing target")
    name = "rover_position_site" if view.has("rover_position_site") else "position_site"
    touchdown = view.event("touchdown")
    if touchdown:
        at = [float(np.interp(touchdown.t_s, view.time, view.column(name)[:, each])) for each in (0, 1)]
        axes.plot(*at, "o", color=HERE, markersize=6, label="touchdown")


def _impacts(axes: Axes, view: ReportView, metres: float, inside: bool = False) -> None:
    """Where the bodies that were let go came down; with `inside`, only what lies in the plot as it is."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    named = set()
    for body, place in (view.record.outcome.get("loose_bodies") or {}).items():
        east, north = place["east_m"] / metres, place["north_m"] / metres
        if inside and not (left < east < right and low < north < high):
            continue
        axes.plot(east, north, "v", color=EXPECTED, markersize=5)
        name = re.sub(r"_\d+$", "", body).replace("_", " ")
        if name not in named:
            named.add(name)
            offset = (0, 6) if name == "heat shield" else (0, -13)
            axes.annotate(
                name, (east, north), xytext=offset, textcoords="offset points", fontsize=7, color=MUTED, ha="center"
            )
