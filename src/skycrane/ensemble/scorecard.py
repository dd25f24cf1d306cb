"""The scorecard: every requirement of the mission file held against all cases, the losses by name, and the ellipse."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from skycrane.ensemble.statistics import bootstrap_interval, landing_ellipse, percentile, share_interval
from skycrane.mission.parameters import RequirementParameters

PERCENTS = (1.0, 50.0, 99.0, 99.87)


def scorecard(summary: Any, requirements: Sequence[RequirementParameters]) -> Any:
    """A data frame with a row a requirement.

    A requirement is kept when its share of *all* cases lies inside its limits; a case that never came to the figure does not keep it.
    `margin` is what is left between the limit and the percentile that decides (the share for an upper limit, its complement for a lower
    one), in the unit of the figure; the interval is the bootstrap's 95 % of that percentile. `worst_case` is the case nearest to, or
    furthest beyond, a limit; a case without the figure counts as worst of all.
    """
    import pandas as pd

    rows = [_row(summary[f"figure.{each.key}"].to_numpy(float), each) for each in requirements]
    return pd.DataFrame(rows, columns=_COLUMNS).set_index("key")


_COLUMNS = [
    "key", "label", "unit", "low", "high", "share_percent", "cases", "missing", "p1", "p50", "p99", "p99_87", "deciding",
    "interval_low", "interval_high", "margin", "kept_percent", "kept_low_percent", "kept_high_percent", "passed", "worst_case",
    "worst_value",
]  # fmt: skip


def _row(values: np.ndarray, each: RequirementParameters) -> dict[str, Any]:
    n, there = len(values), np.isfinite(values)
    distance = np.where(there, np.minimum(values - each.low, each.high - values), -np.inf)
    kept = int((distance >= 0.0).sum())
    share = 100.0 * each.share
    sides = [(each.high - v, v, p) for v, p in [(percentile(values, share), share)] if math.isfinite(each.high)]
    sides += [
        (v - each.low, v, p) for v, p in [(percentile(values, 100.0 - share), 100.0 - share)] if math.isfinite(each.low)
    ]
    margin, deciding, percent = min(sides) if sides else (math.nan, math.nan, share)
    low, high = bootstrap_interval(values, percent)
    least, most = share_interval(kept, n)
    worst = int(np.argmin(distance))
    found = {name: percentile(values, p) for name, p in zip(("p1", "p50", "p99", "p99_87"), PERCENTS, strict=True)}
    return {
        "key": each.key, "label": each.label, "unit": each.unit, "low": each.low, "high": each.high, "share_percent": share,
        "cases": int(there.sum()), "missing": int(n - there.sum()), **found, "deciding": deciding, "interval_low": low,
        "interval_high": high, "margin": margin, "kept_percent": 100.0 * kept / n, "kept_low_percent": 100.0 * least,
        "kept_high_percent": 100.0 * most, "passed": kept >= each.share * n - 1e-9, "worst_case": worst, "worst_value": values[worst],
    }  # fmt: skip


def losses(summary: Any) -> Any:
    """A data frame with a row a named loss: cases, share of all, first case, its sentence."""
    import pandas as pd

    lost = summary[~summary["success"]]
    rows = [
        (name, len(some), 100.0 * len(some) / len(summary), int(some.index[0]), some["sentence"].iloc[0])
        for name, some in lost.groupby("outcome")
    ]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return pd.DataFrame(rows, columns=["loss", "cases", "percent", "first_case", "sentence"]).set_index("loss")


def ellipse(summary: Any) -> dict[str, Any] | None:
    """The 99 % landing ellipse of all cases that came to the ground, as a plain table; None where too few did."""
    names = ("outcome.touchdown.east_m", "outcome.touchdown.north_m")
    if not set(names) <= set(summary.columns):
        return None
    found = landing_ellipse(*(summary[name].to_numpy(float) for name in names))
    if found is None:
        return None
    return {
        "east_m": found.east,
        "north_m": found.north,
        "half_axes_m": [found.half_long, found.half_short],
        "azimuth_deg": math.degrees(found.azimuth),
        "share": found.share,
        "cases": found.cases,
        "inside": found.inside,
    }
