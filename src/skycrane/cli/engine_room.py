"""Where the page's flights are flown: a process of its own, warm from the start, which can be stopped in the middle of anything.

Orders come as lines of JSON on its standard input, answers go out as pickles. It ends when its input does. `cli.flying` is the other end.
"""

import contextlib
import json
import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from skycrane.core.errors import InputError

if TYPE_CHECKING:
    from skycrane.cli.reading_ahead import ReadingAhead
    from skycrane.mission import Mission
    from skycrane.record import FlightRecord

Say = Callable[..., None]
_QUIET = 15.0  # s without an order before another law of guidance is made ready: what is asked for meanwhile waits 3 s for it


class NotWanted(Exception):
    """The flight was stopped, or something more urgent came in."""


class NotMade(Exception):
    """Programs would have to be made first."""


class EngineRoom:
    """Flies orders one after the other.

    Asked to warm up, it reads what the run's own mission needs into memory, then flies that mission and each other law of guidance once,
    unseen, while there are no orders. What a visitor may well ask for next is flown ahead: an order for the same is answered with it.
    """

    def __init__(self, folder: Path, ensemble: Path | None, say: Say) -> None:
        self._folder, self._ensemble, self._say = folder, ensemble, say
        self._orders: queue.Queue[dict[str, Any]] = queue.Queue()
        self._stopped: set[int] = set()
        self._ready_for: list[dict[str, Any]] = []
        self._may_make = True
        self._is_cold = False  # no programs on this machine: nobody's processor is taken for minutes unasked
        self._reading: ReadingAhead | None = None
        self._unseen: dict[str, Any] | None = None  # changes of the flight that nobody has asked for yet
        self._ahead: tuple[dict[str, Any], FlightRecord] | None = None  # the last of them that came down

    def hear(self, order: dict[str, Any]) -> None:
        """Take an order: a flight (`{"n": 3, "changes": {...}}`, `{"n": 3, "case": 7}`), `stop` of one, `warm_up`, `ready_for` changes that
        another process made programs for, `ahead` of an order that may come."""
        if "stop" in order:
            self._stopped.add(order["stop"])
        else:
            self._orders.put(order)

    def work(self) -> NoReturn:
        """Fly what is asked for, for ever."""
        from skycrane.flight import cache_folder, programs
        from skycrane.mission import load_mission
        from skycrane.record import read_provenance

        programs.before_making = self._before_making
        try:
            self._about = read_provenance(self._folder)
            self._mission = load_mission(self._folder / "mission.toml")
        except InputError:  # the page says so
            os._exit(0)
        self._is_cold = not any(cache_folder().glob("fly-*.xla"))
        if self._is_cold:
            self._say("state", "cold")
        else:
            import skycrane.flight.phases.sky_crane
            import skycrane.flight.telling  # noqa: F401 with these two most of the engine's libraries come
        while True:
            self._next()

    def _read_ahead(self) -> None:
        """Programs and ground of the run's own mission, in threads."""
        if self._reading is None and not self._is_cold:
            from skycrane.cli.reading_ahead import ReadingAhead

            self._reading = ReadingAhead(self._mission)

    def _next(self) -> None:
        try:
            order = self._orders.get(timeout=self._patience())
        except queue.Empty:
            self._make_ready(self._ready_for.pop(0))
            return
        if "ready_for" in order:
            self._ready_for.append(order["ready_for"])
        elif "warm_up" in order:
            if not self._is_cold:
                self._read_ahead()
                self._ready_for = [{}, *other_laws(self._mission.to_toml())]
        elif "ahead" in order:
            if self._ahead is None or self._ahead[0] != order["ahead"]:
                self._make_ready(order["ahead"], again=False)
        else:
            self._obey(order)

    def _patience(self) -> float | None:
        """How long to wait for an order before something is made ready: for the mission itself not at all."""
        if not self._ready_for:
            return None
        return _QUIET if self._ready_for[0] else 0.0

    def _make_ready(self, changes: dict[str, Any], again: bool = True) -> None:
        """One unseen flight; what cannot be flown is said to whoever asks for it. One that gives way begins `again` later."""
        self._may_make = not changes  # the mission itself was flown on this machine before, its programs are here
        self._unseen = changes
        try:
            self._ahead = changes, self._fly(changes, self._give_way)
        except NotWanted:
            if again:
                self._ready_for.insert(0, changes)
        except NotMade:
            self._say("make", changes)
        except InputError:
            pass
        else:
            self._say("state", "ready")
        self._may_make = True

    def _give_way(self, words: str) -> None:
        """Something else is asked for; an order for this very flight lets it fly on."""
        for each in list(self._orders.queue):
            if self._unseen not in (each.get("changes"), each.get("ahead")) or each.get("n") in self._stopped:
                raise NotWanted

    def _obey(self, order: Mapping[str, Any]) -> None:
        number = order["n"]

        def tell(words: str) -> None:
            if number in self._stopped:
                raise NotWanted
            self._say("told", number, words)

        self._tell = tell
        try:
            self._say(
                "done", number, self._case(order["case"]) if "case" in order else self._flight(order["changes"], tell)
            )
            self._ready_for = [each for each in self._ready_for if each]  # its own mission's programs are warm now
            self._say("state", "ready")
        except NotWanted:
            self._say("stopped", number)
        except InputError as refused:
            self._say("refused", number, str(refused))
        except Exception as defect:  # of ours; the visitor is told, the room goes on
            self._say("defect", number, f"{type(defect).__name__}: {defect}")

    def _flight(self, changes: dict[str, Any], tell: Callable[[str], None]) -> "FlightRecord":
        """The flight that was flown ahead, or a new one."""
        if self._ahead is not None and self._ahead[0] == changes:
            return self._ahead[1]
        return self._fly(changes, tell)

    def _fly(self, changes: Mapping[str, Any], tell: Callable[[str], None]) -> "FlightRecord":
        from skycrane.surface.manoeuvre import fly

        mission = self._mission.with_changes(changes) if changes else self._mission
        self._read_ahead()
        if self._reading is not None and self._reading.is_reading:
            _plan(mission)
            self._reading.wait()
        return fly(mission, self._about.get("seed"), lambda e: tell(f"{e.label}."), case=self._about.get("case", 0))

    def _case(self, number: int) -> "FlightRecord":
        from skycrane.ensemble.refly import refly
        from skycrane.record.ensemble_folder import open_ensemble

        assert self._ensemble is not None
        return refly(open_ensemble(self._ensemble), number).record

    def _before_making(self, name: str) -> None:
        """A program is not on this machine. Whoever waits is told; a flight that nobody waits for does not make any."""
        if not self._may_make or (self._reading is not None and self._reading.is_reading):
            raise NotMade
        self._say("making", name)


