"""Every way to lose a landing has a name and a sentence, and its record is whole: physics makes each of them happen here.

Variations of one mission are flown at once, in the lanes of the programs that fly it (tests/many_flights.py).
"""

import re
from typing import Any

import numpy as np
import pytest
from many_flights import ALWAYS, Flown, assert_whole, fly_variations

import skycrane as sc
from skycrane.cli import main
from skycrane.experience.loss import loss_report
from skycrane.mission import load_mission
from skycrane.record import FlightRecord, open_run
from skycrane.record.callouts import callout

pytestmark = pytest.mark.journey

#: what is changed of the Mars 2020 landing, the loss that it leads to, and a piece of the sentence
MARS2020: dict[str, tuple[dict[str, Any], str, str]] = {
    "nothing": ({}, "landed", "from the selected target"),
    "entry too shallow": ({"entry.flight_path_angle_deg": -9.5}, "skip_out", "climbed out of the atmosphere"),
    "parachute fired at twice the speed": (
        {"triggers.parachute.armed_below_speed_m_s": 900.0, "triggers.parachute.fire_below_speed_m_s": 700.0},
        "parachute_outside_box",
        "outside Mach 1.40 to 2.20",
    ),
    "twice the canopy": ({"vehicle.parachute.nominal_diameter_m": 40.0}, "parachute_overload", "above the limit of 222 kN"),
    "trigger that never holds": (
        {"triggers.parachute.armed_below_speed_m_s": 20.0, "triggers.parachute.fire_below_speed_m_s": 10.0},
        "parachute_never_opened",
        "still packed",
    ),
    "thin air": ({"atmosphere.density_scale": 0.4}, "parachute_never_opened", "still packed"),
    "short-sighted radar": ({"radar.range_high_m": 12.0}, "radar_never_locked", "the ground was met under the parachute"),
    "heat shield kept on": ({"triggers.heat_shield_timer_s": 500.0}, "radar_never_locked", "never locked"),
    "half the propellant": ({"vehicle.propellant.mass_kg": 200.0}, "propellant_empty", "ran out before the landing was over"),
    "weak engines": ({"vehicle.engines.thrust_scale": 0.55}, "hard_landing", "m/s vertical (limit 2.00 m/s)"),
    "rover on a slope": ({"site.slope_east": 0.3, "success.tilt_deg": 10.0}, "tip_over", "deg (limit 10.0 deg)"),
    "rover on a steep slope": ({"site.slope_east": 0.3}, "landed", "from the selected target"),
    "touchdown never believed": ({"powered_descent.touchdown_persistence_s": 30.0}, "descent_stage_contact", "sank onto the ground"),
    "heavy rover": ({"vehicle.lander.mass_kg": 1400.0, "success.horizontal_speed_m_s": 0.5}, "landed", "from the selected target"),
    "one engine out": ({"vehicle.engines.failed_engine": 2}, "engine_out", "engine 2 did not light"),
    "engine 3 delivers 5 % less": ({"vehicle.engines.thrust_factor.2": 0.95}, "landed", "from the selected target"),
    "light rover": ({"vehicle.lander.mass_kg": 150.0}, "dropped", "with the lander still in the air"),
    "called off": ({"entry.duration_limit_s": 300.0}, "never_landed", "No landing within 300 s"),
}  # fmt: skip


@pytest.fixture(scope="module")
def flown() -> dict[str, Flown]:
    flights = fly_variations(load_mission("mars2020"), [change for change, _, _ in MARS2020.values()])
    return dict(zip(MARS2020, flights, strict=True))


@pytest.mark.parametrize("what", MARS2020)
def test_a_loss_has_its_name_its_sentence_and_a_whole_record(flown: dict[str, Flown], what: str) -> None:
    _, name, words = MARS2020[what]
    outcome = flown[what].outcome
    assert outcome["outcome"] == name, outcome["sentence"]
    assert outcome["success"] is (name == "landed")
    assert words in outcome["sentence"]
    assert_whole(flown[what])


def report_of(what: str, flown: Flown) -> dict[str, Any]:
    """What the page tells of the loss of a variation."""
    mission = load_mission("mars2020").with_changes(MARS2020[what][0])
    events = sorted(flown.events.values(), key=lambda event: event.t_s)
    return loss_report(FlightRecord(flown.channels, events, flown.outcome, mission.to_toml(), {}))  # type: ignore[return-value]


@pytest.mark.parametrize("what", [what for what, (_, name, _) in MARS2020.items() if name != "landed"])
def test_every_loss_is_told_with_how_it_came_to_that(flown: dict[str, Flown], what: str) -> None:
    told = report_of(what, flown[what])
    assert told["came_of"], "its figures are in the record"
    assert told["worth_trying"] or told["would_have_saved"]


