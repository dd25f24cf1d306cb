"""The integrator: classical fourth-order Runge-Kutta with a fixed step, and dense output to find events inside a step.

Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, II.1 and II.6. A state is any pytree of scalars.
The four stages run as a loop, so the equations of motion are compiled once (docs/design/engine.md).
"""

from collections.abc import Callable
from typing import Any, TypeVar

import jax
from jax import lax
from jax import numpy as jnp

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled

State = TypeVar("State")
_AT_ONCE = 4
_TRIALS = (
    4  # partial steps to a crossing; a gap that closes at 1 m/s and 5 m/s^2 is met to a nanosecond in a 10 ms step
)


def rk4(rates: Callable[[State], State], state: State, step: Scalar) -> State:
    """One step of size `step`; `rates(state)` gives the time derivative, of the same structure."""
    offset = jnp.stack([0.0 * step, 0.5 * step, 0.5 * step, step])
    weight = jnp.stack([step / 6.0, step / 3.0, step / 3.0, step / 6.0])

    def stage(i: Any, carry: tuple[State, State]) -> tuple[State, State]:
        k, result = carry
        k = settled(rates(_moved(state, offset[i], k)))
        return k, _moved(result, weight[i], k)

    still = jax.tree.map(jnp.zeros_like, state)
    return lax.fori_loop(0, 4, stage, (still, state))[1]


def _moved(state: State, h: Scalar, rate: State) -> State:
    """state + h rate, a few numbers at a time: a loop that writes many arrays would not be vectorised (docs/design/engine.md)."""
    leaves, structure = jax.tree.flatten(state)
    left, moved = list(zip(leaves, jax.tree.leaves(rate), strict=True)), []
    while left:
        some, left = settled(([a + h * b for a, b in left[:_AT_ONCE]], left[_AT_ONCE:]))
        moved += some
    return jax.tree.unflatten(structure, moved)


def step_with_event(
    rates: Callable[[State, Scalar], State],
    state: State,
    step: Scalar,
    gap: Callable[[State], Scalar],
    switch: Callable[[State], State],
    armed: Scalar,
    lane: str,
    short: Scalar | None = None,
) -> tuple[State, Scalar, Scalar]:
    """One step in which the equations may change once, where `gap` turns from negative to positive.

    rates(state, switched) has `switched` 0 before and 1 after. Where an armed case crosses, the crossing is found by a fixed number of
    partial steps (so the dense output is as exact as the integrator), each aimed by false position between the ends of the bracket: gaps
    are nearly straight within a step, and each trial divides the miss by the ratio of closing speed to its change. `switch` is applied
    there, and the rest of the step follows, back on the grid. Cases that do not cross pay for one step unless another case of the batch
    crosses; their numbers are the same either way. Returns state, fraction of the step at which it crossed (1 where not) and whether it
    crossed. `short` is the gap as the step begins, where the caller knows it.
    """
    zero = 0.0 * step
    short = gap(state) if short is None else short
    last = 1 + _TRIALS

    def body(carry: tuple[Any, ...]) -> tuple[Any, ...]:
        k, low, high, below, above, base, result, found, hit, _ = carry
        final, first = k == last, k == 0
        aim = low + (high - low) * fn.clip(-below / fn.maximum(above - below, 1e-300), 0.001, 0.999)
        fraction = jnp.where(first, 1.0 + zero, jnp.where(final, 1.0 - found, aim))
        trial = rk4(lambda s: rates(s, jnp.where(final, 1.0 + zero, switched)), base, fraction * step)
        there = gap(trial)
        beyond = there >= 0.0
        hit = jnp.where(first, armed & beyond, hit)
        search = ~first & ~final
        low, high = jnp.where(search & ~beyond, aim, low), jnp.where(search & beyond, aim, high)
        below = jnp.where(search & ~beyond, there, below)
        above = jnp.where(first | (search & beyond), there, above)
        take = first | (hit & (search | final))
        result = jax.tree.map(lambda a, b: jnp.where(take, a, b), trial, result)
        found = jnp.where(search, aim, found)
        caught = switch(result)
        go = k == last - 1
        base = jax.tree.map(lambda a, b: jnp.where(go & hit, a, b), caught, base)
        many = lax.pmax(jnp.where(hit, 1.0, 0.0), lane) > 0.5
        return k + 1, low, high, below, above, base, result, found, hit, many

    switched = jnp.where(armed, zero, 1.0 + zero)
    begin = (0, zero, zero + 1.0, short, short, state, state, zero + 1.0, zero > 1.0, jnp.asarray(True))
    out = lax.while_loop(lambda c: (c[0] <= last) & c[9], body, begin)
    return out[6], jnp.where(out[8], out[7], 1.0 + zero), out[8]
