"""What the page is told of a run: the numbers of the record, a reason and plain words for every event, the feed's dialect."""

import itertools
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictured_run import SHOTS, pictured_run
from unit.synthetic_record import synthetic_record

from skycrane.core.errors import InputError
from skycrane.experience.arrivals_file import read_arrivals
from skycrane.experience.bundle import write_bundle
from skycrane.experience.feed import feed_images, feed_page
from skycrane.experience.loss import LOSSES, loss_report
from skycrane.experience.pictures import _carriers
from skycrane.experience.plain_words import EVENTS, PHASES
from skycrane.experience.requirements import missed_requirements
from skycrane.experience.thresholds import DECIDED_BY, Thresholds
from skycrane.mission import load_mission, published_points
from skycrane.record import Event, FlightRecord
from skycrane.record.callouts import CALLOUTS
from skycrane.record.json_text import to_json
from skycrane.record.schema import channel


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict]:
    place = tmp_path_factory.mktemp("bundle")
    run = pictured_run(synthetic_record(), place / "run", home=False)
    (place / "bundle").mkdir()
    return run, place / "bundle", write_bundle(run, place / "bundle")


#: the way home of one product, as far as the page reads it
ARRIVALS = {
    "light_time_s": 682.0, "landed_s": 420.0, "passes": [], "silences": [], "heard": [{"key": "touchdown", "heard_s": None, "way": ""}],
    "products": [{"name": "a.jpg", "kind": "picture", "bytes": 9, "state": "partial", "sent_s": 5.0, "whole_s": None,
                  "bytes_received": 4, "by": []}],
}  # fmt: skip


def test_channels_are_those_of_the_record(bundled: tuple[Path, Path, dict]) -> None:
    _, folder, info = bundled
    raw = (folder / "channels.bin").read_bytes()
    record = synthetic_record()
    assert sum(each["count"] * each["components"] for each in info["channels"]) * 4 == len(raw)
    for each in info["channels"]:
        stored = np.frombuffer(raw, "<f4", each["count"] * each["components"], each["offset"])
        if each["name"] == "height_above_landing_point":
            touchdown = record.event("touchdown").state
            ground = touchdown["height_above_ellipsoid"] - touchdown["height_above_terrain"]
            expected = record.channels["height_above_ellipsoid"].values - ground
        else:
            expected = record.channels[each["name"]].values.ravel()
        np.testing.assert_allclose(stored, expected, rtol=1e-6, atol=1e-6)
    assert not {"position_mcmf"} & {each["name"] for each in info["channels"]}, "float32 would make it jump by 0.25 m"
    site = np.abs(record.channels["position_site"].values)
    assert np.spacing(np.float32(site.max())) < 0.07, "positions in the site frame are true to centimetres"


def test_run_json_is_json_and_has_every_event(bundled: tuple[Path, Path, dict]) -> None:
    _, folder, info = bundled
    assert json.loads((folder / "run.json").read_text()) == json.loads(to_json(info))
    assert [each["key"] for each in info["events"]] == [each.key for each in synthetic_record().events]
    assert all(each["plain"] for each in info["events"])


def test_every_event_phase_and_loss_has_plain_words(root: Path) -> None:
    assert set(EVENTS) == set(CALLOUTS)
    assert set(channel("phase").flags) <= set(PHASES)
    text = (root / "src/skycrane/flight/judgement.py").read_text(encoding="utf-8")
    missing = [name for name in LOSSES if f'"{name}"' not in text]
    assert not missing, "words for a loss that no flight has"


def test_what_decided_an_event_is_a_key_of_the_mission_with_its_source() -> None:
    mission = load_mission("mars2020")
    thresholds = Thresholds(mission.to_toml())
    for event, keys in DECIDED_BY.items():
        found = thresholds.sources(event)
        assert [each["key"] for each in found] == list(keys)
        for each in found:
            assert each["value"] == pytest.approx(mission.value(each["key"]))
            assert each["words"], f"{each['key']} has no source"


def test_an_event_that_was_decided_by_numbers_has_their_sources(nominal: Any) -> None:
    thresholds = Thresholds(nominal.mission)
    decided = [each.key for each in nominal.events if each.because.get("thresholds")]
    assert "touchdown_declared" in decided
    assert [key for key in decided if not thresholds.sources(key)] == []


