"""Everything that can be wrong with a mission file is said in one sentence: file, line, key, value, what is allowed."""

import os
from pathlib import Path

import pytest
from mission_toy import BASE, Toy, write_base

from skycrane.core.errors import InputError
from skycrane.mission import Mission, load_mission
from skycrane.mission.presets import mission_names


def refusal(path: object) -> str:
    with pytest.raises(InputError) as caught:
        load_mission(path if isinstance(path, Path) else str(path), Toy)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def refused(folder: Path, old: str, new: str) -> str:
    """What is said about the base with one piece of text replaced; the folder's own name is left out."""
    assert old in BASE
    return refusal(write_base(folder, BASE.replace(old, new))).replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("speed_m_s = 5553", "sped_m_s = 5553", "base.toml, line 9: entry.sped_m_s is not a key of [entry]; did you mean speed_m_s?"),
        ("speed_m_s = 5553", "speed = 5553", "base.toml, line 9: entry.speed is not a key of [entry]; did you mean speed_m_s?"),
        ('title = "Base"', "tittle = 1", "base.toml, line 3: tittle is not a key of the top of the file; did you mean title?"),
        ("speed_m_s = 5553", "", "base.toml, line 7: entry.speed_m_s is missing, must be given (speed, in m/s)"),
        ("= 5553", '= "fast"', 'base.toml, line 9: entry.speed_m_s is "fast", must be a number in m/s'),
        ("= 5553", "= true", "base.toml, line 9: entry.speed_m_s is true, must be a number in m/s"),
        ("= 5553", "= nan", "base.toml, line 9: entry.speed_m_s is nan, must be a finite number in m/s"),
        ("= 5553", "= -inf", "base.toml, line 9: entry.speed_m_s is -inf, must be a finite number in m/s"),
        ("= 5553", f"= {10**400}", "must be a finite number in m/s"),
        ("= 5553", "= -5553", "base.toml, line 9: entry.speed_m_s is -5553, must be above 0; did you mean 5553?"),
        ("= -15.489", "= 15.489", "entry.flight_path_angle_deg is 15.489, must be above -90 and below 0; did you mean -15.489?"),
        ("= 5553", "= 2021-02-18", "base.toml, line 9: entry.speed_m_s is 2021-02-18, must be a number in m/s"),
        ('title = "Base"', "title = 2021-02-18", "base.toml, line 3: title is 2021-02-18, must be a word in quotes"),
        ('title = "Base"', "guided = 1", "base.toml, line 3: guided is 1, must be true or false"),
        ("30,\n", "1.0,\n", "line 14: atmosphere.heights_km is 1.5 and then 1 at element 3, must be strictly increasing"),
        ("30,\n", "'a',\n", 'line 14: atmosphere.heights_km (element 3) is "a", must be a number in km'),
        ('"tabulated"', '"tabuladed"', '.model is "tabuladed", must be one of exponential, tabulated; did you mean tabulated?'),
        ('model = "tabulated"', "", "base.toml, line 11: atmosphere.model is missing, must be one of exponential, tabulated"),
        ('"parachute"', '"parashute"', 'line 22: phases.1.kind is "parashute", must be one of entry, parachute, flyaway; did you mean'),
        ('"entry.flight', '"entry.fligth', "the name of a number of this mission; did you mean entry.flight_path_angle_deg?"),
        ('"entry.flight_path_angle_deg"', '"sky_crane.cant_deg"', 'line 26: dispersions.0.key is "sky_crane.cant_deg", must be the name'),
        ('"entry.flight_path_angle_deg"', '"title"', "which is no single number in this mission"),
        ("[atmosphere]", "[engines]\ncount = 2.5\n[atmosphere]", "base.toml, line 12: engines.count is 2.5, must be a whole number"),
        (
            "[atmosphere]",
            "[engines]\nthrottle_low_percent = 90\nthrottle_high_percent = 80\n[atmosphere]",
            "base.toml, line 11: engines: throttle_low_percent 90 is above throttle_high_percent 80",
        ),
        ("[entry]", "[entryy]", "entryy is not a key of the top of the file; did you mean entry?"),
        ('title = "Base"', "engines = 3", "base.toml, line 3: engines is 3, must be a section, [engines]"),
        ('title = "Base"', 'planet2 = "x"', "did you mean planet?"),
        ('title = "Base"', 'name = "a/b"', 'base.toml, line 3: name is "a/b", must be a word in quotes of letters'),
        ('title = "Base"', 'flown = "nobody"', 'base.toml, line 3: flown is "nobody", must be the name of a mission with flown figures'),
        ('title = "Base"', 'based_on = "nobody"', 'base.toml, line 3: based_on is "nobody", but there is no mission "nobody"'),
        ('title = "Base"', 'based_on = "./nobody.toml"', 'based_on is "./nobody.toml", which does not exist'),
        ('title = "Base"', "based_on = 3", "base.toml, line 3: based_on is 3, must be a mission's name or file in quotes"),
        ('title = "Base"', 'based_on = "base.toml"', "is a circle, must end at a mission that is based on none"),
        ("[[dispersions]]", "[dispersions]", "dispersions is a table, must be an array of tables, [[dispersions]]"),
        ("speed_m_s = 5553", "speed_m_s", "base.toml, line 9: not valid TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert sentence in refused(tmp_path, old, new)


def test_a_mistake_in_the_base_is_named_in_the_base(tmp_path: Path) -> None:
    write_base(tmp_path, BASE.replace("= 5553", "= -1"))
    assert "base.toml, line 9: entry.speed_m_s is -1" in refusal(
        write_base(tmp_path, 'based_on = "base.toml"\n', "child.toml")
    )


def test_an_unknown_planet_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    write_base(tmp_path)
    text = 'based_on = "base.toml"\nplanet = "marz"\n'
    assert 'line 2: planet is "marz", but there is no planet "marz"' in refusal(
        write_base(tmp_path, text, "child.toml")
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty, must be a TOML file"),
        (b"\n  \n", "is empty"),
        (BASE[: BASE.index("30,")].encode(), "was it cut off?"),
        (BASE.encode("utf-8")[:60] + b'\ntitle2 = "\xff\xfe"', "is not UTF-8, save the file as UTF-8 text"),
        (BASE.encode("utf-16"), "is not UTF-8"),
        (b"\x00\x01\x02", "not valid TOML"),
        (b"a = 1\na = 2\n", "line 2"),
        (b"a = " + b"[" * 5000, "TOML"),
    ],
)
def test_a_file_that_is_no_mission_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    assert sentence in refusal(path)


