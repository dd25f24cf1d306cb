"""The built-in landing site: a place like Jezero, made from published facts and a seed.

What is modelled: a crater 46 km wide whose floor lies at -2,570 m at the site, its rim and wall 10 km to the west, plains that fall from
west to east, an inlet valley that cuts the rim, the delta it built with its scarp two kilometres west of the site, remnant mesas
before it, an outlet valley in the east, small craters, wind ripples, rocks. It is not a map of Jezero: shapes are drawn by chance.

Facts and sources: crater diameter and centre, inlet and outlet valleys (Fassett and Head, GRL 32, L14201, 2005); delta front and thickness
(Goudge et al., EPSL 458, 357, 2017; Mangold et al., Science 374, 711, 2021); heights at the kilometre scale read off the MOLA gridded
record; slopes at the metre scale from the Mars 2020 HiRISE terrain model (Fergason et al., 2020).
"""

from itertools import pairwise

import numpy as np

from skycrane.terrain.chance import Real
from skycrane.terrain.craters import CraterPopulation, crater_profile
from skycrane.terrain.detail import Character, Detail
from skycrane.terrain.lattice import noise
from skycrane.terrain.ripples import RippleField

SEED = 2021
FLOOR = -2570.0  # [m] above the areoid, at the site
CENTRE = (13400.0, -2600.0)  # [m] of the crater: 18.40 N 77.69 E
RADIUS = 23000.0  # [m] of the rim's crest
INLET = (-8700.0, 2900.0)  # [m] where the valley cuts the western wall; apex of the delta
REACH = 7000.0  # [m] from the inlet to the delta's front
BUTTE = (-1650.0, -1250.0)  # [m] the largest remnant before the front, like Kodiak
DELTA_CRATER = (-4100.0, 2300.0, 950.0)  # [m] east, north, diameter, like Belva

LOBED, REMNANTS, FAN_EAST = (
    3200.0,
    1850.0,
    4000.0,
)  # [m] the front bends so far out; remnants before it; nothing of it east of there
VALLEY = 6500.0  # [m] farther from its line a valley's bank lies above all ground

#: cells and reach [m] of the bends of the delta's front
LOBES = ((2300.0, 600.0), (1100.0, 300.0), (520.0, 120.0), (240.0, 50.0), (110.0, 20.0), (50.0, 7.0))
#: what is left of the craters that the plains had before this one
OLD = CraterPopulation(
    seed=SEED + 40000, equilibrium=0.022, bend=3000.0, buried=900.0, greatest=16000.0, oldest_only=0.55
)
DETAIL = Detail(
    seed=SEED,
    craters=CraterPopulation(seed=50020),
    ripples=(
        RippleField(SEED + 60000, 6.4, 0.05, (0.9986876634765885, 0.05121475197315839)),
        RippleField(SEED + 61000, 2.6, 0.045, (0.9578262852211514, -0.28734788556634544)),
        RippleField(SEED + 62000, 0.55, 0.022, (0.9203579866168446, -0.3910843003284557)),
    ),
)


def smooth(x: np.ndarray) -> np.ndarray:
    """0 below 0, 1 above 1, smooth between."""
    x = np.clip(x, 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)


