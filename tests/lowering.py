"""Stage and rover of the preset on their bridles without a flight: a stage that nothing can move off its course, or two free bodies."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from skycrane.core.attitude import Mat3, from_matrix
from skycrane.core.vector import Vec3
from skycrane.flight.models import assemble
from skycrane.flight.rigid_body import RigidState
from skycrane.gnc.navigation.estimate import LandingFrame
from skycrane.mission import load_mission
from skycrane.surface.chassis import Chassis, chassis
from skycrane.surface.local_ground import LocalGround
from skycrane.surface.manoeuvre.bodies import Bodies
from skycrane.surface.manoeuvre.faults import Faults
from skycrane.surface.manoeuvre.ground_below import Below
from skycrane.surface.manoeuvre.mind import Orders

GRAVITY = 3.7148
CYCLE = 0.05
HEAVY = 1e5  # [kg]
#: x down, y west, z north: upright over the site axes, nose to the north
UPRIGHT = from_matrix(Mat3(Vec3(0.0, 0.0, -1.0), Vec3(-1.0, 0.0, 0.0), Vec3(0.0, 1.0, 0.0)))
_SITE = LandingFrame(
    Vec3(0.0, 0.0, 0.0), Mat3(Vec3(1.0, 0.0, 0.0), Vec3(0.0, 1.0, 0.0), Vec3(0.0, 0.0, 1.0)), 3.4e6, 3.4e6, 0.0
)


class Flat:
    """Ground for `Bodies`: the same piece wherever the rover comes down, its middle at height 0."""

    frame = _SITE

    def __init__(self, ground: LocalGround) -> None:
        self.ground = ground

    def height_under(self, place: np.ndarray) -> float:
        return float(place[2])

    def near(self, place: np.ndarray, slope: Any, rocks: Any) -> Below:
        return Below(self.ground, np.array([place[0], place[1], 0.0]))


def preset_rover() -> Chassis:
    p = load_mission("mars2020").parameters
    return chassis(p.vehicle, p.rover)


def bodies(
    rover: Chassis, ground: LocalGround, spool: float, sink: float = 0.0, step: float = 0.002, apart: float = 6.66
) -> Bodies:
    """Both at rest or sinking together [m/s], bridles fully out, the reference point of the stage at a height, the rover `apart` [m] below
    its stowed place; wheels down."""
    mission = load_mission("mars2020").with_changes({"touchdown.model": "multibody"}).parameters
    case = assemble(mission)
    case = replace(case, planet=replace(case.planet, rotation_rate=0.0))
    narrow = replace(mission.touchdown.plume, spread_exponent=400.0)  # jets of a heavy stage would push the rover down
    given = replace(
        mission.touchdown, step=step, stowed_front=0.0, stowed_rear=0.0, umbilical_tension=0.0, plume=narrow
    )
    centre = Vec3(-1.9, 0.0, 0.0)
    o, down = Vec3(0.0, 0.0, 0.0), Vec3(0.0, 0.0, -sink)
    lander = Vec3(0.0, 0.0, spool - float(case.vehicle.lander.place[0]) - apart)
    carry = SimpleNamespace(
        two=SimpleNamespace(
            stage=SimpleNamespace(body=RigidState(Vec3(0.0, 0.0, spool - centre.x), down, UPRIGHT, o), propellant=1e15),
            lander=RigidState(lander, down, UPRIGHT, o),
            thrust=(0.0,) * 8,
        ),
        centre=centre,
        started=0.0,
        time=100.0,
    )
    return Bodies(case, rover, given, Faults(), Flat(ground), carry)  # type: ignore[arg-type]


def order(made: Bodies, mass: float, lift: float, gravity: float = GRAVITY) -> Orders:
    """Orders for a stage of a mass [kg] whose engines together push up with a force [N]."""
    e = made.engines
    each = lift / -sum(float(e.push(i).x) for i in range(e.count()))
    inertia = (0.6 * mass, 0.5 * mass, 0.5 * mass, 0.0, 0.0, 0.0)
    return Orders(
        1.0,
        made.now,
        (each,) * 8,
        mass,
        Vec3(-1.9, 0.0, 0.0),
        inertia,
        Vec3(0.0, 0.0, -gravity),
        Vec3(0.0, 0.0, 0.0),
        0.0,
    )


def hold(made: Bodies, seconds: float, each: Callable[[Bodies], Any] = lambda _: None) -> list[Any]:
    """A stage that is heavy, and put back on its course after every cycle; what `each` gives then."""
    q, v, found = made.data.qpos, made.data.qvel, []
    place, turned, sink = q[:3].copy(), q[3:7].copy(), v[:6].copy()
    made.data.act[:] = order(made, HEAVY, HEAVY * GRAVITY).asked
    for k in range(round(seconds / CYCLE)):
        made.fly(order(made, HEAVY, HEAVY * GRAVITY))
        q[:3], q[3:7], v[:6] = place + sink[:3] * (k + 1) * CYCLE, turned, sink
        made.mujoco.mj_step1(made.model, made.data)
        found.append(each(made))
    return found


def let_down(made: Bodies, seconds: float = 12.0) -> None:
    """Down with the stage until the wheels have stood for two seconds, then cut, and wait for rest."""
    stood = 0.0
    for _ in range(round(seconds / CYCLE)):
        hold(made, CYCLE)
        stood += CYCLE * (made.marks["touched"][0] < 1e8)
        if stood > 2.0 and made.cut_at > 1e8:
            made.cut(made.now)
        if made.done:
            return


def tilt(made: Bodies) -> float:
    """Of the rover's deck [deg]."""
    return float(np.degrees(np.arccos(np.clip(made.data.xmat[made.chassis][8], -1.0, 1.0))))
