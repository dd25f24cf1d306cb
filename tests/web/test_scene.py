"""Twelve moments of the landing as the browser draws them, against small pictures that a person has looked at.

A picture and its reference are made small (64 by 36) before they are compared, which forgives single pixels: a bridle or an edge drawn a
pixel aside by another Chromium. The mean difference of a channel must stay below 2 % of its range; of the references the two most alike
are 5.0 % apart. And nine tenths of a picture must differ by less than 6 % (12 % between these two), so that a missing machine is found
though the sky is right.

`SKYCRANE_WRITE_REFERENCES=1` writes them anew: look at every one before it is committed.
"""

import io
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictured_run import pictured_run
from PIL import Image

from skycrane.cameras.scene import write_scene
from skycrane.experience.bundle import Extras
from skycrane.experience.publish import publish
from skycrane.experience.server import RunServer
from skycrane.experience.site import Flying, RunSite

REFERENCES = Path(__file__).parent / "scene"
WIDTH, HEIGHT = 640, 360
MEAN, MOST = 0.02, 0.06
MEMORY = 350e6  # [byte]


@dataclass(frozen=True)
class Moment:
    """A view at seconds after an event."""

    view: str
    event: str
    after: float


MOMENTS = {
    "entry_interface": Moment("chase", "entry_interface", 2.0),
    "peak_heating": Moment("chase", "peak_heating", 0.0),
    "reversal": Moment("chase", "bank_reversal_2", 2.0),
    "ballast": Moment("chase", "ballast_jettison_2", 0.6),
    "parachute_inflating": Moment("chase", "line_stretch", 0.35),
    "heat_shield_falling": Moment("chase", "heatshield_separation", 2.0),
    "backshell_separation": Moment("chase", "backshell_separation", 0.8),
    "powered_descent": Moment("chase", "powered_approach_start", 12.0),
    "sky_crane": Moment("chase", "bridle_deployed", 2.0),
    "sky_crane_from_the_stage": Moment("DDC", "bridle_deployed", 2.0),
    "touchdown": Moment("chase", "touchdown", 0.2),
    "flyaway": Moment("chase", "flyaway", 2.5),
    "rover_at_rest": Moment("chase", "flyaway", 20.0),
}


@pytest.fixture(scope="module")
def flown_folder(nominal: Any, tmp_path_factory: pytest.TempPathFactory, page_built: None) -> Path:
    """The nominal landing, flown: a scene needs attitudes and bodies, which the made-up landing of the page's tests has not."""
    return pictured_run(nominal, tmp_path_factory.mktemp("scene") / "run", home=False)


@pytest.fixture(scope="module")
def drawn(flown_folder: Path, drawing_browser: Any) -> Iterator["Drawn"]:
    """The page of the nominal landing with its scene, in a browser that draws."""
    site = RunSite(flown_folder, Extras(write_scene=write_scene))
    server = RunServer(site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = drawing_browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, bypass_csp=True)
    yield Drawn(context.new_page(), server.address, flown_folder)
    context.close()
    server.shutdown()
    server.server_close()
    site.close()


