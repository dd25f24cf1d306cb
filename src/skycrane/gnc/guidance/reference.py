"""The reference of entry guidance, computed on the ground from the pre-flight model: trajectory, gains and the parachute range.

Planar flight over a rotating sphere, independent variable time, state (s, V, gamma, h):
s' = V cos(gamma) R/r, V' = -D cos(d) - L sin(d) - g sin(gamma), h' = V sin(gamma),
gamma' = [L cos(d) - D sin(d)]/V + (V/r - g/V) cos(gamma) + 2 w sin(azimuth) cos(latitude), L = D (L/D) cos(bank),
with drag on the airspeed of the pre-flight wind along the path and d the angle between airspeed and velocity.
Gains by backward integration of the adjoint along the reference, with range at the final speed as objective:
lambda' = -A^T lambda, lambda_s(tf) = 1, lambda_V(tf) = -s'/V'. Then dR/dD = -H lambda_h/D, dR/dhdot = lambda_gamma/(V cos gamma),
dR/d(L/D)v = integral of lambda_gamma D/V dt. Source: Moseley, The Apollo Entry Guidance (1969); Mendeck and Craig McGrew 2014.
Design rule, the same for every mission: the parachute opens at the design Mach number, as far from the target as the descent under it
drifts in the pre-flight wind; the published reference bank is shifted as a whole so that the reference arrives there.
"""

import dataclasses
import math
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

KNOTS = 64
_LEAST_DRAG = 1e-3  # [m/s^2] gains on drag mean nothing where a reference leaves the air again
_JUMP = 0.01  # a change of the reference lift over 1 m/s beyond this is a switch of its schedule, not a slope


class EntryTable(NamedTuple):
    """Reference against planet-relative speed on a uniform grid; every column has shape (KNOTS,).

    range to go [m], drag [m/s^2], height rate [m/s], dR/dD, dR/dhdot, dR/d(L/D)v, vertical L/D, and cross-range deadband [m].
    """

    origin: np.ndarray
    inverse_step: np.ndarray
    range_to_go: np.ndarray
    drag: np.ndarray
    height_rate: np.ndarray
    by_drag: np.ndarray
    by_height_rate: np.ndarray
    by_lift: np.ndarray
    lift: np.ndarray
    deadband: np.ndarray


@dataclasses.dataclass(frozen=True)
class PlanarModel:
    """The pre-flight model that the reference is computed with; SI throughout."""

    radius: float  # of the sphere on which range is counted [m]
    gm: float
    coriolis: float  # 2 w sin(azimuth) cos(latitude) [rad/s]
    density: Callable[[float], float]  # of height over that sphere
    sound: Callable[[float], float]
    drag_area_over_mass: Callable[[float], float]  # CD A / m of Mach [m^2/kg]
    lift_to_drag: Callable[[float], float]  # of Mach
    wind: Callable[[float], float] = lambda h: 0.0  # along the path, of height [m/s]


@dataclasses.dataclass(frozen=True)
class Profile:
    """Reference bank against speed [rad]: linear between two speeds, shifted as a whole; a constant below the alignment speed.

    Below the straighten-up speed the ballast is gone and there is no lift.
    """

    bank_high: float
    bank_low: float
    speed_high: float
    speed_low: float
    alignment_speed: float
    alignment_bank: float
    shift: float = 0.0
    straighten_speed: float = 0.0

    def bank(self, speed: float) -> float:
        """Bank angle at a speed."""
        if speed < self.alignment_speed:
            return self.alignment_bank
        s = min(max((speed - self.speed_low) / (self.speed_high - self.speed_low), 0.0), 1.0)
        return min(max(self.bank_low + s * (self.bank_high - self.bank_low) + self.shift, 0.0), math.radians(150.0))


State = tuple[float, float, float, float]


def rates(model: PlanarModel, x: State, vertical_lift: Callable[[float, float], float]) -> State:
    """Derivative of (s, V, gamma, h); `vertical_lift(V, Mach)` is (L/D) cos(bank)."""
    _, v, gamma, h = x
    r = model.radius + h
    g = model.gm / (r * r)
    c, s = math.cos(gamma), math.sin(gamma)
    air, tilt = through_air(model, v, c, s, h)
    mach = air / model.sound(h)
    drag = 0.5 * model.density(h) * air * air * model.drag_area_over_mass(mach)
    lift = drag * vertical_lift(v, mach)
    cd, sd = math.cos(tilt), math.sin(tilt)
    turn = (lift * cd - drag * sd) / v + (v / r - g / v) * c + model.coriolis
    return v * c * model.radius / r, -drag * cd - lift * sd - g * s, turn, v * s


def through_air(model: PlanarModel, v: float, c: float, s: float, h: float) -> tuple[float, float]:
    """Airspeed [m/s] and its angle above the velocity [rad]; c and s are cosine and sine of the flight-path angle."""
    level = v * c - model.wind(h)
    return math.hypot(level, v * s), math.atan2(v * s, level) - math.atan2(s, c)


