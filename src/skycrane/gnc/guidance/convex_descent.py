"""Powered approach with the least fuel: the alternative to the polynomial, solved once on the host where the engines take over.

Before: free fall and warm-up of the engines. After: constant velocity straight down. The compiled tracking law flies the table that
comes out of here as it flies the polynomial: position, velocity and acceleration at a time.

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

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.errors import InputError
from skycrane.core.interpolation import split, take
from skycrane.core.vector import Vec3
from skycrane.mission.parameters.mind import PoweredDescentParameters
from skycrane.mission.parameters.vehicle import EngineParameters

SOURCES = ("acikmese2007",)

#: Share of the throttle range kept free at each end, so that differential throttle can still turn the vehicle when guidance asks for
#: the least or the most thrust. Assumed: a choice of this law, not of a mission.
THROTTLE_MARGIN = 0.1

#: Share of the tilt limit kept free, so that feedback has something to steer with while the profile leans to its limit. Assumed.
TILT_MARGIN = 0.1

#: The approach starts and ends upright and leans no faster than an attitude loop of bandwidth b turns: full tilt after TURN_TIME / b.
#: Assumed: two time constants to get there and two to settle.
TURN_TIME = 4.0

#: The approach is good enough when flying for another time could save no more than this share of the mass; feedback costs more.
APPROACH_GAIN = 1e-4

_PENALTY = 100.0  # price of missing the end, over the rocket equation's price of the same velocity; exact above the multipliers' size
_MISS = 1e-6  # of the unit of length or velocity: below this the end counts as reached
_FIRST_GUESS = 0.85  # of the flight time with the least energy: with bounded thrust the least fuel takes less time
_GUESSES = 200  # flight times looked at by the least-energy estimate that starts the search
_ORIGIN = Vec3(0.0, 0.0, 0.0)


class DescentInfeasible(ValueError):
    """No thrust inside the limits reaches the end; the message is one sentence with what was tried and what is missing."""

    def __init__(self, sentence: str, solves: int = 0) -> None:
        super().__init__(sentence)
        self.solves = solves  # conic programs solved before giving up


@dataclasses.dataclass(frozen=True)
class DescentProblem:
    """A powered descent to be flown with the least fuel; site frame (east, north, up), SI, angles in radians.

    Thrust is that of the whole set of engines along the vehicle's axis, cant taken off (`thrust_range`). `exhaust_velocity` is that
    thrust over mass flow. No drag, constant gravity, point mass whose thrust can point anywhere inside the tilt limit at once.
    """

    position: Vec3  # at the start [m]
    velocity: Vec3  # at the start [m/s]
    mass: float  # at the start [kg]
    dry_mass: float  # mass never falls below [kg]
    minimum_thrust: float  # [N]
    maximum_thrust: float  # [N]
    exhaust_velocity: float  # [m/s]
    gravity: Vec3  # constant [m/s^2]
    final_position: Vec3 = _ORIGIN  # [m]
    final_velocity: Vec3 = _ORIGIN  # [m/s]
    tilt_limit: float | None = None  # largest angle of thrust from up [rad]
    glide_slope: float | None = None  # the path stays this far above the horizontal of the end point [rad]
    ground_height: float | None = None  # the path stays above this height [m]
    final_thrust_vertical: bool = False  # thrust points up at the end
    turn_time: float | None = None  # the tilt limit opens from zero over this time and closes to zero over the last [s]
    flight_time: float | None = None  # [s]; None finds the one with the least fuel

    def __post_init__(self) -> None:
        """Refuse what cannot be meant, in one sentence."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value is not None and not np.all(np.isfinite(value)):
                raise InputError(f"{field.name} of the powered descent is {value}; it must be finite")
        if not 0.0 < self.dry_mass < self.mass:
            raise InputError(
                f"dry_mass is {self.dry_mass:g} kg; it must lie between 0 and the mass of {self.mass:g} kg"
            )
        if not 0.0 <= self.minimum_thrust < self.maximum_thrust:
            least, most = self.minimum_thrust, self.maximum_thrust
            raise InputError(f"minimum_thrust is {least:g} N; it must lie between 0 and the maximum of {most:g} N")
        for name in ("exhaust_velocity", "flight_time", "tilt_limit", "glide_slope", "turn_time"):
            value = getattr(self, name)
            if value is not None and not value > 0.0:
                raise InputError(f"{name} of the powered descent is {value:g}; it must be above zero")
        if self.turn_time is not None and self.tilt_limit is None:
            raise InputError("turn_time of the powered descent opens and closes its tilt_limit: give that too")
        if self.flight_time is None and self.minimum_thrust == 0.0 and not any(self.gravity):
            raise InputError("without gravity and least thrust there is no longest flight: give flight_time")


