"""The whole way home over passes that are cut at random: nothing lost, nothing damaged, order right, times as the geometry says."""

import random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from run_to_send import LANDED, place
from scipy.optimize import brentq

from skycrane.downlink.carry import Carrier, Journey
from skycrane.downlink.contacts import Contact, contacts
from skycrane.downlink.handlers import Settings
from skycrane.downlink.network import Network
from skycrane.downlink.products import KINDS, Product
from skycrane.mission import load_mission

SOL = 88775.244
LIGHT = 299_792_458.0


@cache
def network() -> Network:
    mission = load_mission("mars2020").parameters
    return Network(mission, mission.downlink, place(), LANDED + 12 * SOL)


@cache
def plan() -> tuple[Contact, ...]:
    return tuple(contacts(network(), LANDED))


def cut(seed: int) -> list[Contact]:
    """Every pass loses a random part of its start and of its end, up to nearly all of it."""
    chance = random.Random(f"cuts {seed}")
    made = []
    for each in plan():
        late, early = (chance.random() ** 2 for _ in range(2))
        start = each.start + int(late * (each.end - each.start) * 0.6)
        end = each.end - early * (each.end - start) * 0.98
        made.append(replace(each, start=start, end=end, rates=each.rates[int(start - each.start) :]))
    return made


def products(seed: int) -> list[Product]:
    chance = random.Random(f"products {seed}")
    made = []
    for number in range(14):
        kind = KINDS[number % len(KINDS)]
        size = chance.choice([0, 1, 1000, 20_000, chance.randrange(90_000)])
        taken = LANDED + chance.uniform(-200.0, 30.0)
        made.append(
            Product(f"{kind} {number}", kind, chance.randbytes(size), taken, taken + 20.0, first=number % 3 == 0)
        )
    return made


def carry(
    seed: int, loss: float, over: list[Contact], what: list[Product], until: float = LANDED + 12 * SOL
) -> list[Journey]:
    return Carrier(network(), over, Settings(1000, 6 * 3600.0), loss, seed, until).carry(what)


def check(seed: int, loss: float) -> int:
    """Everything that must hold of one run; the number of units that were sent again."""
    over, what = cut(seed), products(seed)
    journeys = carry(seed, loss, over, what)
    assert [each.product for each in journeys] == what
    for each in journeys:
        assert each.whole is not None, f"seed {seed}, {loss:.0%} lost: {each.product.name} is not home"
        assert each.content == each.product.content
        assert each.missing == []
        assert each.received is not None
        assert each.product.stored <= each.sent[0]
        assert each.received <= each.whole
        assert each.sent[0] + float(network().delay_at(each.sent[0])) - 0.05 < each.received
        assert all(any(c.start <= t < c.end for c in over) for t in each.sent), "sent while nobody was overhead"
    # a product starts only when none is ready that comes before it
    for early in what:
        for late in what:
            a, b = (next(j for j in journeys if j.product is p).sent[0] for p in (early, late))
            if early.turn < late.turn and early.stored <= b:
                assert a <= b, f"{late.name} was sent before {early.name}"
    return sum(each.repeated for each in journeys)


@pytest.mark.parametrize("loss", [0.0, 0.05, 0.2])
def test_nothing_is_lost_or_damaged_and_the_order_is_right(loss: float) -> None:
    again = [check(seed, loss) for seed in range(10)]
    assert loss == 0.0 or sum(again) > 0


@pytest.mark.heavy
@pytest.mark.parametrize("loss", [0.0, 0.05, 0.2])
def test_nothing_is_lost_in_two_hundred_runs(loss: float) -> None:
    for seed in range(200):
        check(seed, loss)


def test_a_pass_that_ends_in_a_file_goes_on_in_the_next() -> None:
    """Without losses every byte is sent once, but for the unit that was under way when the pass ended."""
    large = Product("telemetry", "telemetry", random.Random(1).randbytes(400_000), LANDED, LANDED)
    (journey,) = carry(1, 0.0, list(plan()), [large])
    assert journey.content == large.content
    assert len(journey.passes) > 1
    assert journey.bytes_repeated <= 1000 * len(journey.passes)
    assert plan()[0].over.orbiter == next(iter(journey.passes))[0]


def test_what_has_not_arrived_is_named_byte_by_byte() -> None:
    """Stopped in the middle, what is there and what is missing make up the file, and what is there is right."""
    large = Product("telemetry", "telemetry", random.Random(2).randbytes(150_000), LANDED, LANDED)
    never = Product("codestream", "codestream", b"x" * 100, LANDED, LANDED + 1e7)
    journeys = carry(3, 0.05, list(plan()), [large, never], LANDED + 800.0)
    first, second = journeys
    gone = {k for a, b in first.missing for k in range(a, b)}
    assert 0 < len(gone) < len(large.content)
    assert len(first.missing) > 1
    there = [k for k in range(len(large.content)) if k not in gone]
    assert all(first.content[k] == large.content[k] for k in there)
    assert first.from_start == min(gone)
    assert (first.whole, second.whole) == (None, None)
    assert second.missing == [(0, 100)]
    assert second.sent == []


def test_arrival_times_are_those_of_the_geometry() -> None:
    """By hand for the last unit of small products: time on the link, way to the orbiter, time on its link, and the light time of DE438.

    The orbiter is at most its radius (13 ms) nearer to Earth than Mars is; from one product to the next only its motion counts.
    """
    end_of_file = 8.0 * (6 + 2 + 10 + 1 + 1 + 4 + 4)  # packet header and check, unit header, code, condition, sum, size
    small = [Product(f"health {k}", "health", bytes([k]) * 500, LANDED + 40 * k, LANDED + 40 * k) for k in range(5)]
    ways = []
    for journey in carry(0, 0.0, list(plan()), small):
        assert list(journey.passes) == [("MRO", 1)]
        assert journey.whole is not None
        aboard = journey.sent[2] + end_of_file / 8e3
        way = np.linalg.norm(mro_by_hand(aboard) - place()) / LIGHT
        ways.append(journey.whole - aboard - way - end_of_file / 2e6)
        assert ways[-1] == pytest.approx(682.3, abs=0.1 + 0.013)
    assert (
        np.ptp(ways) < 160.0 * 4e3 / LIGHT + 160.0 * 20e3 / LIGHT
    )  # the orbiter's speed, and that of Mars away from Earth
    slope = np.polyfit([40.0 * k for k in range(5)], ways, 1)[0] * LIGHT
    assert 0.0 < slope < 24e3


def mro_by_hand(time: float) -> np.ndarray:
    """Planet-fixed place of MRO in its two-body orbit, written once more from the numbers of the mission file."""
    low, high = 3396190.0 + 255e3, 3396190.0 + 320e3
    a, e = (low + high) / 2, (high - low) / (high + low)
    mean = np.radians(86.0) + np.sqrt(4.282837581e13 / a**3) * time
    anomaly = brentq(lambda x: x - e * np.sin(x) - mean, 0.0, 10.0)
    true = 2 * np.arctan(np.sqrt((1 + e) / (1 - e)) * np.tan(anomaly / 2))
    u, radius = np.radians(270.0) + true, a * (1 - e * np.cos(anomaly))
    node, tilt = np.radians(72.0) - 7.088218e-5 * time, np.radians(92.65)
    return radius * np.array(
        [
            np.cos(node) * np.cos(u) - np.sin(node) * np.sin(u) * np.cos(tilt),
            np.sin(node) * np.cos(u) + np.cos(node) * np.sin(u) * np.cos(tilt),
            np.sin(u) * np.sin(tilt),
        ]
    )