def test_a_file_cut_off_anywhere_is_refused_or_lacks_something(tmp_path: Path) -> None:
    for end in range(0, BASE.index("[[phases]]"), 7):
        refusal(write_base(tmp_path, BASE[:end]))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "is a folder, must be a TOML file" in refusal(tmp_path)
    assert "does not exist" in refusal(tmp_path / "nothing.toml")
    assert "does not exist" in refusal("./nothing.toml")
    assert "cannot be read" in refusal("./" + "x" * 5000 + ".toml")
    os.mkfifo(tmp_path / "pipe.toml")
    assert "is not a regular file" in refusal(tmp_path / "pipe.toml")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = write_base(tmp_path)
    path.chmod(0)
    assert "cannot be read" in refusal(path)


def test_an_unknown_mission_is_refused_with_the_nearest_name() -> None:
    assert 'there is no mission "nobody", must be one of' in refusal("nobody")
    for name in mission_names():
        assert f"did you mean {name}?" in refusal(f"{name}x")


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("entry.sped_m_s", 1, "entry.sped_m_s is not a key of this mission; did you mean entry.speed_m_s?"),
        ("speed_m_s", 1, "did you mean entry.speed_m_s?"),
        ("phases.2.kind", "entry", "phases.2.kind is not a key of this mission"),
        ("sky_cane.count", 1, "did you mean sky_crane.count?"),
        ("engine.cant_deg", 1, "did you mean engines.cant_deg?"),
        ("phases.chute.kint", "entry", "did you mean phases.chute.kind?"),
        ("entry.speed_m_s.x", 1, "entry.speed_m_s.x is not a key"),
        ("", 1, "an empty name is not a key"),
        ("entry.speed_m_s", "-1", "entry.speed_m_s is -1, must be above 0; did you mean 1?"),
        ("entry.speed_m_s", "fast", 'entry.speed_m_s is "fast", must be a number'),
        ("entry.speed_m_s", "1\nx=2", "must be a number"),
        ("entry", "none", 'entry is "none", must be a section'),
        ("atmosphere.model", "exponential", "atmosphere.scale_height_km is missing"),
        ("planet", "marz", 'there is no planet "marz"'),
        ("title", None, ""),
    ],
)
def test_a_wrong_change_is_refused(tmp_path: Path, key: str, value: object, sentence: str) -> None:
    mission = load_mission(write_base(tmp_path), Toy)
    if not sentence:
        assert mission.with_changes({key: value}).parameters.title == "none"
        return
    with pytest.raises(InputError, match=r"with changes|base\.toml") as caught:
        mission.with_changes({key: value})
    assert sentence in str(caught.value)


