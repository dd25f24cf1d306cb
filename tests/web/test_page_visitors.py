"""What a visitor does beside the usual way: links of others, a tab left alone, a finger, a phone on its side, how Earth heard of it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Visit = Callable[..., Any]


def test_units_are_known_by_the_speed_they_show_and_others_are_said(served: str, visit: Visit) -> None:
    assert visit(f"{served}?t=300#units=mph").locator(".units").inner_text() == "mph"
    page = visit(f"{served}?t=300#units=knots")
    assert page.locator(".units").inner_text() == "km/h"
    assert "knots" in page.locator(".toast").inner_text()
    assert "imperial (mph)" in page.locator(".toast").inner_text()


def test_live_goes_on_while_nobody_looks(served: str, browser: Any) -> None:
    """Whoever waits eleven minutes looks at something else meanwhile: two minutes without a frame are two minutes."""
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    page.goto(served)
    page.wait_for_selector("#page[data-ready=true]")
    page.keyboard.press("v")
    page.clock.run_for(1000)
    before = page.locator(".elapsed").inner_text()
    page.clock.fast_forward(120_000)
    page.clock.run_for(1000)
    after = page.locator(".elapsed").inner_text()
    context.close()
    minutes = [int(each.split("\u2212")[1].split(":")[0]) for each in (before, after)]
    assert minutes[0] - minutes[1] == 2


def test_line_stretch_is_counted_down_to(served: str, visit: Visit) -> None:
    assert "Lines stretched" in visit(f"{served}?t=241.0").locator(".next").inner_text()


def test_keys_can_be_pressed_without_a_keyboard(served: str, visit: Visit) -> None:
    page = visit(f"{served}?t=0")
    page.get_by_role("button", name="Help: keys").click()
    page.get_by_role("dialog", name="Keys").get_by_role("button", name="T: touchdown").click()
    assert page.get_by_role("dialog", name="Keys").is_hidden()
    assert page.locator(".phase").inner_text() == "Sky crane"


def test_the_keyboard_stays_where_it_chose_a_view(served: str, visit: Visit) -> None:
    page = visit(f"{served}?t=300")
    page.get_by_role("toolbar", name="Views").get_by_role("button", name="RDC").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.textContent") == "RDC"


def test_no_tab_is_cut_on_a_phone(served: str, visit: Visit) -> None:
    page = visit(f"{served}?t=300", width=360, height=740)
    ends = page.evaluate(
        "() => [...document.querySelectorAll('.tabs button')].map((e) => e.getBoundingClientRect().right)"
    )
    assert len(ends) > 4
    assert max(ends) <= 360
    assert page.get_by_role("navigation").get_by_role("button", name="Landing day").is_visible(), "its name is whole"


def test_a_phone_on_its_side_shows_scene_and_figures(served: str, visit: Visit) -> None:
    page = visit(f"{served}?t=300", width=740, height=360)
    top = page.locator(".bottom").bounding_box()["y"]
    for each in (*page.locator(".figure").all(), page.locator(".phase"), page.locator(".next")):
        box = each.bounding_box()
        assert box["y"] + box["height"] < top, "nothing lies under the timeline"
    assert page.locator(".stage").bounding_box()["height"] > 200


def test_pictures_in_the_gallery_are_whole(served: str, visit: Visit) -> None:
    """A picture of any shape shows its corners, where SIMULATED stands."""
    page = visit(f"{served}?t=400#tab=pictures")
    fits = page.evaluate("() => [...document.querySelectorAll('.card img')].map((e) => getComputedStyle(e).objectFit)")
    assert set(fits) == {"contain"}


def test_why_now_says_how_earth_heard_of_it_and_live_that_nothing_is_heard(
    served: str, visit: Visit, run_folder: Path, landing: Any
) -> None:
    told = json.loads((run_folder / "downlink/arrivals.json").read_text(encoding="utf-8"))
    ways = {each["key"]: each for each in told["heard"]}
    rise = {each["orbiter"]: each["rise_s"] for each in reversed(told["passes"])}
    severity = {each.key: each.severity for each in landing.events}
    seen = set()
    for key, way in ways.items():
        early = way["way"] in rise and way["happened_s"] < rise[way["way"]]
        kind = (way["way"] == "tones", way["heard_utc"] is None, early)
        if kind in seen or severity[key] != "ACTIVITY_HI":
            continue
        seen.add(kind)
        page = visit(f"{served}?t={way['happened_s'] + 0.01:.2f}#tab=watch")
        page.keyboard.press("w")
        text = page.locator(".heard").inner_text()
        assert ("Nobody heard" if way["heard_utc"] is None else way["heard_utc"][11:17]) in text
        assert ("radio tone" in text) == (way["way"] == "tones")
        assert ("at the landing site it rises" in text) == early
    assert len(seen) > 1
    middle = (told["silences"][0]["from_s"] + told["silences"][0]["to_s"]) / 2
    page = visit(f"{served}#t=10")
    page.keyboard.press("v")
    page.evaluate(f"location.hash = 't={middle:.1f}'")
    page.locator(".phase-sentence", has_text="Radio silence").wait_for()


def test_the_large_figures_have_no_powers_of_ten(served: str, visit: Visit, landing: Any) -> None:
    """High above the air it brakes with some ten-thousandths of g."""
    braking = landing.channels["deceleration"]
    t = float(braking.time[np.flatnonzero((braking.values > 1e-4) & (braking.values < 9e-4))[0]])
    shown = visit(f"{served}?t={t}").locator(".figure-value").nth(2).inner_text()
    assert re.sub(r"\s", " ", shown) == "0.00 g"
