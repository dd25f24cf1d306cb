"""Smooth surfaces from values on a square lattice: how sampled heights are read between their samples, and how noise is made.

Coordinates are arrays that broadcast together. A column of norths (n, 1) with a row of easts (1, m) is an upright grid and is
evaluated one axis after the other, some thirty times as fast as loose points; so are many small grids at once (`is_stack`). All ways
are sums and products in a fixed order: the same bits on every machine. Noise is summed in 32-bit numbers, which are good to a millionth
of its height.
"""

from collections.abc import Callable

import numpy as np

from skycrane.terrain.chance import Real, cell_hash, uniform

TILE = 256  # points to a side that are evaluated together
_RUN = 6  # rows between the same lattice rows from which they are taken together
Weights = tuple[Real, Real, Real, Real]
#: gives the lattice values at whole-number columns and rows (arrays that broadcast)
Values = Callable[[Real, Real], Real]

#: rms of a B-spline surface whose lattice values are uniform in [-1, 1]: sqrt(1/3) times the mean square of the weights
_NOISE_RMS = 0.57735026918962573 * 0.4793650793650794


def catmull_rom(f: Real) -> Weights:
    """Weights of four neighbours; the surface goes through the samples and has continuous slopes. Catmull and Rom (1974)."""
    g = 1.0 - f
    return (
        -0.5 * f * g * g,
        1.0 + f * f * (1.5 * f - 2.5),
        1.0 + g * g * (1.5 * g - 2.5),
        -0.5 * g * f * f,
    )


def b_spline(f: Real) -> Weights:
    """Weights of four neighbours; the surface passes near the samples and has continuous curvature."""
    g = 1.0 - f
    sixth = 1.0 / 6.0
    return (
        g * g * g * sixth,
        (4.0 + f * f * (3.0 * f - 6.0)) * sixth,
        (4.0 + g * g * (3.0 * g - 6.0)) * sixth,
        f * f * f * sixth,
    )


def is_grid(east: Real, north: Real) -> bool:
    """Whether the coordinates are a rising row of easts and a rising column of norths."""
    if np.ndim(east) != 2 or np.ndim(north) != 2 or east.shape[0] != 1 or north.shape[1] != 1 or north.shape[0] == 1:
        return False
    return bool((np.diff(east[0]) >= 0.0).all() and (np.diff(north[:, 0]) >= 0.0).all())


def is_stack(east: Real, north: Real) -> bool:
    """Whether the coordinates are upright grids of one shape: eastings (grids, 1, columns), northings (grids, rows, 1)."""
    if np.ndim(east) != 3 or np.ndim(north) != 3:
        return False
    return bool(east.shape[1] == north.shape[2] == 1 and len(east) == len(north) and north.shape[1] > 1)


def in_tiles(
    evaluate: Callable[[np.ndarray, np.ndarray], np.ndarray], east: np.ndarray, north: np.ndarray
) -> np.ndarray:
    """`evaluate(east, north)` of a large grid, tile by tile, so that intermediate results stay in the processor's cache.

    What comes back has rows first and columns last; what lies between is the caller's.
    """
    if not is_grid(east, north) or max(east.size, north.size) <= TILE:
        return evaluate(east, north)
    columns, rows = _pieces(east.size), _pieces(north.size)
    whole: np.ndarray = np.empty(0)
    for row in rows:
        for column in columns:
            part = evaluate(east[:, column], north[row])
            if not whole.size:
                whole = np.empty((north.size, *part.shape[1:-1], east.size), part.dtype)
            whole[row, ..., column] = part
    return whole


def _pieces(size: int) -> list[slice]:
    """At least two points in each, so that it is a grid too."""
    starts = list(range(0, max(size - 1, 1), TILE))
    return [slice(a, b) for a, b in zip(starts, [*starts[1:], size], strict=True)]


def surface(
    values: Values, column: Real, row: Real, kernel: Callable[[Real], Weights], real: type = np.float64
) -> Real:
    """The surface at fractional lattice coordinates `column`, `row` (arrays that broadcast), summed in numbers of type `real`."""
    i, j = np.floor(column), np.floor(row)
    across, along = (tuple(w.astype(real) for w in kernel(f)) for f in (column - i, row - j))
    i, j = i.astype(np.int64), j.astype(np.int64)
    if is_grid(column, row):
        return _on_grid(values, i[0], j[:, 0], [w[0] for w in across], [w[:, 0] for w in along])
    if is_stack(column, row):
        return _on_stack(values, i, j, across, along)
    total: Real = None
    for b in range(4):
        line: Real = None
        for a in range(4):
            term = across[a] * values(i + (a - 1), j + (b - 1))
            line = term if line is None else line + term
        total = along[b] * line if total is None else total + along[b] * line
    return total


