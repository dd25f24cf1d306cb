"""The vehicle as one point: drag against the airflow, lift across it, turned by a bank angle.

For fast three-degree-of-freedom ensembles, check cases, and loose bodies that fall away from the vehicle.
"""

import dataclasses
from typing import final

from skycrane.core import elementary as fn
from skycrane.core.component import component
from skycrane.core.elementary import Scalar, namespace
from skycrane.core.vector import Vec3, cross, dot, norm, unit
from skycrane.mission.parameters.point_mass import PointMassParameters


@final
@component
class PointMass(PointMassParameters):
    """A point with constant drag coefficient and lift-to-drag ratio, and a prescribed bank angle.

    a = -(rho V^2 CD A / 2 m) [e_v - (L/D) (n cos(bank) + (e_v x n) sin(bank))], V the speed through the air, e_v its direction,
    n the unit vector across it that points up; positive bank turns the lift to the right of the flight direction.
    Assumes an attitude that follows at once; no Mach dependence; no lift at all when the flight is exactly vertical.
    Source: Vinh, Busemann and Culp, Hypersonic and Planetary Entry Flight Mechanics (1980), ch. 2.
    """

    @classmethod
    def of(cls, parameters: PointMassParameters) -> "PointMass":
        """The vehicle of its section in a mission file."""
        return cls(**{f.name: getattr(parameters, f.name) for f in dataclasses.fields(PointMassParameters)})

    @classmethod
    def ballistic(cls, mass: Scalar, drag_area: Scalar) -> "PointMass":
        """A body without lift, of a mass [kg] and a drag area CD A [m^2]."""
        return cls(
            mass=mass, reference_area=drag_area, drag_coefficient=1.0 + 0.0 * drag_area, lift_to_drag=0.0 * drag_area
        )

    def bank(self, time: Scalar) -> Scalar:
        """Prescribed bank angle [rad] at a time [s]: straight between the given points, held outside."""
        if len(self.bank_angles) == 1:
            return self.bank_angles[0]
        xp = namespace(time, *self.bank_times, *self.bank_angles)
        return xp.interp(time, xp.asarray(self.bank_times), xp.asarray(self.bank_angles))

    def aerodynamic_acceleration(self, density: Scalar, air_velocity: Vec3, up: Vec3, bank: Scalar) -> Vec3:
        """Drag and lift over mass [m/s^2], in the axes of the arguments.

        density [kg/m^3]; velocity through the air [m/s]; local vertical (unit); bank [rad], which a guidance law may command.
        """
        e_v = unit(air_velocity)
        n = unit(up - e_v * dot(up, e_v))
        speed = norm(air_velocity)
        drag = 0.5 * density * speed * speed * self.drag_coefficient * self.reference_area / self.mass
        lift = n * fn.cos(bank) + cross(e_v, n) * fn.sin(bank)
        return (lift * self.lift_to_drag - e_v) * drag
