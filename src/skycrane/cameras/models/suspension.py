"""Rocker and bogie of the rover's wheels: where hubs go when they turn. The mission's pivots, the mission's wheels.

Each rocker carries the front wheel and, behind, the bogie with the middle and the rear wheel; a differential lets the right rocker go as
far down as the left one goes up. Angles are about the rover's left, nose down positive, as in the channel `suspension_angle`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.models.solids import ArrayLike

Array = NDArray[np.float64]

STRAIGHT = (0.0, 0.0, 0.0, 0.0)
_ROCKER, _BOGIE = (0.12, 0.81), (-0.52, 0.61)  # assumed, where a mission has no [rover]: as the links are drawn


@dataclass(frozen=True)
class Suspension:
    """Pivots of rockers and bogies: forward and up in model axes [m]; angles of left and right rocker, left and right bogie [rad]."""

    rocker: tuple[float, float] = _ROCKER
    bogie: tuple[float, float] = _BOGIE
    angles: tuple[float, float, float, float] = STRAIGHT

    def carry(self, side: int, on_bogie: bool) -> tuple[Array, Array]:
        """Turn (3, 3) and shift (3,) of what a rocker (or its bogie) carries on the left (1) or right (-1)."""
        left = side > 0
        rock, bog = (self.angles[0], self.angles[2]) if left else (self.angles[1], self.angles[3])
        rocker, bogie = (np.array([x, 0.0, z]) for x, z in (self.rocker, self.bogie))
        turned = about_left(rock)
        shift = rocker - turned @ rocker
        if on_bogie:
            inner = about_left(bog)
            shift = shift + turned @ (bogie - inner @ bogie)
            turned = turned @ inner
        return turned, shift


def about_left(angle: float) -> Array:
    """Turn about y (left) [rad]: what is ahead goes down."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def rows_of_wheels(feet: ArrayLike) -> list[tuple[int, int, bool]]:
    """Of each foot (6, 3): its number, its side (1 left, -1 right), whether it is on the bogie; left front to right rear."""
    where = np.asarray(feet, float)
    order = sorted(range(len(where)), key=lambda k: (-np.sign(where[k, 1]), -where[k, 0]))
    return [(k, 1 if n < 3 else -1, n % 3 > 0) for n, k in enumerate(order)]


def suspension_of(rover: Any, floor: float) -> Suspension:
    """The suspension of a mission's [rover] (None: as drawn), whose heights count from its wheels' `floor` [m] in model axes."""
    if rover is None:
        return Suspension()
    return Suspension(
        (rover.rocker_forward, rover.rocker_height + floor), (rover.bogie_forward, rover.bogie_height + floor)
    )
