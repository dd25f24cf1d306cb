"""`skycrane pictures` from run folder to files: what is there, what is not taken twice, what is refused in one sentence."""

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hanging_rover import LevelGround, hanging_rover

from skycrane.cli import main


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts of 128 pixels over level ground, so that a picture takes a second."""
    pytest.importorskip("mitsuba")
    import skycrane.terrain
    from skycrane.cameras import take

    tiny = take.Quality("draft", 128, 2, 1, 2, 60, 60, 0.7)
    monkeypatch.setitem(take.QUALITIES, "draft", tiny)
    monkeypatch.setattr(skycrane.terrain, "open_terrain", lambda name, site: LevelGround())


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    record, _ = hanging_rover()
    return record.save(tmp_path_factory.mktemp("flown") / "run")


@pytest.fixture
def run(flown: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(flown, tmp_path / "run"))


def catalogue(run: Path) -> list[dict[str, Any]]:
    content = json.loads((run / "pictures/catalogue.json").read_text())
    assert content["simulated"] is True
    return list(content["images"])


def test_pictures_come_with_all_their_files_and_say_simulated(run: Path, reference_data: Callable[[str], Path]) -> None:
    from PIL import Image

    assert main(["pictures", str(run), "--camera", "DDC", "--camera", "RUC", "--at", "touchdown-3s"]) == 0
    rows = catalogue(run)
    assert [row["skycrane"]["camera"] for row in rows] == ["DDC", "RUC"]
    for row in rows:
        assert "SIMULATED" in row["caption"]
        assert "SIMULATED" in row["title"]
        for name in row["image_files"].values():
            assert (run / "pictures" / name).stat().st_size > 0
        with Image.open(run / "pictures" / row["image_files"]["full_res"]) as picture:
            assert "SIMULATED" in picture.info["Source"]
            assert f"({picture.width},{picture.height})" == row["extended"]["dimension"]
        with Image.open(run / "pictures" / row["image_files"]["codestream"]) as stream:
            assert stream.size == picture.size
    assert (run / "pictures/contact_sheet.png").exists()
    assert not [each for each in (run / "pictures").iterdir() if each.name.startswith(".")]
    theirs = json.loads(reference_data("data/m2020_raw_image_api/sample_record_navcam_left_sol100.json").read_text())
    assert set(theirs) <= set(rows[0])
    assert set(theirs["camera"]) <= set(rows[0]["camera"])
    assert set(theirs["extended"]) <= set(rows[0]["extended"])


def test_what_is_there_is_not_taken_again(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupted command goes on where it stopped."""
    from skycrane.cameras import take

    words = ["pictures", str(run), "--camera", "DDC", "--at", "touchdown-3s", "--at", "touchdown-2s"]
    whole = take.Studio.take
    times: list[float] = []

    def stops(self: Any, camera: Any, time: float, quality: Any) -> Any:
        times.append(time)
        if len(times) == 2:
            raise KeyboardInterrupt
        return whole(self, camera, time, quality)

    monkeypatch.setattr(take.Studio, "take", stops)
    assert main(words) == 130
    assert len(catalogue(run)) == 1
    assert main(words) == 0
    assert len(times) == 3
    assert times[1] == times[2]
    assert len(catalogue(run)) == 2


def test_another_model_is_taken_anew_and_remembered(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A picture is one of its models too: with another one it is not there yet, with the same one it is."""
    from skycrane.cameras import pictures, take
    from skycrane.cameras.models.own import OwnModel

    words = ["pictures", str(run), "--camera", "DDC", "--at", "touchdown-3s"]
    whole = take.Studio.take
    taken: list[float] = []
    monkeypatch.setattr(take.Studio, "take", lambda self, *words: (taken.append(words[1]), whole(self, *words))[1])
    assert main(words) == 0
    assert main([*words, "--model", f"rover={run / 'mission.toml'}"]) == 2
    monkeypatch.setattr(pictures, "own_model", lambda name, path: OwnModel((), str(path)))
    capsys.readouterr()
    for count, model in ((2, ["--model", "rover=mine"]), (2, ["--model", "rover=mine"]), (3, [])):
        assert main([*words, *model]) == 0
        assert len(taken) == count
        assert [row["skycrane"]["models"] for row in catalogue(run)] == [{"rover": "mine"} if model else {}]
        done = capsys.readouterr().out.splitlines()[1]
        assert done.startswith("Done: 1 SIMULATED picture, ")
        assert Path(done.removeprefix("Done: 1 SIMULATED picture, ").partition(";")[0]).is_file()


def test_every_second_and_a_film(run: Path) -> None:
    words = ["pictures", str(run), "--camera", "DDC", "--every", "2s", "--max", "3", "--movie"]
    assert main(words) == 0
    times = [row["skycrane"]["time_s"] for row in catalogue(run)]
    assert np.diff(times) == pytest.approx([2.0, 2.0])
    film = (run / "pictures/DDC.mp4").read_bytes()
    assert film[4:8] == b"ftyp"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--camera", "NAVCAM_LEF", "--at", "touchdown"], "there is no camera NAVCAM_LEF; did you mean NAVCAM_LEFT?"),
        (["--camera", "DDC", "--at", "touchdwn-2s"], "no event touchdwn; did you mean touchdown"),
        (["--camera", "DDC", "--at", "some day"], "--at some day is no moment"),
        (["--camera", "DDC", "--every", "0"], "--every 0 is no interval"),
        (["--camera", "NAVCAM_LEFT", "--at", "touchdown"], "NAVCAM_LEFT is off throughout this landing"),
        (["--camera", "DDC", "--at", "5"], "DDC is off at 5.0 s: it is on from"),
        (["--quality", "best"], "--quality is best, must be one of draft, final"),
        (["--max", "0"], "--max is 0, must be at least 1"),
        (["--model", "rover"], "--model rover must be MACHINE=FILE"),
        (["--model", "rover=nowhere.glb"], "--model rover=nowhere.glb: No such file or directory"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    run: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pictures", str(run), *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not list(run.glob("pictures/*.png"))


def test_a_full_disk_leaves_no_half_picture(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from skycrane.cameras import label

    def full(samples: Any, path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(label, "write_raw", full)
    assert main(["pictures", str(run), "--camera", "DDC", "--at", "touchdown-3s"]) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert not list((run / "pictures").iterdir())


def test_a_damaged_catalogue_is_named(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run / "pictures").mkdir()
    (run / "pictures/catalogue.json").write_text('{"images": [')
    assert main(["pictures", str(run)]) == 2
    assert "catalogue.json is truncated or damaged" in capsys.readouterr().err


def test_a_run_without_cameras_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record, mission = hanging_rover(cameras=False)
    assert not mission.parameters.cameras
    record.save(tmp_path / "run")
    assert main(["pictures", str(tmp_path / "run")]) == 2
    assert "has no cameras" in capsys.readouterr().err


def test_the_cameras_are_listed(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pictures", str(run), "--list"]) == 0
    *cameras, end = capsys.readouterr().out.splitlines()
    assert len(cameras) == 25
    assert end.startswith("The record ends at 430.0 s")
    assert not (run / "pictures").exists()
