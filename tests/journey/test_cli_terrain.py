"""A person's own maps: added, listed, looked at; public ones fetched, also after an interruption."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import terrain_maps

from skycrane.cli import main
from skycrane.core.errors import InputError
from skycrane.terrain import products
from skycrane.terrain.fetch import fetch

pytest.importorskip("rasterio")
GALE = Path(__file__).resolve().parents[1] / "missions" / "curiosity.toml"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SKYCRANE_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "terrain"


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_a_map_is_added_listed_and_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dtm = terrain_maps.write(tmp_path / "hills.tif")
    assert main(["terrain", "add", "hills", "--dtm", str(dtm), "--datum", "areoid", "--mission", "mars2020"]) == 0
    assert main(["terrain", "list"]) == 0
    text = said(capsys)
    assert "jezero_like" in text
    assert "hills" in text
    picture = tmp_path / "hills.png"
    assert main(["terrain", "look", "hills", "--width", "3000", "--pixels", "64", "--out", str(picture)]) == 0
    from matplotlib import image

    rows, columns = image.imread(picture).shape[:2]
    assert columns == 65 < rows  # scale and a line of text below
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "hills.png", "hills.tif"]


def test_a_look_has_a_place_of_its_own_and_says_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    dtm = terrain_maps.write(tmp_path / "hills.tif")
    assert main(["terrain", "add", "mine", "--dtm", str(dtm), "--datum", "areoid"]) == 0
    capsys.readouterr()
    small = ["--width", "800", "--pixels", "16"]
    for name, picture in (("mine", "terrain-mine.png"), (str(dtm), "terrain-hills.png")):
        assert main(["terrain", "look", name, *small]) == 0
        assert capsys.readouterr().out.startswith(f"runs/{picture}  ")
        assert (tmp_path / "runs" / picture).is_file()
    (tmp_path / "file").write_text("x")
    assert main(["terrain", "look", "mine", *small, "--out", "file/inside/a.png"]) == 2
    assert "file/inside/a.png cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["add", "a/b", "--dtm", "HILLS", "--datum", "areoid"], "a terrain's name is made of"),
        (["add", "jezero_like", "--dtm", "HILLS", "--datum", "areoid"], "is the built-in terrain"),
        (["add", "x", "--dtm", "HILLS", "--datum", "geoid"], "it is one of areoid, ellipsoid, sphere, radius"),
        (["add", "x", "--dtm", "none.tif", "--datum", "areoid"], "there is no such file"),
        (["add", "x", "--dtm", "HILLS", "--datum", "sphere", "--mission", "mars2020"], "look like datum 'areoid'"),
        (["add", "x", "--dtm", "HILLS", "--datum", "areoid", "--mission", str(GALE)], "does not cover the landing site"),
        (["look", "jezero_likes", "--out", "a.png"], "did you mean 'jezero_like'"),
        (["look", "jezero_like", "--out", "a.jpg"], "written as .png"),
        (["look", "jezero_like", "--width", "-3", "--out", "a.png"], "--width is -3.0"),
        (["fetch", "gale"], "there are of jezero"),
        (["fetch", "jezero", "--only", "lidar"], "--only 'lidar' is not known"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_one_sentence_and_leaves_nothing(
    words: list[str], sentence: str, tmp_path: Path, own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hills = terrain_maps.write(tmp_path / "hills.tif", size=101)
    assert main(["terrain", *(str(hills) if word == "HILLS" else word for word in words)]) == 2
    text = said(capsys)
    assert sentence in text
    assert text.count("\n") == 1
    assert not own_folder.exists() or not list(own_folder.rglob("*.t*"))


def test_a_map_that_changed_since_it_was_added_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dtm = terrain_maps.write(tmp_path / "hills.tif", size=101)
    assert main(["terrain", "add", "hills", "--dtm", str(dtm), "--datum", "areoid"]) == 0
    terrain_maps.write(dtm, size=121)
    assert main(["terrain", "look", "hills", "--out", str(tmp_path / "a.png")]) == 2
    assert "when terrain 'hills' was added" in said(capsys)


class _Server(http.server.BaseHTTPRequestHandler):
    """Serves files of a folder, with ranges; drops the line after `limit` bytes when it is set."""

    folder = Path()
    limit: int | None = None
    asked: list[str | None] = []  # noqa: RUF012

    def do_GET(self) -> None:
        path = self.folder / self.path.lstrip("/")
        if not path.exists():
            self.send_error(404, "Not Found")
            return
        data, wanted = path.read_bytes(), self.headers.get("Range")
        type(self).asked.append(wanted)
        start = int(wanted.split("=")[1].rstrip("-")) if wanted and self.headers.get("If-Range") == '"v1"' else 0
        self.send_response(206 if start else 200)
        self.send_header("ETag", '"v1"')
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        end = len(data) if self.limit is None else min(len(data), start + self.limit)
        self.wfile.write(data[start:end])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    _Server.folder, _Server.limit, _Server.asked = tmp_path / "there", None, []
    _Server.folder.mkdir()
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()


def test_an_interrupted_download_goes_on_where_it_stopped(server: str, tmp_path: Path) -> None:
    import hashlib

    data = bytes(range(256)) * 5000
    (_Server.folder / "map.tif").write_bytes(data)
    _Server.limit = 700_000
    with pytest.raises(InputError, match="run the command again to go on where it stopped"):
        fetch(f"{server}/map.tif", tmp_path / "got.tif")
    assert not (tmp_path / "got.tif").exists()
    _Server.limit, seen = None, []
    digest = fetch(f"{server}/map.tif", tmp_path / "got.tif", None, lambda there, total: seen.append((there, total)))
    assert _Server.asked == [None, "bytes=700000-"]
    assert (tmp_path / "got.tif").read_bytes() == data
    assert digest == hashlib.sha256(data).hexdigest()
    assert seen[-1] == (len(data), len(data))
    assert not list(tmp_path.glob("*.part*"))
    fetch(f"{server}/map.tif", tmp_path / "got.tif", len(data))
    assert len(_Server.asked) == 2, "a file that is there whole is not asked for again"


def test_a_download_of_the_wrong_size_is_not_kept(server: str, tmp_path: Path) -> None:
    (_Server.folder / "map.tif").write_bytes(b"x" * 1000)
    with pytest.raises(InputError, match="gave 1000 of 900 bytes"):
        fetch(f"{server}/map.tif", tmp_path / "got.tif", 900)
    assert not (tmp_path / "got.tif").exists()


def test_a_download_with_the_wrong_hash_is_not_kept_and_comes_anew(server: str, tmp_path: Path) -> None:
    import hashlib

    (_Server.folder / "map.tif").write_bytes(b"x" * 1000)
    right, got = hashlib.sha256(b"y" * 1000).hexdigest(), tmp_path / "got.tif"
    with pytest.raises(InputError, match=f"must be {right}; it is not kept"):
        fetch(f"{server}/map.tif", got, 1000, digest=right)
    assert not list(tmp_path.glob("got*"))
    (_Server.folder / "map.tif").write_bytes(b"y" * 1000)
    assert fetch(f"{server}/map.tif", got, 1000, digest=right) == right
    got.write_bytes(b"z" * 1000)  # changed since: of the right size, and not trusted
    assert fetch(f"{server}/map.tif", got, 1000, digest=right) == right
    assert got.read_bytes() == b"y" * 1000


def test_a_file_that_changed_on_the_server_starts_again(server: str, tmp_path: Path) -> None:
    (_Server.folder / "map.tif").write_bytes(b"new" * 1000)
    (tmp_path / "got.tif.part").write_bytes(b"old" * 300)
    (tmp_path / "got.tif.part.json").write_text('{"validator": "\\"v0\\""}')
    fetch(f"{server}/map.tif", tmp_path / "got.tif")
    assert _Server.asked == ["bytes=900-"]
    assert (tmp_path / "got.tif").read_bytes() == b"new" * 1000


def test_no_server_and_no_file_are_said(server: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="answers 404"):
        fetch(f"{server}/none.tif", tmp_path / "got.tif")
    with pytest.raises(InputError, match="cannot be reached"):
        fetch("http://127.0.0.1:9/none.tif", tmp_path / "got.tif")


def test_a_place_is_fetched_and_can_be_landed_on(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terrain_maps.write(_Server.folder / "dtm.tif", size=101)
    product = products.Product("dtm", "model", "hills", f"{server}/dtm.tif", None, "1 MB", "free")
    monkeypatch.setitem(products.PLACES, "hills", (product,))
    assert main(["terrain", "fetch", "hills"]) == 0
    assert main(["terrain", "look", "hills", "--width", "800", "--pixels", "16", "--out", str(tmp_path / "a.png")]) == 0
    assert main(["terrain", "fetch"]) == 0
    text = said(capsys)
    assert "terrain 'hills' is ready" in text
    assert "free" in text


def test_a_damaged_map_is_not_kept_and_comes_anew(
    server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _Server.folder / "dtm.tif"
    whole = terrain_maps.write(path, size=101).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    product = products.Product("dtm", "model", "hills", f"{server}/dtm.tif", None, "1 MB", "free")
    monkeypatch.setitem(products.PLACES, "hills", (product,))
    assert main(["terrain", "fetch", "hills"]) == 2
    assert "it is not kept, run the command again" in said(capsys)
    path.write_bytes(whole)
    assert main(["terrain", "fetch", "hills"]) == 0


def test_a_map_with_its_label_apart_is_opened_by_the_label(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As PDS3 products are published: raw numbers in one file, and a label that says what they are in another."""
    from skycrane.terrain import library

    (_Server.folder / "map.img").write_bytes(np.full((64, 64), -2570, ">i2").tobytes())
    (_Server.folder / "map.lbl").write_text(_LABEL)
    raw = products.Product("raw", "model", "map", f"{server}/map.img", 64 * 64 * 2, "8 kB", "free", label="label")
    label = products.Product("label", "label", "its label", f"{server}/map.lbl", None, "1 kB", "free", always=False)
    monkeypatch.setitem(products.PLACES, "hills", (label, raw))
    assert main(["terrain", "fetch", "hills", "--only", "raw"]) == 0
    (model,) = library.read(library.data_folder() / "hills" / "terrain.toml").models
    assert model.endswith("map.lbl")
    mola = {p.key: p for p in products.PLACES["jezero"]}["mola"]
    assert mola.label == "mola-label"


