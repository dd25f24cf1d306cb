"""A run folder is whole or absent, comes back as it was, and says in one sentence what is wrong with it."""

import dataclasses
import hashlib
import json
import os
import shlex
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from unit.synthetic_record import synthetic_record

from skycrane.core.errors import InputError
from skycrane.record import Event, FlightRecord, check_destination, new_run_folder, open_run, utc_after
from skycrane.record.run_folder import RUN_FILES
from skycrane.record.schema.channel import SCHEMA_VERSION


@pytest.fixture(scope="module")
def record() -> FlightRecord:
    return synthetic_record()


@pytest.fixture
def run(record: FlightRecord, tmp_path: Path) -> Path:
    return record.save(tmp_path / "run")


def test_a_saved_run_comes_back_unchanged(record: FlightRecord, run: Path) -> None:
    back = open_run(run)
    xr.testing.assert_identical(back.channels, record.channels)
    assert back.outcome == record.outcome
    assert back.mission == record.mission
    assert back.provenance == record.provenance
    assert [each.key for each in back.events] == [each.key for each in record.events]
    assert back.events[5].state == record.events[5].state
    assert {each.name for each in run.iterdir()} == set(RUN_FILES)


def test_the_same_flight_gives_the_same_bytes(record: FlightRecord, run: Path, tmp_path: Path) -> None:
    again = record.save(tmp_path / "again")
    for name in RUN_FILES:
        assert (run / name).read_bytes() == (again / name).read_bytes(), name


def test_only_provenance_knows_the_host_and_the_wall_clock(record: FlightRecord, run: Path) -> None:
    secrets = (record.provenance["platform"]["host"], record.provenance["made_utc"])
    for name in set(RUN_FILES) - {"provenance.json"}:
        assert not any(
            secret and len(secret) > 5 and secret.encode() in (run / name).read_bytes() for secret in secrets
        )


def test_the_file_is_cf_and_opens_with_plain_xarray(run: Path) -> None:
    with xr.open_dataset(run / "flight.nc") as plain:
        assert np.issubdtype(plain["time"].dtype, np.datetime64)
        assert plain.attrs["featureType"] == "trajectory"
        assert plain["trajectory"].attrs["cf_role"] == "trajectory_id"
        assert {"latitude", "longitude", "height_above_ellipsoid"} <= set(plain.coords)


def test_an_existing_folder_is_refused_and_left_alone(record: FlightRecord, run: Path) -> None:
    before = (run / "events.json").read_bytes()
    with pytest.raises(InputError, match="--overwrite"):
        record.save(run)
    assert (run / "events.json").read_bytes() == before


def test_overwrite_replaces_the_run_and_leaves_nothing_beside_it(record: FlightRecord, run: Path) -> None:
    (run / "report.html").write_text("old")
    record.save(run, overwrite=True)
    assert not (run / "report.html").exists()
    assert [each.name for each in run.parent.iterdir()] == ["run"]


