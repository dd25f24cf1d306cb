"""Percentiles with their uncertainty, and the landing ellipse. NumPy alone; no case is left out unless it says so.

The p-th percentile of n cases is the smallest flown value that at least p % of them do not exceed: always a value that was flown.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy import stats

CONFIDENCE = 0.95


def percentile(values: np.ndarray, percent: float) -> float:
    """The p-th percentile; NaN without values."""
    ordered = np.sort(values[np.isfinite(values)])
    return float(ordered[rank(len(ordered), percent) - 1]) if len(ordered) else math.nan


def rank(n: int, percent: float) -> int:
    """Which of n ordered values is the p-th percentile, counted from 1."""
    return min(max(math.ceil(n * percent / 100.0 - 1e-9), 1), n)


def bootstrap_interval(values: np.ndarray, percent: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Percentile-bootstrap confidence interval of a percentile, exactly: as with infinitely many resamples.

    A resample's k-th ordered value is at most the j-th ordered value of the sample with probability P(Binomial(n, j/n) >= k), so the
    interval's ends are found among the flown values without drawing. Source: Efron, Bootstrap methods: another look at the jackknife,
    1979, section 3.
    """
    ordered = np.sort(values[np.isfinite(values)])
    n = len(ordered)
    if n == 0:
        return math.nan, math.nan
    k = rank(n, percent)
    at_most = stats.binom.sf(k - 1, n, np.arange(1, n + 1) / n)
    low = int(np.searchsorted(at_most, 0.5 * (1.0 - confidence)))
    high = int(np.searchsorted(at_most, 1.0 - 0.5 * (1.0 - confidence)))
    return float(ordered[min(low, n - 1)]), float(ordered[min(high, n - 1)])


def share_interval(kept: int, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Exact (Clopper-Pearson) confidence interval of a share: kept of n."""
    found = stats.binomtest(kept, n).proportion_ci(confidence, method="exact")
    return float(found.low), float(found.high)


class Ellipse(NamedTuple):
    """An ellipse of a normal distribution fitted to landing points [m, site frame]; azimuth of its long axis from north [rad]."""

    east: float
    north: float
    half_long: float
    half_short: float
    azimuth: float
    share: float
    cases: int
    inside: int


def landing_ellipse(east: np.ndarray, north: np.ndarray, share: float = 0.99) -> Ellipse | None:
    """The ellipse that holds a share of a bivariate normal with the mean and covariance of the points; None for fewer than 3 points.

    Half axes: sqrt(eigenvalue of the covariance * chi-square quantile, 2 degrees of freedom). `inside` counts the points that it holds.
    """
    there = np.isfinite(east) & np.isfinite(north)
    points = np.stack([east[there], north[there]])
    if points.shape[1] < 3:
        return None
    centre, covariance = points.mean(axis=1), np.cov(points)
    sizes, axes = np.linalg.eigh(covariance)
    reach = float(stats.chi2.ppf(share, 2))
    along = axes.T @ (points - centre[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.nan_to_num(along**2 / np.maximum(sizes, 0.0)[:, None]).sum(axis=0) <= reach
    long = axes[:, 1]
    half = np.sqrt(np.maximum(sizes, 0.0) * reach)
    azimuth = math.atan2(long[0], long[1]) % math.pi
    return Ellipse(
        float(centre[0]),
        float(centre[1]),
        float(half[1]),
        float(half[0]),
        azimuth,
        share,
        points.shape[1],
        int(inside.sum()),
    )
