"""The commands that read: help, missions, compare, cite, doctor. None of them needs the engine."""

import io
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from mission_toy import Toy, write_base

from skycrane.cli import main
from skycrane.cli.screen import Screen
from skycrane.flight.catalogue import CATALOGUE
from skycrane.mission import load_mission, mission_names
from skycrane.record import Event, FlightRecord, describe_provenance
from skycrane.record.callouts import CALLOUTS, callout
from skycrane.record.channels_dataset import dataset_from_si
from skycrane.record.schema import CHANNELS

ROW = """\
[[figures]]
key = "mach"
label = "Mach at the end"
value = 1.0
low = {low}
high = 3.0
unit = "1"
quantity = "final.mach"
source = "[way2022]"
confidence = "read"
"""


def run_folder(folder: Path) -> Path:
    write_base(folder, ROW.format(low=0.5), "base_flown.toml")
    mission = load_mission(write_base(folder), Toy)
    provenance = describe_provenance(
        mission_name="base", mission_toml=mission.to_toml(), seed=None, sources=["way2022", "sutton1971"]
    )
    channels = dataset_from_si({"mach": np.array([20.0, 1.0])}, [0.0, 400.0], mission_name="base")
    return FlightRecord(channels, [], {"outcome": "landed", "success": True}, mission.to_toml(), provenance).save(
        folder / "run"
    )


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_and_asking_for_help_load_no_numbers() -> None:
    heavy = "{'numpy', 'jax', 'xarray', 'scipy', 'matplotlib', 'netCDF4'} & set(sys.modules)"
    assert python(f"import sys, skycrane, skycrane.cli; print({heavy})") == "set()"
    assert python(f"import sys; from skycrane.cli import main; main(['--help']); print({heavy})").endswith("set()")
    assert python("import sys, skycrane.mission; print('jax' in sys.modules, 'numpy' in sys.modules)") == "False False"


def test_the_public_names_are_there() -> None:
    import skycrane

    for name in ("load_mission", "open_run", "compare_with_flight", "cite", "Mission", "FlightRecord", "InputError"):
        assert getattr(skycrane, name).__name__ == name
        assert name in dir(skycrane)
    assert skycrane.__version__[0].isdigit()
    with pytest.raises(AttributeError, match="no attribute 'lnad'"):
        _ = skycrane.lnad


