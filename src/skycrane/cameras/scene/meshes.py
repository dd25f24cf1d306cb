"""The machines' models as one small file each: places in steps of a fraction of a millimetre, normals in eighths of a degree or so.

A mesh is drawn part by part, a part being one material. Where a model has a second shape (wheels stowed), its places stand beside those of
the first, so that a browser can go from one to the other.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.models.aeroshell import backshell, heat_shield, parachute_support, rim_height
from skycrane.cameras.models.descent_stage import descent_stage
from skycrane.cameras.models.material import Part, by_material
from skycrane.cameras.models.rover import rover
from skycrane.cameras.moment import Landing, points
from skycrane.cameras.scene.packing import deflated, packed_rows
from skycrane.cameras.standing import Standing

Array = NDArray[np.float64]

_STEPS = 32000


def models(landing: Landing, standing: Standing | None = None) -> dict[str, tuple[dict[str, Any], bytes]]:
    """Every machine's name, what its file holds, and the file; with `standing` the rover's wheels are down as they stand at rest."""
    vehicle = landing.parameters.vehicle
    shell = vehicle.aeroshell
    cone = float(getattr(shell, "cone_angle", None) or np.radians(70.0))
    rim = rim_height(shell.base_diameter, shell.nose_radius, cone)
    made: dict[str, tuple[tuple[Part, ...], tuple[Part, ...] | None]] = {
        "heat_shield": (heat_shield(shell.base_diameter, shell.nose_radius, cone), None),
        "backshell": (backshell(shell.base_diameter, rim), None),
        "parachute_support": (parachute_support(rim + 2.1), None),
    }
    if getattr(vehicle, "engines", None) is not None:
        made["descent_stage"] = (descent_stage(points(vehicle.engines, "place"), points(vehicle.engines, "push")), None)
    if getattr(vehicle, "feet", None) is not None:
        feet = points(vehicle.feet, "place")
        down = rover(feet, 0.0, 1.0) if standing is None else _at_rest(landing, standing)
        made["rover"] = (down, rover(feet, 0.0, 0.0))
    return {name: packed(by_material(parts), other and by_material(other)) for name, (parts, other) in made.items()}


def _at_rest(landing: Landing, standing: Standing) -> tuple[Part, ...]:
    """The rover at rest in the axes in which the record leaves it: turned as its wheels hold it, rockers and bogies too. Its rise is not in
    it: the page's ground is lower by that."""
    left = landing.moment(landing.end)
    there = standing.of(left)
    recorded, stands = left.poses["rover"], there.poses["rover"]
    turn = recorded.axes.T @ stands.axes
    shift = recorded.axes.T @ (stands.origin - recorded.origin - [0.0, 0.0, standing.rise])
    parts = rover(standing.feet, 0.0, 1.0, there.suspension)
    return tuple(replace(part, shape=part.shape.moved(turn, shift)) for part in parts)


def packed(parts: tuple[Part, ...], other: tuple[Part, ...] | None = None) -> tuple[dict[str, Any], bytes]:
    """A model's table of contents and its file: for each part places, other places, normals, triangles."""
    every = np.concatenate([p.shape.vertices for group in (parts, other or ()) for p in group])
    low, step = every.min(axis=0), float(np.ptp(every, axis=0).max()) / _STEPS
    table: list[dict[str, Any]] = []
    content = b""
    for number, part in enumerate(parts):
        columns = [np.round((part.shape.vertices - low) / step)]
        if other:
            columns.append(np.round((other[number].shape.vertices - low) / step))
        normals = part.shape.normals / np.maximum(np.linalg.norm(part.shape.normals, axis=1, keepdims=True), 1e-9)
        corners = np.concatenate([*columns, np.round(normals * 120) + 120], axis=1).astype(np.int64)
        rows, faces = _shared(corners, part.shape.faces)
        if len(rows) > 65535:
            raise ValueError(f"{part.material.name}: {len(rows)} corners do not fit 16 bits")
        table.append(
            {
                "material": part.material.name,
                "colour": list(part.material.colour),
                "roughness": part.material.roughness,
                "metallic": part.material.metallic,
                "corners": len(rows),
                "triangles": len(faces),
            }
        )
        content += packed_rows(rows) + packed_rows(faces)
    about = {"low": low.tolist(), "step": step, "two_shapes": other is not None, "parts": table}
    return about, deflated(content)


def _shared(corners: NDArray[np.int64], faces: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Corners that are the same once, in the order of their first use; triangles without area left out."""
    rows, first, inverse = np.unique(corners, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    triangles = rank[inverse.reshape(-1)[faces]]
    a, b, c = triangles.T
    return rows[order], triangles[(a != b) & (b != c) & (c != a)]