class DescentTable(NamedTuple):
    """A profile on a uniform grid in time, for the compiled tracking law; every column has shape (knots,), site frame.

    `start` is the time of the first knot after the planning time [s] (zero), `duration` the time to the last [s]. `acceleration` is
    the rate of change of velocity, gravity included, as in the polynomial's profile: thrust per mass is acceleration less gravity.
    """

    start: np.ndarray
    duration: np.ndarray
    position: Vec3
    velocity: Vec3
    acceleration: Vec3

    @classmethod
    def blank(cls, knots: int) -> "DescentTable":
        """A table of zeros and of one second: what a case that does not fly this law carries."""
        empty = Vec3(np.zeros(knots), np.zeros(knots), np.zeros(knots))
        return cls(np.asarray(0.0), np.asarray(1.0), empty, empty, empty)


@dataclasses.dataclass(frozen=True)
class DescentProfile:
    """The descent found: columns of shape (nodes,) or (nodes, 3), site frame. Thrust per mass is linear in time between nodes."""

    times: np.ndarray  # since the start [s]
    position: np.ndarray  # [m]
    velocity: np.ndarray  # [m/s]
    thrust_acceleration: np.ndarray  # thrust per mass, without gravity [m/s^2]
    mass: np.ndarray  # [kg]
    gravity: Vec3  # [m/s^2]
    thrust_slack: float  # largest s - |u|, zero where the relaxation lost nothing [m/s^2]
    solves: int  # conic programs solved on the way

    @property
    def acceleration(self) -> np.ndarray:
        """Rate of change of velocity: thrust per mass and gravity [m/s^2]."""
        return self.thrust_acceleration + np.asarray(self.gravity)

    @property
    def flight_time(self) -> float:
        """Start to end [s]."""
        return float(self.times[-1])

    @property
    def fuel(self) -> float:
        """Propellant used [kg]."""
        return float(self.mass[0] - self.mass[-1])

    def to_table(self, knots: int) -> DescentTable:
        """The profile on so many knots; as many as it has nodes keeps it as it is, others sample it."""
        step, last = self.times[1], len(self.times) - 1
        u = np.clip(np.linspace(0.0, last, knots), 0.0, last - 1e-12)
        i = np.minimum(u.astype(int), last - 1)
        t = ((u - i) * step)[:, None]
        a, b = self.acceleration[i], self.acceleration[i + 1]
        jerk = (b - a) / step
        velocity = self.velocity[i] + (a + 0.5 * jerk * t) * t
        position = self.position[i] + (self.velocity[i] + (0.5 * a + jerk * t / 6.0) * t) * t
        columns = (Vec3(*np.ascontiguousarray(c.T)) for c in (position, velocity, a + jerk * t))
        return DescentTable(np.asarray(0.0), np.asarray(self.flight_time), *columns)


def on_table(table: DescentTable, since_start: Scalar) -> tuple[Vec3, Vec3, Vec3]:
    """Position, velocity and acceleration so long after planning [s]; held at the ends, as the polynomial's profile is.

    The cubic through position and velocity of two knots and its derivative: exact where the knots are the nodes of the solution.
    Columns may carry one row per case as long as this is called under vmap, case by case.
    """
    intervals = table.position.x.shape[-1] - 1
    step = table.duration / intervals
    u = fn.clip((since_start - table.start) / step, 0.0, intervals * (1.0 - 1e-12))
    i, t = split(u)
    p0, v0, a0 = (Vec3(*(take(column, i) for column in c)) for c in table[2:])
    p1, v1, a1 = (Vec3(*(take(column, i + 1) for column in c)) for c in table[2:])
    gap = (p1 - p0) / step
    bend, twist = gap * 3.0 - v0 * 2.0 - v1, v0 + v1 - gap * 2.0
    position = p0 + (v0 + (bend + twist * t) * t) * (step * t)
    velocity = v0 + (bend * 2.0 + twist * (3.0 * t)) * t
    return position, velocity, a0 + (a1 - a0) * t