def test_overwrite_never_deletes_a_folder_that_is_no_run(record: FlightRecord, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(InputError, match="not a run folder"):
        record.save(tmp_path, overwrite=True)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_an_interrupted_run_leaves_no_folder(tmp_path: Path) -> None:
    def fly_until_ctrl_c() -> None:
        with new_run_folder(tmp_path / "run") as folder:
            (folder / "mission.toml").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fly_until_ctrl_c()
    assert not list(tmp_path.iterdir())


def test_an_interrupted_overwrite_keeps_the_old_run(run: Path) -> None:
    def fly_until_ctrl_c() -> None:
        with new_run_folder(run, overwrite=True):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fly_until_ctrl_c()
    assert open_run(run).events


def test_ctrl_c_between_the_two_renames_brings_the_old_run_back(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.rename, []

    def rename(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(KeyboardInterrupt), new_run_folder(run, overwrite=True):
        pass
    assert open_run(run).events
    assert [each.name for each in run.parent.iterdir()] == ["run"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_an_unwritable_place_is_refused_before_the_flight(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot write"):
        check_destination(tmp_path / "run")
    tmp_path.chmod(0o700)


def test_a_place_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write"):
        check_destination(tmp_path / "file" / "run")


def test_a_place_that_is_no_run_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"does not exist.*skycrane land"):
        open_run(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"lacks mission\.toml"):
        open_run(tmp_path)


@pytest.mark.parametrize("name", RUN_FILES)
def test_a_missing_file_is_named(run: Path, name: str) -> None:
    (run / name).unlink()
    with pytest.raises(InputError, match=f"lacks {name}"):
        open_run(run)


@pytest.mark.parametrize("name", [name for name in RUN_FILES if name != "mission.toml"])
def test_a_truncated_file_is_named(run: Path, name: str) -> None:
    content = (run / name).read_bytes()
    (run / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match=f"{name} is (truncated|damaged)"):
        open_run(run)


@pytest.mark.parametrize("name", [name for name in RUN_FILES if name != "provenance.json"])
def test_an_edited_file_is_named_with_a_command_that_can_be_pasted(run: Path, name: str) -> None:
    content = bytearray((run / name).read_bytes())
    content[-3] ^= 1
    (run / name).write_bytes(content)
    with pytest.raises(InputError) as refused:
        open_run(run)
    said = str(refused.value)
    assert f"{name} is damaged or was edited after the flight" in said
    expected = json.loads((run / "provenance.json").read_text())["sha256"][name]
    assert f"expected {expected[:12]}" in said
    command = shlex.split(said.partition("fly it again with: ")[2])
    assert command[:2] == ["skycrane", "land"]
    assert command[2] == ("mars2020" if name == "mission.toml" else str(run / "mission.toml"))
    assert command[3:] == ["--seed", "1", "--out", f"{run}-again"]


def test_hashes_are_those_of_the_files(run: Path) -> None:
    for name, stored in json.loads((run / "provenance.json").read_text())["sha256"].items():
        assert hashlib.sha256((run / name).read_bytes()).hexdigest() == stored, name


def test_a_run_without_hashes_is_still_read(run: Path) -> None:
    provenance = json.loads((run / "provenance.json").read_text())
    del provenance["sha256"]
    (run / "provenance.json").write_text(json.dumps(provenance))
    (run / "mission.toml").write_text('name = "mars')
    with pytest.raises(InputError, match=r"mission\.toml is truncated"):
        open_run(run)


def test_the_command_as_given_flies_a_run_again_whose_mission_was_edited(record: FlightRecord, tmp_path: Path) -> None:
    command = "skycrane land mars2020 --seed 1 --set 'site.name=Jezero crater'"
    made = dataclasses.replace(record, provenance={**record.provenance, "command": command})
    run = made.save(tmp_path / "a run")
    (run / "mission.toml").write_text("")
    with pytest.raises(InputError) as refused:
        open_run(run)
    assert shlex.split(str(refused.value).partition("fly it again with: ")[2]) == [
        *shlex.split(command), "--out", f"{run}-again"]  # fmt: skip


def test_a_case_of_a_seed_is_flown_again_as_that_case(record: FlightRecord, tmp_path: Path) -> None:
    made = dataclasses.replace(record, provenance={**record.provenance, "seed": 3, "case": 17})
    run = made.save(tmp_path / "run")
    (run / "events.json").write_text("[]")
    with pytest.raises(InputError, match=r"fly it again with: skycrane land .* --seed 3 --case 17 --out "):
        open_run(run)


def test_a_newer_schema_asks_for_a_newer_program(run: Path) -> None:
    provenance = json.loads((run / "provenance.json").read_text())
    provenance["schema"] = SCHEMA_VERSION + 1
    (run / "provenance.json").write_text(json.dumps(provenance))
    with pytest.raises(InputError, match="--upgrade skycrane"):
        open_run(run)


def test_a_number_that_is_not_finite_survives_as_null(record: FlightRecord, tmp_path: Path) -> None:
    odd = Event("end", "End", 1.0, state={"mach": float("nan")})
    made = FlightRecord(record.channels, [odd], {"margin": float("inf")}, record.mission, record.provenance)
    back = open_run(made.save(tmp_path / "run"))
    assert np.isnan(back.events[0].state["mach"])
    assert back.outcome == {"margin": None}


def test_an_event_has_a_severity_of_the_ladder() -> None:
    with pytest.raises(ValueError, match="severity"):
        Event("x", "X", 0.0, severity="LOUD")


def test_utc_counts_from_the_epoch_to_the_millisecond() -> None:
    assert utc_after("2021-02-18T20:36:50.08Z", 418.07) == "2021-02-18T20:43:48.150Z"
    with pytest.raises(InputError, match="not a UTC time"):
        utc_after("yesterday", 0.0)
