"""The descent stage: a frame of 2.7 m with three propellant tanks, eight engines at its corners, radar, antennas.

Published: eight throttled engines in four pairs, three titanium tanks, six-beam radar [presskit2020]. Engines stand and point as the
mission file says; the rest is assumed from public drawings.
"""

import numpy as np

from skycrane.cameras.models import material as made_of
from skycrane.cameras.models import solids
from skycrane.cameras.models.material import Part

_FLOOR = 1.58
_ROOF = 2.30


def descent_stage(engine_places: solids.ArrayLike, engine_pushes: solids.ArrayLike) -> tuple[Part, ...]:
    """The descent stage in model axes; engines at `engine_places` (n, 3) [m] pushing along `engine_pushes` (n, 3)."""
    return (
        *_frame(),
        *_tanks(),
        *_engines(np.asarray(engine_places, float), np.asarray(engine_pushes, float)),
        *_fittings(),
    )


def _hexagon(radius: float, height: float, start: float = 0.0) -> np.ndarray:
    angle = np.arange(6) * np.pi / 3 + start
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), np.full(6, height)], 1)


def _frame() -> tuple[Part, ...]:
    low, high = _hexagon(1.02, _FLOOR, np.pi / 6), _hexagon(1.02, _ROOF, np.pi / 6)
    bars = [solids.tube(low[i], low[i - 1], 0.035) for i in range(6)] + [
        solids.tube(high[i], high[i - 1], 0.035) for i in range(6)
    ]
    bars += [solids.tube(low[i], high[i], 0.03) for i in range(6)] + [
        solids.tube(low[i], high[i - 1], 0.025) for i in range(6)
    ]
    arms = []
    for x in (-1, 1):
        for y in (-1, 1):
            corner = np.array([x * 1.06, y * 1.06, _FLOOR + 0.20])
            near = [low[np.argmax(low[:, :2] @ corner[:2] - 10 * (np.abs(low - low[k]).sum(1) < -1))] for k in (0,)]
            arms += [
                solids.tube(near[0], corner, 0.04),
                solids.tube((x * 0.72, y * 0.72, _ROOF), corner + [0, 0, 0.16], 0.035),
            ]
            arms += [
                solids.tube((x * 0.95, y * 0.3, _FLOOR), corner, 0.028),
                solids.tube((x * 0.3, y * 0.95, _FLOOR), corner, 0.028),
            ]
    deck = solids.convex(
        np.concatenate([_hexagon(0.98, _FLOOR + 0.04, np.pi / 6), _hexagon(0.98, _FLOOR + 0.08, np.pi / 6)])
    )
    return (Part(solids.join(bars + arms), made_of.WHITE_PAINT), Part(deck, made_of.ALUMINIUM))


def _tanks() -> tuple[Part, ...]:
    tanks, helium = [], []
    for k in range(3):
        angle = 2 * np.pi * k / 3 + np.pi
        c, s = np.cos(angle), np.sin(angle)
        tanks.append(solids.ball((0.62 * c, 0.62 * s, 2.02), (0.36, 0.36, 0.42), 24))
        helium.append(solids.ball((0.72 * np.cos(angle + np.pi / 3), 0.72 * np.sin(angle + np.pi / 3), 2.12), 0.2))
    return (Part(solids.join(tanks), made_of.GOLD_FOIL), Part(solids.join(helium), made_of.TITANIUM))


def _engines(places: np.ndarray, pushes: np.ndarray) -> tuple[Part, ...]:
    bells, chambers, shrouds = [], [], []
    for place, push in zip(places, pushes, strict=True):
        exhaust = -push / np.linalg.norm(push)
        bells.append(_bell(place, exhaust))
        chambers += [
            solids.tube(place, place - 0.20 * exhaust, 0.075, sides=20),
            solids.ball(place - 0.24 * exhaust, 0.10),
        ]
        chambers.append(
            solids.polyline(
                [
                    place - 0.24 * exhaust,
                    (place * [0.86, 0.86, 1]) + [0, 0, 0.22],
                    place * [0.62, 0.62, 1] + [0, 0, 0.2],
                ],
                0.025,
            )
        )
    for x in (-1, 1):
        for y in (-1, 1):
            shrouds.append(solids.box((x * 1.16, y * 1.16, 2.02), (0.42, 0.42, 0.20)))
    return (
        Part(solids.join(bells), made_of.NOZZLE),
        Part(solids.join(chambers), made_of.TITANIUM),
        Part(solids.join(shrouds), made_of.WHITE_PAINT),
    )


