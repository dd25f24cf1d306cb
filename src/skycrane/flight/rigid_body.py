"""Equations of motion of a rigid body in the planet-fixed frame. Every phase of the landing flies through these.

dr/dt = v; dv/dt = gravitation + centrifugal + Coriolis + F/m; dq/dt from the rate relative to the planet;
I dw/dt = T - w x I w, with w the inertial rate. The same equations know no planet and no vehicle.
"""

from typing import NamedTuple

from skycrane.core import attitude
from skycrane.core.attitude import Quaternion
from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled
from skycrane.core.vector import Vec3, cross, dot
from skycrane.planet.planet import Planet
from skycrane.vehicle.mass import MassProperties, Symmetric


class RigidState(NamedTuple):
    """Position and planet-relative velocity of the centre of mass (mcmf), attitude mcmf_from_body, inertial rate (body)."""

    position: Vec3
    velocity: Vec3
    attitude: Quaternion
    angular_rate: Vec3


def rates(
    planet: Planet,
    state: RigidState,
    force_body: Vec3,
    torque_body: Vec3,
    mass: Scalar,
    inertia: Symmetric,
    inverse_inertia: Symmetric,
) -> RigidState:
    """Time derivative under a force [N, body] and a torque about the centre of mass [N m, body], gravity not included."""
    m = attitude.matrix(state.attitude)
    w = state.angular_rate
    acceleration = planet.fall(state.position, state.velocity) + m.apply(force_body) * (1.0 / mass)
    # one after the other: a loop that writes many arrays would not be vectorised (docs/design/engine.md)
    acceleration, m, w, torque_body = settled((acceleration, m, w, torque_body))
    turning = inverse_inertia.apply(torque_body - cross(w, inertia.apply(w)))
    turning, m, w = settled((turning, m, w))
    relative_rate = w - Vec3(m.cx.z, m.cy.z, m.cz.z) * planet.rotation_rate
    return RigidState(state.velocity, acceleration, attitude.rate(state.attitude, relative_rate), turning)


class Blow(NamedTuple):
    """What an impulse did to a rigid body, changes of velocity [m/s] and rate [rad/s] in body axes, and its size [N s]."""

    velocity: Vec3
    rate: Vec3
    size: Scalar


def blow(
    body: MassProperties, inverse_inertia: Symmetric, place: Vec3, along: Vec3, other: Scalar, speed: Scalar
) -> Blow:
    """The impulse along `along` (unit, body axes) at `place` [m, body axes] that changes by `speed` [m/s] how fast that place and a
    point mass `other` [kg] move apart along it, the point mass taking the same impulse the other way.

    J = speed / (1/m + 1/m_o + n.((I^-1 (r x n)) x r)): momentum and angular momentum are kept.
    Source: Wittenburg, Dynamics of Multibody Systems (2008), 6 (impacts between bodies).
    """
    arm = place - body.centre
    turn = inverse_inertia.apply(cross(arm, along))
    size = speed / (1.0 / body.mass + 1.0 / other + dot(along, cross(turn, arm)))
    return Blow(along * (size / body.mass), turn * size, size)
