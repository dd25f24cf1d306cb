"""The printed story goes forward in time; what is known only afterwards is told at the end."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from unit.synthetic_record import synthetic_record

from skycrane.cli.next_steps import next_lines
from skycrane.cli.screen import Screen
from skycrane.cli.telling import Storyteller, ending_lines, title_lines
from skycrane.mission import load_mission
from skycrane.mission.mission import read_mission_text
from skycrane.mission.parameters.touchdown import FAULTS
from skycrane.record import Event


def test_impacts_found_after_the_landing_are_told_together_at_the_end() -> None:
    out = io.StringIO()
    story = Storyteller(Screen(out))
    for key, t in (
        ("touchdown", 416.0),
        ("ballast_impact_1", 295.1),
        ("heatshield_impact", 360.8),
        ("descent_stage_impact", 442.9),
    ):
        story.hear(Event(key, key, t))
    story.end()
    told = out.getvalue().splitlines()
    assert [line[:8] for line in told[:2]] == ["E+416.0 ", "E+442.9 "]
    assert told[3] == "Meanwhile on the ground: ballast pair 1 at E+295.1 s, heat shield at E+360.8 s"


SAID = {
    "bridle_stuck": "bridle 2 is not cut",
    "early_cut": "the bridles part with the lowest wheel 3 m over the ground",
    "engine_weak": "engine 2 gives 0.6 times what is asked of it from rover separation on",
    "late_cut": "the bridles leave 3 s after the command",
    "lateral_wind": "25 m/s more wind, towards 90 deg",
    "reel_jam": "the reel stops with 4 m paid out",
    "rock_under_wheel": "a rock 0.5 m wide, 0.3 m high lies under the left front wheel",
    "slope": "the ground is 15 deg steeper, rising towards 60 deg",
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_of_the_last_metres_is_said_before_the_flight(kind: str, root: Path) -> None:
    mission = load_mission(root / f"examples/missions/faults/{kind}.toml")
    lines = list(title_lines(Screen(io.StringIO()), mission, None, {}))
    assert lines[1:] == [f"{kind}, nominal flight", f"Fault in the last metres: {SAID[kind]}", ""]
    assert max(map(len, lines)) <= 100


def test_without_faults_none_is_said() -> None:
    for model in ("reduced", "multibody"):
        text = f'based_on = "mars2020"\nname = "plain"\n[touchdown]\nmodel = "{model}"\n'
        lines = list(title_lines(Screen(io.StringIO()), read_mission_text(text, "plain.toml"), 3, {}))
        assert lines[1:] == ["plain, seed 3", ""]


def test_a_landing_that_stands_says_which_requirement_it_misses() -> None:
    """0.504 m/s sideways is no loss (1.0) and more than the mission asks for (0.5), which two decimals would not show."""
    mission = load_mission("mars2020").to_toml()
    touchdown = {"vertical_speed_m_s": 0.75, "horizontal_speed_m_s": 0.504, "tilt_deg": 31.0}
    outcome = {"success": True, "sentence": "On the ground.", "touchdown": touchdown}
    record = replace(synthetic_record(), mission=mission, outcome=outcome)
    lines = list(ending_lines(Screen(io.StringIO()), record))
    assert lines[0] == "On the ground."
    missed = [line for line in lines if line.startswith("Misses")]
    assert lines[1 : 1 + len(missed)] == missed
    assert "Misses a requirement: Horizontal speed at touchdown 0.504 m/s, at most 0.500 m/s asked for" in missed
    assert "Misses a requirement: Tilt of the rover at rest 31.0 deg, at most 30.0 deg asked for" in missed
    assert not any("Vertical" in line for line in missed)
    lost = replace(record, outcome={**outcome, "success": False, "losses": [{"name": "tipped_over"}]})
    assert not any(line.startswith("Misses") for line in ending_lines(Screen(io.StringIO()), lost))


@pytest.mark.parametrize(
    ("mission", "outcome", "commands"),
    [
        ("mars2020", {"success": True, "outcome": "landed"}, ["site", "sound", "downlink", "watch"]),
        ("mars2020", {"success": False, "outcome": "tip_over"}, ["watch"]),
        ("teaching", {"success": True, "outcome": "landed"}, ["watch"]),
    ],
)
def test_what_can_be_done_next_is_what_this_landing_allows(
    mission: str, outcome: dict[str, object], commands: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = replace(synthetic_record(), outcome=outcome)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("shutil.which", lambda name: None)
    for typed, word in ((".venv/bin/skycrane", ".venv/bin/skycrane"), ("/x/__main__.py", "skycrane")):
        monkeypatch.setattr("sys.argv", [typed])
        told = [line.removeprefix("Next").split() for line in next_lines(load_mission(mission), record, Path("a run"))]
        assert [words[:4] for words in told] == [[word, command, "'a", "run'"] for command in commands]
    (tmp_path / "a run/sound").mkdir(parents=True)  # heard already, as `land` does with its pictures
    assert not any(" sound " in line for line in next_lines(load_mission(mission), record, Path("a run")))