def fly(
    model: PlanarModel,
    start: State,
    vertical_lift: Callable[[float, float], float],
    stop: Callable[[State], bool],
    step: float = 0.5,
) -> np.ndarray:
    """Planar flight until `stop`; rows of (t, s, V, gamma, h)."""
    x, t, rows = start, 0.0, [(0.0, *start)]
    while not stop(x) and t < 1500.0 and x[3] > -20e3:
        a = rates(model, x, vertical_lift)
        b = rates(model, _add(x, a, 0.5 * step), vertical_lift)
        c = rates(model, _add(x, b, 0.5 * step), vertical_lift)
        d = rates(model, _add(x, c, step), vertical_lift)
        x = tuple(y + step / 6.0 * (p + 2.0 * (q + u) + w) for y, p, q, u, w in zip(x, a, b, c, d, strict=True))  # type: ignore[assignment]
        t += step
        rows.append((t, *x))
    return np.array(rows)


def _add(x: State, k: State, h: float) -> State:
    return (x[0] + h * k[0], x[1] + h * k[1], x[2] + h * k[2], x[3] + h * k[3])


def range_at_speed(path: np.ndarray, speed: float) -> float:
    """Range flown when the speed falls through a value for the last time; the end of the path if it never does."""
    v = path[:, 2]
    below = np.nonzero(v < speed)[0]
    if len(below) == 0:
        return float(path[-1, 1])
    i = max(int(below[0]), 1)
    s = (v[i - 1] - speed) / (v[i - 1] - v[i])
    return float(path[i - 1, 1] + s * (path[i, 1] - path[i - 1, 1]))


_CLOSE = math.radians(1.0)


def solve_shift(
    model: PlanarModel,
    start: State,
    profile: Profile,
    design_mach: float,
    wanted_range: float,
    near: float | None = None,
) -> tuple[Profile, np.ndarray]:
    """The profile shifted so that the design Mach number is reached at the wanted range, and its path.

    Where no shift within 60 deg reaches it, the target is outside what this vehicle can fly: the shift that comes nearest, whose path
    ends elsewhere. `near`: a shift [rad] within a degree of which it is looked for first.
    """

    def path(shift: float) -> np.ndarray:
        return fly(model, start, lift_of(model, dataclasses.replace(profile, shift=shift)), arrived(model, design_mach))

    @cache
    def miss(shift: float) -> float:
        return float(path(shift)[-1, 1]) - wanted_range

    low, high = math.radians(-60.0), math.radians(60.0)
    if near is not None and miss(near - _CLOSE) >= 0.0 >= miss(near + _CLOSE):
        low, high = near - _CLOSE, near + _CLOSE
    if miss(low) < 0.0 or miss(high) > 0.0:
        shift = low if abs(miss(low)) < abs(miss(high)) else high
    else:
        shift = float(brentq(miss, low, high, xtol=1e-5))
    return dataclasses.replace(profile, shift=shift), path(shift)


def lift_of(model: PlanarModel, profile: Profile) -> Callable[[float, float], float]:
    """Vertical L/D of a bank profile."""

    def vertical_lift(v: float, mach: float) -> float:
        return 0.0 if v < profile.straighten_speed else model.lift_to_drag(mach) * math.cos(profile.bank(v))

    return vertical_lift


def arrived(model: PlanarModel, design_mach: float) -> Callable[[State], bool]:
    """Stop once the Mach number through the air is down to the design value."""
    return lambda x: through_air(model, x[1], math.cos(x[2]), math.sin(x[2]), x[3])[0] < design_mach * model.sound(x[3])


def adjoint(
    model: PlanarModel,
    path: np.ndarray,
    vertical_lift: Callable[[float, float], float],
    switches: tuple[float, ...] = (),
) -> np.ndarray:
    """Rows of (lambda_V, lambda_gamma, lambda_h, lambda_u) along a path, by backward Runge-Kutta.

    At a speed where the control jumps, lambda_V jumps too: it grows by lambda . (f_after - f_before) / V'_before (saltation).
    """
    lam = np.zeros((len(path), 4))
    end = rates(model, tuple(path[-1, 1:]), vertical_lift)
    lam[-1, 0] = -end[0] / end[1]
    for i in range(len(path) - 1, 0, -1):
        h = path[i, 0] - path[i - 1, 0]
        middle = 0.5 * (path[i] + path[i - 1])
        ends = [_jacobian(model, tuple(p[1:]), vertical_lift) for p in (path[i], middle, path[i - 1])]
        x = lam[i]
        k1 = _back(ends[0], x)
        k2 = _back(ends[1], x + 0.5 * h * k1)
        k3 = _back(ends[1], x + 0.5 * h * k2)
        k4 = _back(ends[2], x + h * k3)
        lam[i - 1] = x + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        for speed in switches:
            if path[i, 2] <= speed < path[i - 1, 2]:
                lam[i - 1, 0] += _saltation(model, path[i], lam[i], vertical_lift, speed)
    return lam


