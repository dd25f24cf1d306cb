"""From a run folder to what is known of it on Earth, by command; and what is said when something is wrong."""

import hashlib
import io
import json
import os
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from run_to_send import LANDED, run_to_send

from skycrane.cli import main


@pytest.fixture(scope="module")
def pictured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_to_send(tmp_path_factory.mktemp("home") / "run", images=6)


@pytest.fixture
def run(pictured: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pictured, tmp_path / "run"))


def arrivals(run: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((run / "downlink/arrivals.json").read_text())
    return content


def test_everything_comes_home_thumbnails_first(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["downlink", str(run)]) == 0
    said = capsys.readouterr().out
    assert "21 of 21 products whole: everything is home" in said
    found = arrivals(run)
    products = {each["name"]: each for each in found["products"]}
    assert {each["state"] for each in products.values()} == {"whole"}
    for name, each in products.items():
        file = run / "downlink/received" / name
        assert hashlib.sha256(file.read_bytes()).hexdigest() == each["sha256"]
        assert each["taken_s"] <= each["stored_s"] <= each["sent_s"] < each["received_s"] <= each["whole_s"]
    assert sum(1 for each in (run / "downlink/received").rglob("*") if each.is_file()) == 21
    assert (run / "downlink/received/flight.nc").read_bytes() == (run / "flight.nc").read_bytes()
    whole = {kind: [e["whole_s"] for e in products.values() if e["kind"] == kind] for kind in ("thumbnail", "picture")}
    assert max(whole["thumbnail"]) < min(whole["picture"])
    assert found["light_time_s"] == pytest.approx(682.3, abs=0.1)
    assert sum(each["bytes"] for each in found["passes"]) == sum(
        way["bytes"] for each in products.values() for way in each["by"]
    ) + sum(each["bytes_closing"] for each in products.values())


def test_what_had_no_room_on_board_is_counted(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = tmp_path / "small.toml"
    small.write_text('based_on = "mars2020"\n[downlink]\nstore_MB = 0.05  # design: too little\n')
    assert main(["downlink", str(run), "--relays", str(small)]) == 0
    said = re.search(r"(\d+) of (\d+) products whole: everything is home, but for (\d+)", capsys.readouterr().out)
    assert said is not None
    whole, products, left_out = (int(each) for each in said.groups())
    assert 0 < left_out == products - whole
    assert products == 21


def test_what_closes_a_delivery_is_not_the_product(run: Path) -> None:
    """Of a product that was never repeated no byte leaves Mars later than a light time before it is whole on Earth."""
    assert main(["downlink", str(run), "--loss", "0"]) == 0
    told = arrivals(run)
    for each in told["products"]:
        assert each["sent_last_s"] < each["whole_s"] - 0.999 * told["light_time_s"], each["name"]
        assert sum(way["bytes"] for way in each["by"]) >= each["bytes"]


def test_a_delivery_that_is_replaced_by_less_is_said_with_the_way_back(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["downlink", str(run), "--loss", "0.02", "--seed", "4"]) == 0
    before = (run / "downlink/arrivals.json").read_bytes()
    assert capsys.readouterr().err == ""
    assert main(["downlink", str(run), "--until", "+10min"]) == 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "21 of 21 products were whole, 21 more than now" in said
    _, command, *words = shlex.split(said.partition("comes back with: ")[2])
    assert main([command, *words]) == 0
    assert (run / "downlink/arrivals.json").read_bytes() == before
    assert capsys.readouterr().err == "", "more than before is nothing to warn of"


def test_the_landing_was_heard_a_light_time_later_and_not_through_the_plasma(run: Path) -> None:
    assert main(["downlink", str(run), "--until", "+10min"]) == 0
    found = arrivals(run)
    known = {each["key"] for each in found["heard"] if each["heard_s"] is not None}
    assert known == {"entry_interface", "peak_heating", "parachute_deploy"}, "it has landed, and nobody on Earth knows"
    assert main(["downlink", str(run), "--until", "+12min"]) == 0
    found = arrivals(run)
    (silence,) = found["silences"]
    assert silence["from_s"] < 77.0 < silence["to_s"]
    touchdown = next(each for each in found["heard"] if each["key"] == "touchdown")
    assert touchdown["heard_s"] - touchdown["happened_s"] == pytest.approx(682.3, abs=0.1)
    heating = next(each for each in found["heard"] if each["key"] == "peak_heating")
    assert heating["way"] in ("", "tones")


def test_stopped_early_only_what_has_arrived_is_there(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["downlink", str(run)]) == 0
    pictures = [each for each in arrivals(run)["products"] if each["kind"] == "picture"]
    slowest = max(pictures, key=lambda each: each["whole_s"] - each["received_s"])
    stop = 0.5 * (slowest["received_s"] + slowest["whole_s"]) - LANDED
    capsys.readouterr()
    assert main(["downlink", str(run), "--until", f"+{stop:.1f}s", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == arrivals(run)
    states = {each["name"]: each["state"] for each in found["products"]}
    assert set(states.values()) == {"whole", "partial", "missing"}
    there = {
        str(f.relative_to(run / "downlink/received")) for f in (run / "downlink/received").rglob("*") if f.is_file()
    }
    assert there == {
        each["name"]
        for each in found["products"]
        if each["state"] == "whole" or (each["kind"] == "picture" and each["shown_bytes"] > 0)
    }
    for each in found["products"]:
        lacking = sum(b - a for a, b in each["missing"])
        assert lacking == each["bytes"] - each["bytes_received"]
        assert (lacking == 0) == (each["state"] == "whole")
    assert all(each["whole_s"] is None or each["whole_s"] <= LANDED + stop + 0.1 for each in found["products"])
    cut = [each["name"] for each in found["products"] if each["kind"] == "picture" and each["state"] == "partial"]
    assert slowest["name"] in cut
    for name in cut:
        file = run / "downlink/received" / name
        with Image.open(io.BytesIO(file.read_bytes())) as picture:
            picture.load()  # a picture cut off mid-way opens without complaint
            assert picture.size == (320, 240)


def test_a_run_without_pictures_sends_its_telemetry(tmp_path: Path) -> None:
    run = run_to_send(tmp_path / "run")
    assert main(["downlink", str(run), "--loss", "0.2"]) == 0
    found = arrivals(run)
    assert {each["name"]: each["state"] for each in found["products"]} == dict.fromkeys(
        ("flight.nc", "events.json", "outcome.json"), "whole"
    )
    assert sum(each["retransmissions"] for each in found["products"]) > 0


def test_a_lost_vehicle_sends_nothing_but_was_heard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = run_to_send(tmp_path / "run", outcome="crash")
    assert main(["downlink", str(run)]) == 0
    assert "the vehicle was lost" in capsys.readouterr().out
    found = arrivals(run)
    assert {each["state"] for each in found["products"]} == {"missing"}
    assert list((run / "downlink/received").iterdir()) == []
    assert any(each["heard_s"] for each in found["heard"])


def test_orbiters_rise_over_the_horizon_of_the_assessed_site(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["downlink", str(run)]) == 0
    level = arrivals(run)
    assert "not assessed" in level["horizon"]["from"]
    (run / "site").mkdir()
    (run / "site/assessment.json").write_text(json.dumps({"horizon": {"elevation_deg": [35.0] * 72}}))
    assert main(["downlink", str(run)]) == 0
    hidden = arrivals(run)
    assert hidden["horizon"] == {"from": "site/assessment.json", "lowest_used_deg": 10.0, "highest_ground_deg": 35.0}
    assert all(each["highest_elevation_deg"] > 35.0 for each in hidden["passes"])
    assert any(each["highest_elevation_deg"] < 35.0 for each in level["passes"])
    before = (run / "downlink/arrivals.json").read_bytes()
    for wrong in ('{"horizon": {"elevation_deg": [120.0]}}', '{"horizon": []}', "{ half of"):
        (run / "site/assessment.json").write_text(wrong)
        capsys.readouterr()
        assert main(["downlink", str(run)]) == 2
        assert f"skycrane site {run}" in capsys.readouterr().err
    assert (run / "downlink/arrivals.json").read_bytes() == before


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(run: Path) -> None:
    made = []
    for seed in (5, 5, 6):
        assert main(["downlink", str(run), "--loss", "0.1", "--seed", str(seed), "--until", "+15min"]) == 0
        made.append((run / "downlink/arrivals.json").read_bytes())
    assert made[0] == made[1] != made[2]


def test_over_udp_between_two_processes_everything_arrives(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["downlink", str(run), "--over-udp", "--loss", "0.1"]) == 0
    assert "21 of 21 products whole over UDP" in capsys.readouterr().out
    told = json.loads((run / "downlink-over-udp/delivery.json").read_text())
    assert told["lost"] > 0
    for each in told["products"]:
        file = run / "downlink-over-udp/received" / each["name"]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == each["sha256"] == each["arrived_sha256"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--until", "soon"], "--until is soon, must be a time after landing such as +3h"),
        (["--until", "+900sol"], "--until is 7.98977e+07, must be between 0 and"),
        (["--loss", "1.5"], "--loss is 1.5, must be between 0 and 0.9"),
        (["--seed", "-1"], "--seed is -1, must be a whole number of at least 0"),
        (["--loss", "nan"], "--loss is nan, must be between 0 and 0.9"),
        (["--relays", "teaching"], "mission teaching has no [downlink] with orbiters and stations"),
        (["--relays", "nowhere"], "nowhere"),
        (["--over-udp", "--until", "+3h"], "--until stops the simulated clock"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    words: list[str], said: str, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(run.rglob("*"))
    assert main(["downlink", str(run), *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert sorted(run.rglob("*")) == before


@pytest.mark.parametrize("damage", ["catalogue", "picture", "codestream", "no downlink section"])
def test_a_damaged_run_is_refused(damage: str, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if damage == "catalogue":
        (run / "pictures/catalogue.json").write_text("{")
    elif damage == "picture":
        (run / "pictures/SIM_1.png").write_bytes((run / "pictures/SIM_1.png").read_bytes()[:500])
    elif damage == "codestream":
        (run / "pictures/SIM_1.j2k").unlink()
    else:
        shutil.rmtree(run)
        run_to_send(run, mission="teaching")
    assert main(["downlink", str(run)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert not (run / "downlink").exists()


def test_a_crash_leaves_the_old_folder(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["downlink", str(run), "--until", "+12min"]) == 0
    before = {f: f.read_bytes() for f in (run / "downlink").rglob("*") if f.is_file()}
    listing = sorted(os.listdir(run))
    write = Path.write_bytes

    def fails(path: Path, content: bytes) -> int:
        if path.suffix == ".nc":
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", fails)
    assert main(["downlink", str(run)]) == 2
    assert {f: f.read_bytes() for f in (run / "downlink").rglob("*") if f.is_file()} == before
    assert sorted(os.listdir(run)) == listing


def test_a_crash_between_the_two_renames_is_mended(run: Path) -> None:
    assert main(["downlink", str(run), "--until", "+12min"]) == 0
    (run / "downlink").rename(run / ".downlink.replaced")
    assert main(["downlink", str(run), "--until", "+13min"]) == 0
    assert arrivals(run)["clock_stopped_s"] == pytest.approx(LANDED + 780.0)
    assert not (run / ".downlink.replaced").exists()
