"""The rover: body, mast, arm, six wheels on rocker and bogie, radioisotope generator, antennas.

Published: 3 m long without the arm's reach, 2.7 m wide, 2.2 m high with the mast up, six wheels of 52.5 cm, mast of 2 m, radioisotope
generator at the back [nasa2021]. Where each box stands on the deck is assumed from the public drawings. Wheels stand where the mission
file puts its feet.
"""

from typing import Any

import numpy as np

from skycrane.cameras.models import material as made_of
from skycrane.cameras.models.material import Material, Part
from skycrane.cameras.models.solids import (
    ArrayLike,
    Shape,
    ball,
    box,
    convex,
    disc,
    join,
    polyline,
    revolve,
    tube,
    turn,
)
from skycrane.cameras.models.suspension import Suspension, rows_of_wheels

WHEEL_RADIUS = 0.2625  # [nasa2021] wheels of 52.5 cm, over the grousers
_GROUSER = 0.01  # [m] assumed: that the tread stands out
WHEEL_WIDTH = 0.30  # assumed: narrower than the 40 cm of its predecessor
_DECK = 1.15
_BELLY = 0.68


def rover(
    feet: ArrayLike, mast: float = 0.0, wheels: float = 1.0, suspension: Suspension | None = None
) -> tuple[Part, ...]:
    """The rover in model axes.

    `feet` (6, 3): where the wheels touch level ground [m]. `mast` and `wheels` say how far each is deployed, 0 to 1: a stowed mast lies
    along the front edge of the deck, stowed wheels are drawn up beside the body. `suspension` turns rockers and bogies.
    """
    where = np.asarray(feet, float)
    return (
        *_body(), *_deck(), *_generator(), *_arm(), *_mast(mast), *_mobility(where, wheels, suspension or Suspension())
    )  # fmt: skip


def _part(material: Material, *shapes: Shape) -> Part:
    return Part(join(shapes), material)


def _body() -> tuple[Part, ...]:
    height = _DECK - _BELLY
    middle = (_DECK + _BELLY) / 2
    chassis = box((-0.05, 0, middle), (1.62, 1.16, height), 0.03)
    plate = convex([(x, y, z) for z in (_DECK, _DECK + 0.035) for x, y in _OUTLINE])
    lower = convex(
        [
            (x, y * 0.86, z)
            for z, scale in ((_BELLY, 1.0), (_BELLY - 0.05, 0.9))
            for x in (-0.8 * scale, 0.7 * scale)
            for y in (-0.55, 0.55)
        ]
    )
    panels = [
        box((x, side * 0.585, middle), (0.34, 0.02, height * 0.7)) for x in (-0.5, -0.08, 0.34) for side in (-1, 1)
    ]
    front = box((0.80, 0.0, _BELLY + 0.13), (0.14, 0.86, 0.24))
    return (
        _part(made_of.WHITE_PAINT, chassis, plate),
        _part(made_of.ALUMINIUM, lower, front),
        _part(made_of.GREY_PAINT, *panels),
    )


_OUTLINE = (
    (0.86, -0.42),
    (0.72, -0.66),
    (-0.84, -0.66),
    (-0.90, -0.5),
    (-0.90, 0.5),
    (-0.84, 0.66),
    (0.72, 0.66),
    (0.86, 0.42),
)


