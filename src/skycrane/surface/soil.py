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

import numpy as np
from numpy.typing import NDArray

from skycrane.mission.parameters.rover import SoilParameters
from skycrane.surface.chassis import Chassis
from skycrane.surface.local_ground import SPACING, LocalGround, cells

Array = NDArray[np.float64]

PATCHES = 7  # six wheels and the belly
_ARC, _AROUND, _ACROSS = np.radians(84.0), 43, 3  # of a tread: reach to each side of its lowest line, elements
_BELLY = (13, 9)
_BLOCK = 10  # grid points to a side of a block of ground, 25 cm
_REACHES = (3, 6)  # blocks around the middle of a wheel, and of the belly, that its elements can be over
_OWN_REACH = np.array([0] * 6 + [1])
_XYZ = np.array([[0], [1], [2]])
_NEXT, _LAST = np.array([1, 2, 0]), np.array([2, 0, 1])
_FIRST = np.array([0])
_SHEAR_DAMPING = 0.03  # [s] keeps the shear from ringing; at rest it does nothing


@dataclass(frozen=True)
class Skin:
    """Surface elements of the rover: place and outward normal in rover axes with all joints at zero (7, n, 3), area (7, n) [m^2]; six
    wheels, belly. The belly has fewer: the rest of its row has no area."""

    place: Array
    normal: Array
    area: Array

    def carried(self, origins: Array) -> "Skin":
        """The same with places from the origins (7, 3) of the bodies that carry the patches."""
        return replace(self, place=self.place - origins[:, None])


def skin(c: Chassis) -> Skin:
    """The lower half of the treads and the underside of the chassis."""
    r = c.rover
    radius, strip = 0.5 * r.wheel_diameter, r.wheel_width / _ACROSS
    angle = np.linspace(-_ARC, _ARC, _AROUND)
    side = strip * (np.arange(_ACROSS) - 0.5 * (_ACROSS - 1))
    a, y = (each.ravel() for each in np.meshgrid(angle, side))
    normal = np.stack([np.sin(a), 0.0 * a, -np.cos(a)], 1)
    offset = radius * normal + np.stack([0.0 * a, y, 0.0 * a], 1)
    x, y = (each.ravel() for each in np.meshgrid(*(np.linspace(-0.5, 0.5, n) for n in _BELLY)))
    spare = len(a) - len(x)
    belly = np.stack([x * r.body_length, y * r.body_width, np.full(x.shape, r.belly_height)], 1)
    own = np.full(len(x), r.body_length * r.body_width / len(x))
    return Skin(
        place=np.stack([*(hub + offset for hub in c.hubs), np.pad(belly, ((0, spare), (0, 0)), mode="edge")]),
        normal=np.stack([normal] * 6 + [np.tile([0.0, 0.0, -1.0], (len(a), 1))]),
        area=np.stack([np.full(len(a), radius * (angle[1] - angle[0]) * strip)] * 6 + [np.pad(own, (0, spare))]),
    )


@dataclass(frozen=True)
class Pose:
    """Of the bodies that carry the patches of each rover, local axes: axes (m, 7, 3, 3), origins (m, 7, 3) [m], angular velocity
    (m, 7, 3) [rad/s], velocity (m, 7, 3) [m/s] of the point that is at `about` (m, 3) [m]."""

    axes: Array
    origins: Array
    turning: Array
    moving: Array
    about: Array


@dataclass(frozen=True)
class Push:
    """What the ground does to the patches of each rover: force (m, 7, 3) [N] at a place (m, 7, 3) [m], greatest depth in soil (m, 7)
    [m], force borne by rock (m, 7) [N]."""

    force: Array
    place: Array
    depth: Array
    on_rock: Array


