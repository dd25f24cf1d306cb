"""A powered descent to be flown with the least fuel, as the convex guidance is given it; what it says when there is none."""

import dataclasses

import numpy as np

from skycrane.core.errors import InputError
from skycrane.core.vector import Vec3

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
