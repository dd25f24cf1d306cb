"""The supersonic parachute: disk, gap and band of 80 gores, with its suspension lines.

Published: nominal diameter 21.5 m, disk-gap-band, 80 gores, orange and white [ofarrell2022]; the gores spell a sentence in
binary, three words on the disk and coordinates on the band [maki2020]. Proportions are those of the Viking type (disk 0.73, gap
0.042, band 0.12 of the nominal diameter, lines 1.7): Cockrell and Way, Viking decelerator reports. Inflated shape: a flattened half
ellipsoid of two thirds of the nominal diameter, assumed from pictures; folds between gores are pressed in by 2 %.
"""

import numpy as np

from skycrane.cameras.models import material as made_of
from skycrane.cameras.models.material import Part
from skycrane.cameras.models.solids import ArrayLike, Shape, join, tube

GORES = 80
_WORDS = ("DARE", "MIGHTY", "THINGS")
_PLACE = (34, 11, 58, "N", 118, 10, 31, "W")
_BITS = 10
_FILL = 0b0001111111
_PER_GORE = 4
_LINES = 1.7  # length of the suspension lines in nominal diameters


def parachute(nominal_diameter: float, inflation: float, confluence: ArrayLike, crown: ArrayLike) -> tuple[Part, ...]:
    """Canopy and lines, in the axes in which `confluence` and `crown` (3,) [m] are given.

    `inflation` is the share of the full drag area, 1 at first full open; the mouth opens with its square root.
    """
    low, high = np.asarray(confluence, float), np.asarray(crown, float)
    reach = float(np.linalg.norm(high - low))
    up = (high - low) / reach
    side = np.cross(up, [0.0, 1.0, 0.0]) if abs(up[1]) < 0.9 else np.cross(up, [1.0, 0.0, 0.0])
    side /= np.linalg.norm(side)
    axes = np.stack([side, np.cross(up, side), up], 1)
    open_ = np.sqrt(np.clip(inflation, 0.02, 1.3))
    radius = 0.335 * nominal_diameter * open_
    canopy_height = 0.30 * nominal_diameter * (1.6 - 0.6 * min(open_, 1.0))
    mouth = reach - canopy_height * 0.6
    cloth, skirt = _canopy(nominal_diameter, radius, mouth, canopy_height)
    length = min(_LINES * nominal_diameter, 0.97 * float(np.hypot(skirt[0, 2], np.hypot(skirt[0, 0], skirt[0, 1]))))
    fork = skirt[0, 2] - np.sqrt(length**2 - skirt[0, 0] ** 2 - skirt[0, 1] ** 2)
    lines = join(
        [tube((0, 0, fork), end, 0.008, sides=4, pieces=32) for end in skirt]
        + [tube((0, 0, -0.2), (0, 0, fork), 0.035)]
    )
    vent = [tube(a, b, 0.012, sides=4) for a, b in _vent_lines(radius, mouth, canopy_height)]
    return tuple(
        Part(part.shape.moved(axes, low), part.material, part.colours)
        for part in (*cloth, Part(join([lines, *vent]), made_of.CORD))
    )


def pattern() -> np.ndarray:
    """Which gores are orange: rings of 80 from the crown outwards, three words on the disk, coordinates on the band; bool (4, 80)."""
    rings = [_ring([_letter(each) for each in word]) for word in _WORDS]
    rings.append(_ring([_letter(each) if isinstance(each, str) else each for each in _PLACE]))
    turned = [np.roll(ring, 10 * sum(len(word) for word in _WORDS[:k])) for k, ring in enumerate(rings[:3])]
    return np.array([*turned, rings[3]])


def _letter(letter: str) -> int:
    return ord(letter) - ord("A") + 1


