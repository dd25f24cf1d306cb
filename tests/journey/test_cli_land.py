"""A person flies a landing in the terminal: what is printed, what is left on disk, how it ends. The flight itself is a stand-in."""

import errno
import json
import os
import signal
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mission_toy import BASE, Toy, write_base

from skycrane.cli import main
from skycrane.mission import Mission
from skycrane.record import Event, FlightRecord, describe_provenance, open_run
from skycrane.record.channels_dataset import dataset_from_si

FLOWN = """\
[[figures]]
key = "peak_deceleration"
label = "Peak deceleration"
value = 10.69
low = 10.4
high = 11.0
unit = "g"
quantity = "event.peak_deceleration.state.deceleration"
source = "[way2022]"
confidence = "read"
[[figures]]
key = "touchdown_time"
label = "Touchdown"
value = 418.1
low = 410
high = 426
unit = "s"
quantity = "event.touchdown.t_s"
source = "[way2022]"
confidence = "read"
"""
EVENTS = [
    Event(
        "peak_deceleration", "Peak deceleration", 87.0, state={"deceleration": 10.63, "height_above_areoid": 20100.0}
    ),
    Event("radar_lost", "Radar lost the ground", 330.0, severity="WARNING_HI"),
    Event("touchdown", "Touchdown", 400.0, state={"speed_planet_relative": 0.75, "tilt": 1.2}),
]
TOUCHDOWN = {
    "t_s": 400.0,
    "utc": "2021-02-18T20:43:30.1Z",
    "latitude_deg": 18.4447,
    "longitude_deg": 77.4508,
    "distance_to_selected_target_m": 12.3,
    "vertical_speed_m_s": 0.75,
    "horizontal_speed_m_s": 0.031,
    "tilt_deg": 1.24,
}


class StandIn:
    """In the place of the flight: calls the events out and returns a record, or does what a test asks for instead."""

    def __init__(self) -> None:
        self.flown: list[tuple[Mission, int | None]] = []
        self.outcome: dict[str, Any] = {
            "outcome": "landed",
            "success": True,
            "sentence": "Landed, and the rover is safe.",
            "touchdown": TOUCHDOWN,
            "propellant_left_kg": 96.04,
        }
        self.instead: Callable[[], None] = lambda: None

    def fly(
        self, mission: Mission, seed: int | None = None, on_event: Callable[[Event], None] | None = None, case: int = 0
    ) -> FlightRecord:
        self.flown.append((mission, seed))
        for event in EVENTS:
            if on_event is not None:
                on_event(event)
        self.instead()
        text = mission.to_toml()
        channels = dataset_from_si({"mach": np.array([20.0, 1.0])}, [0.0, 400.0], mission_name=mission.name)
        provenance = describe_provenance(mission_name=mission.name, mission_toml=text, seed=seed, sources=["way2022"])
        return FlightRecord(channels, EVENTS, self.outcome, text, provenance)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> StandIn:
    flight = StandIn()
    module = types.ModuleType("skycrane.surface.manoeuvre")
    module.fly = flight.fly  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "skycrane.surface.manoeuvre", module)
    monkeypatch.setattr("skycrane.mission.mission._mission_parameters", lambda: Toy)
    monkeypatch.setattr("skycrane.cli.first_ground.announce_for", lambda *_: None)  # the toy has no ground
    monkeypatch.chdir(tmp_path)
    write_base(tmp_path)
    write_base(tmp_path, FLOWN, "base_flown.toml")
    return flight


