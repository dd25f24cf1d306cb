"""A worker process: orders and units come in on standard input, flown batches go out on standard output, all pickled.

Started by skycrane.ensemble.engines.processes as a plain program, so that it works from a notebook and a script without a main guard.
It ends when its input ends, which also happens when the driver is killed.
"""

import os
import pickle
import sys
import threading
from typing import BinaryIO

READY = "ready"  # the first answer: the order can be flown


def send(stream: BinaryIO, content: object) -> None:
    """One message, written as it is pickled: a second copy of a unit would be 45 MB."""
    pickle.dump(content, stream, protocol=5)
    stream.flush()


def receive(stream: BinaryIO) -> object:
    """One message; EOFError at the end, or when the other side died in the middle of one."""
    try:
        return pickle.load(stream)
    except pickle.UnpicklingError:
        raise EOFError from None


def main() -> None:
    """Answer units until the input ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not come between messages
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    order = receive(sys.stdin.buffer)
    from skycrane.core.heap import give_back
    from skycrane.ensemble.engines import Unit, fly_unit
    from skycrane.ensemble.order import Order, ground_of

    assert isinstance(order, Order)
    try:
        ground = ground_of(order)
    except Exception as error:
        send(out, error)
        return
    send(out, READY)
    ground.get_ready()
    while True:
        try:
            unit = receive(sys.stdin.buffer)
        except EOFError:
            return
        assert isinstance(unit, Unit)
        try:
            answer: object = fly_unit(order, unit)
        except Exception as error:
            answer = error
        send(out, answer)
        del answer
        give_back()


def _leave_with(driver: int) -> None:
    """End at once when the driver has gone: nobody waits for the answer."""
    import time

    while os.getppid() == driver:
        time.sleep(1.0)
    os._exit(1)


if __name__ == "__main__":
    main()
