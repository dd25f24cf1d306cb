"""The camera with radial distortion: C, A, H, V and O, R."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from skycrane.core.errors import InputError
from skycrane.optics.cahv import Cahv, _unit, vector


@dataclass(frozen=True)
class Cahvor(Cahv):
    """A camera whose image is stretched radially about the optical axis O.

    With p = P - C, zeta = p . O, lambda = p - zeta O and tau = |lambda|^2 / zeta^2, the point is imaged by the linear part as if it lay at

        p' = p + (r0 + r1 tau + r2 tau^2) lambda

    Good for lenses up to some 100 degrees wide. Source: Gennery, in Calibration and Orientation of Cameras in Computer Vision (2001); as in
    camera models of Mars rovers.
    """

    o: np.ndarray
    r: np.ndarray

    def __post_init__(self) -> None:
        super().__post_init__()
        if abs(np.linalg.norm(vector(self.o)) - 1.0) > 1e-3:
            raise InputError(
                f"a camera's optical axis O is a unit vector, not one of length {np.linalg.norm(self.o):.4g}"
            )
        object.__setattr__(self, "o", self.o / np.linalg.norm(self.o))  # published to six digits
        if self.r[0] <= -1.0:
            raise InputError(
                f"a camera's first distortion term must be above -1, not {self.r[0]:g}: it would turn the image over"
            )

    def pixel(self, points: np.ndarray) -> np.ndarray:
        """Pixels (..., 2) of points (..., 3) [m]; NaN for points behind the camera."""
        p = np.asarray(points, dtype=np.float64) - self.c
        along = p @ self.o
        aside = p - along[..., None] * self.o
        with np.errstate(divide="ignore", invalid="ignore"):
            tau = np.sum(aside * aside, axis=-1) / (along * along)
        stretch = self.r[0] + tau * (self.r[1] + tau * self.r[2])
        image = self._imaged(p + stretch[..., None] * aside)
        return np.where((along > 0.0)[..., None], image, np.nan)

    def ray(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where the rays of pixels (..., 2) start (..., 3) [m], and their unit directions (..., 3)."""
        stretched = self._toward(np.asarray(pixels, dtype=np.float64))
        along = stretched @ self.o
        aside = stretched - along[..., None] * self.o
        seen = np.linalg.norm(aside, axis=-1) / along
        slope = unstretched(seen, self.r)
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = np.where(seen > 1e-12, slope / seen, 1.0)
        direction = _unit(along[..., None] * self.o + factor[..., None] * aside)
        return np.broadcast_to(self.c, direction.shape), direction


def unstretched(seen: Any, r: np.ndarray) -> Any:
    """x with (1 + r0) x + r1 x^3 + r2 x^5 = `seen`, by Newton's method from `seen`; NaN where it does not settle to 1e-12."""
    x = np.asarray(seen, dtype=np.float64)
    for _ in range(30):
        s = x * x
        value = x * (1.0 + r[0] + s * (r[1] + s * r[2])) - seen
        x = x - value / (1.0 + r[0] + s * (3.0 * r[1] + s * 5.0 * r[2]))
    s = x * x
    left = np.abs(x * (1.0 + r[0] + s * (r[1] + s * r[2])) - seen)
    return np.where(left <= 1e-12 * (1.0 + np.abs(seen)), x, np.nan)