def test_missions_are_listed_and_shown_in_full(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["missions"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(mission_names())
    monkeypatch.setattr("skycrane.mission.mission._mission_parameters", lambda: Toy)
    assert main(["missions", "show", str(write_base(tmp_path))]) == 0
    assert capsys.readouterr().out == load_mission(tmp_path / "base.toml").to_toml()
    assert main(["missions", "show", "nobody"]) == 2
    assert capsys.readouterr().err.startswith('skycrane missions: there is no mission "nobody"')


def test_compare_prints_the_table_and_is_strict_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = run_folder(tmp_path)
    assert main(["compare", str(run)]) == 0
    assert "Mach at the end" in capsys.readouterr().out
    assert main(["compare", str(run), "--json", "--strict"]) == 0
    assert json.loads(capsys.readouterr().out)["all_passed"] is True
    write_base(tmp_path, ROW.format(low=1.5).replace("value = 1.0", "value = 2.0"), "base_flown.toml")
    assert main(["compare", str(run), "--strict"]) == 3
    assert "FAIL" in capsys.readouterr().out


def test_cite_prints_the_sources_of_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cite", str(run_folder(tmp_path))]) == 0
    said = capsys.readouterr().out
    assert "@inproceedings{way2022," in said
    assert said.count("\n@") == 1


@pytest.mark.parametrize(
    ("key", "said", "entries"),
    [
        ("entry.flight_path_angle_deg", "% entry.flight_path_angle_deg = -15.489: [way2022; dutta2022] planet-relative", 2),
        ("atmosphere.density_kg_m3", "% atmosphere.density_kg_m3 = 0.02: assumed: plausible", 0),
        ("phases.1.name", '% phases.1.name = "chute": the second', 0),
        ("engines.count", "% engines.count = 8: default", 0),
    ],
)  # fmt: skip
def test_cite_says_what_is_behind_one_number(
    key: str,
    said: str,
    entries: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = run_folder(tmp_path)
    monkeypatch.setattr("skycrane.mission.mission._mission_parameters", lambda: Toy)
    assert main(["cite", str(run), key]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[0] == said
    assert told.count("\n@") == entries
    assert main(["cite", str(run), key[:-2]]) == 2
    assert "is not a key of this mission" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["compare", "cite"])
def test_what_is_no_run_is_refused_in_one_sentence(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (tmp_path / "nothing", write_base(tmp_path), tmp_path):
        assert main([command, str(folder)]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_cite_refuses_a_provenance_without_known_sources(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = run_folder(tmp_path)
    for sources in (["way2022", "nobody1900"], "way2022", None):
        content = {**json.loads((run / "provenance.json").read_text()), "sources": sources}
        (run / "provenance.json").write_text(json.dumps(content))
        assert main(["cite", str(run)]) == 2
        assert "provenance.json" in capsys.readouterr().err


def test_doctor_tells_versions_devices_and_cache(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"python", "skycrane", "jax", "numpy"} <= set(found["versions"])
    assert found["devices"]
    assert found["processors"] >= 1
    assert main(["doctor"]) == 0
    assert found["cache"]["folder"] in capsys.readouterr().out


def test_doctor_names_what_is_missing_and_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("skycrane.cli.examination._versions", lambda: {"python": "3.13", "jax": None})
    monkeypatch.setattr("skycrane.cli.examination._devices", lambda: ([], "ModuleNotFoundError: No module named 'jax'"))
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "Missing: jax." in said
    assert "-m pip install jax" in said


def test_doctor_says_which_engine_takes_the_pictures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without an LLVM library the plain engine is left; DRJIT_LIBLLVM_PATH is how Mitsuba is told where to look."""
    pytest.importorskip("mitsuba")
    from skycrane.cameras.render import engine

    monkeypatch.delenv("SKYCRANE_RENDERER", raising=False)
    monkeypatch.setenv("DRJIT_LIBLLVM_PATH", "/nowhere/libLLVM.so")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    engine.fastest.cache_clear()
    try:
        assert main(["doctor", "--json"]) == 0
    finally:
        engine.fastest.cache_clear()
    found = json.loads(capsys.readouterr().out)
    assert found["picture_engine"] == "scalar_rgb"
    assert any("LLVM" in each["what"] and each["command"] for each in found["advice"])
    monkeypatch.setenv("SKYCRANE_RENDERER", "scalar_rgb")
    assert main(["doctor"]) == 0
    assert "LLVM" not in capsys.readouterr().out


def test_ctrl_c_while_the_commands_load_prints_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Loading(ModuleType):
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "skycrane.cli.command_line", Loading("skycrane.cli.command_line"))
    assert main(["missions"]) == 130
    assert capsys.readouterr().err == "skycrane: interrupted\n"


def test_a_file_of_a_run_is_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = run_folder(tmp_path) / "mission.toml"
    assert main(["compare", str(file)]) == 2
    said = capsys.readouterr().err
    assert "is a file; expected a run folder" in said
    assert "land --out" not in said


@pytest.mark.parametrize(
    "words", [["lnad"], ["--nonsense"], ["compare"], ["cite", "a", "b", "c"], ["missions", "shwo"]]
)
def test_a_wrong_command_line_is_one_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lnad"], "skycrane: there is no `skycrane lnad`; did you mean `skycrane land`?"),
        (["help"], "skycrane: there is no `skycrane help`; there is land, pictures, "),
        (["terrain", "lok"], "did you mean `skycrane terrain look`?"),
        (["missions", "lst"], "did you mean `skycrane missions list`?"),
        (["land", "--sed", "3"], "skycrane land: there is no option --sed; did you mean --seed?"),
        (["land", "--sedd=3"], "there is no option --sedd=3; did you mean --seed?"),
        (["doctor", "--xyz"], "there is no option --xyz; `skycrane doctor --help` shows what is allowed"),
        (["compare", "a", "b", "c"], "skycrane compare: b c is more than it takes; `skycrane compare --help` shows"),
        (["land", "--touchdown", "multi"], "--touchdown is multi, must be one of reduced, multibody; did you mean multibody?"),
        (["ensemble", "-n", "3", "--engine", "gpu"], "--engine is gpu, must be one of here, processes, dask; `skycrane ensemble --help`"),
        (["downlink", "run", "--seed", "x"], "--seed is x, must be a whole number; `skycrane downlink --help` shows"),
        (["downlink", "run", "--loss", "much"], "--loss is much, must be a number; `skycrane downlink --help` shows"),
        (["downlink", "run", "--until", "-3h"], "--until is -3h, must be a time after landing such as +3h, +90min or +2sol"),
        (["land", "--set", "entry.flight_path_angle_deg", "-15"], "must be KEY=VALUE, such as"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_met_with_the_right_one(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_missions_are_listed_by_name_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["missions", "list"]) == 0
    listed = capsys.readouterr().out
    assert main(["missions"]) == 0
    assert capsys.readouterr().out == listed


def test_help_and_version_end_well(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--help"], ["--version"], ["land", "--help"]):
        assert main(words) == 0
        assert "skycrane" in capsys.readouterr().out


def test_colours_are_for_terminals_and_obey_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert Screen(Terminal()).paint("x", "red") == "\033[1;31mx\033[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert Screen(Terminal()).paint("x", "red") == "x"


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    code = "import sys; from skycrane.cli import main; sys.exit(main(['doctor']))"
    done = subprocess.run(
        f'"{sys.executable}" -c "{code}" | true', shell=True, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def test_compare_refuses_a_run_that_was_edited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = run_folder(tmp_path)
    outcome = folder / "outcome.json"
    outcome.write_text(outcome.read_text().replace("landed", "lost"))
    assert main(["compare", str(folder)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"skycrane compare: {outcome} is damaged or was edited after the flight")
    assert said.err.count("\n") == 1
    assert f"fly it again with: skycrane land {folder}/mission.toml --out {folder}-again" in said.err


def test_a_run_where_an_ensemble_is_expected_says_how_to_fly_it_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = run_folder(tmp_path)
    for words in (["refly", str(folder)], ["refly", str(folder), "3"]):
        assert main(words) == 2
        assert capsys.readouterr().err == (
            f"skycrane refly: {folder} is the folder of one flight, not an ensemble; "
            f"fly it again with: skycrane land {folder}/mission.toml --out {folder}-again\n"
        )
    assert main(["sensitivity", str(folder)]) == 2
    assert "is the folder of one flight; expected an ensemble folder" in capsys.readouterr().err


def test_an_ensemble_where_a_run_is_expected_says_how_to_get_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    about = {"schema": 1, "complete": True, "n": 64, "seed": 3, "mission": "base"}
    (tmp_path / "ensemble.json").write_text(json.dumps(about))
    (tmp_path / "mission.toml").write_text("")
    for command in ("compare", "cite", "pictures", "site", "downlink"):
        assert main([command, str(tmp_path)]) == 2
        assert f"is an ensemble folder, expected that of one flight; `skycrane refly {tmp_path} CASE`" in (
            capsys.readouterr().err
        )
    assert main(["refly", str(tmp_path)]) == 2
    assert "CASE must be from 0 to 63" in capsys.readouterr().err


def test_every_callout_uses_channels_that_exist_and_fits_the_terminal() -> None:
    scalars = {each.name for each in CHANNELS if each.dims == ("time",)}
    for key, (_, figures) in CALLOUTS.items():
        reasons = CATALOGUE[key].figures if key in CATALOGUE else ()
        assert {figure.channel for figure in figures} <= scalars | set(reasons), key
        for value in (-123456.7, 0.0, 0.04, 987654.3):
            event = Event(
                f"{key}_2" if key == "bank_reversal" else key, "label", 1234.5, state=dict.fromkeys(scalars, value)
            )
            assert len(callout(event)) <= 100


def test_a_callout_leaves_out_what_is_not_known() -> None:
    assert callout(Event("touchdown", "T", -0.01, state={"tilt": float("nan")})) == "E+  0.0 s  Touchdown"
    assert callout(Event("navigation_start", "Navigation starts", -540.0)) == "E-540.0 s  Navigation starts"
    assert callout(Event("bank_reversal_3", "B", 130.2, state={"bank_angle_commanded": -60.0})) == (
        "E+130.2 s  Bank reversal 3, to 60 deg left"
    )
    assert callout(Event("beam_2", "Radar beam 2 {odd}", 1.0)) == "E+  1.0 s  Radar beam 2 {odd}"