_LABEL = """PDS_VERSION_ID = "PDS3"
RECORD_TYPE = FIXED_LENGTH
RECORD_BYTES = 128
FILE_RECORDS = 64
^IMAGE = "MAP.IMG"
OBJECT = IMAGE
  LINES = 64
  LINE_SAMPLES = 64
  SAMPLE_TYPE = MSB_INTEGER
  SAMPLE_BITS = 16
END_OBJECT = IMAGE
OBJECT = IMAGE_MAP_PROJECTION
  MAP_PROJECTION_TYPE = "SIMPLE CYLINDRICAL"
  A_AXIS_RADIUS = 3396.0 <KM>
  B_AXIS_RADIUS = 3396.0 <KM>
  C_AXIS_RADIUS = 3396.0 <KM>
  CENTER_LATITUDE = 0.0 <DEGREE>
  CENTER_LONGITUDE = 180.0 <DEGREE>
  LINE_PROJECTION_OFFSET = 2392.5
  SAMPLE_PROJECTION_OFFSET = 13158.5
  MAP_RESOLUTION = 128.0 <PIXEL/DEGREE>
  MAP_SCALE = 0.463 <KM/PIXEL>
END_OBJECT = IMAGE_MAP_PROJECTION
END
"""


def test_a_map_that_ends_before_the_target_is_refused_for_a_mission(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The target of the entry of Mars 2020 lies 1.7 km from the site: a map of 500 m is no ground to land on."""
    path = terrain_maps.write(tmp_path / "small.tif", spacing=1.0, size=501)
    assert main(["terrain", "add", "small", "--dtm", str(path), "--datum", "areoid", "--mission", "mars2020"]) == 2
    assert "does not cover the target of the entry at 18.4649 N 77.4295 E, 1.7 km from the site" in said(capsys)


def test_a_look_says_what_is_made_up_and_how_large_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Under the picture a bar of a round length; the line tells what no data stand behind."""
    from matplotlib import image

    from skycrane.terrain.relief import made_up_below, round_length

    out = tmp_path / "ground.png"
    assert main(["terrain", "look", "jezero_like", "--width", "300", "--pixels", "200", "--out", str(out)]) == 0
    assert "jezero_like: all of it is synthesised" in capsys.readouterr().out
    picture = image.imread(out)[..., 0]
    bar = picture[201:, :]
    assert picture.shape[0] > 201
    assert (bar.max(axis=0) > 0.9).sum() >= round(50.0 / 300.0 * 201)
    assert [round_length(x) for x in (75.0, 1000.0, 0.3)] == pytest.approx([50.0, 1000.0, 0.2])
    everywhere, country = np.ones(4), np.array([1.0, 20.0, 1335.0])
    assert made_up_below(everywhere, 0.1) == "heights measured every 1 m, finer relief synthesised"
    assert made_up_below(everywhere, 4.0) == "heights measured every 1 m"
    assert made_up_below(country, 4.0) == "heights measured every 1 m to 1.3 km, finer relief synthesised"
    assert made_up_below(np.array([20.0, np.inf]), 40.0) == "heights measured every 20 m; 50 % of it has none"