def land(*words: str) -> int:
    return main(["land", "./base.toml", "--no-report", "--no-pictures", *words])


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_landing_is_called_out_summed_up_and_held_against_the_real_one(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    assert land("--seed", "7") == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "\033" not in said.out
    for line in (
        "E+ 87.0 s  Peak deceleration, 10.6 g, 20.1 km above the areoid",
        "E+330.0 s  Radar lost the ground",
        "E+400.0 s  Touchdown, 0.75 m/s, tilt 1.2 deg",
        "Landed, and the rover is safe.",
        "  Touchdown           2021-02-18 20:43:30.1 UTC, E+400.0 s",
        "  Position            18.4447 N, 77.4508 E (planetocentric)",
        "  Distance            12 m from the selected landing target",
        "  Vertical speed      0.75 m/s",
        "  Horizontal speed    0.03 m/s",
        "  Tilt                1.2 deg at contact",
        "  Propellant left     96.0 kg",
        "Run folder  runs/base-7",
    ):
        assert line in said.out.splitlines()
    assert [line.split("  ")[0] for line in said.out.splitlines() if line.startswith(("pass", "FAIL"))] == [
        "pass",
        "FAIL",
    ]
    assert max(map(len, said.out.splitlines())) <= 100
    assert stand_in.flown[0][1] == 7
    assert {"mission.toml", "provenance.json", "flight.nc", "events.json", "outcome.json"} <= files(Path("runs/base-7"))


def test_the_run_can_be_flown_again_from_its_own_mission(stand_in: StandIn) -> None:
    assert land("--set", "entry.speed_m_s=5000", "--out", "first") == 0
    assert main(["land", "first/mission.toml", "--no-report", "--no-pictures", "--out", "second"]) == 0
    first, second = (mission for mission, _ in stand_in.flown)
    assert first.parameters == second.parameters
    assert first.value("entry.speed_m_s") == 5000
    assert open_run("first").mission == open_run("second").mission


def test_json_is_one_object_and_all_else_goes_to_stderr(stand_in: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    assert land("--json") == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == json.loads(Path("runs/base-nominal/outcome.json").read_text()) == stand_in.outcome
    assert "Peak deceleration, 10.6 g" in said.err


def test_a_loss_ends_with_3_and_a_whole_run(stand_in: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    stand_in.outcome = {"outcome": "parachute_overload", "success": False, "sentence": "The parachute tore at 290 kN."}
    assert land() == 3
    assert "The parachute tore at 290 kN." in capsys.readouterr().out
    assert "outcome.json" in files(Path("runs/base-nominal"))


def test_the_report_is_part_of_the_run(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("skycrane.report")
    module.__path__ = list(sys.modules["skycrane.report"].__path__) if "skycrane.report" in sys.modules else []
    module.write_report = lambda record, path: path.write_text("page")  # type: ignore[attr-defined]
    import skycrane.report.compare  # noqa: F401  (stays the real one)

    monkeypatch.setitem(sys.modules, "skycrane.report", module)
    assert main(["land", "./base.toml", "--no-pictures", "--out", "run"]) == 0
    assert Path("run/report.html").read_text() == "page"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["--set", "entry.speed_m_s=-1"],
            "base.toml with changes: entry.speed_m_s is -1, must be above 0; did you mean 1?",
        ),
        (["--set", "entry.sped_m_s=1"], "did you mean entry.speed_m_s?"),
        (["--set", "entry.speed_m_s=nan"], "must be a finite number in m/s"),
        (["--set", "entry.speed_m_s"], "--set entry.speed_m_s must be KEY=VALUE"),
        (["--set", "=3"], "must be KEY=VALUE"),
        (["--set", "engines.throttle_low_percent=101"], "must be at least 0 and at most 100"),
        (["--set", "engines.throttle_high_percent=3"], "throttle_low_percent 13 is above throttle_high_percent 3"),
        (["--seed", "-1"], "-1 is no seed, must be a whole number from 0 to"),
        (["--seed", "1.5"], "1.5 is no seed"),
        (["--seed", "99999999999"], "is no seed"),
        (["--sed", "1"], "there is no option --sed; did you mean --seed?"),
        (["--out", "used"], "used is a folder with other files, not a run folder, and is left alone; choose another"),
        (["--out", "base.toml"], "base.toml is a file, not a run folder"),
        (["--out", "base.toml", "--overwrite"], "base.toml is a file, not a run folder"),
        (["--out", "used", "--overwrite"], "used is a folder with other files, not a run folder"),
        (["--out", "base.toml/run"], "cannot write base.toml/run"),
        (["--out", "x" * 300], "File name too long; choose another output folder"),
        (["--out", "nul\0"], "embedded null"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str], sentence: str
) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used/thesis.txt").write_text("years of work")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert land(*words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert sentence in said.err
    assert "--overwrite" not in said.err
    assert said.err.count("\n") == 1
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert stand_in.flown == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "does not exist"),
        (b"", "is empty"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"[entry", "was it cut off?"),
        (b"entry = = 3", "bad.toml, line 1: not valid TOML at column 9"),
        (BASE[: BASE.index("30,")].encode(), "was it cut off?"),
        (
            BASE.replace("-15.489", "15.489").encode(),
            "bad.toml, line 8: entry.flight_path_angle_deg is 15.489, must be above -90",
        ),
        (
            BASE.replace("speed_m_s", "speed_km_s").encode(),
            "speed_km_s is not a key of [entry]; did you mean speed_m_s?",
        ),
    ],
)
def test_a_bad_mission_file_is_one_sentence(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str], content: bytes | None, sentence: str
) -> None:
    if content is not None:
        Path("bad.toml").write_bytes(content)
    assert main(["land", "bad.toml"]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert not Path("runs").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_refused_before_the_flight(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    assert land("--out", "locked/run") == 2
    assert "cannot write locked/run" in capsys.readouterr().err
    assert stand_in.flown == []


def test_a_run_is_replaced_only_when_asked_for(stand_in: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    assert land() == 0
    assert land() == 2
    assert (
        "runs/base-nominal exists already; choose another output folder or allow it to be replaced with --overwrite"
        in capsys.readouterr().err
    )
    stand_in.outcome = {**stand_in.outcome, "propellant_left_kg": 1.0}
    assert land("--overwrite") == 0
    assert json.loads(Path("runs/base-nominal/outcome.json").read_text())["propellant_left_kg"] == 1.0


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc here")
def test_a_place_where_the_system_makes_no_folder_is_refused_before_the_flight(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    assert land("--out", "/proc/run") == 2
    assert "cannot write /proc/run" in capsys.readouterr().err
    assert stand_in.flown == []


def test_an_empty_folder_is_a_place_for_a_run(stand_in: StandIn) -> None:
    Path("empty").mkdir()
    assert land("--out", "empty") == 0
    assert open_run("empty").outcome["success"]


def test_a_disk_that_is_full_is_one_sentence_and_nothing_half_written(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("skycrane.record.write_run", full)
    assert land("--out", "run") == 2
    said = capsys.readouterr().err
    assert said == (
        "skycrane land: cannot write run: no space is left on the disk; free some space, or choose another output folder\n"
    )
    assert files(Path()) == {"base.toml", "base_flown.toml"}


def test_what_the_netcdf_library_says_of_a_full_disk_is_understood(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("NetCDF: HDF error")

    monkeypatch.setattr("xarray.Dataset.to_netcdf", fail)
    monkeypatch.setattr("shutil.disk_usage", lambda path: types.SimpleNamespace(free=0))
    assert land("--out", "run") == 2
    assert "no space is left on the disk" in capsys.readouterr().err
    assert files(Path()) == {"base.toml", "base_flown.toml"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_an_answer_that_finds_no_space_is_one_sentence() -> None:
    code = "import sys; from skycrane.cli import main; sys.exit(main())"
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code, "missions"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "skycrane missions: no space is left to write on; free some, or write elsewhere\n"


def interrupt() -> None:
    raise KeyboardInterrupt


def test_ctrl_c_during_the_flight_leaves_no_run_folder(stand_in: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    stand_in.instead = interrupt
    assert land() == 130
    assert capsys.readouterr().err == "skycrane land: interrupted\n"
    assert not Path("runs").exists()


def test_ctrl_c_while_the_run_is_written_leaves_none_or_the_old_one(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert land() == 0
    old = Path("runs/base-nominal/provenance.json").read_bytes()
    monkeypatch.setattr("skycrane.record.write_run", lambda record, folder: interrupt())
    assert land("--overwrite") == 130
    assert land("--out", "new") == 130
    assert Path("runs/base-nominal/provenance.json").read_bytes() == old
    assert files(Path("runs")) == {"base-nominal"}
    assert files(Path()) == {"base.toml", "base_flown.toml", "runs"}


def test_ctrl_c_that_gets_lost_on_its_way_up_still_ends_the_command(
    stand_in: StandIn, capfd: pytest.CaptureFixture[str]
) -> None:
    class Swallows:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGINT)

    stand_in.instead = lambda: Swallows() and None
    assert land() == 130
    assert capfd.readouterr().err == "skycrane land: interrupted\n"
    assert not list(Path("runs").iterdir())
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_while_the_finished_run_takes_its_place_waits(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.rename

    def rename(source: Path, target: Path) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)
    assert land("--out", "run") == 130
    assert open_run("run").outcome["success"]
    assert files(Path()) == {"base.toml", "base_flown.toml", "run"}


def test_a_defect_of_ours_is_a_short_sentence_that_asks_for_a_report(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("division\nby zero")

    stand_in.instead = fail
    monkeypatch.delenv("SKYCRANE_DEBUG", raising=False)
    assert land() == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "a defect of skycrane" in said
    assert "SKYCRANE_DEBUG=1 skycrane land ./base.toml" in said
    monkeypatch.setenv("SKYCRANE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        land()
    assert not Path("runs").exists()