def _ring(numbers: list[int]) -> np.ndarray:
    filled = numbers + [_FILL] * (GORES // _BITS - len(numbers))
    return np.array([number >> (_BITS - 1 - bit) & 1 for number in filled for bit in range(_BITS)], bool)


def _profile(s: np.ndarray, radius: float, mouth: float, height: float) -> np.ndarray:
    """Radius and height of the cloth at arc share s, 0 at the crown, 1 at the skirt of the disk."""
    angle = s * np.pi / 2 * 0.93
    return np.stack(
        [
            radius * np.sin(angle) / np.sin(np.pi / 2 * 0.93),
            mouth + height * (np.cos(angle) - np.cos(np.pi / 2 * 0.93)),
        ],
        -1,
    )


def _canopy(nominal: float, radius: float, mouth: float, height: float) -> tuple[list[Part], np.ndarray]:
    rings = pattern()
    disk = np.linspace(0.075, 1.0, 26)
    edges = np.array([0.075, 0.33, 0.62, 0.83, 1.0])
    owner = np.clip(np.searchsorted(edges, (disk[:-1] + disk[1:]) / 2) - 1, 0, 3)
    # innermost cloth is white; the words stand in the three rings outside of it
    plan = [np.zeros(GORES, bool), *rings[:3]]
    gap, band = 0.042 * nominal, 0.12 * nominal
    top = _profile(np.array([1.0]), radius, mouth, height)[0]
    parts = [_cloth(_profile(disk, radius, mouth, height), [plan[k] for k in owner])]
    low = np.stack([np.full(7, top[0]) * np.linspace(1.0, 0.985, 7), top[1] - gap - np.linspace(0, band, 7)], 1)
    parts.append(_cloth(low, [rings[3]] * 6))
    angle = np.arange(GORES) * 2 * np.pi / GORES
    rim = low[-1]
    skirt = np.stack([rim[0] * np.cos(angle), rim[0] * np.sin(angle), np.full(GORES, rim[1])], 1)
    tapes = [
        tube(
            (top[0] * np.cos(a), top[0] * np.sin(a), top[1]),
            (low[0, 0] * np.cos(a), low[0, 0] * np.sin(a), low[0, 1]),
            0.012,
            sides=4,
        )
        for a in angle
    ]
    return [*parts, Part(join(tapes), made_of.CORD)], skirt


def _cloth(line: np.ndarray, orange: list[np.ndarray]) -> Part:
    """Cloth of revolution, every cell its own four corners so that colours do not run; gores bulge between their seams."""
    steps = GORES * _PER_GORE
    angle = np.arange(steps + 1) * 2 * np.pi / steps
    bulge = 1.0 - 0.02 * np.abs(np.cos(np.arange(steps + 1) * np.pi / _PER_GORE)) ** 3
    points = np.stack(
        [
            line[:, :1] * (bulge * np.cos(angle)),
            line[:, :1] * (bulge * np.sin(angle)),
            np.broadcast_to(line[:, 1:], (len(line), steps + 1)),
        ],
        -1,
    )
    along, round_ = np.gradient(points, axis=0), np.gradient(points, axis=1)
    normals = np.cross(along, round_)
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-12)
    shapes, colours = [], []
    gore = np.arange(steps) // _PER_GORE
    for row in range(len(line) - 1):
        for is_orange in (False, True):
            cells = np.flatnonzero(orange[row][gore] == is_orange)
            if not len(cells):
                continue
            corner = np.stack([cells, cells + 1], 1)
            v = np.concatenate([points[row][corner], points[row + 1][corner]], 1).reshape(-1, 3)
            n = np.concatenate([normals[row][corner], normals[row + 1][corner]], 1).reshape(-1, 3)
            base = 4 * np.arange(len(cells))[:, None]
            faces = np.concatenate([base + [0, 2, 3], base + [0, 3, 1]])
            shapes.append(Shape(v, n, faces))
            colours.append(np.broadcast_to(np.asarray(made_of.ORANGE if is_orange else made_of.NYLON.colour), v.shape))
    return Part(join(shapes), made_of.NYLON, np.concatenate(colours))


def _vent_lines(radius: float, mouth: float, height: float) -> list[tuple[np.ndarray, np.ndarray]]:
    rim = _profile(np.array([0.075]), radius, mouth, height)[0]
    angle = np.arange(GORES // 4) * 2 * np.pi / (GORES // 2)
    point = lambda a: np.array([rim[0] * np.cos(a), rim[0] * np.sin(a), rim[1]])  # noqa: E731
    return [(point(a), point(a + np.pi)) for a in angle]
