"""What the page's server refuses: addresses that lead elsewhere, requests that are too large, too many, or not from the page."""

import http.client
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pictured_run import pictured_run
from unit.synthetic_record import synthetic_record

from skycrane.cli import main
from skycrane.core.errors import InputError
from skycrane.experience import answers as answers_module
from skycrane.experience import site as site_module
from skycrane.experience.answers import LARGEST_BODY
from skycrane.experience.flights import Busy, Flights
from skycrane.experience.publish import publish
from skycrane.experience.server import RunServer, is_loopback
from skycrane.experience.site import Flying, RunSite
from skycrane.experience.what_if import sliders, validated
from skycrane.mission import load_mission

SECRET = "the secret beside the run"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page as the build writes it, in small."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "single").mkdir()
    (folder / "single/page.js").write_text("1")
    (folder / "index.html").write_text('<meta charset="utf-8" />')
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("secure")
    (place / "secret.txt").write_text(SECRET)
    folder = pictured_run(synthetic_record(), place / "run", home=False)
    (folder / "leak.txt").symlink_to(place / "secret.txt")
    (folder / "pictures/leak.png").symlink_to(place / "secret.txt")
    return folder


@pytest.fixture
def server(run: Path, page: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunServer]:
    files = {"index.html": page / "index.html"}
    monkeypatch.setattr(site_module, "page_files", lambda: files)
    flying = Flying(lambda changes, tell: synthetic_record())
    made = RunSite(run, flying=flying)
    with RunServer(made) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield listening
        listening.shutdown()
    made.close()


@pytest.fixture
def ask(server: RunServer) -> Callable[..., tuple[int, bytes, dict[str, str]]]:
    def one(method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest(method, path, skip_host="Host" in given)
        for name, value in given.items():
            connection.putheader(name, value)
        if body is not None and "Content-Length" not in given:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())

    return one


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt", "/run/../../secret.txt", "/run/%2e%2e/%2e%2e/secret.txt", "/run/..%2f..%2fsecret.txt",
        "/run/%252e%252e%252fsecret.txt", "//etc/passwd", "/run//etc/passwd", "/run/pictures/%2e%2e%5c%2e%2e%5csecret.txt",
        "/run/pictures/../../../secret.txt", "/leak.txt", "/run/leak.txt", "/run/pictures/leak.png", "/run/mission.toml",
        "/run/provenance.json", "/run/flight.nc", "/file:///etc/passwd", "/run/run.json%00.txt",
        "/flights/../run/run.json", "/flights/1/../../secret.txt", "/flights/%31", "/flights/1e3", "/flights/%C2%B2", "/.git/config",
    ],
)  # fmt: skip
def test_nothing_outside_can_be_asked_for(ask: Callable[..., Any], path: str) -> None:
    status, body, _ = ask("GET", path)
    assert status == 404
    assert SECRET.encode() not in body
    assert b"root:" not in body


def test_the_bundle_is_there_with_strict_headers(ask: Callable[..., Any]) -> None:
    for path in ("/", "/run/run.json", "/run/channels.bin", "/run/pictures/SIM_DDC_2.jpg", "/rss/api/?num=2"):
        status, body, headers = ask("GET", path)
        assert status == 200, path
        assert body
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


def test_a_name_that_is_not_its_own_is_refused(ask: Callable[..., Any]) -> None:
    assert ask("GET", "/run/run.json", Host="evil.example")[0] == 421
    assert ask("GET", "/run/run.json", Host="localhost:8000")[0] == 200
    assert ask("GET", "http://elsewhere/etc/passwd")[0] in (404, 421)
    assert ask("GET", "/run/run.json", Host="[::1")[0] == 400
    assert ask("POST", "/fly", b"{}", Content_Type="application/json", Origin="http://[::1")[0] == 400
    assert is_loopback("127.0.0.1")
    assert not is_loopback("0.0.0.0")


