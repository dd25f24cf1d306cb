"""When wheels meet the ground within a control cycle: the first contact, and the hardest of a rover that was lifted off again."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.flight.phases.sky_crane import CYCLE
from skycrane.surface.manoeuvre.grounds import Pushed
from skycrane.surface.manoeuvre.machines import Seen
from skycrane.surface.manoeuvre.motion import motion
from skycrane.surface.manoeuvre.reel import NEVER

_ALOFT = 0.2  # [s] with no wheel on the ground after touchdown: longer than any bounce of a nominal landing


def meet(bodies: Any, lanes: NDArray[np.intp], pushed: Pushed, seen: Seen, k: int) -> None:
    """Note for landings of `Bodies` whom the ground pushes in step k of a cycle and did not before: of the first contact when, how fast
    down and across, and how low the wheel was a cycle later; of later ones the fall."""
    m = bodies.machines
    new = (bodies.touched[lanes, 0] == NEVER) | (bodies.aloft[lanes] > 0.0)
    for n in np.flatnonzero(new & (pushed.load != 0.0).any(axis=1)):
        lane, q, v = lanes[n], seen.q[n : n + 1, m.q_rover :][:, :7], seen.v[n : n + 1, m.v_rover :][:, :6]
        speed, time = motion(q, v, bodies.rover_centre[lane]).velocity[0], bodies.now[lane] + k * bodies.step
        if bodies.touched[lane, 0] < NEVER:
            _fall_back(bodies, lane, float(time), -float(speed[2]))
            continue
        low = -float(pushed.depth[n].max()) - speed[2] * CYCLE
        bodies.touched[lane] = time, -speed[2], np.hypot(speed[0], speed[1]), low
        bodies.first_place[lane] = seen.xpos[n, m.chassis]


def _fall_back(bodies: Any, lane: np.intp, time: float, closing: float) -> None:
    """Who was off the ground for long has fallen; the hardest fall is kept."""
    _, (hardest, _) = bodies.noted[lane].get("rover_dropped", (time, (0.0, 0.0)))
    if bodies.aloft[lane] > _ALOFT and closing > hardest:
        bodies.noted[lane]["rover_dropped"] = time, (closing, float(bodies.aloft[lane]))
    bodies.aloft[lane] = 0.0
