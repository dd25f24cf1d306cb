"""`skycrane doctor --prune` takes away what cannot be used, and nothing else."""

import json
import os
import time
from pathlib import Path

import pytest

from skycrane.cli import main
from skycrane.flight import programs
from skycrane.flight.engine import configure
from skycrane.flight.programs import load_or_compile, stamp
from skycrane.flight.pruning import prune, unusable


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SKYCRANE_CACHE", str(tmp_path))
    configure()
    return tmp_path


def fill(folder: Path) -> None:
    """One program of this version, one of another, one half written, maps beside them; all written long ago."""
    load_or_compile("mine", lambda: lambda x: x + 1.0, (1.0,))
    (folder / "fly-other-1.key").write_text("fly-other-2.xla\nanother version")
    (folder / "fly-old-1.key").write_text("fly-old-2.xla")
    for name in ("fly-other-2.xla", "fly-old-2.xla", "fly-half.123-456", "safe-targets-1.npz"):
        (folder / name).write_bytes(b"x" * 1000)
    (folder / "terrain").mkdir()
    (folder / "terrain/jezero_like-1.npz").write_bytes(b"x")
    for path in folder.rglob("*"):
        os.utime(path, (time.time() - 1e5,) * 2)


def test_only_what_cannot_be_used_goes(cache: Path) -> None:
    fill(cache)
    files, size = prune()
    assert (files, size) == (5, 3000 + len("fly-other-2.xla\nanother version") + len("fly-old-2.xla"))
    left = sorted(path.name for path in cache.rglob("*") if path.is_file())
    assert [name.split("-")[0] for name in left] == ["jezero_like", "mine", "mine", "safe"]
    assert unusable() == []
    programs._kept.clear()  # from disk, not from memory
    assert float(load_or_compile("mine", lambda: pytest.fail("was compiled again"), (1.0,))(2.0)) == 3.0  # type: ignore[arg-type]


def test_a_program_that_was_just_written_stays(cache: Path) -> None:
    (cache / "fly-new.xla").write_bytes(b"x")
    assert prune() == (0, 0)


def test_doctor_says_how_much_and_removes_it(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(cache)
    assert main(["doctor", "--json"]) == 0
    before = json.loads(capsys.readouterr().out)
    assert before["cache"]["unusable_megabytes"] == pytest.approx(0.003, rel=0.05)
    assert main(["doctor", "--prune", "--json"]) == 0
    after = json.loads(capsys.readouterr().out)
    assert after["pruned"]["files"] == 5
    assert after["cache"]["unusable_megabytes"] == 0.0
    assert not list(cache.glob("fly-*"))


def test_the_stamp_follows_the_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    configure()
    first = stamp()
    programs._machine.cache_clear()
    stamp.cache_clear()
    monkeypatch.setenv("XLA_FLAGS", os.environ["XLA_FLAGS"] + " --xla_cpu_prefer_vector_width=256")
    try:
        assert stamp() != first
    finally:
        monkeypatch.undo()
        programs._machine.cache_clear()
        stamp.cache_clear()