def lost(*losses: tuple[float, str, str], events: tuple[Event, ...] = (), **outcome: Any) -> FlightRecord:
    """A flight of the mission that ships which ended in these losses."""
    said = [{"t_s": t, "name": name, "sentence": sentence} for t, name, sentence in losses]
    record = replace(
        synthetic_record(), mission=load_mission("mars2020").to_toml(), outcome={"losses": said, **outcome}
    )
    others = [each for each in record.events if each.key not in {one.key for one in events}]
    return replace(record, events=[*others, *events])


def test_a_loss_says_what_when_by_how_much_and_what_may_have_saved_it() -> None:
    assert loss_report(lost()) is None
    told = loss_report(lost((380.0, "propellant_empty", "ran out")))
    assert told is not None
    assert "380.0 s" in told["when"]
    assert told["said"] == "Ran out."
    speed = float(synthetic_record().channels["speed_planet_relative"].interp(time=380.0))
    figures = {each["name"]: (each["value"], each["unit"], each["limit"]) for each in told["by_how_much"]}
    assert figures["Speed then"] == (pytest.approx(speed), "m s-1", None)
    assert all(each.endswith("?") for each in told["worth_trying"])
    assert told["worth_trying"]
    assert not told["would_have_saved"], "nothing is known to have saved it"


def test_of_one_contact_the_figure_most_over_its_limit_is_named_first() -> None:
    touchdown = {"t_s": 380.0, "vertical_speed_m_s": 24.6, "horizontal_speed_m_s": 151.3, "tilt_deg": 33.0}
    contact = ((380.0, "hard_landing", "down"), (380.0, "sideways_landing", "across"), (380.0, "tip_over", "tilted"))
    told = loss_report(lost(*contact, touchdown=touchdown))
    assert told is not None
    assert "sideways" in told["what"]
    figures = [(each["name"], each["value"], each["limit"]) for each in told["by_how_much"]]
    assert figures == [("Speed sideways", 151.3, 1.0), ("Speed downwards", 24.6, 2.0), ("Tilt", 33.0, 30.0)]


@pytest.mark.parametrize(
    ("short", "said", "asked"), [(140e3, "140 km short", "flatter"), (-170e3, "170 km beyond", "steeper")]
)
def test_what_is_worth_trying_follows_from_where_it_would_have_come_down(short: float, said: str, asked: str) -> None:
    reach = Event("target_out_of_reach", "", 0.0, "", "ACTIVITY_HI", {"values": {"short_by_m": short}}, {})
    spot = Event(
        "landing_target_selected", "", 300.0, "", "ACTIVITY_HI",
        {"values": {"divert_m": 133_607.2}, "thresholds": {"divert_limit_m": 900.0}}, {},
    )  # fmt: skip
    told = loss_report(lost((380.0, "sideways_landing", "across"), events=(reach, spot)))
    assert told is not None
    assert said in told["came_of"][0]
    assert "134 km away; its rockets can carry it 900 m" in told["came_of"][1]
    assert len(told["worth_trying"]) == 1
    assert asked in told["worth_trying"][0]
    assert "parachute" not in told["worth_trying"][0]


def test_a_torn_parachute_tells_its_pull_and_what_followed() -> None:
    losses = (243.0, "parachute_overload", "torn"), (300.0, "hard_landing", "down")
    told = loss_report(lost(*losses, margins={"parachute_load_N": -86e3}))
    assert told is not None
    pull = told["by_how_much"][0]
    assert (pull["value"], pull["limit"]) == (pytest.approx(308e3), pytest.approx(222e3))
    assert "smaller canopy" in told["worth_trying"][0]
    assert "it touched down too hard" in told["would_have_saved"]


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda told: {"products": [{"name": 3}]}, "light_time_s is missing"),
        (lambda told: {**told, "landed_s": "soon"}, "landed_s must be a number"),
        (lambda told: {**told, "products": [{**told["products"][0], "name": 3}]}, "products[0].name must be text"),
        (lambda told: {**told, "products": [7]}, "products[0] is not an object"),
        (lambda told: {**told, "passes": [{}]}, "passes[0].orbiter is missing"),
    ],
)
def test_a_damaged_downlink_is_one_sentence_with_file_and_key(tmp_path: Path, damage: Any, named: str) -> None:
    file = tmp_path / "downlink/arrivals.json"
    file.parent.mkdir()
    file.write_text(json.dumps(ARRIVALS))
    assert read_arrivals(tmp_path) == ARRIVALS
    file.write_text(json.dumps(damage(ARRIVALS)))
    with pytest.raises(InputError) as refused:
        read_arrivals(tmp_path)
    assert str(refused.value).startswith(f"{file} is damaged: {named}; make it anew with: skycrane downlink ")


