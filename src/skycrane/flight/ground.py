"""The ground as the flight meets it: relief looked up in nested grids, and the site's own ramp.

Height of the ground over the level of the site (areoid-referenced) at map coordinates east and north [m] is bilinear in the finest
grid that holds the point, plus a ramp through the origin of the site frame whose slope is the mission's and which ends, level, at a
stated distance. The real terrain of a mission fills the grids (flight/tables.py); a mission without one has none, and looks nothing up.
Assumes map coordinates and tangent-plane coordinates are the same near the site (5 m apart at 50 km); the planet's curvature is in
the height above the ellipsoid and, along a radar beam, in r^2/2R.
"""

from typing import Any, NamedTuple

import numpy as np
from jax import lax

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar, namespace
from skycrane.core.interpolation import fetched, take
from skycrane.core.settle import settled
from skycrane.core.vector import Vec3, dot, unit

_NEAR_GROUND = 2000.0  # [m] over the highest ground: farther than anything falls in a control cycle
FINE_HALF, FINE_SPACING = 4.5, 0.5  # [m] of the patch under a lander that is let down, and between its samples
FINE_SIDE = 2 * round(FINE_HALF / FINE_SPACING) + 1
_FINE_TO, _COARSE_FROM = 2.2, 2.7  # [m] from its middle: the patch alone holds, the grids alone hold
_MARCHES = 2  # Newton's steps to where a beam meets the ground; on level ground the start is exact


class GroundTable(NamedTuple):
    """Nested square grids about the origin of the site frame, coarse first; heights of all of them in one row.

    heights: shape (sum of side^2,) float32 [m], each grid row by row from south to north, each row from west to east.
    """

    heights: np.ndarray
    first: np.ndarray  # of each grid, where it starts in heights; shape (grids,)
    side: np.ndarray  # points to a side; shape (grids,)
    spacing: np.ndarray  # [m]; shape (grids,)
    highest: np.ndarray  # of all heights [m]; shape ()


class FineGround(NamedTuple):
    """The terrain in a square patch about where a lander is let down, as fine as its wheels feel it; of one case.

    heights: shape (FINE_SIDE^2,) float32 [m] over the site's level, row by row from south to north, each from west to east.
    """

    heights: Scalar
    east: Scalar  # of the middle [m]
    north: Scalar
    known: Scalar  # 1 where the terrain has been sampled, 0 where the grids hold


def no_fine_ground(like: Scalar) -> FineGround:
    """A patch that is not known, for a number of the array module in use."""
    return FineGround(namespace(like).zeros(FINE_SIDE**2, np.float32), 0.0 * like, 0.0 * like, 0.0 * like)


def ground_table(grids: tuple[tuple[float, np.ndarray], ...]) -> GroundTable:
    """From pairs (spacing [m], heights (side, side)), coarse first, each centred on the origin of the site frame."""
    sides = [len(heights) for _, heights in grids]
    first = np.cumsum([0, *[n * n for n in sides[:-1]]])
    row = np.concatenate([np.asarray(h, np.float32).ravel() for _, h in grids])
    spacing = np.asarray([s for s, _ in grids], float)
    return GroundTable(row, np.asarray(first, float), np.asarray(sides, float), spacing, np.asarray(row.max(), float))


def relief(table: GroundTable | None, east: Scalar, north: Scalar) -> Scalar:
    """Height of the relief [m] at map coordinates [m], any shape; the edge of the coarsest grid goes on outside it. None: level."""
    return _patch(table, east, north)[0]


