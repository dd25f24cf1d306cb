"""What of a recording goes into the bundle, and what a label that was tampered with leads to."""

import json
from pathlib import Path
from typing import Any

import pytest

from skycrane.core.errors import InputError
from skycrane.experience.sound import write_sound


def recorded(run: Path, **changes: Any) -> Path:
    """A run folder with the label and the excerpt of a recording."""
    (run / "sound").mkdir(parents=True)
    (run / "sound/microphone_excerpt.mp3").write_bytes(b"excerpt")
    (run / "secret.mp3").write_bytes(b"secret")
    file = {"name": "microphone_excerpt.mp3", "role": "excerpt", "starts_s": 405.5, "ends_s": 425.5, **changes}
    whole = {"name": "microphone.flac", "role": "recording", "starts_s": 0.0, "ends_s": 475.0}
    label = {
        "note": "SIMULATED.",
        "microphones": [{"id": "microphone", "title": "on the side", "files": [whole, file]}],
    }
    (run / "sound/sound.json").write_text(json.dumps(label))
    return run


def test_the_excerpt_goes_along_and_the_recording_does_not(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    told = write_sound(recorded(tmp_path / "run"), bundle)
    assert told == {
        "file": "sound/microphone_excerpt.mp3", "starts_s": 405.5, "ends_s": 425.5, "title": "on the side", "note": "SIMULATED.",
    }  # fmt: skip
    assert [each.name for each in (bundle / "sound").iterdir()] == ["microphone_excerpt.mp3"]


def test_a_run_without_a_recording_has_none(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    assert write_sound(tmp_path / "run", tmp_path) is None
    assert write_sound(recorded(tmp_path / "other", role="recording"), tmp_path) is None
    assert not (tmp_path / "sound").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "../secret.mp3"},
        {"name": "/etc/passwd"},
        {"name": "missing.mp3"},
        {"name": None},
        {"starts_s": "soon"},
        {"ends_s": True},
    ],
)
def test_a_label_that_names_something_else_is_refused_in_a_sentence(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"sound\.json names an excerpt .* without times or file; run: skycrane sound"):
        write_sound(recorded(tmp_path / "run", **changes), tmp_path)
    assert not (tmp_path / "sound").exists()


def test_a_link_out_of_the_sound_folder_is_not_followed(tmp_path: Path) -> None:
    run = recorded(tmp_path / "run")
    (run / "sound/microphone_excerpt.mp3").unlink()
    (run / "sound/microphone_excerpt.mp3").symlink_to(run / "secret.mp3")
    with pytest.raises(InputError, match="without times or file"):
        write_sound(run, tmp_path)