def test_whoever_carried_most_of_a_picture_is_not_left_out() -> None:
    by = [{"orbiter": "MRO", "pass": 1, "bytes": 32_561}, {"orbiter": "MAVEN", "pass": 1, "bytes": 795}]
    assert _carriers({"by": by, "orbiter": "MAVEN"}) == "MRO (98\u202f%) and MAVEN (2\u202f%)"
    assert _carriers({"by": by[:1] * 2}) == "MRO"
    assert _carriers({}) is None


def test_the_feed_speaks_the_dialect_of_the_raw_image_feed(bundled: tuple[Path, Path, dict]) -> None:
    run, folder, info = bundled
    images = feed_images(run, info["pictures"], info["epoch_utc"])
    page = feed_page(
        images, {"num": "2", "page": "1", "order": "sol asc", "search": "EDL_DDCAM|EDL_RDCAM"}, "http://x/run/"
    )
    assert page["total_results"] == 3
    assert [each["camera"]["instrument"] for each in page["images"]] == ["EDL_DDCAM"]
    assert page["per_page"] == "2"
    for each in images:
        assert {
            "imageid",
            "title",
            "caption",
            "credit",
            "sol",
            "date_taken_utc",
            "date_received",
            "sample_type",
        } <= set(each)
        assert all((folder / name).is_file() for name in each["image_files"].values())
    assert feed_page(images, {"num": "-1", "page": "x"})["total_images"] == len(SHOTS)
    assert page["images"][0]["image_files"]["small"].startswith("http://x/run/pictures/")


