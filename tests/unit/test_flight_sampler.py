"""The sampler: the same draws as JAX makes, distributions that are what they say, groups that are correlated as the file says."""

import math
import zlib
from dataclasses import replace

import jax
import numpy as np
import pytest
from scipy import stats

from skycrane.core.errors import InputError
from skycrane.flight import dispersions, threefry
from skycrane.flight.models import assemble
from skycrane.flight.randomness import case_key
from skycrane.flight.tables import make_tables
from skycrane.mission import load_mission
from skycrane.mission.parameters import DispersionParameters, MissionParameters

CASES = 4000


@pytest.fixture(autouse=True)
def _wide() -> None:
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_threefry_partitionable", True)


def mission_with(*dispersed: DispersionParameters) -> MissionParameters:
    return replace(load_mission("teaching").parameters, dispersions=dispersed)


def draws(*dispersed: DispersionParameters, cases: int = CASES) -> dict[str, np.ndarray]:
    p = mission_with(*dispersed)
    return dispersions.drawn(p, threefry.case_keys(11, np.arange(cases)))


@pytest.mark.parametrize("seed", [0, 1, 2**32 + 5, 2**62])
def test_keys_of_cases_are_those_of_jax(seed: int) -> None:
    keys = threefry.case_keys(seed, np.arange(5))
    for case in range(5):
        assert keys[case].tolist() == np.asarray(case_key(seed, case)).tolist()


def test_draws_are_those_of_jax() -> None:
    """JAX draws one case at a time, from the same named keys."""
    normal, uniform, truncated = (
        DispersionParameters(key="entry.speed_m_s", sigma=2.0),
        DispersionParameters(key="entry.azimuth_deg", distribution="uniform", half_width=3.0),
        DispersionParameters(key="entry.latitude_deg", distribution="truncated", sigma=0.5, limit=2.5),
    )
    found = draws(normal, uniform, truncated, cases=40)
    for case in range(40):
        key = lambda d, c=case: jax.random.fold_in(  # noqa: E731
            jax.random.wrap_key_data(case_key(11, c), impl="threefry2x32"), zlib.crc32(d.key.encode())
        )
        assert found[normal.key][case] == pytest.approx(
            2.0 * float(jax.random.normal(key(normal))), rel=1e-9, abs=1e-12
        )
        expected = 3.0 * float(jax.random.uniform(key(uniform), minval=-1.0, maxval=1.0))
        assert found[uniform.key][case] == pytest.approx(expected, rel=1e-12, abs=1e-12)
        expected = 0.5 * float(jax.random.truncated_normal(key(truncated), -2.5, 2.5))
        assert found[truncated.key][case] == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("dispersion", "expected"),
    [
        (DispersionParameters(key="entry.speed_m_s", sigma=2.0), stats.norm(0, 2)),
        (DispersionParameters(key="entry.speed_m_s", distribution="uniform", half_width=3.0), stats.uniform(-3, 6)),
        (
            DispersionParameters(key="entry.speed_m_s", distribution="truncated", sigma=2.0, limit=1.5),
            stats.truncnorm(-1.5, 1.5, 0, 2),
        ),
    ],
)
def test_a_distribution_is_what_it_says(dispersion: DispersionParameters, expected: object) -> None:
    found = draws(dispersion)[dispersion.key]
    assert stats.kstest(found, expected.cdf).pvalue > 1e-3  # type: ignore[attr-defined]


def test_a_fault_comes_as_often_as_the_file_says() -> None:
    fault = DispersionParameters(
        key="vehicle.parachute.drag_scale", distribution="discrete", values=(1.0, 0.9, 0.5), chances=(8.0, 1.5, 0.5)
    )
    found = 1.0 + draws(fault)[fault.key]
    counts = [int(np.isclose(found, value).sum()) for value in (1.0, 0.9, 0.5)]
    assert sum(counts) == CASES
    assert stats.chisquare(counts, np.array([0.8, 0.15, 0.05]) * CASES).pvalue > 1e-3


