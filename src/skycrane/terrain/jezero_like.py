"""The built-in landing site: a place like Jezero, made from published facts and a seed.

What is modelled: a crater 46 km wide whose floor lies at -2,570 m at the site, its rim and wall 10 km to the west, plains that fall from
west to east, an inlet valley that cuts the rim, the delta it built with its scarp two kilometres west of the site, remnant mesas
before it, an outlet valley in the east, small craters, wind ripples, rocks. It is not a map of Jezero: shapes are drawn by chance.

Facts and sources: crater diameter and centre, inlet and outlet valleys (Fassett and Head, GRL 32, L14201, 2005); delta front and thickness
(Goudge et al., EPSL 458, 357, 2017; Mangold et al., Science 374, 711, 2021); heights at the kilometre scale read off the MOLA gridded
record; slopes at the metre scale from the Mars 2020 HiRISE terrain model (Fergason et al., 2020).
"""

import numpy as np

from skycrane.terrain.craters import CraterPopulation
from skycrane.terrain.detail import Character, Detail
from skycrane.terrain.lattice import noise
from skycrane.terrain.ripples import RippleField

SEED = 2021
FLOOR = -2570.0  # [m] above the areoid, at the site
CENTRE = (13400.0, -2600.0)  # [m] of the crater: 18.40 N 77.69 E
RADIUS = 23000.0  # [m] of the rim's crest
INLET = (-9300.0, 3600.0)  # [m] where the valley cuts the western rim; apex of the delta
REACH = 6900.0  # [m] from the inlet to the delta's front

DETAIL = Detail(
    seed=SEED,
    craters=CraterPopulation(seed=SEED + 50000),
    ripples=(
        RippleField(SEED + 60000, 27.0, 0.030, (0.9486832980505138, -0.31622776601683794)),
        RippleField(SEED + 61000, 3.1, 0.035, (0.9578262852211514, -0.28734788556634544)),
        RippleField(SEED + 62000, 0.55, 0.04, (0.9203579866168446, -0.3910843003284557)),
    ),
)


def smooth(x: np.ndarray) -> np.ndarray:
    """0 below 0, 1 above 1, smooth between."""
    x = np.clip(x, 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)


def structure(east: np.ndarray, north: np.ndarray) -> tuple[np.ndarray, Character]:
    """Elevation above the areoid [m] of everything larger than the noise, and the ground's character."""
    x = _distance(east, north, CENTRE) * (1.0 / RADIUS) * (1.0 + 0.018 * noise(east, north, 6000.0, SEED + 1))
    plain = _plain(east, north)
    floor = -2668.0 + 240.0 * np.minimum(x, 0.95) * np.minimum(x, 0.95)
    wall = smooth((x - 0.80) * (1.0 / 0.185))
    out = np.maximum(x, 0.95)
    crag = 1.0 + 0.35 * noise(east, north, 2600.0, SEED + 2) + 0.2 * noise(east, north, 1100.0, SEED + 3)
    uplift = 290.0 * crag / (out * out * out * out)
    z = floor * (1.0 - wall) + (plain + uplift) * wall
    z = _valleys(east, north, z)
    z, delta, scarp = _delta(east, north, z)
    rough = 1.0 + 5.0 * wall * smooth((1.5 - x) * 2.0) + 1.5 * smooth((x - 1.0) * 4.0) + 1.2 * delta + 1.5 * scarp
    patches = noise(east, north, 1300.0, SEED + 20) + 0.5 * noise(east, north, 420.0, SEED + 21)
    sand = smooth(0.35 * patches + 0.15 - 0.25 * scarp) * (1.0 - 0.6 * wall)
    ridged = smooth(0.5 * noise(east, north, 900.0, SEED + 22) + 0.35 * noise(east, north, 300.0, SEED + 23) - 0.25)
    dust = smooth(0.45 + 0.3 * noise(east, north, 2200.0, SEED + 24) + 0.25 * noise(east, north, 700.0, SEED + 25))
    character = Character(
        roughness=rough * (0.75 + 1.2 * ridged),
        ripples=sand * (1.0 - 0.7 * scarp),
        rock_abundance=0.025 + 0.03 * ridged + 0.05 * delta * (1.0 - sand) + 0.12 * scarp + 0.05 * wall,
        reflectance=0.135 + 0.05 * dust + 0.055 * delta + 0.03 * sand + 0.035 * wall + 0.03 * scarp,
        redness=np.clip(0.25 + 0.45 * dust + 0.3 * delta + 0.2 * wall, 0.0, 1.0),
    )
    return z, character


def _distance(east: np.ndarray, north: np.ndarray, place: tuple[float, float]) -> np.ndarray:
    dx, dy = east - place[0], north - place[1]
    return np.sqrt(dx * dx + dy * dy)


