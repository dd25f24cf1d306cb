"""A point mass from a mission file to its run folder: callouts, channels it can have, outcome, report, and the same bytes again."""

import json
from pathlib import Path

import numpy as np
import pytest

from skycrane.cli import main
from skycrane.flight import fly_many
from skycrane.mission import load_mission
from skycrane.record import open_run

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/missions/point_mass.toml"
#: what a point mass has not, and its record must not pretend to have
ABSENT = (
    "attitude_mcmf_from_body", "angular_rate_body", "angle_of_attack", "total_angle_of_attack", "tilt", "axial_force",
    "convective_heat_flux", "propellant_mass", "navigated_position_mcmf", "sensed_acceleration_body", "centre_of_mass_body",
)  # fmt: skip
STEERED = """
based_on = "{example}"
name = "steered"

[vehicle]
bank_times_s = [0.0]
bank_angles_deg = [0.0]
bank_rate_limit_deg_s = 20.0

[atmosphere]
perturbations = true

[entry_guidance]
model = "deadband"
bank_deg = 60.0
crossrange_limit_km = [2.0, 8.0]
crossrange_limit_speed_m_s = [500.0, 4000.0]

[triggers.parachute]
model = "velocity"
speed_m_s = {speed}

[success]
condition = "parachute_deploy"
"""


@pytest.fixture
def steered(tmp_path: Path) -> Path:
    path = tmp_path / "steered.toml"
    path.write_text(STEERED.format(example=EXAMPLE, speed=450.0), encoding="utf-8")
    return path


def test_a_point_mass_lands_in_a_run_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    assert main(["land", str(EXAMPLE), "--out", str(out)]) == 0
    told = capsys.readouterr().out
    for words in (
        "Entry interface",
        "Peak deceleration",
        "Height reached",
        "The height of 10,000 m over the ground was reached.",
    ):
        assert words in told
    assert {each.name for each in out.iterdir()} == {
        "mission.toml", "provenance.json", "flight.nc", "events.json", "outcome.json", "report.html"
    }  # fmt: skip
    run = open_run(out)
    assert not [name for name in ABSENT if name in run.channels]
    assert all(np.isfinite(run.channels[name].values).all() for name in run.channels.data_vars)
    assert run.channels["height_above_terrain"].values[-1] == pytest.approx(10e3, abs=0.1)
    assert np.max(np.diff(run.channels["time"].values)) < 0.0500001
    bank = np.interp([50.0, 105.0, 120.0], run.channels["time"], run.channels["bank_angle"])
    assert bank == pytest.approx([-60.0, 0.0, 60.0], abs=1e-6), "the prescribed bank is flown"
    assert "flown as a point mass" in (out / "report.html").read_text(encoding="utf-8")
    assert main(["compare", str(out)]) == 0
    assert main(["cite", str(out)]) == 0


def test_a_run_folder_flies_again_to_the_same_bytes(tmp_path: Path, steered: Path) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    assert main(["land", str(steered), "--seed", "3", "--no-report", "--out", str(first)]) == 0
    assert main(["land", str(first / "mission.toml"), "--seed", "3", "--no-report", "--out", str(again)]) == 0
    for file in ("mission.toml", "flight.nc", "events.json", "outcome.json"):
        assert (first / file).read_bytes() == (again / file).read_bytes(), file
    beside = fly_many(load_mission(steered), [8, None, 3])
    beside[2].save(tmp_path / "beside")
    for file in ("flight.nc", "events.json", "outcome.json"):
        assert (first / file).read_bytes() == (tmp_path / "beside" / file).read_bytes(), file
    assert beside[0].outcome == beside[2].outcome
    assert beside[0].events[-1].t_s != beside[2].events[-1].t_s


def test_a_deadband_steers_within_its_rate(steered: Path) -> None:
    """Each reversal starts outside the deadband, the bank turns at the rate of the file, and the target stays near the plane of flight."""
    [record] = fly_many(load_mission(steered), [None])
    reversals = [each for each in record.events if each.key.startswith("bank_reversal")]
    assert reversals
    for each in reversals:
        assert abs(each.because["values"]["crossrange_m"]) > each.because["thresholds"]["deadband_m"]
        assert each.because["thresholds"]["deadband_m"] == pytest.approx(
            np.interp(each.because["values"]["speed_m_s"], [500.0, 4000.0], [2e3, 8e3])
        )
    rate = np.diff(record.channels["bank_angle"].values) / np.diff(record.channels["time"].values)
    assert np.max(np.abs(rate)) == pytest.approx(20.0)
    assert abs(record.channels["crossrange_to_target"].values[-1]) < 8e3
    end = record.event("parachute_deploy")
    assert end is not None
    assert 449.0 < end.state["speed_planet_relative"] < 450.0


def test_a_parachute_that_is_never_wanted_is_a_loss_with_a_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "late.toml"
    path.write_text(STEERED.format(example=EXAMPLE, speed=30.0), encoding="utf-8")
    assert main(["land", str(path), "--json", "--no-report", "--out", str(tmp_path / "run")]) == 3
    outcome = json.loads(capsys.readouterr().out)
    assert outcome["outcome"] == "parachute_never_opened"
    assert outcome["touchdown"]["tilt_deg"] is None
    assert outcome["touchdown"]["vertical_speed_m_s"] > 30.0


def test_a_shallow_entry_skips_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changes = ["--set", "entry.flight_path_angle_deg=-8", "--set", "vehicle.bank_angles_deg=[0, 0, 0]"]
    assert main(["land", str(EXAMPLE), *changes, "--json", "--no-report", "--out", str(tmp_path / "run")]) == 3
    assert json.loads(capsys.readouterr().out)["outcome"] == "skip_out"


def test_what_cannot_be_flown_leaves_nothing_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    assert main(["land", str(EXAMPLE), "--set", "success.condition=landed", "--out", str(out)]) == 2
    said = capsys.readouterr().err.strip()
    assert said.count("\n") == 0
    assert "which a point mass (vehicle.model) cannot reach" in said
    assert not out.exists()
