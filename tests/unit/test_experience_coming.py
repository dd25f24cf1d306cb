"""The page while its run is still being read, and the engine beside it: what is answered at once, what waits, what is ended."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skycrane.cli import flying
from skycrane.cli.engine_room import EngineRoom, NotWanted
from skycrane.core.errors import InputError
from skycrane.core.interpolation import cubic_by_number, evaluate_cubic, uniform_cubic
from skycrane.experience import answers
from skycrane.experience.answers import Answer, BrokenSite, ComingSite, Site
from skycrane.experience.flights import Flights, Stopped


class Small(Site):
    closed = False

    def get(self, target: str, base: str = "") -> Answer:
        return answers.said(200, f"run {target}")

    def post(self, target: str, kind: str, body: bytes) -> Answer:
        return answers.said(200, "posted")

    def delete(self, target: str) -> Answer:
        return answers.said(200, "deleted")

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "index.html").write_text("the page")
    monkeypatch.setattr(answers, "page_files", lambda: {"index.html": tmp_path / "index.html"})


def test_the_page_is_there_before_its_run_is() -> None:
    gate, small, refused = threading.Event(), Small(), list[str]()

    def make() -> Site:
        gate.wait(10)
        return small

    site = ComingSite(make, refused.append)
    assert site.get("/").body == b"the page"
    assert not site.is_broken
    site.close()
    gate.set()
    assert site.get("/run/run.json").body == b"run /run/run.json\n"
    assert (refused, site.is_broken) == ([], False)
    assert small.closed, "closed before it was there, closed once it is"


def test_a_run_that_turns_out_unreadable_is_said_once_and_on_the_page() -> None:
    refused: list[str] = []

    def make() -> Site:
        raise InputError("flight.nc is half a file")

    site = ComingSite(make, refused.append)
    assert site.get("/run/run.json").body == b"Flight.nc is half a file.\n"
    assert site.get("/").body == b"the page"
    assert site.is_broken
    assert refused == ["flight.nc is half a file"]


def test_a_defect_is_said_on_the_page_too() -> None:
    refused: list[str] = []

    def make() -> Site:
        raise KeyError("light_time_s")

    site = ComingSite(make, refused.append)
    answer = site.get("/run/run.json")
    assert answer.status == 404
    assert b"defect of skycrane" in answer.body
    assert b"light_time_s" in answer.body
    assert site.is_broken
    assert len(refused) == 1


#: an engine room that tells one event of an order and then hears nothing any more, as one that compiles
_DEAF = """
import json, pickle, sys, time
say = lambda *words: (pickle.dump(words, sys.stdout.buffer), sys.stdout.buffer.flush())
for line in sys.stdin:
    order = json.loads(line)
    if "n" in order:
        say("told", order["n"], "Entry interface.")
        if "case" in order:
            say("done", order["n"], order["case"])
        elif order["changes"].get("die"):
            break
        else:
            say("making", "fly-entry")
            time.sleep(600)
