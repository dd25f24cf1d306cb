"""The parachute: opened inside its box of Mach number and dynamic pressure, and the load it then took."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from skycrane.report.drawing import (
    here_point,
    legend,
    legend_above,
    mark_real,
    mark_times,
    new_figure,
    real_point,
    title,
)
from skycrane.report.figures.figure import Drawn, Missing
from skycrane.report.mission_values import ParachuteBox, parachute_box
from skycrane.report.numbers import significant
from skycrane.report.palette import BAND, BROKEN, EXPECTED, HERE, MUTED, REAL
from skycrane.report.view import ReportView

_LOAD_SHOWN = 6.0  # s after mortar fire


def mach_pressure(view: ReportView) -> Drawn | Missing:
    """Mach and dynamic pressure over time, the path through the parachute box, and the parachute load."""
    heading = "Mach, dynamic pressure and the parachute"
    if not view.has("mach", "dynamic_pressure"):
        return Missing("mach-pressure", heading, "This record has no Mach number or no dynamic pressure.")
    loaded = view.event("parachute_deploy") is not None and view.has("parachute_load")
    figure, axes = new_figure(
        5.0, rows=2, columns=2, margins={"left": 0.06, "right": 0.985}, gridspec_kw={"wspace": 0.16, "hspace": 0.42}
    )
    top_left, top_right, low_left, low_right = axes
    end = (view.time_of("parachute_deploy") or float(view.time[-1])) + 30.0
    part = view.during(0.0, end)
    for each, name, scale, unit in (
        (top_left, "mach", 1.0, "Mach number"),
        (low_left, "dynamic_pressure", 1e-3, "dynamic pressure [kPa]"),
    ):
        each.plot(view.time[part], view.column(name)[part] * scale, color=HERE, label="this flight")
        each.set(ylabel=unit, xlim=(0.0, end), ylim=(0, None))
        label: str | None = "real mission"
        for point in view.real_values(name):
            real_point(each, point.time_s, point.value * scale, label)
            label = None
        mark_times(each, view.landmarks("peak_dynamic_pressure", "parachute_deploy"))
        legend(each, loc="upper right", bbox_to_anchor=(0.9, 1.0))
    low_left.set_xlabel("time since entry interface [s]")
    box = parachute_box(view.record)
    _box(top_right, view, box)
    if loaded:
        _load(low_right, view, box)
    else:
        low_right.set_axis_off()
    event = view.event("parachute_deploy")
    here = (
        f"at Mach {significant(event.state.get('mach'))} and {significant(event.state.get('dynamic_pressure'))} Pa"
        if event
        else ""
    )
    return Drawn(
        "mach-pressure",
        heading,
        figure,
        "Mach number and dynamic pressure over time" + (f"; the parachute opened {here}." if event else "."),
        (f"The parachute was fired {here}" + (f", {_inside(box, event.state)}." if box else "."))
        if event
        else "No parachute was opened.",
    )


def _box(axes: Axes, view: ReportView, box: ParachuteBox | None) -> None:
    """The path in the plane of Mach and dynamic pressure, around the moment of mortar fire."""
    mach, pressure = view.column("mach"), view.column("dynamic_pressure")
    event = view.event("parachute_deploy")
    title(axes, "Parachute box")
    axes.set(xlabel="Mach number", ylabel="dynamic pressure [Pa]")
    moment = event.t_s if event else float(view.time[-1])
    before, after = view.during(moment - 60.0, moment), view.during(moment, moment + 3.0)
    axes.plot(mach[before], pressure[before], color=HERE, label="this flight")
    axes.plot(
        mach[after], pressure[after], color=HERE, linewidth=1.0, linestyle=(0, (1, 1.2)), label="after mortar fire"
    )
    if box:
        axes.add_patch(
            Rectangle(
                box.corner,
                *box.size,
                facecolor=BAND,
                edgecolor=EXPECTED,
                linewidth=1.0,
                zorder=0,
            )
        )
        corner = box.mach[0], box.pressure[1]
        axes.annotate("qualified box", corner, xytext=(4, -10), textcoords="offset points", fontsize=7, color=MUTED)
        axes.set_xlim(box.mach[0] - 0.25, box.mach[1] + 0.25)
        axes.set_ylim(box.pressure[0] - 120.0, box.pressure[1] + 120.0)
    if event and "mach" in event.state:
        at = event.state["mach"], event.state["dynamic_pressure"]
        outside = box is not None and not box.holds(*at)
        here_point(axes, *at, "mortar fire" + (", outside the box" if outside else ""), offset=(8, -12))
        if outside:
            axes.plot(*at, "o", color=BROKEN, markersize=9, markerfacecolor="none", zorder=8)
    real = {name: view.real_values(name) for name in ("mach", "dynamic_pressure")}
    fired = [[p.value for p in points if p.event == "parachute_deploy"] for points in real.values()]
    if all(fired):
        real_point(axes, fired[0][0], fired[1][0], "real mission")
    legend_above(axes)


def _load(axes: Axes, view: ReportView, box: ParachuteBox | None) -> None:
    """Line load in the seconds after mortar fire, with its first two peaks and those of the real mission."""
    fire = view.time_of("parachute_deploy") or 0.0
    part = view.during(fire, fire + _LOAD_SHOWN)
    load = view.column("parachute_load")[part] / 1e3
    axes.plot(view.time[part] - fire, load, color=HERE, label="this flight")
    title(axes, "Parachute load")
    for key, name in (("parachute_peak_load", "first peak"), ("parachute_second_peak_load", "second")):
        event = view.event(key)
        peak = event.state.get("parachute_load") if event else None
        if event and peak is not None:
            words = f"{name}, {significant(peak / 1e3)} kN"
            left = name == "first peak" and event.t_s - fire > _LOAD_SHOWN / 4.0  # else there is no room for words
            offset, side = ((-7, -13), "right") if left else ((7, 2), "left")
            here_point(axes, event.t_s - fire, peak / 1e3, words, offset=offset, ha=side)
    highest = float(np.nanmax(load))
    flown = {figure.key: figure.value for figure in view.flown}
    if "parachute_peak_load" in flown:
        highest = max(highest, flown["parachute_peak_load"])
        real = flown["parachute_peak_load"]
        axes.axhline(real, color=REAL, linewidth=1.0, linestyle=(0, (1, 1.5)), label="real peak")
    limit = box.load_limit_n / 1e3 if box and box.load_limit_n else None
    if limit:
        colour = BROKEN if float(np.nanmax(load)) > limit else EXPECTED
        label = f"limit load {significant(limit)} kN"
        axes.axhline(limit, color=colour, linewidth=0.9, linestyle=(0, (4, 2)), label=label)
    axes.set(xlabel="time since mortar fire [s]", ylabel="load [kN]", xlim=(0.0, _LOAD_SHOWN))
    axes.set_ylim(0.0, 1.08 * max(highest, limit or 0.0))
    if "parachute_second_peak" in flown:
        mark_real(axes, [flown["parachute_second_peak"]])
    legend_above(axes)


def _inside(box: ParachuteBox, state: Mapping[str, float]) -> str:
    nan = float("nan")
    held = box.holds(state.get("mach", nan), state.get("dynamic_pressure", nan))
    return "inside its qualified box" if held else "outside its qualified box"
