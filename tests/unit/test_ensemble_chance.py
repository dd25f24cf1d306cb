"""Of an ensemble of pure noise nothing is said to drive anything; what drives something is still seen."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skycrane.ensemble.sensitivity import figures_of, rank_correlations
from skycrane.record.chance import FEWEST_CASES, left_out_in_words, stands_out

INPUTS, FIGURES = 58, 14  # as many as the preset has


def ensemble(random: np.random.Generator, cases: int, alike: float = 0.0, driven: bool = False) -> pd.DataFrame:
    """An ensemble's summary: figures share `alike` of their variance; `driven`, input n moves figure n."""
    x = random.normal(size=(cases, INPUTS))
    y = np.sqrt(alike) * random.normal(size=(cases, 1)) + np.sqrt(1.0 - alike) * random.normal(size=(cases, FIGURES))
    if driven:
        y = y + 3.0 * x[:, :FIGURES]
    return pd.DataFrame(
        {f"drawn.x{n}": x[:, n] for n in range(INPUTS)} | {f"figure.y{n}": y[:, n] for n in range(FIGURES)}
    )


def ranked(summary: pd.DataFrame) -> pd.DataFrame:
    return rank_correlations(summary, figures_of(summary))


@pytest.mark.parametrize(("alike", "n"), [(0.0, 200), (0.9, 100)])
def test_one_ensemble_of_noise_in_a_hundred_shows_an_influence(alike: float, n: int) -> None:
    random = np.random.default_rng(8)
    tables = [ranked(ensemble(random, 64, alike)) for _ in range(n)]
    false = sum(bool(stands_out(each).any()) for each in tables)
    assert stats.binomtest(false, n, 0.01, alternative="greater").pvalue > 0.01, f"{false} of {n}"
    if (
        not alike
    ):  # the noise is loud enough to be heard: figure by figure an input in one ensemble of seven would be named
        by_figure = sum(bool((each["p_value"] < 0.01 / INPUTS).any()) for each in tables)
        assert by_figure / n == pytest.approx(1.0 - 0.99**FIGURES, abs=0.07)


def test_what_drives_a_figure_is_named_and_nothing_beside_it() -> None:
    random, wrong = np.random.default_rng(9), 0
    for _ in range(40):
        ranks = ranked(ensemble(random, 64, driven=True))
        named = ranks[stands_out(ranks)]
        right = named["figure"].str.removeprefix("figure.y") == named["input"].str.removeprefix("x")
        assert right.sum() == FIGURES
        wrong += not right.all()
    assert stats.binomtest(wrong, 40, 0.01, alternative="greater").pvalue > 0.01, f"{wrong} of 40"


def test_of_few_cases_nothing_stands_out() -> None:
    """Of six cases two figures in three ensembles lie in the very order of some input: p is zero there."""
    ranks = ranked(ensemble(np.random.default_rng(3), 6))
    assert ranks["p_value"].min() < 1e-12
    assert not stands_out(ranks).any()
    assert not stands_out(ranked(ensemble(np.random.default_rng(3), FEWEST_CASES - 1, driven=True))).any()
    assert stands_out(ranked(ensemble(np.random.default_rng(3), FEWEST_CASES, driven=True))).sum() >= FIGURES


def test_an_input_that_is_the_same_in_every_case_is_named() -> None:
    summary = ensemble(np.random.default_rng(3), 40)
    assert left_out_in_words(summary, ranked(summary)) == ""
    summary["drawn.x7"] = 1.0
    assert left_out_in_words(summary, ranked(summary)) == (
        "Of 58 uncertain quantities 1 did not differ from case to case here and cannot be ranked: x7."
    )
