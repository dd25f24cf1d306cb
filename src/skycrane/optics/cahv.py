"""The pinhole camera, written as the vectors C, A, H, V: the first of the family of camera models of planetary rovers.

All vectors are in one frame, which is the frame of the points and rays. A pixel is (column, line); whole numbers are pixel centres, (0, 0)
the first one at the top left. In a camera's own frame x goes right, y down, z out along the axis.
"""

import math
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np

from skycrane.core.errors import InputError

Model = TypeVar("Model", bound="Cahv")


def vector(values: Any) -> np.ndarray:
    """Three finite numbers."""
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (3,) or not np.isfinite(array).all():
        raise InputError(f"a camera model's vectors have three finite numbers, not {np.asarray(values).tolist()}")
    return array


@dataclass(frozen=True)
class Cahv:
    """An undistorted camera.

        p = P - C,   column = (p . H) / (p . A),   line = (p . V) / (p . A)

    C [m] is the centre of projection, A the unit vector normal to the image, H = f_h h + column_0 A and V = f_v v + line_0 A with the
    unit vectors h, v along rows and columns, focal lengths in pixels and the principal point. Source: Yakimovsky and Cunningham, Computer
    Graphics and Image Processing 7, 195 (1978).
    """

    c: np.ndarray
    a: np.ndarray
    h: np.ndarray
    v: np.ndarray

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name != "linearity":
                object.__setattr__(self, field.name, vector(getattr(self, field.name)))
        if abs(np.linalg.norm(self.a) - 1.0) > 1e-3:
            raise InputError(f"a camera's axis A is a unit vector, not one of length {np.linalg.norm(self.a):.4g}")
        if not min(self.focal_lengths) > 1e-6 or abs(self._handedness) < 1e-9:
            raise InputError(
                "a camera's H, V and A must span space: its focal length or the angle between rows and columns is zero"
            )

    @property
    def focal_lengths(self) -> tuple[float, float]:
        """Focal length along rows and along columns [pixels]."""
        return (
            float(np.linalg.norm(np.cross(self.a, self.h))),
            float(np.linalg.norm(np.cross(self.a, self.v))),
        )

    @property
    def principal_point(self) -> tuple[float, float]:
        """The pixel (column, line) on the axis A."""
        return float(self.a @ self.h), float(self.a @ self.v)

    @property
    def _handedness(self) -> float:
        return float(self.a @ np.cross(self.v, self.h))

    def pixel(self, points: np.ndarray) -> np.ndarray:
        """Pixels (..., 2) of points (..., 3) [m]; NaN for points behind the camera."""
        return self._imaged(np.asarray(points, dtype=np.float64) - self.c)

    def ray(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where the rays of pixels (..., 2) start (..., 3) [m], and their unit directions (..., 3)."""
        toward = self._toward(np.asarray(pixels, dtype=np.float64))
        return np.broadcast_to(self.c, toward.shape), _unit(toward)

    def pixel_of_direction(self, directions: np.ndarray) -> np.ndarray:
        """Pixels (..., 2) of something very far away in these directions (..., 3); NaN behind the camera."""
        return self.pixel(self.c + 1e9 * _unit(np.asarray(directions, dtype=np.float64)))

    def moved(self: Model, rotation: np.ndarray, origin: np.ndarray) -> Model:
        """The same camera in another frame: `rotation` (3, 3) takes components of the old frame to the new one, in which the old
        frame's origin is at `origin` [m]."""
        turn = np.asarray(rotation, dtype=np.float64)
        changed = {name: turn @ getattr(self, name) for name in ("a", "h", "v", "o") if hasattr(self, name)}
        return replace(self, c=turn @ self.c + np.asarray(origin, dtype=np.float64), **changed)

    def _imaged(self, p: np.ndarray) -> np.ndarray:
        """The linear part: vectors from C to pixels."""
        depth = p @ self.a
        with np.errstate(divide="ignore", invalid="ignore"):
            out = np.stack([(p @ self.h) / depth, (p @ self.v) / depth], axis=-1)
        return np.where((depth > 0.0)[..., None], out, np.nan)

    def _toward(self, pixels: np.ndarray) -> np.ndarray:
        """A vector (..., 3) along the undistorted ray, of unit depth along A."""
        x, y = pixels[..., 0:1], pixels[..., 1:2]
        return np.cross(self.v - y * self.a, self.h - x * self.a) / self._handedness


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def pinhole(columns: int, lines: int, field_of_view: float) -> Cahv:
    """A pinhole camera in its own frame, its axis in the middle; `field_of_view` [rad] is across a row, edge to edge."""
    if not 0.0 < field_of_view < math.pi:
        raise InputError(
            f"a pinhole camera's field of view must lie between 0 and 180 degrees, not {math.degrees(field_of_view):g}"
        )
    if columns < 1 or lines < 1:
        raise InputError(f"a detector has at least one pixel a side, not {columns} x {lines}")
    focal = 0.5 * columns / math.tan(0.5 * field_of_view)
    x0, y0 = 0.5 * (columns - 1), 0.5 * (lines - 1)
    return Cahv(np.zeros(3), np.array([0.0, 0.0, 1.0]), np.array([focal, 0.0, x0]), np.array([0.0, focal, y0]))
