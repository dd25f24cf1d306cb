"""The drawings of an ensemble's page: landing points with their ellipse, the parachute box, margins, histograms with the real flight."""

import math
import textwrap
from typing import Any

import matplotlib.ticker as ticker
import numpy as np
from matplotlib.patches import Ellipse, Rectangle

from skycrane.record.ensemble_folder import Ensemble
from skycrane.report.drawing import legend, new_figure, real_point, title
from skycrane.report.ensemble.tables import flown_figures, mission_of, sigmas
from skycrane.report.figures import Drawn, Missing
from skycrane.report.palette import BAND, BROKEN, EXPECTED, HERE, MUTED, REAL

_MOST_POINTS = 4000  # drawn in the parachute box; ellipse and counts are of all
_COLUMNS = 4


def landing_map(ensemble: Ensemble) -> Drawn | Missing:
    """Landing points in the site frame with the ellipse of all of them."""
    heading, found = "Landing ellipse", ensemble.ellipse
    if found is None:
        return Missing("ellipse", heading, "Too few cases came to the ground for an ellipse.")
    east, north, good = _landings(ensemble)
    figure, (axes,) = new_figure(6.2, margins={"left": 0.08, "right": 0.985})
    for which, colour, label in ((good, HERE, "landed"), (~good, BROKEN, "came down, lost")):
        if which.any():
            places, often = np.unique(np.round([east[which], north[which]], -2), axis=1, return_counts=True)
            most = f", up to {often.max()} within 100 m" if often.max() > 1 else ""
            axes.scatter(
                1e-3 * places[0],
                1e-3 * places[1],
                s=5.0 * often * min(1.0, 40.0 / often.max()),
                color=colour,
                alpha=0.6,
                linewidths=0,
                label=label + most,
            )
    long, short = (2e-3 * x for x in found["half_axes_m"])
    centre = (1e-3 * found["east_m"], 1e-3 * found["north_m"])
    axes.add_patch(
        Ellipse(
            centre,
            long,
            short,
            angle=90.0 - found["azimuth_deg"],
            fill=False,
            edgecolor=HERE,
            linewidth=1.4,
            label="99 % of a normal",
        )
    )
    site = mission_of(ensemble).parameters.site
    aim = _from_site(site, site.ellipse_centre_latitude, site.ellipse_centre_longitude)
    axes.plot(*aim, "+", color=MUTED, markersize=11, markeredgewidth=1.3, label="centre aimed for")
    if flown_figures(ensemble):
        real_point(axes, 0.0, 0.0, "real landing")
    axes.set(xlabel="east of the site [km]", ylabel="north of the site [km]")
    axes.set_aspect("equal", adjustable="datalim")
    legend(axes, loc="upper left", bbox_to_anchor=(0.0, 1.0))
    words = f"{long:.1f} by {short:.1f} km, long axis {found['azimuth_deg']:.0f}° from north"
    return Drawn(
        "ellipse", heading, figure, f"Map of the landing points; the 99 percent ellipse measures {words}.",
        f"The ellipse ({words}) holds 99 % of a normal distribution with the mean and covariance of the landing points; "
        f"{found['inside']:,} of {found['cases']:,} lie inside. Dots grow with the number of landings at "
        "one place: a powered divert puts them on the safe targets of the map.",
    )  # fmt: skip


def parachute_box(ensemble: Ensemble) -> Drawn | Missing:
    """Mach number and dynamic pressure at mortar fire inside the limits of the parachute."""
    heading, summary = "Parachute box", ensemble.summary
    names = ["event.parachute_deploy.mach", "event.parachute_deploy.dynamic_pressure"]
    chute = mission_of(ensemble).parameters.vehicle.parachute
    if chute is None or not set(names) <= set(summary.columns) or not np.isfinite(summary[names[0]]).any():
        return Missing("parachute", heading, "No parachute was deployed in this ensemble.")
    mach, pressure = (summary[name].to_numpy(float) for name in names)
    inside = (mach >= chute.mach_low) & (mach <= chute.mach_high)
    inside &= (pressure >= chute.dynamic_pressure_low) & (pressure <= chute.dynamic_pressure_high)
    figure, (axes,) = new_figure(4.6, margins={"left": 0.08, "right": 0.985})
    size = (chute.mach_high - chute.mach_low, chute.dynamic_pressure_high - chute.dynamic_pressure_low)
    axes.add_patch(
        Rectangle(
            (chute.mach_low, chute.dynamic_pressure_low), *size, facecolor=BAND, edgecolor=EXPECTED, label="allowed"
        )
    )
    some = slice(None, None, max(1, math.ceil(len(mach) / _MOST_POINTS)))
    axes.plot(mach[inside][some], pressure[inside][some], ".", color=HERE, markersize=3, alpha=0.5, label="mortar fire")
    out = ~inside & np.isfinite(mach)
    if out.any():
        axes.plot(mach[out], pressure[out], "x", color=BROKEN, markersize=5, label="outside")
    real = {each.key: each.value for each, _ in flown_figures(ensemble)}
    if {"parachute_deploy_mach", "parachute_deploy_dynamic_pressure"} <= set(real):
        real_point(axes, real["parachute_deploy_mach"], real["parachute_deploy_dynamic_pressure"], "real flight")
    axes.set(xlabel="Mach number", ylabel="dynamic pressure [Pa]")
    axes.margins(0.08)
    legend(axes, loc="upper left")
    told = f"{int(inside.sum()):,} of {int(np.isfinite(mach).sum()):,} deployments lie inside the box."
    return Drawn("parachute", heading, figure, f"Mach number against dynamic pressure at mortar fire; {told}", told)


