"""Which inputs drive which outputs: rank correlation, first-order Sobol indices, and the shares of the landing ellipse.

All from the cases that were flown; nothing is flown again. Only cases that came to the figure count.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats

_DRAWN = "drawn."
_CONFIDENCE = 0.95


def inputs_of(summary: Any) -> list[str]:
    """Keys of the inputs that were drawn and really differ from case to case."""
    return [
        name.removeprefix(_DRAWN) for name in summary.columns if name.startswith(_DRAWN) and summary[name].nunique() > 1
    ]


def figures_of(summary: Any) -> list[str]:
    """Columns of the figures of the requirements."""
    return [name for name in summary.columns if name.startswith("figure.")]


def rank_correlations(summary: Any, outputs: Sequence[str]) -> Any:
    """Spearman's rank correlation of each output with each input, strongest first within each output; p is that of no relation at all.

    Source: Spearman, The proof and measurement of association between two things, 1904. p by the t distribution, as scipy.stats.spearmanr.
    """
    import pandas as pd

    inputs = inputs_of(summary)
    rows: list[tuple[str, str, float, float, int]] = []
    ranks: dict[bytes, np.ndarray] = {}  # of the inputs, by which cases came to the output: most have them in common
    for output in outputs:
        y, x = _there(summary, output, inputs)
        n = len(y)
        if n < 4 or np.ptp(y) == 0.0:
            continue
        cases = np.isfinite(summary[output].to_numpy(float)).tobytes()
        if cases not in ranks:
            ranks[cases] = stats.rankdata(x, axis=0)
        found = _correlation(ranks[cases], stats.rankdata(y))
        with np.errstate(divide="ignore", invalid="ignore"):
            p = 2.0 * stats.t.sf(np.abs(found) * np.sqrt((n - 2) / np.maximum(1.0 - found**2, 1e-300)), n - 2)
        some = [
            (output, key, float(r), float(q), n) for key, r, q in zip(inputs, found, p, strict=True) if np.isfinite(r)
        ]
        rows += sorted(some, key=lambda row: -abs(row[2]))
    return pd.DataFrame(rows, columns=["figure", "input", "rank_correlation", "p_value", "cases"])


def sobol_indices(summary: Any, outputs: Sequence[str], seed: int = 0) -> Any:
    """First-order Sobol indices with their confidence, from the flown cases by RBD-FAST (SALib), largest first within each output.

    The index is the share of the output's variance that the input alone explains. Source: Tarantola, Gatelli, Mara, Random balance designs
    for the estimation of first order global sensitivity indices, 2006; bias correction of Tissot and Prieur 2012.
    """
    import pandas as pd
    from SALib.analyze import rbd_fast

    inputs = inputs_of(summary)
    rows: list[tuple[str, str, float, float, int]] = []
    for output in outputs:
        y, x = _there(summary, output, inputs)
        if len(y) < 100 or np.ptp(y) == 0.0:
            continue
        bounds = [[float(low), float(high)] for low, high in zip(x.min(axis=0), x.max(axis=0), strict=True)]
        problem = {"num_vars": len(inputs), "names": inputs, "bounds": bounds}
        found = rbd_fast.analyze(problem, x, y, M=10, num_resamples=50, conf_level=_CONFIDENCE, seed=seed)
        some = [
            (output, key, float(s), float(c), len(y))
            for key, s, c in zip(inputs, found["S1"], found["S1_conf"], strict=True)
        ]
        rows += sorted(some, key=lambda row: -row[2])
    return pd.DataFrame(rows, columns=["figure", "input", "first_order", "confidence", "cases"])


def contributors(summary: Any, most: int = 8) -> list[dict[str, Any]]:
    """What spreads the landing points: share of their variance (east and north together) that each input explains linearly.

    Least squares on the inputs, each in units of its own spread; `seen_by_chance` is the share that an input without any influence
    would show on average, and inputs below three times that are left out. What remains is not linear, or noise drawn in flight.
    """
    names = ["outcome.touchdown.east_m", "outcome.touchdown.north_m"]
    inputs = inputs_of(summary)
    if not set(names) <= set(summary.columns) or not inputs:
        return []
    there = np.isfinite(summary[names].to_numpy(float)).all(axis=1)
    y = summary[names].to_numpy(float)[there]
    x = summary[[_DRAWN + key for key in inputs]].to_numpy(float)[there]
    n = len(y)
    if n < 2 * len(inputs) + 10:
        return []
    spread = x.std(axis=0)
    z = (x - x.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    centred = y - y.mean(axis=0)
    slopes, *_ = np.linalg.lstsq(z.T @ z, z.T @ centred, rcond=None)
    whole = float(np.sum(centred**2)) / n
    residual = float(np.sum((centred - z @ slopes) ** 2)) / n
    chance = residual / whole / n
    shares = np.sum(slopes**2, axis=1) / whole
    found = [
        {"input": inputs[i], "share": float(shares[i]), "east_m": float(slopes[i, 0]), "north_m": float(slopes[i, 1])}
        for i in np.argsort(-shares)
        if shares[i] > 3.0 * chance
    ][:most]
    return [*found, {"input": "", "share": residual / whole, "east_m": None, "north_m": None}]


def _there(summary: Any, output: str, inputs: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The output and the inputs of the cases that have it: (cases,) and (cases, inputs)."""
    y = summary[output].to_numpy(float)
    there = np.isfinite(y)
    return y[there], summary[[_DRAWN + key for key in inputs]].to_numpy(float)[there]


def _correlation(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    x, y = x - x.mean(axis=0), y - y.mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        return x.T @ y / np.sqrt(np.sum(x**2, axis=0) * np.sum(y**2))