def _plain(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """The country outside the crater: falls 5 m a kilometre to the east, towards the Isidis basin."""
    hills = 110.0 * noise(east, north, 16000.0, SEED + 4) + 60.0 * noise(east, north, 6400.0, SEED + 5)
    return -2130.0 - 0.0055 * east + 0.003 * north + hills + 30.0 * noise(east, north, 2400.0, SEED + 6)


def _along(east: np.ndarray, north: np.ndarray, line: tuple[tuple[float, float, float], ...]) -> tuple[np.ndarray, ...]:
    """Distance [m] to a line of points (east, north, elevation), and the elevation of the nearest place on it."""
    best = height = None
    for (ax, ay, az), (bx, by, bz) in zip(line[:-1], line[1:], strict=True):
        dx, dy = bx - ax, by - ay
        t = np.clip(((east - ax) * dx + (north - ay) * dy) * (1.0 / (dx * dx + dy * dy)), 0.0, 1.0)
        ex, ny = east - (ax + t * dx), north - (ay + t * dy)
        d = np.sqrt(ex * ex + ny * ny)
        z = az + t * (bz - az)
        height = z if best is None else np.where(d < best, z, height)
        best = d if best is None else np.minimum(best, d)
    assert best is not None
    assert height is not None
    return best, height


NERETVA = (
    (-70000.0, 21000.0, -2120.0), (-41000.0, 14500.0, -2260.0), (-31000.0, 15500.0, -2300.0), (-24000.0, 9500.0, -2335.0),
    (-17500.0, 8800.0, -2365.0), (-13500.0, 5200.0, -2385.0), (INLET[0], INLET[1], -2400.0), (-7600.0, 3100.0, -2412.0),
)  # fmt: skip
PLIVA = (
    (33500.0, 1200.0, -2500.0), (36500.0, 1500.0, -2455.0), (41000.0, 4200.0, -2500.0), (47000.0, 3000.0, -2580.0),
    (54000.0, 9000.0, -2660.0), (75000.0, 12000.0, -2900.0),
)  # fmt: skip


def _valleys(east: np.ndarray, north: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Carve the inlet in the west and the outlet in the east: flat bottoms, walls of 20 degrees, banks that wander."""
    wander = 420.0 * noise(east, north, 1900.0, SEED + 7)
    wander2 = 420.0 * noise(east, north, 1900.0, SEED + 8)
    for line, half in ((NERETVA, 380.0), (PLIVA, 450.0)):
        distance, bottom = _along(east + wander, north + wander2, line)
        bank = np.maximum(distance - half, 0.0)
        z = np.minimum(z, bottom + bank * (0.36 + bank * 4e-5))
    return z


def _delta(east: np.ndarray, north: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The fan from the inlet: top falling outwards, a scarp some 55 m high at its front, remnants before it, ridges on it.

    Returns the elevation, where the delta is and where its scarp is (0 to 1).
    """
    dx, dy = east - INLET[0], north - INLET[1]
    rho = np.sqrt(dx * dx + dy * dy) + 1.0
    aim = (dx * 0.9230769230769231 - dy * 0.38461538461538464) / rho  # cosine to the fan's axis, east-south-east
    lobes = noise(east, north, 1500.0, SEED + 9) * 480.0 + noise(east, north, 520.0, SEED + 10) * 190.0
    lobes = lobes + noise(east, north, 170.0, SEED + 11) * 50.0 + noise(east, north, 60.0, SEED + 12) * 14.0
    spread = smooth((aim - 0.30) * (1.0 / 0.55))
    inward = REACH * (0.35 + 0.65 * spread) - rho + lobes  # [m] behind the front
    top = -2398.0 - 0.0165 * rho + 7.0 * noise(east, north, 800.0, SEED + 13)
    ridges = noise(east + 2.0 * lobes, north - lobes, 330.0, SEED + 14)
    top = top + 6.0 * np.maximum(ridges - 0.3, 0.0)
    face = inward * 0.5  # height gained behind the front: 27 degrees
    toe = 0.06 * np.maximum(inward + 260.0, 0.0)
    apron = np.minimum(toe, 16.0) * smooth((inward + 260.0) * (1.0 / 260.0))
    raised = z + np.maximum(apron, np.minimum(face, 1000.0))
    fan = np.where(spread > 0.0, np.minimum(np.maximum(top, z), raised), z)
    butte = noise(east, north, 420.0, SEED + 15) + 0.35 * noise(east, north, 150.0, SEED + 16)
    near = smooth((inward + 1500.0) * (1.0 / 500.0)) * smooth(-inward * (1.0 / 150.0)) * spread
    height = 42.0 * smooth((butte - 1.55) * 4.5) * near
    scarp = smooth((inward + 200.0) * (1.0 / 150.0)) * smooth((220.0 - inward) * (1.0 / 120.0)) * spread
    delta = smooth(inward * (1.0 / 150.0)) * spread * smooth((-2300.0 - z) * (1.0 / 60.0))
    return fan + height, delta, np.maximum(scarp, smooth(height * (1.0 / 25.0))) * smooth((-2300.0 - z) * (1.0 / 60.0))
