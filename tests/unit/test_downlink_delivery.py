"""File delivery by itself: nothing is lost or damaged on a channel that drops, damages, repeats and reorders packets."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacepackets.cfdp import PduFactory
from spacepackets.seqcount import SeqCountProvider

from skycrane.downlink.delivery_ends import Earth, FileSender
from skycrane.downlink.handlers import Settings
from skycrane.downlink.packets import unwrap, wrap
from skycrane.downlink.store import MemoryStore, StoredFile, joined

SIZES = (0, 1, 999, 1000, 1001, 30_000, 5000)


@pytest.mark.parametrize("loss", [0.0, 0.05, 0.2, 0.5])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_file_arrives_once_and_as_it_was(loss: float, seed: int) -> None:
    chance, now = random.Random(seed), [0.0]
    files = {f"file {size}": chance.randbytes(size) for size in SIZES}
    settings, numbers, whole = Settings(1000, 50.0), SeqCountProvider(16), []
    source = MemoryStore(files)
    made = [FileSender(source, name, settings, lambda: now[0], numbers) for name in files]
    senders = {each.number: each for each in made}
    earth = Earth(settings, lambda: now[0], whole.append)
    air: list[tuple[float, bool, bytes]] = []

    def send(units: list[bytes], home: bool) -> None:
        for unit in units:
            packet = bytearray(wrap(unit, len(air)))
            if chance.random() < loss:
                packet[chance.randrange(len(packet))] ^= chance.randrange(1, 256)
            copies = 2 if chance.random() < 0.1 else 1
            air.extend((now[0] + chance.choice([5, 5, 5, 40]), home, bytes(packet)) for _ in range(copies))

    while not all(each.finished for each in made) and now[0] < 1e4:
        now[0] += 1.0
        for each in made:
            unit = each.next_unit()
            send([unit] if unit else [], True)
        for there in [each for each in air if each[0] <= now[0]]:
            air.remove(there)
            received = unwrap(there[2])
            if received is None:
                continue
            if there[1]:
                send(earth.receive(received), False)
            else:
                answer = PduFactory.from_raw(received)
                senders[answer.transaction_seq_num.value].receive(answer)
        send(earth.poll(), False)
    assert sorted(whole) == sorted(files)
    assert {name: bytes(each.content) for name, each in earth.store.files.items()} == files
    assert all(each.finished for each in made)
    assert sum(each.units_repeated for each in made) > 0 or loss == 0.0


@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_packet_with_a_burst_of_wrong_bits_is_thrown_away(unit: bytes, data: st.DataObject) -> None:
    packet = wrap(unit, 7)
    assert unwrap(packet) == unit
    at = data.draw(st.integers(0, len(packet) * 8 - 1))
    burst = data.draw(st.integers(0, 2**15 - 1)) * 2 + 1  # at most 16 bits, the last one wrong
    damaged = (int.from_bytes(packet, "big") ^ (burst << at) & ((1 << len(packet) * 8) - 1)).to_bytes(
        len(packet), "big"
    )
    assert unwrap(damaged) is None


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=20))
def test_what_is_there_and_what_is_missing_are_those_of_a_set(segments: list[tuple[int, int]]) -> None:
    file, there = StoredFile(), set[int]()
    for offset, size in segments:
        file.put(bytes([1] * size), offset)
        there |= set(range(offset, offset + size))
    assert {k for a, b in file.there for k in range(a, b)} == there
    assert {k for a, b in file.missing(80) for k in range(a, b)} == set(range(80)) - there
    assert all(b < c for (_, b), (c, _) in zip(file.there, file.there[1:], strict=False))
    assert file.whole_from_start == next(k for k in range(200) if k not in there)


def test_an_empty_segment_changes_nothing() -> None:
    assert joined([(0, 3)], (5, 5)) == [(0, 3)]
