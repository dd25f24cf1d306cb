"""Flights that visitors asked for: one at a time, so many an hour, the last few kept, each can be stopped. What flies is handed in."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skycrane.core.errors import InputError

if TYPE_CHECKING:
    from skycrane.record import FlightRecord

#: Told of every event as it is computed, or nothing at all (""); raises Stopped when the flight is not wanted any more.
Tell = Callable[[str], None]
Flyer = Callable[[Tell], "FlightRecord"]
#: A flight takes some seconds, the first on a machine minutes (it compiles).
LONGEST_S = 600.0
_AN_HOUR = 60
_KEPT = 12
#: a flight that was stopped is waited for so long before the next one is refused [s]
_ENDING = 5.0


@dataclass
class Flight:
    """A flight and how far it is: `flying`, `done`, `failed`, `stopped`; `sentence` says it, `files` are those of its bundle."""

    number: int
    state: str
    sentence: str
    started: float
    files: dict[str, bytes]


class Stopped(Exception):
    """The flight was stopped, or given up."""


class Busy(Exception):
    """Another flight is in the air, or too many were asked for; the text says when to come back."""


class Allowance:
    """So many an hour."""

    def __init__(self, an_hour: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._an_hour, self._clock = an_hour, clock
        self._taken: deque[float] = deque()

    @property
    def is_used_up(self) -> bool:
        """Whether there is none left now."""
        while self._taken and self._clock() - self._taken[0] > 3600.0:
            self._taken.popleft()
        return len(self._taken) >= self._an_hour

    def take(self) -> None:
        """One of them."""
        self._taken.append(self._clock())


class Flights:
    """Takes orders and flies them in a thread of its own. `bundle` turns a record and its order into files."""

    def __init__(
        self,
        bundle: Callable[["FlightRecord", dict[str, Any]], dict[str, bytes]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bundle, self._clock = bundle, clock
        self._lock = threading.Lock()
        self._flights: OrderedDict[int, Flight] = OrderedDict()
        self._allowance = Allowance(_AN_HOUR, clock)
        self._in_the_air: threading.Thread | None = None
        self._last = 0

    def order(self, fly: Flyer, about: dict[str, Any]) -> Flight:
        """Start a flight; Busy when it cannot start now."""
        self._wait_for_the_stopped()
        with self._lock:
            if self._in_the_air is not None and self._in_the_air.is_alive():
                raise Busy("Another flight is in the air; try again in a moment.")
            if self._allowance.is_used_up:
                raise Busy(f"{_AN_HOUR} flights an hour are enough for one machine; try again later.")
            self._allowance.take()
            self._last += 1
            flight = Flight(self._last, "flying", "Flying it …", self._clock(), {})
            self._flights[flight.number] = flight
            while len(self._flights) > _KEPT:
                self._flights.popitem(last=False)
            self._in_the_air = threading.Thread(target=self._fly, args=(flight, fly, about), daemon=True)
            self._in_the_air.start()
            return flight

    def get(self, number: int) -> Flight | None:
        """A flight that is still kept."""
        with self._lock:
            flight = self._flights.get(number)
            if flight and flight.state == "flying" and self._clock() - flight.started > LONGEST_S:
                flight.state, flight.sentence = "failed", f"It was not down after {LONGEST_S:.0f} s and was given up."
            return flight

    def stop(self, number: int) -> Flight | None:
        """Stop a flight: nothing of it is kept. One that is over stays as it is."""
        with self._lock:
            flight = self._flights.get(number)
            if flight and flight.state == "flying":
                flight.state, flight.sentence = "stopped", "It was stopped."
            return flight

    def _wait_for_the_stopped(self) -> None:
        with self._lock:
            last, ending = self._flights.get(self._last), self._in_the_air
        if ending is not None and last is not None and last.state == "stopped":
            ending.join(_ENDING)

    def _told(self, flight: Flight, words: str) -> None:
        with self._lock:
            if flight.state != "flying":
                raise Stopped
            flight.sentence = words or flight.sentence

    def _fly(self, flight: Flight, fly: Flyer, about: dict[str, Any]) -> None:
        try:
            files = self._bundle(fly(lambda words: self._told(flight, words)), about)
            state, said = "done", "The flight is over; here it is."
        except Stopped:
            return
        except InputError as refused:
            files, state, said = {}, "failed", str(refused)
        except Exception as problem:  # a defect of ours; the visitor is told, the server goes on
            files, state, said = (
                {},
                "failed",
                f"A defect of skycrane stopped it ({type(problem).__name__}: {problem})."[:300],
            )
        with self._lock:
            if flight.state == "flying":
                flight.files, flight.state, flight.sentence = files, state, said
