"""The fish-eye camera: C, A, H, V, O, R and E, a moving entrance pupil."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from skycrane.core.errors import InputError
from skycrane.optics.cahv import Cahv
from skycrane.optics.cahvor import Cahvor, unstretched

PERSPECTIVE, FISHEYE = 1.0, 0.0


@dataclass(frozen=True)
class Cahvore(Cahvor):
    """A camera for wide angles: rays start at a pupil that moves along the axis, and the image grows with the angle as `linearity` says.

    A ray at angle theta from O starts at C + s O with s = (theta / sin theta - 1) (e0 + e1 theta^2 + e2 theta^4). Its image is stretched as

        chi' = (1 + r0) chi + r1 chi^3 + r2 chi^5,   chi = tan(L theta)/L (L > 0), theta (L = 0), sin(L theta)/L (L < 0)

    and lies, for the linear part, in the direction O + chi' (unit vector aside). L = 1 is a perspective lens (type 1), L = 0 an
    equidistant fish-eye (type 2). Theta of a point solves zeta sin theta - lambda cos theta - (theta - sin theta) (e0 + e1 theta^2 + e2
    theta^4) = 0 by Newton's method. Source: Gennery, Generalized camera calibration including fish-eye lenses, IJCV 68, 239 (2006).
    """

    e: np.ndarray
    linearity: float = FISHEYE

    def __post_init__(self) -> None:
        super().__post_init__()
        if not -1.0 <= self.linearity <= 1.0:
            raise InputError(f"a camera's linearity lies between -1 and 1, not {self.linearity:g}")

    def pixel(self, points: np.ndarray) -> np.ndarray:
        """Pixels (..., 2) of points (..., 3) [m]; NaN for points that no ray reaches."""
        p = np.asarray(points, dtype=np.float64) - self.c
        along = p @ self.o
        aside = p - along[..., None] * self.o
        away = np.linalg.norm(aside, axis=-1)
        theta = self._angle(along, away)
        chi = self._image_of_angle(theta)
        s = chi * chi
        stretch = 1.0 + self.r[0] + s * (self.r[1] + s * self.r[2])
        with np.errstate(divide="ignore", invalid="ignore"):
            scale = np.where(away > 1e-12 * np.abs(along), chi * stretch / away, 0.0)
        return self._imaged(self.o + scale[..., None] * aside)

    def ray(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where the rays of pixels (..., 2) start (..., 3) [m], and their unit directions (..., 3)."""
        toward = self._toward(np.asarray(pixels, dtype=np.float64))
        along = toward @ self.o
        aside = toward - along[..., None] * self.o
        away = np.linalg.norm(aside, axis=-1)
        theta = self._angle_of_image(unstretched(away / along, self.r))
        with np.errstate(divide="ignore", invalid="ignore"):
            out = np.where(away > 1e-12, np.sin(theta) / away, 0.0)[..., None] * aside
        start = self.c + self._pupil(theta)[..., None] * self.o
        return start, out + np.cos(theta)[..., None] * self.o

    def _angle(self, along: Any, away: Any) -> Any:
        """Angle from the axis of the ray to a point; NaN where Newton's method does not settle."""
        theta = np.arctan2(away, along)
        size = np.hypot(along, away) + 1e-300
        for _ in range(12):
            value, slope = self._condition(theta, along, away)
            theta = theta - value / np.where(np.abs(slope) < 1e-300, 1e-300, slope)
        value, _ = self._condition(theta, along, away)
        return np.where((np.abs(value) < 1e-9 * size) & (theta > -1e-9), theta, np.nan)

    def _condition(self, theta: Any, along: Any, away: Any) -> tuple[Any, Any]:
        s, c, t2 = np.sin(theta), np.cos(theta), theta * theta
        pupil = self.e[0] + t2 * (self.e[1] + t2 * self.e[2])
        change = theta * (2.0 * self.e[1] + 4.0 * self.e[2] * t2)
        value = along * s - away * c - (theta - s) * pupil
        return value, along * c + away * s - (1.0 - c) * pupil - (theta - s) * change

    def _pupil(self, theta: Any) -> Any:
        t2 = theta * theta
        ratio = np.where(theta > 1e-4, theta / np.sin(np.where(theta > 1e-4, theta, 1.0)) - 1.0, t2 / 6.0)
        return ratio * (self.e[0] + t2 * (self.e[1] + t2 * self.e[2]))

    def _image_of_angle(self, theta: Any) -> Any:
        k = self.linearity
        if k > 1e-15:
            return np.where(k * theta < 0.5 * math.pi, np.tan(k * theta), np.nan) / k
        return np.sin(k * theta) / k if k < -1e-15 else theta

    def _angle_of_image(self, chi: Any) -> Any:
        k = self.linearity
        if k > 1e-15:
            return np.arctan(k * chi) / k
        with np.errstate(invalid="ignore"):
            return np.arcsin(k * chi) / k if k < -1e-15 else chi


def fisheye(columns: int, lines: int, field_of_view: float) -> Cahvore:
    """An equidistant fish-eye in its own frame, its axis in the middle; `field_of_view` [rad] is across a row, edge to edge."""
    if not 0.0 < field_of_view < 2.0 * math.pi:
        raise InputError(
            f"a fish-eye's field of view must lie between 0 and 360 degrees, not {math.degrees(field_of_view):g}"
        )
    focal = columns / field_of_view
    axis = np.array([0.0, 0.0, 1.0])
    flat = Cahv(
        np.zeros(3), axis, np.array([focal, 0.0, 0.5 * (columns - 1)]), np.array([0.0, focal, 0.5 * (lines - 1)])
    )
    return Cahvore(flat.c, flat.a, flat.h, flat.v, axis, np.zeros(3), np.zeros(3), FISHEYE)