"""


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[flying.EngineProcess]:
    started = lambda words, answers: subprocess.Popen(  # noqa: E731
        [sys.executable, "-c", _DEAF], stdin=subprocess.PIPE, stdout=answers
    )
    monkeypatch.setattr(flying, "_python", started)
    made = flying.EngineProcess(tmp_path, tmp_path)
    yield made
    made.close()


def test_a_flight_whose_programs_are_being_made_is_stopped_with_its_process(engine: flying.EngineProcess) -> None:
    first, heard = engine._process, list[str]()

    def tell(words: str) -> None:
        heard.append(words)
        if "made" in words:
            raise Stopped

    with pytest.raises(Stopped):
        engine.with_changes({}, tell)
    assert heard[:2] == ["The engine is still warming up: some seconds more.", "Entry interface."]
    assert first.poll() is not None, "the process that would not listen was ended"
    assert engine._process.poll() is None, "and another one is there"
    assert engine.case(7, lambda words: None) == 7
    assert engine.state()["state"] == "warming"


def test_an_engine_that_dies_is_told_and_replaced(engine: flying.EngineProcess) -> None:
    with pytest.raises(flying.EngineEnded):
        engine.with_changes({"die": True}, lambda words: None)
    assert engine.case(3, lambda words: None) == 3


def test_the_next_flight_waits_for_one_that_is_being_stopped() -> None:
    ending, gate = threading.Event(), threading.Event()

    def fly(tell: Any) -> Any:
        try:
            while True:
                tell("")
                gate.wait(0.01)
        finally:
            ending.set()
            gate.wait(0.1)

    flights = Flights(lambda record, about: {})
    first = flights.order(fly, {})
    flights.stop(first.number)
    second = flights.order(lambda tell: None, {})
    assert ending.is_set()
    assert second.number == first.number + 1, "it was not refused as busy"


def test_a_table_read_number_by_number_gives_the_same_bits() -> None:
    draw = np.random.default_rng(5)
    table = uniform_cubic(-10e3, 250.0, (draw.normal(size=400), draw.normal(size=400)))
    at = cubic_by_number(table)
    for x in (*draw.uniform(-12e3, 95e3, 300), -10e3, -9750.0, 89750.0, 1e9, -1e9):
        assert at(float(x)) == tuple(float(y) for y in evaluate_cubic(table, np.asarray(x)))


def test_a_server_that_ends_while_its_run_is_read_blames_nobody() -> None:
    """What is being read loses its folder then: that is no defect, and no news for who ended it."""
    ended, told = threading.Event(), list[str]()

    def make() -> Any:
        ended.wait(10)
        raise FileNotFoundError("the folder is gone")

    site = ComingSite(make, told.append)
    site.close()
    ended.set()
    assert isinstance(site.site, BrokenSite)
    assert told == []


class Room(EngineRoom):
    """An engine room that notes what it is asked to fly; what somebody else wants comes in while it flies."""

    def __init__(self, folder: Path) -> None:
        self.said: list[tuple[Any, ...]] = []
        self.flown: list[Any] = []
        self.meanwhile: list[dict[str, Any]] = []
        super().__init__(folder, None, lambda *words: self.said.append(words))

    def _fly(self, changes: Any, tell: Any) -> Any:
        self.flown.append(changes)
        while self.meanwhile:
            self.hear(self.meanwhile.pop(0))
        tell("Entry interface.")
        return f"record of {changes}"

    @property
    def answers(self) -> dict[int, Any]:
        return {words[1]: words[2] for words in self.said if words[0] == "done"}


def test_what_was_flown_ahead_answers_the_order_for_it_and_no_other(tmp_path: Path) -> None:
    room = Room(tmp_path)
    for order in ({"ahead": {"a": 1}}, {"n": 1, "changes": {"a": 1}}, {"n": 2, "changes": {"a": 2}}):
        room.hear(order)
        room._next()
    assert room.flown == [{"a": 1}, {"a": 2}]
    assert room.answers == {1: "record of {'a': 1}", 2: "record of {'a': 2}"}


def test_a_flight_that_nobody_asked_for_gives_way_unless_it_is_the_one_that_is_wanted(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.meanwhile = [{"n": 1, "changes": {"a": 2}}]
    room.hear({"ahead": {"a": 1}})
    room._next()
    room._next()
    assert (room.flown, room.answers) == ([{"a": 1}, {"a": 2}], {1: "record of {'a': 2}"})
    room.meanwhile = [{"n": 2, "changes": {"a": 3}}]
    room.hear({"ahead": {"a": 3}})
    room._next()
    room._next()
    assert (room.flown[2:], room.answers[2]) == ([{"a": 3}], "record of {'a': 3}")


def test_a_stopped_order_stops_the_flight_ahead_that_it_waits_for(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.meanwhile = [{"n": 1, "changes": {"a": 1}}, {"stop": 1}]
    room._unseen = {"a": 1}
    with pytest.raises(NotWanted):
        room._fly({"a": 1}, room._give_way)
