"""One conic program for one flight time: the heart of the convex descent, in units in which everything is of the order of one.

Lossless convexification. With z = ln m, u = T/m and a slack s for its size, the problem for a given flight time is
    maximise z(tf)   subject to   r' = v,  v' = u + g,  z' = -s/c,  |u| <= s,
    rho_1 e^-z0 [1 - (z - z0) + (z - z0)^2/2] <= s <= rho_2 e^-z0 [1 - (z - z0)],   z >= z0(t) = ln max(m0 - rho_2 t/c, dry mass),
    u_z >= s cos(tilt),   |r_h - r_h(tf)| <= (h - h(tf)) cot(glide slope),   h >= ground;
at its optimum |u| = s, so the relaxation loses nothing. u and s are linear between nodes, which makes r, v and z exact there.
The end point is asked for by a penalty that is exact when the end can be reached, so a flight time that is too short still has an
answer and a slope: the sign of d(cost)/d(tf), which the multipliers give for free, brackets the best flight time.
Source: Acikmese and Ploen, Journal of Guidance, Control, and Dynamics 30 (2007).
"""

import dataclasses
import math
from typing import Any, NamedTuple

import clarabel
import numpy as np
from scipy.sparse import csc_matrix

from skycrane.gnc.guidance.descent_problem import DescentProblem

_PENALTY = 100.0  # price of missing the end, over the rocket equation's price of the same velocity; exact above the multipliers' size
MISS = 1e-6  # of the unit of length or velocity: below this the end counts as reached


class Units(NamedTuple):
    """What one of the scaled problem's length, velocity and time is in SI."""

    length: float
    velocity: float
    time: float


def in_own_units(p: DescentProblem) -> tuple[DescentProblem, Units]:
    """The same problem with mass, greatest thrust and distance of the order of one, which is what a conic solver likes."""
    length = max(float(np.linalg.norm(np.subtract(p.position, p.final_position))), 1.0)
    push = p.maximum_thrust / p.mass
    time = math.sqrt(length / push)
    units = Units(length, length / time, time)
    measured = {
        ("position", "final_position", "ground_height"): units.length,
        ("velocity", "final_velocity", "exhaust_velocity"): units.velocity,
        ("flight_time", "turn_time"): units.time,
        ("mass", "dry_mass"): p.mass,
        ("minimum_thrust", "maximum_thrust"): p.maximum_thrust,
        ("gravity",): push,
    }
    given = {name: getattr(p, name) for name in sum(measured, ())}
    values = {n: given[n] / unit for names, unit in measured.items() for n in names if given[n] is not None}
    return dataclasses.replace(p, **values), units


class Answer(NamedTuple):
    """The optimum for one flight time, in the problem's own units; cost is fuel (as ln m0/m) and penalty."""

    duration: float
    cost: float
    slope: float
    accurate: bool  # to the solver's full tolerance; less is good enough to search by
    miss_position: float
    miss_velocity: float
    r: np.ndarray
    v: np.ndarray
    z: np.ndarray
    u: np.ndarray
    s: np.ndarray

    @property
    def miss(self) -> float:
        """The larger of both misses."""
        return max(self.miss_position, self.miss_velocity)


class _Layout(NamedTuple):
    """Where each variable lies: r, v, u (nodes, 3), z, s (nodes,), and the size of the miss of position and velocity."""

    r: np.ndarray
    v: np.ndarray
    u: np.ndarray
    z: np.ndarray
    s: np.ndarray
    miss: np.ndarray

    @classmethod
    def of(cls, nodes: int) -> "_Layout":
        where = np.arange(11 * nodes + 2)
        r, v, u = (where[3 * k * nodes : 3 * (k + 1) * nodes].reshape(nodes, 3) for k in range(3))
        return cls(r, v, u, where[9 * nodes : 10 * nodes], where[10 * nodes : 11 * nodes], where[11 * nodes :])


