"""The whole descent at a glance: height against speed and time, and the track over the ground."""

import numpy as np
from matplotlib.axes import Axes

from skycrane.report.drawing import here_point, legend, mark_real, mark_times, new_figure, real_point, title
from skycrane.report.figures.figure import Drawn, Missing
from skycrane.report.numbers import significant
from skycrane.report.palette import EXPECTED, HERE, INK
from skycrane.report.view import ReportView

_NAMED = {
    "entry_interface": "entry interface",
    "peak_deceleration": "peak deceleration",
    "parachute_deploy": "parachute",
    "heatshield_separation": "heat shield off",
    "backshell_separation": "backshell off",
    "touchdown": "touchdown",
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
        ylim=(0, None),
    )
    title(left, "Whole flight", above_names=True)
    for key, name in _NAMED.items():
        event = view.event(key)
        if event and key not in ("heatshield_separation", "backshell_separation", "touchdown"):
            at = float(np.interp(event.t_s, view.time, speed)), float(np.interp(event.t_s, view.time, height))
            inward = at[0] > 0.7 * float(np.nanmax(speed))
            here_point(left, *at, name, offset=(-7, 3) if inward else (7, -2), ha="right" if inward else "left")
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
        "Left: most of the speed is lost in a thin layer, at nearly constant height. Right: the last minutes, from the parachute on.",
    )


def _real_pairs(axes: Axes, view: ReportView) -> None:
    """Points of the real flight of which both height and speed are published."""
    heights = {point.time_s: point.value for point in view.real_values("height_above_landing_point")}
    label: str | None = "real mission"
    for point in view.real_values("speed_planet_relative"):
        if point.time_s in heights and view.height_name == "landing point":
            real_point(axes, point.value, heights[point.time_s] / 1e3, label)
            label = None


def _height_over_time(axes: Axes, view: ReportView) -> None:
    start = view.time_of("parachute_deploy", float(view.time[0])) or 0.0
    last = view.time_of("descent_stage_impact", float(view.time[-1])) or float(view.time[-1])
    part = view.during(start - 5.0, last)
    axes.plot(view.time[part], view.height[part] / 1e3, color=HERE, label="this flight")
    axes.set(
        xlabel="time since entry interface [s]",
        ylabel=f"height above the {view.height_name} [km]",
        xlim=(start - 5.0, last),
    )
    axes.set_ylim(bottom=min(0.0, float(np.nanmin(view.height[part])) / 1e3))
    title(axes, "From the parachute on", above_names=True)
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
    figure, axes = new_figure(3.9, columns=3, margins={"left": 0.06}, gridspec_kw={"wspace": 0.26})
    reversals = [each.key for each in view.record.events if each.key.startswith("bank_reversal")]
    _track(axes[0], view, "From entry interface", 0.0, ("entry_interface", *reversals, "parachute_deploy"), 1e3)
    axes[0].plot([0], [0], "+", color=INK, markersize=10, markeredgewidth=1.4, label="origin of the site")
    chute = view.time_of("parachute_deploy") or float(view.time[-1]) - 120.0
    _track(
        axes[1],
        view,
        "From the parachute",
        chute,
        ("parachute_deploy", "heatshield_separation", "backshell_separation"),
        1e3,
    )
    last = view.time_of("backshell_separation") or view.time_of("heatshield_separation") or float(view.time[-1]) - 60.0
    _track(
        axes[2], view, "The last part", last, ("backshell_separation", "rover_separation", "descent_stage_impact"), 1.0
    )
    _targets(axes[2], view)
    for each in axes:
        legend(each, loc="upper right")
    position = view.column("position_site")[0]
    return Drawn(
        "ground-track",
        heading,
        figure,
        f"Track over the ground from {significant(float(np.hypot(position[0], position[1])) / 1e3)} km out to the target, seen from above.",
        "North is up. The left plot stretches north against east to show the reversals; the other two are to scale.",
    )


def _track(axes: Axes, view: ReportView, heading: str, start: float, keys: tuple[str, ...], metres: float) -> None:
    """The track from a time on, in units of so many metres, with events named where there is room."""
    part = view.during(start, float(view.time[-1]))
    east, north = (view.column("position_site")[:, each] / metres for each in (0, 1))
    axes.plot(east[part], north[part], color=HERE)
    unit = "km" if metres == 1e3 else "m"
    axes.set(xlabel=f"east [{unit}]", ylabel=f"north [{unit}]")
    axes.margins(0.12)
    title(axes, heading)
    if start > 0.0:
        axes.set_aspect("equal", adjustable="datalim")
    axes.autoscale_view()
    axes.apply_aspect()
    named: list[np.ndarray] = []
    for key in keys:
        event = view.event(key)
        if event is None or not view.time[0] <= event.t_s <= view.time[-1]:
            continue
        at = [float(np.interp(event.t_s, view.time, each)) for each in (east, north)]
        place = axes.transAxes.inverted().transform(axes.transData.transform(at))
        free = all(abs(place[1] - each[1]) > 0.05 or abs(place[0] - each[0]) > 0.4 for each in named)
        right = place[0] > 0.55
        here_point(
            axes,
            at[0],
            at[1],
            event.label if free else "",
            offset=(-6, -9) if right else (6, 3),
            ha="right" if right else "left",
        )
        named += [place] if free else []


def _targets(axes: Axes, view: ReportView) -> None:
    """The landing target that was steered to, where it came down, and the loose bodies."""
    if view.has("target_position_site"):
        target = view.column("target_position_site")[-1]
        axes.plot(target[0], target[1], "x", color=INK, markersize=8, markeredgewidth=1.4, label="landing target")
    name = "rover_position_site" if view.has("rover_position_site") else "position_site"
    touchdown = view.event("touchdown")
    if touchdown:
        at = [float(np.interp(touchdown.t_s, view.time, view.column(name)[:, each])) for each in (0, 1)]
        axes.plot(*at, "o", color=HERE, markersize=6, label="touchdown")
    _impacts(axes, view)


def _impacts(axes: Axes, view: ReportView) -> None:
    """Where the bodies that were let go came down: the last finite point of each."""
    if not view.has("loose_body_position_site"):
        return
    label: str | None = "loose bodies, impact"
    for body in np.moveaxis(view.column("loose_body_position_site"), 1, 0):
        seen = np.isfinite(body[:, 0])
        if seen.any():
            axes.plot(*body[seen][-1, :2], "v", color=EXPECTED, markersize=5, label=label)
            label = None
