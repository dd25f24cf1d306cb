"""Predicted against flown: rows pass inside their bounds, a row that was never reached fails and says so."""

import dataclasses
import json

import pytest
from unit.synthetic_record import synthetic_record

from skycrane.record import FlightRecord
from skycrane.report import ComparedFigure, compare_with_flight
from skycrane.report.flown import flown_for, flown_points, flown_times
from skycrane.report.numbers import allowed_text, number_text, significant


@pytest.fixture(scope="module")
def record() -> FlightRecord:
    return synthetic_record()


def test_a_landing_like_the_real_one_passes_where_it_should(record: FlightRecord) -> None:
    comparison = compare_with_flight(record)
    assert len(comparison.rows) == 29
    assert [row.key for row in comparison.rows if not row.passed] == ["bank_reversal_3_time"]
    assert not comparison.all_passed
    assert comparison.passed == 28


def test_what_was_never_reached_is_not_flown_and_fails() -> None:
    rows = {row.key: row for row in compare_with_flight(synthetic_record(sky_crane=False, powered=False)).rows}
    assert rows["touchdown_time"].predicted is None
    assert not rows["touchdown_time"].passed
    assert rows["touchdown_time"].verdict == "missing"
    assert rows["parachute_deploy_time"].passed


def test_a_requirement_without_a_flown_value_shows_none(record: FlightRecord) -> None:
    row = next(row for row in compare_with_flight(record).rows if row.key == "touchdown_tilt")
    assert row.flown is None
    assert row.passed


def test_the_table_fits_a_terminal_of_100_columns_and_starts_each_row_with_its_verdict(record: FlightRecord) -> None:
    lines = compare_with_flight(record).to_text().splitlines()
    assert max(len(line) for line in lines) <= 100
    verdicts = [line.split()[0] for line in lines[4:]]
    assert verdicts.count("pass") == 28
    assert verdicts.count("FAIL") == 1


def test_the_comparison_is_plain_json(record: FlightRecord) -> None:
    content = json.loads(json.dumps(compare_with_flight(record).to_dict(), allow_nan=False))
    assert content["count"] == len(content["rows"]) == 29


def test_without_a_real_flight_there_is_nothing_to_fail(record: FlightRecord) -> None:
    comparison = compare_with_flight(record, [])
    assert comparison.all_passed
    assert "no as-flown figures" in comparison.to_text()


def test_a_mission_without_flown_figures_compares_with_nothing(record: FlightRecord) -> None:
    other = FlightRecord(record.channels, record.events, {}, 'name = "capsule"\n', record.provenance)
    assert flown_for(other) == ()


def test_flown_values_find_their_place_in_time(record: FlightRecord) -> None:
    figures = flown_for(record)
    assert flown_times(figures)["parachute_deploy"] == 240.6
    points = {(point.name, point.event, round(point.time_s, 2)): point.value for point in flown_points(figures)}
    assert points["dynamic_pressure", "parachute_deploy", 240.6] == 512.0
    assert points["height_above_landing_point", "parachute_deploy", 240.6] == pytest.approx(12200.0)
    assert points["height_above_landing_point", "parachute_deploy", 254.34] == 11223.0


def test_numbers_are_written_for_people() -> None:
    assert number_text(-1234.5, 1) == "−1,234.5"
    assert number_text(float("nan"), 1) == number_text(None, 1) == "–"
    assert significant(0.75) == "0.750"
    assert significant(5332.4) == "5,332"
    assert allowed_text(3, 3, 0) == "exactly 3"
    assert allowed_text(0.0, 60, 0) == "up to 60"
    assert allowed_text(150, 10000, 0) == "at least 150"


def test_a_drawn_flight_says_that_the_bounds_are_for_the_nominal_one() -> None:
    from skycrane.cli.screen import results
    from skycrane.cli.telling import comparison_lines

    told = {
        seed: " ".join(comparison_lines(results(), compare_with_flight(synthetic_record(seed=seed))))
        for seed in (None, 3)
    }
    assert "bounds are for the nominal flight" in told[3]
    assert "bounds are for the nominal flight" not in told[None]


def test_a_changed_mission_says_that_the_bounds_are_not_for_it() -> None:
    record = synthetic_record(seed=None)
    command = "skycrane land mars2020 --set entry.flight_path_angle_deg=-16.5"
    changed = dataclasses.replace(record, provenance={**record.provenance, "command": command})
    assert "was changed" in compare_with_flight(changed).note
    assert not compare_with_flight(record).note


def test_a_value_at_its_bound_is_written_so_that_a_reader_sees_why_it_passes() -> None:
    """315.2 kg against 269 to 315.36 kg: in whole numbers it would read `315, up to 315`."""
    row = ComparedFigure("p", "Propellant", 315.2, 292.0, 268.64, 315.36, "kg", True, "[x]", "read")
    assert row.decimals == 1
    assert number_text(row.predicted, row.decimals) == "315.2"
    assert allowed_text(row.low, row.high, row.decimals) == "268.6 to 315.4"
    whole = dataclasses.replace(row, predicted=3.0, low=3.0, high=3.0)
    assert whole.decimals == 0
