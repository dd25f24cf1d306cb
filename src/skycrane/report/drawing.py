"""Figures as inline SVG: matplotlib without a window, themed by CSS variables, with text that stays text."""

import html
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from skycrane.report.palette import EXPECTED, GRID, HERE, INK, MUTED, PAPER, REAL, VARIABLES

_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "font.size": 8.0,
    "text.color": INK,
    "axes.edgecolor": EXPECTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 8.0,
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "lines.linewidth": 1.3,
    "lines.solid_capstyle": "round",
    "legend.facecolor": PAPER,
    "legend.edgecolor": "none",
    "legend.framealpha": 0.85,
    "legend.fontsize": 7.5,
    "path.simplify": True,
    "path.simplify_threshold": 0.15,
    "agg.path.chunksize": 0,
}
WIDTH = 10.0

_HEADER = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_GLOBAL_STYLE = re.compile(r'\s*<defs>\s*<style type="text/css">.*?</style>\s*</defs>', re.DOTALL)
_COMMENT = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_GROUP_ID = re.compile(r' id="[a-zA-Z0-9.]+_\d+"')
_SIZE = re.compile(r' (?:width|height)="[\d.]+pt"')


class _Thousands(ScalarFormatter):
    """Numbers at the ticks with a comma between thousands, as everywhere else."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        said = str(super().__call__(x, pos))
        whole, point, rest = said.lstrip("−").partition(".")
        if not whole.isdecimal():
            return said
        return f"{'−' if said.startswith('−') else ''}{int(whole):,}{point}{rest}"


def new_figure(height: float, rows: int = 1, columns: int = 1, **layout: Any) -> tuple[Figure, list[Axes]]:
    """A figure as wide as the page, with its axes in reading order. `layout` goes to `Figure.subplots`."""
    margins = {"left": 0.065, "right": 0.985, "bottom": 0.42 / height, "top": 1 - 0.34 / height}
    margins.update(layout.pop("margins", {}))
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(WIDTH, height))
        grid = figure.subplots(rows, columns, squeeze=False, **layout)
        figure.subplots_adjust(**margins)
    figure.patch.set_alpha(0.0)
    axes = [each for row in grid for each in row]
    for each in axes:
        each.patch.set_alpha(0.0)
        each.tick_params(length=2.5, width=0.6)
        for axis in (each.xaxis, each.yaxis):
            axis.set_major_formatter(_Thousands())
    return figure, axes


def to_svg(figure: Figure, name: str, description: str) -> str:
    """The figure as an inline SVG element that a screen reader announces by its description. Same figure, same text."""
    out = io.StringIO()
    with matplotlib.rc_context({**_STYLE, "svg.hashsalt": name}):
        FigureCanvasSVG(figure).print_svg(out, metadata={"Date": None, "Creator": None})
    text = _HEADER.sub("", out.getvalue())
    for pattern in (_METADATA, _GLOBAL_STYLE, _COMMENT, _GROUP_ID, _SIZE):
        text = pattern.sub("", text)
    for colour, variable in VARIABLES.items():
        text = text.replace(colour, variable)
    return text.replace("<svg", f'<svg role="img" aria-label="{html.escape(description, quote=True)}"', 1)


def mark_times(axes: Axes, times: Mapping[str, float], highlight: Iterable[str] = (), labels: bool = True) -> None:
    """Thin vertical lines at moments inside the plot, named above it in up to two rows; a name without room is left out."""
    low, high = axes.get_xlim()
    points = axes.get_position().width * WIDTH * 72.0 / (high - low)
    taken = [-float("inf")] * 2
    special = set(highlight)
    for label, time in sorted(times.items(), key=lambda item: item[1]):
        if not low <= time <= high:
            continue
        colour = HERE if label in special else MUTED
        axes.axvline(time, color=colour, linewidth=0.6, linestyle=(0, (2, 2)), zorder=1)
        width = 3.3 * len(label) + 5.0
        left = min((time - low) * points, (high - low) * points + 8.0 - width)
        row = next((each for each, end in enumerate(taken) if end <= left), None)
        if not labels or row is None:
            continue
        taken[row] = left + width
        where: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "va": "bottom"}
        shift = left - (time - low) * points
        axes.annotate(label, (time, 1.0), xytext=(shift - 1.0, 1.0 + 8.5 * row), fontsize=6.5, color=colour, **where)


def title(axes: Axes, text: str, above_names: bool = False) -> None:
    """The title of a plot, at its left; higher when names of moments stand between."""
    axes.set_title(text, loc="left", fontsize=8.5, color=INK, pad=24.0 if above_names else 5.0)


def mark_real(axes: Axes, times: Iterable[float], label: str | None = None) -> None:
    """Small marks on the time axis where the real mission had the same events; `label` names them in a legend."""
    low, high = axes.get_xlim()
    inside = [time for time in times if low <= time <= high]
    if inside:
        axes.plot(
            inside,
            [0.0] * len(inside),
            "^",
            label=label,
            color=REAL,
            markersize=5,
            clip_on=False,
            transform=axes.get_xaxis_transform(),
            zorder=6,
        )


def real_point(axes: Axes, x: float, y: float, label: str | None = None) -> None:
    """A value of the real mission: an open diamond in the second colour."""
    axes.plot(
        [x],
        [y],
        "D",
        markersize=6.5,
        markerfacecolor="none",
        markeredgecolor=REAL,
        markeredgewidth=1.5,
        label=label,
        zorder=7,
    )


def here_point(
    axes: Axes, x: float, y: float, label: str = "", offset: tuple[float, float] = (5, 4), **text: Any
) -> None:
    """A value of this flight: a dot in the first colour, named beside."""
    axes.plot([x], [y], "o", markersize=4, color=HERE, zorder=6)
    if label:
        axes.annotate(label, (x, y), xytext=offset, textcoords="offset points", fontsize=7, color=INK, **text)


def legend(axes: Axes, **options: Any) -> None:
    """A legend in the ink of the page, if there are two things to tell apart."""
    handles, _ = axes.get_legend_handles_labels()
    if len(handles) > 1:
        with matplotlib.rc_context(_STYLE):
            axes.legend(**options)


def legend_above(axes: Axes) -> None:
    """A legend in one row above the plot, at its right, where no curve can run through it."""
    row = len(axes.get_legend_handles_labels()[0])
    spacing = {"borderaxespad": 0.0, "borderpad": 0.3, "columnspacing": 1.2, "handlelength": 1.6}
    legend(axes, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=max(row, 1), **spacing)
