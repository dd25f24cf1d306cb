"""Who flies an ensemble goes away: a sentence says what is safe and how to go on, unless it is our fault."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import skycrane as sc
from skycrane.core.errors import InputError
from skycrane.ensemble import engines

QUICK = Path(__file__).parents[1] / "missions" / "quick.toml"
MANY = 2048  # cases that are not all flown before anybody can be stopped
N, SEED = 200, 5


@pytest.fixture(scope="module")
def mission() -> sc.Mission:
    return sc.load_mission(QUICK)


def test_workers_that_the_machine_kills_are_not_a_defect_of_ours(
    mission: sc.Mission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever flies is killed at once: after three deaths a sentence says what is safe and how to go on."""
    from skycrane.ensemble.engines import processes

    fly = processes._Worker.fly

    def killed(self: processes._Worker, unit: engines.Unit) -> None:
        fly(self, unit)
        self.process.kill()

    monkeypatch.setattr(processes._Worker, "fly", killed)
    with pytest.raises(InputError, match=r"3 workers were killed over cases .* are safe, fly the others with --resume"):
        sc.run_ensemble(mission, N, SEED, engine="processes", workers=2, out=tmp_path / "ens")


@pytest.mark.parametrize("status", [1, -11])
def test_workers_that_die_of_themselves_are(
    mission: sc.Mission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    from skycrane.ensemble.engines import processes

    monkeypatch.setattr(processes._Worker, "status", lambda _: status)
    monkeypatch.setattr(processes._Worker, "fly", lambda self, unit: (setattr(self, "unit", unit), self.process.kill()))
    with pytest.raises(RuntimeError, match=f"3 workers died over cases .*, the last with status {status}"):
        sc.run_ensemble(mission, N, SEED, engine="processes", workers=2, out=tmp_path / "ens")


def test_a_scheduler_that_goes_away_is_a_sentence_and_the_rest_can_be_flown(
    mission: sc.Mission, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("distributed")
    program = "import sys; from distributed.cli.{0} import main; sys.argv = ['{0}', *sys.argv[1:]]; main()"
    at, source = f"tcp://127.0.0.1:{_free_port()}", str(Path(sc.__file__).parents[1])
    begin = lambda name, *words: subprocess.Popen(  # noqa: E731
        [sys.executable, "-c", program.format(f"dask_{name}"), *words, "--no-dashboard"],
        env={**os.environ, "PYTHONPATH": source}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    scheduler = begin("scheduler", "--host", "127.0.0.1", "--port", at.rpartition(":")[2])
    worker = begin("worker", at, "--nthreads", "1", "--no-nanny", "--death-timeout", "60")
    try:
        for _ in range(60):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", int(at.rpartition(":")[2]))):
                break
            time.sleep(0.5)
        _wait_for_worker(at)
        with pytest.raises(InputError, match=f"connection to scheduler {at} was lost; .* --resume"):
            sc.run_ensemble(
                mission, MANY, SEED, engine="dask", scheduler=at, out=tmp_path / "ens",
                on_progress=lambda _: scheduler.kill(),
            )  # fmt: skip
    finally:
        for each in (scheduler, worker):
            each.kill()
            each.wait()
    assert "Traceback" not in capfd.readouterr().err
    sc.run_ensemble(mission, MANY, SEED, engine="here", out=tmp_path / "ens", resume=True)
    again = pd.read_parquet(tmp_path / "ens" / "summary.parquet")
    there = sc.run_ensemble(mission, MANY, SEED, engine="here", out=tmp_path / "whole").summary
    pd.testing.assert_frame_equal(again, there, check_exact=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _wait_for_worker(at: str) -> None:
    from distributed import Client

    with Client(at, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=60)