def test_a_loss_is_told_with_the_numbers_of_its_record(flown: dict[str, Flown]) -> None:
    """The same numbers, read off channels and mission here in another way."""
    box = report_of("parachute fired at twice the speed", flown["parachute fired at twice the speed"])
    over = {each["name"].split()[0]: (each["value"], each["limit"]) for each in box["by_how_much"] if each["limit"]}
    channels, fired = (
        flown["parachute fired at twice the speed"].channels,
        flown["parachute fired at twice the speed"].events["parachute_deploy"].t_s,
    )
    row = int(np.argmin(np.abs(channels["time"].values - fired)))
    assert over["Mach"] == (pytest.approx(float(channels["mach"][row]), abs=0.01), 2.2)
    assert over["Dynamic"] == (pytest.approx(float(channels["dynamic_pressure"][row]), rel=0.01), 800.0)

    engine = report_of("one engine out", flown["one engine out"])["came_of"][0]
    channels = flown["one engine out"].channels
    weight = 3.71 * float(
        channels["mass"].values[channels["time"].values <= flown["one engine out"].events["engine_out"].t_s][-1]
    )
    times = float(re.search(r"push ([\d.]+) times its weight", engine).group(1))  # type: ignore[union-attr]
    assert times == pytest.approx(7 * 3060.0 / weight, rel=0.01), (
        "3,060 N is what an engine gives at most in operations"
    )

    dropped = report_of("light rover", flown["light rover"])
    assert "a rover of 150 kg" in dropped["came_of"][0]
    up = float(re.search(r"was ([\d.]+) m above the ground", dropped["came_of"][0]).group(1))  # type: ignore[union-attr]
    when = flown["light rover"].channels["time"].values <= flown["light rover"].outcome["losses"][0]["t_s"]
    channels = flown["light rover"].channels
    cords = channels["position_site"].values[when][-1, 2] - channels["rover_position_site"].values[when]
    rover = cords[np.isfinite(cords).all(axis=1)][-1, 2]
    assert up == pytest.approx(float(channels["height_above_terrain"].values[when][-1]) - rover, abs=0.1)

    tipped = report_of("rover on a slope", flown["rover on a slope"])
    turned = float(re.search(r"turned by ([\d.]+) deg", tipped["came_of"][0]).group(1))  # type: ignore[union-attr]
    assert turned == pytest.approx(flown["rover on a slope"].outcome["touchdown"]["tilt_deg"], abs=1.0), (
        "it hung upright before"
    )
    assert f"{np.degrees(np.arctan(0.3)):.1f} deg" in tipped["came_of"][0]


def test_an_engine_that_delivers_less_is_asked_for_more_without_being_known(flown: dict[str, Flown]) -> None:
    """Delivered over commanded thrust of each engine through powered descent: 95 % of engine 3, all of the others."""
    channels = flown["engine 3 delivers 5 % less"].channels
    delivered, asked = channels["engine_throttle"].values, channels["engine_throttle_commanded"].values
    steady = np.isfinite(asked).all(axis=1) & (asked > 0.2).all(axis=1) & (delivered > 0.0).all(axis=1)
    assert steady.sum() > 200
    share = np.median(delivered[steady] / asked[steady], axis=0)
    np.testing.assert_allclose(share, [0.95 if engine == 3 else 1.0 for engine in range(1, 9)], atol=0.01)


def test_the_first_loss_in_time_gives_the_flight_its_name(flown: dict[str, Flown]) -> None:
    outcome = flown["half the propellant"].outcome
    assert [each["name"] for each in outcome["losses"]][:2] == ["propellant_empty", "hard_landing"]
    times = [each["t_s"] for each in outcome["losses"]]
    assert times == sorted(times)


#: the same for the teaching capsule, through the command line
TEACHING = {
    "canopy too small": (["vehicle.parachute.nominal_diameter_m=5"], "hard_landing"),
    "gale": (["atmosphere.wind_east_offset_m_s=40"], "sideways_landing"),
    "heat shield like a kite": (
        [
            "triggers.heat_shield_mach=0.6",
            "vehicle.heat_shield.separation_speed_m_s=3",
            "triggers.heat_shield_timer_s=30",
            "vehicle.heat_shield.drag_area_m2=24",
        ],
        "recontact",
    ),
    "entry too shallow": (["entry.flight_path_angle_deg=-8", "entry.speed_m_s=6500"], "skip_out"),
}


