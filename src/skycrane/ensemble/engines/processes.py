"""Several processes of this machine, each with its own compiled programs; one that dies is replaced and its unit flown again."""

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from skycrane.core.errors import InputError
from skycrane.core.heap import give_back
from skycrane.ensemble.engines import Unit
from skycrane.ensemble.engines.worker import READY, receive, send
from skycrane.ensemble.kept import Batch
from skycrane.ensemble.order import Order

_KILLED = 9  # the signal, also where the system has no such name
_LEAVES = 5.0  # s that a process may take to end once it has closed its output
_DEATHS = 3  # of workers over one unit, after which it is the unit's fault


class _Worker:
    """A process with a thread that hears its answers."""

    def __init__(self, order: Order, answers: "queue.Queue[tuple[_Worker, Any]]") -> None:
        root = str(Path(__file__).resolve().parents[3])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "skycrane.ensemble.engines.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C is the driver's to handle
        )
        self.unit: Unit | None = None
        self._answers = answers
        self._tell(order)
        threading.Thread(target=self._listen, daemon=True).start()

    def fly(self, unit: Unit) -> None:
        """Hand it a unit."""
        self.unit = unit
        self._tell(unit)

    def _tell(self, content: object) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it died; the listener says so
            send(self.process.stdin, content)  # type: ignore[arg-type]

    def _listen(self) -> None:
        assert self.process.stdout is not None
        while True:
            try:
                answer: Any = receive(self.process.stdout)  # type: ignore[arg-type]
            except (EOFError, OSError, ValueError):
                answer = None
            self._answers.put((self, answer))
            if answer is None:
                return

    def status(self) -> int | None:
        """How it ended by itself, less than 0 by a signal; None while it has not."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.process.wait(timeout=_LEAVES)
        return None

    def end(self) -> None:
        """Kill it; what it was flying is lost."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


class Processes:
    """The crew: they get ready while the driver prepares the folder. Programs that are not there yet are compiled by one of them each."""

    def __init__(self, order: Order, workers: int) -> None:
        self.order = order
        self._answers: queue.Queue[tuple[_Worker, Any]] = queue.Queue()
        self._staff = [self._hire() for _ in range(max(1, workers))]
        self._deaths: dict[Unit | None, int] = {}

    def _hire(self) -> _Worker:
        return _Worker(self.order, self._answers)

    def check(self) -> None:
        """Return once one of them can fly; InputError for an order that cannot be flown."""
        while self._heard()[1] is None:
            pass

    def fly(self, units: Sequence[Unit]) -> Iterator[Batch]:
        """Batches as they come."""
        waiting = list(reversed(units))

        def hand_out() -> None:
            for each in self._staff:
                if each.unit is None and waiting:
                    each.fly(waiting.pop())

        hand_out()
        while any(each.unit for each in self._staff):
            unit, answer = self._heard()
            if unit is not None and answer is None:
                waiting.append(unit)
            hand_out()  # they fly on while what one of them brought is made safe
            if isinstance(answer, list):
                yield from answer
                del answer
                give_back()

    def _heard(self) -> tuple[Unit | None, Any]:
        """What one of them says: READY, the batches of its unit, or None when it died, for which another is hired."""
        worker, answer = self._answers.get()
        if isinstance(answer, Exception):
            raise answer
        unit = worker.unit
        if answer is None:
            status = worker.status()
            worker.end()
            self._count(unit, status)
            self._staff[self._staff.index(worker)] = self._hire()
        elif answer != READY:
            worker.unit = None
        return unit, answer

    def _count(self, unit: Unit | None, status: int | None) -> None:
        """Too many deaths over one unit, or before any, are somebody's fault: the machine's when it kills them, else ours."""
        self._deaths[unit] = self._deaths.get(unit, 0) + 1
        if self._deaths[unit] < _DEATHS:
            return
        over = "before they could fly"
        if unit is not None:
            first, count = unit.batches[0][0], sum(n for _, n in unit.batches)
            over = f"over cases {first} to {first + count - 1}"
        if status == -_KILLED:
            raise InputError(
                f"{_DEATHS} workers were killed {over}, as a machine does that runs out of memory; cases that were written are safe, "
                "fly the others with --resume and fewer --workers"
            )
        raise RuntimeError(f"{_DEATHS} workers died {over}, the last with status {status}")

    def end(self) -> None:
        """Kill them all."""
        for each in self._staff:
            each.end()
