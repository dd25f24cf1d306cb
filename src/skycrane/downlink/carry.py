"""The way home in simulated time: packets cross to an orbiter overhead, wait there for Earth, cross to Earth; answers come back.

File delivery runs between rover and Earth; the orbiters carry packets, and send each on as soon as they see Earth and the link there is
free, overflight or not (`bent_pipe` is about the landing alone). A packet is lost on the way up or down with a given
chance, half of the lost ones by damage. The one that is on its way when a pass ends is lost too; the radio knows, and it goes first in the
next pass. An answer from Earth reaches the rover in the first pass of an orbiter that has heard Earth by then.
"""

import heapq
import itertools
import random
from dataclasses import dataclass, field
from typing import Any

from spacepackets.cfdp import PduFactory
from spacepackets.seqcount import SeqCountProvider

from skycrane.downlink.contacts import Contact
from skycrane.downlink.delivery_ends import Earth, FileSender
from skycrane.downlink.earth import LIGHT_SPEED
from skycrane.downlink.handlers import Settings
from skycrane.downlink.network import Network
from skycrane.downlink.packets import unwrap, wrap
from skycrane.downlink.products import Product
from skycrane.downlink.store import MemoryStore, Ranges

_POLL = 900.0


@dataclass
class Journey:
    """One product on its way. Times in seconds since entry interface; `received` and `whole` are on Earth.

    `sent` and `passes` are the product's own units; what closes the delivery after it was whole is traffic only.
    """

    product: Product
    sent: list[float] = field(default_factory=list)
    passes: dict[tuple[str, int], int] = field(default_factory=dict)
    received: float | None = None
    whole: float | None = None
    last_by: tuple[str, int] | None = None
    packets: int = 0
    repeated: int = 0
    bytes_repeated: int = 0
    bytes_closing: int = 0
    content: bytes = field(default=b"", repr=False)
    from_start: int = 0
    missing: Ranges = field(default_factory=list)


@dataclass
class Traffic:
    """What went through one contact."""

    packets: int = 0
    lost: int = 0
    bytes: int = 0


