"""The two ends of file delivery: the sender of one file on the rover, and Earth that receives them all.

CCSDS File Delivery Protocol, class 2 (CCSDS 727.0-B-5): metadata, file segments, end of file; the receiver asks again for what it lacks
and says when it has all. The state machines are those of cfdp-py (`handlers`); what they leave open at class 2 is closed here:

- Units that arrive before the metadata of their file are held back, and the metadata asked for; the library would throw the segments
  away and forget the file's checksum.
- An end of file whose acknowledgement was lost is acknowledged again; the library would do so never.
- A file that is finished is finished: late segments do not start it anew.
- "Finished" acknowledges the end of file too; an acknowledgement of "finished" that was lost is given again.
"""

from collections import deque
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any

from cfdppy import CfdpState, PutRequest
from cfdppy.handler.source import TransactionStep as SendingStep
from spacepackets.cfdp import ConditionCode, DeliveryCode, Direction, PduFactory, PduType, TransmissionMode
from spacepackets.cfdp.pdu import AckPdu, DirectiveType, NakPdu, TransactionStatus
from spacepackets.seqcount import SeqCountProvider

from skycrane.downlink.handlers import EARTH, Clock, Settings, User, receiving_one, sending
from skycrane.downlink.store import MemoryStore


class FileSender:
    """One file on its way: gives the next unit to send, and takes what Earth answers."""

    def __init__(
        self, store: MemoryStore, name: str, settings: Settings, clock: Clock, numbers: SeqCountProvider
    ) -> None:
        self.name = name
        self.user = User(store)
        self.handler = sending(self.user, settings, clock, numbers)
        self.handler.put_request(PutRequest(EARTH, Path(name), Path(name), TransmissionMode.ACKNOWLEDGED, False))
        self.finished = False
        self.units_sent = self.units_repeated = self.bytes_repeated = 0
        self._queue: deque[tuple[bytes, tuple[int, int] | None]] = deque()
        self._waiting: set[bytes] = set()
        self._offsets: set[int] = set()
        self._last: tuple[bytes, tuple[int, int] | None] = (b"", None)
        self._advance(None)
        self.number: int = self.handler.transaction_seq_num.value

    @property
    def all_sent_once(self) -> bool:
        """Whether every byte was on its way at least once."""
        return self.finished or self.handler.step in (SendingStep.WAITING_FOR_EOF_ACK, SendingStep.WAITING_FOR_FINISHED)

    @property
    def is_closing(self) -> bool:
        """Whether the last unit was about the end alone: the file was whole on Earth and Earth had said so."""
        return self.finished and self._last[1] is None

    def next_unit(self) -> bytes | None:
        """What to send now; None while there is nothing but waiting."""
        if not self._queue and not self.finished:
            self._advance(None)
        if not self._queue:
            return None
        self._last = unit, segment = self._queue.popleft()
        self._waiting.discard(unit)
        self.units_sent += 1
        if segment is not None:
            if segment[0] in self._offsets:
                self.units_repeated += 1
                self.bytes_repeated += segment[1]
            self._offsets.add(segment[0])
        return unit

    def put_back(self) -> None:
        """The last unit did not get through for sure: it is the next one again."""
        self._waiting.add(self._last[0])
        self._queue.appendleft(self._last)

    def receive(self, unit: Any) -> None:
        """A unit from Earth about this file."""
        directive = unit.directive_type
        if self.finished:
            if directive == DirectiveType.FINISHED_PDU:
                self._put(_acknowledgement(unit, DirectiveType.FINISHED_PDU, Direction.TOWARDS_RECEIVER), None)
            return
        self._advance(None)
        step = self.handler.step
        if directive == DirectiveType.ACK_PDU and step != SendingStep.WAITING_FOR_EOF_ACK:
            return
        if directive == DirectiveType.FINISHED_PDU and step == SendingStep.WAITING_FOR_EOF_ACK:
            self._advance(PduFactory.from_raw(_acknowledgement(unit, DirectiveType.EOF_PDU, Direction.TOWARDS_SENDER)))
        self._advance(unit)
        if self.user.finished is not None:
            self.finished = True

    def _advance(self, unit: Any) -> None:
        self.handler.state_machine(unit)
        while self.handler.packets_ready:
            made = self.handler.get_next_packet().pdu
            data = made.pdu_type == PduType.FILE_DATA
            self._put(bytes(made.pack()), (made.offset, len(made.file_data)) if data else None)

    def _put(self, unit: bytes, segment: tuple[int, int] | None) -> None:
        if unit not in self._waiting:
            self._waiting.add(unit)
            self._queue.append((unit, segment))


