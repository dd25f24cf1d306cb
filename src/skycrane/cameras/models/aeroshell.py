"""The aeroshell: a heat shield that is a 70-degree sphere-cone, and a backshell of two cones with the parachute's closeout cone on top.

Published: 4.5 m across, nose radius a quarter of that, 70 degrees [edquist2022]. Backshell angles are assumed from public drawings.
"""

import numpy as np

from skycrane.cameras.models import material as made_of
from skycrane.cameras.models.material import Part
from skycrane.cameras.models.solids import box, disc, join, polyline, revolve, tube, turn

_SHOULDER = 0.115  # assumed: radius of the rounded edge


def heat_shield(diameter: float, nose_radius: float, cone: float) -> tuple[Part, ...]:
    """The heat shield in model axes: apex at the origin, inside upwards; `cone` is the half angle [rad]."""
    outer = _outer(diameter / 2, nose_radius, cone)
    inner = (outer - [0.0, 0.0]) * [0.985, 1.0] + [0.0, 0.055]
    shell = revolve(outer, 96)
    lining = revolve(inner[::-1], 96)
    rim_height = outer[-1, 1]
    rim = revolve(
        [
            outer[-1],
            (outer[-1, 0] - 0.03, rim_height + 0.07),
            (inner[-1, 0] - 0.05, rim_height + 0.05),
            inner[-1] - [0.06, 0.0],
        ],
        96,
        sharp=True,
    )
    ribs = []
    for angle in np.arange(12) * np.pi / 6:
        line = np.array(
            [
                [0.35, 0, np.interp(0.35, inner[:, 0], inner[:, 1])],
                [1.2, 0, np.interp(1.2, inner[:, 0], inner[:, 1])],
                [2.1, 0, np.interp(2.1, inner[:, 0], inner[:, 1])],
            ]
        )
        ribs.append(polyline(line + [0, 0, 0.012], 0.016, 6).moved(turn((0, 0, 1), angle), (0, 0, 0)))
    ring = [
        revolve(
            [(r - 0.03, z + 0.02), (r - 0.03, z + 0.05), (r + 0.03, z + 0.05), (r + 0.03, z + 0.02)][::-1],
            96,
            sharp=True,
        )
        for r in (0.75, 1.55)
        for z in [float(np.interp(r, inner[:, 0], inner[:, 1]))]
    ]
    boxes = [
        box((0.55, 0.35, 0.30), (0.26, 0.2, 0.12)),
        box((-0.5, -0.5, 0.34), (0.2, 0.2, 0.1)),
        box((-1.1, 0.6, 0.50), (0.16, 0.14, 0.08)),
    ]
    fittings = [
        tube((1.9 * np.cos(a), 1.9 * np.sin(a), 0.66), (1.9 * np.cos(a), 1.9 * np.sin(a), 0.84), 0.05, 0.03)
        for a in np.arange(9) * 2 * np.pi / 9
    ]
    return (
        Part(shell, made_of.ABLATOR),
        Part(join([lining, *ring]), made_of.LINER),
        Part(rim, made_of.CORK),
        Part(join(ribs), made_of.BLACK),
        Part(join(boxes + fittings), made_of.GOLD_FOIL),
    )


def backshell(diameter: float, rim_height: float) -> tuple[Part, ...]:
    """The backshell in model axes, open below; `rim_height` is where it meets the heat shield, above its apex [m]."""
    r = diameter / 2 - 0.02
    line = np.array([[r, 0.0], [r - 0.04, 0.08], [1.72, 0.92], [1.10, 1.62], [0.78, 1.72], [0.74, 2.10]]) + [
        0,
        rim_height,
    ]
    shell = revolve(line, 96, sharp=True)
    inside = revolve((line * [0.975, 1.0])[::-1], 96, sharp=True)
    lid = disc((0, 0, line[-1, 1] - 0.02), (0, 0, 1), 0.73, 0.03, 64)
    pods = [
        box((1.34 * i, 1.34 * j, rim_height + 1.12), (0.26, 0.26, 0.2)).moved(np.eye(3), (0, 0, 0))
        for i in (-1, 1)
        for j in (-1, 1)
    ]
    return (
        Part(join([shell, lid]), made_of.CORK),
        Part(inside, made_of.LINER),
        Part(join(pods), made_of.GREY_PAINT),
    )


def parachute_support(height: float) -> tuple[Part, ...]:
    """What is left on top of the backshell when the parachute is out: the open canister and three bridles up to the riser."""
    can = revolve([(0.40, height - 0.35), (0.42, height), (0.36, height), (0.34, height - 0.35)], 48, sharp=True)
    legs = [
        tube((0.62 * np.cos(a), 0.62 * np.sin(a), height - 0.1), (0, 0, height + 1.7), 0.022)
        for a in np.arange(3) * 2 * np.pi / 3 + 0.5
    ]
    return (Part(can, made_of.ALUMINIUM), Part(join(legs), made_of.CORD))


def rim_height(diameter: float, nose_radius: float, cone: float) -> float:
    """Height of the heat shield's rim above its apex [m]."""
    return float(_outer(diameter / 2, nose_radius, cone)[-1, 1])


def _outer(radius: float, nose_radius: float, cone: float) -> np.ndarray:
    """Profile (n, 2) of radius and height from the apex outwards: sphere, cone, rounded shoulder."""
    slope = np.pi / 2 - cone
    on_sphere = np.linspace(0, slope, 12)
    sphere = np.stack([nose_radius * np.sin(on_sphere), nose_radius * (1 - np.cos(on_sphere))], 1)
    edge = radius - _SHOULDER * (1 - np.sin(slope))
    start = sphere[-1]
    cone_end = np.array([edge, start[1] + (edge - start[0]) * np.tan(slope)])
    straight = start + np.linspace(0, 1, 14)[1:, None] * (cone_end - start)
    round_ = np.linspace(slope, np.pi / 2, 8)[1:]
    shoulder = cone_end + _SHOULDER * np.stack([np.sin(round_) - np.sin(slope), np.cos(slope) - np.cos(round_)], 1)
    return np.concatenate([sphere, straight, shoulder])
