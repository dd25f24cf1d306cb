"""What flight software believed: how far the navigated state was from the true one."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from skycrane.report.drawing import legend_above, mark_times, new_figure
from skycrane.report.figures.figure import Drawn, Missing
from skycrane.report.numbers import significant
from skycrane.report.palette import HERE
from skycrane.report.view import ReportView

_FIXES = ("parachute_deploy", "heatshield_separation", "radar_lock", "map_navigation_start", "map_fix", "touchdown")


def navigation_error(view: ReportView) -> Drawn | Missing:
    """Error of position, velocity and attitude, on logarithmic scales: it falls by steps when the radar and the map speak."""
    title = "Navigation error"
    rows = (
        ("navigation_position_error_site", "position [m]"),
        ("navigation_velocity_error_site", "velocity [m/s]"),
        ("navigation_attitude_error", "attitude [°]"),
    )
    present = [(name, label) for name, label in rows if view.has(name)]
    if not present:
        return Missing("navigation", title, "This flight was flown on the true state: it had no navigation of its own.")
    quiet = all(float(np.nanmax(np.abs(view.column(name)))) == 0.0 for name, _ in present)
    if quiet:
        return Missing(
            "navigation",
            title,
            "Navigation made no error in this flight: it started without one and its sensors were ideal.",
        )
    figure, axes = new_figure(1.5 * len(present) + 0.7, rows=len(present), sharex=True, gridspec_kw={"hspace": 0.14})
    for axis, (name, label) in zip(axes, present, strict=True):
        _draw(axis, view, name)
        axis.set(ylabel=label, xlim=(float(view.time[0]), float(view.time[-1])))
        mark_times(axis, view.landmarks(*_FIXES), labels=axis is axes[0])
    legend_above(axes[min(1, len(axes) - 1)])
    axes[-1].set_xlabel("time since entry interface [s]")
    first = view.column(present[0][0])
    start, end = (float(np.linalg.norm(first[index])) for index in (0, -1))
    return Drawn(
        "navigation",
        title,
        figure,
        f"Navigation error over time; {present[0][1]} from {significant(start)} to {significant(end)}.",
        "The difference between the navigated and the true state. Height stays wrong until the radar, the horizontal place until the map.",
    )


def _draw(axes: Axes, view: ReportView, name: str) -> None:
    """Horizontal and vertical parts; attitude as one angle."""
    error = view.column(name)
    if name == "navigation_attitude_error":
        axes.semilogy(view.time, _above_zero(np.linalg.norm(error, axis=1)), color=HERE, label="angle")
        _decades(axes, np.linalg.norm(error, axis=1))
        return
    axes.semilogy(view.time, _above_zero(np.hypot(error[:, 0], error[:, 1])), color=HERE, label="horizontal")
    axes.semilogy(
        view.time, _above_zero(np.abs(error[:, 2])), color=HERE, linestyle=(0, (3, 1.2)), alpha=0.7, label="vertical"
    )
    _decades(axes, np.concatenate([np.hypot(error[:, 0], error[:, 1]), np.abs(error[:, 2])]))


def _decades(axes: Axes, size: np.ndarray) -> None:
    """Whole decades, at most five of them, written as plain numbers."""
    seen = size[np.isfinite(size) & (size > 1e-9)]
    if seen.size:
        top = np.ceil(np.log10(seen.max()))
        low = min(max(np.floor(np.log10(np.percentile(seen, 2))), top - 5.0), top - 1.0)
        axes.set_ylim(10.0**low, 10.0**top)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _above_zero(size: np.ndarray) -> np.ndarray:
    return np.where(size > 1e-9, size, np.nan)
