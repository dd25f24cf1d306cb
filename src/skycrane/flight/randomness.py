"""Every random draw of a flight has a name, so that adding one does not move the others.

key = fold_in(master seed, case). Noise of a control cycle is a pure function of (key, name, cycle, number of the draw): the generator is
Threefry-2x32 with 20 rounds [salmon2011] in counter mode, each block two words of 32 bits, its counter (crc32(name), cycle * 64 + block).
Dispersions are drawn with JAX's own functions on fold_in(key, crc32(name)), whose counters begin with 0. What a draw is does not
depend on other draws, lanes or the length of a run. Normal draws come in pairs by Box and Muller's method; 32 bits a draw reach to
6.7 sigma.
"""

import math
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled
from skycrane.mission.parameters import DispersionParameters

_BLOCKS = 64  # a cycle, at most
_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_UNIT = 2.0**-32


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
    row = draws_of_cycle(key, cycle, {name: (count, scale)}, {})[name]
    return tuple(row[i] for i in range(count))


def draws_of_cycle(
    key: jax.Array, cycle: Any, normal: Mapping[str, tuple[int, Scalar]], uniform: Mapping[str, tuple[int, Scalar]]
) -> dict[str, jax.Array]:
    """Every draw of a control cycle at once, rows of shape (count,) by name; each entry is (count, scale).

    Standard normal draws are multiplied by their scale; uniform draws lie in (0, 1) and are 1 throughout where their scale is 0.
    A row is the same whatever else is drawn with it.
    """
    first, second = _words(key, cycle, {name: count for name, (count, _) in (*normal.items(), *uniform.items())})
    many = sum(_blocks(count) for count, _ in normal.values())
    radius = settled(fn.sqrt(-2.0 * fn.log((first[:many] + 0.5) * _UNIT)))
    turns = (second[:many] + 0.5) * _UNIT
    both = settled(fn.sin(jnp.stack([turns + 0.25, turns], axis=-1) * (2.0 * math.pi)))
    bell = settled(radius[:, None] * both).reshape(-1)
    flat = ((jnp.stack([first[many:], second[many:]], axis=-1) + 0.5) * _UNIT).reshape(-1)
    rows = {name: row * normal[name][1] for name, row in _cut(bell, normal)}
    return settled(rows | {name: jnp.where(uniform[name][1] > 0.0, row, 1.0) for name, row in _cut(flat, uniform)})


def _cut(row: jax.Array, wanted: Mapping[str, tuple[int, Scalar]]) -> Iterator[tuple[str, jax.Array]]:
    """The part of a row that belongs to each name; a block has two draws, of an odd count the last is dropped."""
    place = 0
    for name, (count, _) in wanted.items():
        yield name, row[place : place + count]
        place += 2 * _blocks(count)


def _blocks(count: int) -> int:
    return (count + 1) // 2


def _words(key: jax.Array, cycle: Any, counts: Mapping[str, int]) -> tuple[jax.Array, jax.Array]:
    """Two independent words of 32 bits for each block of each name, as floats of shape (blocks,)."""
    names = np.concatenate([np.full(_blocks(n), zlib.crc32(name.encode()), np.uint32) for name, n in counts.items()])
    block = np.concatenate([np.arange(_blocks(n), dtype=np.uint32) for n in counts.values()])
    place = jnp.asarray(cycle).astype(jnp.uint32) * jnp.uint32(_BLOCKS) + block
    first, second = settled(threefry(key[0], key[1], names + jnp.uint32(0) * place, place))
    return first.astype(jnp.float64), second.astype(jnp.float64)


def threefry(key0: Scalar, key1: Scalar, x0: Scalar, x1: Scalar) -> tuple[Scalar, Scalar]:
    """Threefry-2x32 with 20 rounds, on unsigned words of 32 bits. Source: Salmon et al., Parallel Random Numbers (2011)."""
    keys = (key0, key1, key0 ^ key1 ^ jnp.uint32(0x1BD11BDA))
    x0, x1 = x0 + keys[0], x1 + keys[1]
    for group in range(5):
        for turn in _ROTATIONS[group % 2]:
            x0 = x0 + x1
            x1 = ((x1 << jnp.uint32(turn)) | (x1 >> jnp.uint32(32 - turn))) ^ x0
        x0 = x0 + keys[(group + 1) % 3]
        x1 = x1 + keys[(group + 2) % 3] + jnp.uint32(group + 1)
    return x0, x1