Sum = tuple[Any, list[tuple[np.ndarray, Any]]]  # constant + sum of coefficient * variable, row by row


class _Cones:
    """Affine sums that must lie in cones, gathered as A x + s = b with s in the cones."""

    def __init__(self) -> None:
        self.parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.right: list[np.ndarray] = []
        self.cones: list[Any] = []
        self.rows = 0

    def zero(self, total: Sum) -> None:
        """Every row is zero."""
        self.cones.append(clarabel.ZeroConeT(self._add(total)))

    def positive(self, total: Sum) -> None:
        """Every row is at least zero."""
        self.cones.append(clarabel.NonnegativeConeT(self._add(total)))

    def cone(self, *totals: Sum) -> None:
        """Row by row: the first is at least the length of the others."""
        self.cones.extend([clarabel.SecondOrderConeT(len(totals))] * self._add(*totals))

    def _add(self, *totals: Sum) -> int:
        """Rows of the sums, interleaved; returns the number of rows of each."""
        shape = np.broadcast_shapes(*(np.shape(columns) for columns, _ in totals[0][1]))
        count, width = math.prod(shape), len(totals)
        right = np.empty((count, width))
        for k, (constant, terms) in enumerate(totals):
            row = self.rows + k + width * np.arange(count)
            right[:, k] = np.broadcast_to(constant, shape).ravel()
            self.parts.extend((row, at.ravel(), -np.broadcast_to(value, shape).ravel()) for at, value in terms)
        self.right.append(right.ravel())
        self.rows += count * width
        return count

    def system(self, variables: int) -> tuple[Any, np.ndarray]:
        """A, compressed by columns, and b."""
        row, column, value = (np.concatenate(part) for part in zip(*self.parts, strict=True))
        return csc_matrix((value, (row, column)), shape=(self.rows, variables)), np.concatenate(self.right)


def _constraints(p: DescentProblem, x: _Layout, duration: float) -> _Cones:
    """All of the problem for one flight time."""
    c = _Cones()
    _motion(c, p, x, duration / (len(x.z) - 1))
    _thrust(c, p, x, duration)
    _path(c, p, x)
    return c


def _motion(c: _Cones, p: DescentProblem, x: _Layout, h: float) -> None:
    """Start, steps of length h with u and s linear between nodes, and the end up to its penalised miss."""
    g, start, moving = (np.asarray(a, float) for a in (p.gravity, p.position, p.velocity))
    r0, r1, v0, v1, u0, u1 = x.r[:-1], x.r[1:], x.v[:-1], x.v[1:], x.u[:-1], x.u[1:]
    c.zero((-start, [(x.r[0], 1.0)]))
    c.zero((-moving, [(x.v[0], 1.0)]))
    c.zero((0.0, [(x.z[:1], 1.0)]))
    c.zero((g * (0.5 * h * h), [(r0, 1.0), (r1, -1.0), (v0, h), (u0, h * h / 3.0), (u1, h * h / 6.0)]))
    c.zero((g * h, [(v0, 1.0), (v1, -1.0), (u0, 0.5 * h), (u1, 0.5 * h)]))
    burn = 0.5 * h / p.exhaust_velocity
    c.zero((0.0, [(x.z[:-1], 1.0), (x.z[1:], -1.0), (x.s[:-1], -burn), (x.s[1:], -burn)]))
    for miss, columns, wanted in ((x.miss[:1], x.r[-1], p.final_position), (x.miss[1:], x.v[-1], p.final_velocity)):
        c.cone((0.0, [(miss, 1.0)]), *((-w, [(columns[k : k + 1], 1.0)]) for k, w in enumerate(wanted)))


