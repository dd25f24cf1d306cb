"""Every random draw of a flight has a name, so that adding one does not move the others.

key = fold_in(master seed, case). Noise of a control cycle is a pure function of (key, name, cycle, number of the draw): the generator is
Threefry-2x32 with 20 rounds [salmon2011] in counter mode, each block two words of 32 bits, its counter (crc32(name), cycle * 64 + block).
Dispersions are drawn with JAX's own functions on fold_in(key, crc32(name)), whose counters begin with 0. What a draw is does not
depend on other draws, lanes or the length of a run. Normal draws come in pairs by Box and Muller's method in 32-bit numbers; 32 bits a
draw reach to 6.7 sigma.
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
from skycrane.core.one_by_one import one_by_one
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
    bell = settled(_bell(words[0][:many], words[1][:many]))
    bell = settled(Pair(*(row.astype(float) for row in bell)))
    rows = {name: Pair(*(row * normal[name][1] for row in pair)) for name, pair in _cut(bell, normal)}
    flat = _cut(Pair(*((word[many:].astype(float) + 0.5) * _UNIT for word in words)), uniform)
    rows |= {name: Pair(*(jnp.where(uniform[name][1] > 0.0, row, 1.0) for row in pair)) for name, pair in flat}
    return settled(rows)


_LOG = tuple(2.0 / (2 * n + 1) for n in range(5, -1, -1))
_SIN = tuple((-1.0) ** n * (2.0 * math.pi) ** (2 * n + 1) / math.factorial(2 * n + 1) for n in range(6, -1, -1))


def _bell(first: Any, second: Any) -> Pair:
    """Two normal draws from two words each, by Box and Muller's method in 32-bit numbers; errors stay below 5e-5 of a sigma.

    r = sqrt(-2 ln u), u the first word over 2^32; r cos a and r sin a, a the second word's share of a turn.
    """
    share = lambda word: (word.astype(jnp.float32) + 0.5) * jnp.float32(_UNIT)  # noqa: E731
    bits = (
        lax.bitcast_convert_type(share(first), jnp.int32) - 0x3F3504F3
    )  # of sqrt(1/2): u = 2^k m, m from there to sqrt(2)
    k, m = bits >> 23, lax.bitcast_convert_type((bits & 0x7FFFFF) + 0x3F3504F3, jnp.float32)
    t = (m - 1.0) / (m + 1.0)
    logarithm = k.astype(jnp.float32) * jnp.float32(math.log(2.0)) + t * _polynomial(_LOG, t * t)
    radius = settled(jnp.sqrt(fn.maximum(-2.0 * logarithm, 0.0)))
    turn = share(second) - 0.5  # from -1/2 to 1/2
    near = jnp.where(abs(turn) > 0.25, jnp.where(turn < 0.0, -0.5, 0.5) - turn, turn)  # of the same sine
    return Pair(radius * _sine(0.25 - abs(turn)), radius * _sine(near))


def _sine(turns: Any) -> Any:
    """Sine of up to a quarter of a turn either way."""
    return turns * _polynomial(_SIN, turns * turns)


def _polynomial(coefficients: tuple[float, ...], x: Any) -> Any:
    p = jnp.float32(coefficients[0]) + 0.0 * x
    for c in coefficients[1:]:
        p = p * x + jnp.float32(c)
    return p


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
    begin = jnp.asarray(names), jnp.asarray(block)
    return one_by_one(lambda x: threefry(key[0], key[1], x[0], first + x[1]), begin)  # type: ignore[no-any-return]


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
