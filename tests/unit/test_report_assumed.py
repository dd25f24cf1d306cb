"""What was assumed is read off the mission of a record, lists over several lines and spreads included."""

from skycrane.mission import load_mission
from skycrane.report.assumed import mission_numbers

MISSION = """
name = "x"  # no comment that counts

[vehicle.ballast]
pair_mass_kg = 50.0  # [kwan2021] six masses
place_m = [0.0, 1.0]  # assumed: near the rim
profile = [
    1.0, 2.0,
    3.0,
]  # [way2022] upper part assumed: lower part
drag_area_m2 = 0.02  # default

[[dispersions]]
key = "entry.speed_m_s"
sigma = 0.5  # assumed: small
"""


def test_every_value_is_found_with_its_origin() -> None:
    found = {each.key: each for each in mission_numbers(MISSION)}
    origins = {key: each.origin for key, each in found.items() if each.section == "vehicle.ballast"}
    assert origins == {"pair_mass_kg": "source", "place_m": "assumed", "profile": "source", "drag_area_m2": "default"}
    assert found["profile"].is_assumed, "one assumed part of a table is enough"
    assert found["profile"].value == "[1.0, 2.0, 3.0]"
    assert found["sigma"].section == "dispersions"


def test_a_shipped_mission_hides_no_assumption() -> None:
    text = load_mission("mars2020").to_toml()
    told = sum(each.comment.count("assumed:") for each in mission_numbers(text))
    assert told == text.count("assumed:")