def _thrust(c: _Cones, p: DescentProblem, x: _Layout, duration: float) -> None:
    """Size between both throttle limits, direction inside the tilt limit."""
    time = np.linspace(0.0, duration, len(x.z))
    lightest = np.maximum(1.0 - time * (p.maximum_thrust / p.exhaust_velocity), p.dry_mass)
    z0, low, high = np.log(lightest), p.minimum_thrust / lightest, p.maximum_thrust / lightest
    c.positive((-z0, [(x.z, 1.0)]))
    c.positive((high * (1.0 + z0), [(x.s, -1.0), (x.z, -high)]))
    if p.minimum_thrust > 0.0:
        # q = s/low - 1 + (z - z0) >= (z - z0)^2/2 as a cone: |(z - z0, q - 1/2)| <= q + 1/2, all times low
        q, rest = [(x.s, 1.0), (x.z, low)], -low * (1.0 + z0)
        c.cone((rest + 0.5 * low, q), (rest - 0.5 * low, q), (-low * z0, [(x.z, low)]))
    _direction(c, p, x, time)


def _direction(c: _Cones, p: DescentProblem, x: _Layout, time: np.ndarray) -> None:
    """|u| <= s inside the tilt limit; upright nodes have u_z = s instead, which would leave the cone no room."""
    turns = p.turn_time is not None
    upright = np.array([0] * turns + [len(time) - 1] * (turns or p.final_thrust_vertical), int)
    free = np.delete(np.arange(len(time)), upright)
    c.cone((0.0, [(x.s[free], 1.0)]), *((0.0, [(x.u[free, k], 1.0)]) for k in range(3)))
    if len(upright):
        c.zero((0.0, [(x.u[upright, :2], 1.0)]))
        c.zero((0.0, [(x.u[upright, 2], 1.0), (x.s[upright], -1.0)]))
    if p.tilt_limit is not None:
        from_ends = np.minimum(time, time[-1] - time)[free]
        share = np.minimum(1.0, from_ends / p.turn_time) if p.turn_time is not None else 1.0
        c.positive((0.0, [(x.u[free, 2], 1.0), (x.s[free], -np.cos(p.tilt_limit * share))]))


def _path(c: _Cones, p: DescentProblem, x: _Layout) -> None:
    """Above the ground and inside the cone of the glide slope; the start was looked at before."""
    height = x.r[1:, 2]
    if p.ground_height is not None:
        c.positive((-p.ground_height, [(height, 1.0)]))
    if p.glide_slope is not None:
        e = p.final_position
        rise = 1.0 / math.tan(p.glide_slope)
        c.cone((-rise * e.z, [(height, rise)]), (-e.x, [(x.r[1:, 0], 1.0)]), (-e.y, [(x.r[1:, 1], 1.0)]))


def minimise(p: DescentProblem, duration: float, intervals: int) -> Answer | None:
    """Least fuel and miss for one flight time; None when no path keeps the limits."""
    x = _Layout.of(intervals + 1)
    variables = int(x.miss[-1]) + 1
    c = _constraints(p, x, duration)
    a, b = c.system(variables)
    cost = np.zeros(variables)
    cost[x.z[-1]] = -1.0
    cost[x.miss] = _PENALTY / p.exhaust_velocity
    solver = clarabel.DefaultSolver(csc_matrix((variables, variables)), cost, a, b, c.cones, _settings())
    found = solver.solve()
    if found.status not in (clarabel.SolverStatus.Solved, clarabel.SolverStatus.AlmostSolved):
        return None
    best, price = np.array(found.x), np.array(found.z)
    nudge = 1e-6 * duration
    moved, moved_right = _constraints(p, x, duration + nudge).system(variables)
    change = (moved @ best - moved_right) - (a @ best - b)
    values = {name: best[where] for name, where in zip(x._fields, x, strict=True)}
    off, fast = values.pop("miss")
    slope, accurate = float(price @ change) / nudge, found.status == clarabel.SolverStatus.Solved
    return Answer(duration, float(cost @ best), slope, accurate, float(off), float(fast), **values)


def _settings() -> Any:
    """One thread and a plain factorisation, so that the same problem gives the same bits."""
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    settings.direct_solve_method = "qdldl"
    return settings
