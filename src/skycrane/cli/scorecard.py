"""The scorecard of an ensemble in the terminal: requirements, losses by name, landing ellipse."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from skycrane.cli.screen import Screen

if TYPE_CHECKING:
    from skycrane.record.ensemble_folder import Ensemble

_FEW = 770  # one case in so many is beyond 99.87 %
_HEAD = ("", "Requirement", "1 %", "50 %", "99 %", "99.87 %", "limit", "margin", "95 % interval", "worst")


def scorecard_lines(show: Screen, ensemble: "Ensemble") -> Iterator[str]:
    """Everything that is said at the end of an ensemble."""
    lost = ensemble.losses
    landed = ensemble.n - int(lost["cases"].sum()) if len(lost) else ensemble.n
    yield ""
    yield show.paint(f"{landed:,} of {ensemble.n:,} cases succeeded ({100.0 * landed / ensemble.n:.2f} %)", "bold")
    rows = [_row(key, each) for key, each in ensemble.scorecard.iterrows()]
    if rows:
        yield ""
        widths = [max(len(row[n]) for row in (_HEAD, *rows)) for n in range(len(_HEAD))]
        yield show.paint(_line(_HEAD, widths), "dim")
        for row in rows:
            line = _line(row, widths)
            yield line.replace(row[0], show.paint(row[0], "green" if row[0] == "pass" else "red"), 1)
        if ensemble.n < _FEW:
            yield show.paint(f"Of fewer than {_FEW} cases the 99.87 % is no more than the worst of them.", "dim")
    if len(lost):
        yield ""
        yield "Losses"
        for name, each in lost.iterrows():
            yield f"  {str(name).replace('_', ' '):<24}{each['cases']:>6}  ({each['percent']:.2f} %), first: case {each['first_case']}"
    ellipse = ensemble.ellipse
    if ellipse is not None:
        long, short = (2e-3 * x for x in ellipse["half_axes_m"])
        yield ""
        yield (
            f"Landing ellipse ({100 * ellipse['share']:.0f} %): {_size(long)} by {_size(short)}, "
            f"long axis {ellipse['azimuth_deg']:.0f} deg from north, "
            f"centre {_size(1e-3 * ellipse['east_m'])} east and {_size(1e-3 * ellipse['north_m'])} north of the site; "
            f"holds {100.0 * ellipse['inside'] / ellipse['cases']:.1f} %"
        )


def _row(key: Any, each: Any) -> tuple[str, ...]:
    unit = "" if not isinstance(each["unit"], str) or not each["unit"] else f" {each['unit']}"
    limits = [
        f"{sign} {_figure(each[name])}" for sign, name in ((">", "low"), ("<", "high")) if math.isfinite(each[name])
    ]
    missing = f" ({each['missing']} without)" if each["missing"] else ""
    return (
        "pass" if each["passed"] else "FAIL",
        f"{each['label']}{missing}",
        *(_figure(each[name]) for name in ("p1", "p50", "p99", "p99_87")),
        ", ".join(limits) + unit,
        _figure(each["margin"]),
        f"{_figure(each['interval_low'])} to {_figure(each['interval_high'])}",
        f"case {each['worst_case']}",
    )


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [
        cell.ljust(w) if n < 2 or n in (6, 8, 9) else cell.rjust(w)
        for n, (cell, w) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _figure(value: float) -> str:
    return "-" if not math.isfinite(value) else f"{value:.4g}"


def _size(kilometres: float) -> str:
    return f"{1e3 * kilometres:.0f} m" if abs(kilometres) < 1.0 else f"{kilometres:.2f} km"
