"""Compiled programs are found again: in the same process without the disk, from the disk without tracing."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skycrane.flight import engine, programs


@pytest.fixture
def traced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A cache of its own; the list grows by one with each tracing."""
    engine.configure()
    monkeypatch.setenv("SKYCRANE_CACHE", str(tmp_path))
    yield []
    for pointer in [kept for kept in programs._kept if kept.parent == tmp_path]:
        del programs._kept[pointer]


def doubled(traced: list[str]) -> Callable[[], Callable[..., Any]]:
    def build() -> Callable[..., Any]:
        traced.append("")
        return lambda x: {"twice": 2.0 * x}

    return build


def test_a_second_call_in_one_process_neither_traces_nor_reads(traced: list[str], tmp_path: Path) -> None:
    x = np.arange(3.0)
    first = programs.load_or_compile("test-double", doubled(traced), (x,))
    for file in tmp_path.iterdir():
        file.unlink()
    again = programs.load_or_compile("test-double", doubled(traced), (x,))
    assert len(traced) == 1
    assert again(x)["twice"] == pytest.approx([0.0, 2.0, 4.0])
    assert first.gives["twice"].shape == again.gives["twice"].shape == (3,)


def test_another_process_finds_it_without_tracing(traced: list[str]) -> None:
    x = np.arange(3.0)
    programs.load_or_compile("test-double", doubled(traced), (x,))
    programs._kept.clear()  # what another process starts with
    there = programs.find("test-double", (x,))
    assert there is not None
    assert len(traced) == 1
    assert there(x)["twice"] == pytest.approx([0.0, 2.0, 4.0])


def test_other_shapes_are_another_program(traced: list[str]) -> None:
    programs.load_or_compile("test-double", doubled(traced), (np.arange(3.0),))
    assert programs.find("test-double", (np.arange(4.0),)) is None


def test_a_damaged_file_is_compiled_anew(traced: list[str], tmp_path: Path) -> None:
    x = np.arange(3.0)
    programs.load_or_compile("test-double", doubled(traced), (x,))
    programs._kept.clear()
    for file in tmp_path.glob("*.xla"):
        file.write_bytes(b"half")
    program = programs.load_or_compile("test-double", doubled(traced), (x,))
    assert len(traced) == 2
    assert program(x)["twice"] == pytest.approx([0.0, 2.0, 4.0])


def test_a_file_that_cannot_be_had_just_now_stays(
    traced: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jax.experimental import serialize_executable

    def full(*given: Any) -> Any:
        raise MemoryError

    x = np.arange(3.0)
    programs.load_or_compile("test-double", doubled(traced), (x,))
    programs._kept.clear()
    with monkeypatch.context() as trouble:
        trouble.setattr(serialize_executable, "deserialize_and_load", full)
        assert programs.find("test-double", (x,)) is None
    assert programs.find("test-double", (x,)) is not None, "another process, or this one later, reads it"


def test_only_the_programs_used_last_are_kept(traced: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_KEPT", 2)
    for size in (2, 3, 4):
        programs.load_or_compile("test-double", doubled(traced), (np.arange(float(size)),))
    assert len(programs._kept) == 2


def test_flags_that_come_too_late_are_not_claimed() -> None:
    """XLA reads its flags as it starts: after that they must not be part of what a program is found by."""
    late = (
        "import os, warnings; import jax.numpy as jnp; jnp.ones(2).sum()\n"
        "from skycrane.flight import engine\n"
        "with warnings.catch_warnings(record=True) as told:\n"
        "    warnings.simplefilter('always'); engine.configure()\n"
        "print([w.category.__name__ for w in told], repr(os.environ.get('XLA_FLAGS')))\n"
    )
    without = {name: value for name, value in os.environ.items() if name != "XLA_FLAGS"}
    run = subprocess.run([sys.executable, "-c", late], env=without, capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[0] == "['RuntimeWarning'] None"


@pytest.mark.parametrize("cannot", ["be made", "be written"])
def test_a_cache_that_cannot_be_used_costs_time_and_nothing_else(
    traced: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cannot: str
) -> None:
    """Below a file there is no folder; on a file system that is only read even deleting what is not there is refused."""
    if cannot == "be made":
        (tmp_path / "file").write_text("no folder")
        monkeypatch.setenv("SKYCRANE_CACHE", str(tmp_path / "file" / "cache"))
    else:

        def refused(*_: object, **__: object) -> None:
            raise OSError(errno.EROFS, "Read-only file system")

        for name in ("mkdir", "unlink", "write_bytes", "replace"):
            monkeypatch.setattr(Path, name, refused)
    program = programs.load_or_compile("test-double", doubled(traced), (np.arange(3.0),))
    assert program(np.arange(3.0))["twice"] == pytest.approx([0.0, 2.0, 4.0])
