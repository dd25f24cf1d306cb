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
    from skycrane.record import FlightRecord

Say = Callable[..., None]


class NotWanted(Exception):
    """The flight was stopped, or something more urgent came in."""


class NotMade(Exception):
    """Programs would have to be made first."""


class EngineRoom:
    """Flies orders one after the other. Asked to warm up, it flies the run's own mission, then each other law of guidance, once and unseen
    while there are no orders: what they need is in memory then.
    """

    def __init__(self, folder: Path, ensemble: Path | None, say: Say) -> None:
        self._folder, self._ensemble, self._say = folder, ensemble, say
        self._orders: queue.Queue[dict[str, Any]] = queue.Queue()
        self._stopped: set[int] = set()
        self._ready_for: list[dict[str, Any]] = []
        self._may_make = True

    def hear(self, order: dict[str, Any]) -> None:
        """Take an order: a flight (`{"n": 3, "changes": {...}}`, `{"n": 3, "case": 7}`), `stop` of one, `warm_up`, `ready_for` changes."""
        if "stop" in order:
            self._stopped.add(order["stop"])
        else:
            self._orders.put(order)

    def work(self) -> NoReturn:
        """Fly what is asked for, for ever."""
        from skycrane.flight import programs
        from skycrane.mission import load_mission
        from skycrane.record import read_provenance

        programs.before_making = self._before_making
        try:
            self._about = read_provenance(self._folder)
            self._mission = load_mission(self._folder / "mission.toml")
        except InputError:  # the page says so
            os._exit(0)
        if self._has_flown_here():
            import skycrane.flight.phases.sky_crane  # noqa: F401 with it most of the engine's libraries come
        else:
            self._say("state", "cold")
        while True:
            self._next()

    def _next(self) -> None:
        try:
            order = self._orders.get(block=not self._ready_for)
        except queue.Empty:
            self._make_ready(self._ready_for.pop(0))
            return
        if "ready_for" in order:
            self._ready_for.append(order["ready_for"])
        elif "warm_up" in order:
            if self._has_flown_here():
                self._ready_for = [{}, *other_laws(self._mission.to_toml())]
        else:
            self._obey(order)

    @staticmethod
    def _has_flown_here() -> bool:
        """Whether this machine has programs: where it has none, nobody's processor is taken for minutes unasked."""
        from skycrane.flight import cache_folder

        return any(cache_folder().glob("fly-*.xla"))

    def _make_ready(self, changes: dict[str, Any]) -> None:
        """One unseen flight; what cannot be flown is said to whoever asks for it."""
        self._may_make = not changes  # the mission itself was flown on this machine before, its programs are here
        try:
            self._fly(changes, self._give_way)
        except NotWanted:
            self._ready_for.insert(0, changes)
        except NotMade:
            self._say("make", changes)
        except InputError:
            pass
        else:
            self._say("state", "ready")
        self._may_make = True

    def _give_way(self, words: str) -> None:
        if not self._orders.empty():
            raise NotWanted

    def _obey(self, order: Mapping[str, Any]) -> None:
        number = order["n"]

        def tell(words: str) -> None:
            if number in self._stopped:
                raise NotWanted
            self._say("told", number, words)

        self._tell = tell
        try:
            found = self._case(order["case"]) if "case" in order else self._fly(order["changes"], tell)
            self._say("done", number, found)
            self._say("state", "ready")
        except NotWanted:
            self._say("stopped", number)
        except InputError as refused:
            self._say("refused", number, str(refused))
        except Exception as defect:  # of ours; the visitor is told, the room goes on
            self._say("defect", number, f"{type(defect).__name__}: {defect}")

    def _fly(self, changes: Mapping[str, Any], tell: Callable[[str], None]) -> "FlightRecord":
        from skycrane.surface.manoeuvre import fly

        mission = self._mission.with_changes(changes) if changes else self._mission
        return fly(mission, self._about.get("seed"), lambda e: tell(f"{e.label}."), case=self._about.get("case", 0))

    def _case(self, number: int) -> "FlightRecord":
        from skycrane.ensemble.refly import refly
        from skycrane.record.ensemble_folder import open_ensemble

        assert self._ensemble is not None
        return refly(open_ensemble(self._ensemble), number).record

    def _before_making(self, name: str) -> None:
        """A program is not on this machine. Whoever waits is told; a flight that nobody waits for does not make any."""
        if not self._may_make:
            raise NotMade
        self._say("making", name)


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