# ---------------------------------------------------------------------------------------------------- the best flight time


def solve_descent(
    problem: DescentProblem, intervals: int = 75, most_solves: int = 20, gain: float = 2e-5
) -> DescentProfile:
    """The descent with the least fuel, by at most so many conic programs (one where the flight time is given).

    The flight time is accepted when the tangents of the cost at both ends of its bracket leave no more than `gain` of the mass to save.
    Same problem, same bits: one thread, no clock. Raises DescentInfeasible with a sentence.
    """
    _refuse_the_hopeless(problem)
    p, units = _in_own_units(problem)
    if p.flight_time is not None:
        tried = [(p.flight_time, _minimise(p, p.flight_time, intervals))]
    else:
        tried = _search(p, intervals, most_solves, gain)
    answers = [a for _, a in tried if a is not None]
    reached = [a for a in answers if a.miss < _MISS and a.accurate]
    if not reached:
        times = [t * units.time for t, _ in tried]
        raise DescentInfeasible(_what_is_missing(problem, times, answers, units), len(tried))
    return _profile(problem, min(reached, key=lambda a: a.cost), units, len(tried))


def _refuse_the_hopeless(p: DescentProblem) -> None:
    """Starts and ends that break a limit by themselves."""
    for name, r in (("starts", p.position), ("ends", p.final_position)):
        if p.ground_height is not None and r.z < p.ground_height:
            below = p.ground_height - r.z
            raise DescentInfeasible(
                f"the descent {name} {below:.1f} m below the height of {p.ground_height:g} m that it must keep"
            )
    if p.glide_slope is not None:
        gap = p.position - p.final_position
        slope = math.atan2(gap.z, math.hypot(gap.x, gap.y))
        if slope < p.glide_slope:
            a, b = math.degrees(slope), math.degrees(p.glide_slope)
            raise DescentInfeasible(f"the descent starts {a:.2f} deg above its end, below the glide slope of {b:g} deg")


def _what_is_missing(p: DescentProblem, times: list[float], answers: "list[_Answer]", units: "_Units") -> str:
    limits = f"thrust between {p.minimum_thrust:.0f} and {p.maximum_thrust:.0f} N"
    span = f"{times[0]:.1f} s"
    if len(times) > 1:
        span = f"{len(times)} flight times of {min(times):.1f} to {max(times):.1f} s"
    if not answers:
        return f"no descent keeps the limits ({limits}, path, mass above {p.dry_mass:.0f} kg) in {span}"
    best = min(answers, key=lambda a: a.miss)
    off, fast = best.miss_position * units.length, best.miss_velocity * units.velocity
    missed = f"by {max(off, 0.0):.1f} m and {max(fast, 0.0):.1f} m/s after {best.duration * units.time:.1f} s"
    return f"no descent with {limits} reaches its end in {span}: the best one is off {missed}"


def _search(p: DescentProblem, intervals: int, most_solves: int, gain: float) -> "list[tuple[float, _Answer | None]]":
    """Flight times tried and their answers: a bracket of the best one, narrowed by the cost and its slope at both ends."""
    low, high = 0.0, _longest_time(p)
    shorter: _Answer | None = None
    longer: _Answer | None = None
    tried: list[tuple[float, _Answer | None]] = []
    time = _FIRST_GUESS * _least_energy_time(p, high)
    for _ in range(most_solves):
        answer = _minimise(p, time, intervals)
        tried.append((time, answer))
        if _is_too_long(p, answer):
            high, longer = time, answer
        else:
            low, shorter = time, answer
        if high - low < 1e-4 * high or _left_to_gain(shorter, longer) < gain:
            break
        time = _next_time(low, high, shorter, longer)
    return tried


