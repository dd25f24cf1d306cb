"""The page of an ensemble says what its files say, for a mission with and without a real flight, and fetches nothing."""

import re
from pathlib import Path

import pytest

import skycrane as sc
from skycrane.cli import main
from skycrane.report.ensemble.page import ensemble_html
from skycrane.report.ensemble.tables import flown_figures, within_three_sigma

QUICK = Path(__file__).parents[1] / "missions" / "quick.toml"


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> sc.Ensemble:
    path = tmp_path_factory.mktemp("page") / "mars"
    return sc.run_ensemble(sc.load_mission("mars2020"), 64, 2, engine="here", out=path)


def test_the_page_of_mars_2020_holds_it_against_the_flight(flown: sc.Ensemble) -> None:
    page = ensemble_html(flown)
    assert page == ensemble_html(sc.open_ensemble(flown.path))
    assert not re.search(r'(?:src|href)="(?!#)', page)
    for heading in (
        "Landing ellipse",
        "Parachute box",
        "Propellant margin",
        "Predicted against flown",
        "What drives what",
    ):
        assert heading in page
    within, of = within_three_sigma(flown)
    assert of == len(flown_figures(flown)) >= 25
    assert f"{within} of {of} as-flown values" in page
    assert within / of > 0.8
    # by hand for one figure
    _, values = next(each for each in flown_figures(flown) if each[0].key == "parachute_deploy_mach")
    column = flown.summary["event.parachute_deploy.mach"]
    assert values.tolist() == column.tolist()
    for label in flown.scorecard["label"]:
        assert label in page
    good = int(flown.summary["success"].sum())
    assert good == 64
    least = 100.0 * 0.025 ** (1.0 / 64)  # Clopper and Pearson for a share of one
    assert f"{least:.1f}–100.0 %" in page
    assert "Of fewer than 770 cases the 99.87 % is no more than the largest value flown." in page


def test_a_mission_without_landing_or_flight_has_a_page_that_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ensemble", str(QUICK), "-n", "70", "--engine", "here", "--out", str(tmp_path / "ens")]) == 0
    said = capsys.readouterr().out
    assert "70 of 70 cases succeeded" in said
    ens = tmp_path / "ens"
    assert said.splitlines()[-2:] == [
        f"Next        skycrane sensitivity {ens}  ranks what drives it",
        f"            skycrane refly {ens} 0      flies a case by itself",
    ]
    page = (tmp_path / "ens" / "ensemble.html").read_text(encoding="utf-8")
    assert "Too few cases came to the ground for an ellipse." in page
    assert "No real flight belongs to this mission." in page
    assert main(["sensitivity", str(tmp_path / "ens"), "--of", "speed_at_20_km", "--top", "1"]) == 0
    said = capsys.readouterr().out
    assert "atmosphere.density_scale" in said
    assert "Peak deceleration" not in said
    assert main(["sensitivity", str(tmp_path / "ens"), "--of", "beauty"]) == 2
    assert "must be a requirement of the mission: peak_deceleration, speed_at_20_km" in capsys.readouterr().err