def _deck() -> tuple[Part, ...]:
    top = _DECK + 0.035
    white = [
        box((-0.06, 0.40, top + 0.07), (0.30, 0.26, 0.14)),
        box((0.30, 0.34, top + 0.05), (0.34, 0.22, 0.10)),
        box((-0.62, -0.05, top + 0.04), (0.22, 0.34, 0.08)),
        tube((-0.66, 0.48, top), (-0.66, 0.48, top + 0.30), 0.075),  # UHF antenna
        box((0.12, -0.12, top + 0.03), (0.26, 0.20, 0.06)),
    ]
    grey = [
        box((0.50, 0.02, top + 0.02), (0.20, 0.30, 0.04)),
        box((-0.30, 0.02, top + 0.025), (0.16, 0.22, 0.05)),
        box((0.02, 0.16, top + 0.02), (0.30, 0.03, 0.03)),
        polyline(
            [(-0.5, -0.3, top + 0.02), (-0.1, -0.32, top + 0.02), (0.28, -0.05, top + 0.02), (0.5, -0.1, top + 0.02)],
            0.018,
        ),
    ]
    black = [
        box((0.10, 0.52, top + 0.012), (0.26, 0.14, 0.025)),
        box((-0.42, 0.22, top + 0.01), (0.18, 0.12, 0.02)),
        box((0.33, 0.08, top + 0.012), (0.09, 0.09, 0.024)),
        disc((-0.22, -0.28, top + 0.01), (0, 0, 1), 0.07, 0.02),
        tube((-0.66, 0.48, top + 0.30), (-0.66, 0.48, top + 0.315), 0.06),
    ]
    bolts = [
        tube((x, y, top), (x, y, top + 0.012), 0.014, sides=8)
        for x in np.linspace(-0.8, 0.68, 9)
        for y in (-0.61, 0.61)
    ]
    cables = [
        polyline(
            [
                (-0.55, 0.16, top + 0.012),
                (-0.30, 0.20, top + 0.014),
                (0.02, 0.24, top + 0.014),
                (0.10, 0.34, top + 0.014),
            ],
            0.010,
        ),
        polyline(
            [
                (-0.60, -0.40, top + 0.012),
                (-0.44, -0.38, top + 0.014),
                (-0.16, -0.44, top + 0.014),
                (0.20, -0.40, top + 0.014),
                (0.46, -0.30, top + 0.014),
            ],
            0.012,
        ),
        polyline([(0.26, -0.55, top + 0.012), (0.10, -0.50, top + 0.014), (-0.02, -0.30, top + 0.014)], 0.010),
    ]
    seams = [box((x, 0.0, top + 0.001), (0.006, 1.26, 0.004), 0.0005) for x in (-0.52, 0.42)] + [
        box((-0.05, -0.2, top + 0.001), (0.9, 0.006, 0.004), 0.0005)
    ]
    targets = [
        box((0.24, 0.52, top + 0.03), (0.09, 0.09, 0.05)),
        disc((0.24, 0.52, top + 0.058), (0, 0, 1), 0.03, 0.006),
    ]
    hatch = [
        tube((0.30, -0.48, top), (0.30, -0.48, top + 0.03), 0.10, sides=32),
        tube((-0.62, 0.22, top), (-0.62, 0.22, top + 0.05), 0.05, sides=24),
    ]
    fittings = [tube((x, y, top), (x, y, top + 0.05), 0.06, 0.04) for x, y in ((0.8, 0.0), (-0.4, 0.66), (-0.4, -0.66))]
    gimbal = tube((-0.28, -0.52, top), (-0.28, -0.52, top + 0.20), 0.07)
    angle = np.linspace(0, 2 * np.pi, 6, endpoint=False)
    dish = np.stack([-0.28 + 0.17 * np.cos(angle), -0.52 + 0.17 * np.sin(angle), np.full(6, top + 0.22)], 1)
    antenna = convex(np.concatenate([dish, dish + [0, 0, 0.035]]))
    return (
        _part(made_of.WHITE_PAINT, *white, gimbal),
        _part(made_of.GREY_PAINT, *grey, antenna, *hatch),
        _part(made_of.BLACK, *black, *cables, *seams),
        _part(made_of.ALUMINIUM, *bolts, *targets),
        _part(made_of.GOLD_FOIL, *fittings),
    )


