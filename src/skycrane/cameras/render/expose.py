"""Radiance, distance and surface behind every pixel of a camera, from a Mitsuba scene.

Mitsuba knows straight cameras only. A picture of any other lens is put together from straight views that cover its field: each
pixel takes what its own ray saw in the view that it is most central in.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.render.engine import mitsuba

Array = NDArray[np.float32]

_AOVS = "pos:position,nn:sh_normal,alb:albedo,sid:shape_index"


@dataclass(frozen=True)
class Layers:
    """What a camera sees, each (rows, columns, ...): radiance, hit point, normal, reflectance, which shape (-1: sky)."""

    radiance: Array
    position: Array
    normal: Array
    albedo: Array
    shape: Array

    @property
    def hit(self) -> NDArray[np.bool_]:
        """Where there is something and not sky."""
        return np.asarray(np.any(self.normal != 0, axis=-1))


def straight_view(scene: Any, eye: Array, axes: Array, half: tuple[float, float], size: tuple[int, int], samples: int, depth: int, seed: int = 0) -> Layers:
    """A straight view: `axes` (3, 3) columns right, down, forward; `half` tangents of half the field; `size` columns, rows."""
    mi = mitsuba()
    right, down, forward = np.asarray(axes, float).T
    look = mi.ScalarTransform4f().look_at(
        origin=np.asarray(eye, float).tolist(), target=(eye + forward).tolist(), up=(-down).tolist()
    )
    columns, rows = size
    sensor = mi.load_dict(
        {
            "type": "perspective",
            "fov": float(np.degrees(2 * np.arctan(half[0]))),
            "fov_axis": "x",
            "near_clip": 0.01,
            "far_clip": 1e7,
            "to_world": look,
            "film": {
                "type": "hdrfilm",
                "width": columns,
                "height": rows,
                "rfilter": {"type": "box"},
                "pixel_format": "rgb",
                "component_format": "float32",
            },
            "sampler": {"type": "multijitter", "sample_count": samples, "seed": seed},
        }
    )
    integrator = mi.load_dict({"type": "aov", "aovs": _AOVS, "img": {"type": "path", "max_depth": depth, "rr_depth": 64}})
    image = np.array(mi.render(scene, sensor=sensor, integrator=integrator, spp=samples, seed=seed), dtype=np.float32)
    return Layers(image[..., 0:3], image[..., -10:-7], image[..., -7:-4], image[..., -4:-1], image[..., -1])
