"""Between two steps: the cubic through both ends, and where on it a condition is first met.

For flights of one point, whose whole path is smooth; the rigid body's events change its equations and are found in
flight/integrator.py. Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, II.6.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import jax
from jax import lax
from jax import numpy as jnp

from skycrane.core.elementary import Scalar

State = TypeVar("State")
_BISECTIONS = 12  # 50 ms / 2^12 = 12 us, well under the 1 ms asked of events


def hermite(before: State, slope_before: State, after: State, slope_after: State, step: Scalar, s: Scalar) -> State:
    """State at the fraction s of a step, by the cubic through both ends and their slopes (third-order dense output)."""

    def one(y0: Scalar, m0: Scalar, y1: Scalar, m1: Scalar) -> Scalar:
        d = y1 - y0
        return y0 + s * (step * m0 + s * (3.0 * d - step * (2.0 * m0 + m1) + s * (step * (m0 + m1) - 2.0 * d)))

    return jax.tree.map(one, before, slope_before, after, slope_after)


def crossing(condition: Callable[[Scalar], Scalar], polish: bool = False) -> Scalar:
    """Fraction of the step at which `condition(s)` turns from negative to positive, by a fixed number of bisections.

    Meaningful only where condition(0) < 0 <= condition(1); 1.0 is returned where it is not crossed.
    `polish` ends with one secant across the last bracket: for a smooth condition that is exact to rounding, and it makes the
    derivative of the result the derivative of the event itself, which bisections alone hide.
    """

    def halve(i: Any, bounds: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
        low, high, before, after = bounds
        middle = jnp.where(i == 0, 0.0, jnp.where(i == 1, 1.0, 0.5 * (low + high)))  # both ends first
        value = condition(middle)
        beyond = value >= 0.0
        low, before = jnp.where(beyond, low, middle), jnp.where(beyond, before, value)
        high, after = jnp.where(beyond, middle, high), jnp.where(beyond, value, after)
        return low, high, before, after

    zero = jnp.asarray(0.0)
    low, high, before, after = lax.fori_loop(0, _BISECTIONS + 2, halve, (zero, zero + 1.0, zero, zero))
    if not polish:
        return high
    share = -before / jnp.where(after > before, after - before, 1.0)
    return jnp.where((before < 0.0) & (after >= 0.0), low + (high - low) * share, high)