def _generator() -> tuple[Part, ...]:
    """The radioisotope generator behind the body, a finned drum tilted up by some 30 degrees; 64 cm across the fins, 66 cm long."""
    fins = [box((0, 0.21 * np.cos(a), 0.21 * np.sin(a)), (0.58, 0.20, 0.012), 0.002) for a in [0.0]]
    drum = tube((-0.33, 0, 0), (0.33, 0, 0), 0.135, sides=32)
    fins = []
    for angle in np.arange(8) * np.pi / 4 + np.pi / 8:
        fin = box((0, 0.225, 0), (0.58, 0.19, 0.014), 0.002)
        fins.append(fin.moved(turn((1, 0, 0), angle), (0, 0, 0)))
    tilt = turn((0, 1, 0), np.radians(28))
    place = np.array([-1.22, 0.0, 0.98])
    drum, *fins = (each.moved(tilt, place) for each in (drum, *fins))
    ends = [tube((x, 0, 0), (x + 0.03, 0, 0), 0.15, sides=32).moved(tilt, place) for x in (-0.36, 0.33)]
    brackets = [tube((-0.84, y, 0.92), (-1.02, y * 0.5, 0.94), 0.03) for y in (-0.4, 0.4)]
    shields = [
        convex([(-0.86, s * 0.36, 0.74), (-1.50, s * 0.36, 0.86), (-1.50, s * 0.36, 1.16), (-0.86, s * 0.36, 1.08),
                (-0.86, s * 0.375, 0.74), (-1.50, s * 0.375, 0.86), (-1.50, s * 0.375, 1.16), (-0.86, s * 0.375, 1.08)])
        for s in (-1, 1)
    ]  # fmt: skip
    return (
        _part(made_of.GREY_PAINT, drum, *fins),
        _part(made_of.WHITE_PAINT, *ends, *shields),
        _part(made_of.TITANIUM, *brackets),
    )


def _arm() -> tuple[Part, ...]:
    """The arm as stowed for landing: folded across the front of the body, its turret at the right, above what the front cameras see."""
    links = polyline([(0.84, 0.46, 0.96), (1.08, 0.44, 1.04), (1.10, -0.40, 1.08), (1.04, -0.38, 1.16)], 0.062, 16)
    joints = [ball(p, 0.09) for p in ((0.90, 0.46, 0.97), (1.08, 0.44, 1.04), (1.10, -0.40, 1.08))]
    turret = [
        tube((1.02, -0.56, 1.18), (1.02, -0.22, 1.18), 0.13, sides=24),
        box((1.11, -0.40, 1.20), (0.22, 0.30, 0.16)),
    ]
    tools = [
        tube((1.12, -0.56, 1.18), (1.30, -0.56, 1.16), 0.055),
        tube((0.99, -0.26, 1.20), (0.99, -0.26, 1.36), 0.07),
    ]
    return (_part(made_of.WHITE_PAINT, links, *joints), _part(made_of.ALUMINIUM, *turret), _part(made_of.BLACK, *tools))


def _mast(deployed: float) -> tuple[Part, ...]:
    """The mast on its hinge at the right front corner of the deck, head and eyes on top."""
    base = np.array([0.66, -0.50, _DECK + 0.06])
    column = tube((0, 0, 0), (0, 0, 0.80), 0.05, 0.045)
    shoulder = ball((0, 0, 0), 0.08)
    neck = tube((0, 0, 0.74), (0, 0, 0.92), 0.07, 0.065)
    head = convex(
        [(x, y, z) for x in (-0.12, 0.14) for y, z in ((-0.24, 0.92), (0.24, 0.92), (-0.20, 1.14), (0.20, 1.14))]
    )
    eyes = [
        tube((0.13, y, 0.99), (0.19, y, 0.99), r, sides=20)
        for y, r in ((-0.17, 0.028), (0.17, 0.028), (-0.10, 0.035), (0.10, 0.035))
    ]
    laser = tube((0.13, 0, 1.07), (0.17, 0, 1.07), 0.055, sides=24)
    turned = turn((1, 0, 0), -np.pi / 2 * (1 - deployed)) if deployed < 1 else np.eye(3)
    white, black, grey = (
        join(group).moved(turned, base)
        for group in ([column, neck, head, shoulder], [*eyes, laser], [tube((0, -0.06, 0), (0, 0.06, 0), 0.09)])
    )
    return (_part(made_of.WHITE_PAINT, white), _part(made_of.BLACK, black), _part(made_of.TITANIUM, grey))


