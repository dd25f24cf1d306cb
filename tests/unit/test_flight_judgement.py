"""The sentence of a loss: what was passed and its limit, each with its unit."""

import pytest

from skycrane.flight.judgement import losses
from skycrane.mission import load_mission
from skycrane.record import Event

GENTLE = {"t_s": 400.0, "vertical_speed_m_s": 0.75, "horizontal_speed_m_s": 0.1, "tilt_deg": 4.0}


@pytest.mark.parametrize(
    ("measured", "sentence"),
    [
        ({"vertical_speed_m_s": 7.3}, "touched down at 7.30 m/s vertical (limit 2.00 m/s)"),
        ({"horizontal_speed_m_s": 40.018}, "touched down at 40.02 m/s horizontal (limit 1.00 m/s)"),
        ({"horizontal_speed_m_s": 1.0004}, "touched down at 1.0004 m/s horizontal (limit 1.0000 m/s)"),
        ({"tilt_deg": 33.0}, "the lander came to rest tilted 33.0 deg (limit 30.0 deg)"),
    ],
)  # fmt: skip
def test_a_loss_at_the_ground_says_measure_and_limit(measured: dict[str, float], sentence: str) -> None:
    happened = {key: Event(key, key, 400.0) for key in ("touchdown", "touchdown_declared")}
    facts = {"end_s": 440.0, "touchdown": GENTLE | measured}
    ((_, _, said),) = losses(load_mission("mars2020").parameters, happened, facts)
    assert said == sentence


def test_a_gentle_landing_is_none() -> None:
    happened = {key: Event(key, key, 400.0) for key in ("touchdown", "touchdown_declared")}
    assert losses(load_mission("mars2020").parameters, happened, {"end_s": 440.0, "touchdown": GENTLE}) == []
