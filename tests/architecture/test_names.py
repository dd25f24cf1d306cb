"""Files are short and named for what is in them; the repository stands by itself."""

import re
import subprocess
from pathlib import Path

import pytest

LONGEST = 400
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "stuff"}
FOLDERS = ("src", "tests", "examples", "benchmarks", "scripts")
# Where somebody happens to have built this, in pieces so that this file passes its own test.
NOT_OURS = tuple("".join(pieces) for pieces in (
    ("/", "work/"), ("/", "root/"), ("..", "/shared"), (".", "library/"), ("tools/", "newcomer"),
    ("pypi", ".org"), ("files.python", "hosted"), ("registry", ".npmjs"), ("issues", " show"),
))  # fmt: skip


def python_files(root: Path) -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py"))


def test_no_file_is_over_400_lines(root: Path) -> None:
    lengths = {str(path.relative_to(root)): len(path.read_text().splitlines()) for path in python_files(root)}
    assert not {path: lines for path, lines in lengths.items() if lines > LONGEST}


def test_no_file_has_a_name_that_says_nothing(root: Path) -> None:
    empty = [
        str(path.relative_to(root))
        for path in python_files(root)
        if any(set(part.split("_")) & EMPTY_NAMES for part in path.relative_to(root).with_suffix("").parts)
    ]
    assert not empty, empty


def test_every_module_says_what_it_is(root: Path) -> None:
    silent = [
        str(path.relative_to(root))
        for path in sorted((root / "src").rglob("*.py"))
        if path.read_text().strip() and not re.match(r'\s*(?:#.*\n)*r?"""', path.read_text())
    ]
    assert not silent, silent


def test_the_repository_does_not_name_the_place_where_it_was_built(root: Path) -> None:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    found = []
    for name in filter(None, listing.stdout.split("\0")):
        path = root / name
        text = path.read_bytes().decode("utf-8", errors="ignore") if path.is_file() else ""
        found += [f"{name}: {word}" for word in NOT_OURS if word in text]
    assert not found, found


def test_every_event_of_a_flight_has_its_words() -> None:
    from skycrane.flight.catalogue import CATALOGUE
    from skycrane.record.callouts import CALLOUTS

    assert set(CATALOGUE) <= set(CALLOUTS)
