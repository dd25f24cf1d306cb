"""The rover as a MuJoCo model, built from the mission's numbers: chassis, rockers, bogies, differential; wheels stand braked.

The chassis hangs on a free joint; a rocker turns on each side, coupled by the differential (one goes as far up as the other goes
down); a bogie turns behind each rocker. A braked wheel is one with its arm: gears hold more than the friction of the ground gives.
What the ground does comes from `soil`, not from MuJoCo's contacts, which know no soil and creep on a slope. Lengths in m, masses in
kg.
"""

import numpy as np
from numpy.typing import NDArray

from skycrane.surface.chassis import WHEELS, Chassis, pivots

Array = NDArray[np.float64]

#: bodies that meet the ground, and the one that carries each wheel
BODIES = ("rover", "rocker_left", "bogie_left", "rocker_right", "bogie_right")
CARRIER = (1, 2, 2, 3, 4, 4)

#: the same of a rover whose arms fold
FOLDING_BODIES = ("rover", "front_left", "bogie_left", "front_right", "bogie_right")
FOLDS = ("front_left", "rear_left", "front_right", "rear_right")

_DAMPING = 300.0  # [N m s] of rockers and bogies: shortens the settling, rest does not depend on it


def model_text(rover: Chassis, gravity: float, step: float) -> str:
    """The model as MJCF text; gravity [m/s^2], step [s]."""
    return f"""<mujoco>
<compiler angle="radian" balanceinertia="false"/>
<option timestep="{step:.6g}" gravity="0 0 {-gravity:.9g}" integrator="implicitfast"><flag contact="disable"/></option>
<worldbody>{rover_text(rover)}</worldbody>
<equality>{DIFFERENTIAL}</equality>
</mujoco>"""


#: joints that are held give as little as the solver knows; with its usual 5 % the differential turns by 0.14 degrees on a slope of 15
HELD = 'solref="0.01 1" solimp="0.9999 0.9999 0.001"'

#: one rocker goes as far up as the other goes down
DIFFERENTIAL = f'<joint joint1="rocker_left" joint2="rocker_right" polycoef="0 -1 0 0 0" {HELD}/>'


def rover_text(rover: Chassis, on_chassis: str = "", folding: bool = False) -> str:
    """The body of the rover; `on_chassis` goes onto it. `folding` gives each rocker a front and a rear arm that fold about its pivot
    (bodies `FOLDING_BODIES`, hinges `FOLDS`)."""
    return f"""<body name="rover"><freejoint name="rover"/>
<inertial pos="{_row(rover.body_centre)}" mass="{rover.body_mass:.6f}" diaginertia="{_row(rover.body_inertia)}"/>{on_chassis}
{_side(rover, 0, folding)}{_side(rover, 1, folding)}</body>"""


def _side(c: Chassis, side: int, folding: bool) -> str:
    name, r = ("left", "right")[side], c.rover
    rocker, bogie = (each[side] for each in pivots(r, c.hubs))
    front, middle, rear = (_wheel(c, 3 * side + k, rocker if k == 0 else bogie) for k in range(3))
    behind = f"""<body name="bogie_{name}" pos="{_row(bogie - rocker)}">{_hinge("bogie_" + name, r.travel)}
{_point(r.bogie_mass)}{middle}{rear}</body>"""
    own = r.rocker_mass
    if folding:
        arm = 0.1 * own
        own -= 2.0 * arm
        front, behind = _arm(f"front_{name}", arm, front), _arm(f"rear_{name}", arm, behind)
    return f"""<body name="rocker_{name}" pos="{_row(rocker)}">{_hinge("rocker_" + name, r.travel)}
{_point(own)}{front}{behind}</body>"""


def _arm(name: str, mass: float, carried: str) -> str:
    return f'<body name="{name}"><joint name="{name}" axis="0 1 0"/>{_point(mass)}{carried}</body>'


def _wheel(c: Chassis, number: int, parent: Array) -> str:
    place = _row(c.hubs[number] - parent)
    return f'<body name="{WHEELS[number]}" pos="{place}">{_point(c.rover.wheel_mass)}</body>'


def _hinge(name: str, travel: float) -> str:
    return f'<joint name="{name}" axis="0 1 0" limited="true" range="{-travel:.6f} {travel:.6f}" damping="{_DAMPING}"/>'


def _point(mass: float) -> str:
    """A part counted as a point; a little inertia keeps the joint well-posed."""
    return f'<inertial pos="0 0 0" mass="{mass:.6g}" diaginertia="0.3 0.3 0.3"/>'


def _row(values: Array) -> str:
    return " ".join(f"{value:.9f}" for value in values)
