"""What pushes stage and rover evenly through a control cycle: drag on both, and the jets on the rover's deck; and the dust of the jets."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.surface.manoeuvre.motion import Motion, outward, rows
from skycrane.surface.soil import cross
from skycrane.vehicle.plume import Jets, dust_number, push_on_deck

Array = NDArray[np.float64]


def steady_wrench(
    bodies: Any, order: Any, lanes: NDArray[np.intp], stage: Motion, rover: Motion, clear: Array
) -> Array:
    """Wrench (n, bodies, 6) on these landings of `Bodies`, whose stage and rover so move; `clear` is the height of the stage's reference
    point over the ground (n,) [m]. Notes the push on the deck and the dust."""
    m, given = bodies.machines, bodies.given
    wrench = np.zeros((len(lanes), m.models[0].nbody, 6))
    wind, density = (rows(order.wind) + bodies.wind)[lanes], order.density[lanes]
    for body, dof, area in (
        (m.stage, m.v_stage, bodies.stage_area[lanes]),
        (m.chassis, m.v_rover, given.rover_drag_area),
    ):
        through = m.v[lanes, dof : dof + 3] - wind
        speed = np.sqrt((through * through).sum(axis=1))
        wrench[:, body, :3] = (-0.5 * density * area * speed)[:, None] * through
    origin = m.q[lanes, m.q_stage : m.q_stage + 3]
    jets = Jets(
        outward(stage.axes[:, None], bodies.nozzles[lanes]) + origin[:, None],
        -outward(stage.axes[:, None], bodies.pushes[lanes]),
        m.act[lanes],
    )
    r, k = bodies.rovers[0].rover, given.plume.spread_exponent
    below = m.q[lanes, m.q_rover : m.q_rover + 3]
    deck = below + rover.axes[:, :, 2] * (r.belly_height + r.body_height)
    push = push_on_deck(jets, deck, rover.axes[:, :, 2], r.body_length * r.body_width, k)
    middle = below + outward(rover.axes, bodies.body_centre[lanes])
    wrench[:, m.chassis, :3] += push
    wrench[:, m.chassis, 3:] += cross(deck - middle, push)
    bodies.deck_push[lanes] = np.sqrt(np.sum(push * push, axis=1))
    ground = origin[:, 2] - clear
    bodies.dust[lanes] = dust_number(jets, ground, k, given.plume.dust_pressure)
    return wrench
