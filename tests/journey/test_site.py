"""From a run folder to the place where the rover stands: `skycrane site`."""

import json
from pathlib import Path

import pytest

from skycrane.cli import main
from skycrane.record import FlightRecord
from skycrane.report import write_report


@pytest.fixture(scope="module")
def run(nominal: FlightRecord, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = nominal.save(tmp_path_factory.mktemp("site") / "run")
    write_report(folder)
    return folder


def test_a_run_is_assessed_and_its_report_gets_the_section(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["site", str(run), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == json.loads((run / "site/assessment.json").read_text())
    assert main(["site", str(run)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["Assessment", str(run / "site/assessment.json")]
    assert found["pose"]["at_rest"]
    assert sum(each["load_N"] for each in found["wheels"]) == pytest.approx(found["weight_N"], rel=1e-3)
    assert found["sentence"].startswith("The rover stands on ")
    assert f"{found['pose']['tilt_deg']:.1f} degrees" in found["sentence"]
    assert len(found["egress"]) == 36
    assert [each["subsystem"] for each in found["health"]["subsystems"]][:2] == ["power", "thermal"]
    page = (run / "report.html").read_text()
    assert found["sentence"] in page
    assert "for commissioning" in page
    over = found["rocks"]["larger_than"]["0.2_m"]
    assert f"The {over} over 20 cm" in page
    for told in (f"tilt {found['pose']['tilt_deg']:.1f}°", f"{found['belly_clearance_m']:.2f} m", "descent stage"):
        assert told in page[page.index('id="site"') :]


def test_a_flight_that_never_touched_down_has_no_site(
    nominal: FlightRecord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = [each for each in nominal.events if each.t_s < 300.0]
    lost = FlightRecord(nominal.channels, events, {"outcome": "lost_contact"}, nominal.mission, nominal.provenance)
    folder = lost.save(tmp_path / "lost")
    assert main(["site", str(folder)]) == 2
    said = capsys.readouterr().err
    assert "without wheels on the ground" in said
    assert not (folder / "site").exists()


def test_a_mission_without_a_rover_is_refused_by_name(
    nominal: FlightRecord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from skycrane.mission.mission import read_mission_text

    text = read_mission_text(nominal.mission).with_changes({"rover": "none"}).to_toml()
    unsaid = {**nominal.provenance, "sha256": {}}  # as if it had been flown so
    folder = FlightRecord(nominal.channels, nominal.events, nominal.outcome, text, unsaid).save(tmp_path / "r")
    assert main(["site", str(folder)]) == 2
    assert "has no [rover]" in capsys.readouterr().err
