"""Values that each look right and are impossible together, or that no landing can start from, are refused in one sentence."""

import pytest

from skycrane.core.errors import InputError
from skycrane.mission import load_mission


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"powered_descent.divert_distance_low_m": 2000.0},
            "divert_distance_low_m must be below divert_distance_high_m",
        ),
        ({"powered_descent.sky_crane_height_m": 1000.0}, "sky_crane_height_m must be below approach_end_height_m"),
        ({"powered_descent.slow_descent_m_s": 40.0}, "slow_descent_m_s must be below constant_velocity_m_s"),
        ({"entry.speed_m_s": 1e9}, "entry.speed_m_s is 1000000000.0, must be above 0 and at most 100000"),
        ({"site.latitude_deg": 90.0}, "site.latitude_deg is 90.0, must be above -90 and below 90"),
        ({"entry.latitude_deg": -90.0}, "entry.latitude_deg is -90.0, must be above -90 and below 90"),
    ],
)
def test_what_cannot_be_flown_is_refused_before_the_flight(change: dict[str, float], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        load_mission("mars2020").with_changes(change)
    assert sentence in str(caught.value)
