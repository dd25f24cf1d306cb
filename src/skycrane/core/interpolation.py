"""Smooth tables on a uniform grid: the index comes by arithmetic, one gather per column, no search.

The cubic is Catmull-Rom's (value and slope continuous), the bilinear one is for coefficient tables.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from skycrane.core import elementary as fn
from skycrane.core.elementary import Scalar, namespace
from skycrane.core.settle import settled


class UniformCubic(NamedTuple):
    """Cubic pieces of several columns over one uniform grid; arrays are shared by all cases of a batch.

    coefficients: for each column four arrays of shape (knots - 1,).
    """

    origin: np.ndarray  # shape ()
    inverse_step: np.ndarray  # shape ()
    last: np.ndarray  # shape (), number of intervals
    coefficients: tuple[tuple[np.ndarray, ...], ...]


def uniform_cubic(origin: float, step: float, columns: tuple[np.ndarray, ...]) -> UniformCubic:
    """Pieces through the given values; each column has shape (knots,)."""
    pieces = []
    for column in columns:
        slope = np.gradient(np.asarray(column, float))
        y0, y1, m0, m1 = column[:-1], column[1:], slope[:-1], slope[1:]
        pieces.append((y0 + 0.0, m0 + 0.0, 3.0 * (y1 - y0) - 2.0 * m0 - m1, 2.0 * (y0 - y1) + m0 + m1))
    count = float(len(columns[0]) - 1)
    return UniformCubic(np.asarray(origin), np.asarray(1.0 / step), np.asarray(count), tuple(pieces))


class CubicPiece(NamedTuple):
    """The piece of every column around one place, looked up once; it serves a little way beyond its ends too."""

    place: Scalar  # of that place within the piece, in steps
    least: Scalar  # where the grid ends, counted from the piece's first knot
    most: Scalar
    columns: tuple[Scalar, ...]  # four coefficients a column


def evaluate_cubic(pieces: UniformCubic, x: Scalar) -> tuple[Scalar, ...]:
    """Every column at x; outside the grid the end pieces' end values hold."""
    piece = cubic_piece(pieces, x)
    return _polynomials(piece.columns, piece.place)


def cubic_by_number(pieces: UniformCubic) -> Callable[[float], tuple[float, ...]]:
    """`evaluate_cubic` for one number after the other: the same bits, twenty times sooner than through arrays of one."""
    origin, inverse_step, most = float(pieces.origin), float(pieces.inverse_step), float(pieces.last - 1e-9)
    columns = [[column.tolist() for column in each] for each in pieces.coefficients]

    def at(x: float) -> tuple[float, ...]:
        u = min(max((x - origin) * inverse_step, 0.0), most)
        i = int(u)
        t = u - i
        return tuple(((c3[i] * t + c2[i]) * t + c1[i]) * t + c0[i] for c0, c1, c2, c3 in columns)

    return at


def cubic_piece(pieces: UniformCubic, x: Scalar) -> CubicPiece:
    """The piece of every column at x."""
    u = fn.clip((x - pieces.origin) * pieces.inverse_step, 0.0, pieces.last - 1e-9)
    i, t = split(u)
    found = fetched(tuple(take(column, i) for c in pieces.coefficients for column in c))
    return CubicPiece(t, t - u, pieces.last - 1e-9 - (u - t), found)


def evaluate_near(piece: CubicPiece, steps: Scalar) -> tuple[Scalar, ...]:
    """Every column so many grid steps from where the piece was looked up, by that one piece; the ends of the grid hold."""
    return _polynomials(piece.columns, fn.clip(piece.place + steps, piece.least, piece.most))


def _polynomials(c: tuple[Scalar, ...], t: Scalar) -> tuple[Scalar, ...]:
    return tuple(((c[k + 3] * t + c[k + 2]) * t + c[k + 1]) * t + c[k] for k in range(0, len(c), 4))


def split(u: Scalar) -> tuple[Scalar, Scalar]:
    """Whole part as an index, and the rest."""
    i = namespace(u).asarray(u).astype(np.int32)
    return i, u - i


def take(column: Scalar, i: Scalar) -> Scalar:
    """column[i], the index known to be inside; on NumPy the index of what is no number is held inside, and the rest stays NaN."""
    if namespace(i) is np:
        column = np.asarray(column)
        return column[np.clip(i, 0, len(column) - 1)]
    return namespace(i).asarray(column).at[i].get(mode="promise_in_bounds", wrap_negative_indices=False)


def fetched(values: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    """What was looked up, on JAX in a loop of its own: a lookup works number by number, and so would all that is fused with it."""
    return values if namespace(*values) is np else settled(values)


def ramps(x: Scalar, knots: tuple[Scalar, ...], values: tuple[Scalar, ...]) -> Scalar:
    """Piecewise linear through (knots, values), constant outside: a sum of ramps, for short tables with a value per case."""
    y = values[0] + 0.0 * x
    for k0, k1, v0, v1 in zip(knots[:-1], knots[1:], values[:-1], values[1:], strict=True):
        y = y + (v1 - v0) * fn.clip((x - k0) / (k1 - k0), 0.0, 1.0)
    return y
