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

import numpy as np

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

_PENALTY = 100.0  # price of missing the end, over the rocket equation's price of the same velocity; exact above the multipliers' size
_MISS = 1e-6  # of the unit of length or velocity: below this the end counts as reached
_GAIN = 1e-5  # of the initial mass: the search ends when no more than this is left to gain
_GUESSES = 200  # flight times looked at by the least-energy estimate that starts the search


class DescentInfeasible(ValueError):
    """No thrust inside the limits reaches the end; the message is one sentence with what was tried and what is missing."""


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
    final_position: Vec3 = Vec3(0.0, 0.0, 0.0)  # [m]
    final_velocity: Vec3 = Vec3(0.0, 0.0, 0.0)  # [m/s]
    tilt_limit: float | None = None  # largest angle of thrust from up [rad]
    glide_slope: float | None = None  # the path stays this far above the horizontal of the end point [rad]
    ground_height: float | None = None  # the path stays above this height [m]
    final_thrust_vertical: bool = False  # thrust points up at the end
    flight_time: float | None = None  # [s]; None finds the one with the least fuel

    def __post_init__(self) -> None:
        """Refuse what cannot be meant, in one sentence."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value is not None and not np.all(np.isfinite(value)):
                raise InputError(f"{field.name} of the powered descent is {value}; it must be finite")
        if not 0.0 < self.dry_mass < self.mass:
            raise InputError(f"dry_mass is {self.dry_mass:g} kg; it must be above zero and below the mass of {self.mass:g} kg")
        if not 0.0 <= self.minimum_thrust < self.maximum_thrust:
            raise InputError(f"minimum_thrust is {self.minimum_thrust:g} N; it must be below the maximum of {self.maximum_thrust:g} N")
        for name, above in (("exhaust_velocity", 0.0), ("flight_time", 0.0), ("tilt_limit", 0.0), ("glide_slope", 0.0)):
            value = getattr(self, name)
            if value is not None and not value > above:
                raise InputError(f"{name} of the powered descent is {value:g}; it must be above zero")
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
    rows = [_hermite(*(take(c, k) for c in (p, v) for k in (i, i + 1)), t, step) for p, v in zip(table.position, table.velocity, strict=True)]
    acceleration = Vec3(*(take(c, i) + (take(c, i + 1) - take(c, i)) * t for c in table.acceleration))
    return Vec3(*(row[0] for row in rows)), Vec3(*(row[1] for row in rows)), acceleration


def _hermite(p0: Scalar, p1: Scalar, v0: Scalar, v1: Scalar, t: Scalar, h: Scalar) -> tuple[Scalar, Scalar]:
    """Value and rate at the fraction t of an interval of length h."""
    gap = (p1 - p0) / h
    bend, twist = 3.0 * gap - 2.0 * v0 - v1, v0 + v1 - 2.0 * gap
    return p0 + h * t * (v0 + t * (bend + t * twist)), v0 + t * (2.0 * bend + 3.0 * t * twist)


# ---------------------------------------------------------------------------------------------------- the best flight time


def solve_descent(problem: DescentProblem, intervals: int = 75, most_solves: int = 20) -> DescentProfile:
    """The descent with the least fuel, by at most so many conic programs (one where the flight time is given).

    The flight time is accepted when the tangents of the cost at both ends of the bracket leave less than 1e-5 of the mass to gain.
    Same problem, same bits: one thread, no clock. Raises DescentInfeasible with a sentence.
    """
    _refuse_the_hopeless(problem)
    p, units = _in_own_units(problem)
    if p.flight_time is not None:
        tried = [(p.flight_time, _minimise(p, p.flight_time, intervals))]
    else:
        tried = _search(p, intervals, most_solves)
    answers = [a for _, a in tried if a is not None]
    reached = [a for a in answers if a.miss < _MISS]
    if not reached:
        raise DescentInfeasible(_what_is_missing(problem, [t * units.time for t, _ in tried], answers, units))
    return _profile(problem, min(reached, key=lambda a: a.cost), units, len(tried))


def _refuse_the_hopeless(p: DescentProblem) -> None:
    """Starts and ends that break a limit by themselves."""
    for name, r in (("start", p.position), ("end", p.final_position)):
        if p.ground_height is not None and r.z < p.ground_height:
            raise DescentInfeasible(f"the descent's {name} is {p.ground_height - r.z:.1f} m below the height of {p.ground_height:g} m that it must keep")
    if p.glide_slope is not None:
        away = math.hypot(p.position.x - p.final_position.x, p.position.y - p.final_position.y)
        slope = math.degrees(math.atan2(p.position.z - p.final_position.z, away))
        if slope < math.degrees(p.glide_slope):
            raise DescentInfeasible(
                f"the descent starts {slope:.2f} deg above the horizontal of its end, below the glide slope of {math.degrees(p.glide_slope):g} deg"
            )


def _what_is_missing(p: DescentProblem, times: list[float], answers: "list[_Answer]", units: "_Units") -> str:
    limits = f"thrust between {p.minimum_thrust:.0f} and {p.maximum_thrust:.0f} N"
    span = f"{min(times):.1f} s" if len(times) == 1 else f"{len(times)} flight times of {min(times):.1f} to {max(times):.1f} s"
    if not answers:
        return f"no descent keeps the limits ({limits}, path, mass above {p.dry_mass:.0f} kg) in {span}"
    best = min(answers, key=lambda a: a.miss)
    off, fast = best.miss_position * units.length, best.miss_velocity * units.velocity
    return f"no descent with {limits} reaches its end in {span}: the best one is off by {off:.1f} m and {fast:.1f} m/s after {best.duration * units.time:.1f} s"


def _search(p: DescentProblem, intervals: int, most_solves: int) -> "list[tuple[float, _Answer | None]]":
    """Flight times tried and their answers: a bracket of the best one, narrowed by the slope of the cost.

    A path that keeps the limits can be cut short and still keeps them; so a time without any answer is too long.
    """
    low, high = _time_bounds(p)
    shorter: _Answer | None = None
    longer: _Answer | None = None
    tried: list[tuple[float, _Answer | None]] = []
    time = _least_energy_time(p, low, high)
    for _ in range(most_solves):
        answer = _minimise(p, time, intervals)
        tried.append((time, answer))
        if answer is None or answer.slope > 0.0:
            high, longer = time, answer
        else:
            low, shorter = time, answer
        if high - low < 1e-4 * high or _left_to_gain(shorter, longer) < _GAIN:
            break
        time = _next_time(low, high, shorter, longer)
    return tried


def _left_to_gain(a: "_Answer | None", b: "_Answer | None") -> float:
    """How far the cost can lie below the better of two answers, were it convex: where their tangents meet."""
    if a is None or b is None or min(a.miss, b.miss) > _MISS:
        return math.inf
    meet = (b.cost - a.cost + a.slope * a.duration - b.slope * b.duration) / (a.slope - b.slope)
    return min(a.cost, b.cost) - (a.cost + a.slope * (meet - a.duration))


def _next_time(low: float, high: float, a: "_Answer | None", b: "_Answer | None") -> float:
    """The root of the slope by the secant; without two answers that reach the end, towards the open side or the middle."""
    if a is not None and b is not None and max(a.miss, b.miss) < _MISS:
        share = a.slope / (a.slope - b.slope)
        return low + (high - low) * min(max(share, 0.1), 0.9)
    if a is None and b is not None:
        return max(0.8 * high, 0.5 * (low + high))
    if b is None and a is not None:
        return min(1.25 * low, 0.5 * (low + high))
    return 0.5 * (low + high)


def _time_bounds(p: DescentProblem) -> tuple[float, float]:
    """No flight is longer: least thrust would empty the tanks, or holding up against gravity would."""
    push = p.exhaust_velocity * math.log(p.mass / p.dry_mass)
    gravity, change = (float(np.linalg.norm(v)) for v in (p.gravity, np.subtract(p.final_velocity, p.velocity)))
    by_gravity = (push + change) / gravity if gravity > 0.0 else math.inf
    by_throttle = (p.mass - p.dry_mass) * p.exhaust_velocity / p.minimum_thrust if p.minimum_thrust > 0.0 else math.inf
    return 0.0, min(by_gravity, by_throttle)


def _least_energy_time(p: DescentProblem, low: float, high: float) -> float:
    """Flight time with the least integral of |u|^2 when nothing limits u: 12 a^2/t^3 - 12 a b/t^2 + 4 b^2/t, from which to start."""
    t = np.linspace(low, high, _GUESSES + 2)[1:-1, None]
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
    scaled = dataclasses.replace(
        p,
        position=(p.position - p.final_position) / length,
        velocity=p.velocity / units.velocity,
        mass=1.0,
        dry_mass=p.dry_mass / p.mass,
        minimum_thrust=p.minimum_thrust / p.maximum_thrust,
        maximum_thrust=1.0,
        exhaust_velocity=p.exhaust_velocity / units.velocity,
        gravity=p.gravity / push,
        final_position=Vec3(0.0, 0.0, 0.0),
        final_velocity=p.final_velocity / units.velocity,
        ground_height=None if p.ground_height is None else (p.ground_height - p.final_position.z) / length,
        flight_time=None if p.flight_time is None else p.flight_time / time,
    )
    return scaled, units


class _Answer(NamedTuple):
    """The optimum for one flight time, in the problem's own units; cost is fuel (as ln m0/m) and penalty."""

    duration: float
    cost: float
    slope: float
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
        import clarabel

        self.cones.append(clarabel.ZeroConeT(self._add([total])))

    def positive(self, total: Sum) -> None:
        """Every row is at least zero."""
        import clarabel

        self.cones.append(clarabel.NonnegativeConeT(self._add([total])))

    def cone(self, *totals: Sum) -> None:
        """Row by row: the first is at least the length of the others."""
        import clarabel

        self.cones.extend([clarabel.SecondOrderConeT(len(totals))] * (self._add(list(totals)) // len(totals)))

    def _add(self, totals: list[Sum]) -> int:
        shape = np.broadcast_shapes(*(np.shape(columns) for columns, _ in totals[0][1]))
        count, width = math.prod(shape), len(totals)
        right = np.empty((count, width))
        for k, (constant, terms) in enumerate(totals):
            row = (self.rows + k + width * np.arange(count)).reshape(shape)
            right[:, k] = np.broadcast_to(constant, shape).ravel()
            for columns, coefficient in terms:
                self.parts.append((row.ravel(), columns.ravel(), -np.broadcast_to(coefficient, shape).ravel()))
        self.right.append(right.ravel())
        self.rows += count * width
        return count * width

    def matrix(self, variables: int) -> Any:
        """A, compressed by columns."""
        from scipy.sparse import csc_matrix

        row, column, value = (np.concatenate(part) for part in zip(*self.parts, strict=True))
        return csc_matrix((value, (row, column)), shape=(self.rows, variables))

    def constants(self) -> np.ndarray:
        """b."""
        return np.concatenate(self.right)


def _constraints(p: DescentProblem, x: _Layout, duration: float) -> _Cones:
    """All of the problem for one flight time."""
    c = _Cones()
    _motion(c, p, x, duration / (len(x.z) - 1))
    _thrust(c, p, x, duration)
    _path(c, p, x)
    return c


def _motion(c: _Cones, p: DescentProblem, x: _Layout, h: float) -> None:
    """Start, steps of length h with u and s linear between nodes, and the end up to its penalised miss."""
    g = np.asarray(p.gravity)
    r0, r1, v0, v1, u0, u1 = x.r[:-1], x.r[1:], x.v[:-1], x.v[1:], x.u[:-1], x.u[1:]
    c.zero((-np.asarray(p.position), [(x.r[0], 1.0)]))
    c.zero((-np.asarray(p.velocity), [(x.v[0], 1.0)]))
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
    c.cone((0.0, [(x.s, 1.0)]), *((0.0, [(x.u[:, k], 1.0)]) for k in range(3)))
    c.positive((-z0, [(x.z, 1.0)]))
    c.positive((high * (1.0 + z0), [(x.s, -1.0), (x.z, -high)]))
    # s/low - 1 + d >= d^2/2 with d = z - z0, as a cone: |(d, q - 1/2)| <= q + 1/2 for q the left side
    q = [(x.s, 1.0), (x.z, low)]
    if p.minimum_thrust > 0.0:
        left = -low * (1.0 + z0)
        c.cone((left + 0.5 * low, q), (left - 0.5 * low, q), (-low * z0, [(x.z, low)]))
    if p.tilt_limit is not None:
        c.positive((0.0, [(x.u[:, 2], 1.0), (x.s, -math.cos(p.tilt_limit))]))
    if p.final_thrust_vertical:
        c.zero((0.0, [(x.u[-1, :2], 1.0)]))


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
    import clarabel
    from scipy.sparse import csc_matrix

    x = _Layout.of(intervals + 1)
    variables = int(x.miss[-1]) + 1
    c = _constraints(p, x, duration)
    a, b = c.matrix(variables), c.constants()
    cost = np.zeros(variables)
    cost[x.z[-1]] = -1.0
    cost[x.miss] = _PENALTY / p.exhaust_velocity
    solver = clarabel.DefaultSolver(csc_matrix((variables, variables)), cost, a, b, c.cones, _settings())
    found = solver.solve()
    if found.status not in (clarabel.SolverStatus.Solved, clarabel.SolverStatus.AlmostSolved):
        return None
    best, price = np.array(found.x), np.array(found.z)
    nudge = 1e-6 * duration
    moved = _constraints(p, x, duration + nudge)
    change = (moved.matrix(variables) @ best - moved.constants()) - (a @ best - b)
    values = {name: best[where] for name, where in zip(x._fields, x, strict=True)}
    off, fast = values.pop("miss")
    return _Answer(duration, float(cost @ best), float(price @ change) / nudge, float(off), float(fast), **values)


def _settings() -> Any:
    """One thread and a plain factorisation, so that the same problem gives the same bits."""
    import clarabel

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
        position=a.r * units.length + np.asarray(p.final_position),
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
            tilt_limit=float(law.tilt_limit),
            ground_height=float(law.approach_end_height),
            final_thrust_vertical=True,
        )
        profile = solve_descent(problem, intervals=knots - 1, most_solves=most_solves)
    except (DescentInfeasible, InputError) as reason:
        return None, most_solves, str(reason)
    message = f"least-fuel approach of {profile.flight_time:.1f} s with {profile.fuel:.1f} kg, {profile.solves} solves"
    return profile.to_table(knots), profile.solves, message
