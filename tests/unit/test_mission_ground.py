"""The built-in ground stays with its site: a mission based on another never carries that relief elsewhere without saying so."""

from pathlib import Path

import pytest

from skycrane.cli import main
from skycrane.mission import load_mission, read_mission_text
from skycrane.mission.ground import ground_left

MISSIONS = Path(__file__).resolve().parents[1] / "missions"


def based(folder: Path, text: str, name: str = "other.toml", base: str = "mars2020") -> Path:
    path = folder / name
    path.write_text(f'based_on = "{base}"\n{text}')
    return path


@pytest.mark.parametrize(
    ("ground", "text"),
    [
        ("level", "[site]\nlatitude_deg = -4.5895\nelevation_m = -4501.0\nareoid_radius_km = 3396.0\n"),
        ("level", "[site]\nlongitude_deg = 77.5\n"),
        ("level", "[site]\nelevation_m = -2000.0\n"),
        ("level", "[site]\nentry_target_latitude_deg = 19.0\n"),
        ("level", "[site]\nellipse_centre_longitude_deg = 77.0\n"),
        ("level", 'planet = "earth"\n'),
        ("jezero_like", "[entry]\nspeed_m_s = 5300.0\n"),
        ("jezero_like", "[site]\nslope_east = 0.05\n"),
        ("jezero_like", "[site]\nlatitude_deg = 18.444627154\n"),
        ("jezero_like", "[site]\nentry_target_latitude_deg = 18.47\n"),
        ("jezero_like", '[planet]\nbased_on = "mars"\n'),
    ],
)
def test_a_site_that_moves_is_level_until_a_terrain_is_named(tmp_path: Path, ground: str, text: str) -> None:
    """And one that stays keeps its ground; nothing is said then."""
    mission = load_mission(based(tmp_path, text))
    moved = ground == "level"
    assert mission.parameters.site.terrain == ground
    assert ("jezero_like, the ground of another site" in (ground_left(mission.given) or "")) == moved
    resolved = mission.to_toml()
    assert ('terrain = "level"  # design: was jezero_like' in resolved) == moved
    assert read_mission_text(resolved).identity == mission.identity
    grandchild = load_mission(based(tmp_path, "[entry]\nspeed_m_s = 5300.0\n", "third.toml", "./other.toml"))
    assert grandchild.parameters.site.terrain == ground


@pytest.mark.parametrize("terrain", ["jezero_like", "level", "my_maps"])
def test_a_terrain_that_is_named_is_flown_over(tmp_path: Path, terrain: str) -> None:
    text = f'[site]\nlatitude_deg = -4.5895\nlongitude_deg = 137.4417\nterrain = "{terrain}"\n'
    mission = load_mission(based(tmp_path, text))
    assert mission.parameters.site.terrain == terrain
    assert ground_left(mission.given) is None


def test_changes_by_hand_follow_the_same_rule() -> None:
    mission = load_mission("mars2020")
    assert mission.parameters.site.terrain == "jezero_like"
    assert mission.with_changes({"site.longitude_deg": 78.0}).parameters.site.terrain == "level"
    named = mission.with_changes({"site.longitude_deg": 78.0, "site.terrain": "jezero_like"})
    assert named.parameters.site.terrain == "jezero_like"
    assert mission.with_changes({"site.slope_east": 0.1}).parameters.site.terrain == "jezero_like"
    assert mission.with_changes({"planet": "earth"}).parameters.site.terrain == "level"


def test_maps_of_a_real_place_stay_where_they_are(tmp_path: Path) -> None:
    """They have coordinates, and are refused where they do not fit."""
    based(tmp_path, '[site]\nterrain = "my_maps"\n', "mapped.toml")
    moved = load_mission(based(tmp_path, "[site]\nlatitude_deg = 18.445\n", "moved.toml", "./mapped.toml"))
    assert moved.parameters.site.terrain == "my_maps"


@pytest.mark.parametrize("name", ["curiosity", "phoenix", "pathfinder", "viking"])
def test_missions_to_other_places_have_no_relief_of_jezero(name: str) -> None:
    assert load_mission(MISSIONS / f"{name}.toml").parameters.site.terrain == "level"


def test_the_teaching_capsule_lands_on_its_plain() -> None:
    mission = load_mission("teaching")
    assert mission.parameters.site.terrain == "level"
    assert ground_left(mission.given) is None


def test_landing_says_it_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import skycrane.surface.manoeuvre
    from skycrane.core.errors import InputError

    def stop(*_: object, **__: object) -> None:
        raise InputError("far enough")

    monkeypatch.setattr(skycrane.surface.manoeuvre, "fly", stop)
    assert main(["land", str(based(tmp_path, "[site]\nlongitude_deg = 78.0\n")), "--out", str(tmp_path / "run")]) == 2
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("site.terrain is level")]
    assert said == [
        "site.terrain is level: was jezero_like, the ground of another site (site.longitude_deg differs); level until a terrain is named"
    ]
