"""Elementary functions that follow their argument: JAX arrays get fast branch-free polynomials, everything else NumPy.

XLA on a CPU calls the C library lane by lane for exp, sin and atan2; polynomials vectorise and cost a fraction
(measured in docs/design/engine.md). They agree with NumPy to a few units in the last place inside the ranges stated.
"""

import math
from typing import Any

import numpy as np

Scalar = Any  # a float, a NumPy array or a JAX array; the caller's own kind comes back


def namespace(*values: Scalar) -> Any:
    """The array module of the first argument that is not NumPy's or a plain number (the array-API protocol)."""
    for value in values:
        if hasattr(value, "__array_namespace__") and not isinstance(value, (np.ndarray, np.generic)):
            return value.__array_namespace__()
    return np


def _is_numpy(*values: Scalar) -> bool:
    return namespace(*values) is np


def sqrt(x: Scalar) -> Scalar:
    """Square root."""
    return namespace(x).sqrt(x)


def where(condition: Scalar, yes: Scalar, no: Scalar) -> Scalar:
    """`yes` where the condition holds, else `no`."""
    return namespace(condition, yes, no).where(condition, yes, no)


def minimum(a: Scalar, b: Scalar) -> Scalar:
    """The smaller of two values."""
    return namespace(a, b).minimum(a, b)


def maximum(a: Scalar, b: Scalar) -> Scalar:
    """The larger of two values."""
    return namespace(a, b).maximum(a, b)


def clip(x: Scalar, low: Scalar, high: Scalar) -> Scalar:
    """x held between two limits."""
    return minimum(maximum(x, low), high)


def floor(x: Scalar) -> Scalar:
    """Largest whole number not above x."""
    return namespace(x).floor(x)


_ATANH = tuple(2.0 / (2 * n + 1) for n in range(9, -1, -1))


def log(x: Scalar) -> Scalar:
    """Natural logarithm of a positive, normal number: the exponent off, then the series of 2 artanh((m - 1) / (m + 1))."""
    if _is_numpy(x):
        return np.log(x)
    from jax import lax
    from jax import numpy as jnp

    x = jnp.asarray(x, float)
    bits = (
        lax.bitcast_convert_type(x, jnp.int64) - 0x3FE6A09E667F3BCD
    )  # of sqrt(1/2): the rest m lies from there to sqrt(2)
    k = bits >> 52
    m = lax.bitcast_convert_type((bits & 0xFFFFFFFFFFFFF) + 0x3FE6A09E667F3BCD, x.dtype)
    t = (m - 1.0) / (m + 1.0)
    s = t * t
    p = _ATANH[0] + 0.0 * s
    for c in _ATANH[1:]:
        p = p * s + c
    return k.astype(x.dtype) * 0.6931471805599453 + t * p


_EXP = tuple(1.0 / math.factorial(n) for n in range(13, -1, -1))


def exp(x: Scalar) -> Scalar:
    """e^x: 2^k times a polynomial of the remainder below ln(2)/2; beyond |x| = 700 the value there holds (1e-304 or 1e304)."""
    if _is_numpy(x):
        return np.exp(x)
    from jax import lax
    from jax import numpy as jnp

    x = jnp.clip(x, -700.0, 700.0)  # outside, the exponent of the result would run into its sign
    k = jnp.floor(x * 1.4426950408889634 + 0.5)
    r = (x - k * 0.693145751953125) - k * 1.42860682030941723212e-6
    p = _EXP[0] + 0.0 * r
    for c in _EXP[1:]:
        p = p * r + c
    return p * lax.bitcast_convert_type((k.astype(jnp.int64) + 1023) << 52, p.dtype)


_SIN = tuple((-1.0) ** n / math.factorial(2 * n + 1) for n in range(10, -1, -1))


def sin(x: Scalar) -> Scalar:
    """Sine for |x| below a few hundred radians: multiples of pi taken off in two parts, then a polynomial."""
    if _is_numpy(x):
        return np.sin(x)
    k = floor(x * 0.3183098861837907 + 0.5)
    r = (x - k * 3.141592025756836) - k * 6.278329571784980e-07
    s = r * r
    p = _SIN[0] + 0.0 * s
    for c in _SIN[1:]:
        p = p * s + c
    odd = k - 2.0 * floor(k * 0.5)
    return r * p * (1.0 - 2.0 * odd)


def cos(x: Scalar) -> Scalar:
    """Cosine, as sine of x + pi/2."""
    if _is_numpy(x):
        return np.cos(x)
    return sin(x + 0.5 * math.pi)


def atan2(y: Scalar, x: Scalar) -> Scalar:
    """Angle of the point (x, y), in (-pi, pi]: two half-angle reductions, then the series of arctangent. atan2(0, 0) = 0."""
    if _is_numpy(x, y):
        return np.arctan2(y, x)
    ax, ay = abs(x), abs(y)
    large, small = maximum(ax, ay), minimum(ax, ay)
    t = small / maximum(large, 1e-300)
    t = t / (1.0 + sqrt(1.0 + t * t))
    t = t / (1.0 + sqrt(1.0 + t * t))
    s = t * t
    p = 1.0 / 23.0 + 0.0 * s
    for n in range(21, 0, -2):
        p = 1.0 / n - s * p
    angle = 4.0 * t * p
    angle = where(ay > ax, 0.5 * math.pi - angle, angle)
    angle = where(x < 0.0, math.pi - angle, angle)
    return where(y < 0.0, -angle, angle)


def acos(x: Scalar) -> Scalar:
    """Angle in [0, pi] whose cosine is x; x is held inside [-1, 1]."""
    x = clip(x, -1.0, 1.0)
    return atan2(sqrt(maximum((1.0 - x) * (1.0 + x), 0.0)), x)


def asin(x: Scalar) -> Scalar:
    """Angle in [-pi/2, pi/2] whose sine is x; x is held inside [-1, 1]."""
    x = clip(x, -1.0, 1.0)
    return atan2(x, sqrt(maximum((1.0 - x) * (1.0 + x), 0.0)))


def wrap(angle: Scalar) -> Scalar:
    """The same angle in [-pi, pi)."""
    return angle - 2.0 * math.pi * floor(angle / (2.0 * math.pi) + 0.5)
