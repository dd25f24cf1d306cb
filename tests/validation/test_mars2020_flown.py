"""Predicted against flown: the nominal Mars 2020 landing, from the reconstructed entry state alone, against the reconstruction."""

import pytest

from skycrane.mission import flown_figures, load_mission
from skycrane.report.compare import compare_with_flight

ROWS = [figure.key for figure in flown_figures("mars2020") or ()]


def test_every_published_figure_has_a_row() -> None:
    assert len(ROWS) >= 29, "the preset has lost as-flown figures"


@pytest.mark.parametrize("key", ROWS)
def test_nominal_flight_agrees_with_the_reconstruction(nominal: object, key: str) -> None:
    rows = compare_with_flight(nominal, flown_figures("mars2020")).rows
    row = next(r for r in rows if r.key == key)
    assert row.passed, (
        f"{row.label}: predicted {row.predicted}, flown {row.flown}, allowed {row.low} to {row.high} {row.unit}"
    )


def test_the_nominal_landing_succeeds(nominal: object) -> None:
    assert nominal.outcome["success"], nominal.outcome["sentence"]


def test_wheels_that_the_ground_meets_between_two_cycles_have_touched() -> None:
    """The plane under the wheels is found anew every cycle; in this case it met the lowest wheel as a cycle began, and the touchdown
    was missed: a rover on the ground was called dropped."""
    from skycrane.flight import fly

    record = fly(load_mission("mars2020"), seed=5, case=286)
    assert record.outcome["success"], record.outcome["sentence"]
    assert 0.4 < record.outcome["touchdown"]["vertical_speed_m_s"] < 1.0


@pytest.mark.heavy
def test_a_hundred_seeds_all_land_and_the_flight_lies_inside_their_spread() -> None:
    """None is lost, and at least 80 % of the as-flown values lie within 3 sigma of the ensemble."""
    import numpy as np

    from skycrane.flight import fly_many

    records = fly_many(load_mission("mars2020"), list(range(100)))
    lost = {n: r.outcome["sentence"] for n, r in enumerate(records) if not r.outcome["success"]}
    assert not lost, lost
    table = [[row.predicted for row in compare_with_flight(r, flown_figures("mars2020")).rows] for r in records]
    values = np.array(table, dtype=float)
    figures = [f for f in flown_figures("mars2020") or () if f.confidence != "assumed"]
    keys = [row.key for row in compare_with_flight(records[0], flown_figures("mars2020")).rows]
    inside = []
    for figure in figures:
        column = values[:, keys.index(figure.key)]
        column = column[np.isfinite(column)]
        inside.append(abs(figure.value - column.mean()) <= 3.0 * column.std(ddof=1) + 1e-9)
    assert np.mean(inside) >= 0.8, [f.key for f, ok in zip(figures, inside, strict=True) if not ok]
