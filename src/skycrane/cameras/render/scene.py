"""Mitsuba's scene for a moment: ground, rocks, machines, Sun and sky. Coordinates are shifted so that numbers stay small."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.models.material import Material, Part
from skycrane.cameras.render.engine import mitsuba

Array = NDArray[np.float64]


def mesh(
    name: str,
    vertices: Array,
    faces: NDArray[Any],
    bsdf: dict[str, Any],
    normals: Array | None = None,
    colours: Array | None = None,
) -> Any:
    """A triangle mesh with its surface."""
    mi = mitsuba()
    properties = mi.Properties()
    properties["bsdf"] = mi.load_dict(bsdf)
    made = mi.Mesh(name, len(vertices), len(faces), has_vertex_normals=normals is not None, props=properties)
    values = mi.traverse(made)
    values["vertex_positions"] = np.ascontiguousarray(vertices, np.float32).ravel()
    values["faces"] = np.ascontiguousarray(faces, np.uint32).ravel()
    if normals is not None:
        values["vertex_normals"] = np.ascontiguousarray(normals, np.float32).ravel()
    if colours is not None:
        made.add_attribute("vertex_color", 3, np.ascontiguousarray(colours, np.float32).ravel())
    values.update()
    return made


def surface(material: Material, by_vertex: bool) -> dict[str, Any]:
    """Mitsuba's surface for a finish."""
    colour: dict[str, Any] = {"type": "rgb", "value": list(material.colour)}
    if by_vertex:
        colour = {"type": "mesh_attribute", "name": "vertex_color"}
    if material.transmission > 0.0:
        return {
            "type": "principledthin",
            "base_color": colour,
            "roughness": material.roughness,
            "diff_trans": 2.0 * material.transmission,
            "eta": 1.3,
        }
    inner = {
        "type": "principled",
        "base_color": colour,
        "roughness": material.roughness,
        "metallic": material.metallic,
        "specular": 0.4,
    }
    return {"type": "twosided", "inner": inner}


def machine(name: str, parts: tuple[Part, ...], axes: Array, origin: Array) -> dict[str, Any]:
    """Meshes of a model standing at `origin` (3,) with `axes` (3, 3)."""
    found = {}
    for number, part in enumerate(parts):
        shape = part.shape
        found[f"{name}_{number}"] = mesh(
            f"{name}_{number}",
            shape.vertices @ axes.T + origin,
            shape.faces,
            surface(part.material, part.colours is not None),
            shape.normals @ axes.T,
            part.colours,
        )
    return found


def land(name: str, vertices: Array, faces: NDArray[Any], normals: Array, colours: Array) -> Any:
    """Ground or rocks: matt, coloured corner by corner."""
    return mesh(
        name,
        vertices,
        faces,
        {"type": "diffuse", "reflectance": {"type": "mesh_attribute", "name": "vertex_color"}},
        normals,
        colours,
    )


def lights(sun: Array, sunlight: Array, panorama: Array) -> dict[str, Any]:
    """Sun and sky; `panorama` (rows, columns, 3) has the zenith on top and azimuth from north through east."""
    mi = mitsuba()
    # Mitsuba's map has y up and its first column along -z of its own axes; columns run with its azimuth atan2(x, -z)
    turn = mi.ScalarTransform4f(np.array([[1.0, 0, 0, 0], [0, 0, -1.0, 0], [0, 1.0, 0, 0], [0, 0, 0, 1.0]]))
    found: dict[str, Any] = {
        "sky": {"type": "envmap", "bitmap": mi.Bitmap(panorama.astype(np.float32)), "to_world": turn}
    }
    if np.any(sunlight > 0):
        found["sun"] = {
            "type": "directional",
            "direction": (-sun).tolist(),
            "irradiance": {"type": "rgb", "value": sunlight.tolist()},
        }
    return found
