"""Radiance, place and surface behind every pixel of a camera, from a Mitsuba scene.

Mitsuba knows straight cameras only. A picture of any other lens is put together from straight views that cover its field: each
pixel takes what its own ray saw in the view that it is most central in. Light and surfaces are two renderings, because one of
both is several times slower.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.cameras.render.engine import mitsuba
from skycrane.cameras.render.mixed import whole_surfaces
from skycrane.cameras.render.sparks import quarters, settled, uncertain, without_sparks

Array = NDArray[np.float32]

_SURFACES = "pos:position,nn:sh_normal,alb:albedo,sid:shape_index"
_SPLIT = 8  # samples from which a pixel is rendered in quarters, so that one that is far off can be told
_GRAINY = 0.25  # noise of a quarter of the pixels above which a view gets half as many samples again
_THREADS = 0.035  # the same for the share of pixels on edges
_AS_FAR = 0.2  # a place is moved along its surface by less than this share of its distance
_STRAIGHT = 0.9  # tangent of half the field up to which one straight view is sharp enough


@dataclass(frozen=True)
class Layers:
    """What a camera sees, each (rows, columns, ...): radiance, hit point, normal, reflectance, number of the shape (-1: sky).

    `shared` says which pixels lie on the edge between two surfaces: their light is that of both, the rest that of one.
    `noise` is about how far, relative to it, the light around a pixel may be off.
    """

    radiance: Array
    position: Array
    normal: Array
    albedo: Array
    shape: Array
    shared: NDArray[np.bool_]
    noise: Array

    @property
    def hit(self) -> NDArray[np.bool_]:
        """Where there is something and not sky."""
        return np.asarray(np.any(self.normal != 0, axis=-1))


@dataclass(frozen=True)
class Effort:
    """How hard to try: samples a pixel for light and surfaces, bounces of light, sharpness of a wide lens's straight views."""

    samples: int
    surfaces: int
    depth: int
    sharpness: float


def expose(
    scene: Any,
    eye: NDArray[np.float64],
    axes: NDArray[np.float64],
    rays: NDArray[np.float64],
    effort: Effort,
    seed: int = 0,
) -> Layers:
    """What a camera at `eye` (3,) sees along `rays` (rows, columns, 3) of its own frame; `axes` (3, 3) columns right, down, forward."""
    slope = _slopes(rays)
    if slope is not None and float(np.nanmax(np.abs(slope))) <= _STRAIGHT and _is_even(slope):
        half = (float(slope[0, -1, 0]), float(slope[-1, 0, 1]))
        rows, columns = rays.shape[:2]
        grown = (half[0] * columns / max(columns - 1, 1), half[1] * rows / max(rows - 1, 1))
        return straight_view(scene, eye, axes, grown, (columns, rows), effort, seed)
    return _patched(scene, eye, axes, rays, effort, seed)


