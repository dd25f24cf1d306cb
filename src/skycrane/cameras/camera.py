"""A camera of the mission file as a thing that can look: its place in the world at a moment, and the ray of every pixel."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.moment import BODY_FROM_MODEL, Pose
from skycrane.mission.parameters.cameras import CameraParameters
from skycrane.optics import Cahv, Cahvor, fisheye, pinhole

Array = NDArray[np.float64]


@dataclass(frozen=True)
class View:
    """A camera at a moment: eye (3,) [m] and axes (3, 3), columns right, down, forward, in the site frame."""

    eye: Array
    axes: Array


def lens(camera: CameraParameters, scale: int = 1) -> Any:
    """The camera model in the camera's own frame (x right, y down, z out), with pixels `scale` times as large."""
    columns, rows = camera.columns // scale, camera.rows // scale
    if camera.lens == "cahvore":
        round_ = fisheye(columns, rows, camera.field_of_view)
        return replace(round_, r=np.array(camera.distortion), e=np.array(camera.pupil))
    if camera.lens == "cahvor":
        flat = pinhole(columns, rows, camera.field_of_view)
        axis = np.array([0.0, 0.0, 1.0])
        return Cahvor(flat.c, flat.a, flat.h, flat.v, axis, np.array(camera.distortion))
    return pinhole(columns, rows, camera.field_of_view)


def view(camera: CameraParameters, carrier: Pose) -> View:
    """Where the camera is and how it is turned, from the pose of the body that carries it."""
    place, looks, top = (np.array(each) @ BODY_FROM_MODEL for each in (camera.place, camera.looks, camera.top))
    forward = looks / np.linalg.norm(looks)
    right = np.cross(forward, top)
    right /= np.linalg.norm(right)
    axes = np.stack([right, np.cross(forward, right), forward], 1)
    return View(carrier.point(place), carrier.axes @ axes)


def rays(model: Any, columns: int, rows: int) -> Array:
    """Unit directions (rows, columns, 3) in the camera's frame of the middle of every pixel; NaN where the lens sees nothing."""
    x, y = np.meshgrid(np.arange(columns, dtype=float), np.arange(rows, dtype=float))
    return np.asarray(model.ray(np.stack([x, y], -1))[1])


def model_in(camera: CameraParameters, carrier_from_camera: Array, origin: Array) -> Cahv:
    """The full-size camera model in another frame, for labels: columns of the matrix are the camera's axes there."""
    model: Cahv = lens(camera).moved(carrier_from_camera, origin)
    return model
