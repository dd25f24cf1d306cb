"""The same file delivery over real UDP on this machine, between two processes: this one is the rover, the other one Earth.

The state machines, packets and checks are those of the simulated way home; clock, socket and process are real. Nothing but 127.0.0.1 is
spoken to. `udp_earth` is the other process.
"""

import contextlib
import json
import random
import socket
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from spacepackets.cfdp import PduFactory
from spacepackets.seqcount import SeqCountProvider

from skycrane.core.errors import InputError
from skycrane.downlink.delivery_ends import FileSender
from skycrane.downlink.folder import new_folder
from skycrane.downlink.handlers import Settings
from skycrane.downlink.home import prepared
from skycrane.downlink.packets import unwrap, wrap
from skycrane.downlink.products import Product
from skycrane.downlink.store import MemoryStore
from skycrane.downlink.udp_earth import END, LOOPBACK, RETRY
from skycrane.record.json_text import to_json

FOLDER = "downlink-over-udp"
#: files under way at once, and packets sent before the answers are looked at
_ABREAST, _BURST = 8, 16


@dataclass(frozen=True)
class Delivery:
    """What came through: name to SHA-256 on arrival; packets sent and thrown away on purpose; seconds."""

    products: list[Product]
    arrived: dict[str, str]
    packets: int
    lost: int
    repeated: int
    seconds: float

    @property
    def whole(self) -> int:
        """Products that arrived bit by bit as they were."""
        return sum(self.arrived.get(each.name) == sha256(each.content).hexdigest() for each in self.products)


def deliver_over_udp(
    run: str | Path,
    loss: float | None = None,
    seed: int | None = None,
    relays: str | None = None,
    patience: float = 600.0,
) -> Delivery:
    """Send the products of a run to another process by UDP on 127.0.0.1 and write `RUN/downlink-over-udp`.

    A share `loss` of the packets is thrown away in either direction. InputError when it is not done after `patience` seconds.
    """
    folder = Path(run)
    ready = prepared(folder, loss, seed, relays)
    with new_folder(folder / FOLDER) as made:
        done = _deliver(ready.products, made, ready.given.packet_loss, ready.seed, ready.given.segment, patience)
        content = {
            "schema": 1,
            "packets": done.packets,
            "lost": done.lost,
            "retransmissions": done.repeated,
            "products": [_row(each, done.arrived) for each in done.products],
        }
        (made / "delivery.json").write_text(to_json(content), encoding="utf-8")
    return done


def _row(product: Product, arrived: dict[str, str]) -> dict[str, object]:
    return {
        "name": product.name,
        "bytes": len(product.content),
        "sha256": sha256(product.content).hexdigest(),
        "arrived_sha256": arrived.get(product.name),
    }


def _deliver(products: list[Product], folder: Path, loss: float, seed: int, segment: int, patience: float) -> Delivery:
    begin = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "skycrane.downlink.udp_earth",
        str(folder / "received"),
        str(segment),
        str(loss),
        str(seed),
    ]
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as earth,
    ):
        assert earth.stdout is not None
        try:
            port = int(earth.stdout.readline() or 0)
            if port == 0:
                raise InputError(f"the receiving process did not start; run it alone to see why: {' '.join(command)}")
            ours.bind((LOOPBACK, 0))
            ours.connect((LOOPBACK, port))
            ours.settimeout(0.0)
            rover = _Rover(products, Settings(segment, RETRY), loss, seed, ours)
            rover.send_all(begin + patience)
            while earth.poll() is None:
                with contextlib.suppress(OSError):  # it may have gone since it was asked
                    ours.send(END)
                time.sleep(0.05)
            arrived = json.loads(earth.stdout.read())
        finally:
            if earth.poll() is None:
                earth.terminate()
    return Delivery(products, arrived, rover.packets, rover.lost, rover.repeated, time.monotonic() - begin)


class _Rover:
    """Sends files, a few at a time, and listens to what Earth answers."""

    def __init__(self, products: list[Product], settings: Settings, loss: float, seed: int, to: socket.socket) -> None:
        self.packets = self.lost = self.repeated = 0
        self._products, self._settings, self._loss, self._socket = products, settings, loss, to
        self._chance = random.Random(f"over udp:{seed}")

    def send_all(self, deadline: float) -> None:
        """Until Earth has everything and has been told so."""
        store = MemoryStore({each.name: each.content for each in self._products})
        numbers, waiting = SeqCountProvider(16), deque(self._products)
        under_way: dict[int, FileSender] = {}
        senders: dict[int, FileSender] = {}
        while waiting or under_way:
            if time.monotonic() > deadline:
                raise InputError(
                    f"delivery over UDP was not done in time with {self._loss:g} of the packets lost; lower --loss"
                )
            while waiting and len(under_way) < _ABREAST:
                sender = FileSender(store, waiting.popleft().name, self._settings, time.monotonic, numbers)
                under_way[sender.number] = senders[sender.number] = sender
            sent = self._burst(list(under_way.values()))
            self._listen(senders)
            for number in [n for n, each in under_way.items() if each.finished]:
                self.repeated += under_way.pop(number).units_repeated
            time.sleep(0.0 if sent else 0.002)
        for _ in range(20):  # an acknowledgement of "finished" that was lost is given again
            time.sleep(RETRY / 4)
            self._listen(senders)
            self._burst(list(senders.values()))

    def _burst(self, senders: list[FileSender]) -> int:
        sent = 0
        for sender in senders:
            for _ in range(_BURST):
                unit = sender.next_unit()
                if unit is None:
                    break
                sent += 1
                self.packets += 1
                if self._chance.random() < self._loss:
                    self.lost += 1
                else:
                    self._socket.send(wrap(unit, self.packets))
        return sent

    def _listen(self, senders: dict[int, FileSender]) -> None:
        while True:
            try:
                packet = self._socket.recv(65536)
            except (BlockingIOError, ConnectionRefusedError):
                return
            unit = unwrap(packet)
            if unit is not None:
                answer = PduFactory.from_raw(unit)
                senders[answer.transaction_seq_num.value].receive(answer)
