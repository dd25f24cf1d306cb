"""Bridles of the sky crane: elastic, tension-only, reeled out under a rate limit.

Stiffness of a cable scales with the inverse of its paid-out length: k(L) = k_full L_full / L. Tension = k (l - L) + c dl/dt - c dL/dt
while stretched, never negative. Source: Meirovitch, Elements of Vibration Analysis, 5.
"""

from typing import NamedTuple

from skycrane.core import elementary as fn
from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, dot, norm
from skycrane.mission.parameters.vehicle import BridleParameters


class End(NamedTuple):
    """One end of a bridle: position [m] and velocity [m/s] in one common frame."""

    position: Vec3
    velocity: Vec3


@component
class Bridles(BridleParameters):
    """Three (or more) like bridles. Massless; the umbilical carries no load."""

    def count(self) -> int:
        """Number of bridles."""
        return len(self.top_x)

    def reel_time(self) -> Scalar:
        """Time from release to full length [s]."""
        return (self.length - self.initial_length) / self.reel_rate + self.reel_ramp

    def paid_out(self, since_release: Scalar) -> Scalar:
        """Length of each bridle [m] so long after release: the rate ramps up, holds, and ramps down again."""
        whole = self.reel_time()
        t = fn.clip(since_release, 0.0, whole)
        up, down = fn.minimum(t, self.reel_ramp), fn.maximum(t - (whole - self.reel_ramp), 0.0)
        flat = fn.maximum(t - self.reel_ramp, 0.0)
        run = (0.5 * up * up - 0.5 * down * down) / self.reel_ramp + flat
        return self.initial_length + self.reel_rate * run

    def reeling(self, since_release: Scalar) -> Scalar:
        """Pay-out rate over the reel rate so long after release."""
        left = fn.minimum(since_release, self.reel_time() - since_release)
        return fn.clip(left / self.reel_ramp, 0.0, 1.0)

    def free(self, i: int, paid_out: Scalar, reeling: Scalar) -> tuple[Scalar, Scalar]:
        """Free length [m] of bridle i and its share of the reel rate: stowed, it spans from end to end, and none is ever shorter."""
        span = norm(self.bottom(i) - self.top(i))
        return fn.maximum(paid_out, span), fn.where(paid_out >= span, reeling, 0.0)

    def pull(self, top: End, bottom: End, paid_out: Scalar, reeling: Scalar) -> tuple[Vec3, Scalar]:
        """Pull on the top end [N] and its size; `reeling` is the pay-out rate over the reel rate."""
        line = bottom.position - top.position
        distance = norm(line)
        direction = line * (1.0 / distance)
        stretch = distance - paid_out
        rate = dot(bottom.velocity - top.velocity, direction) - reeling * self.reel_rate
        tension = fn.maximum(self.stiffness * (self.length / paid_out) * stretch + self.damping * rate, 0.0)
        tension = fn.where(stretch > 0.0, tension, 0.0)
        return direction * tension, tension

    def top(self, i: int) -> Vec3:
        """Attachment i on the descent stage, body axes."""
        return Vec3(self.top_x[i], self.top_y[i], self.top_z[i])

    def bottom(self, i: int) -> Vec3:
        """Attachment i on the lander, body axes before separation."""
        return Vec3(self.bottom_x[i], self.bottom_y[i], self.bottom_z[i])