def _plan(mission: "Mission") -> None:
    """The plan of its entry, which the flight then finds made; whatever is wrong with it, the flight says."""
    from skycrane.flight.sequence import what_flies
    from skycrane.flight.tables import plan_entry

    with contextlib.suppress(InputError):
        plan_entry(what_flies(mission.parameters))


def other_laws(mission: str) -> list[dict[str, Any]]:
    """Changes to each law of guidance that the page offers and the mission (TOML) does not fly."""
    from skycrane.experience.what_if import sliders

    choices = [each for each in sliders(mission) if each["kind"] == "choice"]
    return [{each["key"]: one} for each in choices for one in each["choices"] if one != each["value"]]


def make(folder: Path, changes: Mapping[str, Any]) -> None:
    """Fly once, unseen and out of everybody's way, so that the programs are on this machine."""
    with contextlib.suppress(OSError, AttributeError):  # not on Windows
        os.nice(10)
    from skycrane.mission import load_mission
    from skycrane.surface.manoeuvre import fly

    fly(load_mission(folder / "mission.toml").with_changes(changes))


def main() -> None:
    """`python -m skycrane.cli.engine_room RUN ENS` (ENS empty where there is none), or `... RUN --make CHANGES`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us; we end when our input does
    folder = Path(sys.argv[1])
    if sys.argv[2] == "--make":
        threading.Thread(target=_end_with_input, daemon=True).start()
        with contextlib.suppress(InputError):  # said to whoever asks for it
            make(folder, json.loads(sys.argv[3]))
        os._exit(0)
    answers, lock = os.fdopen(os.dup(sys.stdout.fileno()), "wb"), threading.Lock()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer

    def say(*words: Any) -> None:
        with lock:
            pickle.dump(words, answers, protocol=5)
            answers.flush()

    room = EngineRoom(folder, Path(sys.argv[2]) if sys.argv[2] else None, say)
    threading.Thread(target=_listen, args=(room,), daemon=True).start()
    room.work()


def _listen(room: EngineRoom) -> None:
    for line in sys.stdin:
        room.hear(json.loads(line))
    os._exit(0)


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