class Soil:
    """The grounds under some rovers, each on its own; it remembers how far each patch has sheared its ground.

    Rovers do not touch each other's numbers: each gets the same push beside others and alone, bit for bit.
    """

    def __init__(self, parameters: SoilParameters, rovers: int) -> None:
        self.parameters = parameters
        self.shear = np.zeros((rovers, PATCHES, 3))
        self.grounds = np.zeros(0, np.float32)
        self.outline = self.middle = self.normal = self.area = self.highest = np.zeros(0)

    def lay(self, rover: int | np.intp, ground: LocalGround, rover_skin: Skin) -> None:
        """The ground under one rover, and its skin as its bodies carry it."""
        fields = ground.fields
        highest = np.stack([highest_around(ground.top, reach) for reach in _REACHES])
        if not self.grounds.size:
            count = len(self.shear)
            self.grounds = np.empty((len(fields), count, *fields.shape[1:]), np.float32)
            self.outline, self.middle = (
                np.empty((count, PATCHES, 3, len(rover_skin.area[0]))),
                np.empty((count, PATCHES, 3)),
            )
            self.highest = np.empty((count, *highest.shape))
            self.normal, self.area = np.ascontiguousarray(rover_skin.normal.reshape(-1, 3).T), rover_skin.area.ravel()
        self.grounds[:, rover], self.highest[rover] = fields, highest
        self.outline[rover], self.middle[rover] = np.swapaxes(rover_skin.place, 1, 2), rover_skin.place.mean(axis=1)

    def push(self, pose: Pose, step: float, which: NDArray[np.intp], highest: Array) -> Push:
        """The push on these rovers when the bodies that carry their patches are so placed and so move, over a step [s]; `highest` as
        `highest_under` gave it when they were within 20 cm of here."""
        places = pose.axes @ (self.outline if len(which) == len(self.outline) else self.outline[which])
        places += pose.origins[..., None]
        near = (places[:, :, 2] < highest[..., None]).ravel().nonzero()[0]
        count = places.shape[-1]
        group = near // count  # patches of all rovers one after the other
        place = places.reshape(-1).take(near + count * (2 * group + _XYZ))
        there = cells(self.grounds.shape[-1], place[:2], which.take(group // PATCHES))
        top = there.values(self.grounds[0].reshape(-1))
        touching = (top > place[2]).nonzero()[0]
        group, place, element = group[touching], place[:, touching], near[touching] % (PATCHES * count)
        east, north, rock = there.part(touching).values(self.grounds[1:].reshape(3, -1))
        normal = np.array([-east, -north, np.ones_like(east)])
        normal *= 1.0 / np.sqrt((normal * normal).sum(axis=0))
        depth = (top[touching] - place[2]) * normal[2]
        facing, sinking = self._meeting(pose, group, element, place, normal)
        load = self._load(depth, rock, sinking) * self.area[element] * np.maximum(facing, 0.0)
        first = (group[1:] != group[:-1]).nonzero()[0] + 1  # element of each patch that touches
        first = np.concatenate([_FIRST[: len(group)], first])
        parts = np.concatenate([load[None], (load * rock)[None], load * normal, load * place])
        sums = np.add.reduceat(parts, first, axis=1) if len(first) else parts
        patches, at = group[first], sums[2:] * (1.0 / np.maximum(sums[0], 1e-12))
        along, at = at[:3].T, at[3:].T
        table = np.zeros((8, len(which) * PATCHES))
        table[:3, patches] = (
            sums[0][:, None] * along + self._friction(pose, which, patches, sums[0], along, at, step)
        ).T
        table[3:6, patches], table[7, patches] = at.T, sums[1]
        table[6, patches] = np.maximum.reduceat(depth * (rock < 0.5), first) if len(first) else 0.0
        found = table.reshape(8, len(which), PATCHES)
        return Push(np.moveaxis(found[:3], 0, -1), np.moveaxis(found[3:6], 0, -1), found[6], found[7])

    def _meeting(
        self, pose: Pose, group: NDArray[np.intp], element: NDArray[np.intp], place: Array, normal: Array
    ) -> tuple[Array, Array]:
        """How squarely elements meet the ground (cosine), and how fast they sink in (n,) [m/s]."""
        still = pose.moving - cross(pose.turning, pose.about[:, None])
        of_patch = np.concatenate([pose.axes.reshape(-1, 9), still.reshape(-1, 3), pose.turning.reshape(-1, 3)], axis=1)
        of_patch = np.ascontiguousarray(of_patch.T).take(group, axis=1)
        outward = (of_patch[:9].reshape(3, 3, -1) * self.normal.take(element, axis=1)).sum(axis=1)
        turning, moving = of_patch[12:], of_patch[9:12]
        moving += turning.take(_NEXT, axis=0) * place.take(_LAST, axis=0)
        moving -= turning.take(_LAST, axis=0) * place.take(_NEXT, axis=0)
        return -(normal * outward).sum(axis=0), -(normal * moving).sum(axis=0)

    def highest_under(self, pose: Pose, which: NDArray[np.intp]) -> Array:
        """Highest ground within the reach of each patch (m, 7) [m]: what is above it does not touch."""
        middle = _turned(pose.axes[:, :, :2], self.middle[which]) + pose.origins[..., :2]
        side = self.highest.shape[-1]
        at = np.minimum(np.maximum(middle * (1.0 / (_BLOCK * SPACING)) + 0.5 * side, 0.0), side - 1.0).astype(np.intp)
        return np.asarray(self.highest[which[:, None], _OWN_REACH, at[..., 1], at[..., 0]])

    def _load(self, depth: Array, rock: Array, sinking: Array) -> Array:
        """Pressure [Pa] on touching elements."""
        p = self.parameters
        stiff = 1.0 + (p.rock_stiffness_scale - 1.0) * rock
        pressure = p.bearing_pressure * (depth * (1.0 / p.bearing_depth)) ** p.exponent
        return np.asarray(pressure * stiff * np.maximum(1.0 + p.damping * sinking, 0.0))

    def _friction(
        self,
        pose: Pose,
        which: NDArray[np.intp],
        patches: NDArray[np.intp],
        total: Array,
        along: Array,
        at: Array,
        step: float,
    ) -> Array:
        """On patches (n,) that bear a total (n,) [N] along a direction (n, 3) at a place (n, 3), the mean over their elements; patches of
        these rovers that bear nothing forget their shear."""
        p, rovers, own = self.parameters, which[patches // PATCHES], patches % PATCHES
        arm = at - pose.about[patches // PATCHES]
        drift = pose.moving.reshape(-1, 3)[patches] + cross(pose.turning.reshape(-1, 3)[patches], arm)
        unit = along / np.maximum(_length(along), 1e-12)
        across = drift - (drift * unit).sum(axis=1, keepdims=True) * unit
        shear = self.shear[rovers, own] + across * step
        shear -= (shear * unit).sum(axis=1, keepdims=True) * unit
        shear *= np.minimum(1.0, p.shear_length / np.maximum(_length(shear), 1e-12)) * (total > 0.0)[:, None]
        self.shear[which] = 0.0
        self.shear[rovers, own] = shear
        wanted = (shear + _SHEAR_DAMPING * across) / p.shear_length
        return np.asarray(-p.friction * total[:, None] * wanted / np.maximum(_length(wanted), 1.0))


def highest_around(top: Array, reach: int) -> Array:
    """Highest of a square grid of heights, block by block, within so many blocks to each side."""
    side = -(-len(top) // _BLOCK)
    spare = side * _BLOCK - len(top)
    wide = np.pad(top, (spare // 2, spare - spare // 2), mode="edge")
    found = np.asarray(wide.reshape(side, _BLOCK, side, _BLOCK).max(axis=(1, 3)), float)
    for axis in (0, 1):
        padded = np.pad(found, [(reach, reach) if axis == k else (0, 0) for k in (0, 1)], mode="edge")
        shifted = [np.take(padded, np.arange(side) + k, axis=axis) for k in range(2 * reach + 1)]
        found = np.asarray(np.max(shifted, axis=0), float)
    return found


def cross(a: Array, b: Array) -> Array:
    """Vector products (..., 3); NumPy's own spends its time on axes."""
    return np.asarray(a[..., _NEXT] * b[..., _LAST] - a[..., _LAST] * b[..., _NEXT])


def _length(values: Array) -> Array:
    return np.asarray(np.sqrt((values * values).sum(axis=1, keepdims=True)))


def _turned(axes: Array, v: Array) -> Array:
    """Axes (..., 3, 3) times vectors (..., 3)."""
    return np.asarray((axes * v[..., None, :]).sum(axis=-1))