def _bell(place: np.ndarray, exhaust: np.ndarray) -> solids.Shape:
    """A nozzle of 30 cm: throat at the engine's place, mouth along the exhaust."""
    along = np.linspace(0, 0.30, 9)
    radius = 0.045 + 0.115 * np.sqrt(along / 0.30)
    outer = np.stack([radius, along], 1)
    inner = np.stack([radius - 0.008, along], 1)[::-1]
    u, w = solids.across(exhaust)
    return solids.revolve(np.concatenate([outer, inner]), 28).moved(np.stack([u, w, exhaust], 1), place)


def _fittings() -> tuple[Part, ...]:
    ring = solids.revolve(
        [
            (0.30, _FLOOR - 0.10),
            (0.42, _FLOOR - 0.08),
            (0.42, _FLOOR + 0.05),
            (0.30, _FLOOR + 0.05),
            (0.30, _FLOOR - 0.10),
        ],
        40,
        sharp=True,
    )
    reel = solids.tube((0, 0, _FLOOR - 0.16), (0, 0, _FLOOR + 0.2), 0.20, 0.24, sides=32)
    confluences = [
        solids.tube((x, y, _FLOOR - 0.10), (x, y, _FLOOR + 0.06), 0.05, 0.08)
        for x, y in ((0.8, 0.0), (-0.4, 0.7), (-0.4, -0.7))
    ]
    boom = [solids.tube((-0.9, 0, _FLOOR + 0.1), (-1.35, 0, _FLOOR + 0.02), 0.045)]
    radar = [solids.box((-1.46, 0, _FLOOR + 0.02), (0.30, 0.60, 0.10))]
    dishes = [
        solids.disc((-1.46 + dx, dy, _FLOOR - 0.05), (dx, dy * 0.8, -1), 0.095, 0.03)
        for dx in (-0.1, 0.1)
        for dy in (-0.22, 0.0, 0.22)
    ]
    boxes = [
        solids.box((0.25, -0.42, 1.92), (0.34, 0.30, 0.34)),
        solids.box((0.30, 0.40, 1.88), (0.40, 0.30, 0.26)),
        solids.box((-0.05, 0.0, 2.05), (0.36, 0.36, 0.50)),
    ]
    antenna = [solids.tube((0.1, 0.1, _ROOF), (0.1, 0.1, _ROOF + 0.35), 0.12, 0.09)]
    pipes = [
        solids.polyline(
            [
                (0.62 * np.cos(a), 0.62 * np.sin(a), _FLOOR + 0.12),
                (0.35 * np.cos(a + 0.5), 0.35 * np.sin(a + 0.5), _FLOOR),
                (0.9 * np.cos(a + 0.9), 0.9 * np.sin(a + 0.9), _FLOOR + 0.02),
                (1.05 * np.cos(a + 0.9), 1.05 * np.sin(a + 0.9), 1.8),
            ],
            0.016,
        )
        for a in np.arange(4) * np.pi / 2
    ]
    return (
        Part(solids.join([ring, *confluences]), made_of.ALUMINIUM),
        Part(reel, made_of.COPPER),
        Part(solids.join(boom + antenna + boxes), made_of.WHITE_PAINT),
        Part(solids.join(radar), made_of.GOLD_FOIL),
        Part(solids.join(dishes), made_of.WHITE_PAINT),
        Part(solids.join(pipes), made_of.TITANIUM),
    )
