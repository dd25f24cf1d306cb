"""The exact Mars entries once more, through mission files: `skycrane land` flies what the verification cases say.

Expected figures: two independent formulations, to the digits given (docs/theory/point_mass.md).
"""

from pathlib import Path

import numpy as np
import pytest

from skycrane.flight import fly, fly_point_masses
from skycrane.mission import load_mission
from skycrane.record import FlightRecord

MISSIONS = Path(__file__).resolve().parents[1] / "missions"
RADIUS = 3396200.0
# t, V, gamma, longitude, latitude, range along the ground track at 10 km; peak g, its t and h
CASES = {
    "a": ((103.9779500, 2026.770360, -12.0473246, 78.4686953, 17.8162069, 477743.093), (11.9975034, 91.97936, 16428.343)),
    "b": ((166.3595357, 697.763125, -6.0560574, 80.1097025, 18.2318775, 572492.137), (9.9438761, 93.30311, 19996.794)),
}  # fmt: skip


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[str, FlightRecord]:
    return request.param, fly(load_mission(MISSIONS / f"verification_{request.param}.toml"))


def test_a_mission_file_flies_the_exact_entry(case: tuple[str, FlightRecord]) -> None:
    name, record = case
    end = record.event("height_reached")
    assert end is not None
    assert record.outcome["outcome"] == "height_reached"
    position = record.channels["position_mcmf"].values
    steps = np.linalg.norm(np.cross(position[:-1], position[1:]), axis=1), np.sum(position[:-1] * position[1:], axis=1)
    state = [end.state[key] for key in ("speed_planet_relative", "flight_path_angle", "longitude", "latitude")]
    row = [end.t_s, *state, RADIUS * float(np.sum(np.arctan2(*steps)))]
    np.testing.assert_allclose(row, CASES[name][0], rtol=1e-6)


def test_its_hardest_moment_is_exact(case: tuple[str, FlightRecord]) -> None:
    name, record = case
    peak = record.event("peak_deceleration")
    assert peak is not None
    found = [peak.state["deceleration"], peak.t_s, peak.state["height_above_areoid"]]
    np.testing.assert_allclose(found, CASES[name][1], rtol=2e-5)


def test_the_fast_ensemble_gives_the_same_entries() -> None:
    """Undispersed it is the exact case; dispersed, each seed ends as `fly` ends it."""
    mission = load_mission(MISSIONS / "verification_b.toml")
    still = mission.with_changes({f"dispersions.{n}.sigma": 0.0 for n in range(len(mission.parameters.dispersions))})
    one = fly_point_masses(still, [0])
    expected, (peak, peak_time, peak_height) = CASES["b"]
    ends = [one.time, one.speed, *(np.degrees(x) for x in (one.flight_path_angle, one.longitude, one.latitude))]
    np.testing.assert_allclose(np.ravel(ends), expected[:5], rtol=3e-6)
    np.testing.assert_allclose([one.peak_deceleration[0] / 9.80665, one.peak_time[0], one.peak_height[0]],
                               [peak, peak_time, peak_height], rtol=3e-6)  # fmt: skip
    many, record = fly_point_masses(mission, [4, 9]), fly(mission, seed=9)
    end, hardest = record.event("height_reached"), record.event("peak_deceleration")
    assert end is not None
    assert hardest is not None
    assert abs(many.time[1] / CASES["b"][0][0] - 1.0) > 1e-4, "a seed disperses"
    np.testing.assert_allclose(many.time[1], end.t_s, rtol=3e-6)
    np.testing.assert_allclose(many.speed[1], end.state["speed_planet_relative"], rtol=3e-6)
    np.testing.assert_allclose(many.peak_deceleration[1] / 9.80665, hardest.state["deceleration"], rtol=3e-6)
