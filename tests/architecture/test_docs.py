"""Theory pages answer the same five questions, and the examples run."""

import re
import shlex
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


def test_no_two_sources_make_a_link_of_each_other() -> None:
    """`[a] [b]` is a link to b in Markdown: the pages are not built with it."""
    pages = [p for p in (ROOT / "docs").rglob("*.md") if re.search(r"\[[a-z_]+\d{4}\] \[[a-z_]+\d{4}\]", p.read_text())]
    assert not pages


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
@pytest.mark.usefixtures("flies")
def test_an_example_runs(example: Path, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, example], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip(), "an example prints what it found"


def shell_lines() -> list[tuple[str, str]]:
    """(page, command) of every `skycrane ...` line in a shell block of the pages."""
    found = []
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL):
            lines = (line.partition(" #")[0].strip() for line in block.splitlines())
            found += [(page.name, line) for line in lines if line.startswith("skycrane")]
    return found


@pytest.mark.parametrize(("page", "line"), shell_lines())
def test_a_command_of_the_pages_is_one(page: str, line: str) -> None:
    from skycrane.cli.command_line import parser

    chosen = parser().parse_args(shlex.split(line)[1:])
    assert chosen.command, page


def test_the_models_that_a_page_lists_are_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    from skycrane.cli import main

    text = (ROOT / "docs/howto/change_a_mission.md").read_text(encoding="utf-8")
    command, said = re.search(r"^skycrane (.+what) +# (.+)$", text, flags=re.MULTILINE).groups()  # type: ignore[union-attr]
    assert main(shlex.split(command)) == 2
    assert capsys.readouterr().err.strip().endswith(said)


def test_the_refusal_that_the_tutorial_shows_is_what_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    from skycrane.cli import main

    text = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
    command, said = re.search(r"^\$ skycrane (.+)\n(.+)$", text, flags=re.MULTILINE).groups()  # type: ignore[union-attr]
    assert main(shlex.split(command)) == 2
    assert capsys.readouterr().err.strip() == said
