"""What cannot be flown is refused in a sentence, and parts that a mission does without do nothing."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skycrane.core.errors import InputError
from skycrane.flight import fly
from skycrane.flight import occurrences as occ
from skycrane.flight.dispersions import address
from skycrane.flight.loose_bodies import return_of
from skycrane.flight.masses import tank
from skycrane.flight.sequence import check_sequence, sequence_of, what_flies
from skycrane.flight.soundness import check_soundness
from skycrane.mission import load_mission
from skycrane.mission.mission import read_mission_text

TEACHING = load_mission("teaching")
MARS2020 = load_mission("mars2020")


def test_an_empty_tank_is_no_division_by_zero() -> None:
    part = MARS2020.parameters.vehicle.propellant
    vehicle = dataclasses.replace(MARS2020.parameters.vehicle, propellant=dataclasses.replace(part, mass=0.0))
    assert np.isfinite(tank(vehicle, 0.0).inertia.x)


def test_a_level_is_passed_where_it_is_passed() -> None:
    assert occ.passed(30.0, -10.0, 0.0, 5.0, 0.4) == pytest.approx(4.9)
    assert occ.passed(-1.0, -2.0, 0.0, 5.0, 0.4) == pytest.approx(4.6)


def test_a_body_counts_as_back_once_it_comes_back() -> None:
    t = np.arange(0.0, 6.0)
    assert return_of(t, np.array([0.0, 2.0, 9.0, 4.0, 1.0, 8.0])) == (4.0, 1.0)
    assert return_of(t, np.array([0.0, 2.0, 9.0, 14.0, 21.0, 28.0])) == (5.0, 28.0)


def test_a_mission_that_ends_under_the_parachute_keeps_its_backshell() -> None:
    p = dataclasses.replace(MARS2020.parameters, phases=MARS2020.parameters.phases[:2])
    check_sequence(p)
    assert what_flies(p).powered_descent is None
    assert what_flies(p).vehicle.bridles is None


def test_what_a_base_disperses_of_a_part_left_out_has_nothing_to_act_on() -> None:
    text = 'based_on = "mars2020"\nname = "blind"\nlander_vision = "none"\n'
    p = read_mission_text(text).parameters
    assert address(p, "lander_vision.map_bias_m.0")[0] == ()
    with pytest.raises(InputError, match="is not in this mission"):
        address(p, "entry.nonsense")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"vehicle.lander.mass_kg": 0.0, "vehicle.heat_shield.mass_kg": 0.0, "vehicle.backshell.mass_kg": 0.0}, "has no mass"),
        ({f"vehicle.{part}.inertia_kg_m2": [0, 0, 0] for part in ("lander", "heat_shield", "backshell")}, "no inertia about its x axis"),
        ({"vehicle.parachute.riser_stiffness_N_m": 1e9}, "riser_stiffness_N_m is 1e+09, must be at most"),
    ],
)  # fmt: skip
def test_what_cannot_be_integrated_is_refused(change: dict[str, Any], sentence: str) -> None:
    p = TEACHING.with_changes(change).parameters
    with pytest.raises(InputError, match="vehicle") as caught:
        check_soundness(p, sequence_of(p))
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"vehicle.lander.mass_kg": 0.0}, "vehicle.lander.mass_kg is 0, must be above 0 kg for the sky crane"),
        (
            {"vehicle.lander.inertia_kg_m2": [700.0, 0.0, 800.0]},
            "vehicle.lander.inertia_kg_m2 (element 2) is 0, must be above 0.00103 kg m2 for its mass of 1026 kg",
        ),
        ({"vehicle.engines.lag_s": 1e-4}, "vehicle.engines.lag_s is 0.0001, must be at least 0.01 s for the step"),
    ],
)
def test_what_cannot_be_flown_is_named_with_file_key_value_and_what_is_allowed(
    change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InputError) as refused:
        fly(MARS2020.with_changes(change))
    assert str(refused.value) == f"mars2020.toml with changes: {sentence}"


def test_a_mission_file_is_named_with_the_line_of_the_key(tmp_path: Path) -> None:
    file = tmp_path / "heavy.toml"
    file.write_text('based_on = "mars2020"\n\n[vehicle.lander]\nmass_kg = 0\n')
    with pytest.raises(InputError, match=r"heavy\.toml, line 4: vehicle\.lander\.mass_kg is 0"):
        fly(load_mission(file))


def test_a_mass_of_no_lander_is_refused() -> None:
    with pytest.raises(InputError, match=r"vehicle\.lander\.mass_kg is .*, must be at least 0 and at most 1e\+06"):
        MARS2020.with_changes({"vehicle.lander.mass_kg": 1e9})


def test_the_missions_that_ship_and_those_of_the_tests_are_sound() -> None:
    files = [
        path for path in (Path(__file__).parent.parent / "missions").glob("*.toml") if not path.stem.endswith("_flown")
    ]
    for mission in (TEACHING, MARS2020, *map(load_mission, files)):
        p = what_flies(mission.parameters)
        check_sequence(p)
        check_soundness(p, sequence_of(p))
