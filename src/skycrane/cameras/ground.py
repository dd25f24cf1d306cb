"""The ground before a camera as one mesh: dense where the camera looks closely, coarse where it does not, without a seam.

A camera that looks down gets a square grid, even inside its footprint and growing outwards; one that sees the horizon gets a
grid of rays and rings around its foot whose cells grow with distance, so that every triangle is about as large in the picture. Heights
come from the terrain in levels of spacing; each corner blends the two levels nearest to its own.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.models.solids import grid_faces

Array = NDArray[np.float64]

Ramp = tuple[float, float, float]

_TILE = 512
_BELOW = 0.35  # share of the rings that is spread over the angle from straight down
_BEYOND = (0.27, 0.17, 0.105)  # assumed: reflectance of ground beyond the terrain, that of Mars at large
_COLOUR = 0.02  # [m] finer shades are painted on in the picture (texture.py)


class Terrain(Protocol):
    """What the cameras ask of a terrain: a row of eastings, a column of northings in the site frame and the finest detail wanted [m]."""

    def height(self, east: Any, north: Any, finest: float) -> Array: ...

    def colour(self, east: Any, north: Any, finest: float) -> Array: ...

    def rocks(self, east: float, north: float, radius: float, smallest: float) -> Any: ...


@dataclass(frozen=True)
class Ground:
    """Corners (n, 3) in the site frame [m], their normals (n, 3) and reflectance (n, 3), triangles (m, 3), and the spacing (n,) [m] they
    were asked with.
    """

    vertices: Array
    normals: Array
    colours: Array
    faces: NDArray[np.int64]
    spacing: Array


class Survey:
    """Heights and colours of a terrain at scattered places, from patches that are fetched once and kept."""

    def __init__(self, terrain: Terrain, radius: float, level: float = 0.0, ramp: Ramp = (0.0, 0.0, 0.0)) -> None:
        """`radius` of the planet at the site, site-frame up of a height of zero there [m], and the `ramp` of the mission's site: slopes to
        the east and north, and how far they hold [m]."""
        self.terrain, self.radius, self.level, self.ramp = terrain, radius, level, ramp
        self._kept: dict[tuple[float, ...], tuple[Array, Array]] = {}

    def up(self, east: Array, north: Array, height: Array) -> Array:
        """Site-frame up coordinate [m] of a height over the site's level: the planet falls away."""
        to_east, to_north, ends = self.ramp
        sloping = to_east * np.clip(east, -ends, ends) + to_north * np.clip(north, -ends, ends)
        return np.asarray(height + sloping + self.level - (east**2 + north**2) / (2 * self.radius))

    def horizon(self, height: float) -> float:
        """How far away the level ground ends for an eye at a height over it [m]: sqrt(2 R h)."""
        return float(np.sqrt(2.0 * self.radius * max(height, 0.0)))

    def at(self, east: Array, north: Array, spacing: Array) -> tuple[Array, Array]:
        """Site-frame up (n,) [m] and reflectance (n, 3), with the detail that a mesh of `spacing` (n,) [m] can carry."""
        level = np.log2(np.maximum(spacing, 1e-3))
        low = np.floor(level)
        height, colour = np.zeros(len(east)), np.zeros((len(east), 3))
        for k in np.unique(np.concatenate([low, low + 1])).tolist():
            weight = np.maximum(1 - np.abs(level - k), 0.0)
            here = np.flatnonzero(weight > 0)
            if len(here):
                z, c = self._level(east[here], north[here], 2.0**k)
                height[here] += weight[here] * z
                colour[here] += weight[here, None] * c
        return self.up(east, north, height), colour

    def _level(self, east: Array, north: Array, spacing: float) -> tuple[Array, Array]:
        """From patches of at most `_TILE` cells a side, cut down to where the places are."""
        tile = _TILE * spacing
        column, row = np.floor(east / tile).astype(int), np.floor(north / tile).astype(int)
        height, colour = np.empty(len(east)), np.empty((len(east), 3))
        for mine in _together(column, row):
            i, j = int(column[mine[0]]), int(row[mine[0]])
            x, y = east[mine] / spacing - i * _TILE, north[mine] / spacing - j * _TILE
            c0, c1 = int(x.min()), int(np.ceil(x.max())) + 1
            r0, r1 = int(y.min()), int(np.ceil(y.max())) + 1
            z, shade = self._patch(i * _TILE + c0, j * _TILE + r0, c1 - c0 + 1, r1 - r0 + 1, spacing)
            height[mine] = _bilinear(z, x - c0, y - r0)
            colour[mine] = _bilinear(shade, x - c0, y - r0)
        return height, colour

    def _patch(self, column: int, row: int, columns: int, rows: int, spacing: float) -> tuple[Array, Array]:
        key = (column, row, columns, rows, spacing)
        if key not in self._kept:
            east = (column + np.arange(columns)) * spacing
            north = (row + np.arange(rows)) * spacing
            e, n = east[None, :], north[:, None]
            self._kept[key] = (
                np.nan_to_num(np.asarray(self.terrain.height(e, n, spacing), float)),
                _known(np.asarray(self.terrain.colour(e, n, max(spacing, _COLOUR)), float)),
            )
        return self._kept[key]


def _known(colour: Array) -> Array:
    return np.where(np.isnan(colour), _BEYOND, colour)


