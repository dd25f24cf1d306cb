"""Dust that the engines lift near the ground, and the faint plumes themselves, as seen along lines of sight.

An engine's plume meets the ground where its axis does and spreads as a wall jet: a thin sheet that thickens with the distance r.
Its dust has

    rho(r, z) = rho0 s(r) exp(-z / h(r)),   h = 0.05 m + 0.11 r,   s = (r/r0)^2 exp(2 (1 - r/r0)) + outer 1/(1 + (r/r1)^2)

with streaks along the jets, because ground gives way unevenly. Where sheets of two engines meet, dust rises: the sum of two sheets there
is given a taller layer. rho0 grows with how hard the jet works on the ground, `vehicle.plume.dust_below`, which is also the record's
`plume_dust`: in proportion to the excess of its momentum flux over a threshold (amount and shape are assumed: no flown figures are
public). Wall-jet spread rate 0.11: Poreh et al., J. Applied Mechanics 34 (1967), 0.09 to 0.11.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skycrane.mission.parameters.touchdown import PlumeParameters
from skycrane.vehicle.plume import Jets, dust_below

Array = NDArray[np.float64]

#: reflectance of the lifted dust, relative to white
COLOUR = np.array([0.93, 0.66, 0.44])  # assumed: bright dust
_TOP = 3.2  # [m] above which no dust is looked for
_STEPS = 10
_AMOUNT = 0.13  # [1/m] extinction near the impingement points where the flux is twice the threshold: assumed
_PLUME = 0.012  # [1/m] brightness of a plume's core: assumed, hydrazine burns without flame


@dataclass(frozen=True)
class Jet:
    """One engine: nozzle (3,) and exhaust direction (3,) in the site frame, throttle 0 to 1, thrust [N]."""

    nozzle: Array
    exhaust: Array
    throttle: float
    thrust: float

    def footprint(self, ground: float) -> Array | None:
        """East and north (2,) where the axis meets level ground, or None."""
        if self.exhaust[2] > -0.2 or self.nozzle[2] <= ground:
            return None
        reach = (ground - self.nozzle[2]) / self.exhaust[2]
        return np.asarray((self.nozzle + reach * self.exhaust)[:2])


@dataclass(frozen=True)
class DustCloud:
    """Sheets of dust of all jets; `ground` is the level of the ground below [m], `since` the seconds since dust began to move."""

    feet: Array
    strength: Array
    ground: float
    time: float

    def optical_depth(self, start: Array, end: Array) -> Array:
        """Optical depth (n,) along lines of sight from `start` to `end` (n, 3) [m]."""
        total = np.zeros(len(end))
        if not len(self.feet):
            return total
        span = end - start
        length = np.linalg.norm(span, axis=1)
        drop = np.where(np.abs(span[:, 2]) < 1e-6, -1e-6, span[:, 2])
        a = np.clip((self.ground + _TOP - start[:, 2]) / drop, 0.0, 1.0)
        b = np.clip((self.ground - 0.3 - start[:, 2]) / drop, 0.0, 1.0)
        low, high = np.minimum(a, b), np.maximum(a, b)
        inside = start[:, 2] < self.ground + _TOP
        low = np.where(inside, 0.0, low)
        high = np.where(inside & (span[:, 2] > 0), np.clip(a, 0, 1), np.where(inside, 1.0, high))
        near = np.flatnonzero((high - low) * length > 1e-3)
        step = ((high - low) * length)[near] / _STEPS
        middle = start[near] + span[near] * (0.3 * low + 0.7 * high)[near, None]
        streaks = [self._streaks(middle, number) for number in range(len(self.feet))]
        for k in range(_STEPS):
            share = low[near] + (high - low)[near] * (k + 0.5) / _STEPS
            total[near] += self._layers(start[near] + span[near] * share[:, None], streaks) * step
        return total

    def extinction(self, points: Array) -> Array:
        """Extinction (n,) [1/m] of the dust at points (n, 3) [m]."""
        return self._layers(points, [self._streaks(points, number) for number in range(len(self.feet))])

    def _layers(self, points: Array, streaks: list[Array]) -> Array:
        height = np.maximum(points[:, 2] - self.ground, 0.0)
        total = np.zeros(len(points))
        for number, (foot, strength) in enumerate(zip(self.feet, self.strength, strict=True)):
            away = points[:, :2] - foot
            r = np.hypot(away[:, 0], away[:, 1])
            layer = 0.05 + 0.11 * r
            near = (r / 1.4) ** 2 * np.exp(2 * (1 - r / 1.4))
            far = 0.42 * np.clip(r / 2.0, 0, 1) / (1 + (r / 9.0) ** 2)
            total += (
                strength
                * (near + far)
                * streaks[number]
                * np.exp(-height / layer)
                * np.minimum(1.0, 0.35 / layer + 0.25)
            )
        return total

    def _streaks(self, points: Array, number: int) -> Array:
        """Rays of more and less dust around a foot, drifting outwards; mean about 1. Taken once a line of sight: the sheet is thin."""
        away = points[:, :2] - self.feet[number]
        bearing, r = np.arctan2(away[:, 1], away[:, 0]), np.hypot(away[:, 0], away[:, 1])
        total = np.ones(len(r))
        for k, (count, amount) in enumerate(((5, 0.5), (11, 0.45), (23, 0.4), (47, 0.3), (91, 0.2))):
            phase = 2.4 * number + 1.7 * k
            drift = 0.9 * np.sin((0.45 + 0.3 * k) * r - (2.0 + k) * self.time + phase)
            total += amount * np.sin(count * bearing + phase + drift + 0.6 * np.sin(3 * bearing + phase))
        return np.maximum(total, 0.04) ** 1.3


def lifted(jets: list[Jet], ground: float, time: float, plume: PlumeParameters) -> DustCloud:
    """The dust that a set of jets lifts from level ground."""
    feet, strength = [], []
    for jet in jets:
        foot = jet.footprint(ground)
        if foot is not None:
            one = Jets(jet.nozzle[None], jet.exhaust[None], np.array([jet.thrust]))
            action = dust_below(one, np.asarray(ground), plume.spread_exponent, plume.dust_pressure)
            feet.append(foot)
            strength.append(_AMOUNT * float(action[0]))
    keep = [k for k, s in enumerate(strength) if s > 1e-3]
    return DustCloud(
        np.array([feet[k] for k in keep]).reshape(-1, 2), np.array([strength[k] for k in keep]), ground, time
    )


def plume_glow(jets: list[Jet], start: Array, end: Array) -> Array:
    """Brightness (n,), relative to sunlit haze, of the plumes along lines of sight: widening cones that fade with distance."""
    total = np.zeros(len(end))
    span = end - start
    for jet in jets:
        if jet.throttle < 0.03:
            continue
        for reach in np.linspace(0.35, 3.2, 9):
            centre = jet.nozzle + reach * jet.exhaust
            share = np.clip(
                ((centre - start) * span).sum(axis=1) / np.maximum((span * span).sum(axis=1), 1e-9), 0.0, 1.0
            )
            gap = np.linalg.norm(start + span * share[:, None] - centre, axis=1)
            radius = 0.13 + 0.16 * reach
            total += (
                _PLUME * jet.throttle * np.exp(-((gap / radius) ** 2)) * np.exp(-reach / 1.3) / radius * (share < 1.0)
            )
    return total