def _patch(table: GroundTable | None, east: Scalar, north: Scalar) -> tuple[Scalar, Scalar, Scalar]:
    """Height of the relief [m] and its slopes to the east and north in the cell that is met; slopes go on outside the grids."""
    if table is None:
        return 0.0 * east, 0.0 * east, 0.0 * east
    half = 0.5 * (table.side - 1.0) * table.spacing
    first, side, spacing, reach = table.first[0], table.side[0], table.spacing[0], half[0]
    away = fn.maximum(abs(east), abs(north))
    for k in range(1, len(table.spacing)):
        inside = away < half[k]
        pick = lambda new, old, inside=inside: fn.where(inside, new, old)  # noqa: E731
        first, side = pick(table.first[k], first), pick(table.side[k], side)
        spacing, reach = pick(table.spacing[k], spacing), pick(half[k], reach)
    x = fn.clip((east + reach) / spacing, 0.0, side - 1.0 - 1e-6)
    y = fn.clip((north + reach) / spacing, 0.0, side - 1.0 - 1e-6)
    i, j = fn.floor(x), fn.floor(y)
    u, v = x - i, y - j
    corner = first + j * side + i
    n, up = _index(corner), _index(side)
    a, b, c, d = fetched(tuple(take(table.heights, place) for place in (n, n + 1, n + up, n + up + 1)))
    height = (1.0 - v) * ((1.0 - u) * a + u * b) + v * ((1.0 - u) * c + u * d)
    return height, ((1.0 - v) * (b - a) + v * (d - c)) / spacing, ((1.0 - u) * (c - a) + u * (d - b)) / spacing


def _index(place: Scalar) -> Scalar:
    return namespace(place).asarray(place).astype(np.int32)


def ground_height(models: Any, tables: Any, east: Scalar, north: Scalar) -> Scalar:
    """Height of the ground over the site's level [m]: relief and ramp."""
    return lie_of_the_land(models, tables, east, north)[0]


def lie_of_the_land(models: Any, tables: Any, east: Scalar, north: Scalar) -> tuple[Scalar, Scalar, Scalar]:
    """Height of the ground over the site's level [m] and its slopes to the east and to the north: relief and ramp."""
    s = models.site
    height, to_east, to_north = _patch(tables.ground, east, north)
    to_east = to_east + fn.where(abs(east) < s.slope_extent, s.slope_east, 0.0)
    return (
        height + ramp(models, east, north),
        to_east,
        to_north + fn.where(abs(north) < s.slope_extent, s.slope_north, 0.0),
    )


def ramp(models: Any, east: Scalar, north: Scalar) -> Scalar:
    """Height of the site's own ramp [m]."""
    s = models.site
    across = s.slope_east * fn.clip(east, -s.slope_extent, s.slope_extent)
    return across + s.slope_north * fn.clip(north, -s.slope_extent, s.slope_extent)


def fine_height(models: Any, fine: FineGround, east: Scalar, north: Scalar) -> Scalar:
    """Height of the ground over the site's level [m] in the patch, bilinear, with the ramp; the patch's edge goes on outside it."""
    x = fn.clip((east - fine.east + FINE_HALF) * (1.0 / FINE_SPACING), 0.0, FINE_SIDE - 1.0 - 1e-6)
    y = fn.clip((north - fine.north + FINE_HALF) * (1.0 / FINE_SPACING), 0.0, FINE_SIDE - 1.0 - 1e-6)
    i, j = fn.floor(x), fn.floor(y)
    u, v = x - i, y - j
    n = _index(j * FINE_SIDE + i)
    corners = (n, n + 1, n + FINE_SIDE, n + FINE_SIDE + 1)
    a, b, c, d = fetched(tuple(take(fine.heights, place) for place in corners))
    return (1.0 - v) * ((1.0 - u) * a + u * b) + v * ((1.0 - u) * c + u * d) + ramp(models, east, north)


def fineness(fine: FineGround, east: Scalar, north: Scalar) -> Scalar:
    """How much the patch counts at a place: 1 about its middle, falling smoothly to 0 where the grids take over."""
    away = fn.maximum(abs(east - fine.east), abs(north - fine.north))
    t = fn.clip((_COARSE_FROM - away) * (1.0 / (_COARSE_FROM - _FINE_TO)), 0.0, 1.0)
    return fine.known * t * t * (3.0 - 2.0 * t)


