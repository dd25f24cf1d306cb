"""A user's own model instead of a built-in one: a glTF 2.0 binary file (.glb), as parts in model axes.

glTF has y up and z forward [m]; here x is forward, y left, z up. Base colours and base-colour textures are read, at the corners of the
triangles; compressed geometry, skins and animations are not. A rover is set down so that its wheels stand where those of the mission stand.
"""

import hashlib
import io
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.models.material import Material, Part
from skycrane.cameras.models.solids import Shape
from skycrane.core.errors import InputError

MODELS = ("rover", "descent_stage", "heat_shield", "backshell")
_TYPES = {5121: np.uint8, 5123: np.uint16, 5125: np.uint32, 5126: np.float32, 5120: np.int8, 5122: np.int16}
_COUNT = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_FROM_GLTF = np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]])  # forward z, left x, up y
_UNREADABLE = ("KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_mesh_quantization", "EXT_texture_webp")
_FLOOR = 0.05  # [m] where the wheels of the built-in rover stand in model axes


@dataclass(frozen=True)
class OwnModel:
    """A user's model of a machine: its parts, and the hash of the file by which a picture remembers it."""

    parts: tuple[Part, ...]
    sha256: str


def own_model(name: str, path: str | Path) -> OwnModel:
    """A .glb file read whole; InputError says what is wrong with it."""
    parts = read_model(name, path)
    return OwnModel(parts, hashlib.sha256(Path(path).read_bytes()).hexdigest())


def read_model(name: str, path: str | Path) -> tuple[Part, ...]:
    """The parts of a .glb file that stands for the machine `name`; InputError says what is wrong with it."""
    if name not in MODELS:
        raise InputError(f"--model {name}: there is no such machine; there is {', '.join(MODELS)}")
    file = Path(path)
    try:
        document, blob = _chunks(file.read_bytes())
        needs = [each for each in document.get("extensionsRequired", []) if each in _UNREADABLE]
        if needs:
            raise InputError(
                f"--model {name}={path}: needs {', '.join(needs)}, which is not read; export it as plain glTF 2.0 (.glb)"
            )
        parts = tuple(_parts(document, blob))
    except OSError as problem:
        raise InputError(f"--model {name}={path}: {problem.strerror}") from None
    except (KeyError, IndexError, ValueError, TypeError, struct.error) as problem:
        if isinstance(problem, InputError):
            raise
        raise InputError(f"--model {name}={path} is no readable glTF 2.0 binary file (.glb)") from None
    if not parts:
        raise InputError(f"--model {name}={path} has no triangles")
    return _set_down(parts) if name == "rover" else parts