def margins(ensemble: Ensemble) -> Drawn | Missing:
    """Propellant left, with the requirement on it, and the share of cases with less."""
    heading, name = "Propellant margin", "outcome.propellant_left_kg"
    own = next((key for key in ensemble.scorecard.index if "propellant" in str(key)), None)
    column = f"figure.{own}" if own is not None else name
    if column not in ensemble.summary.columns or not np.isfinite(ensemble.summary[column]).any():
        return Missing("propellant", heading, "This mission has no propellant, or no case came to where it is counted.")
    values = np.sort(ensemble.summary[column].dropna().to_numpy(float))
    label = ensemble.scorecard.loc[own, "label"] if own is not None else "Propellant left"
    figure, (left, right) = new_figure(
        3.2, columns=2, margins={"left": 0.06, "right": 0.985}, gridspec_kw={"wspace": 0.16}
    )
    left.hist(values, bins=_bins(values), color=HERE, alpha=0.75)
    left.set(xlabel=f"{label[:1].lower()}{label[1:]} [kg]", ylabel="cases")
    right.step(
        values, 100.0 * np.arange(1, len(values) + 1) / len(values), color=HERE, where="post", label="cases with less"
    )
    right.set(xlabel="kg", ylabel="share of cases [%]", yscale="log")
    right.yaxis.set_major_formatter(ticker.FuncFormatter(lambda y, _: f"{y:g}"))
    limit = float(ensemble.scorecard.loc[own, "low"]) if own is not None else -math.inf
    if math.isfinite(limit):
        for axes in (left, right):
            axes.axvline(limit, color=BROKEN, linewidth=1.0, linestyle=(0, (4, 2)), label="limit")
    legend(right, loc="lower right")
    return Drawn(
        "propellant", heading, figure, f"Histogram of the propellant left; the least is {values[0]:.0f} kg.",
        f"Least of all cases: {values[0]:.1f} kg; median {np.median(values):.1f} kg.",
    )  # fmt: skip


def histograms(ensemble: Ensemble) -> Drawn | Missing:
    """Every as-flown figure: the predicted distribution and the value that was flown."""
    heading, found = "Histograms with the as-flown value", flown_figures(ensemble)
    if not found:
        return Missing("histograms", heading, "No real flight belongs to this mission.")
    rows = math.ceil(len(found) / _COLUMNS)
    layout: dict[str, Any] = {"wspace": 0.14, "hspace": 0.95}
    figure, axes = new_figure(
        1.75 * rows + 0.3,
        rows=rows,
        columns=_COLUMNS,
        margins={"left": 0.025, "right": 0.985, "top": 1 - 0.1 / rows},
        gridspec_kw=layout,
    )
    for each, (figure_flown, values) in zip(axes, found, strict=False):
        shown = _most(values, figure_flown.value)
        each.stairs(*np.histogram(shown, _bins(shown)), fill=True, color=HERE, alpha=0.75)
        each.axvline(figure_flown.value, color=REAL, linewidth=1.6)
        away = sigmas(figure_flown.value, values)
        unit = "" if figure_flown.unit == "1" else f" [{figure_flown.unit}]"
        far = f"{away:+.1f} σ" if math.isfinite(away) else "no spread"
        beyond = f"\n{len(values) - len(shown)} far outside" if len(shown) < len(values) else ""
        title(each, textwrap.fill(figure_flown.label + unit, 34))
        each.text(
            0.99,
            0.93,
            far + beyond,
            transform=each.transAxes,
            ha="right",
            va="top",
            fontsize=7,
            color=REAL if abs(away) <= 3 else BROKEN,
        )
        each.set_yticks([])
        each.xaxis.set_major_locator(ticker.MaxNLocator(4))
    for each in axes[len(found) :]:
        each.set_axis_off()
    return Drawn(
        "histograms", heading, figure, f"Histograms of {len(found)} figures over all cases, each with the as-flown value as a line.",
        "Blue: all cases. Orange line: as flown, with its distance from the mean in standard deviations.",
    )  # fmt: skip


def _most(values: np.ndarray, flown: float) -> np.ndarray:
    """The values but for those of lost cases far outside: within three times the central 99 % and not cut before the as-flown value."""
    low, middle, high = np.percentile(values, [0.5, 50.0, 99.5])
    reach = 3.0 * max(high - middle, middle - low, abs(flown - middle) / 3.0, 1e-12)
    return values[np.abs(values - middle) <= reach]


def _bins(values: np.ndarray) -> Any:
    """Between 12 and 60 bins by the rule of Freedman and Diaconis; whole numbers get a bin each."""
    low, high = float(values.min()), float(values.max())
    if np.all(values == np.round(values)) and high - low < 30:
        return np.arange(low - 0.5, high + 1.5)
    if low == high:
        return np.array([low - 0.5, low + 0.5])
    first, third = np.percentile(values, [25, 75])
    width = 2.0 * (third - first) / len(values) ** (1.0 / 3.0)
    count = 30 if width <= 0.0 else int(np.clip((high - low) / width, 12, 60))
    return np.linspace(low, high, count + 1)


def _landings(ensemble: Ensemble) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    summary = ensemble.summary
    east, north = (summary[f"outcome.touchdown.{axis}_m"].to_numpy(float) for axis in ("east", "north"))
    there = np.isfinite(east)
    return east[there], north[there], summary["success"].to_numpy(bool)[there]


def _from_site(site: Any, latitude: float, longitude: float) -> tuple[float, float]:
    """A place in kilometres east and north of the site, on a sphere of the areoid's radius: good to metres within an ellipse."""
    east = (longitude - site.longitude) * math.cos(site.latitude) * site.areoid_radius
    return 1e-3 * east, 1e-3 * (latitude - site.latitude) * site.areoid_radius
