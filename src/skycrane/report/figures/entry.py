"""Entry: loads and heating, the bank angle that steers, attitude and rates."""

import numpy as np
from matplotlib.axes import Axes

from skycrane.report.drawing import legend, legend_above, mark_real, mark_times, new_figure, real_point
from skycrane.report.figures.figure import Drawn, Missing
from skycrane.report.numbers import significant
from skycrane.report.palette import BAND, EXPECTED, HERE, REAL
from skycrane.report.view import ReportView


def loads(view: ReportView) -> Drawn | Missing:
    """Deceleration and convective heating from entry interface until the parachute has filled."""
    title = "Deceleration and heating"
    if not view.has("deceleration"):
        return Missing("deceleration", title, "This record has no deceleration.")
    end = (view.time_of("parachute_deploy") or float(view.time[-1])) + 12.0
    part = view.during(0.0, end)
    heated = view.has("convective_heat_flux")
    figure, axes = new_figure(
        4.6 if heated else 2.9, rows=2 if heated else 1, sharex=True, gridspec_kw={"hspace": 0.14}
    )
    top = axes[0]
    top.plot(view.time[part], view.column("deceleration")[part], color=HERE, label="this flight")
    top.set(ylabel="deceleration [Earth g]", xlim=(0.0, end))
    label: str | None = "real mission"
    for point in view.real_values("deceleration"):
        real_point(top, point.time_s, point.value, label)
        label = None
    highest = max(
        [float(np.nanmax(view.column("deceleration")[part])), *(p.value for p in view.real_values("deceleration"))]
    )
    top.set_ylim(0.0, 1.08 * highest)
    mark_times(
        top,
        view.landmarks(
            "guidance_start", "peak_deceleration", "heading_alignment_start", "straighten_up", "parachute_deploy"
        ),
    )
    legend(top, loc="upper right", bbox_to_anchor=(0.87, 1.0))
    if heated:
        axes[1].plot(view.time[part], view.column("convective_heat_flux")[part] / 1e4, color=HERE, label="this flight")
        axes[1].set(ylabel="convective heating [W/cm²]", ylim=(0, None))
        mark_times(axes[1], view.landmarks("peak_heating"))
    axes[-1].set_xlabel("time since entry interface [s]")
    mark_real(
        axes[-1],
        (view.real_times[key] for key in ("peak_deceleration", "parachute_deploy") if key in view.real_times),
        "real mission: peak deceleration, parachute" if heated else None,
    )
    if heated:
        legend(axes[1], loc="upper right", bbox_to_anchor=(0.87, 1.0))
    peak_event = view.event("peak_deceleration")
    peak = peak_event.state.get("deceleration") if peak_event else float(np.nanmax(view.column("deceleration")))
    where = f" {significant(peak_event.t_s, 4)} s after entry interface" if peak_event else ""
    return Drawn(
        "deceleration",
        title,
        figure,
        f"Deceleration peaks at {significant(peak)} Earth g{where}.",
        f"The peak is {significant(peak)} g. Heating is the convective part, at the stagnation point, cold wall."
        if heated
        else f"The peak is {significant(peak)} g.",
    )


def bank(view: ReportView) -> Drawn | Missing:
    """Bank angle commanded and flown with the reversals, and the cross-range that causes them."""
    title = "Bank angle"
    steered = view.event("guidance_start") or view.event("bank_reversal_1") or view.real_times or _prescribed(view)
    if not view.has("bank_angle") or not steered:
        return Missing("bank", title, "This vehicle does not bank: it flew a ballistic entry.")
    end = (view.time_of("parachute_deploy") or float(view.time[-1])) + 2.0
    part = view.during(0.0, end)
    crossrange = view.has("crossrange_to_target")
    figure, axes = new_figure(
        4.6 if crossrange else 3.2,
        rows=2 if crossrange else 1,
        sharex=True,
        gridspec_kw={"hspace": 0.14, "height_ratios": [1.7, 1.0] if crossrange else [1.0]},
    )
    top, time = axes[0], view.time[part]
    if view.has("bank_angle_commanded"):
        top.plot(time, _unbroken(view.column("bank_angle_commanded")[part]), color=EXPECTED, label="commanded")
    top.plot(time, _unbroken(view.column("bank_angle")[part]), color=HERE, label="this flight")
    reversals = {each.key: each.t_s for each in view.record.events if each.key.startswith("bank_reversal")}
    top.set(ylabel="bank angle [°], right positive", xlim=(0.0, end))
    named = {f"reversal {key.rpartition('_')[2]}": t for key, t in reversals.items()}
    others = view.landmarks("guidance_start", "heading_alignment_start", "straighten_up", "parachute_deploy")
    mark_times(top, {**named, **others}, highlight=named)
    real = [t for key, t in view.real_times.items() if key.startswith("bank_reversal")]
    if real:
        top.plot([], [], "^", color=REAL, markersize=5, label="reversal of the real mission")
    legend(top, loc="lower right")
    if crossrange:
        _deadband(axes[1], view)
        axes[1].plot(time, view.column("crossrange_to_target")[part] / 1e3, color=HERE, label="this flight")
        axes[1].set(ylabel="cross-range [km]")
        legend_above(axes[1])
        mark_times(axes[1], reversals, highlight=reversals, labels=False)
    axes[-1].set_xlabel("time since entry interface [s]")
    mark_real(axes[-1], real)
    return Drawn(
        "bank",
        title,
        figure,
        f"Bank angle commanded and flown over the entry, with {len(reversals)} reversals.",
        "The bank angle was prescribed by the mission: nothing steered."
        if not view.event("guidance_start")
        else f"{len(reversals)} reversal{'' if len(reversals) == 1 else 's'}: commanded when the cross-range (target right: positive) has "
        "left its deadband; it runs on while the vehicle rolls. The size of the bank angle controls the range.",
    )