def _set_down(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    low = min(float(each.shape.vertices[:, 2].min()) for each in parts)
    shift = np.array([0.0, 0.0, _FLOOR - low])
    return tuple(Part(each.shape.moved(np.eye(3), shift), each.material, each.colours) for each in parts)


def _chunks(content: bytes) -> tuple[dict[str, Any], bytes]:
    magic, _, length = struct.unpack_from("<4sII", content)
    if magic != b"glTF" or length > len(content):
        raise ValueError("no glTF")
    size, _ = struct.unpack_from("<II", content, 12)
    document = json.loads(content[20 : 20 + size])
    return document, content[20 + size + 8 :]


def _parts(document: dict[str, Any], blob: bytes) -> Any:
    scene = document["scenes"][document.get("scene", 0)]
    stack = [(node, np.eye(4)) for node in scene["nodes"]]
    while stack:
        index, parent = stack.pop()
        node = document["nodes"][index]
        place = parent @ _local(node)
        stack += [(child, place) for child in node.get("children", [])]
        if "mesh" in node:
            for primitive in document["meshes"][node["mesh"]]["primitives"]:
                if primitive.get("mode", 4) == 4:
                    yield _part(document, blob, primitive, place)


def _part(document: dict[str, Any], blob: bytes, primitive: dict[str, Any], place: NDArray[np.float64]) -> Part:
    points = _values(document, blob, primitive["attributes"]["POSITION"]).astype(float)
    faces = (
        _values(document, blob, primitive["indices"]).reshape(-1, 3).astype(np.int64)
        if "indices" in primitive
        else np.arange(len(points)).reshape(-1, 3)
    )
    turn = _FROM_GLTF @ place[:3, :3]
    vertices = points @ turn.T + _FROM_GLTF @ place[:3, 3]
    if "NORMAL" in primitive["attributes"]:
        normals = _values(document, blob, primitive["attributes"]["NORMAL"]).astype(float) @ turn.T
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    else:
        flat = np.cross(vertices[faces[:, 1]] - vertices[faces[:, 0]], vertices[faces[:, 2]] - vertices[faces[:, 0]])
        flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-12)
        vertices, normals, faces = (
            vertices[faces].reshape(-1, 3),
            np.repeat(flat, 3, axis=0),
            np.arange(3 * len(faces)).reshape(-1, 3),
        )
    about = document.get("materials", [{}])[primitive["material"]] if "material" in primitive else {}
    finish = about.get("pbrMetallicRoughness", {})
    red, green, blue = (float(each) for each in finish.get("baseColorFactor", (0.6, 0.6, 0.6, 1.0))[:3])
    base = (red, green, blue)
    material = Material(
        about.get("name", "own"),
        base,
        float(np.clip(finish.get("roughnessFactor", 0.6), 0.15, 1)),
        float(finish.get("metallicFactor", 0.0)) * 0.8,
    )
    colours = None
    if "baseColorTexture" in finish and "TEXCOORD_0" in primitive["attributes"] and "indices" in primitive:
        uv = _values(document, blob, primitive["attributes"]["TEXCOORD_0"]).astype(float)
        colours = (
            _textured(document, blob, finish["baseColorTexture"]["index"], uv) * np.array(base)
            if len(uv) == len(vertices)
            else None
        )
    return Part(Shape(vertices, normals, faces), material, colours)


def _textured(document: dict[str, Any], blob: bytes, texture: int, uv: NDArray[np.float64]) -> NDArray[np.float64]:
    from PIL import Image

    image = document["images"][document["textures"][texture]["source"]]
    view = document["bufferViews"][image["bufferView"]]
    start = view.get("byteOffset", 0)
    pixels = np.asarray(Image.open(io.BytesIO(blob[start : start + view["byteLength"]])).convert("RGB"), float) / 255.0
    rows, columns = pixels.shape[:2]
    j, i = (np.floor(uv[:, 1] % 1 * rows).astype(int) % rows, np.floor(uv[:, 0] % 1 * columns).astype(int) % columns)
    return np.asarray(pixels[j, i] ** 2.2)


def _values(document: dict[str, Any], blob: bytes, accessor: int) -> NDArray[Any]:
    about = document["accessors"][accessor]
    view = document["bufferViews"][about["bufferView"]]
    kind = np.dtype(_TYPES[about["componentType"]])
    count = _COUNT[about["type"]]
    start = view.get("byteOffset", 0) + about.get("byteOffset", 0)
    stride = view.get("byteStride", kind.itemsize * count)
    rows = np.ndarray((about["count"], count), kind, blob, start, (stride, kind.itemsize))
    return rows.copy() if count > 1 else rows[:, 0].copy()


def _local(node: dict[str, Any]) -> NDArray[np.float64]:
    if "matrix" in node:
        return np.array(node["matrix"], float).reshape(4, 4).T
    x, y, z, w = node.get("rotation", (0.0, 0.0, 0.0, 1.0))
    turn = np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ])  # fmt: skip
    place = np.eye(4)
    place[:3, :3] = turn * np.array(node.get("scale", (1.0, 1.0, 1.0)))
    place[:3, 3] = node.get("translation", (0.0, 0.0, 0.0))
    return place
