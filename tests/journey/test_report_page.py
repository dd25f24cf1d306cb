"""From a run to the engineer's page: one file, nothing fetched, every section there or its absence explained."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from unit.synthetic_record import synthetic_record

from skycrane.core.errors import InputError
from skycrane.record import FlightRecord
from skycrane.report import write_report

SECTIONS = [
    "summary",
    "timeline",
    "altitude-speed",
    "deceleration",
    "mach-pressure",
    "bank",
    "attitude",
    "throttles",
    "ground-track",
    "bridles",
    "navigation",
    "compared",
    "assumed",
    "origin",
]


@pytest.fixture(scope="module")
def record() -> FlightRecord:
    return synthetic_record()


@pytest.fixture(scope="module")
def page(record: FlightRecord, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = write_report(record, tmp_path_factory.mktemp("report") / "report.html")
    return path.read_text(encoding="utf-8")


def test_the_page_has_every_section_and_a_way_to_each(page: str) -> None:
    assert re.findall(r'<section id="([\w-]+)">', page) == SECTIONS
    assert re.findall(r"<nav.*?</nav>", page)[0].count("<a href=") == len(SECTIONS)


def test_nothing_is_fetched_and_the_page_is_small(page: str) -> None:
    assert len(page.encode()) < 3_000_000
    assert not re.findall(r'(?:src|href)="(?!#)[^"]*"|url\(\s*[\'"]?http|@import|<script|<link|<image', page)


def test_every_drawing_is_described(page: str) -> None:
    drawings = re.findall(r"<svg[^>]*>", page)
    assert all('aria-label="' in each or 'aria-hidden="true"' in each for each in drawings)
    assert sum('role="img"' in each for each in drawings) == 10


def test_every_event_can_say_why(page: str, record: FlightRecord) -> None:
    table = page[page.index('<table class="events">') : page.index('<section id="altitude-speed">')]
    assert table.count("<details>") == len(record.events)
    assert all(event.because["condition"] in table for event in record.events)


def test_tags_are_closed_and_ids_unique(page: str) -> None:
    checker = _Tags()
    checker.feed(page)
    assert not checker.open
    assert len(checker.ids) == len(set(checker.ids))


def test_the_real_mission_is_drawn_in_its_own_colour(page: str) -> None:
    figures = re.findall(
        r'<section id="(altitude-speed|deceleration|mach-pressure|bank)">(.*?)</section>', page, re.DOTALL
    )
    assert all("var(--real)" in content for _, content in figures)
    assert "real mission" in page


def test_the_same_record_gives_the_same_page(record: FlightRecord, page: str, tmp_path: Path) -> None:
    assert write_report(record, tmp_path / "again.html").read_text(encoding="utf-8") == page


def test_a_mission_without_engines_or_bridles_is_told_so(tmp_path: Path) -> None:
    capsule = synthetic_record(sky_crane=False, powered=False, seed=None)
    page = write_report(capsule, tmp_path / "capsule.html").read_text(encoding="utf-8")
    assert "No descent engine burned" in page
    assert "lowered nothing on bridles" in page
    assert "nominal flight" in page
    assert re.findall(r'<section id="([\w-]+)">', page) == SECTIONS


def test_a_record_with_hardly_a_channel_still_gives_a_page(record: FlightRecord, tmp_path: Path) -> None:
    bare = FlightRecord(record.channels[["mass"]], [], {"outcome": "skip_out"}, 'name = "bare"\n', {})
    page = write_report(bare, tmp_path / "bare.html").read_text(encoding="utf-8")
    assert "skip out" in page
    assert "nothing to compare with" in page
    assert page.count('class="missing"') == 10


def test_a_run_folder_gets_its_report_inside(record: FlightRecord, tmp_path: Path) -> None:
    run = record.save(tmp_path / "run")
    assert write_report(run) == run / "report.html"
    with pytest.raises(InputError, match="cannot write"):
        write_report(run, tmp_path / "nowhere" / "report.html")


def test_what_the_mission_says_is_escaped(record: FlightRecord, tmp_path: Path) -> None:
    hostile = FlightRecord(
        record.channels[["mass"]], [], {"outcome": "<script>"}, 'name = "x"\n', {"mission": "<b>x</b>"}
    )
    page = write_report(hostile, tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "<b>x</b>" not in page


def test_records_are_read_without_jax_and_compared_without_a_plotting_library() -> None:
    code = (
        "import sys, skycrane.record, skycrane.report, skycrane.report.compare\n"
        "assert 'matplotlib' not in sys.modules\n"
        "import skycrane.report.page, skycrane.record.channels_dataset\n"
        "assert 'jax' not in sys.modules and 'jaxlib' not in sys.modules\n"
        "assert not [name for name in sys.modules if name.startswith(('skycrane.flight', 'skycrane.gnc'))]\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class _Tags(HTMLParser):
    """Open tags and ids of a page."""

    VOID = ("meta", "br", "img", "link", "hr", "input")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
