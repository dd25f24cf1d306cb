"""Theory pages answer the same five questions, and the examples run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEADINGS = ("Equations", "Assumptions", "Limits", "Validation", "Sources")
PAGES = sorted(p for p in (ROOT / "docs/theory").glob("*.md") if p.stem not in ("index", "template"))
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_theory_page_has_every_heading(page: Path) -> None:
    headings = re.findall(r"^## (.+?)\s*$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    missing = [heading for heading in HEADINGS if heading not in headings]
    assert not missing, missing


def test_every_theory_page_is_in_the_list_and_in_the_menu() -> None:
    index, menu = (ROOT / "docs/theory/index.md").read_text(), (ROOT / "mkdocs.yml").read_text()
    absent = [page.name for page in PAGES if f"({page.name})" not in index or f"theory/{page.name}" not in menu]
    assert not absent, absent


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
@pytest.mark.usefixtures("flies")
def test_an_example_runs(example: Path, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, example], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip(), "an example prints what it found"
