"""What a person sees who types a name in Python: one line, and a sentence where a name is wrong."""

import pytest
from mission_toy import Toy, write_base
from unit.synthetic_record import synthetic_record

from skycrane.core.errors import InputError
from skycrane.mission import load_mission
from skycrane.record import FlightRecord
from skycrane.report.compare import compare_with_flight


@pytest.fixture(scope="module")
def run() -> FlightRecord:
    return synthetic_record(seed=7)


def test_a_run_is_shown_in_one_line(run: FlightRecord) -> None:
    assert repr(run) == "<FlightRecord mars2020, seed 7: success, 28 events, 8801 samples to E+440.0 s>"
    assert repr(run.events[0]) == "<Event entry_interface at 0.000 s>"


def test_a_mission_is_shown_in_one_line(tmp_path) -> None:  # type: ignore[no-untyped-def]
    shown = repr(load_mission(write_base(tmp_path), Toy))
    assert shown.startswith("<Mission base (")
    assert len(shown.splitlines()) == 1
    assert len(shown) < 200


def test_a_comparison_is_shown_in_one_line_and_printed_as_its_table(run: FlightRecord) -> None:
    compared = compare_with_flight(run)
    assert repr(compared) == f"<Comparison mars2020: {compared.passed} of {len(compared.rows)} inside their bounds>"
    assert str(compared) == compared.to_text()


@pytest.mark.parametrize(
    ("key", "near"), [("touchdwon", "touchdown"), ("bank_reversal", "bank_reversal_1"), ("parachute", "parachute_")]
)
def test_an_event_that_no_flight_has_is_an_error_that_names_the_nearest(run: FlightRecord, key: str, near: str) -> None:
    with pytest.raises(KeyError) as unknown:
        run.event(key)
    assert isinstance(unknown.value, InputError)
    assert str(unknown.value).startswith(f"there is no event '{key}'; did you mean '{near}")


def test_an_event_that_did_not_happen_is_none(run: FlightRecord) -> None:
    assert run.event("skip_out") is None
    assert run.event("bank_reversal_9") is None
    assert run.event("bank_reversal_2") is run.events[6]
