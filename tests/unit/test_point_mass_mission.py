"""A point mass in a mission file: what it asks for, what it refuses in a sentence, and what it leaves out."""

from pathlib import Path
from typing import Any

import pytest

from skycrane.core.errors import InputError
from skycrane.flight import fly_point_masses
from skycrane.flight.sequence import check_sequence, sequence_of, what_flies
from skycrane.flight.soundness import check_soundness
from skycrane.mission import Mission, load_mission
from skycrane.mission.mission import read_mission_text
from skycrane.mission.parameters import PointMassParameters, VehicleParameters

FILE = Path(__file__).resolve().parents[1] / "missions/verification_b.toml"
MISSION = load_mission(FILE)
STEERED: dict[str, Any] = {
    "entry_guidance.model": "deadband",
    "entry_guidance.bank_deg": 60.0,
    "entry_guidance.crossrange_limit_km": [2.0, 8.0],
    "entry_guidance.crossrange_limit_speed_m_s": [500.0, 4000.0],
}


def check(mission: Mission) -> None:
    check_sequence(mission.parameters)
    check_soundness(what_flies(mission.parameters), sequence_of(mission.parameters))


def refusal(mission: Mission) -> str:
    with pytest.raises(InputError) as caught:
        check(mission)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"success.condition": "landed"}, 'success.condition is "landed", which a point mass (vehicle.model) cannot reach'),
        ({"success.condition": "parachute_open"}, 'use "height" (0 m is the ground) or "parachute_deploy"'),
        ({"success.condition": "parachute_deploy"}, "which needs the section [triggers.parachute]"),
        ({"entry_guidance.bank_deg": 30.0}, "entry_guidance.bank_deg is 30, but a point mass takes its bank from vehicle.bank_angles_deg"),
        (STEERED, "vehicle.bank_angles_deg is given, but entry_guidance commands the bank"),
        (
            {**STEERED, "vehicle.bank_angles_deg": [0.0], "vehicle.lift_to_drag": 0.0},
            "vehicle.lift_to_drag is 0, so that entry_guidance has nothing to steer with",
        ),
        ({"vehicle.mass_kg": 1e-9}, "vehicle.mass_kg is 1e-09, too light for its drag area in the air at"),
        ({"entry.radius_km": 3300.0}, "entry.radius_km is 3300, below the ground at the site"),
    ],
)  # fmt: skip
def test_what_a_point_mass_cannot_fly_is_said_in_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert sentence in refusal(MISSION.with_changes(changes))


def test_a_range_trigger_needs_its_range() -> None:
    trigger = 'triggers.parachute = {model = "range", armed_below_speed_m_s = 500.0, fire_below_speed_m_s = 400.0}\n'
    text = FILE.read_text(encoding="utf-8").replace('"./planets', f'"{FILE.parent}/planets')
    assert "triggers.parachute.range_to_target_km is 0" in refusal(read_mission_text(trigger + text))


def test_a_point_mass_flies_entry_alone() -> None:
    text = 'kind = "entry"\n[[phases]]\nkind = "parachute"'
    mission = read_mission_text(
        FILE.read_text(encoding="utf-8")
        .replace('kind = "entry"', text)
        .replace('"./planets', f'"{FILE.parent}/planets')
    )
    assert refusal(mission) == "phases are entry, parachute; a point mass (vehicle.model) flies entry alone"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("mass_kg = 3369.0", "mass_kg = -1.0", "vehicle.mass_kg is -1.0, must be above 0; did you mean 1.0?"),
        ("mass_kg = 3369.0", "", "vehicle.mass_kg is missing, must be given (mass, in kg)"),
        ("drag_coefficient = 1.68", "cd = 1.68", "vehicle.cd is not a key of [vehicle]"),
        ("lift_to_drag = 0.24", "lift_to_drag = nan", "vehicle.lift_to_drag is nan, must be a finite number"),
        ("lift_to_drag = 0.24", "lift_to_drag = 24.0", "vehicle.lift_to_drag is 24.0, must be at least 0 and at most 10"),
        ("bank_angles_deg = [-60.0]", "bank_angles_deg = [-60.0, 60.0]", "bank_times_s and bank_angles_deg must be of one length"),
        ('"point_mass"', '"point_mas"', '"point_mas", must be one of rigid_body, point_mass; did you mean point_mass?'),
        ('model = "point_mass"', "", "vehicle.mass_kg is not a key of [vehicle]"),
    ],
)  # fmt: skip
def test_wrong_numbers_are_named(old: str, new: str, sentence: str) -> None:
    text = FILE.read_text(encoding="utf-8").replace('"./planets', f'"{FILE.parent}/planets')
    assert old in text
    with pytest.raises(InputError) as caught:
        read_mission_text(text.replace(old, new))
    assert sentence in str(caught.value)


def test_a_vehicle_without_a_model_is_the_rigid_body_and_is_written_out_as_one() -> None:
    mission = load_mission("teaching")
    assert isinstance(mission.parameters.vehicle, VehicleParameters)
    assert mission.value("vehicle.model") == "rigid_body"
    assert sequence_of(mission.parameters) == ("entry", "parachute")
    assert read_mission_text(mission.to_toml()).identity == mission.identity


def test_a_point_mass_can_be_based_on_a_landing() -> None:
    """Of the parts of its base nothing stays."""
    mission = read_mission_text(
        'based_on = "teaching"\ntriggers = "none"\ndispersions = []\nphases = [{kind = "entry"}]\n[vehicle]\nmodel = "point_mass"\n'
        'mass_kg = 76.0\nreference_area_m2 = 1.33\ndrag_coefficient = 1.6\n[success]\ncondition = "height"\n'
    )
    check_sequence(mission.parameters)
    assert isinstance(mission.parameters.vehicle, PointMassParameters)
    assert sequence_of(mission.parameters) == ("point_mass_entry",)
    assert read_mission_text(mission.to_toml()).identity == mission.identity


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"atmosphere.perturbations": True}, "atmosphere.perturbations is true, which fly_point_masses cannot fly"),
        ({**STEERED, "vehicle.bank_angles_deg": [0.0]}, "entry_guidance commands the bank, which fly_point_masses cannot"),
        (
            {"vehicle.bank_times_s": [0.0, 9.0], "vehicle.bank_angles_deg": [0.0, 9.0], "vehicle.bank_rate_limit_deg_s": 1.0},
            "vehicle.bank_rate_limit_deg_s is given",
        ),
    ],
)  # fmt: skip
def test_what_the_fast_ensemble_cannot_fly_is_said(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match="fly_many") as caught:
        fly_point_masses(MISSION.with_changes(changes), [1])
    assert sentence in str(caught.value)


def test_the_fast_ensemble_takes_point_masses_and_seeds_only() -> None:
    with pytest.raises(InputError, match="use fly_many"):
        fly_point_masses(load_mission("teaching"), [1])
    with pytest.raises(InputError, match="seed is -1"):
        fly_point_masses(MISSION, [1, -1])
    with pytest.raises(InputError, match="step"):
        fly_point_masses(MISSION, [1], step=0.0)
