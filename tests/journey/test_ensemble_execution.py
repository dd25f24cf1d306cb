"""Whoever flies an ensemble, however it is cut up, killed and continued: the same bytes, nothing lost, nothing twice."""

import contextlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import skycrane as sc
from skycrane.cli import main
from skycrane.core.errors import InputError
from skycrane.ensemble import engines
from skycrane.ensemble.order import order_of
from skycrane.record.ensemble_folder import read_about

QUICK = Path(__file__).parents[1] / "missions" / "quick.toml"
N, SEED = 200, 5


@pytest.fixture(scope="module")
def mission() -> sc.Mission:
    return sc.load_mission(QUICK)


@pytest.fixture(scope="module")
def whole(mission: sc.Mission, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ensemble flown in one go in this process."""
    path = tmp_path_factory.mktemp("ensembles") / "whole"
    sc.run_ensemble(mission, N, SEED, engine="here", out=path)
    return path


def command(*words: object) -> list[str]:
    program = "import sys; from skycrane.cli import main; sys.exit(main())"
    return [
        sys.executable,
        "-c",
        program,
        "ensemble",
        str(QUICK),
        "-n",
        str(N),
        "--seed",
        str(SEED),
        "--no-report",
        *map(str, words),
    ]


def start(*words: object) -> "subprocess.Popen[str]":
    source = str(Path(sc.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": source}
    return subprocess.Popen(
        command(*words),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def differences(a: Path, b: Path) -> list[str]:
    """Every file of what the cases left behind that is not the same bytes in both, or in one alone."""
    names = {"summary.parquet", "scorecard.csv", "losses.csv", "ellipse.json"}
    for folder in ("cases", "trajectories.zarr/samples/c"):
        names |= {str(file.relative_to(x)) for x in (a, b) for file in (x / folder).rglob("*") if file.is_file()}
    assert len(names) == 4 + 2 * -(-N // 64)
    there = lambda file: file.read_bytes() if file.is_file() else None  # noqa: E731
    return sorted(name for name in names if there(a / name) is None or there(a / name) != there(b / name))


def test_the_folder_tells_all(whole: Path, mission: sc.Mission) -> None:
    ensemble = sc.open_ensemble(whole)
    summary = ensemble.summary
    assert summary.index.tolist() == list(range(N))
    for dispersed in mission.parameters.dispersions:
        assert summary[f"drawn.{dispersed.key}"].nunique() == N
    assert set(summary["outcome"]) == {"height_reached"}
    alone = sc.fly(mission, seed=SEED, case=117)
    event = alone.event("height_reached")
    assert event is not None
    assert summary.loc[117, "event.height_reached.t_s"] == event.t_s
    stored = ensemble.trajectories
    assert stored["mach"].sizes == {"case": N, "time": 1152}
    assert float(stored["mach"].isel(case=117).sel(time=60.0)) == np.float32(
        alone.channels["mach"].sel(time=60.0, method="nearest")
    )
    assert stored["speed_planet_relative"].attrs["units"] == "m s-1"
    files = sum(path.stat().st_size for path in whole.rglob("*") if path.is_file())
    assert files / N < 200e3


def test_the_scorecard_counts_what_was_flown(whole: Path) -> None:
    """Against the columns themselves, by pandas."""
    ensemble = sc.open_ensemble(whole)
    row = ensemble.scorecard.loc["peak_deceleration"]
    values = ensemble.summary["figure.peak_deceleration"]
    assert row["kept_percent"] == pytest.approx(100.0 * (values <= 8.7).mean())
    assert row["worst_case"] == values.idxmax()
    assert row["p50"] == pytest.approx(values.quantile(0.5, interpolation="lower"), rel=1e-8)
    assert bool(row["passed"]) is bool((values <= 8.7).mean() >= 0.99)
    assert bool(ensemble.scorecard.loc["speed_at_20_km", "passed"])


@pytest.mark.parametrize("engine", ["processes", "dask"])
def test_every_engine_gives_the_same_bytes(mission: sc.Mission, whole: Path, tmp_path: Path, engine: str) -> None:
    if engine == "dask":
        pytest.importorskip("distributed")
    sc.run_ensemble(mission, N, SEED, engine=engine, workers=2, out=tmp_path / "ens")
    assert not differences(whole, tmp_path / "ens")


def test_a_case_is_the_same_bytes_for_any_number_of_cases(mission: sc.Mission, whole: Path, tmp_path: Path) -> None:
    """Fewer, then continued to more: the first cases do not move, and the whole is that flown in one go."""
    fewer = sc.run_ensemble(mission, 100, SEED, engine="here", out=tmp_path / "ens")
    assert fewer.n == 100
    pd.testing.assert_frame_equal(fewer.summary, sc.open_ensemble(whole).summary.iloc[:100], check_exact=True)
    more = sc.run_ensemble(mission, N, SEED, engine="here", out=tmp_path / "ens", resume=True)
    assert more.n == N
    assert not differences(whole, tmp_path / "ens")


def test_another_seed_is_another_ensemble(mission: sc.Mission, whole: Path, tmp_path: Path) -> None:
    other = sc.run_ensemble(mission, 70, SEED + 1, engine="here", out=tmp_path / "ens")
    assert not set(other.summary["fingerprint"]) & set(sc.open_ensemble(whole).summary["fingerprint"])


def kill_and_continue(
    path: Path, safe_before: int, longer: float, engine: str
) -> tuple[dict[str, int], dict[str, int]]:
    """Kill the driver so many seconds after so many files of cases are safe, and continue.

    Those safe when it died and all in the end, each with the moment at which it was written.
    """
    cases = lambda: {file.name: file.stat().st_mtime_ns for file in (path / "cases").glob("*.cases")}  # noqa: E731
    driver = start("--out", path, "--engine", engine, "--workers", 2)
    while len(cases()) < safe_before and driver.poll() is None:
        time.sleep(0.01)
    with contextlib.suppress(subprocess.TimeoutExpired):
        driver.wait(longer)
    driver.kill()
    driver.wait()
    safe = cases()
    again = start("--out", path, "--engine", engine, "--workers", 2, "--resume")
    _, told = again.communicate(timeout=300)
    assert again.returncode == 0, told
    assert "damaged" not in told
    return safe, cases()


@pytest.mark.parametrize("engine", ["here", "processes"])
def test_a_killed_driver_loses_nothing_that_was_safe(whole: Path, tmp_path: Path, engine: str) -> None:
    safe, end = kill_and_continue(tmp_path / "ens", 1, 0.0, engine)
    assert safe
    assert safe.items() <= end.items(), "a file of safe cases was written again"
    assert not differences(whole, tmp_path / "ens")


@pytest.mark.heavy
@pytest.mark.parametrize("turn", range(20))
def test_a_driver_killed_at_any_moment_loses_nothing_that_was_safe(whole: Path, tmp_path: Path, turn: int) -> None:
    """From before the first case to putting the summary together: so many safe files, and a random moment more."""
    longer = random.Random(turn).uniform(0.0, 2.0)
    safe, end = kill_and_continue(tmp_path / "ens", turn // 4, longer, "processes" if turn % 2 else "here")
    assert len(safe) >= turn // 4
    assert safe.items() <= end.items(), "a file of safe cases was written again"
    assert not differences(whole, tmp_path / "ens")


def test_a_killed_worker_costs_nothing(
    mission: sc.Mission, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from skycrane.ensemble.engines import processes

    staff: list[processes._Worker] = []
    make = processes._Worker.__init__

    def noted(self: processes._Worker, *given: object) -> None:
        make(self, *given)  # type: ignore[arg-type]
        staff.append(self)

    monkeypatch.setattr(processes._Worker, "__init__", noted)
    killed: list[int] = []

    def kill_one(progress: object) -> None:
        if not killed:
            busy = next((each for each in staff if each.unit is not None), staff[0])
            killed.append(busy.process.pid)
            os.kill(busy.process.pid, signal.SIGKILL)

    sc.run_ensemble(mission, N, SEED, engine="processes", workers=2, out=tmp_path / "ens", on_progress=kill_one)
    assert killed
    assert len(staff) == 3
    assert not differences(whole, tmp_path / "ens")


@pytest.mark.parametrize("which", ["cases/000000064.cases", "trajectories.zarr/samples/c/0/1/0"])
def test_a_damaged_file_is_found_named_and_flown_again(
    mission: sc.Mission, whole: Path, tmp_path: Path, which: str
) -> None:
    sc.run_ensemble(mission, N, SEED, engine="here", out=tmp_path / "ens")
    damaged = tmp_path / "ens" / which
    damaged.write_bytes(damaged.read_bytes()[:-7])
    remarks: list[str] = []
    sc.run_ensemble(mission, N, SEED, engine="here", out=tmp_path / "ens", resume=True, on_remark=remarks.append)
    assert len(remarks) == 1
    assert "000000064.cases" in remarks[0]
    assert "flown again" in remarks[0]
    assert not differences(whole, tmp_path / "ens")


def test_what_was_made_by_another_order_is_not_continued(mission: sc.Mission, whole: Path) -> None:
    def refusal(changed: sc.Mission, seed: int = SEED) -> str:
        with pytest.raises(InputError) as refused:
            sc.run_ensemble(changed, N, seed, engine="here", out=whole, resume=True)
        return str(refused.value)

    assert "its seed is 5, asked for is 6" in refusal(mission, 6)
    steeper = mission.with_changes({"entry.flight_path_angle_deg": -13.5})
    assert "another mission, entry.flight_path_angle_deg was -13.0, is -13.5" in refusal(steeper)
    about = read_about(whole)
    original = (whole / "ensemble.json").read_text()
    try:
        (whole / "ensemble.json").write_text(json.dumps({**about, "versions": {**about["versions"], "jax": "0.1"}}))
        assert "it was flown with jax 0.1, this is" in refusal(mission)
    finally:
        (whole / "ensemble.json").write_text(original)
    with pytest.raises(InputError, match="exists already; continue it with --resume"):
        sc.run_ensemble(mission, N, SEED, out=whole)


def test_ctrl_c_stops_soon_and_can_be_continued(whole: Path, tmp_path: Path) -> None:
    driver = start("--out", tmp_path / "ens", "--engine", "processes", "--workers", 1)
    while not list((tmp_path / "ens").glob("cases/*.cases")):
        assert driver.poll() is None
        time.sleep(0.05)
    begun = time.monotonic()
    os.killpg(driver.pid, signal.SIGINT)
    _, told = driver.communicate(timeout=60)
    assert driver.returncode == 130
    assert "continue with the same command and --resume" in told
    assert time.monotonic() - begun < 5.0
    again = start("--out", tmp_path / "ens", "--engine", "here", "--resume")
    _, told = again.communicate(timeout=120)
    assert again.returncode == 0, told
    assert not differences(whole, tmp_path / "ens")


def test_a_full_disk_is_one_sentence_and_nothing_half_written(whole: Path, tmp_path: Path) -> None:
    """Stood in for by the largest file that the process may write."""

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))

    path = tmp_path / "ens"
    environment = {**os.environ, "PYTHONPATH": str(Path(sc.__file__).parents[1])}
    ended = subprocess.run(
        command("--out", path, "--engine", "here"), env=environment, capture_output=True, text=True, preexec_fn=small
    )
    assert ended.returncode == 2, ended.stderr
    last = ended.stderr.splitlines()[-1]
    assert "cannot write" in last
    assert "0 of 200 cases are safe, make room and continue with: skycrane ensemble" in last
    assert not list(path.glob("cases/*"))
    again = start("--out", path, "--engine", "here", "--resume")
    assert again.wait(120) == 0
    assert not differences(whole, path)


def test_an_ensemble_ends_when_a_percentile_is_known_well_enough(mission: sc.Mission, tmp_path: Path) -> None:
    rule = "peak_deceleration_p50 within 5 %"
    early = sc.run_ensemble(mission, 5000, SEED, engine="processes", out=tmp_path / "ens", stop_when=rule)
    assert early.n == 512
    assert len(early.summary) == 512
    assert early.trajectories.sizes["case"] == 512


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["-n", "0"], "0 must be a whole number, at least 1"),
        (["-n", "many"], "many must be a whole number, at least 1"),
        (["-n", "10", "--workers", "0"], "0 must be a whole number, at least 1"),
        (["-n", "10", "--keep", "11"], "keep is 11, must be at most the number of cases, 10"),
        (["-n", "10", "--stop-when", "soon"], "must be REQUIREMENT_pPERCENT within NUMBER %"),
        (
            ["-n", "10", "--stop-when", "beauty_p99 within 2 %"],
            'asks for "beauty", must be a requirement of the mission',
        ),
        (["-n", "10", "--scheduler", "tcp://127.0.0.1:9"], "needs --engine dask"),
        (["-n", "10", "--engine", "magic"], "--engine is magic, must be one of here, processes, dask"),
        (["-n", "10", "--set", "dispersions.0.sigma=-1"], "must be at least 0"),
        (["-n", "10", "--every", "0"], "must be at least 0.05 s, the control cycle"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_written(
    words: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ensemble", str(QUICK), "--out", str(tmp_path / "ens"), *words]) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "ens").exists()


def test_a_scheduler_out_of_reach_is_a_sentence_within_ten_seconds(tmp_path: Path) -> None:
    pytest.importorskip("distributed")

    begun = time.monotonic()
    with pytest.raises(InputError, match=r"scheduler tcp://127\.0\.0\.1:9 cannot be reached within 8 s"):
        engines.crew_of("dask", order_of(sc.load_mission(QUICK), 0), 1, "tcp://127.0.0.1:9")
    assert time.monotonic() - begun < 10.0


@pytest.mark.heavy
def test_twice_as_many_lanes_give_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    """On this processor; another width is another program, compiled for this test."""
    words = command("--out", tmp_path / "ens")
    subprocess.run(words, check=True, env={**os.environ, "SKYCRANE_LANES": "128"})
    here, there = (pd.read_parquet(folder / "summary.parquet") for folder in (whole, tmp_path / "ens"))
    pd.testing.assert_frame_equal(here, there, check_exact=True)
    with pytest.raises(InputError, match=r"number of lanes \(SKYCRANE_LANES\) is 128, asked for is 64"):
        sc.run_ensemble(sc.load_mission(QUICK), N, SEED, engine="here", out=tmp_path / "ens", resume=True)


def test_a_case_is_flown_again_the_same(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["refly", str(whole), "117", "--no-report", "--out", str(tmp_path / "run")]) == 0
    assert "The same bytes as in the ensemble." in capsys.readouterr().out
    run = sc.open_run(tmp_path / "run")
    summary = sc.open_ensemble(whole).summary.loc[117]
    assert run.outcome["sentence"] == summary["sentence"]
    assert run.provenance["fly_again"] == f"skycrane land ./mission.toml --seed {SEED} --case 117 --out AGAIN"
    assert main(["refly", str(whole), str(N)]) == 2
    assert "must be from 0 to 199" in capsys.readouterr().err


def test_a_case_that_comes_out_differently_is_said_to(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An ensemble of another machine, stood in for by one number of its summary."""
    import shutil

    other = tmp_path / "ens"
    shutil.copytree(whole, other)
    summary = pd.read_parquet(other / "summary.parquet")
    summary.loc[3, "final.mach"] *= 1.0 + 1e-15
    summary.to_parquet(other / "summary.parquet")
    assert main(["refly", str(other), "3", "--no-report", "--out", str(tmp_path / "run")]) == 0
    assert "Not the same bytes as in the ensemble: 1 columns differ (final.mach)" in capsys.readouterr().out


def test_units_cover_every_batch_once() -> None:
    batches = [(64 * n, 64) for n in range(11)]
    units = engines.units_of(batches, [3, 64, 700], 4)
    assert [batch for unit in units for batch in unit.batches] == batches
    assert [len(unit.batches) for unit in units] == [4, 4, 3]
    assert [unit.keep for unit in units] == [(3, 64), (), (700,)]


@pytest.mark.parametrize("key", ["atmosphere.density_scale", "entry.speed_m_s"])
def test_a_state_that_is_no_number_is_an_outcome_of_its_own_and_costs_its_case_alone(key: str, tmp_path: Path) -> None:
    """One case in three is given a number that no flight survives."""
    mission = tmp_path / "broken.toml"
    mission.write_text(
        f'based_on = "{QUICK}"\nname = "broken"\n[[dispersions]]\nkey = "{key}"\ndistribution = "discrete"\n'
        f"values = [{1.0 if 'scale' in key else 5500.0}, 1e300]\nchances = [2.0, 1.0]\n"
    )
    ensemble = sc.run_ensemble(sc.load_mission(mission), 40, SEED, engine="here", out=tmp_path / "ens")
    broken = ensemble.summary[f"drawn.{key}"] > 1e10
    assert 5 < broken.sum() < 25
    assert set(ensemble.summary.loc[broken, "outcome"]) == {"numerical_trouble"}
    assert set(ensemble.summary.loc[~broken, "outcome"]) == {"height_reached"}
    assert ensemble.losses.loc["numerical_trouble", "cases"] == broken.sum()
    assert not ensemble.scorecard.loc["speed_at_20_km", "passed"]
    case = int(ensemble.summary.index[broken][0])
    alone = sc.fly(sc.load_mission(mission), seed=SEED, case=case)
    assert alone.outcome["sentence"] == ensemble.summary.loc[case, "sentence"]
