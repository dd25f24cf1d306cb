"""Feet or wheels on the ground: a normal spring with damping, and friction that is Coulomb's above a creeping speed.

N = max(k d + c d', 0) for a depth d > 0; friction mu N along the slip, rising linearly up to 2 cm/s of slip so that the equations stay
smooth. Assumes a plane under the lander; the articulated suspension comes with the real ground. Source: Johnson, Contact Mechanics.
"""

from skycrane.core import elementary as fn
from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, dot, norm
from skycrane.mission.parameters.vehicle import FeetParameters

_CREEP = 0.02  # m/s, slip below which friction is proportional to it (regularisation)


@component
class Feet(FeetParameters):
    """Contact points of the lander."""

    def count(self) -> int:
        """Number of contact points."""
        return len(self.place_x)

    def place(self, i: int) -> Vec3:
        """Contact point i, body axes before separation."""
        return Vec3(self.place_x[i], self.place_y[i], self.place_z[i])

    def push(self, depth: Scalar, velocity: Vec3, normal: Vec3) -> tuple[Vec3, Scalar]:
        """Push of the ground on one foot [N] and its normal part, for a depth [m] and a velocity of the foot over the ground."""
        sinking = -dot(velocity, normal)
        load = fn.maximum(self.stiffness * depth + self.damping * sinking, 0.0)
        load = fn.where(depth > 0.0, load, 0.0)
        slip = velocity + normal * sinking
        speed = norm(slip)
        friction = slip * (-self.friction * load * fn.minimum(speed / _CREEP, 1.0) / fn.maximum(speed, 1e-9))
        return normal * load + friction, load
