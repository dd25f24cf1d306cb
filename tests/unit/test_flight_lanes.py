"""How many cases fly side by side, by what the machine has."""

import pytest

from skycrane.core.errors import InputError
from skycrane.flight import lanes

GB = 1e9


def nothing() -> None:
    pass


def test_a_processor_flies_sixty_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SKYCRANE_LANES", raising=False)
    monkeypatch.setattr(lanes, "memory_of_card", lambda prepare: None)
    assert lanes.width(nothing) == 64


@pytest.mark.parametrize(
    ("card", "host", "expected"),
    [
        (80 * GB, 128 * GB, 4096),  # 32 GB of rows, 4.8 MB a lane: 6,667, and the power of two below
        (80 * GB, 1000 * GB, 16384),
        (8 * GB, 1000 * GB, 2048),  # 4 GB on the card: 4,000
        (0.1 * GB, 4 * GB, 64),
    ],
)
def test_a_card_flies_what_its_memory_and_the_hosts_hold(card: float, host: float, expected: int) -> None:
    assert lanes.lanes_for(card, host) == expected


def test_a_card_is_asked_for_where_jax_knows_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SKYCRANE_LANES", raising=False)
    monkeypatch.setattr(lanes, "memory_of_card", lambda prepare: 8 * GB)
    monkeypatch.setattr(lanes, "_memory_of_host", lambda: 64 * GB)
    assert lanes.width(nothing) == 2048


@pytest.mark.parametrize("asked", ["70", "0", "-64", "many", "32768", "64.0"])
def test_an_impossible_number_is_refused(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKYCRANE_LANES", asked)
    with pytest.raises(InputError, match=f"SKYCRANE_LANES is {asked}, must be a multiple of 64 from 64 to 16384"):
        lanes.width(nothing)


def test_a_number_that_is_asked_for_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKYCRANE_LANES", "256")
    assert lanes.width(nothing) == 256
