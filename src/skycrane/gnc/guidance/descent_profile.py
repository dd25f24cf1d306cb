"""The descent that the convex guidance found, and the table of it that the compiled tracking law looks up."""

import dataclasses
from typing import NamedTuple

import numpy as np

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.interpolation import split, take
from skycrane.core.vector import Vec3


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
