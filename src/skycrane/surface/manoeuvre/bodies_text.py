"""Descent stage and rover on their bridles as a MuJoCo model, built from the mission's numbers.

Bodies stand in site axes (x east, y north, z up). The stage keeps the body axes of the flight (x down through the heat shield), the
rover has axes of its own (x forward, y left, z up, `chassis`). A bridle pulls by three actuators on its tendon, whose sum is held at a
pull: k l, c dl/dt, and what does not depend on the motion; `reel` says how large each is at every step. The ground pushes by `soil`:
contacts of MuJoCo's own are off. Damping of joints is implicit (Euler), all else explicit, so that momentum is kept.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.surface.chassis import Chassis
from skycrane.surface.manoeuvre.motion import ROVER_FROM_BODY
from skycrane.surface.rover_model import DIFFERENTIAL, FOLDS, HELD, rover_text

Array = NDArray[np.float64]

#: mass properties of the stage change as propellant is used, and are set in every cycle. These stand off the origin and turned, so that
#: MuJoCo takes none of the short cuts that it has for simple bodies, and keeps for ever
_ANY_INERTIA = '<inertial pos="0.1 0.2 0.3" quat="0.9 0.1 0.2 0.3" mass="1" diaginertia="1 2 2.5"/>'


def bodies_text(rover: Chassis, vehicle: Any, ground: float, step: float) -> str:
    """MJCF of the manoeuvre; `ground` is x of the wheels' lowest points in the flight's body axes [m], step [s].

    Actuators: every engine (its activation is its thrust, lagging exactly), three for every bridle (stiffness, damping, the rest), and the
    even pull of the umbilical (negative). Sensors: lengths of all lines, then their speeds.
    """
    e, b = vehicle.engines, vehicle.bridles
    count = len(b.top_x)
    engines = [np.array([e.place_x[i], e.place_y[i], e.place_z[i]], float) for i in range(len(e.place_x))]
    tops = [np.array([b.top_x[i], b.top_y[i], b.top_z[i]], float) for i in range(count)]
    bottoms = [to_rover(np.array([b.bottom_x[i], b.bottom_y[i], b.bottom_z[i]], float), ground) for i in range(count)]
    on_stage = _sites("engine", engines) + _sites("top", [*tops, np.mean(tops, axis=0)])
    on_rover = _sites("bottom", [*bottoms, np.mean(bottoms, axis=0)])
    only_pull = 'actuatorfrclimited="true" actuatorfrcrange="-1e9 0"'
    lines = "".join(
        f'<spatial name="line{i}" {only_pull}><site site="top{i}"/><site site="bottom{i}"/></spatial>'
        for i in range(count + 1)
    )
    burning = "".join(_engine(i, e) for i in range(len(engines)))
    pulling = "".join(_bridle(i) for i in range(count)) + f'<motor tendon="line{count}"/>'
    sensors = "".join(f'<{what} tendon="line{i}"/>' for what in ("tendonpos", "tendonvel") for i in range(count + 1))
    folds = "".join(f'<joint name="hold_{name}" joint1="{name}" polycoef="0 0 0 0 0" {HELD}/>' for name in FOLDS)
    return f"""<mujoco>
<compiler angle="radian" balanceinertia="false" fusestatic="true"/>
<option timestep="{step:.6g}" integrator="Euler"><flag contact="disable" autoreset="disable"/></option>
<worldbody>
<body name="stage"><freejoint name="stage"/>{_ANY_INERTIA}{on_stage}</body>
{rover_text(rover, on_rover, folding=True)}
</worldbody>
<equality>{DIFFERENTIAL}{folds}</equality>
<tendon>{lines}</tendon>
<actuator>{burning}{pulling}</actuator>
<sensor>{sensors}</sensor>
</mujoco>"""


def to_rover(place: Array, ground: float) -> Array:
    """A place in the flight's body axes (3,) [m] in rover axes."""
    return np.asarray(ROVER_FROM_BODY @ (place - [ground, 0.0, 0.0]))


def _sites(name: str, places: list[Array]) -> str:
    return "".join(f'<site name="{name}{i}" pos="{_row(place)}"/>' for i, place in enumerate(places))


def _engine(i: int, e: Any) -> str:
    push = np.array([e.push_x[i], e.push_y[i], e.push_z[i]], float)
    push = push / np.linalg.norm(push)
    return f'<general site="engine{i}" gear="{_row(push)} 0 0 0" dyntype="filterexact" dynprm="{float(e.lag):.9g}"/>'


def _bridle(i: int) -> str:
    """Force -(stiffness l + damping dl/dt) + rest, each a control."""
    held, slowed = (f'<general tendon="line{i}" gaintype="affine" gainprm="{gain}"/>' for gain in ("0 -1 0", "0 0 -1"))
    return f'{held}{slowed}<motor tendon="line{i}"/>'


def _row(values: Array) -> str:
    return " ".join(f"{value:.9f}" for value in values)
