"""The state machines of class 2 file delivery from cfdp-py, made fit for simulated time and for many files at once.

Three things of cfdp-py 0.7 are changed here, by overriding: its timers run on the clock of the wall; its receivers of different files share
one list of lost segments; and it must be told its settings in several objects. What its state machines leave open is in `delivery_ends`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cfdppy import CfdpUserBase, IndicationConfig, LocalEntityConfig, RemoteEntityConfig, RemoteEntityConfigTable
from cfdppy.handler import dest as receiving
from cfdppy.handler.dest import DestHandler
from cfdppy.handler.source import SourceHandler
from cfdppy.mib import CheckTimerProvider, DefaultFaultHandlerBase
from spacepackets.cfdp import ChecksumType, TransmissionMode
from spacepackets.countdown import Countdown
from spacepackets.seqcount import SeqCountProvider
from spacepackets.util import ByteFieldU16

from skycrane.downlink.store import MemoryStore

#: seconds on whatever clock rules
Clock = Callable[[], float]

ROVER, EARTH = ByteFieldU16(1), ByteFieldU16(2)
_FOREVER = 1_000_000


@dataclass(frozen=True)
class Settings:
    """Bytes of a file in one unit, and after how many seconds an unanswered unit is repeated."""

    segment: int
    retry: float


class Timer(Countdown):
    """A countdown on a given clock."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        super().__init__(timedelta(seconds=seconds))
        self._clock, self._seconds = clock, seconds
        self.start()

    def timed_out(self) -> bool:
        return self._clock() - self._begin >= self._seconds

    def start(self) -> None:
        self._begin = self._clock()

    def reset(self, new_timeout: timedelta | None = None) -> None:
        if new_timeout is not None:
            self._seconds = new_timeout.total_seconds()
        self.start()

    def time_out(self) -> None:
        self._begin = float("-inf")


class SendingHandler(SourceHandler):
    """Sends one file; its timer runs on the given clock."""

    clock: Clock

    def _start_positive_ack_procedure(self) -> None:
        super()._start_positive_ack_procedure()
        self._params.positive_ack_params.ack_timer = Timer(
            self.clock, self._params.remote_cfg.positive_ack_timer_interval_seconds
        )


class ReceivingHandler(DestHandler):
    """Receives one file; its timers run on the given clock and its list of lost segments is its own."""

    clock: Clock

    def _common_first_packet_handler(self, pdu: Any) -> bool | None:
        self._params.acked_params.lost_seg_tracker = receiving.LostSegmentTracker()
        first: bool | None = super()._common_first_packet_handler(pdu)
        return first

    def _start_positive_ack_procedure(self) -> None:
        super()._start_positive_ack_procedure()
        self._params.positive_ack_params.ack_timer = Timer(
            self.clock, self._params.remote_cfg.positive_ack_timer_interval_seconds
        )

    def _deferred_lost_segment_handling(self) -> None:
        super()._deferred_lost_segment_handling()
        asked = self._params.acked_params.procedure_timer
        if asked is not None and not isinstance(asked, Timer):
            self._params.acked_params.procedure_timer = Timer(
                self.clock, self._params.remote_cfg.nak_timer_interval_seconds
            )


class User(CfdpUserBase):
    """What a state machine tells us; only the end of a file matters."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__(vfs=store)
        self.name = ""
        self.size = 0
        self.finished: Any = None

    def transaction_finished_indication(self, params: Any) -> None:
        self.finished = params.finished_params

    def metadata_recv_indication(self, params: Any) -> None:
        self.name, self.size = params.dest_file_name, params.file_size

    def transaction_indication(self, *_: Any) -> None: ...
    def eof_sent_indication(self, *_: Any) -> None: ...
    def file_segment_recv_indication(self, *_: Any) -> None: ...
    def report_indication(self, *_: Any) -> None: ...
    def suspended_indication(self, *_: Any) -> None: ...
    def resumed_indication(self, *_: Any) -> None: ...
    def fault_indication(self, *_: Any) -> None: ...
    def abandoned_indication(self, *_: Any) -> None: ...
    def eof_recv_indication(self, *_: Any) -> None: ...


class Faults(DefaultFaultHandlerBase):
    """Every fault is a defect: limits are out of reach, so none is expected, and none is passed over."""

    def _stop(self, *what: Any) -> None:
        raise RuntimeError(f"file delivery failed: {what}")

    notice_of_suspension_cb = notice_of_cancellation_cb = abandoned_cb = ignore_cb = _stop


def sending(user: User, settings: Settings, clock: Clock, numbers: SeqCountProvider) -> SendingHandler:
    """A sender on the rover."""
    handler = SendingHandler(_local(ROVER), user, _remote(EARTH, settings), _NoCheckTimer(), numbers)
    handler.clock = clock
    return handler


def receiving_one(user: User, settings: Settings, clock: Clock) -> ReceivingHandler:
    """A receiver on Earth."""
    handler = ReceivingHandler(_local(EARTH), user, _remote(ROVER, settings), _NoCheckTimer())
    handler.clock = clock
    return handler


class _NoCheckTimer(CheckTimerProvider):
    """Class 2 has no check timer."""

    def provide_check_timer(self, *_: Any, **__: Any) -> Countdown:
        raise RuntimeError("class 2 delivery asked for a check timer")


def _local(entity: ByteFieldU16) -> LocalEntityConfig:
    return LocalEntityConfig(entity, IndicationConfig(), Faults())


def _remote(entity: ByteFieldU16, settings: Settings) -> RemoteEntityConfigTable:
    return RemoteEntityConfigTable(
        [
            RemoteEntityConfig(
                entity_id=entity,
                max_file_segment_len=settings.segment,
                max_packet_len=settings.segment + 64,
                closure_requested=False,
                crc_on_transmission=False,
                default_transmission_mode=TransmissionMode.ACKNOWLEDGED,
                crc_type=ChecksumType.CRC_32,
                positive_ack_timer_interval_seconds=settings.retry,
                positive_ack_timer_expiration_limit=_FOREVER,
                nak_timer_interval_seconds=settings.retry,
                nak_timer_expiration_limit=_FOREVER,
                immediate_nak_mode=False,
            )
        ]
    )