def _saltation(
    model: PlanarModel, row: np.ndarray, lam: np.ndarray, vertical_lift: Callable[[float, float], float], speed: float
) -> float:
    """Jump of lambda_V, backward through a switch of the control at a speed."""
    state: State = (row[1], row[2], row[3], row[4])

    def at(v: float) -> np.ndarray:
        return np.asarray(rates(model, state, lambda _, mach: vertical_lift(v, mach)), dtype=float)

    before, after = at(speed + 1e-6), at(speed - 1e-6)
    return float(np.array([1.0, *lam[:3]]) @ (after - before) / before[1])


def _jacobian(model: PlanarModel, x: State, vertical_lift: Callable[[float, float], float]) -> tuple[np.ndarray, float]:
    """d(s', V', gamma', h')/d(V, gamma, h) with the control as flown, scheduled on speed, and d gamma'/du; central differences."""
    columns = []
    mach = x[1] / model.sound(x[3])
    if abs(vertical_lift(x[1] + 0.5, mach) - vertical_lift(x[1] - 0.5, mach)) > _JUMP:
        held = vertical_lift(x[1], mach)
        vertical_lift = lambda v, m: held  # noqa: E731
    for k, size in ((1, 0.5), (2, 1e-5), (3, 5.0)):
        up, down = list(x), list(x)
        up[k] += size
        down[k] -= size
        difference = np.subtract(rates(model, tuple(up), vertical_lift), rates(model, tuple(down), vertical_lift))  # type: ignore[arg-type]
        columns.append(difference / (2.0 * size))
    more = rates(model, x, lambda v, mach: vertical_lift(v, mach) + 0.01)[2]
    less = rates(model, x, lambda v, mach: vertical_lift(v, mach) - 0.01)[2]
    return np.array(columns), (more - less) / 0.02


def _back(jacobian: tuple[np.ndarray, float], lam: np.ndarray) -> np.ndarray:
    """Derivative of the adjoint against time run backwards; lambda_s is 1 throughout."""
    columns, by_lift = jacobian
    full = columns @ np.array([1.0, lam[0], lam[1], lam[2]])
    return np.array([*full, lam[1] * by_lift])


def entry_table(
    model: PlanarModel, path: np.ndarray, profile: Profile, range_after: float, deadband_fraction: float = 0.25
) -> EntryTable:
    """Reference and gains against speed; `range_after` is the range to go at the end of the path.

    The deadband is a fraction of `lateral_reach`, the rest stays in hand for wind and a late reversal.
    """
    lift = lift_of(model, profile)
    lam = adjoint(model, path, lift, (profile.alignment_speed, profile.straighten_speed))
    v, gamma, h = path[:, 2], path[:, 3], path[:, 4]
    drag = np.array(
        [-rates(model, tuple(p[1:]), lift)[1] - model.gm / (model.radius + p[4]) ** 2 * math.sin(p[3]) for p in path]
    )
    drag = np.maximum(drag, _LEAST_DRAG)
    scale = np.array([_scale_height(model, x) for x in h])
    columns = (
        range_after + path[-1, 1] - path[:, 1],
        drag,
        v * np.sin(gamma),
        -scale * lam[:, 2] / drag,
        lam[:, 1] / (v * np.cos(gamma)),
        lam[:, 3],
        np.array([lift(a, a / model.sound(b)) for a, b in zip(v, h, strict=True)]),
        deadband_fraction * lateral_reach(model, path, profile, drag, range_after),
    )
    top = int(np.argmax(v))
    grid = np.linspace(v[-1], v[top], KNOTS)
    falling = slice(top, None)
    rows = [np.interp(grid, v[falling][::-1], c[falling][::-1]) for c in columns]
    return EntryTable(np.asarray(grid[0]), np.asarray(1.0 / (grid[1] - grid[0])), *rows)


def lateral_reach(
    model: PlanarModel, path: np.ndarray, profile: Profile, drag: np.ndarray, range_after: float
) -> np.ndarray:
    """Cross-range at the target that the rest of the path can make with its bank kept to one side [m], one value a row of the path.

    Sideways acceleration a = (L/D) D sin(bank) turns the path at a/V, and a turn with the range R to go moves the end by R times it:
    y = integral of R (L/D) D sin(bank) / V dt to the end of the path. Small turns.
    """
    t, v, h = path[:, 0], path[:, 2], path[:, 4]
    to_go = range_after + path[-1, 1] - path[:, 1]
    aside = np.array(
        [
            0.0
            if a < profile.straighten_speed
            else model.lift_to_drag(a / model.sound(b)) * abs(math.sin(profile.bank(a)))
            for a, b in zip(v, h, strict=True)
        ]
    )
    rate = to_go * aside * np.maximum(drag, 0.0) / v
    steps = 0.5 * (rate[1:] + rate[:-1]) * np.diff(t)
    return np.concatenate([np.cumsum(steps[::-1])[::-1], [0.0]])


def _scale_height(model: PlanarModel, h: float) -> float:
    """Height over which density falls by e [m]; above the tabulated air, where it no longer matters, a large number."""
    return 200.0 / max(math.log(model.density(h - 100.0) / model.density(h + 100.0)), 1e-3)
