"""The grounds under a batch of landings, and the compiled program that finds what they do to the rovers at every step.

`soil` holds the law; here it is compiled once, for one rover, and run over as many as are near their ground. A landing gets the same
push beside others and alone.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skycrane.mission.parameters.rover import SoilParameters
from skycrane.surface import local_ground, soil
from skycrane.surface.local_ground import SPACING, Fields
from skycrane.surface.manoeuvre.ground_below import Below
from skycrane.surface.manoeuvre.machines import Machines, Seen
from skycrane.surface.soil import PATCHES, Pose, Skin, cross, push_of_ground

Array = NDArray[np.float64]
Lanes = NDArray[np.intp]

_FEW = 4  # landings that a small program is made for
_BLOCK = 10  # grid points to a side of a block of ground, 25 cm
_REACHES = (3, 6)  # blocks around the middle of a wheel, and of the belly, that its elements can be over
_OWN_REACH = np.array([0] * 6 + [1])
_ARM = 1.7  # [m] of a wheel from the middle of the rover
_ROOM = 0.03  # [m] more than bodies move freely in a control cycle


class Grounds:
    """For up to 64 landings: their own pieces of ground, the elements of their rovers, and how far each patch has sheared its ground.

    `place` (n, 3) [m] is the origin of a landing's piece in site axes, -inf as long as none is laid out.
    """

    def __init__(self, parameters: SoilParameters, machines: Machines, count: int) -> None:
        self.parameters, self.machines, self.width = parameters, machines, machines.layout.size
        self.room = _FEW if count <= _FEW else 64
        self.place, self.shear = np.full((count, 3), -np.inf), np.zeros((count, PATCHES, 3))
        self.outline, self.blocks = np.zeros((count, 0)), np.zeros((count, 0))
        self.rows = np.zeros((self.room, self.width + 3 * PATCHES + 3))
        self.which = np.zeros(self.room, np.int64)
        self._points: Any = None
        self._program: Any = None

    def lay(self, lane: int | np.intp, found: Below, rover_skin: Skin) -> None:
        """The ground under one landing, and the skin of its rover as its bodies carry it."""
        import jax

        fields = found.ground.fields
        blocks = np.stack([highest_around(found.ground.top, reach) for reach in _REACHES])
        if self._program is None:
            count = len(self.place)
            self.blocks, self.outline = np.empty((count, *blocks.shape)), np.empty((count, *rover_skin.place.shape))
            self._compile(fields, rover_skin)
        self.place[lane], self.blocks[lane], self.outline[lane] = found.place, blocks, rover_skin.place
        self._points = _laying()(self._points, np.int64(int(lane) * len(fields.points)), fields.points)
        self._outlines = jax.device_put(np.pad(self.outline, ((0, self.room - len(self.outline)), *[(0, 0)] * 3)))

    def _compile(self, fields: Fields, rover_skin: Skin) -> None:
        import jax

        from skycrane.flight.programs import load_or_compile

        count, numbers = fields.points.shape
        self._points = jax.device_put(np.zeros((self.room * count, numbers), np.float32))
        outlines = jax.ShapeDtypeStruct((self.room, *rover_skin.place.shape), np.float64)
        self._skin = jax.device_put((rover_skin.normal, rover_skin.area))
        m = self.machines
        build = lambda: _program(self.parameters, m.layout, m.carriers, m.chassis, m.carry, m.step, fields.side)  # noqa: E731
        name = f"ground-{_digest(self.parameters, m.layout, m.carriers, m.step, fields.side)}"
        arguments = (self._points, outlines, *self._skin, self.rows, self.which, np.int64(0))
        self._program = load_or_compile(name, build, arguments)

    def laid(self, lanes: Lanes) -> NDArray[np.bool_]:
        """Which of these landings have their ground."""
        return self.place[lanes, 0] > -np.inf

    def near(self, lane: int | np.intp, cycle: float) -> bool:
        """Whether a patch of this landing's rover can touch its ground within a control cycle [s]."""
        m, place = self.machines, self.place[lane]
        axes, origins = m.carried(lane)
        places = axes @ self.outline[lane]
        places += (origins - place)[:, :, None]
        middle = places[:, :2].mean(axis=-1)
        side = self.blocks.shape[-1]
        at = np.clip(middle * (1.0 / (_BLOCK * SPACING)) + 0.5 * side, 0.0, side - 1.0).astype(np.intp)
        highest = self.blocks[lane, _OWN_REACH, at[:, 1], at[:, 0]]
        v = m.v[lane, m.v_rover :]
        fastest = np.sqrt(v[:3] @ v[:3]) + _ARM * np.sqrt(v[3:6] @ v[3:6]) + np.abs(v[6:]).max()
        return bool((places[:, 2].min(axis=-1) - highest < fastest * cycle + _ROOM).any())

    def begin(self, lanes: Lanes) -> Array:
        """Rows (n, size) for a cycle of these landings; what MuJoCo has of them goes into their beginnings at every step."""
        n = len(lanes)
        self.which[:n] = lanes
        self.rows[:n, self.width : -3], self.rows[:n, -3:] = self.shear[lanes].reshape(n, -1), self.place[lanes]
        return self.rows[:n]

    def push(self, rows: Array) -> "Pushed":
        """The push on the landings of these rows, as they are now; the rows get the shear with which the next step begins."""
        n = len(rows)
        found = np.asarray(
            self._program(self._points, self._outlines, *self._skin, self.rows, self.which, np.int64(n))
        )[:n]
        pushed = Pushed(found, self.machines.layout.bodies)
        rows[:, self.width : -3] = pushed.shear
        return pushed

    def end(self, lanes: Lanes, rows: Array) -> None:
        """Keep the shear of these landings after a cycle."""
        self.shear[lanes] = rows[:, self.width : -3].reshape(len(lanes), PATCHES, 3)


