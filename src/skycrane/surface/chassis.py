"""The rover in its own axes, from the mission's numbers: places of wheels, centre of mass, what is left for the chassis.

Rover axes: x forward, y left, z up, origin on level ground under the middle of the lander.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.core.errors import InputError
from skycrane.mission.parameters.rover import RoverParameters

Array = NDArray[np.float64]

#: order of the wheels wherever there are six numbers
WHEELS = ("left_front", "left_middle", "left_rear", "right_front", "right_middle", "right_rear")


@dataclass(frozen=True)
class Chassis:
    """Hubs (6, 3) [m] in the order of `WHEELS`; mass [kg], centre [m] and inertia about its own axes [kg m^2] of the whole rover and of the
    chassis without suspension."""

    rover: RoverParameters
    hubs: Array
    mass: float
    centre: Array
    body_mass: float
    body_centre: Array
    body_inertia: Array


def chassis(vehicle: Any, rover: RoverParameters) -> Chassis:
    """The rover of a mission. InputError where six wheels, three to a side, cannot be made of `vehicle.feet`.

    Rockers and bogies count as points at their pivots, wheels as points at their hubs.
    """
    feet, lander = vehicle.feet, vehicle.lander
    if feet is None or len(feet.place_x) != 6 or sum(y > 0 for y in feet.place_y) != 3:
        count = 0 if feet is None else len(feet.place_x)
        raise InputError(
            f"vehicle.feet has {count} places, must have six, three to a side, for the rocker-bogie of [rover]"
        )
    ground, radius = float(np.mean(feet.place_x)), 0.5 * rover.wheel_diameter
    forward, left = np.asarray(feet.place_z), np.asarray(feet.place_y)
    order = sorted(range(6), key=lambda k: (-np.sign(left[k]), -forward[k]))
    hubs = np.array([[forward[k], left[k], radius] for k in order])
    centre = np.array([lander.place[2], lander.place[1], ground - lander.place[0]])
    masses, places = _suspension(rover, hubs)
    body_mass = lander.mass - masses.sum()
    if body_mass <= 0.0:
        raise InputError(
            f"the wheels, rockers and bogies of [rover] weigh {masses.sum():g} kg, must be less than "
            f"vehicle.lander.mass_kg ({lander.mass:g})"
        )
    body_centre = (lander.mass * centre - masses @ places) / body_mass
    whole = np.array([lander.inertia[2], lander.inertia[1], lander.inertia[0]])
    inertia = whole - _about(masses, places - centre) - _about(np.array([body_mass]), (body_centre - centre)[None])
    if min(inertia) <= 0.0 or 2.0 * max(inertia) >= sum(inertia):
        raise InputError(
            "vehicle.lander.inertia_kg_m2 leaves the chassis no possible inertia when wheels, rockers and bogies of [rover] are taken off; "
            "raise it or make them lighter"
        )
    return Chassis(rover, hubs, float(lander.mass), centre, float(body_mass), body_centre, inertia)


def pivots(rover: RoverParameters, hubs: Array) -> tuple[Array, Array]:
    """Pivots (2, 3) [m] of the rockers and of the bogies, left and right."""
    left = np.array([0.5 * (hubs[0, 1] + rover.body_width / 2), 0.5 * (hubs[3, 1] - rover.body_width / 2)])
    return (
        np.array([[rover.rocker_forward, y, rover.rocker_height] for y in left]),
        np.array([[rover.bogie_forward, y, rover.bogie_height] for y in left]),
    )


def _suspension(rover: RoverParameters, hubs: Array) -> tuple[Array, Array]:
    rockers, bogies = pivots(rover, hubs)
    masses = np.repeat([rover.wheel_mass, rover.rocker_mass, rover.bogie_mass], [6, 2, 2])
    return masses, np.concatenate([hubs, rockers, bogies])


def _about(masses: Array, arms: Array) -> Array:
    """Moments of inertia (3,) of points [kg m^2]."""
    return np.asarray((masses[:, None] * (np.sum(arms**2, axis=1, keepdims=True) - arms**2)).sum(axis=0))