class Carrier:
    """Carries products home over given contacts until they are all there, or until a time on the clock [s since entry, UTC]."""

    def __init__(
        self, network: Network, contacts: list[Contact], settings: Settings, loss: float, seed: int, until: float
    ) -> None:
        self.network, self.contacts, self.until = network, contacts, until
        self._loss, self._chance = loss, random.Random(f"downlink:{seed}")
        self._settings = settings
        self._now = 0.0
        self._running = itertools.count()
        self._packets = itertools.count()
        self._coming: list[tuple[float, int, str, bytes, Any]] = []
        self._free = dict.fromkeys(network.orbiters, 0.0)
        self._earth = Earth(settings, lambda: self._now, self._is_whole)
        self.journeys: dict[str, Journey] = {}
        self.traffic = [Traffic() for _ in contacts]
        self._senders: dict[int, FileSender] = {}
        self._left = 0

    def carry(self, products: list[Product]) -> list[Journey]:
        """Carry them; one journey each, in their order."""
        self.journeys = {each.name: Journey(each) for each in products}
        self._left = len(products)
        self._store = MemoryStore({each.name: each.content for each in products})
        self._numbers = SeqCountProvider(16)
        self._to_start = sorted(products, key=lambda each: each.turn)
        self._busy: list[FileSender] = []
        self._quiet: list[FileSender] = []
        self._schedule(0.0, "poll", b"", None)
        for contact, traffic in zip(self.contacts, self.traffic, strict=True):
            self._until(min(contact.start, self.until))
            if self._done() or contact.start >= self.until:
                break
            self._talk(contact, traffic)
        self._until(self.until)
        return [self._settle(each) for each in self.journeys.values()]

    def _done(self) -> bool:
        return self._left == 0

    # -- on the rover

    def _talk(self, contact: Contact, traffic: Traffic) -> None:
        """Send as long as the orbiter is there."""
        self._wake(self._quiet)
        time, end = contact.start, min(contact.end, self.until)
        while time < end and not self._done():
            self._until(time)
            rate = contact.rate(time)
            unit, sender = self._next_unit(time) if rate > 0.0 else (None, None)
            if unit is None or sender is None:
                time += 1.0
                continue
            packet = wrap(unit, next(self._packets))
            started = time
            time += len(packet) * 8.0 / rate
            traffic.packets += 1
            traffic.bytes += len(packet)
            way = (contact.over.orbiter, contact.over.number)
            journey = self.journeys[sender.name]
            if sender.is_closing:
                journey.bytes_closing += len(packet)
            else:
                journey.sent.append(started)
                journey.passes[way] = journey.passes.get(way, 0) + len(packet)
            arrived = self._through(packet)
            if time > end:
                traffic.lost += 1
                sender.put_back()
            elif arrived is None:
                traffic.lost += 1
            else:
                self._up(arrived, contact, time)

    def _next_unit(self, time: float) -> tuple[bytes | None, FileSender | None]:
        """The next unit of the first product in turn that has one."""
        while True:
            for sender in list(self._busy):
                unit = sender.next_unit()
                if unit is not None:
                    return unit, sender
                self._busy.remove(sender)
                self._quiet.append(sender)
            ready = next((each for each in self._to_start if each.stored <= time), None)
            if ready is None:
                return None, None
            self._to_start.remove(ready)
            sender = FileSender(self._store, ready.name, self._settings, lambda: self._now, self._numbers)
            self._senders[sender.number] = sender
            self._busy.append(sender)

    def _wake(self, senders: list[FileSender]) -> None:
        for sender in list(senders):
            if sender in self._quiet:
                self._quiet.remove(sender)
                self._busy.append(sender)
        self._busy.sort(key=lambda each: self.journeys[each.name].product.turn)

    # -- between rover, orbiter and Earth

    def _through(self, packet: bytes) -> bytes | None:
        """A packet after the proximity link: itself, damaged, or nothing."""
        if self._chance.random() >= self._loss:
            return packet
        if self._chance.random() < 0.5:
            return None
        at = self._chance.randrange(len(packet) - 1)
        burst = self._chance.randrange(1, 1 << 16)
        damaged = bytearray(packet)
        damaged[at] ^= burst >> 8
        damaged[at + 1] ^= burst & 0xFF
        return bytes(damaged)

    def _up(self, packet: bytes, contact: Contact, time: float) -> None:
        """To the orbiter, into its store, and on to Earth when its turn comes."""
        name = contact.over.orbiter
        there = time + float(self.network.distance(name, time)) / LIGHT_SPEED
        leaves = self.network.to_earth(name, max(there, self._free[name]))
        if leaves == float("inf"):
            return
        self._free[name] = leaves + len(packet) * 8.0 / self.network.orbiters[name].earth_rate
        arrives = self._free[name] + self.network.delay_from(name, self._free[name])
        self._schedule(arrives, "earth", packet, (name, contact.over.number))

    def _answer(self, units: list[bytes]) -> None:
        """From Earth to the rover, by the orbiter that gets there first."""
        for unit in units:
            packet = self._through(wrap(unit, next(self._packets)))
            arrives = self._first_contact_with_earth()
            if packet is not None and arrives < float("inf"):
                self._schedule(arrives, "rover", packet, None)

    def _first_contact_with_earth(self) -> float:
        best = float("inf")
        heard: dict[str, float] = {}
        for contact in self.contacts:
            if contact.start >= best:
                break
            name = contact.over.orbiter
            if contact.end <= self._now:
                continue
            if name not in heard:
                heard[name] = self.network.from_earth(name, self._now + self.network.delay_from(name, self._now))
            at = max(heard[name], contact.start)
            if at < contact.end:
                best = min(best, at)
        return best

    # -- time

    def _schedule(self, time: float, place: str, packet: bytes, way: Any) -> None:
        heapq.heappush(self._coming, (time, next(self._running), place, packet, way))

    def _until(self, time: float) -> None:
        """Let everything happen that happens up to a time."""
        while self._coming and self._coming[0][0] <= time and not self._done():
            self._now, _, place, packet, way = heapq.heappop(self._coming)
            if place == "poll":
                self._answer(self._earth.poll())
                self._schedule(self._now + _POLL, "poll", b"", None)
            else:
                unit = unwrap(packet)
                if unit is not None:
                    (self._on_earth if place == "earth" else self._on_rover)(unit, way)
        self._now = max(self._now, time)

    def _on_earth(self, unit: bytes, way: tuple[str, int]) -> None:
        journey = self.journeys[self._senders[PduFactory.from_raw(unit).transaction_seq_num.value].name]
        journey.received = self._now if journey.received is None else journey.received
        if journey.whole is None:
            journey.last_by = way
        self._answer(self._earth.receive(unit))

    def _on_rover(self, unit: bytes, _: Any) -> None:
        answer = PduFactory.from_raw(unit)
        sender = self._senders[answer.transaction_seq_num.value]
        sender.receive(answer)
        self._wake([sender])

    def _is_whole(self, name: str) -> None:
        self.journeys[name].whole = self._now
        self._left -= 1

    def _settle(self, journey: Journey) -> Journey:
        """What is on Earth of a product when the clock stops."""
        name, size = journey.product.name, len(journey.product.content)
        sender = next((each for each in self._senders.values() if each.name == name), None)
        if sender is not None:
            journey.packets, journey.repeated = sender.units_sent, sender.units_repeated
            journey.bytes_repeated = sender.bytes_repeated
        there = self._earth.store.files.get(name)
        journey.missing = there.missing(size) if there else [(0, size)]
        journey.content = bytes(there.content) if there else b""
        journey.from_start = there.whole_from_start if there else 0
        return journey
