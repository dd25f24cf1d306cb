"""Percentiles, their bootstrap, ellipse, scorecard and sensitivities: against brute force, closed forms and other libraries."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skycrane.core.errors import InputError
from skycrane.ensemble.scorecard import ellipse, losses, scorecard
from skycrane.ensemble.sensitivity import contributors, rank_correlations, sobol_indices
from skycrane.ensemble.statistics import bootstrap_interval, landing_ellipse, percentile, share_interval
from skycrane.ensemble.stopping import read_rule
from skycrane.mission.parameters import RequirementParameters

RANDOM = np.random.default_rng(1)


@pytest.mark.parametrize("percent", [1.0, 50.0, 99.0, 99.87])
def test_a_percentile_is_numpys_inverted_distribution(percent: float) -> None:
    values = RANDOM.normal(size=777)
    assert percentile(values, percent) == np.percentile(values, percent, method="inverted_cdf")
    assert math.isnan(percentile(np.array([np.nan]), percent))


@pytest.mark.parametrize("percent", [1.0, 50.0, 90.0])
def test_the_exact_bootstrap_is_what_resampling_tends_to(percent: float) -> None:
    values = RANDOM.gamma(2.0, size=200)
    resampled = np.sort(RANDOM.choice(values, size=(40_000, 200)), axis=1)
    k = math.ceil(200 * percent / 100.0)
    brute = np.percentile(resampled[:, k - 1], [2.5, 97.5], method="inverted_cdf")
    ordered = np.sort(values)
    for found, expected in zip(bootstrap_interval(values, percent), brute, strict=True):
        assert abs(int(np.searchsorted(ordered, found)) - int(np.searchsorted(ordered, expected))) <= 1


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    truth, hits = stats.norm.ppf(0.9), 0
    for _ in range(600):
        low, high = bootstrap_interval(RANDOM.normal(size=300), 90.0)
        hits += low <= truth <= high
    assert stats.binomtest(hits, 600, 0.95).pvalue > 1e-4


def test_the_interval_of_a_share_is_the_rule_of_three() -> None:
    """With no failure in n trials the upper end of a 97.5 % one-sided interval is near 3.69 / n."""
    low, high = share_interval(1000, 1000)
    assert high == 1.0
    assert 1.0 - low == pytest.approx(3.689 / 1000, rel=0.01)


def test_the_ellipse_of_a_normal_is_its_own() -> None:
    angle, sizes = math.radians(30.0), np.array([3000.0, 800.0])
    along = RANDOM.normal(size=(200_000, 2)) * sizes
    east = along[:, 0] * math.sin(angle) + along[:, 1] * math.cos(angle) + 50.0
    north = along[:, 0] * math.cos(angle) - along[:, 1] * math.sin(angle) - 20.0
    found = landing_ellipse(east, north)
    assert found is not None
    reach = math.sqrt(-2.0 * math.log(0.01))
    assert (found.half_long, found.half_short) == pytest.approx(tuple(reach * sizes), rel=0.01)
    assert math.degrees(found.azimuth) == pytest.approx(30.0, abs=0.5)
    assert found.inside / found.cases == pytest.approx(0.99, abs=0.002)
    assert landing_ellipse(east[:2], north[:2]) is None


def frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns).rename_axis("case")


def test_a_case_that_never_got_there_does_not_keep_the_requirement() -> None:
    values = np.arange(200.0)
    requirement = RequirementParameters(key="speed", figure="x", label="Speed", high=300.0, share=0.99)
    kept = scorecard(frame(**{"figure.speed": values}), [requirement]).loc["speed"]
    assert bool(kept["passed"])
    assert (kept["p1"], kept["p50"], kept["p99"], kept["p99_87"]) == (1.0, 99.0, 197.0, 199.0)
    assert kept["margin"] == 300.0 - 197.0
    assert kept["worst_case"] == 199
    values[[7, 9, 11]] = np.nan
    lost = scorecard(frame(**{"figure.speed": values}), [requirement]).loc["speed"]
    assert not lost["passed"]
    assert (lost["missing"], lost["cases"], lost["worst_case"]) == (3, 197, 7)
    assert lost["kept_percent"] == pytest.approx(98.5)


def test_a_requirement_with_two_limits_is_judged_on_the_nearer() -> None:
    requirement = RequirementParameters(key="mach", figure="x", label="Mach", low=1.4, high=2.2, share=0.9)
    row = scorecard(frame(**{"figure.mach": np.linspace(1.35, 2.0, 1001)}), [requirement]).loc["mach"]
    assert row["deciding"] == pytest.approx(1.415, abs=1e-3)
    assert row["margin"] == pytest.approx(0.015, abs=1e-3)
    assert row["worst_case"] == 0
    assert row["worst_value"] == 1.35


def test_losses_are_counted_by_name_most_first() -> None:
    summary = frame(
        outcome=["landed", "dropped", "skip_out", "dropped"], success=[True, False, False, False], sentence=list("abcd")
    )
    found = losses(summary)
    assert found["cases"].to_dict() == {"dropped": 2, "skip_out": 1}
    assert found.loc["dropped", "first_case"] == 1
    assert found["percent"].sum() == 75.0


def test_rank_correlation_is_scipys() -> None:
    x = RANDOM.normal(size=(400, 3))
    y = np.exp(x[:, 0]) - 0.3 * x[:, 1] + 0.2 * RANDOM.normal(size=400)
    y[5] = np.nan
    summary = frame(**{f"drawn.{k}": x[:, n] for n, k in enumerate("abc")}, **{"figure.y": y})
    found = rank_correlations(summary, ["figure.y"]).set_index("input")
    for n, key in enumerate("abc"):
        expected = stats.spearmanr(np.delete(x[:, n], 5), np.delete(y, 5))
        assert found.loc[key, "rank_correlation"] == pytest.approx(expected.statistic, rel=1e-9)
        assert found.loc[key, "p_value"] == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-300)
    assert found.index[0] == "a"


def test_sobol_indices_of_ishigamis_function() -> None:
    """Closed form: S1 = 0.3139, S2 = 0.4424, S3 = 0 (Ishigami and Homma 1990, a = 7, b = 0.1)."""
    x = RANDOM.uniform(-math.pi, math.pi, size=(6000, 3))
    y = np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    summary = frame(**{f"drawn.x{n}": x[:, n] for n in range(3)}, **{"figure.y": y})
    found = sobol_indices(summary, ["figure.y"]).set_index("input")["first_order"]
    assert found["x0"] == pytest.approx(0.3139, abs=0.04)
    assert found["x1"] == pytest.approx(0.4424, abs=0.04)
    assert found["x2"] == pytest.approx(0.0, abs=0.04)


def test_contributors_share_out_the_variance() -> None:
    x = RANDOM.normal(size=(5000, 3)) * [1.0, 2.0, 5.0]
    east, north = 300.0 * x[:, 0], 400.0 * x[:, 1] + 50.0 * RANDOM.normal(size=5000)
    summary = frame(
        **{f"drawn.{k}": x[:, n] for n, k in enumerate("abc")},
        **{"outcome.touchdown.east_m": east, "outcome.touchdown.north_m": north},
    )
    found = {each["input"]: each for each in contributors(summary)}
    whole = 300.0**2 + 800.0**2 + 50.0**2
    assert found["b"]["share"] == pytest.approx(800.0**2 / whole, rel=0.05)
    assert found["a"]["share"] == pytest.approx(300.0**2 / whole, rel=0.1)
    assert found[""]["share"] == pytest.approx(50.0**2 / whole, rel=0.1)
    assert "c" not in found
    assert found["b"]["north_m"] == pytest.approx(800.0, rel=0.03)
    found_ellipse = ellipse(summary)
    assert found_ellipse is not None
    assert found_ellipse["azimuth_deg"] % 180.0 == pytest.approx(0.0, abs=2.0) or found_ellipse["azimuth_deg"] > 178.0


def test_a_stop_rule_is_read_and_holds_when_it_should() -> None:
    rule = read_rule("miss_distance_p99.87 within 2.5 %", ["miss_distance"])
    assert (rule.column, rule.percent, rule.within) == ("figure.miss_distance", 99.87, 0.025)
    assert rule.holds(np.full(1000, 5.0))
    assert not rule.holds(RANDOM.gamma(1.0, size=1000))
    for text, words in (
        ("miss within 2 %", "must be REQUIREMENT_pPERCENT"),
        ("x_p99 within 2 %", "must be a requirement of the mission"),
    ):
        with pytest.raises(InputError, match=words):
            read_rule(text, ["miss_distance"])
