"""Motion blur from the real motion: how far what each pixel sees moves in the picture while the shutter is open.

A body moves as its velocity and angular rate say, the camera with its own; the picture is smeared along the difference. What moves with the
camera stays sharp. First order in exposure time; bodies do not uncover what is behind them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.camera import View
from skycrane.cameras.moment import Pose

Array = NDArray[np.float64]

_TAPS = 7
_LEAST = 0.3  # [pixels] below which a picture is left as it is
_MOST = 95.0  # [%] of the pixels that have to stay below it


def smear(
    model: Any,
    view: View,
    carrier: Pose,
    points: Array,
    bodies: list[Pose | None],
    owner: NDArray[np.int64],
    exposure: float,
) -> Array:
    """Movement (rows, columns, 2) in pixels of columns and rows during the exposure [s].

    `points` (rows, columns, 3) in the site frame; `owner` says which of `bodies` each pixel shows (-1, or None: the ground, at rest).
    """
    here = (points - view.eye) @ view.axes
    there = here + (_relative(carrier, points, bodies, owner) @ view.axes) * exposure
    with np.errstate(invalid="ignore"):
        moved = model.pixel(there) - model.pixel(here)
    return np.nan_to_num(np.asarray(moved))


def is_still(
    model: Any,
    view: View,
    carrier: Pose,
    points: Array,
    bodies: list[Pose | None],
    owner: NDArray[np.int64],
    exposure: float,
) -> bool:
    """Whether nothing moves far enough to be blurred, from speed over distance: much less work than the movement itself."""
    away = np.linalg.norm(points - view.eye, axis=-1)
    speed = np.linalg.norm(_relative(carrier, points, bodies, owner), axis=-1)
    turned = np.where(away > 1e-3, speed * exposure / np.maximum(away, 1e-3), 0.0)
    pixels_a_radian = float(np.linalg.norm(np.cross(model.a, model.h)))
    return float(np.percentile(turned, _MOST)) * pixels_a_radian < 0.5 * _LEAST  # a lens stretches by less than 2


def blurred(light: Array, moved: Array) -> Array:
    """Light (rows, columns, 3) averaged along the movement of each pixel."""
    if float(np.percentile(np.hypot(moved[..., 0], moved[..., 1]), _MOST)) < _LEAST:
        return light
    rows, columns = light.shape[:2]
    y, x = np.mgrid[:rows, :columns]
    total = np.zeros_like(light)
    for share in np.linspace(-0.5, 0.5, _TAPS):
        i = np.clip(np.round(x + share * moved[..., 0]), 0, columns - 1).astype(int)
        j = np.clip(np.round(y + share * moved[..., 1]), 0, rows - 1).astype(int)
        total += light[j, i]
    return total / _TAPS


def _relative(carrier: Pose, points: Array, bodies: list[Pose | None], owner: NDArray[np.int64]) -> Array:
    """Velocity of what each pixel shows, as seen from the carrier [m/s]."""
    speed = np.zeros_like(points)
    for number, body in enumerate(bodies):
        mine = owner == number
        if body is not None and np.any(mine):
            speed[mine] = _velocity(body, points[mine])
    return np.asarray(speed - _velocity(carrier, points))


def _velocity(body: Pose, points: Array) -> Array:
    """Velocity of points that move with a body [m/s]."""
    return np.asarray(body.velocity + np.cross(np.broadcast_to(body.rate, points.shape), points - body.origin))
