"""Mission files: units, defaults, inheritance, planets, changes, and the way back into a file."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mission_toy import BASE, PLANET, Exponential, Tabulated, Toy, write_base

from skycrane.mission import Mission, load_mission, read_mission_text


@pytest.fixture
def base(tmp_path: Path) -> Mission:
    return load_mission(write_base(tmp_path), Toy)


def child(folder: Path, text: str) -> Mission:
    write_base(folder)
    return load_mission(write_base(folder, text, "child.toml"), Toy)


def again(mission: Mission) -> Mission:
    return read_mission_text(mission.to_toml(), parameters=Toy)


def test_values_are_si_in_parameters_and_file_units_by_name(base: Mission) -> None:
    assert base.parameters.entry.flight_path_angle == pytest.approx(math.radians(-15.489))
    assert base.parameters.atmosphere.heights == (0.0, 1500.0, 30000.0)
    assert base.value("entry.flight_path_angle_deg") == -15.489
    assert base.value("atmosphere.heights_km") == (0.0, 1.5, 30.0)
    assert base.value("phases.chute.kind") == base.value("phases.1.kind") == "parachute"


def test_what_a_file_leaves_out_takes_its_default(base: Mission) -> None:
    assert base.parameters.engines.cant == pytest.approx(math.radians(22.5))
    assert base.value("engines.cant_deg") == 22.5
    assert base.parameters.sky_crane is None
    assert base.value("sky_crane") is None
    assert base.parameters.dispersions[0].low == -math.inf


def test_the_name_is_the_files_unless_stated(tmp_path: Path) -> None:
    assert load_mission(write_base(tmp_path, BASE, "my mission.toml"), Toy).name == "my-mission"
    assert load_mission(write_base(tmp_path, 'name = "other"\n' + BASE), Toy).name == "other"


def test_a_title_of_its_own_stays(tmp_path: Path) -> None:
    titled = child(tmp_path, 'based_on = "./base.toml"\ntitle = "Steeper"\n')
    assert titled.value("title") == "Steeper"
    silent = child(tmp_path, 'based_on = "./base.toml"\n')
    assert silent.identity == titled.identity == load_mission(tmp_path / "base.toml", Toy).identity


def test_a_mission_inherits_key_by_key_and_replaces_arrays_of_tables(tmp_path: Path) -> None:
    mission = child(tmp_path, 'based_on = "./base.toml"\n[entry]\nspeed_m_s = 5000\n[[phases]]\nkind = "flyaway"\n')
    assert mission.name == "child"
    assert mission.value("entry.speed_m_s") == 5000
    assert mission.value("entry.flight_path_angle_deg") == -15.489
    assert [phase.kind for phase in mission.parameters.phases] == ["flyaway"]
    assert mission.value("title") == "child, based on Base"


def test_inheritance_can_be_a_chain(tmp_path: Path) -> None:
    write_base(tmp_path, 'based_on = "base.toml"\n[engines]\ncant_deg = 5\n', "middle.toml")
    mission = child(tmp_path, 'based_on = "middle.toml"\n[entry]\nspeed_m_s = 1\n')
    assert (mission.value("engines.cant_deg"), mission.value("entry.speed_m_s")) == (5, 1)


def test_another_model_keeps_only_the_keys_that_it_shares(tmp_path: Path) -> None:
    mission = child(tmp_path, 'based_on = "base.toml"\n[atmosphere]\nmodel = "exponential"\nscale_height_km = 10\n')
    assert mission.parameters.atmosphere == Exponential(density=0.02, scale_height=10e3)


def test_an_optional_section_is_taken_out_with_none(tmp_path: Path) -> None:
    write_base(tmp_path, 'based_on = "base.toml"\n[sky_crane]\ncant_deg = 5\n', "middle.toml")
    assert child(tmp_path, 'based_on = "middle.toml"\n').parameters.sky_crane is not None
    assert child(tmp_path, 'based_on = "middle.toml"\nsky_crane = "none"\n').parameters.sky_crane is None


@pytest.mark.parametrize(
    ("planet", "radius"),
    [
        ('planet = "./toy.toml"', 3396.19),
        ('[planet]\nbased_on = "./toy.toml"\nradius_km = 3000', 3000.0),
        ("[planet]\nradius_km = 1", 1.0),
    ],
)
def test_a_planet_is_a_name_a_changed_planet_or_a_change_of_the_bases(
    tmp_path: Path, planet: str, radius: float
) -> None:
    write_base(tmp_path, PLANET, "toy.toml")
    mission = child(tmp_path, f'based_on = "base.toml"\n{planet}\n')
    assert mission.value("planet.radius_km") == radius
    assert mission.value("planet.gm_m3_s2") == 4e13
    assert again(mission).parameters == mission.parameters


def test_sources_are_those_of_the_values_in_use(base: Mission, tmp_path: Path) -> None:
    assert base.sources == ("archinal2018", "dutta2022", "karlgaard2022", "way2022")
    changed = base.with_changes({"atmosphere.model": "exponential", "atmosphere.scale_height_km": 10})
    assert changed.sources == ("archinal2018", "dutta2022", "way2022")
    assert base.with_changes({"entry.flight_path_angle_deg": -15}).sources == ("archinal2018", "karlgaard2022")


def test_changes_from_the_command_line_are_read_as_toml_or_as_words(base: Mission) -> None:
    changed = base.with_changes(
        {
            "entry.speed_m_s": "5.1e3",
            "guided": "false",
            "atmosphere.heights_km": "[0, 2]",
            "phases.chute.kind": "flyaway",
            "phases.0.duration_s": "3",
            "dispersions.entry.flight_path_angle_deg.sigma": "0.5",
            "sky_crane.count": "4",
            "title": '"A title, in quotes"',
            "name": "renamed",
        }
    )
    assert changed.name == "renamed"
    assert changed.parameters.sky_crane is not None
    assert changed.parameters.sky_crane.count == 4
    assert changed.parameters.guided is False
    assert isinstance(changed.parameters.atmosphere, Tabulated)
    assert changed.parameters.atmosphere.heights == (0.0, 2000.0)
    assert [phase.kind for phase in changed.parameters.phases] == ["entry", "flyaway"]
    assert changed.parameters.dispersions[0].sigma == 0.5
    assert changed.parameters.sky_crane is not None
    assert changed.parameters.sky_crane.count == 4
    assert base.value("entry.speed_m_s") == 5553
    assert again(changed).parameters == changed.parameters


def test_one_number_of_a_row_can_be_changed(base: Mission) -> None:
    changed = base.with_changes({"atmosphere.heights_km.2": 40, "atmosphere.heights_km.1": 2})
    assert changed.value("atmosphere.heights_km") == (0, 2, 40)
    assert "changed: element 2 was 30" in changed.to_toml()
    assert "element 1 was 1.5" in changed.to_toml()


def test_a_change_to_the_same_value_is_no_change(base: Mission) -> None:
    assert base.with_changes({"entry.speed_m_s": "5553", "guided": True}).to_toml() == base.to_toml()


def test_the_resolved_file_states_defaults_changes_and_sources(base: Mission) -> None:
    text = base.with_changes({"entry.flight_path_angle_deg": -16, "entry.duration_limit_s": 100}).to_toml()
    assert "flight_path_angle_deg = -16.0  # changed: was -15.489 (way2022; dutta2022) planet-relative\n" in text
    assert "duration_limit_s = 100.0  # changed: was 900.0\n" in text
    assert "count = 8  # default\n" in text
    assert 'sky_crane = "none"  # default\n' in text
    assert "# inertial is another angle\n[entry]\n" in text
    assert 'heights_km = [0.0, 1.5, 30.0]  # [karlgaard2022] the "ground" # twice\n' in text


def test_the_resolved_file_is_the_same_mission_and_resolves_to_itself(base: Mission) -> None:
    twin = again(base)
    assert twin.parameters == base.parameters
    assert twin.identity == base.identity
    assert twin.sources == base.sources
    assert twin.to_toml() == base.to_toml()


def test_identity_follows_content_and_not_layout(base: Mission, tmp_path: Path) -> None:
    assert child(tmp_path, 'based_on = "base.toml"\n').identity == base.identity
    assert base.with_changes({"engines.cant_deg": 22.6}).identity != base.identity


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(
    angle=st.floats(-89.999, -1e-300),
    speed=st.floats(min_value=5e-324, allow_infinity=False),
    heights=st.lists(finite, min_size=1, max_size=40, unique=True).map(sorted),
    cant=finite,
    title=st.text(),
    comment=st.text(st.characters(exclude_categories=["Cc", "Cs"])),
)
def test_any_mission_survives_the_way_into_a_file_and_back(
    angle: float, speed: float, heights: list[float], cant: float, title: str, comment: str
) -> None:
    heights = [each for each in heights if abs(each) < 1e305] or [0.0]
    mission = read_mission_text(BASE.replace("# not in", f"# {comment}"), parameters=Toy).with_changes(
        {
            "entry.flight_path_angle_deg": angle,
            "entry.speed_m_s": speed,
            "atmosphere.heights_km": heights,
            "engines.cant_deg": cant,
        }
    )
    mission = mission.with_changes({"title": f"'''{title}'''"}) if "'" not in title and title.isprintable() else mission
    twin = again(mission)
    assert twin.parameters == mission.parameters
    assert twin.to_toml() == mission.to_toml()
