"""Descent engines: throttled thrust that lags its command, and the propellant it takes.

dT/dt = (T_commanded - T) / lag between the lowest stable thrust and full thrust; exhaust velocity linear in thrust between its
values at both ends. A shut-down or failed engine decays to zero. Source of the ranges: Baker et al. 2014; Dawson et al. 2007.
"""

from skycrane.core import elementary as fn
from skycrane.core.component import component
from skycrane.core.elementary import Scalar
from skycrane.core.vector import Vec3, cross, total
from skycrane.mission.parameters.vehicle import EngineParameters


@component
class Engines(EngineParameters):
    """A set of like engines, each with a place and a direction of push. Plume interaction is not modelled."""

    sources = ("baker2014", "dawson2007")

    def count(self) -> int:
        """Number of engines."""
        return len(self.place_x)

    def answer(self, commanded: tuple[Scalar, ...], lit: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
        """Thrust that each engine settles at [N] for a commanded thrust [N]; `lit` is 1 for an engine that burns."""
        result = []
        own = self.thrust_factor or (1.0,) * len(commanded)
        for i, (thrust, on, factor) in enumerate(zip(commanded, lit, own, strict=True)):
            alive = fn.where(abs(self.failed_engine - (i + 1.0)) < 0.5, 0.0, on)
            delivered = alive * (self.thrust_scale * factor)
            result.append(delivered * fn.clip(thrust, self.minimum_thrust, self.maximum_thrust))
        return tuple(result)

    def thrust_rate(self, commanded: tuple[Scalar, ...], thrust: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
        """Rate of change of thrust [N/s]."""
        return tuple((c - t) * (1.0 / self.lag) for c, t in zip(commanded, thrust, strict=True))

    def force_and_torque(self, thrust: tuple[Scalar, ...], centre: Vec3) -> tuple[Vec3, Vec3]:
        """Force [N] and torque about the centre of mass [N m], body axes."""
        pushes = [self.push(i) * t for i, t in enumerate(thrust)]
        arms = [Vec3(self.place_x[i], self.place_y[i], self.place_z[i]) - centre for i in range(len(thrust))]
        return total(pushes), total(cross(a, p) for a, p in zip(arms, pushes, strict=True))

    def mass_flow(self, thrust: tuple[Scalar, ...]) -> Scalar:
        """Propellant used per second [kg/s]."""
        slope = (self.exhaust_velocity - self.exhaust_velocity_low) / (self.maximum_thrust - self.minimum_thrust)
        speed = [self.exhaust_velocity_low + slope * fn.maximum(t - self.minimum_thrust, 0.0) for t in thrust]
        return sum(t / v for t, v in zip(thrust, speed, strict=True))

    def push(self, i: int) -> Vec3:
        """Unit direction of the push of engine i, body axes."""
        x, y, z = self.push_x[i], self.push_y[i], self.push_z[i]
        return Vec3(x, y, z) * (1.0 / fn.sqrt(x * x + y * y + z * z))