def test_asking_for_what_is_not_there_is_refused(tmp_path: Path) -> None:
    mission: Mission = load_mission(write_base(tmp_path), Toy)
    with pytest.raises(InputError, match=r"did you mean entry\.speed_m_s\?"):
        mission.value("entry.speed")
    with pytest.raises(
        InputError, match=r"entry is a section, ask for one of its keys, such as entry\.flight_path_angle_deg"
    ):
        mission.value("entry")


ROW = """\
[[figures]]
key = "peak"
label = "Peak"
value = 10.7
low = 10
high = 11
unit = "g"
quantity = "event.peak.state.deceleration"
source = "[way2022]"
confidence = "read"
"""


def test_flown_figures_are_read_beside_the_mission(tmp_path: Path) -> None:
    write_base(tmp_path, ROW, "base_flown.toml")
    mission = load_mission(write_base(tmp_path), Toy)
    assert mission.flown is not None
    assert [(row.key, row.value, row.unit) for row in mission.flown] == [("peak", 10.7, "g")]
    assert 'flown = "' in mission.to_toml()
    based = write_base(tmp_path, 'based_on = "base.toml"\n', "child.toml")
    assert load_mission(based, Toy).flown is None
    assert (
        load_mission(write_base(tmp_path, 'based_on = "base.toml"\nflown = "base"\n', "child.toml"), Toy).flown
        == mission.flown
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "low = 10",
            "low = 12",
            "base_flown.toml, line 1: figures.0: low is 12 and high is 11, low must not be above high",
        ),
        ("value = 10.7", "value = 12", "value is 12, must lie between low 10 and high 11"),
        ("value = 10.7", "value = nan", "base_flown.toml, line 4: figures.0.value is nan"),
        ('unit = "g"\n', "", "figures.0.unit is missing"),
        ("[[figures]]", "[figures]", "must hold nothing but one array of tables"),
        ("[[figures]]", ROW + "[[figures]]", 'line 12: figures.1.key is "peak", which an earlier row has already'),
    ],
)
def test_flown_figures_are_checked(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    write_base(tmp_path, ROW.replace(old, new), "base_flown.toml")
    with pytest.raises(InputError) as caught:
        _ = load_mission(write_base(tmp_path), Toy).flown
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[parachute]\ndrag_scale = 0.9", "parachute is not a key of the top of the file; did you mean [vehicle.parachute]?"),
        ("[parachute]\nheight_m = 1", "did you mean [vehicle.parachute] or [triggers.parachute]?"),
        ("[vehicle]\nflight_path_angle_deg = -15", "is not a key of [vehicle]; it belongs in [entry]"),
        ('[[orbiters]]\nname = "x"', "orbiters is not a key of the top of the file; did you mean [[downlink.orbiters]]?"),
        ("mass_kg = 1", "it belongs in [vehicle.heat_shield], in [vehicle.backshell], in [vehicle.descent_stage] or 4 more"),
        ("[atmosphere]\nscale_height_m = 1", 'it belongs in [atmosphere] with model = "exponential"'),
        ("[vehicle]\nballst = 1", "vehicle.ballst is not a key of [vehicle]; did you mean ballast?"),
        ("[entry]\nbeauty = 1", "entry.beauty is not a key of [entry]; allowed: "),
    ],
)  # fmt: skip
def test_a_key_in_the_wrong_section_is_shown_to_its_own(tmp_path: Path, text: str, hint: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f'based_on = "mars2020"\nname = "x"\n{text}\n')
    with pytest.raises(InputError) as caught:
        load_mission(path)
    assert hint in str(caught.value)


def test_a_file_named_without_its_ending_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_base(tmp_path, BASE, "mine.toml")
    write_base(tmp_path, BASE, "bare")
    assert refusal("mine").endswith("; did you mean the file ./mine.toml?")
    assert refusal("bare").endswith("; did you mean the file ./bare?")
    assert refusal("").endswith("or the path of a TOML file")
