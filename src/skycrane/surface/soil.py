"""What the ground does to wheels and belly: pressure that grows with depth, friction that grows with shear.

A surface element dA (seen against the ground's normal n) at depth z under the ground feels the pressure

    p = p0 (z / z0)^k (1 + a w),   w = speed of sinking in, not below -1/a

along n (Bekker, Introduction to Terrain-Vehicle Systems, 1969, for a plate; damping after Hunt and Crossley). Where it meets rock, p is
`rock_stiffness_scale` times as large. Each wheel, and the belly, drags the soil along by the shear s [m] until friction is fully used:

    F = -mu N s / K,   ds/dt = v across n, |s| <= K

(the linear part of Janosi and Hanamoto's law), so that it holds on a slope without creeping. Assumes dry uniform soil, sinkage
small against a wheel, and no bulldozing. A cylinder that is let down without rolling sinks, for k = 1, to z = (3 W / (4 b (p0/z0)
sqrt(D)))^(2/3).

One rover at a time, every element of it; the functions follow the array namespace of their arguments.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skycrane.core import elementary as fn
from skycrane.core.elementary import namespace
from skycrane.mission.parameters.rover import SoilParameters
from skycrane.surface.chassis import Chassis
from skycrane.surface.local_ground import Fields

Array = NDArray[np.float64]

PATCHES = 7  # six wheels and the belly
_ARC, _AROUND, _ACROSS = np.radians(84.0), 43, 3  # of a tread: reach to each side of its lowest line, elements
_BELLY = (13, 9)
_SHEAR_DAMPING = 0.03  # [s] keeps the shear from ringing; at rest it does nothing
_SMALL = 1e-12


class Skin(NamedTuple):
    """Surface elements of the rover: place and outward normal (7, 3, n) with all joints at zero, from the rover's origin or from that of
    the body that carries the patch [m], area (7, n) [m^2]; six wheels, belly. The belly has fewer: the rest of its row has no area."""

    place: Any
    normal: Any
    area: Any

    def carried(self, origins: Array) -> "Skin":
        """The same with places from the origins (7, 3) of the bodies that carry the patches."""
        return self._replace(place=self.place - origins[:, :, None])


def skin(c: Chassis) -> Skin:
    """The lower half of the treads and the underside of the chassis."""
    r = c.rover
    radius, strip = 0.5 * r.wheel_diameter, r.wheel_width / _ACROSS
    angle = np.linspace(-_ARC, _ARC, _AROUND)
    side = strip * (np.arange(_ACROSS) - 0.5 * (_ACROSS - 1))
    a, y = (each.ravel() for each in np.meshgrid(angle, side))
    normal = np.stack([np.sin(a), 0.0 * a, -np.cos(a)])
    offset = radius * normal + np.stack([0.0 * a, y, 0.0 * a])
    x, y = (each.ravel() for each in np.meshgrid(*(np.linspace(-0.5, 0.5, n) for n in _BELLY)))
    spare = len(a) - len(x)
    belly = np.stack([x * r.body_length, y * r.body_width, np.full(x.shape, r.belly_height)])
    own = np.full(len(x), r.body_length * r.body_width / len(x))
    return Skin(
        place=np.stack([*(hub[:, None] + offset for hub in c.hubs), np.pad(belly, ((0, 0), (0, spare)), mode="edge")]),
        normal=np.stack([normal] * 6 + [np.tile([[0.0], [0.0], [-1.0]], (1, len(a)))]),
        area=np.stack([np.full(len(a), radius * (angle[1] - angle[0]) * strip)] * 6 + [np.pad(own, (0, spare))]),
    )


class Pose(NamedTuple):
    """Of the bodies that carry the patches, axes of the ground: their axes (7, 3, 3), origins (7, 3) [m], angular velocity (7, 3) [rad/s],
    velocity (7, 3) [m/s] of the point that is at `about` (3,) [m]."""

    axes: Any
    origins: Any
    turning: Any
    moving: Any
    about: Any


class Push(NamedTuple):
    """What the ground does to the patches: force (7, 3) [N] at a place (7, 3) [m], greatest depth in soil (7,) [m], force borne by
    rock (7,) [N]; and the shear (7, 3) [m] with which the next step begins."""

    force: Any
    place: Any
    depth: Any
    on_rock: Any
    shear: Any


def push_of_ground(
    parameters: SoilParameters, fields: Fields, rover_skin: Skin, pose: Pose, shear: Any, step: float
) -> Push:
    """The push of a ground with `fields` (`LocalGround.fields`) on a rover that so stands and so moves, whose patches have sheared it by
    `shear` (7, 3) [m], over a step [s]."""
    places = _turned(pose.axes, rover_skin.place)
    place = tuple(places[i] + pose.origins[:, i, None] for i in range(3))
    top, east, north, rock = fields.at(place[0], place[1])
    steep = 1.0 / fn.sqrt(east * east + north * north + 1.0)
    normal = (-east * steep, -north * steep, steep)
    depth = fn.maximum(top - place[2], 0.0) * steep
    still = pose.moving - cross(pose.turning, pose.about)
    turning = tuple(pose.turning[:, i, None] for i in range(3))
    speed = _sum(still[:, i, None] * normal[i] for i in range(3))
    speed = speed + _sum(each * n for each, n in zip(_crossed(turning, place), normal, strict=True))
    facing = -_sum(a * b for a, b in zip(_turned(pose.axes, rover_skin.normal), normal, strict=True))
    load = _pressure(parameters, depth, rock, -speed) * rover_skin.area * fn.maximum(facing, 0.0)
    total, stack = load.sum(-1), namespace(load).stack
    along = stack([(load * each).sum(-1) for each in normal], -1)
    at = stack([(load * each).sum(-1) for each in place], -1) / fn.maximum(total, _SMALL)[:, None]
    friction, sheared = _friction(parameters, pose, total, along, at, shear, step)
    return Push(along + friction, at, (depth * (rock < 0.5)).max(-1), (load * rock).sum(-1), sheared)


def _pressure(p: SoilParameters, depth: Any, rock: Any, sinking: Any) -> Any:
    """Pressure [Pa] on elements at a depth [m]; none at none."""
    share = depth * (1.0 / p.bearing_depth)
    if p.exponent != 1.0:
        share = fn.where(share > 0.0, fn.exp(p.exponent * fn.log(fn.maximum(share, _SMALL))), 0.0)
    stiff = 1.0 + (p.rock_stiffness_scale - 1.0) * rock
    return p.bearing_pressure * share * stiff * fn.maximum(1.0 + p.damping * sinking, 0.0)


def _friction(
    p: SoilParameters, pose: Pose, total: Any, along: Any, at: Any, shear: Any, step: float
) -> tuple[Any, Any]:
    """Friction (7, 3) [N] on patches that bear a total (7,) [N] along a direction (7, 3) at a place (7, 3) [m], the mean over their
    elements, and their shear (7, 3) [m]; patches that bear nothing forget it."""
    unit = along / fn.maximum(_length(along), _SMALL)
    drift = pose.moving + cross(pose.turning, at - pose.about)
    across = drift - (drift * unit).sum(-1)[:, None] * unit
    shear = shear + across * step
    shear = shear - (shear * unit).sum(-1)[:, None] * unit
    shear = shear * fn.minimum(1.0, p.shear_length / fn.maximum(_length(shear), _SMALL)) * (total > 0.0)[:, None]
    wanted = (shear + _SHEAR_DAMPING * across) / p.shear_length
    return -p.friction * total[:, None] * wanted / fn.maximum(_length(wanted), 1.0), shear


def cross(a: Any, b: Any) -> Any:
    """Vector products (..., 3)."""
    parts = _crossed(tuple(a[..., i] for i in range(3)), tuple(b[..., i] for i in range(3)))
    return namespace(*parts).stack(parts, -1)


def _crossed(a: Any, b: Any) -> tuple[Any, Any, Any]:
    """Components of the vector product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _turned(axes: Any, v: Any) -> tuple[Any, ...]:
    """Components (7, n) outside of vectors (7, 3, n) in axes (7, 3, 3)."""
    return tuple(_sum(axes[:, i, j, None] * v[:, j] for j in range(3)) for i in range(3))


def _sum(parts: Any) -> Any:
    """Of a few arrays."""
    first, *rest = parts
    for each in rest:
        first = first + each
    return first


def _length(v: Any) -> Any:
    return fn.sqrt((v * v).sum(-1))[..., None]
