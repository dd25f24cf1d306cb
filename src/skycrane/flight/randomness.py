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
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import lax
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


class Pair(NamedTuple):
    """Two rows of draws, each of shape (pairs,): what the two words of each block gave."""

    first: Scalar
    second: Scalar

    def numbers(self, count: int) -> tuple[Scalar, ...]:
        """The first so many draws, pair by pair."""
        return tuple(self[i % 2][i // 2] for i in range(count))


def normals(key: jax.Array, name: str, cycle: Any, count: int, scale: Scalar) -> tuple[Scalar, ...]:
    """Standard normal draws of this cycle, times `scale` (0 switches noise off without another program)."""
    return draws_of_cycle(key, cycle, {name: ((count + 1) // 2, scale)}, {})[name].numbers(count)


def draws_of_cycle(
    key: jax.Array, cycle: Any, normal: Mapping[str, tuple[int, Scalar]], uniform: Mapping[str, tuple[int, Scalar]]
) -> dict[str, Pair]:
    """Every draw of a control cycle at once, in pairs by name; each entry is (pairs, scale).

    Standard normal draws are multiplied by their scale; uniform draws lie in (0, 1) and are 1 throughout where their scale is 0.
    A draw is the same whatever else is drawn with it.
    """
    words = _words(key, cycle, {name: pairs for name, (pairs, _) in (*normal.items(), *uniform.items())})
    many = sum(pairs for pairs, _ in normal.values())
    first, second = (settled((word.astype(float) + 0.5) * _UNIT) for word in words)
    radius = settled(fn.sqrt(-2.0 * fn.log(first[:many])))
    angle = settled(second[:many] * (2.0 * math.pi))
    bell = settled(Pair(radius * fn.cos(angle), radius * fn.sin(angle)))
    rows = {name: Pair(*(row * normal[name][1] for row in pair)) for name, pair in _cut(bell, normal)}
    flat = _cut(Pair(first[many:], second[many:]), uniform)
    rows |= {name: Pair(*(jnp.where(uniform[name][1] > 0.0, row, 1.0) for row in pair)) for name, pair in flat}
    return settled(rows)


def _cut(rows: Pair, wanted: Mapping[str, tuple[int, Scalar]]) -> Iterator[tuple[str, Pair]]:
    """The part of two rows that belongs to each name."""
    place = 0
    for name, (pairs, _) in wanted.items():
        yield name, Pair(rows.first[place : place + pairs], rows.second[place : place + pairs])
        place += pairs


def _words(key: jax.Array, cycle: Any, pairs: Mapping[str, int]) -> tuple[jax.Array, jax.Array]:
    """Two independent words of 32 bits for each block of each name, of shape (blocks,); block by block, so that a batch of keys
    is worked on side by side."""
    names = np.concatenate([np.full(n, zlib.crc32(name.encode()), np.uint32) for name, n in pairs.items()])
    block = np.concatenate([np.arange(n, dtype=np.uint32) for n in pairs.values()])
    first = jnp.asarray(cycle).astype(jnp.uint32) * jnp.uint32(_BLOCKS)
    return lax.map(lambda x: threefry(key[0], key[1], x[0], first + x[1]), (jnp.asarray(names), jnp.asarray(block)))  # type: ignore[no-any-return]


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