def _mobility(feet: np.ndarray, deployed: float, suspension: Suspension) -> tuple[Part, ...]:
    """Six wheels, rockers and bogies: the rocker carries the front wheel and the bogie's pivot, the bogie the other two."""
    wheels, spokes, legs = [], [], []
    up = 0.45 * (1 - deployed)
    rows = rows_of_wheels(feet)
    for side in (1, -1):
        front, middle, rear = (feet[number] for number, of, _ in rows if of == side)
        hubs = [foot + [0, 0, WHEEL_RADIUS + up] for foot in (front, middle, rear)]
        hubs = [hub * [1, 1 - 0.18 * (1 - deployed), 1] for hub in hubs]
        on_rocker, on_bogie = suspension.carry(side, False), suspension.carry(side, True)
        for hub, carried in zip(hubs, (on_rocker, on_bogie, on_bogie), strict=True):
            rim, inner = _wheel(hub)
            wheels.append(rim.moved(*carried))
            spokes.append(inner.moved(*carried))
        y = side * 0.74
        pivot: Any = np.array([0.12, y, 0.86])
        bogie = np.array([-0.52, side * 0.84, 0.66 + 0.6 * up])
        inboard = [hub - [0, side * 0.24, 0] for hub in hubs]
        tops = [p + [0, 0, 0.27] for p in inboard]
        axles = [tube(p, hub, 0.05) for p, hub in zip(inboard, hubs, strict=True)]
        steering = [tube(t - [0, 0, 0.04], t + [0, 0, 0.07], 0.065, sides=20) for t in (tops[0], tops[2])]
        rocker = [
            polyline([pivot, (0.75, side * 0.80, 0.80 + 0.5 * up), tops[0], inboard[0]], 0.045, 14),
            polyline([pivot, (-0.25, side * 0.80, 0.80), bogie], 0.045, 14),
            tube(bogie - [0, side * 0.05, 0], bogie + [0, side * 0.05, 0], 0.07, sides=20),
            axles[0],
            steering[0],
        ]
        arm = [polyline([inboard[1], tops[1], bogie, tops[2], inboard[2]], 0.04, 14), *axles[1:], steering[1]]
        legs += [each.moved(*on_rocker) for each in rocker] + [each.moved(*on_bogie) for each in arm]
        legs.append(tube((0.12, side * 0.56, 0.86), (0.12, side * 0.82, 0.86), 0.085, sides=24))
    bar = polyline(
        [
            (0.12, 0.74, 0.95),
            (0.05, 0.6, _DECK + 0.07),
            (0.02, 0.0, _DECK + 0.09),
            (0.05, -0.6, _DECK + 0.07),
            (0.12, -0.74, 0.95),
        ],
        0.022,
    )
    return (_part(made_of.WHEEL, *wheels), _part(made_of.TITANIUM, *spokes, *legs), _part(made_of.ALUMINIUM, bar))


def _wheel(hub: np.ndarray) -> tuple[Shape, Shape]:
    """A wheel about the y axis: rim slightly crowned with 48 gently curved grousers, six spokes."""
    half, r = WHEEL_WIDTH / 2, WHEEL_RADIUS - _GROUSER
    profile = [(r - 0.014, -half), (r, -0.5 * half), (r + 0.002, 0), (r, 0.5 * half), (r - 0.014, half)]
    inner = [(a - 0.018, b) for a, b in reversed(profile)]
    hollow = revolve([*profile, *inner, profile[0]], 64)
    y_axis = np.array([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]])
    grousers = [
        box((r + _GROUSER - 0.006, 0, 0), (0.012, 0.012, WHEEL_WIDTH * 0.98), 0.001).moved(
            turn((0, 0, 1), a), (0, 0, 0)
        )
        for a in np.linspace(0, 2 * np.pi, 48, endpoint=False)
    ]
    rim = join([hollow, *grousers]).moved(y_axis, hub)
    spokes = []
    for angle in np.linspace(0, 2 * np.pi, 6, endpoint=False):
        c, s = np.cos(angle), np.sin(angle)
        spokes.append(
            polyline(
                [(0.05 * c, 0.05 * s, 0.0), (0.16 * c, 0.16 * s, 0.05), ((r - 0.02) * c, (r - 0.02) * s, 0.02)],
                0.012,
                6,
            )
        )
    drum = tube((0, 0, -0.06), (0, 0, 0.06), 0.075, sides=24)
    return rim, join([*spokes, drum]).moved(y_axis, hub)
