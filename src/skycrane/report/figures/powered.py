"""Powered flight: what the engines did, and what the bridles carried."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from skycrane.report.drawing import legend, mark_times, new_figure, title
from skycrane.report.figures.figure import Drawn, Missing
from skycrane.report.numbers import significant
from skycrane.report.palette import EXPECTED, HERE
from skycrane.report.view import ReportView

_STEPS = {
    "powered_descent_start": "engines on",
    "powered_approach_start": "approach",
    "constant_velocity": "constant velocity",
    "constant_deceleration": "deceleration",
    "throttle_down": "throttle down",
    "rover_separation": "rover lowered",
    "touchdown": "touchdown",
}


def throttles(view: ReportView) -> Drawn | Missing:
    """One small plot for each engine, commanded and as it was."""
    heading = "Engine throttles"
    if not view.has("engine_throttle") or not (view.column("engine_throttle") > 0).any():
        return Missing("throttles", heading, "No descent engine burned in this flight.")
    throttle = view.column("engine_throttle")
    names = [str(each) for each in view.record.channels["engine"].values]
    lit = view.time[np.nanmax(throttle, axis=1) > 0.0]
    part = view.during(float(lit[0]) - 2.0, float(lit[-1]) + 2.0)
    columns = 4 if len(names) > 3 else len(names)
    rows = -(-len(names) // columns)
    figure, axes = new_figure(
        1.65 * rows + 0.55,
        rows=rows,
        columns=columns,
        sharex=True,
        sharey=True,
        gridspec_kw={"wspace": 0.07, "hspace": 0.24},
    )
    commanded = view.column("engine_throttle_commanded") * 100.0 if view.has("engine_throttle_commanded") else None
    steps = {name: t for key, name in _STEPS.items() if (t := view.time_of(key))}
    for engine, each in enumerate(axes[: len(names)]):
        if commanded is not None:
            each.plot(view.time[part], commanded[part, engine], color=EXPECTED, linewidth=1.0, label="commanded")
        each.plot(view.time[part], throttle[part, engine] * 100.0, color=HERE, linewidth=1.1, label="this flight")
        title(each, f"engine {names[engine]}")
        each.set(ylim=(0, 105), xlim=(view.time[part][0], view.time[part][-1]))
        mark_times(each, steps, labels=False)
    for each in axes[len(names) :]:
        each.set_axis_off()
    axes[0].xaxis.set_major_locator(MaxNLocator(4, prune="both"))
    for each in axes[::columns]:
        each.set_ylabel("throttle [%]")
    axes[(rows - 1) * columns].set_xlabel("time since entry interface [s]")
    legend(axes[min(columns, len(names)) - 1], loc="upper right")
    start = view.time_of("powered_descent_start", float(lit[0]))
    return Drawn(
        "throttles",
        heading,
        figure,
        f"Throttle of {len(names)} engines over time, commanded and flown, from {significant(start, 4)} s after entry interface.",
        f"Highest throttle {significant(float(np.nanmax(throttle)) * 100, 3)} %. Attitude is held by differences between engines. "
        f"Dotted: {', '.join(steps)}.",
    )


def bridles(view: ReportView) -> Drawn | Missing:
    """Tension of each bridle, umbilical, and length paid out."""
    heading = "Bridle tensions"
    if not view.has("bridle_tension") or not (view.column("bridle_tension") > 0).any():
        return Missing("bridles", heading, "This mission lowered nothing on bridles.")
    start = (view.time_of("rover_separation") or float(view.time[0])) - 1.0
    end = (view.time_of("bridle_cut") or view.time_of("touchdown") or float(view.time[-1])) + 1.5
    part = view.during(start, end)
    figure, (top, low) = new_figure(3.9, rows=2, sharex=True, gridspec_kw={"hspace": 0.14, "height_ratios": [1.8, 1.0]})
    tension = view.column("bridle_tension")[part]
    strokes = ("-", (0, (4, 1.5)), (0, (1, 1.2)))
    for each, name in enumerate(view.record.channels["bridle"].values):
        top.plot(
            view.time[part],
            tension[:, each],
            color=HERE,
            linestyle=strokes[each % 3],
            alpha=1.0 - 0.15 * each,
            linewidth=1.1,
            label=f"bridle {name}",
        )
    if view.has("umbilical_tension"):
        top.plot(
            view.time[part], view.column("umbilical_tension")[part], color=EXPECTED, linewidth=1.0, label="umbilical"
        )
    top.set(ylabel="tension [N]", ylim=(0, None), xlim=(start, end))
    mark_times(top, view.landmarks("rover_separation", "bridle_deployed", "mobility_deploy", "touchdown", "bridle_cut"))
    legend(top, loc="lower center", ncols=4)
    if view.has("bridle_length_paid_out"):
        low.plot(view.time[part], view.column("bridle_length_paid_out")[part], color=HERE)
    low.set(ylabel="paid out [m]", xlabel="time since entry interface [s]", ylim=(0, None))
    peak = float(np.nanmax(tension))
    return Drawn(
        "bridles",
        heading,
        figure,
        f"Tension of {tension.shape[1]} bridles and the length paid out until they are cut; at most {significant(peak)} N.",
        f"The hardest pull on one bridle is {significant(peak)} N. Tension falls to zero when the wheels carry the rover.",
    )
