"""The descent device: how much of the bridles is paid out, and what each pulls. The law of `vehicle.bridles`, one landing at a time.

T = max(k (l_full / L)(l - L) + c (dl/dt - s r), 0) while l > L, else 0; L(t) and s(t) of `Bridles.paid_out` and `Bridles.reeling`. A
jammed reel holds what it has paid out. Plain floats: this runs at every step.
"""

from dataclasses import dataclass, field
from typing import Any

NEVER = 1e9


@dataclass
class Reel:
    """Bridles of one landing. `spans` are the stowed distances from end to end [m]: none is ever shorter. `attached`: which hold."""

    bridles: Any
    spans: list[float]
    jam: float = NEVER
    attached: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        b = self.bridles
        self.full, self.stiffness, self.damping = float(b.length), float(b.stiffness), float(b.damping)
        self.rate = float(b.reel_rate)
        self.first, self.ramp = float(b.initial_length), float(b.reel_ramp)
        self.whole = (self.full - self.first) / self.rate + self.ramp
        self.attached = [True] * len(self.spans)

    def paid_out(self, since: float) -> tuple[float, float]:
        """Length [m] and its rate [m/s] so long after release."""
        t = min(max(since, 0.0), self.whole)
        up, down, flat = min(t, self.ramp), max(t - (self.whole - self.ramp), 0.0), max(t - self.ramp, 0.0)
        length = self.first + self.rate * ((0.5 * up * up - 0.5 * down * down) / self.ramp + flat)
        if length >= self.jam:
            return self.jam, 0.0
        return length, self.rate * min(max(min(since, self.whole - since) / self.ramp, 0.0), 1.0)

    def out_at(self) -> float:
        """Time after release at which the full length is out [s]; never with a jam."""
        return self.whole if self.jam >= self.full else NEVER

    def tensions(self, since: float, lengths: list[float], speeds: list[float]) -> list[float]:
        """Pull of each bridle [N] for the distances of their ends [m] and how fast these grow [m/s]."""
        paid, rate = self.paid_out(since)
        pulls = []
        for span, held, length, speed in zip(self.spans, self.attached, lengths, speeds, strict=False):
            free = paid if paid > span else span
            stretch = length - free
            if not held or stretch <= 0.0:
                pulls.append(0.0)
                continue
            growing = speed - (rate if paid >= span else 0.0)
            pulls.append(max(self.stiffness * (self.full / free) * stretch + self.damping * growing, 0.0))
        return pulls


@dataclass
class Umbilical:
    """A cable whose take-up pulls evenly as far as it reaches, and stretches beyond."""

    tension: float
    length: float
    stiffness: float
    attached: bool = True

    def pull(self, length: float) -> float:
        """Pull [N] at a distance of its ends [m]."""
        return self.tension + self.stiffness * max(length - self.length, 0.0) if self.attached else 0.0
