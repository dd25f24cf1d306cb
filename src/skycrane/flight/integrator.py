"""The integrator: classical fourth-order Runge-Kutta with a fixed step, and dense output to find events inside a step.

Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, II.1 and II.6. A state is any pytree of scalars.
The four stages run as a loop, so the equations of motion are compiled once (docs/design/engine.md).
"""

from collections.abc import Callable
from typing import Any, TypeVar

import jax
from jax import lax
from jax import numpy as jnp

from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled

State = TypeVar("State")
_BISECTIONS = 12  # 10 ms / 2^12 = 2.4 us, well under the 1 ms asked of events


def rk4(rates: Callable[[State], State], state: State, step: Scalar) -> State:
    """One step of size `step`; `rates(state)` gives the time derivative, of the same structure."""
    add = lambda h, k: jax.tree.map(lambda a, b: a + h * b, state, k)  # noqa: E731
    offset = jnp.stack([0.0 * step, 0.5 * step, 0.5 * step, step])
    weight = jnp.stack([step / 6.0, step / 3.0, step / 3.0, step / 6.0])

    def stage(i: Any, carry: tuple[State, State]) -> tuple[State, State]:
        k, result = carry
        k = settled(rates(settled(add(offset[i], k))))
        return k, jax.tree.map(lambda a, b: a + weight[i] * b, result, k)

    still = jax.tree.map(jnp.zeros_like, state)
    return lax.fori_loop(0, 4, stage, (still, state))[1]


def step_with_event(
    rates: Callable[[State, Scalar], State],
    state: State,
    step: Scalar,
    gap: Callable[[State], Scalar],
    switch: Callable[[State], State],
    armed: Scalar,
    lane: str,
) -> tuple[State, Scalar, Scalar]:
    """One step in which the equations may change once, where `gap` turns from negative to positive.

    rates(state, switched) has `switched` 0 before and 1 after. Where an armed case crosses, the crossing is found by a fixed number of
    bisections (each a partial step, so the dense output is as exact as the integrator), `switch` is applied there, and the rest of
    the step follows, back on the grid. Cases that do not cross pay for one step unless another case of the batch crosses; their
    numbers are the same either way. Returns state, fraction of the step at which it crossed (1 where not) and whether it crossed.
    """
    zero = 0.0 * step + 0.0 * gap(state)
    last = 1 + _BISECTIONS

    def body(carry: tuple[Any, ...]) -> tuple[Any, ...]:
        k, low, high, base, result, hit, _ = carry
        final, first = k == last, k == 0
        middle = 0.5 * (low + high)
        fraction = jnp.where(first, 1.0 + zero, jnp.where(final, 1.0 - high, middle))
        trial = rk4(lambda s: rates(s, jnp.where(final, 1.0 + zero, armed_switch)), base, fraction * step)
        beyond = gap(trial) >= 0.0
        hit = jnp.where(first, armed & beyond, hit)
        new_low = jnp.where(first | final, low, jnp.where(beyond, low, middle))
        new_high = jnp.where(first | final, high, jnp.where(beyond, middle, high))
        take = first | (hit & (beyond | final))
        result = jax.tree.map(lambda a, b: jnp.where(take, a, b), trial, result)
        caught = switch(result)
        go = k == last - 1
        base = jax.tree.map(lambda a, b: jnp.where(go & hit, a, b), caught, base)
        many = lax.pmax(jnp.where(hit, 1.0, 0.0), lane) > 0.5
        return k + 1, new_low, new_high, base, result, hit, many

    armed_switch = jnp.where(armed, zero, 1.0 + zero)
    begin = (0, zero, zero + 1.0, state, state, zero > 1.0, jnp.asarray(True))
    out = lax.while_loop(lambda c: (c[0] <= last) & c[6], body, begin)
    return out[4], jnp.where(out[5], out[2], 1.0 + zero), out[5]
