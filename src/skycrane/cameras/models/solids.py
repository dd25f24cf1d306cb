"""Solids of which the models are made: boxes, tubes, balls, shells, each with its surface normals.

All lengths in metres; a solid is an `Shape` of vertices (n, 3), normals (n, 3) and triangles (m, 3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

Array = NDArray[np.float64]
#: numbers in rows: an array, or anything that makes one
ArrayLike = NDArray[Any] | Sequence[Any]


@dataclass(frozen=True)
class Shape:
    """Triangles with normals at their corners."""

    vertices: Array
    normals: Array
    faces: NDArray[np.int64]

    def moved(self, rotation: Array, shift: ArrayLike) -> "Shape":
        """The shape turned by a (3, 3) matrix, then shifted."""
        return Shape(self.vertices @ rotation.T + np.asarray(shift), self.normals @ rotation.T, self.faces)

    def mirrored(self) -> "Shape":
        """The shape on the other side of the plane y = 0."""
        flip = np.array([1.0, -1.0, 1.0])
        return Shape(self.vertices * flip, self.normals * flip, self.faces[:, ::-1])


def join(shapes: Sequence[Shape]) -> Shape:
    """Several shapes as one."""
    starts = np.cumsum([0] + [len(each.vertices) for each in shapes[:-1]])
    return Shape(
        np.concatenate([each.vertices for each in shapes]),
        np.concatenate([each.normals for each in shapes]),
        np.concatenate([each.faces + start for each, start in zip(shapes, starts, strict=True)]),
    )


def box(centre: ArrayLike, size: ArrayLike, chamfer: float | None = None) -> Shape:
    """A box with chamfered edges: size along x, y, z; the chamfer is 4 % of the shortest side unless given."""
    half = np.asarray(size, float) / 2
    cut = 0.04 * 2 * half.min() if chamfer is None else chamfer
    corners = []
    for axis in range(3):
        inner = half - cut
        inner[axis] = half[axis]
        corners += [inner * [i, j, k] for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)]
    return convex(np.array(corners) + np.asarray(centre))


def convex(points: ArrayLike) -> Shape:
    """The convex hull of points (n, 3), with flat faces."""
    points = np.asarray(points, float)
    hull = ConvexHull(points)
    outward = hull.equations[:, :3]
    corners = points[hull.simplices]
    turned = np.einsum("ij,ij->i", np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), outward) < 0
    corners[turned] = corners[turned][:, ::-1]
    return Shape(corners.reshape(-1, 3), np.repeat(outward, 3, axis=0), np.arange(3 * len(corners)).reshape(-1, 3))


def tube(
    start: ArrayLike, end: ArrayLike, radius: float, end_radius: float | None = None, sides: int = 16, pieces: int = 1
) -> Shape:
    """A round bar or cone between two points, closed at both ends.

    A long thin one is cut into `pieces`: a renderer finds out much faster which of them a ray comes near.
    """
    last = radius if end_radius is None else end_radius
    return _bars(np.asarray(start, float)[None], np.asarray(end, float)[None], (radius, last), sides, pieces)


def polyline(points: ArrayLike, radius: float, sides: int = 8) -> Shape:
    """A bent bar through points (n, 3), with a ball's worth of overlap at each bend."""
    path = np.asarray(points, float)
    return _bars(path[:-1], path[1:], (radius, radius), sides)