def test_flights_are_asked_for_by_the_page_alone(ask: Callable[..., Any], server: RunServer) -> None:
    body = json.dumps({"changes": {}}).encode()
    good = {"Content_Type": "application/json"}
    assert ask("POST", "/fly", body, **good, Origin="http://evil.example")[0] == 403
    assert ask("POST", "/fly", body, Content_Type="text/plain")[0] == 415
    assert ask("POST", "/fly", body)[0] == 415
    assert ask("POST", "/run/run.json", body, **good)[0] == 404
    assert ask("POST", "/fly", b"x" * (LARGEST_BODY + 1), **good)[0] == 413
    assert ask("POST", "/fly", b"", **good, Content_Length="-1")[0] == 411
    assert ask("POST", "/fly", body, **good, Origin=server.address.rstrip("/"))[0] == 202


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b"\xff", b'{"changes": 3}', b'{"changes": {"out": "/etc/passwd"}}', b'{"mission": "/etc/passwd"}',
        b'{"changes": {"site.terrain": "/etc/passwd"}}', b'{"case": 1}', b'{"changes": {}, "case": 1}', b"[" * 4000,
        b'{"changes": {"entry.flight_path_angle_deg": -90}}', b'{"changes": {"entry.flight_path_angle_deg": NaN}}',
        b'{"changes": {"entry.flight_path_angle_deg": true}}', b'{"changes": {"entry.flight_path_angle_deg": "__import__"}}',
        b'{"changes": {"entry.flight_path_angle_deg": 1e999}}',
        b'{"changes": {"entry.flight_path_angle_deg": 1' + b"0" * 400 + b"}}",
    ],
)  # fmt: skip
def test_a_request_that_is_not_allowed_is_refused_in_a_sentence(
    run: Path, page: Path, monkeypatch: Any, body: bytes
) -> None:
    monkeypatch.setattr(site_module, "page_files", lambda: {"index.html": page / "index.html"})
    flown: list[Any] = []
    flying = Flying(lambda changes, tell: flown.append(changes) or synthetic_record(), ahead=flown.append)
    made = RunSite(run, flying=flying)
    made._sliders = sliders(load_mission("mars2020").to_toml())
    for address in ("/fly", "/ahead"):
        answer = made.post(address, "application/json", body)
        assert answer.status == 400
        assert json.loads(answer.body)["state"] == "refused"
    made.close()
    assert not flown


