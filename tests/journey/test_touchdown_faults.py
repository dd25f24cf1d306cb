"""What goes wrong on the bridles ends as it must, and is told by name; flown side by side, one fault a lane."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skycrane.core.errors import InputError
from skycrane.experience.loss import loss_report
from skycrane.flight.fly import fly_many
from skycrane.mission import load_mission
from skycrane.mission.mission import Mission, read_mission_text
from skycrane.mission.parameters.touchdown import TouchdownFaultParameters
from skycrane.record import FlightRecord
from skycrane.surface.assess import assess_site
from skycrane.surface.manoeuvre.faults import faults_of
from skycrane.surface.manoeuvre.fly import programs_of

#: what a person finds among the examples, one fault a file
FAULTS = {
    path.stem: load_mission(path)
    for path in sorted((Path(__file__).parents[2] / "examples/missions/faults").glob("*.toml"))
}
PLAIN = load_mission("mars2020").with_changes({"touchdown.model": "multibody"})


def mission_with(kind: str, numbers: str) -> Mission:
    fault = f'[[touchdown.faults]]\nkind = "{kind}"\n{numbers}\n'
    return read_mission_text(
        f'based_on = "mars2020"\nname = "{kind}"\n[touchdown]\nmodel = "multibody"\n{fault}', f"{kind}.toml"
    )


@pytest.fixture(scope="module")
def flown() -> dict[str, FlightRecord]:
    from skycrane.surface.manoeuvre.programs import MultibodyPrograms

    late = TouchdownFaultParameters(kind="late_cut", delay=2.0)
    wrong = [(), *(each.parameters.touchdown.faults for each in FAULTS.values()), (late,)]

    class OneFaultALane(MultibodyPrograms):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(PLAIN.parameters, None, *arguments)

        def same(self, key: Any, noise: Any) -> list[int]:
            return [min(lane, len(wrong) - 1) for lane in range(len(key))]

        def faults_in(self, lane: int) -> Any:
            return faults_of(wrong[lane], self.mission.vehicle)

    records = fly_many(PLAIN.with_changes({"site.terrain": "level"}), [None] * len(wrong), programs=OneFaultALane)
    return dict(zip(["none", *FAULTS, "cut_two_seconds_late"], records, strict=True))


def tilt(record: FlightRecord) -> float:
    return float(record.outcome["touchdown"]["tilt_deg"])


@pytest.mark.heavy
def test_with_nothing_wrong_the_rover_stands_and_the_record_goes_on_to_the_end(flown: dict[str, FlightRecord]) -> None:
    record, rows = flown["none"], flown["none"].channels
    assert record.outcome["outcome"] == "landed"
    keys = [e.key for e in record.events if e.key in ("rover_separation", "bridle_deployed", "mobility_deploy")]
    assert keys == ["rover_separation", "bridle_deployed", "mobility_deploy"]
    time = rows["time"].values
    assert np.diff(time).min() > 0.0
    assert np.diff(time).max() == pytest.approx(0.05, abs=1e-6)
    since = record.event("rover_separation").t_s  # type: ignore[union-attr]
    after = rows.sel(time=slice(since, None))
    for name in (
        "rover_position_site",
        "rover_attitude_mcmf_from_body",
        "bridle_tension",
        "wheel_load",
        "suspension_angle",
    ):
        assert np.isfinite(after[name].values).all(), name
    weight = 1026.0 * 3.715
    assert float(after["wheel_load"].values[-1].sum()) == pytest.approx(weight, rel=0.02)  # jets still push a little
    assert after["bridle_tension"].values[-1] == pytest.approx([0.0, 0.0, 0.0])


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("late_cut", "rover_dragged"),
        ("cut_two_seconds_late", "rover_dropped"),
        ("early_cut", "hard_landing"),
        ("bridle_stuck", "rover_dragged"),
        ("reel_jam", "descent_stage_on_rover"),
        ("engine_weak", "descent_stage_capsized"),
        ("rock_under_wheel", "landed"),
        ("slope", "landed"),
        ("lateral_wind", "landed"),
    ],
)
def test_each_fault_has_its_outcome(flown: dict[str, FlightRecord], kind: str, outcome: str) -> None:
    assert flown[kind].outcome["outcome"] == outcome
    assert len(flown[kind].outcome["sentence"]) > 20


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("late_cut", "and the cords still held"),
        ("cut_two_seconds_late", "cords"),
        ("early_cut", "before its wheels touched the ground"),
        ("bridle_stuck", "One cord did not let go"),
        ("reel_jam", "4.00 m of its 7.00 m of cord"),
        ("engine_weak", "Engine 2 gave 60% of what was asked of it"),
    ],
)
def test_a_loss_on_the_bridles_is_told_with_its_fault(flown: dict[str, FlightRecord], kind: str, words: str) -> None:
    """The mission of these records has no fault: what the page tells is read off what happened."""
    told = loss_report(flown[kind])
    assert told is not None
    assert words in " ".join(told["came_of"])


@pytest.mark.heavy
def test_a_rover_that_is_dropped_arrives_as_fast_as_it_fell(flown: dict[str, FlightRecord]) -> None:
    """3 m under gravity, from 0.75 m/s: sqrt(v^2 + 2 g h)."""
    landing = flown["early_cut"].outcome["touchdown"]
    assert landing["vertical_speed_m_s"] == pytest.approx(np.sqrt(0.75**2 + 2.0 * 3.715 * 3.0), rel=0.06)


@pytest.mark.heavy
def test_a_rover_that_is_lifted_off_again_falls_back_as_fast_as_from_the_height_that_it_had(
    flown: dict[str, FlightRecord],
) -> None:
    """From the highest point sqrt(2 g h) at the last row before, and g t from there. Nobody calls it a landing at 0.75 m/s."""
    record = flown["cut_two_seconds_late"]
    fell = record.event("rover_dropped")
    assert fell is not None
    rows = record.channels["rover_position_site"].sel(time=slice(fell.t_s - 2.0, fell.t_s))
    height, last = rows.values[:, 2], fell.t_s - float(rows["time"][-1])
    fall = float(height.max() - height[-1])
    assert fall > 0.3
    speed = np.sqrt(2.0 * 3.715 * fall) + 3.715 * last
    assert fell.because["values"]["closing_speed_m_s"] == pytest.approx(speed, rel=0.03)


@pytest.mark.heavy
def test_the_largest_load_of_a_cycle_is_no_less_than_its_samples_and_at_rest_the_same(
    flown: dict[str, FlightRecord],
) -> None:
    for record in flown.values():
        for name in ("wheel_load", "bridle_tension"):
            sampled, largest = (np.nan_to_num(record.channels[key].values) for key in (name, f"{name}_peak"))
            assert np.all(largest >= sampled - 1.0), name
    rows = flown["none"].channels
    assert rows["wheel_load_peak"].values[-1] == pytest.approx(rows["wheel_load"].values[-1], rel=0.01)


@pytest.mark.heavy
def test_the_site_knows_the_rock_that_a_fault_put_under_a_wheel(flown: dict[str, FlightRecord], tmp_path: Path) -> None:
    """The wheel over it stands on it and sinks in nowhere, and the table of rocks has it."""
    found = assess_site(flown["rock_under_wheel"].save(tmp_path / "run"))
    front = found["wheels"][0]
    assert front["share_on_rock"] > 0.9
    assert front["sink_m"] == 0.0
    assert (0.5, 0.3) in [(each["diameter_m"], each["height_m"]) for each in found["rocks"]["each"]]


@pytest.mark.heavy
def test_a_stuck_bridle_pulls_on_after_the_cut_and_the_others_do_not(flown: dict[str, FlightRecord]) -> None:
    record = flown["bridle_stuck"]
    cut = record.event("bridle_cut").t_s  # type: ignore[union-attr]
    after = record.channels["bridle_tension"].sel(time=slice(cut + 0.06, record.event("rover_dragged").t_s))  # type: ignore[union-attr]
    assert float(after.values[:, 1].max()) > 1000.0
    assert np.abs(after.values[:, [0, 2]]).max() == 0.0


@pytest.mark.heavy
def test_with_a_jammed_reel_flight_software_never_declares_touchdown(flown: dict[str, FlightRecord]) -> None:
    record = flown["reel_jam"]
    assert float(np.nanmax(record.channels["bridle_length_paid_out"].values)) == pytest.approx(4.0)
    assert record.event("touchdown") is not None
    assert record.event("touchdown_declared") is None


@pytest.mark.heavy
def test_on_a_slope_the_rover_is_tilted_as_the_slope_and_on_a_rock_as_the_rock_lifts_it(
    flown: dict[str, FlightRecord],
) -> None:
    assert tilt(flown["none"]) < 0.5
    assert tilt(flown["slope"]) == pytest.approx(15.0, abs=1.0)
    assert 1.0 < tilt(flown["rock_under_wheel"]) < np.degrees(np.arctan(0.3 / 1.1))


@pytest.mark.heavy
def test_wind_sets_the_rover_down_further_to_its_lee(flown: dict[str, FlightRecord]) -> None:
    calm, windy = (flown[kind].outcome["touchdown"]["east_m"] for kind in ("none", "lateral_wind"))
    assert windy > calm + 0.05


@pytest.mark.parametrize(
    ("kind", "numbers", "told"),
    [
        ("late_cut", "", "delay_s is 0"),
        ("reel_jam", "", "length_m is 0"),
        ("melted", "delay_s = 1", "late_cut"),
        ("slope", "slope_deg = 80", "60"),
        ("late_cut", "delay_s = 2\nheight_m = 3", "height_m is not a number of"),
        ("engine_weak", "engine = 2\nfactor = 50", "at most 2"),
    ],
)
def test_a_fault_that_says_nothing_or_too_much_is_refused(kind: str, numbers: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        mission_with(kind, numbers or "azimuth_deg = 1")


@pytest.mark.parametrize(
    ("kind", "numbers", "told"),
    [
        ("reel_jam", "length_m = 0.3", "at least 0.75"),
        ("reel_jam", "length_m = 9", "below 7"),
        ("rock_under_wheel", "wheel = 1\ndiameter_m = 0.01\nheight_m = 0.1", "at least 0.0625"),
    ],
)
def test_a_fault_that_the_machine_cannot_have_is_refused(kind: str, numbers: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        programs_of(mission_with(kind, numbers))


def test_a_bridle_that_is_not_there_cannot_be_stuck() -> None:
    with pytest.raises(InputError, match="must be from 1 to 3"):
        programs_of(mission_with("bridle_stuck", "bridle = 4"))


@pytest.mark.parametrize(
    ("key", "value"),
    [("vehicle.bridles.initial_length_m", "0"), ("vehicle.bridles.stiffness_N_m", "-40000"), ("touchdown.step_s", "0")],
)
def test_bridles_without_length_or_with_negative_stiffness_are_refused(key: str, value: str) -> None:
    with pytest.raises(InputError, match=key.rpartition(".")[2]):
        load_mission("mars2020").with_changes({"touchdown.model": "multibody", key: value})


def test_a_rock_that_would_stand_inside_the_rover_is_refused() -> None:
    with pytest.raises(InputError, match="into the rover"):
        programs_of(mission_with("rock_under_wheel", "wheel = 1\ndiameter_m = 4\nheight_m = 3.2"))


def test_the_parts_that_it_needs_are_asked_for() -> None:
    with pytest.raises(InputError, match="rover"):
        programs_of(PLAIN.with_changes({"rover": "none"}))


def test_an_ensemble_refuses_the_model_by_name() -> None:
    with pytest.raises(InputError, match="multibody"):
        fly_many(PLAIN, [1])


def test_the_reduced_model_flies_as_before() -> None:
    assert programs_of(load_mission("mars2020")) is None
