"""Ways out, health and the sentence: what they say of made-up places and flights."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from skycrane.mission import load_mission
from skycrane.mission.parameters.rover import FaultParameters
from skycrane.surface.chassis import chassis
from skycrane.surface.egress import egress_sectors, safe_ranges
from skycrane.surface.health import health
from skycrane.surface.sentence import sentence
from skycrane.terrain.terrain import ROCK

PARAMETERS = load_mission("mars2020").parameters


class Plain:
    """Level ground with rocks and, to the west, a ramp."""

    def __init__(self, rocks: list[tuple[float, float, float, float]], ramp: float = 0.0) -> None:
        self.ramp = ramp
        self.table = np.zeros(len(rocks), ROCK)
        for row, (east, north, diameter, height) in zip(self.table, rocks, strict=True):
            row["east"], row["north"], row["diameter"], row["height_above_ground"] = east, north, diameter, height

    def height(self, east: Any, north: Any, finest: float) -> np.ndarray:
        return np.maximum(-4.0 - east, 0.0) * self.ramp + 0.0 * north

    def rocks(self, east: float, north: float, radius: float, smallest: float) -> np.ndarray:
        return self.table[np.hypot(self.table["east"] - east, self.table["north"] - north) <= radius]


def states(terrain: Plain) -> dict[int, str]:
    rover = chassis(PARAMETERS.vehicle, PARAMETERS.rover)
    return {round(each["bearing_deg"]): each["state"] for each in egress_sectors(rover, terrain, 0.0, 0.0)}


def test_a_boulder_blocks_the_lanes_that_meet_it_and_no_others() -> None:
    found = states(Plain([(8.0, 0.0, 1.2, 0.6)]))
    assert found[90] == "blocked"
    assert found[270] == found[0] == found[180] == "safe"
    assert found[80] == "blocked", "a lane is as wide as the rover"


def test_a_rock_between_half_and_all_of_what_the_rover_climbs_asks_for_care() -> None:
    assert states(Plain([(0.0, 6.0, 0.5, 0.3)]))[0] == "care"
    assert states(Plain([(0.0, 6.0, 0.3, 0.15)]))[0] == "safe"


def test_a_boulder_inside_the_turning_circle_blocks_every_lane() -> None:
    assert set(states(Plain([(0.0, 1.0, 0.9, 0.5)])).values()) == {"blocked"}


@pytest.mark.parametrize(("slope_deg", "state"), [(10.0, "safe"), (20.0, "care"), (35.0, "blocked")])
def test_a_ramp_is_judged_by_the_drivers_limit(slope_deg: float, state: str) -> None:
    found = states(Plain([], ramp=float(np.tan(np.radians(slope_deg)))))
    assert found[270] == state
    assert found[90] == "safe"


def test_runs_of_safe_sectors_go_over_north() -> None:
    sectors = [{"state": "safe" if k in (0, 1, 35) else "blocked"} for k in range(36)]
    assert safe_ranges(sectors) == [(345.0, 15.0)]


def found(tilt: float = 1.0) -> dict[str, Any]:
    return {
        "pose": {"at_rest": True, "tilt_deg": tilt},
        "belly_load_N": 0.0,
        "belly_clearance_m": 0.6,
        "weight_N": 600.0,
        "wheels": [{"name": f"w{k}", "load_N": 100.0} for k in range(6)],
        "ground": [{"slope_deg": 1.1}],
        "rocks": {"larger_than": {"0.05_m": 3, "0.1_m": 2, "0.2_m": 0, "0.4_m": 0}, "within_m": 10.0, "each": []},
        "egress": [{"state": "safe"}] * 36,
    }


def flight(
    deceleration: float = 10.0,
    wheel_load: float = 2000.0,
    heat: float = 8e5,
    propellant: float = 80.0,
    dust: float = 50.0,
    impact: float = 650.0,
) -> Any:
    """What the health check asks of a record."""
    values = {"deceleration": deceleration, "wheel_load": wheel_load, "convective_heat_flux": heat, "plume_dust": dust}
    channels = {name: SimpleNamespace(values=np.array([0.0, value, np.nan])) for name, value in values.items()}
    touchdown = SimpleNamespace(t_s=417.0, state={"temperature": 250.0, "propellant_mass": propellant})
    outcome = {"descent_stage_impact": {"distance_from_rover_m": impact}}
    return SimpleNamespace(channels=channels, outcome=outcome, event=lambda key: touchdown)


def table(record: Any, parameters: Any, place: dict[str, Any]) -> tuple[bool, dict[str, str]]:
    checked = health(record, parameters, place)
    return checked["go"], {each["subsystem"]: each["state"] for each in checked["subsystems"]}


def test_a_good_landing_is_a_go_with_all_subsystems_nominal() -> None:
    go, rows = table(flight(), PARAMETERS, found())
    assert go
    assert set(rows.values()) == {"nominal"}


@pytest.mark.parametrize(
    ("record", "tilt", "subsystem", "state", "go"),
    [
        (flight(deceleration=14.0), 1.0, "computers", "caution", True),
        (flight(deceleration=16.0), 1.0, "computers", "fault", False),
        (flight(wheel_load=7000.0), 1.0, "mobility", "caution", True),
        (flight(wheel_load=20000.0), 1.0, "mobility", "fault", False),
        (flight(), 25.0, "mast", "caution", True),
        (flight(), 25.0, "arm", "caution", True),
        (flight(), 25.0, "radio", "caution", True),
        (flight(heat=3e6), 1.0, "thermal", "caution", True),
        (flight(heat=6e6), 1.0, "thermal", "fault", False),
        (flight(propellant=10.0), 1.0, "descent_stage", "caution", True),
        (flight(impact=90.0), 1.0, "descent_stage", "caution", True),
        (flight(impact=float("nan")), 1.0, "descent_stage", "caution", True),
        (flight(dust=900.0), 1.0, "microphones", "caution", True),
        (flight(deceleration=16.0), 1.0, "microphones", "fault", False),
        (flight(), 50.0, "mobility", "fault", False),
    ],
)
def test_what_the_run_did_shows_up(record: Any, tilt: float, subsystem: str, state: str, go: bool) -> None:
    decision, rows = table(record, PARAMETERS, found(tilt))
    assert rows[subsystem] == state
    assert decision is go


def test_the_hardest_load_within_a_control_cycle_counts_not_the_one_that_was_sampled() -> None:
    record = flight(wheel_load=2000.0)
    record.channels["wheel_load_peak"] = SimpleNamespace(values=np.array([0.0, 13000.0]))
    assert table(record, PARAMETERS, found())[1]["mobility"] == "fault"


def test_a_long_cruise_awake_empties_the_batteries() -> None:
    """390 W more than the generator gives, on 2,400 Wh: below 60 % after 2.5 h."""
    tired = replace(PARAMETERS, navigation_start=replace(PARAMETERS.navigation_start, lead_time=9000.0))
    assert table(flight(), tired, found())[1]["power"] == "caution"


def test_the_heat_shield_is_as_hot_as_it_must_be_to_radiate_what_it_is_given() -> None:
    rows = health(flight(heat=1e6), PARAMETERS, found())["subsystems"]
    (wall,) = (each for row in rows for each in row["checks"] if each["what"] == "hottest heat shield")
    assert 0.85 * 5.670374419e-8 * wall["value"] ** 4 == pytest.approx(1e6)


def test_electronics_that_are_awake_for_longer_are_warmer() -> None:
    """500 W on 0.27 MJ/K: 20 K in three hours."""
    tired = replace(PARAMETERS, navigation_start=replace(PARAMETERS.navigation_start, lead_time=11000.0))
    assert table(flight(), tired, found())[1]["thermal"] == "caution"


def test_a_fault_of_the_mission_file_shows_up_with_its_reason() -> None:
    broken = FaultParameters(subsystem="radio", severity="fault", reason="UHF transmitter silent")
    parameters = replace(PARAMETERS, rover=replace(PARAMETERS.rover, faults=(broken,)))
    go, rows = table(flight(), parameters, found())
    assert not go
    assert rows["radio"] == "fault"


def test_the_sentence_is_made_from_the_numbers() -> None:
    assert sentence(found()) == (
        "The rover stands on flat ground with a tilt of 1.0 degrees and 0.60 m of room under its belly, only small rocks within 10 m; "
        "it can drive off in any direction."
    )
    lost = found(12.0)
    lost["ground"][0]["slope_deg"], lost["wheels"][0]["load_N"] = 12.0, 0.0
    lost["rocks"]["larger_than"]["0.4_m"] = 1
    lost["egress"] = [{"state": "blocked"}] * 36
    assert sentence(lost) == (
        "The rover stands on a slope with a tilt of 12.0 degrees and 5 of six wheels on the ground, one rock larger than 40 cm within "
        "10 m; no way out for a first drive is free of care."
    )