def _on_grid(
    values: Values, i: np.ndarray, j: np.ndarray, across: list[np.ndarray], along: list[np.ndarray]
) -> np.ndarray:
    """One axis after the other; the sums are taken in the same order as for loose points."""
    i0, j0 = int(i.min()) - 1, int(j.min()) - 1
    columns, rows = np.arange(i0, int(i.max()) + 3), np.arange(j0, int(j.max()) + 3)
    block = values(columns[None, :], rows[:, None])
    lines = across[0] * block[:, i - 1 - i0]
    for a in range(1, 4):
        lines += across[a] * block[:, i + (a - 1) - i0]
    if j.size < _RUN * rows.size:
        return _rows_apart(lines, j - 1 - j0, along)
    return _rows_together(lines, j - 1 - j0, along)


def _on_stack(values: Values, i: np.ndarray, j: np.ndarray, across: Weights, along: Weights) -> np.ndarray:
    """As `_on_grid`, of all grids at once."""
    i0, j0 = i.min(axis=2, keepdims=True) - 1, j.min(axis=1, keepdims=True) - 1
    columns = i0 + np.arange(int((i - i0).max()) + 3)
    rows = j0 + np.arange(int((j - j0).max()) + 3)[:, None]
    block = values(columns, rows)
    lines = across[0] * np.take_along_axis(block, i - 1 - i0, axis=2)
    for a in range(1, 4):
        lines += across[a] * np.take_along_axis(block, i + (a - 1) - i0, axis=2)
    total = along[0] * np.take_along_axis(lines, j - 1 - j0, axis=1)
    for b in range(1, 4):
        total += along[b] * np.take_along_axis(lines, j + (b - 1) - j0, axis=1)
    return np.asarray(total)


def _rows_apart(lines: np.ndarray, j: np.ndarray, along: list[np.ndarray]) -> np.ndarray:
    """Few rows between the same four lines: each row takes its own."""
    total = along[0][:, None] * lines[j]
    for b in range(1, 4):
        total += along[b][:, None] * lines[j + b]
    return total


def _rows_together(lines: np.ndarray, j: np.ndarray, along: list[np.ndarray]) -> np.ndarray:
    """Many rows between the same four lines: they are taken together, and nothing is copied."""
    total = np.empty((j.size, lines.shape[1]), lines.dtype)
    starts = np.flatnonzero(np.diff(j, prepend=j[0] - 1))
    for start, end in zip(starts, [*starts[1:], j.size], strict=True):
        out, first = total[start:end], int(j[start])
        np.multiply(along[0][start:end, None], lines[first], out=out)
        for b in range(1, 4):
            out += along[b][start:end, None] * lines[first + b]
    return total


def noise(east: Real, north: Real, cell: float, seed: int) -> Real:
    """Smooth noise of unit rms whose features are about two `cell` [m] wide: a B-spline through one random number per cell."""
    column, row = east * (1.0 / cell) + 0.37, north * (1.0 / cell) + 0.61
    values: Values = lambda i, j: (2.0 * uniform(cell_hash(i, j, seed)) - 1.0).astype(np.float32)  # noqa: E731
    if not (is_grid(column, row) or is_stack(column, row)):
        values = _remembered(values, column, row)
    return surface(values, column, row, b_spline, np.float32) * np.float32(1.0 / _NOISE_RMS)


def _remembered(values: Values, column: Real, row: Real) -> Values:
    """For many loose points on few cells: every cell's number is drawn once."""
    if column.size == 0:
        return values
    i0, i1 = int(np.floor(column.min())) - 1, int(np.floor(column.max())) + 3
    j0, j1 = int(np.floor(row.min())) - 1, int(np.floor(row.max())) + 3
    points = np.broadcast(column, row).size
    if (i1 - i0) * (j1 - j0) > 8 * points:
        return values
    block = values(np.arange(i0, i1)[None, :], np.arange(j0, j1)[:, None]).ravel()
    return lambda i, j: block[(j - j0) * (i1 - i0) + (i - i0)]
