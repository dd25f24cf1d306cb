"""Every random draw of a flight has a name, so that adding one does not move the others.

key = fold_in(fold_in(master seed, case), crc32(name)); noise of a control cycle = fold_in(key, cycle). The generator is JAX's
threefry, partitionable; both are pinned in skycrane.flight.engine and written into the provenance.
"""

import zlib
from typing import Any

import jax
from jax import numpy as jnp

from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled
from skycrane.mission.parameters import DispersionParameters


def case_key(seed: Scalar, case: int) -> jax.Array:
    """Key of one case, shape (2,) uint32."""
    return jax.random.key_data(jax.random.fold_in(jax.random.key(seed, impl="threefry2x32"), case))


def departure(d: DispersionParameters, key: Any) -> Any:
    """Departure from the mean, in the unit of the file, as a JAX number."""
    named = jax.random.fold_in(jax.random.wrap_key_data(key, impl="threefry2x32"), zlib.crc32(d.key.encode()))
    if d.distribution == "uniform":
        return jax.random.uniform(named, minval=-1.0, maxval=1.0) * d.half_width
    if d.distribution == "truncated":
        return jax.random.truncated_normal(named, -d.limit, d.limit) * d.sigma
    return jax.random.normal(named) * d.sigma


def normals(key: jax.Array, name: str, cycle: Any, count: int, scale: Scalar) -> tuple[Scalar, ...]:
    """Standard normal draws of this cycle, times `scale` (0 switches noise off without another program)."""
    row = normal_row(key, name, cycle, count, scale)
    return tuple(row[i] for i in range(count))


def normal_row(key: jax.Array, name: str, cycle: Any, count: int, scale: Scalar) -> jax.Array:
    """As `normals`, in one array of shape (count,)."""
    return settled(jax.random.normal(_named(key, name, cycle), (count,), dtype=jnp.float32).astype(jnp.float64)) * scale


def uniform_row(key: jax.Array, name: str, cycle: Any, count: int, scale: Scalar) -> jax.Array:
    """Uniform draws in [0, 1) of this cycle, shape (count,); 1 throughout where `scale` is 0."""
    draws = jax.random.uniform(_named(key, name, cycle), (count,), dtype=jnp.float32).astype(jnp.float64)
    return jnp.where(scale > 0.0, settled(draws), 1.0)


def _named(key: jax.Array, name: str, cycle: Any) -> jax.Array:
    wrapped = jax.random.wrap_key_data(key, impl="threefry2x32")
    return jax.random.fold_in(jax.random.fold_in(wrapped, zlib.crc32(name.encode())), cycle)