def straight_view(
    scene: Any,
    eye: NDArray[np.float64],
    axes: NDArray[np.float64],
    half: tuple[float, float],
    size: tuple[int, int],
    effort: Effort,
    seed: int,
) -> Layers:
    """A straight view; `half`: tangents of half the field across and down, `size`: columns and rows."""
    mi = mitsuba()
    light = {"type": "path", "max_depth": effort.depth, "rr_depth": 64}
    split = 2 if effort.samples >= _SPLIT else 1
    finer = (split * size[0], split * size[1])

    def tried(samples: int, seed: int) -> list[Array]:
        radiance = _rendered(mi, scene, eye, axes, half, finer, light, max(samples // split**2, 1), seed)[..., :3]
        return quarters(radiance, split)

    parts = tried(effort.samples, seed)
    several = (
        1 if mi.variant().startswith("scalar") else effort.surfaces
    )  # surfaces cost the plain engine more than light
    rest = _rendered(mi, scene, eye, axes, half, size, {"type": "aov", "aovs": _SURFACES}, several, seed)
    rest, shared = whole_surfaces(rest[..., -10:])
    if _is_rough(uncertain(parts), shared):
        parts += tried(effort.samples // 2, seed + 1000)
    return Layers(
        without_sparks(settled(parts, shared)),
        rest[..., :3],
        rest[..., 3:6],
        rest[..., 6:9],
        _counted(mi, scene, rest[..., 9]),
        shared,
        uncertain(parts),
    )


def _is_rough(noise: Array, shared: NDArray[np.bool_]) -> bool:
    """Whether light is uncertain (gaps between machines), or threads thinner than a pixel want more samples."""
    return float(np.quantile(noise, 0.75)) > _GRAINY or float(shared.mean()) > _THREADS


def _rendered(
    mi: Any,
    scene: Any,
    eye: NDArray[np.float64],
    axes: NDArray[np.float64],
    half: tuple[float, float],
    size: tuple[int, int],
    integrator: dict[str, Any],
    samples: int,
    seed: int,
) -> Array:
    _, down, forward = np.asarray(axes, float).T
    eye = np.asarray(eye, float)
    look = mi.ScalarTransform4f().look_at(origin=eye.tolist(), target=(eye + forward).tolist(), up=(-down).tolist())
    film = {
        "type": "hdrfilm",
        "width": size[0],
        "height": size[1],
        "rfilter": {"type": "box"},
        "pixel_format": "rgb",
        "component_format": "float32",
    }
    sensor = mi.load_dict(
        {
            "type": "perspective",
            "fov": float(np.degrees(2 * np.arctan(half[0]))),
            "fov_axis": "x",
            "near_clip": 0.01,
            "far_clip": 1e7,
            "to_world": look,
            "film": film,
            "sampler": {"type": "multijitter", "sample_count": samples},
        }
    )
    image = mi.render(scene, sensor=sensor, integrator=mi.load_dict(integrator), spp=samples, seed=seed)
    return np.array(image, dtype=np.float32)


def _counted(mi: Any, scene: Any, found: Array) -> Array:
    """Mitsuba's numbers of shapes as places in `scene.shapes()`; -1 for the sky.

    The compiled engines number every shape that is alive in the process, older scenes included; the plain one counts this scene from 1.
    """
    shapes = scene.shapes()
    if mi.variant().startswith("scalar"):
        numbers = list(range(1, len(shapes) + 1))
    else:
        import drjit

        numbers = [int(np.array(drjit.reinterpret_array(mi.UInt32, mi.ShapePtr(each)))[0]) for each in shapes]
    places = np.full(max([*numbers, int(found.max())]) + 1, -1.0, np.float32)
    places[numbers] = np.arange(len(shapes))
    return np.asarray(places[np.round(found).astype(int)])


def _patched(
    scene: Any,
    eye: NDArray[np.float64],
    axes: NDArray[np.float64],
    rays: NDArray[np.float64],
    effort: Effort,
    seed: int,
) -> Layers:
    """A wide field from a two by two of straight views, each turned half way to its corner of the field.

    Their pixels are read four at a time, so that a third fewer samples leave no more noise.
    """
    effort = replace(effort, samples=max(min(effort.samples, _SPLIT), effort.samples * 2 // 3))
    rows, columns = rays.shape[:2]
    good = np.isfinite(rays).all(axis=-1)
    angle = [float(np.nanmax(np.abs(np.arctan2(rays[..., k], np.maximum(rays[..., 2], 1e-9))))) for k in (0, 1)]
    angle = [min(each, np.radians(80.0)) for each in angle]
    pixel = 2 * angle[0] / columns
    layers = [np.zeros((rows, columns, n), np.float32) for n in (3, 3, 3, 3, 1, 1, 1)]
    best = np.full((rows, columns), -1.0)
    for number, (i, j) in enumerate(((-1, -1), (1, -1), (-1, 1), (1, 1))):
        turned = _turned(0.5 * i * angle[0], 0.5 * j * angle[1])
        local = rays @ turned
        with np.errstate(divide="ignore", invalid="ignore"):
            x, y = local[..., 0] / local[..., 2], local[..., 1] / local[..., 2]
        central = np.where(good & (local[..., 2] > 0.05), local[..., 2], -1.0)
        mine = central > best
        best = np.where(mine, central, best)
        # the half of the field this view answers for: a little more than a quarter, found from what it may be asked for
        quarter = (
            (np.sign(np.where(rays[..., 0] == 0, i, rays[..., 0])) == i)
            & (np.sign(np.where(rays[..., 1] == 0, j, rays[..., 1])) == j)
            & good
        )
        half = tuple(float(np.max(np.abs(each[quarter]))) * 1.04 + 2 * pixel for each in (x, y))
        size = tuple(int(np.clip(np.ceil(2 * h / pixel * effort.sharpness), 16, 2600)) for h in half)
        half = (half[0], half[0] * size[1] / size[0]) if half[1] < half[0] * size[1] / size[0] else half
        size = (size[0], int(np.ceil(size[0] * half[1] / half[0])))
        seen = straight_view(scene, eye, np.asarray(axes, float) @ turned, half, size, effort, seed + number)
        u, v = ((x / half[0] + 1) / 2 * size[0] - 0.5), ((y / half[1] + 1) / 2 * size[1] - 0.5)
        ok = mine & (np.abs(x) <= half[0]) & (np.abs(y) <= half[1])
        shared = seen.shared.astype(np.float32)[..., None]
        single = (seen.shape[..., None], shared, seen.noise[..., None])
        parts = (seen.radiance, seen.position, seen.normal, seen.albedo, *single)
        for layer, values in zip(layers, parts, strict=True):
            layer[ok] = _taken(values, u[ok], v[ok], smooth=values is seen.radiance or values is seen.albedo)
    shape, shared_, noise = (layer[..., 0] for layer in layers[4:])
    place = _on_its_own_ray(layers[1], layers[2], np.nan_to_num(rays) @ np.asarray(axes, float).T)
    return Layers(layers[0], place, layers[2], layers[3], shape, shared_ > 0.5, noise)


def _on_its_own_ray(place: Array, normal: Array, ray: NDArray[np.float64]) -> Array:
    """Where the ray of each pixel (rows, columns, 3), from the origin, meets the surface that was found next to it: t = p.n / r.n.

    Places of the straight views are coarser than the picture; what is painted on the ground by place would come in blocks.
    """
    towards, away = np.einsum("ijk,ijk->ij", ray, normal), np.einsum("ijk,ijk->ij", place, normal)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = away / towards
        as_far = np.abs(t / np.linalg.norm(place, axis=-1) - 1.0) < _AS_FAR
    return np.where(as_far[..., None], ray * np.where(as_far, t, 0.0)[..., None], place).astype(np.float32)


def _taken(values: Array, u: NDArray[np.float64], v: NDArray[np.float64], smooth: bool) -> Array:
    rows, columns = values.shape[:2]
    if not smooth:
        return values[np.clip(np.round(v).astype(int), 0, rows - 1), np.clip(np.round(u).astype(int), 0, columns - 1)]
    i, j = np.clip(u.astype(int), 0, columns - 2), np.clip(v.astype(int), 0, rows - 2)
    a, b = np.clip(u - i, 0, 1)[:, None], np.clip(v - j, 0, 1)[:, None]
    top = values[j, i] * (1 - a) + values[j, i + 1] * a
    low = values[j + 1, i] * (1 - a) + values[j + 1, i + 1] * a
    return np.asarray(top * (1 - b) + low * b, dtype=np.float32)


def _turned(across: float, down: float) -> NDArray[np.float64]:
    """Axes of a view turned to the right and down: columns right, down, forward in the camera's frame."""
    forward = np.array([np.sin(across) * np.cos(down), np.sin(down), np.cos(across) * np.cos(down)])
    right = np.array([np.cos(across), 0.0, -np.sin(across)])
    return np.stack([right, np.cross(forward, right), forward], 1)


def _slopes(rays: NDArray[np.float64]) -> NDArray[np.float64] | None:
    if not np.isfinite(rays).all() or np.any(rays[..., 2] < 0.3):
        return None
    return np.asarray(rays[..., :2] / rays[..., 2:])


def _is_even(slope: NDArray[np.float64]) -> bool:
    """Whether tangents run evenly across the picture, as a lens without distortion has them."""
    middle = slope[slope.shape[0] // 2, :, 0]
    return bool(np.allclose(np.diff(middle), np.diff(middle).mean(), rtol=1e-6))
