"""`skycrane watch` clears up after itself, however it is ended."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.web


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_ended_leaves_nothing_behind(run_folder: Path, tmp_path: Path, how: signal.Signals) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    words = [sys.executable, "-m", "skycrane", "watch", str(run_folder), "--no-open"]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert server.stdout is not None
    address = server.stdout.readline().split()[0]
    with urllib.request.urlopen(f"{address}run/run.json", timeout=60) as answer:  # the run is read, its folder made
        assert answer.status == 200
    assert list(tmp_path.iterdir()), f"nothing is made in {tempfile.gettempdir()} any more"
    server.send_signal(how)
    assert server.wait(30) == (130 if how == signal.SIGINT else 0)
    time.sleep(0.2)
    assert not list(tmp_path.iterdir())