class Earth:
    """The receiving end: every file in its own state machine, all of them in one store."""

    def __init__(self, settings: Settings, clock: Clock, whole: Callable[[str], None]) -> None:
        self.store = MemoryStore()
        self.files: dict[int, _FileReceiver] = {}
        self._settings, self._clock, self._whole = settings, clock, whole

    def receive(self, raw: bytes) -> list[bytes]:
        """Take one unit; the answers to send come back."""
        unit = PduFactory.from_raw(raw)
        number = unit.transaction_seq_num.value
        if number not in self.files:
            self.files[number] = _FileReceiver(self.store, self._settings, self._clock, self._whole)
        return self.files[number].receive(unit)

    def poll(self) -> list[bytes]:
        """What the timers want to be sent now."""
        return [answer for each in self.files.values() for answer in each.poll()]


class _FileReceiver:
    """One file as it arrives."""

    def __init__(self, store: MemoryStore, settings: Settings, clock: Clock, whole: Callable[[str], None]) -> None:
        self.user = User(store)
        self.handler = receiving_one(self.user, settings, clock)
        self._clock, self._retry, self._whole = clock, settings.retry, whole
        self._held: list[Any] | None = []
        self._asked = float("-inf")
        self._told = self._closed = self._ended = False

    def receive(self, unit: Any) -> list[bytes]:
        """Take a unit of this file; the answers come back."""
        directive = unit.directive_type if unit.pdu_type == PduType.FILE_DIRECTIVE else None
        if self._closed:
            again = directive == DirectiveType.EOF_PDU
            return [_acknowledgement(unit, DirectiveType.EOF_PDU, Direction.TOWARDS_SENDER)] if again else []
        if self._held is not None and directive != DirectiveType.METADATA_PDU:
            self._held.append(unit)
            return self._ask_for_metadata()
        if self._held is None and directive == DirectiveType.METADATA_PDU:
            return []
        first, self._held = self._held or [], None
        return [answer for each in [unit, *first] for answer in self._take(each)]

    def poll(self) -> list[bytes]:
        """What the timers of this file want to be sent now."""
        if self._closed:
            return []
        return self._ask_for_metadata() if self._held is not None else self._advance(None)

    def _take(self, unit: Any) -> list[bytes]:
        directive = unit.directive_type if unit.pdu_type == PduType.FILE_DIRECTIVE else None
        if directive == DirectiveType.EOF_PDU:
            if self._ended:
                return [_acknowledgement(unit, DirectiveType.EOF_PDU, Direction.TOWARDS_SENDER)]
            self._ended = True
        if self._told and directive != DirectiveType.ACK_PDU:
            return []
        return self._advance(unit)

    def _advance(self, unit: Any) -> list[bytes]:
        answers = []
        for each in (unit, None):  # the second time for what the first has made possible
            self.handler.state_machine(each)
            while self.handler.packets_ready:
                answers.append(bytes(self.handler.get_next_packet().pdu.pack()))
            if self.handler.state == CfdpState.IDLE:
                break
        if self.user.finished is not None and not self._told:
            if self.user.finished.delivery_code != DeliveryCode.DATA_COMPLETE:
                raise RuntimeError(f"file delivery failed: {self.user.name} ended as {self.user.finished}")
            self._told = True
            self._whole(self.user.name)
        self._closed = self._told and self.handler.state == CfdpState.IDLE
        return answers

    def _ask_for_metadata(self) -> list[bytes]:
        if not self._held or self._clock() - self._asked < self._retry:
            return []
        self._asked = self._clock()
        about = copy(self._held[0].pdu_header.pdu_conf)
        about.direction = Direction.TOWARDS_SENDER
        return [bytes(NakPdu(about, start_of_scope=0, end_of_scope=0, segment_requests=[(0, 0)]).pack())]


def _acknowledgement(unit: Any, of: DirectiveType, toward: Direction) -> bytes:
    """ACK of "end of file" or "finished" in the transaction of a unit."""
    about = copy(unit.pdu_header.pdu_conf)
    about.direction = toward
    return bytes(AckPdu(about, of, ConditionCode.NO_ERROR, TransactionStatus.ACTIVE).pack())
