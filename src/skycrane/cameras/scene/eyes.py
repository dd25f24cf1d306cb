"""The cameras as a browser needs them: on which body, looking where, and how far from the middle a ray lands in the picture.

Lenses are told as a table: angle off the axis against the distance from the middle of the picture, in half widths. That is all
there is to a camera whose distortion is round, which those of the mission file are.
"""

from typing import Any

import numpy as np

from skycrane.cameras import camera as eyes
from skycrane.cameras.moment import BODY_FROM_MODEL, Landing
from skycrane.mission.parameters.cameras import CameraParameters

_ROWS = 33


def cameras(landing: Landing) -> list[dict[str, Any]]:
    """Every camera of the mission."""
    return [_camera(landing, each) for each in landing.parameters.cameras]


def _camera(landing: Landing, camera: CameraParameters) -> dict[str, Any]:
    on = landing.events.get(camera.on_event) if camera.on_event else None
    off = landing.events.get(camera.off_event) if camera.off_event else None
    place, looks, top = (np.array(each) @ BODY_FROM_MODEL for each in (camera.place, camera.looks, camera.top))
    return {
        "id": camera.id,
        "title": camera.title,
        "carried_by": camera.carried_by,
        "place": place.tolist(),
        "looks": (looks / np.linalg.norm(looks)).tolist(),
        "top": (top / np.linalg.norm(top)).tolist(),
        "columns": camera.columns,
        "rows": camera.rows,
        "grey": camera.colour == "grey",
        "on_s": None if on is None else on + camera.on_delay,
        "off_s": None if off is None else off + camera.off_delay,
        "lens": _lens(camera),
    }


def _lens(camera: CameraParameters) -> dict[str, Any]:
    """Angle [rad] off the axis at evenly spaced distances from the middle, out to the corner, in half widths."""
    model = eyes.lens(camera)
    half = camera.columns / 2
    corner = float(np.hypot(1.0, camera.rows / camera.columns))
    away = np.linspace(0.0, corner, _ROWS)
    middle = np.array([(camera.columns - 1) / 2, (camera.rows - 1) / 2])
    pixels = middle + away[:, None] * half * np.array([1.0, 0.0])
    rays = np.asarray(model.ray(pixels)[1])
    angle = np.arctan2(np.hypot(rays[:, 0], rays[:, 1]), rays[:, 2])
    angle = np.where(np.isfinite(angle), angle, np.nanmax(angle))
    return {"corner": corner, "angles_rad": np.round(angle, 6).tolist(), "pinhole": camera.lens == "pinhole"}
