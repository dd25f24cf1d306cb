"""Reaction-control thrusters: which fire for a wanted torque, with what pulse, for how much propellant.

For each axis and sign the least set of on-fractions that makes a pure torque is found beforehand (non-negative least squares);
in flight the demanded torque is the sum over axes, cut to what the thrusters have, and pulses shorter than the minimum on-time
are not fired. Source of the method: Lawson and Hanson, Solving Least Squares Problems, 23.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls

from skycrane.core import elementary as fn
from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, cross, total
from skycrane.mission.parameters.vehicle import ThrusterParameters


class ThrusterTable(NamedTuple):
    """On-fraction of each thruster for a torque of 1 N m about +x, -x, +y, -y, +z, -z; shape (6, thrusters)."""

    fraction: np.ndarray


def thruster_table(thrusters: ThrusterParameters, centre: tuple[float, float, float]) -> ThrusterTable:
    """Torque table about a centre of mass; an axis that the thrusters cannot turn gets zeros."""
    place = np.array([thrusters.place_x, thrusters.place_y, thrusters.place_z]).T - np.asarray(centre)
    push = np.array([thrusters.push_x, thrusters.push_y, thrusters.push_z]).T
    push = push / np.linalg.norm(push, axis=1, keepdims=True)
    torque = np.cross(place, push).T * thrusters.thrust
    rows = []
    for axis in range(3):
        for sign in (1.0, -1.0):
            wanted = np.zeros(3)
            wanted[axis] = sign
            fraction, left = nnls(torque, wanted)
            rows.append(fraction if left < 1e-6 else np.zeros(len(fraction)))
    return ThrusterTable(np.array(rows))


@component
class Thrusters(ThrusterParameters):
    """Pulsed thrusters of one size. Assumes square pulses and a specific impulse that does not depend on their length."""

    sources = ("baker2014",)

    def pulses(self, table: ThrusterTable, torque: Vec3, cycle: Scalar) -> tuple[Scalar, ...]:
        """On-fraction of each thruster over one control cycle [s] for a wanted torque [N m, body]."""
        wanted = (torque.x, -torque.x, torque.y, -torque.y, torque.z, -torque.z)
        wanted = tuple(fn.maximum(w, 0.0) for w in wanted)
        shortest = self.minimum_on_time / cycle
        fractions = []
        for i in range(len(self.place_x)):
            f = fn.minimum(sum(w * table.fraction[k][i] for k, w in enumerate(wanted)), 1.0)
            fractions.append(fn.where(f < shortest, 0.0, f))
        return tuple(fractions)

    def force_and_torque(self, fractions: tuple[Scalar, ...], centre: Vec3) -> tuple[Vec3, Vec3]:
        """Mean force [N] and torque about the centre of mass [N m] over the cycle, body axes."""
        pushes = [self._push(i) * (f * self.thrust) for i, f in enumerate(fractions)]
        arms = [self._place(i) - centre for i in range(len(fractions))]
        return total(pushes), total(cross(a, p) for a, p in zip(arms, pushes, strict=True))

    def mass_flow(self, fractions: tuple[Scalar, ...]) -> Scalar:
        """Propellant used per second [kg/s]."""
        return sum(fractions) * self.thrust / (self.specific_impulse * 9.80665)

    def _place(self, i: int) -> Vec3:
        return Vec3(self.place_x[i], self.place_y[i], self.place_z[i])

    def _push(self, i: int) -> Vec3:
        x, y, z = self.push_x[i], self.push_y[i], self.push_z[i]
        return Vec3(x, y, z) * (1.0 / fn.sqrt(x * x + y * y + z * z))
