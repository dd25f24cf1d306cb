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

from skycrane.ensemble.batch import Batch
from skycrane.ensemble.engines import Unit
from skycrane.ensemble.engines.worker import receive, send
from skycrane.ensemble.order import Order

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

    def end(self) -> None:
        """Kill it; what it was flying is lost."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def fly_in_processes(order: Order, units: Sequence[Unit], workers: int) -> Iterator[Batch]:
    """Batches as they come. The first unit is flown alone, so that programs that are not there yet are compiled once."""
    waiting = list(reversed(units))
    answers: queue.Queue[tuple[_Worker, Any]] = queue.Queue()
    staff = [_Worker(order, answers) for _ in range(max(1, min(workers, len(units))))]
    deaths: dict[Unit, int] = {}
    first_flown = False

    def hand_out() -> None:
        for each in staff:
            if each.unit is None and waiting and (first_flown or not any(other.unit for other in staff)):
                each.fly(waiting.pop())

    try:
        while waiting or any(each.unit for each in staff):
            hand_out()
            worker, answer = answers.get()
            unit, worker.unit = worker.unit, None
            if isinstance(answer, Exception):
                raise answer
            if answer is not None:
                first_flown = True
                hand_out()  # it flies on while what it brought is made safe
                yield from answer
                continue
            staff[staff.index(worker)] = _Worker(order, answers)
            worker.end()
            if unit is not None:
                deaths[unit] = deaths.get(unit, 0) + 1
                if deaths[unit] >= _DEATHS:
                    first, count = unit.batches[0][0], sum(n for _, n in unit.batches)
                    raise RuntimeError(
                        f"{_DEATHS} workers died over cases {first} to {first + count - 1}; is there memory enough?"
                    )
                waiting.append(unit)
    finally:
        for each in staff:
            each.end()
