"""One picture of the ground from a camera that looks down: rays are brought to the ground, the light there is read."""

from typing import Any

import numpy as np

from skycrane.core.errors import InputError
from skycrane.optics.cahv import Cahv
from skycrane.terrain.view.clipmap import Clipmap

STEPS = 6  # of the iteration of a ray to the ground; each gains a factor of slope times tan(angle from the vertical)


class DownLook:
    """A camera over a clipmap; compiled at its first frame, some hundredths of a second for each further one.

    A ray from e along d meets the ground where up(e + t d) = e_up + t d_up; t is iterated from the mean level, which converges where the
    ground is less steep than the ray. Between two maps the light is blended by the size of a pixel on the ground (trilinear), so that a
    frame is neither grainy nor blurred. Not for views of the horizon: rays above 3 degrees below level see `sky`. No spacecraft, no rocks.
    """

    def __init__(self, maps: Clipmap, camera: Cahv, columns: int, lines: int, sky: float = 0.0) -> None:
        """`camera` is in its own frame (its centre near the origin); rays are taken from its centre."""
        if columns < 1 or lines < 1:
            raise InputError(f"a detector has at least one pixel a side, not {columns} x {lines}")
        self.maps, self.camera, self.shape, self.sky = maps, camera, (lines, columns), sky
        x, y = np.meshgrid(np.arange(columns, dtype=np.float64), np.arange(lines, dtype=np.float64))
        _, rays = camera.ray(np.stack([x, y], axis=-1))
        self._rays = np.nan_to_num(rays.reshape(-1, 3), nan=0.0).astype(np.float32).T.copy()
        self._seen = np.isfinite(rays[..., 0]).reshape(-1)
        _, one = camera.ray(np.array([[0.5 * columns, 0.5 * lines], [0.5 * columns + 1.0, 0.5 * lines]]))
        self._pixel_angle = float(np.linalg.norm(one[1] - one[0]))
        self._program: Any = None
        self._on_device: tuple[Any, ...] = ()

    def frame(self, position_site: Any, attitude_site_from_camera: Any) -> np.ndarray:
        """Radiance factor (lines, columns) float32 from a place [m] in the site frame; attitude as a matrix (3, 3) or a quaternion."""
        return np.asarray(self.frame_on_device(position_site, attitude_site_from_camera)).reshape(self.shape)

    def frame_on_device(self, position_site: Any, attitude_site_from_camera: Any) -> Any:
        """The same as a flat JAX array that has not left the device."""
        turn = _matrix(attitude_site_from_camera)
        eye = np.asarray(position_site, dtype=np.float64) - np.array([self.maps.east, self.maps.north, 0.0])
        eye = eye + turn @ self.camera.c
        if self._program is None:
            self._compile()
        return self._program(*self._on_device, eye.astype(np.float32), turn.astype(np.float32))

    def _compile(self) -> None:
        import jax
        from jax import numpy as jnp

        maps = self.maps
        self._on_device = tuple(
            jnp.asarray(a) for a in (maps.up.reshape(-1), maps.radiance.reshape(-1), self._rays, self._seen)
        )
        program = jax.jit(_render, static_argnums=(6, 7, 8, 9, 10))
        fixed = (maps.size, maps.levels, float(maps.finest), self._pixel_angle, float(self.sky))
        self._program = lambda *arguments: program(*arguments, *fixed)


def _matrix(attitude: Any) -> np.ndarray:
    array = np.asarray(attitude, dtype=np.float64)
    if array.shape == (3, 3):
        return array
    w, x, y, z = array
    return np.array(
        [
            [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)],
            [2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)],
            [2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)],
        ]
    )


def _render(
    up: Any,
    radiance: Any,
    rays: Any,
    seen: Any,
    eye: Any,
    turn: Any,
    size: int,
    levels: int,
    finest: float,
    pixel: float,
    sky: float,
) -> Any:
    from jax import lax
    from jax import numpy as jnp

    f32 = jnp.float32
    d = [turn[k, 0] * rays[0] + turn[k, 1] * rays[1] + turn[k, 2] * rays[2] for k in range(3)]
    down = seen & (d[2] < f32(-0.05))
    fall = jnp.where(down, d[2], f32(-1.0))
    half = f32(0.5 * (size - 1))

    def place(x: Any, y: Any, level: Any) -> tuple[Any, Any, Any]:
        """Flat index of the sample south-west of a place, and the fractions beyond it."""
        scale = lax.exp2(-level.astype(f32)) / f32(finest)
        column = jnp.clip(x * scale + half, 0.0, f32(size - 1.001))
        row = jnp.clip(y * scale + half, 0.0, f32(size - 1.001))
        i, j = column.astype(jnp.int32), row.astype(jnp.int32)
        return (level * size + j) * size + i, column - i, row - j

    def read(values: Any, x: Any, y: Any, level: Any) -> Any:
        k, a, b = place(x, y, level)
        south = values[k] * (1 - a) + values[k + 1] * a
        north = values[k + size] * (1 - a) + values[k + size + 1] * a
        return south * (1 - b) + north * b

    def holding(x: Any, y: Any) -> Any:
        """The finest level that reaches a place, as a real number that grows smoothly with its distance."""
        away = jnp.maximum(jnp.abs(x), jnp.abs(y)) + f32(1e-3)
        return jnp.log2(away / f32(0.48 * (size - 4) * finest)) + f32(1.0)

    def fit(wanted: Any) -> Any:
        return jnp.clip(jnp.ceil(wanted), 0, levels - 1).astype(jnp.int32)

    def step(_: Any, t: Any) -> Any:
        x, y = eye[0] + t * d[0], eye[1] + t * d[1]
        return (read(up, x, y, fit(holding(x, y) - 0.0)) - eye[2]) / fall

    ground = up[(levels - 1) * size * size + (size // 2) * size + size // 2]
    t = lax.fori_loop(0, STEPS, step, (ground - eye[2]) / fall)
    x, y = eye[0] + t * d[0], eye[1] + t * d[1]
    footprint = jnp.log2(jnp.maximum(t * f32(pixel), f32(1e-6)) / f32(finest))
    wanted = jnp.clip(jnp.maximum(footprint, holding(x, y)), 0.0, f32(levels - 1))
    lower = jnp.floor(wanted).astype(jnp.int32)
    lower = jnp.maximum(lower, fit(holding(x, y) - 1.0))
    upper = jnp.minimum(lower + 1, levels - 1)
    share = jnp.clip(wanted - lower.astype(f32), 0.0, 1.0)
    light = read(radiance, x, y, lower) * (1 - share) + read(radiance, x, y, upper) * share
    return jnp.where(down & (t > 0), light, f32(sky))
