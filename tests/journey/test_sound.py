"""From a run folder to what was heard, by command; home by downlink; and what is said when something is wrong."""

import base64
import hashlib
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from heard_run import heard_record, heard_run
from PIL import Image

import skycrane.sound.listen
from skycrane import record_sound
from skycrane.cli import main
from skycrane.core.errors import InputError
from skycrane.report import write_report

FILES = {"sound.json", "edl_microphone.flac", "edl_microphone_excerpt.mp3", "edl_microphone.png"}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = heard_run(tmp_path_factory.mktemp("ears") / "run", seed=5)
    assert main(["sound", str(folder)]) == 0
    return folder


def hashes(folder: Path) -> dict[str, str]:
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in folder.iterdir()}


def label(run: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((run / "sound/sound.json").read_text())
    return content


def test_the_command_records_and_says_how_loud_it_was(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sound", str(recorded)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("SIMULATED")
    assert "recorded no audio" in said
    for part in ("powered descent", "on the bridles", "descent engines", "bridle cut", "alone on Mars"):
        assert part in said
    assert "supercam_microphone: it is off during the landing" in said
    assert {each.name for each in (recorded / "sound").iterdir()} == FILES
    told = label(recorded)
    assert "SIMULATED" in told["note"]
    for file in told["microphones"][0]["files"]:
        content = (recorded / "sound" / file["name"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    with soundfile.SoundFile(recorded / "sound/edl_microphone.flac") as tape:
        assert (tape.samplerate, tape.channels, tape.subtype) == (48000, 1, "PCM_24")
        assert "SIMULATED" in tape.comment
    excerpt, rate = soundfile.read(recorded / "sound/edl_microphone_excerpt.mp3")
    found = told["microphones"][0]["files"][0]
    assert len(excerpt) / rate == pytest.approx(found["ends_s"] - found["starts_s"], abs=0.1)
    assert 0.5 < np.max(np.abs(excerpt)) < 1.05
    with Image.open(recorded / "sound/edl_microphone.png") as picture:
        assert picture.size[0] > 1000
        assert len(np.unique(np.asarray(picture.convert("L")))) > 50, "something is drawn"


def test_the_same_run_gives_the_same_bytes_and_another_seed_other_noise(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = hashes(recorded / "sound")
    assert main(["sound", str(recorded), "--out", str(tmp_path / "again"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == label(recorded)
    assert hashes(tmp_path / "again") == before
    other = heard_record(seed=6)
    record_sound(other, out=tmp_path / "other")
    assert hashes(tmp_path / "other")["edl_microphone.flac"] != before["edl_microphone.flac"]


def test_it_comes_home_byte_for_byte_the_excerpt_first(recorded: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(recorded, tmp_path / "run"))
    assert main(["downlink", str(run)]) == 0
    arrived = json.loads((run / "downlink/arrivals.json").read_text())
    products = {each["name"]: each for each in arrived["products"] if each["kind"] == "sound"}
    assert set(products) == {"sound/edl_microphone.flac", "sound/edl_microphone_excerpt.mp3"}
    for name in products:
        assert (run / "downlink/received" / name).read_bytes() == (run / name).read_bytes()
    excerpt, whole = products["sound/edl_microphone_excerpt.mp3"], products["sound/edl_microphone.flac"]
    assert excerpt["sent_s"] < whole["sent_s"]
    assert excerpt["whole_s"] < whole["whole_s"]
    files = {each["name"]: each for each in label(run)["microphones"][0]["files"]}
    assert whole["taken_s"] == pytest.approx(files["edl_microphone.flac"]["ends_s"], abs=1e-3)
    assert excerpt["stored_s"] >= whole["taken_s"], "nothing is sent while the microphone is still on"
    health = next(each for each in arrived["products"] if each["kind"] == "health")
    assert health["sent_s"] < excerpt["sent_s"]


def test_a_mission_without_ears_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = heard_run(tmp_path / "run", {"sound": "none"})
    assert main(["sound", str(run)]) == 2
    said = capsys.readouterr().err
    assert "carries no microphone" in said
    assert "--microphones mars2020" in said
    assert not (run / "sound").exists()
    assert main(["sound", str(run), "--microphones", "teaching"]) == 2
    assert "mission teaching carries no microphone" in capsys.readouterr().err


def test_bad_input_is_one_sentence_and_leaves_nothing(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "song.wav").write_bytes(b"mine")
    (tmp_path / "file").write_text("")
    off = heard_run(tmp_path / "off", {"sound.microphones.0.on_event": "parachute_deploy"})
    for words, reason in (
        ([str(tmp_path / "nothing")], "does not exist"),
        ([str(recorded), "--out", str(tmp_path / "own")], "left alone"),
        ([str(recorded), "--out", str(tmp_path / "file")], "left alone"),
        ([str(recorded), "--out", str(tmp_path / "file" / "below")], "cannot write"),
        ([str(recorded), "--microphones", "venus"], "venus"),
        ([str(off)], "waits for parachute_deploy"),
    ):
        assert main(["sound", *words]) == 2, words
        said = capsys.readouterr().err
        assert reason in said
        assert said.count("\n") == 1
        assert "Traceback" not in said
    assert (tmp_path / "own" / "song.wav").read_bytes() == b"mine"
    assert not (off / "sound").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_run_that_may_not_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = heard_run(tmp_path / "run")
    run.chmod(0o555)
    assert main(["sound", str(run)]) == 2
    assert "cannot write" in capsys.readouterr().err
    run.chmod(0o755)


def test_what_breaks_half_way_leaves_the_old_recording(recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = hashes(recorded / "sound")

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(skycrane.sound.listen, "draw_spectrogram", no_space)
    assert main(["sound", str(recorded)]) == 2
    assert hashes(recorded / "sound") == before
    assert not [each for each in recorded.iterdir() if each.name.startswith(".")]


def test_the_report_plays_and_shows_what_was_heard(recorded: Path, tmp_path: Path) -> None:
    """Excerpt and spectrogram are inside the page, byte for byte; a damaged folder is one sentence."""
    run = tmp_path / "run"
    shutil.copytree(recorded, run)
    page = write_report(run, tmp_path / "report.html").read_text(encoding="utf-8")
    section = re.search(r'<section id="sound">.*?</section>', page, re.DOTALL)
    assert section is not None
    for kind, name in (("audio/mpeg", "edl_microphone_excerpt.mp3"), ("image/png", "edl_microphone.png")):
        inside = re.search(f'src="data:{kind};base64,([^"]+)"', section[0])
        assert inside is not None
        assert base64.b64decode(inside[1]) == (run / "sound" / name).read_bytes()
    assert section[0].count("<tr><td>") == len(label(run)["microphones"][0]["parts"])
    assert "SIMULATED" in section[0]
    (run / "sound/edl_microphone.png").unlink()
    with pytest.raises(InputError, match="is damaged; record it anew with: skycrane sound"):
        write_report(run, tmp_path / "report.html")