def _bars(starts: Array, ends: Array, radii: tuple[float, float], sides: int, pieces: int = 1) -> Shape:
    """Round bars from `starts` to `ends` (n, 3) as one shape, from the first radius to the second, each closed at both ends."""
    along = ends - starts
    length = np.linalg.norm(along, axis=1, keepdims=True)
    axis = along / length
    u, w = across(axis)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)[:, None]
    round_ = np.cos(angle) * u[:, None] + np.sin(angle) * w[:, None]
    slope = (radii[0] - radii[1]) / length
    normal = (round_ + (slope * axis)[:, None]) / np.hypot(1, slope)[:, None]
    share = np.linspace(0.0, 1.0, pieces + 1)
    rings = [(starts + s * along)[:, None] + (radii[0] + s * (radii[1] - radii[0])) * round_ for s in share]
    lids = [rings[0], starts[:, None], rings[-1], ends[:, None]]
    flat = np.broadcast_to(axis[:, None], round_.shape)
    vertices = np.concatenate([*rings, *lids], axis=1)
    normals = np.concatenate([*[normal] * (pieces + 1), -flat, -axis[:, None], flat, axis[:, None]], axis=1)
    i, j, lid = np.arange(sides), (np.arange(sides) + 1) % sides, sides * (pieces + 1)
    band = np.concatenate([np.stack([i, j, sides + j], 1), np.stack([i, sides + j, sides + i], 1)])
    low, high = np.stack([j, i, np.full(sides, sides)], 1), np.stack([i, j, np.full(sides, sides)], 1)
    faces = np.concatenate([*(band + sides * k for k in range(pieces)), low + lid, high + lid + sides + 1])
    starts_at = np.arange(len(starts)) * vertices.shape[1]
    return Shape(
        vertices.reshape(-1, 3), normals.reshape(-1, 3), (faces[None] + starts_at[:, None, None]).reshape(-1, 3)
    )


def ball(centre: ArrayLike, radius: float | ArrayLike, rings: int = 16) -> Shape:
    """An ellipsoid; radius is one number or three."""
    polar = np.linspace(0, np.pi, rings + 1)
    profile = np.stack([np.sin(polar), -np.cos(polar)], 1)
    sphere = revolve(profile, sides=2 * rings)
    axes = np.broadcast_to(np.asarray(radius, float), 3)
    normals = sphere.vertices / axes
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return Shape(sphere.vertices * axes + np.asarray(centre), normals, sphere.faces)


def revolve(profile: ArrayLike, sides: int = 48, sharp: bool = False) -> Shape:
    """A surface of revolution about z: profile (n, 2) of radius and height, outside to the right of its direction.

    `sharp` gives every band of the profile its own normals, so that its edges show.
    """
    line = np.asarray(profile, float)
    if sharp:
        return join([revolve(line[k : k + 2], sides) for k in range(len(line) - 1)])
    along = np.gradient(line, axis=0)
    across_ = np.stack([along[:, 1], -along[:, 0]], 1)
    across_ /= np.maximum(np.linalg.norm(across_, axis=1, keepdims=True), 1e-12)
    angle = np.linspace(0, 2 * np.pi, sides + 1)
    c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
    vertices = np.stack([c * line[:, 0], s * line[:, 0], np.broadcast_to(line[:, 1], (sides + 1, len(line)))], -1)
    normals = np.stack([c * across_[:, 0], s * across_[:, 0], np.broadcast_to(across_[:, 1], vertices.shape[:2])], -1)
    return Shape(vertices.reshape(-1, 3), normals.reshape(-1, 3), grid_faces(sides + 1, len(line)))


def disc(centre: ArrayLike, axis: ArrayLike, radius: float, thickness: float = 0.01, sides: int = 24) -> Shape:
    """A round plate, its middle at `centre`."""
    direction = np.asarray(axis, float) / np.linalg.norm(axis)
    middle = np.asarray(centre, float)
    return tube(middle - direction * thickness / 2, middle + direction * thickness / 2, radius, sides=sides)


def grid_faces(rows: int, columns: int) -> NDArray[np.int64]:
    """Triangles of a grid whose vertices are numbered row by row; counter-clockwise when columns run left of rows."""
    i = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = i[:-1, :-1].ravel(), i[:-1, 1:].ravel(), i[1:, :-1].ravel(), i[1:, 1:].ravel()
    return np.concatenate([np.stack([a, c, d], 1), np.stack([a, d, b], 1)])


def across(axis: Array) -> tuple[Array, Array]:
    """Two unit vectors perpendicular to unit vectors (..., 3) and to each other, right-handed with them."""
    hint = np.where(np.abs(axis[..., 2:]) < 0.9, [0.0, 0.0, 1.0], [1.0, 0.0, 0.0])
    u = np.cross(hint, axis)
    u /= np.linalg.norm(u, axis=-1, keepdims=True)
    return u, np.cross(axis, u)


def turn(axis: ArrayLike, angle: float) -> Array:
    """Rotation matrix by an angle [rad] about an axis (Rodrigues)."""
    k = np.asarray(axis, float) / np.linalg.norm(axis)
    cross = np.array([[0, -k[2], k[1]], [k[2], 0, -k[0]], [-k[1], k[0], 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