def ground_normal(models: Any, tables: Any, east: Scalar, north: Scalar, reach: float) -> Vec3:
    """Unit normal (site frame) from the heights here and `reach` metres to the east and to the north."""
    here = ground_height(models, tables, east, north)
    slope = (here - ground_height(models, tables, east + reach, north)) / reach
    return unit(Vec3(slope, (here - ground_height(models, tables, east, north + reach)) / reach, 1.0 + 0.0 * here))


def height_above_terrain(models: Any, tables: Any, frame: Any, position: Vec3) -> Scalar:
    """Height of a planet-fixed position over the ground straight below it [m]."""
    here = frame.position(position)
    return _height_over_site(models, tables, position) - ground_height(models, tables, here.x, here.y)


def height_when_low(models: Any, tables: Any, frame: Any, position: Vec3, lane: str) -> Scalar:
    """As `height_above_terrain` once a vehicle is near what it can meet, and the height over the highest ground before [m].

    For a control cycle that asks whether the ground or a height is reached: while no case of the batch is low nothing is looked up.
    What a case gets depends on itself alone.
    """
    level = _height_over_site(models, tables, position)
    if tables.ground is None:
        return height_above_terrain(models, tables, frame, position)
    s = models.site
    over = level - tables.ground.highest - (abs(s.slope_east) + abs(s.slope_north)) * s.slope_extent
    low = over < fn.maximum(tables.stop_height, 0.0) + _NEAR_GROUND
    some = lax.pmax(fn.where(low, 1.0, 0.0), lane) > 0.5
    exact = lambda: height_above_terrain(models, tables, frame, position)  # noqa: E731
    return fn.where(low, settled(lax.cond(some, exact, lambda: over)), over)


def _height_over_site(models: Any, tables: Any, position: Vec3) -> Scalar:
    return models.planet.height_above_ellipsoid(position) - tables.areoid_above_ellipsoid - models.site.elevation


class Lookout(NamedTuple):
    """Where a beam begins: height over the site's level and over the ground [m], site coordinates [m]."""

    level: Scalar
    above: Scalar
    east: Scalar
    north: Scalar


def lookout(models: Any, tables: Any, frame: Any, position: Vec3) -> Lookout:
    """What a beam from a planet-fixed position begins with."""
    level, here = _height_over_site(models, tables, position), frame.position(position)
    return Lookout(level, level - ground_height(models, tables, here.x, here.y), here.x, here.y)


def along_beam(models: Any, tables: Any, frame: Any, begin: Lookout, direction: Vec3) -> tuple[Scalar, Scalar]:
    """Slant range [m] to the ground along a unit vector (site frame) and the cosine of incidence there.

    A direction that does not point down gets the range they would have at an elevation of 3 degrees below the horizon and a cosine of
    what it really has. Newton's steps on the height over the ground along the beam, h - r d + r^2/2R - g(r), each with the slope of
    the ground that it meets; incidence is that of the ground met last.
    """
    down = fn.maximum(-direction.z, 0.05)
    flat = 0.5 * (direction.x * direction.x + direction.y * direction.y) / frame.equatorial_radius

    def march(_: Any, carry: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
        reach = carry[0]
        east, north = begin.east + reach * direction.x, begin.north + reach * direction.y
        ground, to_east, to_north = settled(lie_of_the_land(models, tables, east, north))
        over = begin.level - reach * down + reach * reach * flat - ground
        closing = 2.0 * reach * flat - down - to_east * direction.x - to_north * direction.y
        return reach - over / fn.where(closing < -0.02, closing, -down), to_east, to_north

    far = begin.above / down
    reach, to_east, to_north = lax.fori_loop(0, _MARCHES, march, (far, 0.0 * far, 0.0 * far))
    incidence = -dot(direction, unit(Vec3(-to_east, -to_north, 1.0 + 0.0 * reach)))
    return fn.maximum(reach, 0.0), incidence
