"""A vehicle as one point: a mass, a drag area and a lift vector that is turned about the velocity."""

from dataclasses import dataclass
from typing import ClassVar

from skycrane.core.quantity import quantity, table


@dataclass(frozen=True)
class PointMassParameters:
    """Numbers of a point-mass vehicle (equations in vehicle/point_mass.py); one time and one angle mean a constant bank."""

    mass: float = quantity("kg", "mass", above=0)
    reference_area: float = quantity("m^2", "area of the coefficients", above=0)
    drag_coefficient: float = quantity("1", "drag coefficient, constant", at_least=0)
    lift_to_drag: float = quantity("1", "lift over drag, constant", default=0.0, at_least=0, at_most=10)
    bank_times: tuple[float, ...] = table("s", "times of the prescribed bank angle", default=(0.0,), increasing=True)
    bank_angles: tuple[float, ...] = table(
        "deg", "bank at those times, 0 = lift up, positive turns right", default=(0.0,)
    )
    bank_rate_limit: float = quantity(
        "deg/s", "how fast the lift can be turned; inf follows a command within one control cycle",
        default=float("inf"), above=0,
    )  # fmt: skip

    #: parts that a point mass cannot have: who asks whether there is one gets this answer
    parachute: ClassVar[None] = None
    ballast: ClassVar[None] = None
    propellant: ClassVar[None] = None
    thrusters: ClassVar[None] = None
    engines: ClassVar[None] = None
    descent_stage: ClassVar[None] = None
    bridles: ClassVar[None] = None
    feet: ClassVar[None] = None

    def check(self) -> str | None:
        """Bank tables are of one length."""
        if len(self.bank_times) != len(self.bank_angles):
            return "bank_times_s and bank_angles_deg must be of one length"
        return None
