"""A real browser on a real server. Where browser or page is missing, the tests say so and are skipped."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictured_run import pictured_run
from unit.synthetic_record import synthetic_record

from skycrane.experience.page_files import PAGE
from skycrane.experience.server import RunServer
from skycrane.experience.site import RunSite
from skycrane.mission import load_mission
from skycrane.record import FlightRecord, describe_provenance

_ARGUMENTS = ("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync")
FLAT = ["--disable-gpu", "--disable-3d-apis"]
DRAWING = ["--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@pytest.fixture(scope="session")
def page_built() -> None:
    """The page of `web/`."""
    if not (PAGE / "single" / "page.js").is_file():
        pytest.skip("the web page is not built (make page), so nothing of it can be looked at")


@pytest.fixture(scope="session")
def landing() -> FlightRecord:
    """A made-up landing of the mission that ships, so that the page is looked at without the engine."""
    mission = load_mission("mars2020").to_toml()
    provenance = describe_provenance(mission_name="mars2020", mission_toml=mission, seed=None, sources=["way2022"])
    record = synthetic_record(seed=None)
    north, east, radius = (record.channels[name].values for name in ("latitude", "longitude", "radius"))
    north, east = np.radians(north), np.radians(east)
    place = radius * np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
    channels = record.channels.assign(position_mcmf=(("time", "axis"), place.T))
    outcome = {**record.outcome, "outcome": "landed"}
    return replace(record, channels=channels, outcome=outcome, mission=mission, provenance=provenance)


@pytest.fixture(scope="session")
def run_folder(landing: FlightRecord, tmp_path_factory: pytest.TempPathFactory, page_built: None) -> Path:
    """That landing with pictures that came home."""
    return pictured_run(landing, tmp_path_factory.mktemp("web") / "run")


@pytest.fixture(scope="session")
def served(run_folder: Path) -> Iterator[str]:
    """The address of a server of that run, which cannot fly."""
    site = RunSite(run_folder)
    server = RunServer(site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.address
    server.shutdown()
    server.server_close()
    site.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    """The driver of browsers: one for all of them, a process takes no second."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed, so no browser can be driven"
    )
    with sync_api.sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Any) -> Iterator[Any]:
    """Chromium without WebGL: journeys are about the page, the scene has tests of its own."""
    yield from launched(playwright, FLAT)


@pytest.fixture(scope="session")
def drawing_browser(playwright: Any) -> Iterator[Any]:
    """Chromium that draws WebGL on the processor: the same pictures on every machine, a few seconds each."""
    yield from launched(playwright, DRAWING)


def launched(playwright: Any, arguments: list[str]) -> Iterator[Any]:
    """A Chromium that is installed on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("SKYCRANE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium is installed (set SKYCRANE_CHROMIUM), so the page is not looked at in a browser")
    made = playwright.chromium.launch(executable_path=found, headless=True, args=[*_ARGUMENTS, *arguments])
    yield made
    made.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """`visit(address, width=1280, height=800)` opens the page and waits until it is ready; errors on its console fail the test."""
    pages, complaints = [], []

    def go(address: str, width: int = 1280, height: int = 800, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        page.wait_for_selector("#page[data-ready=true]", timeout=20_000)
        pages.append(context)
        return page

    yield go
    for each in pages:
        each.close()
    assert not complaints
