"""One formatter for every number that a person reads: digits the figure deserves, a dash for what is not there."""

import math
from collections.abc import Iterable

_DASH = "–"
#: A band whose upper end is this many times its lower end is a lower bound.
_OPEN = 20.0


def decimals_for(low: float, high: float, flown: float | None) -> int:
    """Digits after the point: enough to see a tenth of the tolerance, and no fewer than the flown figure was given with."""
    half = (high - low) / 2.0
    by_band = max(0, 1 - math.floor(math.log10(half))) if 0.0 < half < 1e3 else 0
    given = 0 if flown is None else len(f"{flown:.10f}".rstrip("0").partition(".")[2])
    return min(3, max(by_band, given))


def decimals_apart(value: float | None, decimals: int, bounds: Iterable[float]) -> int:
    """As many decimals more, three at most, as it takes to tell a value from a bound that it nearly touches."""
    if value is None or not math.isfinite(value):
        return decimals
    near = [bound for bound in bounds if bound != value]
    while decimals < 3 and any(f"{value:.{decimals}f}" == f"{bound:.{decimals}f}" for bound in near):
        decimals += 1
    return decimals


def number_text(value: float | None, decimals: int) -> str:
    """A number with that many decimals and a comma between thousands, as callouts have it; a dash for None or NaN."""
    if value is None or not math.isfinite(value):
        return _DASH
    return f"{value:,.{decimals}f}".replace("-", "−")


def allowed_text(low: float, high: float, decimals: int) -> str:
    """The band in words: `85.0 to 89.0`, `up to 60`, `at least 150`, `exactly 3`."""
    if low == high:
        return f"exactly {number_text(low, decimals)}"
    if low == 0.0:
        return f"up to {number_text(high, decimals)}"
    if high > _OPEN * abs(low):
        return f"at least {number_text(low, decimals)}"
    return f"{number_text(low, decimals)} to {number_text(high, decimals)}"


def significant(value: float | None, figures: int = 3) -> str:
    """Three significant figures, never in powers of ten for what a landing has."""
    if value is None or not math.isfinite(value):
        return _DASH
    if value == 0.0:
        return "0"
    decimals = max(0, figures - 1 - math.floor(math.log10(abs(value))))
    return number_text(value, min(decimals, 6))
