"""Rocks as meshes: a ball cut by random planes, one of a few kinds, turned and flattened; all of them in one mesh.

Instances of Mitsuba do not finish with thousands of shapes, so rocks are written out. A rock that is small in the picture gets few
triangles.
"""

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.models.solids import Shape, join

Array = NDArray[np.float64]

_KINDS = 8
_CUTS = 16


def rock_field(table: Any, up: Array, eye: Array, pixel: float) -> tuple[Shape, Array] | None:
    """Rocks of a terrain's table standing on the ground at `up` (n,) [m] as one shape, and its reflectance; None without rocks.

    `eye` (3,) and `pixel` [rad] decide which rocks are worth drawing, and with how many triangles.
    """
    distance = np.linalg.norm(np.stack([table["east"], table["north"], up], 1) - eye, axis=1)
    pixels = table["diameter"] / np.maximum(distance, 0.1) / pixel
    shapes = []
    shades = []
    for finest, low, high in ((3, 60.0, np.inf), (2, 12.0, 60.0), (1, 1.0, 12.0)):
        for kind in range(_KINDS):
            mine = (pixels >= low) & (pixels < high) & (table["seed"] % _KINDS == kind)
            if np.any(mine):
                rows = table[mine]
                shape = _placed(_rock(kind, finest), rows, up[mine])
                shapes.append(shape)
                shade = 0.55 + 0.5 * ((rows["seed"] // _KINDS) % 97 / 97.0)
                shades.append(np.repeat(shade, len(_rock(kind, finest).vertices)))
    if not shapes:
        return None
    shade = np.concatenate(shades)[:, None]
    return join(shapes), shade * np.array([0.205, 0.155, 0.118])  # assumed: dark, slightly dusty basalt


def _placed(rock: Shape, rows: Any, up: Array) -> Shape:
    n = len(rows)
    c, s = np.cos(rows["yaw"]), np.sin(rows["yaw"])
    zero, one = np.zeros(n), np.ones(n)
    turn = np.stack([np.stack([c, -s, zero], 1), np.stack([s, c, zero], 1), np.stack([zero, zero, one], 1)], 1)
    half = np.stack(
        [
            rows["diameter"] / 2,
            rows["diameter"] / 2,
            np.maximum(rows["height_above_ground"], 0.3 * rows["diameter"]) * 0.72,
        ],
        1,
    )
    vertices = np.einsum("nij,vj,nj->nvi", turn, rock.vertices, half)
    normals = np.einsum("nij,vj,nj->nvi", turn, rock.normals, 1 / half)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    base = np.stack([rows["east"], rows["north"], up + 0.28 * half[:, 2]], 1)
    faces = rock.faces[None] + (np.arange(n) * len(rock.vertices))[:, None, None]
    return Shape((vertices + base[:, None]).reshape(-1, 3), normals.reshape(-1, 3), faces.reshape(-1, 3))


@functools.cache
def _rock(kind: int, finest: int) -> Shape:
    """A rock of unit half width; flat faces where planes cut it."""
    vertices, faces = _ball(finest)
    draw = np.random.default_rng(kind)
    for _ in range(_CUTS):
        normal = draw.standard_normal(3)
        normal /= np.linalg.norm(normal)
        above = vertices @ normal - draw.uniform(0.55, 0.9)
        vertices = vertices - np.outer(np.maximum(above, 0.0) * 0.94, normal)
    vertices = vertices * [1.0, draw.uniform(0.65, 1.0), draw.uniform(0.8, 1.0)]
    vertices *= 1 + 0.03 * np.sin(vertices @ draw.normal(0, 6, 3))[:, None]
    normals = np.zeros_like(vertices)
    flat = np.cross(vertices[faces[:, 1]] - vertices[faces[:, 0]], vertices[faces[:, 2]] - vertices[faces[:, 0]])
    for corner in range(3):
        np.add.at(normals, faces[:, corner], flat)
    return Shape(vertices, normals / np.linalg.norm(normals, axis=1, keepdims=True), faces)


def _ball(finest: int) -> tuple[Array, NDArray[np.int64]]:
    """A ball of triangles: an octahedron whose faces are split `finest` times."""
    vertices = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], float)
    faces = np.array([[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]])
    for _ in range(finest):
        corners = vertices[faces]
        middle = np.stack([corners[:, k] + corners[:, (k + 1) % 3] for k in range(3)], 1)
        a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
        ab, bc, ca = middle[:, 0], middle[:, 1], middle[:, 2]
        soup = np.concatenate([np.stack(each, 1) for each in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))])
        soup /= np.linalg.norm(soup, axis=-1, keepdims=True)
        vertices, where = np.unique(np.round(soup.reshape(-1, 3), 9), axis=0, return_inverse=True)
        faces = where.reshape(-1, 3)
    return vertices, faces