def _is_too_long(p: DescentProblem, a: "_Answer | None") -> bool:
    """Which side of the best flight time this one is on.

    A path that keeps the limits can be cut short and still keeps them, so a time without any answer is too long. A miss with propellant
    left is for want of time. Otherwise the slope tells.
    """
    if a is None:
        return True
    if a.miss > _MISS and a.z[-1] > math.log(p.dry_mass) + _MISS:
        return False
    return a.slope > 0.0


def _left_to_gain(a: "_Answer | None", b: "_Answer | None") -> float:
    """How far the cost can lie below the better of two answers, were it convex: where their tangents meet."""
    if a is None or b is None or min(a.miss, b.miss) > _MISS or a.slope >= 0.0:
        return math.inf
    return min(a.cost, b.cost) - (a.cost + a.slope * (_tangents_meet(a, b) - a.duration))


def _tangents_meet(a: "_Answer", b: "_Answer") -> float:
    return (b.cost - a.cost + a.slope * a.duration - b.slope * b.duration) / (a.slope - b.slope)


def _next_time(low: float, high: float, a: "_Answer | None", b: "_Answer | None") -> float:
    """Where the cubic through both ends is least; where their tangents meet when one is much steeper, as at the edge of what can
    be reached; towards the open side, or the middle, while an end has no slope to go by."""
    if a is None:
        return max(0.9 * high, 0.5 * (low + high))
    if b is None:
        return min((1.1 if a.miss < _MISS else 1.3) * low, 0.5 * (low + high))
    if a.slope >= 0.0 or b.slope <= 0.0:
        return 0.5 * (low + high)
    if 0.1 < -a.slope / b.slope < 10.0:
        m = a.slope + b.slope - 3.0 * (b.cost - a.cost) / (high - low)
        root = math.sqrt(m * m - a.slope * b.slope)
        time = high - (high - low) * (b.slope + root - m) / (b.slope - a.slope + 2.0 * root)
    else:
        time = _tangents_meet(a, b)
    return min(max(time, 0.95 * low + 0.05 * high), 0.05 * low + 0.95 * high)


def _longest_time(p: DescentProblem) -> float:
    """No flight is longer: least thrust would empty the tanks, or holding up against gravity would."""
    push = p.exhaust_velocity * math.log(p.mass / p.dry_mass)
    gravity, change = (float(np.linalg.norm(v)) for v in (p.gravity, np.subtract(p.final_velocity, p.velocity)))
    by_gravity = (push + change) / gravity if gravity > 0.0 else math.inf
    by_throttle = (p.mass - p.dry_mass) * p.exhaust_velocity / p.minimum_thrust if p.minimum_thrust > 0.0 else math.inf
    return min(by_gravity, by_throttle)


def _least_energy_time(p: DescentProblem, longest: float) -> float:
    """Flight time with the least integral of |u|^2 when nothing limits u: 12 a^2/t^3 - 12 a b/t^2 + 4 b^2/t, from which to start."""
    t = np.linspace(0.0, longest, _GUESSES + 2)[1:-1, None]
    r, v, g = np.subtract(p.final_position, p.position), np.asarray(p.velocity), np.asarray(p.gravity)
    a = r - v * t - 0.5 * g * t * t
    b = np.subtract(p.final_velocity, v) - g * t
    energy = ((12.0 * a * a / t - 12.0 * a * b) / t + 4.0 * b * b) / t
    return float(t[np.argmin(energy.sum(axis=1)), 0])


# ---------------------------------------------------------------------------------- one conic program for one flight time


class _Units(NamedTuple):
    length: float
    velocity: float
    time: float


def _in_own_units(p: DescentProblem) -> tuple[DescentProblem, _Units]:
    """The same problem with mass, greatest thrust and distance of the order of one, which is what a conic solver likes."""
    length = max(float(np.linalg.norm(np.subtract(p.position, p.final_position))), 1.0)
    push = p.maximum_thrust / p.mass
    time = math.sqrt(length / push)
    units = _Units(length, length / time, time)
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


class _Answer(NamedTuple):
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


