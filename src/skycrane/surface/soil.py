"""What the ground does to wheels and belly: pressure that grows with depth, friction that grows with shear.

A surface element dA (seen against the ground's normal n) at depth z under the ground feels the pressure

    p = p0 (z / z0)^k (1 + a w),   w = speed of sinking in, not below -1/a

along n (Bekker, Introduction to Terrain-Vehicle Systems, 1969, for a plate; damping after Hunt and Crossley). Where it meets rock, p is
`rock_stiffness_scale` times as large. Each wheel, and the belly, drags the soil along by the shear s [m] until friction is fully used:

    F = -mu N s / K,   ds/dt = v across n, |s| <= K

(the linear part of Janosi and Hanamoto's law), so that it holds on a slope without creeping. Assumes dry uniform soil, sinkage
small against a wheel, and no bulldozing. A cylinder that is let down without rolling sinks, for k = 1, to z = (3 W / (4 b (p0/z0)
sqrt(D)))^(2/3).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from skycrane.mission.parameters.rover import SoilParameters
from skycrane.surface.chassis import Chassis
from skycrane.surface.local_ground import LocalGround, bilinear

Array = NDArray[np.float64]

PATCHES = 7  # six wheels and the belly
_ARC, _AROUND, _ACROSS = np.radians(84.0), 43, 3  # of a tread: reach to each side of its lowest line, elements
_BELLY = (13, 9)
_SHEAR_DAMPING = 0.03  # [s] keeps the shear from ringing; at rest it does nothing


@dataclass(frozen=True)
class Skin:
    """Surface elements of the rover, patch after patch: place and outward normal in rover axes with all joints at zero (n, 3), area
    (n,) [m^2], which patch they belong to (n,): six wheels, belly."""

    place: Array
    normal: Array
    area: Array
    patch: NDArray[np.intp]

    @cached_property
    def patches(self) -> list[slice]:
        """Elements of each patch."""
        first = np.searchsorted(self.patch, np.arange(PATCHES + 1))
        return [slice(first[k], first[k + 1]) for k in range(PATCHES)]

    def carried(self, origins: Array) -> "Skin":
        """The same with places (n, 3) from the origins (7, 3) of the bodies that carry the patches."""
        return replace(self, place=self.place - origins[self.patch])


def skin(c: Chassis) -> Skin:
    """The lower half of the treads and the underside of the chassis."""
    r = c.rover
    radius, strip = 0.5 * r.wheel_diameter, r.wheel_width / _ACROSS
    angle = np.linspace(-_ARC, _ARC, _AROUND)
    side = strip * (np.arange(_ACROSS) - 0.5 * (_ACROSS - 1))
    a, y = (each.ravel() for each in np.meshgrid(angle, side))
    normal = np.stack([np.sin(a), 0.0 * a, -np.cos(a)], 1)
    offset = radius * normal + np.stack([0.0 * a, y, 0.0 * a], 1)
    tread = len(a)
    x, y = (each.ravel() for each in np.meshgrid(*(np.linspace(-0.5, 0.5, n) for n in _BELLY)))
    belly = np.stack([x * r.body_length, y * r.body_width, np.full(x.shape, r.belly_height)], 1)
    return Skin(
        place=np.concatenate([*(hub + offset for hub in c.hubs), belly]),
        normal=np.concatenate([normal] * 6 + [np.tile([0.0, 0.0, -1.0], (len(x), 1))]),
        area=np.concatenate(
            [
                np.full(6 * tread, radius * (angle[1] - angle[0]) * strip),
                np.full(len(x), r.body_length * r.body_width / len(x)),
            ]
        ),
        patch=np.concatenate([np.repeat(np.arange(6), tread), np.full(len(x), 6)]),
    )


@dataclass(frozen=True)
class Pose:
    """Of the bodies that carry the patches, local axes: axes (7, 3, 3), origins (7, 3) [m], angular velocity (7, 3) [rad/s],
    velocity (7, 3) [m/s] of the point that is at `about` (3,) [m]."""

    axes: Array
    origins: Array
    turning: Array
    moving: Array
    about: Array

    def place(self, carried: Skin) -> Array:
        """Places of the elements (n, 3) [m]; theirs count from the origins of the bodies."""
        found = np.empty_like(carried.place)
        for k, own in enumerate(carried.patches):
            np.matmul(carried.place[own], self.axes[k].T, out=found[own])
            found[own] += self.origins[k]
        return found


@dataclass(frozen=True)
class Push:
    """What the ground does to the patches: force (7, 3) [N] at a place (7, 3) [m], greatest depth in soil (7,) [m], force borne by
    rock (7,) [N]."""

    force: Array
    place: Array
    depth: Array
    on_rock: Array


class Soil:
    """The ground under one rover; it remembers how far each patch has sheared it."""

    def __init__(self, parameters: SoilParameters, ground: LocalGround, rover_skin: Skin) -> None:
        self.parameters, self.ground, self.skin = parameters, ground, rover_skin
        self.shear = np.zeros((PATCHES, 3))

    def push(self, pose: Pose, step: float) -> Push:
        """The push on the skin when the bodies that carry the patches are so placed and so move, over a step [s]."""
        place = pose.place(self.skin)
        touching = np.flatnonzero(bilinear(self.ground.top, place[:, 0], place[:, 1]) > place[:, 2])
        place, patch = place[touching], self.skin.patch[touching]
        outward = np.einsum("nij,nj->ni", pose.axes[patch], self.skin.normal[touching])
        velocity = pose.moving[patch] + cross(pose.turning[patch], place - pose.about)
        top, east, north, rock = bilinear(self.ground.fields, place[:, 0], place[:, 1])
        steep = 1.0 / np.sqrt(1.0 + east * east + north * north)
        normal = np.stack([-east * steep, -north * steep, steep], 1)
        depth = np.maximum(top - place[:, 2], 0.0) * steep
        load = self._load(depth, rock, normal, velocity) * self.skin.area[touching]
        load = load * np.maximum(-np.sum(outward * normal, axis=1), 0.0)
        total = _sum(patch, load)
        share = load / np.maximum(total, 1e-12)[patch]
        along, at, drift = (_per_patch(patch, share, each) for each in (normal, place, velocity))
        friction = self._friction(total, along, drift, step)
        deepest = np.zeros(PATCHES)
        np.maximum.at(deepest, patch, np.where(rock < 0.5, depth, 0.0))
        return Push(total[:, None] * along + friction, at, deepest, _sum(patch, load * rock))

    def _load(self, depth: Array, rock: Array, normal: Array, velocity: Array) -> Array:
        """Pressure [Pa] on touching elements."""
        p = self.parameters
        stiff = 1.0 + (p.rock_stiffness_scale - 1.0) * rock
        sinking = -np.sum(velocity * normal, axis=1)
        pressure = p.bearing_pressure * (depth / p.bearing_depth) ** p.exponent
        return np.asarray(pressure * stiff * np.maximum(1.0 + p.damping * sinking, 0.0))

    def _friction(self, total: Array, along: Array, drift: Array, step: float) -> Array:
        p = self.parameters
        unit = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-12)
        across = drift - np.sum(drift * unit, axis=1, keepdims=True) * unit
        shear = self.shear + across * step
        shear = shear - np.sum(shear * unit, axis=1, keepdims=True) * unit
        size = np.linalg.norm(shear, axis=1, keepdims=True)
        shear = shear * np.minimum(1.0, p.shear_length / np.maximum(size, 1e-12))
        self.shear = np.where(total[:, None] > 0.0, shear, 0.0)
        wanted = (self.shear + _SHEAR_DAMPING * across) / p.shear_length
        size = np.linalg.norm(wanted, axis=1, keepdims=True)
        return np.asarray(-p.friction * total[:, None] * wanted / np.maximum(size, 1.0))


def cross(a: Array, b: Array) -> Array:
    """Vector products (n, 3); NumPy's own spends its time on axes."""
    x, y, z = a[:, 0], a[:, 1], a[:, 2]
    u, v, w = b[:, 0], b[:, 1], b[:, 2]
    return np.stack([y * w - z * v, z * u - x * w, x * v - y * u], 1)


def _per_patch(patch: NDArray[np.intp], share: Array, values: Array) -> Array:
    """Mean of values (n, 3) over each patch (7, 3), weighted by shares (n,)."""
    return np.stack([_sum(patch, share * values[:, k]) for k in range(3)], 1)


def _sum(patch: NDArray[np.intp], values: Array) -> Array:
    """Sum of values (n,) over each patch (7,)."""
    return np.bincount(patch, values, PATCHES).astype(float)