def structure(east: np.ndarray, north: np.ndarray, maps: bool = True) -> tuple[np.ndarray, Character]:
    """Elevation above the areoid [m] of everything larger than the noise, and the ground's character (without `maps`: roughness alone).

    What lies far from all of the places asked for (rim and plains, valleys, delta) is not computed.
    """
    ragged = 0.030 * noise(east, north, 11000.0, SEED) + 0.016 * noise(east, north, 4200.0, SEED + 1)
    x = _distance(east, north, CENTRE) * (1.0 / RADIUS) * (1.0 + ragged)
    floor = -2668.0 + 240.0 * np.minimum(x, 0.95) * np.minimum(x, 0.95) + 3.0 * noise(east, north, 1800.0, SEED + 18)
    z, wall = _rim(east, north, x, floor)
    z = _valleys(east, north, z)
    z, delta, scarp = _delta(east, north, z)
    ridged = 0.5 * noise(east, north, 1500.0, SEED + 22) + 0.35 * noise(east, north, 500.0, SEED + 23)
    ridged = smooth(ridged + 0.12 * noise(east, north, 90.0, SEED + 26) - 0.15)
    on_floor = (1.0 - wall) * (1.0 - delta)
    z = z + on_floor * _ledges(east, north)
    rough = 1.0 + 5.0 * wall * smooth((1.5 - x) * 2.0) + 2.5 * smooth((x - 1.0) * 4.0) + 1.7 * delta + 1.5 * scarp
    roughness = rough * (0.8 + 2.2 * ridged * on_floor)
    if not maps:
        return z, Character(roughness, 0.0, 0.0, 0.0, 0.0)
    patches = noise(east, north, 1300.0, SEED + 20) + 0.5 * noise(east, north, 420.0, SEED + 21)
    sand = smooth(0.45 * patches + 0.1 - 0.25 * scarp) * (1.0 - 0.6 * wall)
    dust = 0.5 + 0.22 * noise(east, north, 15000.0, SEED + 39) + 0.16 * noise(east, north, 5200.0, SEED + 40)
    dust = dust + 0.12 * noise(east, north, 2200.0, SEED + 24) + 0.09 * noise(east, north, 700.0, SEED + 25)
    dust = smooth(dust + 0.15 * smooth((x - 1.0) * 3.0))
    return z, Character(
        roughness=roughness,
        ripples=sand * (1.0 - 0.7 * scarp) * (1.0 - 0.5 * ridged),
        rock_abundance=0.02 + 0.035 * ridged + 0.05 * delta * (1.0 - sand) + 0.12 * scarp + 0.05 * wall,
        reflectance=0.130 + 0.045 * dust + 0.05 * delta + 0.02 * sand + 0.035 * wall + 0.035 * scarp + 0.02 * ridged,
        redness=np.clip(0.25 + 0.45 * dust + 0.3 * delta + 0.2 * wall, 0.0, 1.0),
    )


def _rim(east: np.ndarray, north: np.ndarray, x: np.ndarray, floor: np.ndarray) -> tuple[np.ndarray, Real]:
    """The wall that rises from the floor, its crest and the country outside; and how far up the wall a place lies (0 to 1)."""
    if float(x.max()) < 0.82:  # no crag reaches so far in
        return floor, 0.0
    crag = 1.0 + 0.40 * noise(east, north, 3000.0, SEED + 2) + 0.22 * noise(east, north, 1100.0, SEED + 3)
    wall = smooth((x + 0.010 * (crag - 1.0) - 0.860) * (1.0 / 0.120))
    out = np.maximum(x, 0.97)
    uplift = 250.0 * crag / (out * out * out * out)
    return floor * (1.0 - wall) + (_plain(east, north, smooth((x - 0.97) * 12.0)) + uplift) * wall, wall