def _minimise(p: DescentProblem, duration: float, intervals: int) -> _Answer | None:
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
    return _Answer(duration, float(cost @ best), slope, accurate, float(off), float(fast), **values)


def _settings() -> Any:
    """One thread and a plain factorisation, so that the same problem gives the same bits."""
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    settings.direct_solve_method = "qdldl"
    return settings


def _profile(p: DescentProblem, a: _Answer, units: _Units, solves: int) -> DescentProfile:
    """The answer in SI."""
    push = units.velocity / units.time
    return DescentProfile(
        times=np.linspace(0.0, a.duration * units.time, len(a.z)),
        position=a.r * units.length,
        velocity=a.v * units.velocity,
        thrust_acceleration=a.u * push,
        mass=p.mass * np.exp(a.z),
        gravity=p.gravity,
        thrust_slack=float(np.max(a.s - np.linalg.norm(a.u, axis=1))) * push,
        solves=solves,
    )


# ------------------------------------------------------------------------------------------------------ the mission's approach


class ThrustRange(NamedTuple):
    """What a set of engines gives along the vehicle's axis: least and greatest thrust [N], thrust over mass flow [m/s]."""

    minimum: float
    maximum: float
    exhaust_velocity: float


def thrust_range(engines: EngineParameters, margin: float = 0.0) -> ThrustRange:
    """All engines together, each with the cosine of its cant; sideways parts are taken to cancel.

    `margin` is the share of the range kept free at each end. The exhaust velocity is that of the middle of the throttle range.
    """
    pushes = np.stack([engines.push_x, engines.push_y, engines.push_z])
    cosines = -pushes[0] / np.linalg.norm(pushes, axis=0)
    low, high = engines.minimum_thrust * float(cosines.sum()), engines.maximum_thrust * float(cosines.sum())
    kept = margin * (high - low)
    speed = 0.5 * (engines.exhaust_velocity + engines.exhaust_velocity_low) * float(cosines.mean())
    return ThrustRange(low + kept, high - kept, speed)


def convex_approach(
    position: Vec3,
    velocity: Vec3,
    mass: float,
    dry_mass: float,
    engines: EngineParameters,
    law: PoweredDescentParameters,
    gravity: Vec3,
    knots: int = 76,
    most_solves: int = 8,
) -> tuple[DescentTable | None, int, str]:
    """The powered approach as a table, the number of conic programs solved, and a sentence for the event.

    Navigated position (up is height over terrain) and velocity are relative to the target, site frame; so is the table. The approach
    ends upright at `law.approach_end_height` above the target, sinking at `law.constant_velocity`, without horizontal speed, and never
    goes below that height. Thrust keeps THROTTLE_MARGIN of the engines' range free at both ends for attitude control.
    The table is None when there is no such approach: the sentence says why, and the polynomial law flies instead.
    """
    try:
        thrust = thrust_range(engines, THROTTLE_MARGIN)
        problem = DescentProblem(
            position=Vec3(*(float(x) for x in position)),
            velocity=Vec3(*(float(x) for x in velocity)),
            mass=float(mass),
            dry_mass=float(dry_mass),
            minimum_thrust=thrust.minimum,
            maximum_thrust=thrust.maximum,
            exhaust_velocity=thrust.exhaust_velocity,
            gravity=Vec3(*(float(x) for x in gravity)),
            final_position=Vec3(0.0, 0.0, float(law.approach_end_height)),
            final_velocity=Vec3(0.0, 0.0, -float(law.constant_velocity)),
            tilt_limit=(1.0 - TILT_MARGIN) * float(law.tilt_limit),
            ground_height=float(law.approach_end_height),
            turn_time=TURN_TIME / float(law.attitude_bandwidth),
        )
        profile = solve_descent(problem, knots - 1, most_solves, APPROACH_GAIN)
    except DescentInfeasible as reason:
        return None, reason.solves, str(reason)
    except InputError as reason:
        return None, 0, str(reason)
    message = f"least-fuel approach of {profile.flight_time:.1f} s with {profile.fuel:.1f} kg, {profile.solves} solves"
    return profile.to_table(knots), profile.solves, message
