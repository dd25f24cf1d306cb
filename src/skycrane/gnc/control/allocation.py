"""Thrust allocation: force and torque shared out over throttled engines by bounded least squares.

min |W (B u - d)|^2 + e |u - u0|^2 with low <= u <= high. Where the unbounded solution u0 + B'(B B' + e I)^-1 (d - B u0) lies inside the
bounds it is the answer; where not, a fixed number of accelerated projected-gradient steps (FISTA) is taken, which can be batched: a batch
takes them only in cycles in which one of its cases needs them. Weights alone cannot put attitude before vertical force when far more force is asked for than there is, so the force is
first held inside what the engines have, a tenth of its range below the top. Horizontal force comes from tilt and is limited before.
Source: Beck and Teboulle (2009); Johansen and Fossen, Control allocation: a survey, Automatica 49 (2013).
"""

from typing import Any

from jax import lax
from jax import numpy as jnp

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar
from skycrane.core.settle import settled
from skycrane.core.vector import Vec3, cross
from skycrane.vehicle.engines import Engines

_STEPS = 40
_ATTITUDE_WEIGHT, _FORCE_WEIGHT, _ARM = 3.0, 1.0, 1.5  # torque is weighed as a force at 1.5 m
_REGULARISATION = 1e-3
_RESERVE = 0.1  # of the range of the force against body x, kept for attitude


def allocate(
    engines: Engines, centre: Vec3, lift: Scalar, torque: Vec3, lit: tuple[Scalar, ...], previous: tuple[Scalar, ...]
) -> tuple[Scalar, ...]:
    """Thrust of each engine [N] for a force against body x [N] and a torque [N m]; engines not lit get zero.

    `previous` thrusts are the starting point where an engine is at a stop, and matter: followed from cycle to cycle the force and torque
    are the bounded least-squares ones to about 1e-3, from a cold start to a few per cent.
    """
    rows = _effect(engines, centre)
    low = tuple(on * engines.minimum_thrust for on in lit)
    high = tuple(on * engines.maximum_thrust for on in lit)
    least, most = (sum(b * t for b, t in zip(rows[0], ends, strict=True)) / _FORCE_WEIGHT for ends in (low, high))
    lift = fn.clip(lift, least, most - _RESERVE * (most - least))
    wanted = (lift * _FORCE_WEIGHT, *(t * (_ATTITUDE_WEIGHT / _ARM) for t in torque))
    n = len(lit)
    middle = lift / fn.maximum(sum(lit), 1.0)
    step = 1.0 / (_largest_curvature(rows) + _REGULARISATION)

    free = _unbounded(rows, wanted, middle, lit)
    inside = True
    for u, a, b in zip(free, low, high, strict=True):
        inside = inside & (u >= a) & (u <= b)

    def descend(carry: tuple[Any, Any, Any, Scalar]) -> tuple[Any, Any, Any, Scalar]:
        k, u, y, momentum = carry
        miss = [sum(rows[k][i] * y[i] for i in range(n)) - wanted[k] for k in range(4)]
        new = []
        for i in range(n):
            slope = sum(rows[k][i] * miss[k] for k in range(4)) + _REGULARISATION * (y[i] - middle)
            new.append(fn.clip(y[i] - step * slope, low[i], high[i]))
        faster = 0.5 * (1.0 + jnp.sqrt(1.0 + 4.0 * momentum * momentum))
        push = (momentum - 1.0) / faster
        ahead = tuple(a + push * (a - b) for a, b in zip(new, u, strict=True))
        return k + 1, tuple(new), ahead, faster

    start = tuple(fn.clip(p, a, b) for p, a, b in zip(previous, low, high, strict=True))
    begin = (jnp.where(inside, _STEPS, 0), start, start, 1.0 + 0.0 * lift)
    bounded = lax.while_loop(lambda carry: carry[0] < _STEPS, descend, begin)[1]
    return tuple(fn.where(inside, a, b) for a, b in zip(free, bounded, strict=True))


def _unbounded(
    rows: list[list[Scalar]], wanted: tuple[Scalar, ...], middle: Scalar, lit: tuple[Scalar, ...]
) -> tuple[Scalar, ...]:
    """The solution without bounds; engines not lit take no part. Cholesky's factors of the 4 x 4 normal matrix, written out."""
    burning = [[b * on for b, on in zip(row, lit, strict=True)] for row in rows]
    factor: list[list[Scalar]] = []
    for i in range(4):
        line: list[Scalar] = []
        for j in range(i + 1):
            value = sum(a * b for a, b in zip(burning[i], burning[j], strict=True))
            value = value - sum(line[k] * factor[j][k] for k in range(j)) if j < i else value
            if j == i:
                value = fn.sqrt(value + _REGULARISATION - sum(x * x for x in line))
                line.append(value)
            else:
                line.append(value / factor[j][j])
        factor.append(line)
    factor = settled(factor)
    short = [w - middle * sum(row) for w, row in zip(wanted, burning, strict=True)]
    forward: list[Scalar] = []
    for i in range(4):
        forward.append((short[i] - sum(factor[i][k] * forward[k] for k in range(i))) / factor[i][i])
    back: list[Scalar] = [0.0] * 4
    for i in (3, 2, 1, 0):
        back[i] = (forward[i] - sum(factor[k][i] * back[k] for k in range(i + 1, 4))) / factor[i][i]
    back = settled(back)
    return tuple(on * middle + sum(burning[k][i] * back[k] for k in range(4)) for i, on in enumerate(lit))


def _largest_curvature(rows: list[list[Scalar]]) -> Scalar:
    """No less than the largest eigenvalue of B B^T (Gershgorin): steps longer than its inverse need not converge."""
    sums = [sum(abs(sum(a * b for a, b in zip(row, other, strict=True))) for other in rows) for row in rows]
    return fn.maximum(fn.maximum(sums[0], sums[1]), fn.maximum(sums[2], sums[3]))


def _effect(engines: Engines, centre: Vec3) -> list[list[Scalar]]:
    """Weighted effect of one newton of each engine on (force against x, torque x, y, z); 4 rows."""
    columns = []
    for i in range(engines.count()):
        push = engines.push(i)
        arm = Vec3(engines.place_x[i], engines.place_y[i], engines.place_z[i]) - centre
        turn = cross(arm, push)
        k = _ATTITUDE_WEIGHT / _ARM
        columns.append([-push.x * _FORCE_WEIGHT, turn.x * k, turn.y * k, turn.z * k])
    return [[column[k] for column in columns] for k in range(4)]
