"""Three numbers with a direction. One leaf per component, which is what makes JAX fast on a CPU.

`Vec3` works on floats, NumPy arrays and JAX arrays alike; the frame is in the name of the variable, as everywhere.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar


class Vec3(NamedTuple):
    """A vector of three scalars; +, -, unary -, and * or / by a scalar mean what they mean on paper."""

    x: Scalar
    y: Scalar
    z: Scalar

    def __add__(self, other: Any) -> "Vec3":  # type: ignore[override]
        return Vec3(self.x + other[0], self.y + other[1], self.z + other[2])

    def __sub__(self, other: "Vec3") -> "Vec3":
        return Vec3(self.x - other.x, self.y - other.y, self.z - other.z)

    def __neg__(self) -> "Vec3":
        return Vec3(-self.x, -self.y, -self.z)

    def __mul__(self, scale: Any) -> "Vec3":  # type: ignore[override]
        return Vec3(self.x * scale, self.y * scale, self.z * scale)

    def __rmul__(self, scale: Any) -> "Vec3":  # type: ignore[override]
        return self * scale

    def __truediv__(self, scale: Scalar) -> "Vec3":
        return self * (1.0 / scale)


def zero() -> Vec3:
    """The null vector."""
    return Vec3(0.0, 0.0, 0.0)


def dot(a: Vec3, b: Vec3) -> Scalar:
    """Scalar product."""
    return a.x * b.x + a.y * b.y + a.z * b.z


def cross(a: Vec3, b: Vec3) -> Vec3:
    """Vector product a x b."""
    return Vec3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)


def norm(a: Vec3) -> Scalar:
    """Length; the derivative is finite at zero because 1e-60 is added under the root."""
    return fn.sqrt(dot(a, a) + 1e-60)


def unit(a: Vec3) -> Vec3:
    """Direction of a vector; the null vector gives the null vector."""
    return a * (1.0 / fn.maximum(norm(a), 1e-30))


def total(vectors: Iterable[Vec3]) -> Vec3:
    """Sum of vectors."""
    result = zero()
    for vector in vectors:
        result = result + vector
    return result


def select(condition: Scalar, yes: Vec3, no: Vec3) -> Vec3:
    """`yes` where the condition holds, else `no`, component by component."""
    return Vec3(fn.where(condition, yes.x, no.x), fn.where(condition, yes.y, no.y), fn.where(condition, yes.z, no.z))


def limit(a: Vec3, largest: Scalar) -> Vec3:
    """The vector shortened to a largest length, direction kept."""
    return a * fn.minimum(1.0, largest / fn.maximum(norm(a), 1e-30))
