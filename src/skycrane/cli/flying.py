"""What flies for the page, seen from the server: the engine room in a process of its own, kept warm, replaced when it has to be stopped."""

import contextlib
import json
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.core.errors import InputError

if TYPE_CHECKING:
    from skycrane.experience.flights import Tell
    from skycrane.experience.site import Flying
    from skycrane.record import FlightRecord

_ASK = 0.1  # s between two looks whether a flight is still wanted
_GRACE = 0.5  # s that a flight has to end by itself once it is stopped; then its process is ended
_MAKING = "Its programs are made first, once on this machine: from half a minute to some minutes."
_WARMING = "The engine is still warming up: some seconds more."
_SAID = {
    "warming": "The engine is warming up. A flight that is asked for now takes some seconds longer.",
    "cold": "The first flight on this machine makes the engine’s programs, once: that takes minutes.",
    "ready": "The engine is warm: a flight takes some two seconds.",
}


class EngineEnded(Exception):
    """The engine's process ended on its own."""


class EngineProcess:
    """The engine room of a run (and of an ensemble), from the moment this is made until `close`."""

    def __init__(self, folder: Path, ensemble: Path | None = None) -> None:
        self._folder, self._ensemble = folder, ensemble
        self._last = 0
        self._maker: subprocess.Popen[bytes] | None = None
        self._made_since = 0.0
        self._closed = False
        self._start()

    def for_page(self) -> "Flying":
        """What a site is handed."""
        from skycrane.experience.site import Flying

        return Flying(self.with_changes, None if self._ensemble is None else self.case, self.state, self.ahead)

    def warm_up(self) -> None:
        """Take a core for some seconds, so that the first flight comes as soon as the next ones."""
        self._send({"warm_up": True})

    def with_changes(self, changes: Mapping[str, Any], tell: "Tell") -> "FlightRecord":
        """Fly the run's mission with changes, at its seed and case. InputError when that cannot be flown."""
        return self._fly({"changes": dict(changes)}, tell)

    def case(self, number: int, tell: "Tell") -> "FlightRecord":
        """Fly a case of the ensemble."""
        return self._fly({"case": number}, tell)

    def ahead(self, changes: Mapping[str, Any]) -> None:
        """These changes may well be asked for next: they are flown unseen, unless something else is asked for first."""
        self._send({"ahead": dict(changes)})

    def state(self) -> dict[str, str]:
        """How ready it is: `warming`, `making`, `ready` or `cold`, and a sentence."""
        if self._maker is not None and self._maker.poll() is None and self._state == "ready":
            since = time.monotonic() - self._made_since
            said = f"Programs for the other rocket guidance are being made, once: half a minute or so, {since:.0f} s so far."
            return {"state": "making", "sentence": f"{_SAID['ready']} {said}"}
        return {"state": self._state, "sentence": _SAID[self._state]}

    def close(self) -> None:
        """End it."""
        self._closed = True
        for each in (self._process, self._maker):
            if each is not None:
                _kill(each)

    def _start(self) -> None:
        self._state = "warming"
        self._inbox: queue.Queue[tuple[Any, ...]] = queue.Queue()
        words = [str(self._folder), "" if self._ensemble is None else str(self._ensemble)]
        self._process = _python(words, subprocess.PIPE)
        threading.Thread(target=self._listen, args=(self._process, self._inbox), daemon=True).start()

    def _listen(self, process: "subprocess.Popen[bytes]", inbox: "queue.Queue[tuple[Any, ...]]") -> None:
        """What the room says, until it ends."""
        assert process.stdout is not None
        with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                words = pickle.load(process.stdout)  # our own process: it says what we wrote
                if words[0] == "state":
                    self._state = words[1]
                elif words[0] == "make":
                    self._make(words[1])
                else:
                    inbox.put(words)
        inbox.put(("ended",))

    def _make(self, changes: Mapping[str, Any]) -> None:
        """Make programs beside the engine, which is told when they are there; one process at a time does that."""
        if self._maker is not None and self._maker.poll() is None:
            return
        self._made_since = time.monotonic()
        maker = self._maker = _python([str(self._folder), "--make", json.dumps(changes)], subprocess.DEVNULL)
        if self._closed:
            maker.kill()

        def wait() -> None:
            if maker.wait() == 0:
                self._send({"ready_for": changes})

        threading.Thread(target=wait, daemon=True).start()

    def _send(self, order: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it ended: that is heard where answers are waited for
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()

    def _fly(self, order: Mapping[str, Any], tell: "Tell") -> "FlightRecord":
        self._last += 1
        number = self._last
        if self._process.poll() is not None:
            self._replace()
        if self._state == "warming":
            tell(_WARMING)
        self._send({"n": number, **order})
        try:
            return self._answer(number, tell)
        except InputError:
            raise
        except EngineEnded:
            self._replace()
            raise
        except Exception:  # it is not wanted any more
            self._end(number)
            raise

    def _answer(self, number: int, tell: "Tell") -> "FlightRecord":
        while True:
            try:
                kind, *rest = self._inbox.get(timeout=_ASK)
            except queue.Empty:
                tell("")
                continue
            if kind == "ended":
                raise EngineEnded("its process ended")
            if kind == "making":
                tell(_MAKING)
                continue
            if rest[0] != number:
                continue
            if kind == "done":
                found: FlightRecord = rest[1]
                return found
            if kind == "refused":
                raise InputError(rest[1])
            if kind == "defect":
                raise RuntimeError(rest[1])
            tell(rest[1])

    def _end(self, number: int) -> None:
        """Stop a flight: at its next event, or with its process where none comes soon."""
        self._send({"stop": number})
        until = time.monotonic() + _GRACE
        while (left := until - time.monotonic()) > 0.0:
            try:
                kind, *rest = self._inbox.get(timeout=left)
            except queue.Empty:
                break
            if kind in ("stopped", "done", "refused", "defect") and rest[0] == number:
                return
        self._replace()

    def _replace(self) -> None:
        _kill(self._process)
        if not self._closed:
            self._start()
            self.warm_up()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    if process.stdin is not None:
        with contextlib.suppress(OSError):  # what was not heard is heard by nobody any more
            process.stdin.close()


def _python(words: list[str], answers: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "skycrane.cli.engine_room", *words]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=answers)
