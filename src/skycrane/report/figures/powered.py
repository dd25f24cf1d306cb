"""Powered flight: what the engines did, and what bridles and wheels carried."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from skycrane.report.drawing import legend, legend_above, mark_times, new_figure, title
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
    lit = view.time[(throttle > 0.0).any(axis=1)]
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
            each.plot(
                view.time[part], commanded[part, engine], color=EXPECTED, alpha=0.55, linewidth=3.0, label="commanded"
            )
        each.plot(view.time[part], throttle[part, engine] * 100.0, color=HERE, linewidth=1.0, label="this flight")
        title(each, f"engine {names[engine]}")
        each.set(ylim=(0, 105), xlim=(view.time[part][0], view.time[part][-1]))
        mark_times(each, steps, labels=False)
    for each in axes[len(names) :]:
        each.set_axis_off()
    axes[0].xaxis.set_major_locator(MaxNLocator(4, prune="both"))
    for each in axes[::columns]:
        each.set_ylabel("throttle [%]")
    axes[(rows - 1) * columns].set_xlabel("time since entry interface [s]")
    legend(axes[len(names) - 1], loc="upper right", bbox_to_anchor=(1.0, -0.13), borderaxespad=0.0, ncols=2)
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
    """Tension of each bridle and the umbilical, length paid out, and the load on the wheels, with touchdown close up."""
    heading = "Bridles and wheels"
    if not view.has("bridle_tension") or not (view.column("bridle_tension") > 0).any():
        return Missing("bridles", heading, "This mission lowered nothing on bridles.")
    start = (view.time_of("rover_separation") or float(view.time[0])) - 1.0
    end = (view.time_of("bridle_cut") or view.time_of("touchdown") or float(view.time[-1])) + 1.5
    touchdown = view.time_of("touchdown")
    figure, axes = new_figure(
        5.2, rows=2, columns=2, sharex="col",
        gridspec_kw={"hspace": 0.16, "wspace": 0.13, "height_ratios": [1.5, 1.0], "width_ratios": [1.7, 1.0]},
        margins={"top": 0.875},
    )  # fmt: skip
    _tensions(axes[0], view, start, end)
    mark_times(
        axes[0], view.landmarks("rover_separation", "bridle_deployed", "mobility_deploy", "touchdown", "bridle_cut")
    )
    title(axes[0], "Lowered and set down", above_names=True)
    legend(axes[0], loc="upper center", bbox_to_anchor=(0.6, 1.0), ncols=2)
    if view.has("bridle_length_paid_out"):
        part = view.during(start, end)
        axes[2].plot(view.time[part], view.column("bridle_length_paid_out")[part], color=HERE)
    axes[2].set(ylabel="paid out [m]", ylim=(0, None))
    if touchdown is None:
        axes[1].set_axis_off()
        axes[3].set_axis_off()
    else:
        _close_up(axes[1], axes[3], view, touchdown, end)
    for each in axes[2:]:
        each.set_xlabel("time since entry interface [s]")
    peak = float(np.nanmax(view.column("bridle_tension_peak" if view.has("bridle_tension_peak") else "bridle_tension")))
    count = view.column("bridle_tension").shape[1]
    return Drawn(
        "bridles",
        heading,
        figure,
        f"Tension of {count} bridles, the length paid out until they are cut, and the load on the wheels; at most {significant(peak)} N.",
        f"The hardest pull on one bridle is {significant(peak)} N. {_slack(view, touchdown)}"
        "Flight software, which sees neither, notices only that its engines have less to carry.",
    )


def _slack(view: ReportView, touchdown: float | None) -> str:
    """How the bridles go slack once the wheels meet the ground, as the record has it; empty without a touchdown or a slack bridle."""
    if touchdown is None:
        return ""
    after = view.during(touchdown, view.time_of("bridle_cut") or float(view.time[-1]))
    pull, time = view.column("bridle_tension")[after], view.time[after]
    taut = np.nan_to_num(pull).max(axis=1) > 0.0
    if not taut.any() or taut[-1]:
        return ""
    row, last = np.unravel_index(int(np.nanargmax(pull)), pull.shape)
    name = view.record.channels["bridle"].values[last]
    return (
        f"As the wheels take the weight of the rover the bridles go slack one by one, and the rest pull harder meanwhile: at most "
        f"{significant(float(pull[row, last]))} N on bridle {name}, {significant(float(time[row]) - touchdown)} s after contact. "
        f"The last is slack {significant(float(time[taut][-1]) - touchdown)} s after contact. "
    )


def _tensions(axes: Axes, view: ReportView, start: float, end: float) -> None:
    """The three bridles, told apart by their strokes, and the umbilical."""
    part = view.during(start, end)
    strokes = ("-", (0, (4, 1.5)), (0, (1, 1.2)))
    for each, name in enumerate(view.record.channels["bridle"].values):
        axes.plot(
            view.time[part],
            view.column("bridle_tension")[part][:, each],
            color=HERE,
            linestyle=strokes[each % 3],
            alpha=1.0 - 0.15 * each,
            linewidth=1.1,
            label=f"bridle {name}",
        )
    if view.has("umbilical_tension"):
        umbilical = view.column("umbilical_tension")[part]
        axes.plot(view.time[part], umbilical, color=EXPECTED, linewidth=1.0, label="umbilical")
    axes.set(ylabel="bridle tension [N]", ylim=(0, None), xlim=(start, end))


def _close_up(top: Axes, low: Axes, view: ReportView, touchdown: float, end: float) -> None:
    """From half a second before the first contact: bridles go slack as the wheels are loaded."""
    start = touchdown - 0.5
    _tensions(top, view, start, end)
    top.set_ylabel("")
    mark_times(top, view.landmarks("touchdown", "touchdown_declared", "flyaway"))
    title(top, "Touchdown", above_names=True)
    if not view.has("wheel_load"):
        low.set_axis_off()
        return
    part = view.during(start, end)
    load = view.column("wheel_load")[part]
    low.plot(view.time[part], load, color=HERE, alpha=0.35, linewidth=0.8)
    low.plot(view.time[part], load.sum(axis=1), color=HERE, label=f"all {load.shape[1]} wheels")
    low.plot([], [], color=HERE, alpha=0.35, linewidth=0.8, label="each wheel")
    low.set(ylabel="wheel load [N]", ylim=(0, None))
    mark_times(low, view.landmarks("touchdown", "touchdown_declared", "flyaway"), labels=False)
    legend_above(low)