class Drawn:
    """A page whose clock stands still, and pictures of its scene alone."""

    def __init__(self, page: Any, address: str, run: Path) -> None:
        self.page, self.complaints = page, list[str]()
        self._at = {
            each["key"]: each["t_s"] for each in reversed(json.loads((run / "events.json").read_text(encoding="utf-8")))
        }
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{address}?t=0")
        page.wait_for_selector("canvas[data-drawn]", timeout=120_000)
        page.add_style_tag(
            content=f".stage{{position:fixed!important;inset:0!important;width:{WIDTH}px;height:{HEIGHT}px;z-index:99}}"
            ".stage>:not(canvas){display:none!important}"
        )

    def picture(self, moment: Moment, layers: str = "labels,plasma,dust") -> Image.Image:
        """What the canvas shows at a moment."""
        t = self._at[moment.event] + moment.after
        self.page.evaluate(f"location.hash = 't={t:.2f}&view={moment.view}&layers={layers}'")
        self.page.wait_for_selector(f'canvas[data-drawn="{moment.view} {t:.2f}"]', timeout=120_000, state="attached")
        shot = self.page.screenshot(timeout=120_000, clip={"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT})
        return Image.open(io.BytesIO(shot)).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Mean, and ninth decile, of the difference of two pictures made small, as a share of a channel's range."""
    a, b = (np.asarray(each.resize((64, 36), Image.Resampling.BOX), float) / 255 for each in (one, other))
    apart = np.abs(a - b)
    return float(apart.mean()), float(np.quantile(apart.max(axis=-1), 0.9))


@pytest.mark.heavy
@pytest.mark.parametrize("name", MOMENTS)
def test_a_moment_looks_as_it_did_when_it_was_looked_at(drawn: Drawn, name: str) -> None:
    picture = drawn.picture(MOMENTS[name])
    kept = REFERENCES / f"{name}.jpg"
    if os.environ.get("SKYCRANE_WRITE_REFERENCES"):
        kept.parent.mkdir(exist_ok=True)
        picture.resize((320, 180), Image.Resampling.LANCZOS).save(kept, quality=88)
    mean, most = difference(picture, Image.open(kept))
    assert mean < MEAN, f"{name}: {mean:.1%} apart in the mean"
    assert most < MOST, f"{name}: {most:.1%} apart in a tenth of the picture"
    assert drawn.complaints == []


@pytest.mark.heavy
def test_a_picture_of_another_moment_would_be_noticed() -> None:
    kept = [Image.open(REFERENCES / f"{name}.jpg") for name in MOMENTS]
    apart = [difference(kept[i], kept[j]) for i in range(len(kept)) for j in range(i)]
    assert all(mean > MEAN or most > MOST for mean, most in apart)


@pytest.mark.heavy
def test_the_scene_stays_within_the_memory_of_a_phone(drawn: Drawn) -> None:
    drawn.picture(MOMENTS["sky_crane"])
    session = drawn.page.context.new_cdp_session(drawn.page)
    session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")
    assert heap["usedSize"] + heap.get("backingStorageSize", 0.0) < MEMORY
    assert drawn.complaints == []


@pytest.mark.heavy
def test_the_page_of_a_real_landing_is_small_in_both_forms(flown_folder: Path, tmp_path: Path) -> None:
    extras = Extras(write_scene=write_scene)
    for out, single in ((tmp_path / "site", False), (tmp_path / "landing.html", True)):
        made = publish(flown_folder, out, single_file=single, extras=extras)
        written = [each for each in ([out] if single else out.rglob("*")) if each.is_file()]
        assert made.bytes == sum(each.stat().st_size for each in written)
        assert 4e6 < made.bytes < 15e6, "channels and ground are in it, and it can be sent by mail"


@pytest.mark.heavy
def test_dust_is_drawn_near_the_ground_alone(drawn: Drawn) -> None:
    """Switching its layer off changes the picture of the touchdown, and nothing before the engines are near the ground."""
    for name, shown in (("touchdown", True), ("powered_descent", False)):
        mean, _ = difference(drawn.picture(MOMENTS[name]), drawn.picture(MOMENTS[name], "labels,plasma"))
        assert (mean > 0.002) == shown, name


@pytest.mark.heavy
def test_who_stands_on_the_ground_sees_the_rover_at_rest(drawn: Drawn) -> None:
    """No rise of the ground in between, and large enough: its white deck and dark shadow in the middle of a picture of dust and sky."""
    drawn.picture(MOMENTS["rover_at_rest"])
    seen = drawn.picture(Moment("ground", "flyaway", 15.0), "plasma,dust").convert("L")
    middle = np.asarray(seen.crop((WIDTH // 2 - 60, HEIGHT // 2 - 40, WIDTH // 2 + 60, HEIGHT // 2 + 40)), float)
    beside = np.asarray(seen.crop((20, HEIGHT // 2 - 40, 140, HEIGHT // 2 + 40)), float)
    edges = [float(np.mean(np.abs(np.diff(each, axis=1)) > 25)) for each in (middle, beside)]
    assert edges[0] > 0.04, "a machine"
    assert edges[0] > 4 * edges[1], "and nothing like it beside"


@pytest.mark.heavy
def test_every_descent_camera_is_offered_and_a_picture_stands_in_from_its_moment_on(drawn: Drawn) -> None:
    offered = drawn.page.evaluate("() => [...document.querySelectorAll('.views button')].map((e) => e.textContent)")
    assert {"PUC_A", "PUC_B", "PUC_C", "DDC", "RUC", "RDC", "LCAM"} <= set(offered), "pictures or not"
    hidden = []
    for t in (404.5, 405.3):
        drawn.page.evaluate(f"location.hash = 't={t}&view=DDC'")
        drawn.page.wait_for_selector(f'canvas[data-drawn="DDC {t:.2f}"]', timeout=120_000, state="attached")
        hidden.append(drawn.page.evaluate("() => document.querySelector('.flat').hidden"))
    assert hidden == [True, False], "nobody sees a picture before it was taken"
    drawn.page.evaluate("location.hash = 't=430&view=PUC_B'")
    drawn.page.wait_for_selector('canvas[data-drawn="PUC_B 430.00"]', timeout=120_000, state="attached")
    said = drawn.page.evaluate("() => document.querySelector('.scene-note').textContent")
    assert "PUC_B was switched off" in said
    assert "view from outside" in said, "the backshell that carried it has come down"
    pressed = "() => document.querySelector('.views button[aria-pressed=true]').textContent"
    assert drawn.page.evaluate(pressed) == "Chase"


@pytest.mark.heavy
def test_a_flight_that_lands_elsewhere_stands_on_the_ground_that_is_drawn_there(
    nominal: Any, flown_folder: Path, drawing_browser: Any
) -> None:
    """The same landing two kilometres off and 37 m lower: its rover stands on the page's ground as the first one does."""
    away = np.array([2000.0, -700.0, -37.0])
    moved = {name: nominal.channels[name] + away for name in ("position_site", "rover_position_site")}
    elsewhere = replace(nominal, channels=nominal.channels.assign(moved))
    site = RunSite(flown_folder, Extras(write_scene=write_scene), Flying(lambda changes, tell: elsewhere))
    server = RunServer(site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = drawing_browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, bypass_csp=True)
    page = context.new_page()
    stands = []
    page.goto(f"{server.address}?t=435#tab=watch")
    for flight in range(2):
        if flight:
            page.evaluate("document.querySelector('[data-tab=what-if]').click()")
            page.get_by_role("button", name="Fly it").click()
            page.get_by_text("Your own flight").wait_for()
            page.evaluate("location.hash = 't=435&tab=watch'")
        page.wait_for_selector('canvas[data-drawn="chase 435.00"]', timeout=120_000, state="attached")
        stands.append(float(page.locator("canvas.scene").get_attribute("data-rover").split()[0]))
    context.close()
    server.shutdown()
    server.server_close()
    site.close()
    assert stands[1] == pytest.approx(stands[0], abs=0.02)