@pytest.mark.parametrize("what", TEACHING)
def test_a_loss_ends_the_command_with_3_and_a_run_that_opens(
    what: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    changes, name = TEACHING[what]
    words = [word for change in changes for word in ("--set", change)]
    assert main(["land", "teaching", "--no-report", "--out", str(tmp_path / "run"), *words]) == 3
    said = capsys.readouterr()
    assert said.err == ""
    record = open_run(tmp_path / "run")
    assert record.outcome["outcome"] == name
    assert f"Lost ({name.replace('_', ' ')}): {record.outcome['sentence']}" in said.out.splitlines()
    assert_whole(Flown(record.outcome, {event.key: event for event in record.events}, record.channels))
    assert set(ALWAYS) <= set(record.channels)


def test_the_teaching_capsule_lands(tmp_path: Any) -> None:
    """For physical reasons: the speed at the ground is where drag of canopy and capsule carries their weight."""
    assert main(["land", "teaching", "--no-report", "--out", str(tmp_path / "run")]) == 0
    record = open_run(tmp_path / "run")
    down = record.outcome["touchdown"]
    weight = (64.0 + 12.0) * 3.72
    drag_area = 0.65 * 3.1416 * 11.0**2 / 4.0 + 0.65 * 1.68 * 3.1416 * 1.3**2 / 4.0
    density = float(record.channels["density"][-1])
    assert down["vertical_speed_m_s"] == pytest.approx((2.0 * weight / (density * drag_area)) ** 0.5, rel=0.05)
    assert down["horizontal_speed_m_s"] < 0.5
    assert record.outcome["outcome"] == "landed"


@pytest.mark.parametrize(
    ("change", "ends", "outcome"),
    [
        ({"entry.flight_path_angle_deg": -13.5}, "beyond", "parachute_never_opened"),  # it dives for the target
        ({"site.entry_target_longitude_deg": 90.0}, "short", "landed"),
        ({"entry.flight_path_angle_deg": -9.0}, "beyond", "skip_out"),
    ],
)
def test_a_target_out_of_reach_is_flown_at_and_said_at_once(change: dict[str, float], ends: str, outcome: str) -> None:
    told: list[str] = []
    record = sc.fly(load_mission("mars2020").with_changes(change), on_event=lambda event: told.append(callout(event)))
    assert told[1].startswith("E+  0.0 s  The target is out of reach, its reference ends")
    assert told[1].endswith(f" km {ends}")
    assert record.outcome["outcome"] == outcome
    assert_whole(Flown(record.outcome, {event.key: event for event in record.events}, record.channels))


@pytest.mark.parametrize(
    ("mission", "change", "sentence"),
    [
        ("mars2020", "vehicle.ballast.place_m=[-0.9, 0, -40]", "the aeroshell does not trim"),
        ("mars2020", "vehicle.thrusters=none", "entry_guidance.model apollo needs the section [vehicle.thrusters]"),
        ("mars2020", "vehicle.propellant=none", "which needs the section [vehicle.propellant]"),
        ("mars2020", "vehicle.engines=none", "phases has powered_descent, which needs the section [vehicle.engines]"),
        ("mars2020", "vehicle.bridles=none", "phases has sky_crane, which needs the section [vehicle.bridles]"),
        ("mars2020", "vehicle.engines.lag_s=0.001", "vehicle.engines.lag_s is 0.001, must be at least 0.01 s"),
        ("mars2020", "vehicle.feet.stiffness_N_m=1e9", "vehicle.feet.stiffness_N_m is 1e+09, must be at most"),
        ("teaching", "vehicle.parachute=none", "phases has parachute, which needs the section [vehicle.parachute]"),
        ("teaching", "phases.0.kind=parachute", "phases are parachute, parachute; they must be the first few of"),
        ("teaching", "entry.radius_km=3390", "entry.radius_km is 3390, below the ground at the site"),
        ("teaching", "vehicle.parachute.riser_damping_N_s_m=50000", "vehicle.parachute.riser_damping_N_s_m is 50000, must be at most"),
        ("teaching", "vehicle.parachute.bridle_damping_Nms=50000", "for an inertia of"),
    ],
)  # fmt: skip
def test_what_cannot_be_flown_is_refused_in_one_sentence_before_the_flight(
    mission: str, change: str, sentence: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["land", mission, "--set", change, "--out", str(tmp_path / "run")]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_what_happens_after_the_last_height_is_no_loss() -> None:
    """A height of half a metre and the ground are met within one control cycle; the ground is harder than this mission allows."""
    change = {"success.condition": "height", "success.height_m": 0.5, "success.vertical_speed_m_s": 1.0}
    record = sc.fly(load_mission("teaching").with_changes(change))
    assert [event.key for event in record.events][-2:] == ["height_reached", "ground_contact"]
    assert record.outcome["outcome"] == "height_reached"
    assert record.outcome["success"] is True


def test_a_flight_that_comes_down_in_a_hole_of_its_terrain_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heights are known within 200 m of the site alone; the lander chooses a place farther away. What it meets there is nobody's ground,
    and no loss."""
    from skycrane.flight import site_ground

    made = site_ground._made_once

    def with_a_hole(site: Any, with_map: bool) -> Any:
        whole = made(site, with_map)
        table, heights = whole.heights, whole.heights.heights.copy()
        first, side, spacing = int(table.first[1]), int(table.side[1]), float(table.spacing[1])
        along = spacing * (np.arange(side) - 0.5 * (side - 1))
        fine = heights[first : first + side * side].reshape(side, side)
        fine[np.hypot(along[:, None], along) > 200.0] = np.nan
        return whole._replace(heights=table._replace(heights=heights), terrain=None)

    monkeypatch.setattr(site_ground, "_made_once", with_a_hole)
    with pytest.raises(sc.InputError, match=r"site\.terrain is 'jezero_like', which has no height -?\d+ m east"):
        sc.fly(load_mission("mars2020"))
