"""Which orbiter the rover talks to, and when: one at a time, the nearer one first."""

from dataclasses import dataclass

import numpy as np

from skycrane.downlink.link import rate
from skycrane.downlink.network import Network, Pass


@dataclass(frozen=True)
class Contact:
    """A pass as far as the rover uses it: from start to end [s], with the rate in each second of it [bit/s]."""

    over: Pass
    start: float
    end: float
    rates: tuple[float, ...]

    def rate(self, time: float) -> float:
        """Bits a second at a moment of the contact."""
        return self.rates[min(int(time - self.start), len(self.rates) - 1)]


def contacts(network: Network, landed: float) -> list[Contact]:
    """The contacts after landing, in the order of time; of passes that overlap the nearest has its time, the others what is left."""
    passes = [each for each in network.passes(landed - 3600.0) if each.set > landed]
    nearest = {each: float(np.min(network.distance(each.orbiter, _seconds(each.rise, each.set)))) for each in passes}
    taken: list[tuple[float, float]] = []
    found = []
    for each in sorted(passes, key=lambda p: (not _holds_the_landing(network, p, landed), nearest[p])):
        start, end = _longest_left(max(each.rise, landed), each.set, taken)
        if end > start:
            taken.append((start, end))
            found.append(contact(network, each, start, end, landed))
    return sorted(found, key=lambda c: c.start)


def contact(network: Network, over: Pass, start: float, end: float, landed: float) -> Contact:
    """A contact with its rates; in the pass of the landing the rate is the landing's."""
    distances = network.distance(over.orbiter, _seconds(start, end))
    fixed = over.rise <= landed
    return Contact(over, start, end, tuple(rate(network.orbiters[over.orbiter], float(d), fixed) for d in distances))


def _seconds(start: float, end: float) -> np.ndarray:
    return np.arange(start, max(end, start + 1.0), 1.0)


def _longest_left(start: float, end: float, taken: list[tuple[float, float]]) -> tuple[float, float]:
    pieces = [(start, end)]
    for low, high in taken:
        pieces = [p for a, b in pieces for p in ((a, min(b, low)), (max(a, high), b)) if p[1] > p[0]]
    return max(pieces, key=lambda p: p[1] - p[0], default=(start, start))


def _holds_the_landing(network: Network, over: Pass, landed: float) -> bool:
    """The orbiter that passed the landing on keeps the rover until it sets."""
    return over.rise <= landed and network.orbiters[over.orbiter].bent_pipe