def test_the_types_of_the_page_are_current(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, root / "scripts/web_types.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_version_of_the_flight_is_told_when_it_is_another(tmp_path: Path) -> None:
    record = synthetic_record()
    record.provenance["versions"] = {**record.provenance["versions"], "skycrane": "0.0.1"}
    run = pictured_run(record, tmp_path / "run", home=False)
    (tmp_path / "bundle").mkdir()
    notes = write_bundle(run, tmp_path / "bundle")["notes"]
    assert len(notes) == 1
    assert "0.0.1" in notes[0]


def test_the_real_landing_is_published_points_in_order_with_their_sources(bundled: tuple[Path, Path, dict]) -> None:
    flown = bundled[2]["flown"]
    heights = [(each["t_s"], each["value"]) for each in flown if each["channel"] == "height_above_landing_point"]
    assert heights == sorted(heights, key=lambda each: (each[0], -each[1]))
    assert [t for t, _ in heights][:2] == [0.0, 240.6]
    assert all(a[1] > b[1] for a, b in itertools.pairwise(heights)), "it only ever came down"
    assert all("[" not in each["source"] or " " in each["source"] for each in flown), "sources are spelled out"
    known = {each["name"]: each["unit"] for each in bundled[2]["channels"]}
    assert {each["channel"] for each in flown} <= known.keys() | {"parachute_load"}


def test_published_points_agree_with_what_else_is_published() -> None:
    """By hand from the fall between them: 87.7 m/s in the mean under the parachute, 32 m/s at constant velocity."""
    heights = {each.time: each.value for each in published_points("mars2020") if "height" in each.channel}
    assert (heights[314.668] - heights[357.3]) / (357.3 - 314.668) == pytest.approx(87.7, rel=0.05)
    assert (heights[389.57] - heights[393.81]) / (393.81 - 389.57) == pytest.approx(32.0, rel=0.01)
    assert heights[399.73] == pytest.approx(0.75 * (418.07 - 399.73) + 6.25, abs=0.5)
    assert heights[393.81] - heights[399.73] == pytest.approx(0.5 * (32.0 + 0.75) * (399.73 - 393.81), abs=1.0)


def test_a_part_that_came_back_tells_how_far_it_had_got() -> None:
    record = lost((270.0, "recontact", "the heat shield came back"))
    times = record.channels["time"].values
    since = times - 263.0
    away = np.where(since >= 0.0, 4.0 * np.sin(np.pi * np.clip(since, 0.0, 7.0) / 7.0), np.nan)  # 4 m, and back
    here = record.channels["position_site"].values
    bodies = np.full((len(times), 2, 3), np.nan)
    bodies[:, 1] = here + away[:, None] * [0.0, 0.6, 0.8]
    channels = record.channels.assign(loose_body_position_site=(("time", "body", "axis"), bodies))
    told = loss_report(replace(record, channels=channels))
    assert told is not None
    assert told["came_of"] == [
        "It had been let go 7.00 s before and had been 4.00 m away at most: vehicle and part fell at nearly the same rate."
    ]


def test_a_hard_landing_tells_what_its_engines_gave() -> None:
    record = lost((400.0, "hard_landing", "hard"), touchdown={"t_s": 400.0, "vertical_speed_m_s": 9.0})
    times = record.channels["time"].values
    asked = np.full((len(times), 8), 0.8)

    def told(given: np.ndarray) -> list[str]:
        throttles = {"engine_throttle": given, "engine_throttle_commanded": np.maximum(asked, given)}
        told = loss_report(
            replace(record, channels=record.channels.assign({k: (("time", "engine"), v) for k, v in throttles.items()}))
        )
        assert told is not None
        return told["came_of"]

    assert told(asked) == [], "what does what it is asked explains nothing"
    assert told(0.5 * asked) == ["Its engines delivered 50% of the thrust that was asked of them."]
    full = np.where((times > 394.0)[:, None], 1.0, asked)
    assert told(full) == ["In 6.00 of its last 10.0 s its engines gave all they had."]


def test_dry_tanks_and_a_sinking_stage_tell_the_times_between_their_events() -> None:
    dry, stood = (
        loss_report(lost((t, name, "so")))
        for t, name in ((380.0, "propellant_empty"), (419.2, "descent_stage_contact"))
    )
    assert dry is not None
    assert stood is not None
    start = synthetic_record().event("powered_descent_start").state
    assert dry["came_of"][0].endswith("they lasted 21.5 s.")
    assert f"{start['propellant_mass']:.0f} kg" in dry["came_of"][0]
    assert stood["came_of"] == [
        "The rover had stood for 1.00 s and its computer had not believed it yet: the stage went on down."
    ]


def test_a_skip_out_tells_how_deep_it_came() -> None:
    record = lost((100.0, "skip_out", "out"))
    lowest = float(record.channels["height_above_areoid"].values[record.channels["time"].values <= 100.0].min())
    told = loss_report(record)
    assert told is not None
    assert f"no lower than {lowest / 1e3:.1f} km" in told["came_of"][0]


def test_on_the_ground_no_height_is_told() -> None:
    met = Event("ground_contact", "Ground contact", 300.0, "", "WARNING_HI", {}, {})
    told = loss_report(lost((300.0, "radar_never_locked", "met the ground"), events=(met,)))
    assert told is not None
    assert [each["name"] for each in told["by_how_much"]] == ["Speed then"]


def test_a_landing_that_stands_but_misses_a_requirement_says_which() -> None:
    """0.67 m/s sideways is no loss (1.0) and more than the mission asks for (0.5)."""
    mission = load_mission("mars2020").to_toml()
    touchdown = {"vertical_speed_m_s": 0.75, "horizontal_speed_m_s": 0.67, "tilt_deg": 4.0}
    record = replace(synthetic_record(), mission=mission, outcome={"success": True, "touchdown": touchdown})
    missed = {each["label"]: each for each in missed_requirements(record)}
    sideways = missed["Horizontal speed at touchdown"]
    assert (sideways["value"], sideways["bound"], sideways["limit"], sideways["unit"]) == (0.67, "at most", 0.5, "m/s")
    assert "Vertical speed at touchdown" not in missed
    assert missed_requirements(replace(record, outcome={"success": False, "losses": [{}]})) == []