def _prescribed(view: ReportView) -> bool:
    """True when a bank other than lift up was commanded, whether or not anything steered."""
    return view.has("bank_angle_commanded") and bool(np.nanmax(np.abs(view.column("bank_angle_commanded"))) > 0.0)


def _deadband(axes: Axes, view: ReportView) -> None:
    """Where cross-range may be before guidance reverses, while guidance watches it."""
    start, end = view.time_of("guidance_start"), view.time_of("heading_alignment_start", float(view.time[-1]))
    if start is None or end is None or not view.has("crossrange_deadband"):
        return
    inside = view.during(start, end)
    width = view.column("crossrange_deadband")[inside] / 1e3
    axes.fill_between(view.time[inside], -width, width, color=BAND, linewidth=0.0, zorder=0, label="deadband")


def attitude_rates(view: ReportView) -> Drawn | Missing:
    """Aerodynamic angles, tilt and angular rates over the whole flight."""
    title = "Attitude and rates"
    rows = [
        (("angle_of_attack", "sideslip_angle"), "attack, sideslip [°]"),
        (("tilt",), "tilt from the vertical [°]"),
        (("angular_rate_body",), "rate [°/s]"),
    ]
    rows = [(names, unit) for names, unit in rows if any(view.has(name) for name in names)]
    if not rows:
        return Missing("attitude", title, "This flight had no attitude: the vehicle was flown as a point mass.")
    figure, axes = new_figure(1.9 * len(rows) + 0.6, rows=len(rows), sharex=True, gridspec_kw={"hspace": 0.16})
    last = float(view.time[-1])
    aeroshell = view.during(0.0, view.time_of("backshell_separation") or view.time_of("touchdown") or last)
    upright = view.during(view.time_of("parachute_deploy") or 0.0, last)
    spans = {"angle_of_attack": aeroshell, "sideslip_angle": aeroshell, "tilt": upright}
    for each, (names, unit) in zip(axes, rows, strict=True):
        for name in names:
            if not view.has(name):
                continue
            _draw(each, view, name, spans.get(name, slice(None)))
        each.set(ylabel=unit, xlim=(float(view.time[0]), float(view.time[-1])))
        if each is axes[0]:  # names of moments stand above it
            legend(each, loc="lower right")
        else:
            legend_above(each)
        mark_times(each, view.landmarks(), labels=each is axes[0])
    axes[-1].set_xlabel("time since entry interface [s]")
    return Drawn(
        "attitude",
        title,
        figure,
        "Angle of attack, sideslip, tilt and the three angular rates over time.",
        "Aerodynamic angles are drawn while the aeroshell flies, tilt from the parachute on. Rates are inertial, in body axes.",
    )


def _draw(axes: Axes, view: ReportView, name: str, part: slice) -> None:
    """One line, or three told apart by their strokes."""
    plot = axes.plot
    values = view.column(name)[part]
    if values.ndim == 1:
        alpha, width = (0.55, 0.8) if name == "sideslip_angle" else (1.0, 1.3)
        plot(view.time[part], values, color=HERE, alpha=alpha, linewidth=width, label=name.replace("_", " "))
        return
    for axis, (label, stroke, strength) in enumerate(
        (("about x", "-", 1.0), ("about y", "-", 0.6), ("about z", (0, (3, 1)), 0.6))
    ):
        plot(view.time[part], values[:, axis], color=HERE, linestyle=stroke, alpha=strength, linewidth=0.9, label=label)


def _unbroken(degrees: np.ndarray) -> np.ndarray:
    """A bank angle without the jump at 180 degrees drawn as a line: a gap instead."""
    out = degrees.astype(float).copy()
    out[1:][np.abs(np.diff(degrees)) > 180.0] = np.nan
    return out
