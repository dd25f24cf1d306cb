"""Stage and rover of the preset on their bridles without a flight: a stage that nothing can move off its course, or two free bodies."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from rover_on_ground import GRAVITY

from skycrane.core import attitude
from skycrane.core.attitude import Mat3, from_matrix
from skycrane.core.vector import Vec3
from skycrane.flight.dispersions import lanes
from skycrane.flight.models import assemble
from skycrane.flight.rigid_body import RigidState
from skycrane.gnc.navigation.estimate import LandingFrame
from skycrane.mission import load_mission
from skycrane.surface.chassis import Chassis
from skycrane.surface.local_ground import LocalGround
from skycrane.surface.manoeuvre.bodies import Bodies
from skycrane.surface.manoeuvre.faults import Faults
from skycrane.surface.manoeuvre.ground_below import Below
from skycrane.surface.manoeuvre.mind import Orders
from skycrane.surface.manoeuvre.motion import ROVER_FROM_BODY, Motion, motion

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

    def of(self, lane: int) -> "Flat":
        return self

    def height_under(self, place: np.ndarray) -> np.ndarray:
        return np.asarray(place[..., 2])

    def near(self, place: np.ndarray, slope: Any, rocks: Any) -> Below:
        return Below(self.ground, np.array([place[0], place[1], 0.0]))


def bodies(
    rover: Chassis, ground: LocalGround, spool: float, sink: float = 0.0, step: float = 0.002, apart: float = 6.66
) -> Bodies:
    """Both at rest or sinking together [m/s], bridles fully out, the reference point of the stage at a height, the rover `apart` [m] below
    its stowed place; wheels down."""
    mission = load_mission("mars2020").with_changes({"touchdown.model": "multibody"}).parameters
    case = assemble(mission)
    case = lanes([replace(case, planet=replace(case.planet, rotation_rate=0.0))], 1)
    narrow = replace(mission.touchdown.plume, spread_exponent=400.0)  # jets of a heavy stage would push the rover down
    given = replace(
        mission.touchdown, step=step, stowed_front=0.0, stowed_rear=0.0, umbilical_tension=0.0, plume=narrow
    )
    up = attitude.Quaternion(*(np.array([each]) for each in UPRIGHT))
    o, down = column(0.0, 0.0, 0.0), column(0.0, 0.0, -sink)
    lander = column(0.0, 0.0, spool - float(case.vehicle.lander.place[0][0]) - apart)
    carry = SimpleNamespace(
        two=SimpleNamespace(
            stage=SimpleNamespace(
                body=RigidState(column(0.0, 0.0, spool - CENTRE.x[0]), down, up, o), propellant=np.array([1e15])
            ),
            lander=RigidState(lander, down, up, o),
            thrust=(np.zeros(1),) * 8,
        ),
        centre=CENTRE,
        started=np.zeros(1),
        time=np.array([100.0]),
    )
    return Bodies(case, [rover], given, [Faults()], Flat(ground), carry)  # type: ignore[arg-type]


def column(x: float, y: float, z: float) -> Vec3:
    """A vector of one landing."""
    return Vec3(np.array([x]), np.array([y]), np.array([z]))


CENTRE = column(-1.9, 0.0, 0.0)


def order(made: Bodies, mass: float, lift: float, gravity: float = GRAVITY) -> Orders:
    """Orders for a stage of a mass [kg] whose engines together push up with a force [N]."""
    e, one = made.engines, np.ones(1)
    each = lift / -sum(e.push(i).x for i in range(e.count()))
    inertia = tuple(k * mass * one for k in (0.6, 0.5, 0.5, 0.0, 0.0, 0.0))
    fall, calm = column(0.0, 0.0, -gravity), column(0.0, 0.0, 0.0)
    return Orders(one, made.now.copy(), (each,) * 8, mass * one, CENTRE, inertia, fall, calm, 0.0 * one)


def hold(made: Bodies, seconds: float, each: Callable[[Bodies], Any] = lambda _: None) -> list[Any]:
    """A stage that is heavy, and put back on its course after every cycle; what `each` gives then."""
    q, v, found = made.machines.q[0], made.machines.v[0], []
    place, turned, sink = q[:3].copy(), q[3:7].copy(), v[:6].copy()
    made.machines.act[:] = np.array(order(made, HEAVY, HEAVY * GRAVITY).asked).T
    for k in range(round(seconds / CYCLE)):
        made.fly(order(made, HEAVY, HEAVY * GRAVITY))
        q[:3], q[3:7], v[:6] = place + sink[:3] * (k + 1) * CYCLE, turned, sink
        found.append(each(made))
    return found


def ends(made: Bodies) -> tuple[np.ndarray, np.ndarray]:
    """Places of the bridles' ends on the stage and on the rover (3, 3) [m]."""
    b, m = made.bridles, made.machines
    found = []
    for end, place in ((b.top, stage_point), (b.bottom, rover_point)):
        found.append(np.array([place(made, np.array([float(x[0]) for x in end(i)])) for i in range(3)]))
    assert m.q.shape[0] == 1
    return found[0], found[1]


def stage_point(made: Bodies, place: np.ndarray) -> np.ndarray:
    """A place of the stage, given in body axes, in site axes."""
    return motion(made.machines.q[:, :7], made.machines.v[:, :6], place).place[0]


def rover_point(made: Bodies, place: np.ndarray) -> np.ndarray:
    """A place of the rover, given in body axes before separation, in site axes."""
    m = made.machines
    own = ROVER_FROM_BODY @ (place - [made.ahead[0], 0.0, 0.0])
    return motion(m.q[:, m.q_rover : m.q_rover + 7], m.v[:, m.v_rover : m.v_rover + 6], own).place[0]


def rover_of(made: Bodies) -> Motion:
    """Motion of the rover's centre of mass."""
    return made.rover_motion(made.every)


def stage_of(made: Bodies) -> Motion:
    """Motion of the stage's centre of mass."""
    return made.stage_motion(made.every)


def tensions(made: Bodies) -> np.ndarray:
    """Pull of the three bridles [N]."""
    return made.readings()["tensions"][0]


def let_down(made: Bodies, seconds: float = 12.0) -> None:
    """Down with the stage until the wheels have stood for two seconds, then cut, and wait for rest."""
    stood = 0.0
    for _ in range(round(seconds / CYCLE)):
        hold(made, CYCLE)
        stood += CYCLE * (made.touched[0, 0] < 1e8)
        if stood > 2.0 and made.cut_at[0] > 1e8:
            made.cut(0, made.now[0])
        if made.done[0]:
            return


def tilt(made: Bodies) -> float:
    """Of the rover's deck [deg]."""
    return float(np.degrees(np.arccos(np.clip(rover_of(made).axes[0, 2, 2], -1.0, 1.0))))