class Pushed:
    """What the ground does to some rovers: wrench on every body (n, bodies, 6), load of each patch along the vertical (n, 7) [N], greatest
    depth in soil (n, 7) [m], shear (n, 21) [m]."""

    def __init__(self, table: Array, bodies: int) -> None:
        n = 6 * bodies
        self.wrench = table[:, :n].reshape(-1, bodies, 6)
        self.load, self.depth = table[:, n : n + PATCHES], table[:, n + PATCHES : n + 2 * PATCHES]
        self.shear = table[:, n + 2 * PATCHES :]


def _program(
    parameters: SoilParameters, layout: Any, carriers: Lanes, chassis: int, carry: Array, step: float, side: int
) -> Any:
    """The push on rovers, each from its row."""
    from jax import lax
    from jax import numpy as jnp

    width = layout.size

    def one(fields: Fields, rover_skin: Skin, row: Any) -> Any:
        seen: Seen = layout.split(row)
        of_patches = lambda every: jnp.stack([every[k] for k in carriers])  # noqa: E731
        place, spin = row[-3:], of_patches(seen.cvel)
        origins, axes = of_patches(seen.xpos) - place, of_patches(seen.xmat).reshape(-1, 3, 3)
        pose = Pose(axes, origins, spin[:, :3], spin[:, 3:], seen.subtree_com[chassis] - place)
        push = push_of_ground(parameters, fields, rover_skin, pose, row[width:-3].reshape(PATCHES, 3), step)
        arm = push.place + place - of_patches(seen.xipos)
        wrench = jnp.concatenate([push.force, cross(arm, push.force)], 1)
        of_bodies = [sum((wrench[k] for k in np.flatnonzero(own)), jnp.zeros(6)) for own in carry]
        return jnp.concatenate([*of_bodies, push.force[:, 2], push.depth, push.shear.ravel()])

    def run(points: Any, outlines: Any, normal: Any, area: Any, rows: Any, which: Any, count: Any) -> Any:
        def turn(n: Any, found: Any) -> Any:
            lane = which[n]
            own = one(
                Fields(points, side, (lane * side * side).astype(np.int32)), Skin(outlines[lane], normal, area), rows[n]
            )
            return lax.dynamic_update_index_in_dim(found, own, n, 0)

        size = 6 * layout.bodies + 5 * PATCHES
        return lax.fori_loop(0, count, turn, jnp.zeros((rows.shape[0], size)))

    return run


@cache
def _laying() -> Any:
    """A program that puts the points of one landing among those of all, in the same memory."""
    import jax
    from jax import lax

    return jax.jit(lambda every, first, own: lax.dynamic_update_slice_in_dim(every, own, first, 0), donate_argnums=0)


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


def _digest(*what: Any) -> str:
    """Of what the program is made from: the compile cache looks at the rooms below alone."""
    digest = hashlib.sha256(repr(what).encode())
    for file in (__file__, soil.__file__, local_ground.__file__):
        digest.update(Path(file).read_bytes())
    return digest.hexdigest()[:12]
