"""A path asks a record for one number; what is not there is None, what is not a path is refused."""

import pytest
from unit.synthetic_record import synthetic_record

from skycrane.core.errors import InputError
from skycrane.record import FlightRecord
from skycrane.record.quantity_path import quantity_of


@pytest.fixture(scope="module")
def record() -> FlightRecord:
    return synthetic_record()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("event.parachute_deploy.t_s", 240.7),
        ("event.parachute_deploy.state.speed_planet_relative", 434.0),
        ("count.bank_reversal", 3.0),
        ("count.touchdown", 1.0),
        ("count.descent_stage", 0.0),
        ("outcome.touchdown.vertical_speed_m_s", 0.752),
        ("min.phase", 1.0),
        ("final.mass", 1720.0),
        ("event.touchdown.t_s - event.parachute_deploy.t_s", 177.5),
        ("(event.touchdown.t_s - event.parachute_deploy.t_s) * 1e-3", 0.1775),
        ("event.touchdown.t_s - event.parachute_deploy.t_s * 2", -63.2),
        ("max.parachute_load / 1000", 151.0),
    ],
)
def test_a_path_gives_its_number(record: FlightRecord, path: str, expected: float) -> None:
    assert quantity_of(record, path) == pytest.approx(expected, rel=2e-3)


def test_a_channel_is_read_so_many_seconds_after_an_event(record: FlightRecord) -> None:
    later = quantity_of(record, "at.parachute_deploy+13.74.height_above_terrain")
    assert later == pytest.approx(float(record.channels["height_above_terrain"].interp(time=254.44)), rel=1e-9)
    assert quantity_of(record, "at.touchdown-1.mach") is not None


@pytest.mark.parametrize(
    "path",
    [
        "event.skip_out.t_s",
        "event.touchdown.state.bridle_tension",
        "at.touchdown+100.mach",
        "max.wheel_load",
        "outcome.touchdown.nothing",
        "outcome.outcome",
        "event.touchdown.t_s - event.ground_contact.t_s",
        "event.touchdown.t_s / 0",
    ],
)
def test_what_the_record_lacks_is_none(record: FlightRecord, path: str) -> None:
    assert quantity_of(record, path) is None


@pytest.mark.parametrize(
    "path",
    [
        "",
        "touchdown",
        "max.machh",
        "event.touchdown",
        "event.touchdwon.t_s",
        "at.touchdwon+1.mach",
        "event.touchdown.t_s -",
        "( event.touchdown.t_s",
        "1 2",
        "sum.mach",
    ],
)
def test_what_is_no_path_is_refused_in_a_sentence(record: FlightRecord, path: str) -> None:
    with pytest.raises(InputError, match="quantity"):
        quantity_of(record, path)
