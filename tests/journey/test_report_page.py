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


def picture_folder(record: FlightRecord, run: Path, times: tuple[float, ...]) -> None:
    """A run whose pictures are plain squares, as the catalogue lists them."""
    import json

    import numpy as np
    from PIL import Image

    record.save(run)
    (run / "pictures").mkdir()
    rows = []
    for number, time in enumerate(times):
        name = f"SIM_{number}.png"
        Image.fromarray(np.full((300, 600, 3), 10 * number, np.uint8)).save(run / "pictures" / name)
        told = {"camera": "DDC", "time_s": time, "tells": "", "quality": "draft", "terrain": "jezero_like"}
        rows.append({"caption": f"SIMULATED. DDC <{number}>", "image_files": {"medium": name}, "skycrane": told})
    (run / "pictures/catalogue.json").write_text(json.dumps({"images": rows}))


def test_pictures_are_inside_the_page_small_in_order_and_said_to_be_simulated(
    record: FlightRecord, tmp_path: Path
) -> None:
    import base64
    import io

    from PIL import Image

    run = tmp_path / "run"
    picture_folder(record, run, tuple(20.0 - n for n in range(14)))
    text = write_report(run).read_text(encoding="utf-8")
    section = re.search(r'<section id="pictures">.*?</section>', text, re.DOTALL)
    assert section is not None
    codes = re.findall(r'src="data:image/jpeg;base64,([^"]+)"', section[0])
    assert len(codes) == 12
    assert "14 pictures were taken" in section[0]
    first = Image.open(io.BytesIO(base64.b64decode(codes[0])))
    assert first.format == "JPEG"
    assert first.size == (480, 240)
    assert section[0].count("<figcaption>SIMULATED. DDC &lt;") == 12
    assert section[0].index("&lt;11&gt;") < section[0].index("&lt;0&gt;"), "earlier pictures come first"
    assert "http" not in section[0]
    assert 'id="pictures"' not in write_report(record, tmp_path / "bare.html").read_text(encoding="utf-8")


def test_a_damaged_picture_is_named_and_the_old_page_stays(record: FlightRecord, tmp_path: Path) -> None:
    run = tmp_path / "run"
    picture_folder(record, run, (1.0, 2.0))
    before = write_report(run).read_bytes()
    whole = (run / "pictures/SIM_1.png").read_bytes()
    (run / "pictures/SIM_1.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"SIM_1\.png is damaged"):
        write_report(run)
    (run / "pictures/catalogue.json").write_text("{}")
    with pytest.raises(InputError, match=r"catalogue\.json is damaged"):
        write_report(run)
    assert (run / "report.html").read_bytes() == before
