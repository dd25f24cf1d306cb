"""Change something, fly it, watch what comes of it."""

import io
import threading
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictured_run import pictured_run
from PIL import Image

from skycrane.experience.bundle import Extras
from skycrane.experience.contents import Ellipse, EnsembleCase, EnsembleInfo
from skycrane.experience.server import RunServer
from skycrane.experience.site import Flying, RunSite


def served_with(run_folder: Path, flying: Flying, extras: Extras | None = None) -> tuple[RunServer, RunSite]:
    site = RunSite(run_folder, extras, flying)
    server = RunServer(site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, site


def test_a_loss_ends_in_a_kind_report(run_folder: Path, landing: Any, visit: Callable[..., Any]) -> None:
    asked: list[dict[str, Any]] = []
    lost = {"t_s": 380.0, "name": "propellant_empty", "sentence": "the propellant ran out 120 m above the ground"}

    def fly(changes: dict[str, Any], tell: Any) -> Any:
        asked.append(changes)
        return replace(
            landing, outcome={"success": False, "outcome": "propellant_empty", "sentence": "Lost.", "losses": [lost]}
        )

    server, site = served_with(run_folder, Flying(fly))
    page = visit(f"{server.address}#tab=what-if&units=si")
    page.get_by_role("slider", name="Parachute").fill("10")
    page.get_by_label("Lander vision").uncheck()
    page.get_by_label("Rocket guidance").select_option("convex")
    page.get_by_role("button", name="Fly it").click()
    page.get_by_text("Your own flight").wait_for()
    assert asked == [
        {
            "vehicle.parachute.nominal_diameter_m": 10.0,
            "powered_descent.model": "convex",
            "lander_vision.start_height_m": 0.5,
        }
    ]
    assert "Lander vision off" in page.locator(".notes").inner_text()
    assert "Rocket guidance “least fuel”" in page.locator(".notes").inner_text()
    page.get_by_role("navigation").get_by_role("button", name="What if?").click()
    report = page.locator(".loss").inner_text()
    for words in (
        "tanks ran dry",
        "380.0 s",
        "120 m",
        "least fuel",
        "landed with Parachute 21.5 m and Lander vision on and Rocket guidance smooth curve",
    ):
        assert words in report.replace("\u202f", " ")
    page.get_by_role("button", name="Back to the first flight").click()
    assert page.locator(".notes").is_hidden()
    server.shutdown()
    site.close()


def test_a_slider_shows_the_missions_own_value_and_finds_back_to_it(
    run_folder: Path, landing: Any, visit: Callable[..., Any]
) -> None:
    server, site = served_with(run_folder, Flying(lambda changes, tell: landing))
    page = visit(f"{server.address}#tab=what-if&units=si")
    slider = page.get_by_role("slider", name="Entry angle")
    said = page.locator("output[for=what-entry-flight_path_angle_deg]")
    assert tomllib.loads(landing.mission)["entry"]["flight_path_angle_deg"] == pytest.approx(-16.148, abs=5e-4)
    assert said.inner_text() == "\u221216.148°"
    back = page.get_by_role("button", name="Back to \u221216.148°")
    assert back.is_hidden()
    slider.fill("-15")
    assert said.inner_text() == "\u221215.0°"
    back.click()
    assert said.inner_text() == "\u221216.148°"
    assert slider.get_attribute("aria-valuetext") == "\u221216.148°"
    server.shutdown()
    site.close()


def test_a_dot_of_an_ensemble_flies_its_case(run_folder: Path, landing: Any, visit: Callable[..., Any]) -> None:
    flown: list[int] = []

    def case(number: int, tell: Any) -> Any:
        flown.append(number)
        return landing

    cases = [
        EnsembleCase(
            case=n, east_m=500.0 * n, north_m=-300.0 * n, outcome="landed", sentence=f"Case {n}.", success=n != 2
        )
        for n in range(4)
    ]
    ellipse = Ellipse(east_m=750.0, north_m=-450.0, half_axes_m=[2000.0, 1000.0], azimuth_deg=30.0, share=0.99)
    cloud = EnsembleInfo(n=4, seed=1, landed=3, cases=cases, ellipse=ellipse)
    server, site = served_with(run_folder, Flying(lambda changes, tell: landing, case), Extras(ensemble=cloud))
    page = visit(f"{server.address}#tab=many&units=si")
    assert page.locator(".cloud .case").count() == 4
    assert page.locator(".cloud .case.lost").count() == 1
    east, south = map(float, page.locator(".cloud .target").get_attribute("transform")[len("translate(") : -1].split())
    # 18.4649 N 77.4295 E from 18.4446 N 77.4509 E, a degree of latitude being 59.2 km there
    assert abs(east + 0.0214 * 59_245 * 0.9486) < 5.0
    assert abs(south + 0.0203 * 59_245) < 5.0
    page.locator(".cloud .case").nth(3).click()
    page.get_by_text("Your own flight").wait_for()
    assert flown == [3]
    server.shutdown()
    site.close()


def test_the_cloud_lies_on_the_ground_with_north_up(
    run_folder: Path, landing: Any, browser: Any, visit: Callable[..., Any]
) -> None:
    def write_scene(run: Path, folder: Path) -> dict[str, Any]:
        """Ground that is red in the south and blue in the north, and a finer piece that is too small for the map."""
        folder.mkdir()
        rows = np.zeros((64, 64, 3), np.uint8)
        rows[:32, :, 0], rows[32:, :, 2] = 255, 255
        for number in range(2):
            Image.fromarray(rows).save(folder / f"light{number}.webp", lossless=True)
        levels = [
            {"west": -half, "south": -half, "spacing": half / 256, "light": f"light{n}.webp"}
            for n, half in enumerate((4000.0, 900.0))
        ]
        return {"ground": {"cells": 512, "levels": levels}}

    cases = [EnsembleCase(case=0, east_m=900.0, north_m=0.0, outcome="landed", sentence="Down.", success=True)]
    cloud = EnsembleInfo(n=1, seed=1, landed=1, cases=cases, ellipse=None)
    flying = Flying(lambda changes, tell: landing)
    server, site = served_with(run_folder, flying, Extras(ensemble=cloud, write_scene=write_scene))
    page = visit(f"{server.address}#tab=many&units=si")
    page.wait_for_selector(".map-ground[href]", state="attached")
    assert page.locator(".map-ground").get_attribute("href") == "run/scene/light0.webp"
    page.wait_for_timeout(500)
    drawn = np.asarray(Image.open(io.BytesIO(page.locator(".cloud").screenshot())).convert("RGB")).astype(int)
    tall, wide = drawn.shape[:2]
    north, south = drawn[tall // 10, wide // 2 + 7], drawn[tall - tall // 10, wide // 2 + 7]
    assert north[2] > north[0] + 60
    assert south[0] > south[2] + 60
    server.shutdown()
    site.close()


@pytest.mark.heavy
def test_the_real_engine_flies_what_is_asked(nominal: Any, tmp_path: Path, visit: Callable[..., Any]) -> None:
    from skycrane.cli.flying import EngineProcess

    run_folder = pictured_run(nominal, tmp_path / "run")
    engine = EngineProcess(run_folder)
    server, site = served_with(run_folder, engine.for_page())
    page = visit(f"{server.address}#tab=what-if&units=si")
    page.get_by_role("slider", name="Parachute").fill("8")
    page.get_by_role("button", name="Fly it").click()
    page.get_by_text("Your own flight").wait_for(timeout=300_000)
    page.get_by_role("navigation").get_by_role("button", name="What if?").click()
    assert "What would have saved it" in page.locator(".loss").inner_text()
    server.shutdown()
    site.close()
    engine.close()