def _together(column: NDArray[np.int64], row: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Places of the numbers that lie in the same tile, tile by tile."""
    number = (column - column.min()) * (int(row.max()) - int(row.min()) + 1) + (row - row.min())
    if not number.any():
        return [np.arange(len(number))]
    order = np.argsort(number, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(number[order])) + 1)


def looking_down(survey: Survey, east: float, north: float, half: float, far: float, cells: int) -> Ground:
    """A square grid of `cells` a side, even within `half` [m] of a place, growing outwards to `far` [m]."""
    rho = np.linspace(-1, 1, cells + 1)
    size = np.abs(rho)
    inner = 0.88
    slope = half / inner
    growth = _growth(slope, far - half, 1 - inner)
    reach = np.where(
        size <= inner, slope * size, half + slope / growth * (np.exp(growth * np.maximum(size - inner, 0)) - 1)
    )
    ring = np.maximum(*np.meshgrid(size, size))
    radius = np.maximum(*np.meshgrid(reach, reach))
    scale = np.where(ring > 0, radius / np.maximum(ring, 1e-12), slope)
    x, y = np.meshgrid(rho, rho)
    step = np.gradient(np.where(rho < 0, -reach, reach), rho) * 2 / cells
    spacing = np.maximum(*np.meshgrid(step, step))
    return _mesh(survey, east + x * scale, north + y * scale, spacing)


def to_the_horizon(
    survey: Survey,
    east: float,
    north: float,
    height: float,
    far: float,
    azimuth: float,
    half_field: float,
    rays: int,
    rings: int,
) -> Ground:
    """Rays and rings around the foot of a camera at a `height` [m] over it, out to `far` [m]: `rays` within `half_field` of an azimuth
    [rad], a fifth as many elsewhere."""
    inside = np.linspace(-half_field, half_field, rays)
    rest = 2 * np.pi - 2 * half_field
    outside = half_field + rest * (np.arange(1, max(rays // 5, 8)) / max(rays // 5, 8))
    angle = azimuth + np.concatenate([inside, outside, [inside[0] + 2 * np.pi]])
    radius = _rings(height, far, rings)
    r, a = np.meshgrid(radius, angle, indexing="ij")
    across = r * np.gradient(np.unwrap(angle))[None, :]
    along = np.gradient(radius)[:, None] * np.ones_like(a)
    return _mesh(survey, east + r * np.sin(a), north + r * np.cos(a), np.maximum(np.sqrt(across * along), 0.004))


def _rings(height: float, far: float, count: int) -> Array:
    """Radii [m] from 0 to `far`, dense where the camera sees them large: evenly in part over the angle from straight down, which is what
    it sees of level ground, in part over the logarithm of the distance, for the hills that stand on the horizon."""
    near = max(0.25 * height, 0.12)
    fine = np.concatenate([[0.0], np.geomspace(1e-3 * near, far, 4000)])
    angle = np.arctan2(fine, max(height, 0.5)) / np.arctan2(far, max(height, 0.5))
    distance = np.log1p(fine / near) / np.log1p(far / near)
    return np.asarray(np.interp(np.linspace(0.0, 1.0, count + 1), _BELOW * angle + (1.0 - _BELOW) * distance, fine))


def _mesh(survey: Survey, east: Array, north: Array, spacing: Array) -> Ground:
    flat = [each.ravel() for each in (east, north, spacing)]
    up, colour = survey.at(*flat)
    faces = grid_faces(*east.shape)
    points = np.stack([flat[0], flat[1], up], 1)
    a, b, c = (points[faces[len(faces) // 3]][k] for k in range(3))
    if np.cross(b - a, c - a)[2] < 0:
        faces = faces[:, ::-1]
    return Ground(points, _normals(points.reshape(*east.shape, 3)).reshape(-1, 3), colour, faces, flat[2])


def _normals(points: Array) -> Array:
    """Unit normals (rows, columns, 3), upwards, of a grid of points (rows, columns, 3): the cross product of central differences.

    Where a row is a single place (the foot of a ring grid) it is level.
    """
    (ax, ay, az), (bx, by, bz) = ([np.gradient(points[..., k], axis=axis) for k in range(3)] for axis in (0, 1))
    n = np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], -1)
    n *= np.where(n[..., 2:] < 0.0, -1.0, 1.0)
    length = np.sqrt(np.einsum("ijk,ijk->ij", n, n))[..., None]
    return np.where(length > 0.0, n / np.maximum(length, 1e-300), [0.0, 0.0, 1.0])


def _growth(slope: float, rest: float, span: float) -> float:
    """b of slope/b (exp(b span) - 1) = rest, by bisection."""
    low, high = 1e-3, 200.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if slope / middle * np.expm1(middle * span) < rest:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _bilinear(values: Array, column: Array, row: Array) -> Array:
    j = np.clip(row.astype(int), 0, values.shape[0] - 2)
    i = np.clip(column.astype(int), 0, values.shape[1] - 2)
    x, y = column - i, row - j
    if values.ndim == 3:
        x, y = x[:, None], y[:, None]
    low = values[j, i] * (1 - x) + values[j, i + 1] * x
    high = values[j + 1, i] * (1 - x) + values[j + 1, i + 1] * x
    return np.asarray(low * (1 - y) + high * y)