def test_a_fault_of_one_engine_flies_and_flight_software_does_not_know_it() -> None:
    """Engine 3 delivers 5 % less in every second case: that engine alone, and not in the vehicle that the mind assumes."""
    fault = DispersionParameters(
        key="vehicle.engines.thrust_factor.2", distribution="discrete", values=(1.0, 0.95), chances=(1.0, 1.0)
    )
    p = replace(load_mission("mars2020").parameters, dispersions=(fault,))
    change = dispersions.drawn(p, threefry.case_keys(11, np.arange(64)))
    flying = np.stack(dispersions.lanes_of(assemble(p), p, change, 64).vehicle.engines.thrust_factor)
    assert set(np.round(flying[2], 12)) == {1.0, 0.95}
    assert (np.delete(flying, 2, axis=0) == 1.0).all()
    assert tuple(map(float, make_tables(p).assumed.engines.thrust_factor)) == (1.0,) * 8


def test_a_group_is_correlated_as_the_file_says() -> None:
    keys = ("entry.speed_m_s", "entry.latitude_deg", "entry.azimuth_deg")
    rows = ((0.0,), (0.7,), (-0.4, 0.2))
    group = [
        DispersionParameters(key=key, sigma=n + 1.0, group="delivery", correlation=row)
        for n, (key, row) in enumerate(zip(keys, rows, strict=True))
    ]
    found = draws(*group)
    measured = np.corrcoef([found[key] for key in keys])
    assert measured == pytest.approx(
        np.array([[1, 0.7, -0.4], [0.7, 1, 0.2], [-0.4, 0.2, 1]]), abs=4 / math.sqrt(CASES)
    )
    assert [np.std(found[key]) for key in keys] == pytest.approx([1.0, 2.0, 3.0], rel=0.05)


def test_full_correlation_is_one_draw() -> None:
    first = DispersionParameters(key="entry.speed_m_s", sigma=2.0, group="g")
    second = DispersionParameters(key="entry.azimuth_deg", sigma=1.0, group="g", correlation=(-1.0,))
    found = draws(first, second, cases=50)
    assert found[second.key] == pytest.approx(-0.5 * found[first.key])


def test_a_group_without_correlation_draws_what_its_members_draw_alone() -> None:
    members = [DispersionParameters(key=key, sigma=1.0) for key in ("entry.speed_m_s", "entry.azimuth_deg")]
    alone, together = draws(*members), draws(*(replace(each, group="g") for each in members))
    for each in members:
        assert np.array_equal(alone[each.key], together[each.key])


def test_a_case_draws_the_same_in_any_company() -> None:
    p = load_mission("mars2020").parameters
    many = dispersions.drawn(p, threefry.case_keys(3, np.arange(200)))
    for case in (0, 63, 199):
        one = dispersions.drawn(p, threefry.case_keys(3, np.array([case])))
        assert {key: float(x[0]) for key, x in one.items()} == dispersions.one_of(many, case)


def test_no_spread_is_the_nominal_number() -> None:
    p = mission_with(DispersionParameters(key="entry.speed_m_s", sigma=0.0))
    flown = dispersions.dispersed(
        assemble(p),
        p,
        {"entry.speed_m_s": dispersions.drawn(p, threefry.case_keys(1, np.arange(3)))["entry.speed_m_s"][1]},
    )
    assert flown.entry.speed == p.entry.speed


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"dispersions.0.distribution": "lognormal"}, "must be one of normal, uniform, truncated, discrete"),
        ({"dispersions.0.sigma": -0.1}, "dispersions.0.sigma is -0.1, must be at least 0"),
        (
            {"dispersions.0.distribution": "discrete", "dispersions.0.values": [1.0, 2.0]},
            "values has 2 numbers and chances 1",
        ),
        (
            {"dispersions.0.distribution": "discrete", "dispersions.0.chances": [0.0]},
            "chances are all 0, must have one above 0",
        ),
        ({"dispersions.0.group": "g", "dispersions.0.distribution": "uniform"}, "must be normal in a group"),
        ({"dispersions.1.correlation": [0.5]}, "must have 0: one for each member above it (it is in no group)"),
        (
            {"dispersions.0.group": "g", "dispersions.1.group": "g", "dispersions.1.correlation": [0.2, 0.1]},
            "must have 1: one for each member above it (group g)",
        ),
        (
            {
                **{f"dispersions.{n}.group": "g" for n in range(3)},
                "dispersions.1.correlation": [0.9],
                "dispersions.2.correlation": [0.9, -0.9],
            },
            "not positive semi-definite, must be correlations that can hold together",
        ),
        ({"dispersions.1.key": "entry.flight_path_angle_deg"}, "which is dispersed already further up"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_sentence(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        load_mission("teaching").with_changes(change)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
