"""A Mitsuba scene around a camera, with what the finishing steps need to know: which shape is whose, how fine the ground is where."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from skycrane.cameras.ground import Ground
from skycrane.cameras.machines import Machine
from skycrane.cameras.models.solids import Shape
from skycrane.cameras.render import scene as building
from skycrane.cameras.render.engine import mitsuba
from skycrane.cameras.sky import Sky

Array = NDArray[np.float64]

_GRAZING = 0.02  # cosine of the angle under which every corner of the ground is seen at least


@dataclass(frozen=True)
class Stage:
    """The scene, the camera at its origin; `bodies` names the body of each shape in Mitsuba's order, "" for the ground."""

    scene: Any
    bodies: list[str]
    ground: int
    _tree: cKDTree
    _spacing: Array

    def spacing_at(self, points: Array) -> Array:
        """Spacing of the ground's mesh (n,) [m] near points (n, 3)."""
        return np.asarray(self._spacing[self._tree.query(points[:, :2])[1]])


def stage(
    ground: Ground, rocks: tuple[Shape, Array] | None, cast: list[Machine], sky: Sky, eye: Array, level: float
) -> Stage:
    """Build the scene as seen from `eye` (3,) in the site frame [m]; `level`: the ground under the camera [m]."""
    mi = mitsuba()
    height = max(float(eye[2]) - level, 0.0)
    things: dict[str, Any] = {"type": "scene", **building.lights(sky.sun, sky.sunlight(height), sky.panorama(height))}
    owner: dict[str, str] = {}
    vertices = ground.vertices - eye
    things["ground"] = building.land(
        "ground", vertices, ground.faces, _towards_the_eye(ground.normals, vertices), ground.colours
    )
    owner["ground"] = ""
    if rocks is not None:
        rock, shade = rocks
        things["rocks"] = building.land("rocks", rock.vertices - eye, rock.faces, rock.normals, shade)
        owner["rocks"] = ""
    for each in cast:
        made = building.machine(each.name, each.parts, each.axes, each.origin - eye)
        things |= made
        owner |= dict.fromkeys(made, each.body)
    scene = mi.load_dict(things)
    order = [shape.id() for shape in scene.shapes()]
    step = max(1, len(ground.vertices) // 4000)
    return Stage(
        scene, [owner.get(name, "") for name in order], order.index("ground"),
        cKDTree(ground.vertices[::step, :2]), ground.spacing[::step],
    )  # fmt: skip


def _towards_the_eye(normals: Array, vertices: Array) -> Array:
    """Normals (n, 3) of corners (n, 3) seen from the origin, bent where they point away from it: level ground far off would be black.

    A triangle that is seen at a grazing angle may have a corner whose smooth normal faces away; light is then lost that is there.
    """
    toward = -vertices / np.maximum(np.linalg.norm(vertices, axis=1, keepdims=True), 1e-9)
    facing = np.einsum("ij,ij->i", normals, toward)
    bent = normals + np.maximum(_GRAZING - facing, 0.0)[:, None] * toward
    return np.asarray(bent / np.linalg.norm(bent, axis=1, keepdims=True))