def _ledges(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Low steps where one layer of the floor ends upon another: two to three metres within some twenty."""
    edge = noise(east, north, 900.0, SEED + 30) + 0.45 * noise(east, north, 260.0, SEED + 31)
    edge = edge + 0.20 * noise(east, north, 80.0, SEED + 32)
    other = noise(east, north, 520.0, SEED + 33) + 0.5 * noise(east, north, 140.0, SEED + 34)
    fresh = np.clip(0.6 + 0.5 * noise(east, north, 330.0, SEED + 38), 0.0, 1.4)  # in places worn away
    return fresh * (1.8 * smooth((edge - 0.25) * 18.0) + 1.2 * smooth((other - 0.9) * 14.0))


def _distance(east: np.ndarray, north: np.ndarray, place: tuple[float, float]) -> np.ndarray:
    dx, dy = east - place[0], north - place[1]
    return np.sqrt(dx * dx + dy * dy)


def _plain(east: np.ndarray, north: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """The country outside the crater: falls 5 m a kilometre to the east, towards the Isidis basin; old, worn craters."""
    hills = 110.0 * noise(east, north, 16000.0, SEED + 4) + 70.0 * noise(east, north, 6400.0, SEED + 5)
    hills = hills + 36.0 * noise(east, north, 2400.0, SEED + 6)
    return -2130.0 - 0.0055 * east + 0.003 * north + hills + outside * OLD.relief(east, north, 900.0, 16000.0)


Line = tuple[tuple[float, float, float], ...]


def _along(east: np.ndarray, north: np.ndarray, line: Line) -> tuple[np.ndarray, ...]:
    """Distance [m] to a line of points (east, north, elevation), and the elevation of the nearest place on it."""
    best: Real = None
    height: Real = None
    for (ax, ay, az), (bx, by, bz) in pairwise(line):
        dx, dy = bx - ax, by - ay
        t = np.clip(((east - ax) * dx + (north - ay) * dy) * (1.0 / (dx * dx + dy * dy)), 0.0, 1.0)
        ex, ny = east - (ax + t * dx), north - (ay + t * dy)
        d = np.sqrt(ex * ex + ny * ny)
        z = az + t * (bz - az)
        height = z if best is None else np.where(d < best, z, height)
        best = d if best is None else np.minimum(best, d)
    return best, height


def _near(east: np.ndarray, north: np.ndarray, line: Line) -> Line:
    """The part of a line that comes within `VALLEY` [m] of the places."""
    e, n = (float(east.min()), float(east.max())), (float(north.min()), float(north.max()))

    def close(a: tuple[float, float, float], b: tuple[float, float, float]) -> bool:
        to_east = max(min(a[0], b[0]) - e[1], e[0] - max(a[0], b[0]))
        to_north = max(min(a[1], b[1]) - n[1], n[0] - max(a[1], b[1]))
        return max(to_east, to_north) < VALLEY

    kept = [k for k, (a, b) in enumerate(pairwise(line)) if close(a, b)]
    return line[kept[0] : kept[-1] + 2] if kept else ()


NERETVA = (
    (-70000.0, 21000.0, -2120.0), (-52000.0, 17500.0, -2205.0), (-41000.0, 14500.0, -2260.0), (-31000.0, 15500.0, -2300.0),
    (-24000.0, 9500.0, -2335.0), (-17500.0, 8000.0, -2365.0), (-13000.0, 4200.0, -2385.0), (INLET[0], INLET[1], -2402.0),
    (-6500.0, 2700.0, -2440.0), (-3000.0, 1800.0, -2600.0),
)  # fmt: skip
PLIVA = (
    (28000.0, 500.0, -2600.0), (33500.0, 1200.0, -2480.0), (36500.0, 1500.0, -2455.0), (41000.0, 4200.0, -2500.0),
    (47000.0, 3000.0, -2580.0), (54000.0, 9000.0, -2660.0), (75000.0, 12000.0, -2900.0),
)  # fmt: skip


def _valleys(east: np.ndarray, north: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Carve the inlet in the west and the outlet in the east: flat bottoms, banks that wander and lie back."""
    lines = [(near, half) for line, half in ((NERETVA, 330.0), (PLIVA, 380.0)) if (near := _near(east, north, line))]
    if not lines:
        return z
    wander = 700.0 * noise(east, north, 3200.0, SEED + 7) + 110.0 * noise(east, north, 800.0, SEED + 17)
    wander2 = 700.0 * noise(east, north, 3200.0, SEED + 8) + 110.0 * noise(east, north, 800.0, SEED + 19)
    rugged = np.maximum(1.0 + 0.35 * noise(east, north, 700.0, SEED + 16), 0.35)
    for line, half in lines:
        distance, bottom = _along(east + wander, north + wander2, line)
        bank = np.maximum(distance - half, 0.0) * rugged
        carved = bottom + bank * (0.20 + bank * 1.0e-4)
        z = np.minimum(z, carved)
    return z


def _delta(east: np.ndarray, north: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, Real, Real]:
    """The fan from the inlet: top falling outwards, a ragged scarp some 70 m high at its front, remnants before it, channels on it.

    Returns the elevation, where the delta is and where its scarp is (0 to 1).
    """
    if float(east.min()) > FAN_EAST:
        return z, 0.0, 0.0
    dx, dy = (east - INLET[0]).astype(np.float32), (north - INLET[1]).astype(np.float32)
    rho = np.sqrt(dx * dx + dy * dy) + np.float32(1.0)
    aim = (dx * 0.9701425001453319 - dy * 0.24253562503633297) / rho  # cosine to the fan's axis, east by south
    spread = smooth((aim - 0.10) * (1.0 / 0.75))
    inward = REACH * (0.25 + 0.75 * spread) - rho  # [m] behind the front, less its bends
    if float(np.where(spread > 0.0, inward, -np.inf).max()) < -LOBED - REMNANTS:
        return z, 0.0, 0.0
    lobes: Real = 0.0
    for number, (cell, reach) in enumerate(LOBES):
        lobes = lobes + reach * noise(east, north, cell, SEED + 200 + number)
    inward = inward + lobes
    if float(np.where(spread > 0.0, inward, -np.inf).max()) < -REMNANTS:
        return z, 0.0, 0.0
    on_fan = (spread > 0.0) & (inward > -300.0)
    top = np.zeros_like(rho)
    apart = (np.broadcast_to(each, rho.shape)[on_fan] for each in (dx, dy, rho, lobes))
    top[on_fan] = -2408.0 - 0.0125 * rho[on_fan] + _distributaries(*apart)
    face = inward * 0.33  # height gained behind the front: 18 degrees, more where the front bends
    apron = 0.5 * np.minimum(0.055 * np.maximum(inward + 300.0, 0.0), 16.5) * smooth((inward + 300.0) * (1.0 / 300.0))
    fan = np.where(on_fan, np.minimum(np.maximum(top, z), z + np.maximum(apron, face)), z)
    height = _remnants(east, north, inward, spread)
    low = smooth((-2290.0 - z) * (1.0 / 60.0))
    scarp = smooth((inward + 120.0) * (1.0 / 120.0)) * smooth((260.0 - inward) * (1.0 / 140.0)) * spread
    delta = smooth(inward * (1.0 / 150.0)) * spread * low
    x, y, diameter = DELTA_CRATER
    bits = np.array(SEED, dtype=np.uint64)
    bowl = crater_profile(east - x, north - y, np.array(diameter), np.array(0.11 * diameter), np.array(0.45), bits)
    return fan + height + bowl, delta, np.maximum(scarp, smooth(height * (1.0 / 25.0))) * low


def _distributaries(dx: np.ndarray, dy: np.ndarray, rho: np.ndarray, lobes: np.ndarray) -> np.ndarray:
    """Channels and inverted channels that run outwards from the inlet [m]."""
    across = 5200.0 * (dx * 0.24253562503633297 + dy * 0.9701425001453319) / rho + 0.35 * lobes
    run = 0.22 * rho + 0.5 * lobes
    wide = noise(across, run, 380.0, SEED + 13)
    narrow = noise(across, run, 120.0, SEED + 14)
    return 9.0 * wide + 4.0 * narrow + 3.0 * np.abs(noise(across, run, 60.0, SEED + 27))


def _remnants(east: np.ndarray, north: np.ndarray, inward: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Mesas that the delta's retreat left behind: height above the floor [m]."""
    crooked = 34.0 * noise(east, north, 120.0, SEED + 35) + 14.0 * noise(east, north, 45.0, SEED + 36)
    gone = noise(east, north, 560.0, SEED + 15) + 0.3 * noise(east, north, 170.0, SEED + 28)
    near = smooth((inward + 1700.0) * (1.0 / 700.0)) * smooth(-inward * (1.0 / 150.0)) * spread
    behind = np.maximum(300.0 * (gone - 1.6) - 900.0 * (1.0 - near), 150.0 - _distance(east, north, BUTTE)) + crooked
    cap = 46.0 + 4.0 * noise(east, north, 90.0, SEED + 37)
    cliff = np.minimum(0.6 * np.maximum(behind, 0.0), cap)
    return cliff + 13.0 * smooth((behind + 110.0) * (1.0 / 150.0))