def test_what_is_flown_ahead_is_what_an_order_would_fly_and_so_many_an_hour(
    run: Path, page: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(site_module, "page_files", lambda: {"index.html": page / "index.html"})
    ahead: list[Any] = []
    made = RunSite(run, flying=Flying(lambda changes, tell: synthetic_record(), ahead=ahead.append))
    made._sliders = sliders(load_mission("mars2020").to_toml())
    body = b'{"changes": {"lander_vision": false, "vehicle.parachute.nominal_diameter_m": 20}}'
    statuses = {made.post("/ahead", "application/json", body).status for _ in range(300)}
    made.close()
    assert ahead[0] == {"lander_vision.start_height_m": 0.5, "vehicle.parachute.nominal_diameter_m": 20.0}
    assert len(ahead) == 240
    assert statuses == {202}, "what is not flown ahead is flown when it is asked for"


def test_every_control_is_held_within_its_limits() -> None:
    mission = load_mission("mars2020")
    allowed = sliders(mission.to_toml())
    assert {each["kind"] for each in allowed} == {"number", "switch", "choice"}
    for each in allowed:
        if each["kind"] == "number":
            for value in (each["low"] - 1e-6, each["high"] + 1e-6, float("nan"), float("inf"), "1", None, True, []):
                with pytest.raises(InputError):
                    validated({each["key"]: value}, allowed)
    own = {each["key"]: each["value"] for each in allowed}
    assert mission.with_changes(validated(own, allowed)).name == mission.name, "all at their own values can be flown"
    with pytest.raises(InputError, match="polynomial, convex"):
        validated({"powered_descent.model": "../law"}, allowed)
    assert validated({"lander_vision": False}, allowed) == {"lander_vision.start_height_m": 0.5}


def test_one_flight_at_a_time_and_so_many_an_hour() -> None:
    now, gate = [0.0], threading.Event()
    flights = Flights(lambda record, about: {}, clock=lambda: now[0])
    first = flights.order(lambda tell: gate.wait(5) and synthetic_record(), {})
    with pytest.raises(Busy, match="in the air"):
        flights.order(lambda tell: synthetic_record(), {})
    now[0] = 601.0
    assert flights.get(first.number).state == "failed", "given up after its time"
    gate.set()
    flights._in_the_air.join(10)
    assert flights.get(first.number).state == "failed"
    for _ in range(59):
        flights.order(lambda tell: None, {})
        flights._in_the_air.join(10)
    with pytest.raises(Busy, match="an hour"):
        flights.order(lambda tell: None, {})
    now[0] = 4000.0
    flights.order(lambda tell: None, {})
    flights._in_the_air.join(10)
    assert flights.get(first.number) is None, "only the last few are kept"


def test_a_flight_can_be_stopped_and_ends_at_its_next_event() -> None:
    gate, reached = threading.Event(), list[str]()

    def fly(tell: Callable[[str], None]) -> Any:
        tell("Entry interface.")
        reached.append("entry")
        gate.wait(5)
        tell("Touchdown.")
        reached.append("touchdown")
        return synthetic_record()

    flights = Flights(lambda record, about: {"run.json": b""})
    flight = flights.order(fly, {})
    while not reached:
        gate.wait(0.01)
    assert (flight.state, flight.sentence) == ("flying", "Entry interface.")
    flights.stop(flight.number)
    gate.set()
    flights._in_the_air.join(10)
    assert reached == ["entry"], "it is not computed to its end"
    assert (flight.state, flight.files) == ("stopped", {})
    after = flights.order(lambda tell: synthetic_record(), {})
    flights._in_the_air.join(10)
    assert after.state == "done"
    assert flights.stop(after.number).state == "done", "what is over is not stopped any more"


def test_a_flight_is_stopped_by_the_page_alone(ask: Callable[..., Any], server: RunServer) -> None:
    body = json.dumps({"changes": {}}).encode()
    number = json.loads(ask("POST", "/fly", body, Content_Type="application/json")[1])["number"]
    assert ask("DELETE", f"/flights/{number}", Origin="http://evil.example")[0] == 403
    assert ask("DELETE", f"/flights/{number}")[0] == 200
    for path in ("/run/run.json", "/flights/99", "/flights/..%2f1", f"/flights/{number}/run.json", "/"):
        assert ask("DELETE", path)[0] == 404, path


def test_a_defect_of_a_flight_is_told_and_the_server_goes_on() -> None:
    flights = Flights(lambda record, about: {})
    flight = flights.order(lambda tell: 1 / 0, {})
    flights._in_the_air.join(10)
    assert flight.state == "failed"
    assert "ZeroDivisionError" in flight.sentence


@pytest.mark.parametrize(
    "damage",
    ["flight.nc", "events.json", "mission.toml", "provenance.json", "outcome.json", "pictures/catalogue.json", "pictures/SIM_RDC_1.png",
     "downlink/arrivals.json", "site/assessment.json"],
)  # fmt: skip
def test_a_malformed_run_folder_is_one_sentence_in_the_terminal_and_on_the_page(
    tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str], page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (site_module, answers_module):
        monkeypatch.setattr(module, "page_files", lambda: {"index.html": page / "index.html"})
    folder = pictured_run(synthetic_record(), tmp_path / "run", home=False)
    for name in ("downlink", "site"):
        (folder / name).mkdir()
    if damage.endswith(".png"):
        (folder / damage).unlink()
    else:
        (folder / damage).write_text("{ half of")
    served: list[tuple[int, bytes]] = []

    def look(server: RunServer) -> None:
        answer = server.site.get("/run/run.json")
        served.append((answer.status, answer.body))
        assert server.site.get("/").status == 200
        assert server.site.get("/run/../../secret.txt").body == answer.body
        assert server.site.get("/secret.txt").status == 404

    monkeypatch.setattr(RunServer, "serve_forever", look)
    assert main(["watch", str(folder), "--no-open"]) == 2
    said = capsys.readouterr().err
    assert Path(damage).name in said
    assert said.count("\n") == 1
    ((status, body),) = served
    assert status == 404
    assert Path(damage).name in body.decode()
    shutil.rmtree(folder)
    assert main(["watch", str(folder), "--no-open"]) == 2, "without a folder there is nothing to serve"
    assert len(served) == 1


def test_publish_replaces_only_what_it_published(
    tmp_path: Path, run: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from skycrane.experience import publish as module

    monkeypatch.setattr(module, "page_files", lambda: {"index.html": page / "index.html"})
    monkeypatch.setattr(module, "SINGLE_SCRIPT", page / "single/page.js")
    site = tmp_path / "site"
    publish(run, site)
    assert "Content-Security-Policy" in (site / "index.html").read_text()
    with pytest.raises(InputError, match="--overwrite"):
        publish(run, site)
    publish(run, site, overwrite=True)
    with pytest.raises(InputError, match=r"does not end in .html"):
        publish(run, tmp_path / "landing", single_file=True)
    assert not (tmp_path / "landing").exists()
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    for single in (False, True):
        with pytest.raises(InputError, match="left alone"):
            publish(run, mine, single_file=single, overwrite=True)
    with pytest.raises(InputError, match="left alone"):
        publish(run, mine / "thesis.txt", single_file=True, overwrite=True)
    assert (mine / "thesis.txt").read_text() == "years of work"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["mine", "site"], "nothing half-written stays"
