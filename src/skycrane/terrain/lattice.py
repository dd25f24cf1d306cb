"""Smooth surfaces from values on a square lattice: how sampled heights are read between their samples, and how noise is made.

Coordinates are arrays that broadcast together. A column of norths (n, 1) with a row of easts (1, m) is an upright grid and is
evaluated one axis after the other, some ten times as fast as loose points. Both ways are sums and products in a fixed order: the
same bits on every machine.
"""

from collections.abc import Callable

import numpy as np

from skycrane.terrain.chance import Real, cell_hash, uniform

STRIP = 1 << 16  # points evaluated together
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


def in_strips(
    evaluate: Callable[[np.ndarray, np.ndarray], np.ndarray], east: np.ndarray, north: np.ndarray
) -> np.ndarray:
    """`evaluate(east, north)` of a large grid, some rows at a time, so that intermediate results stay in the processor's cache."""
    rows = max(8, STRIP // max(east.size, 1))
    if not is_grid(east, north) or north.size <= rows:
        return evaluate(east, north)
    starts = list(range(0, north.size - 1, rows))  # the last strip has at least two rows, so that it is a grid too
    ends = [*starts[1:], north.size]
    return np.concatenate([evaluate(east, north[a:b]) for a, b in zip(starts, ends, strict=True)])


def surface(values: Values, column: Real, row: Real, kernel: Callable[[Real], Weights]) -> Real:
    """The surface at fractional lattice coordinates `column`, `row` (arrays that broadcast)."""
    i, j = np.floor(column), np.floor(row)
    across, along = kernel(column - i), kernel(row - j)
    i, j = i.astype(np.int64), j.astype(np.int64)
    if is_grid(column, row):
        return _on_grid(values, i[0], j[:, 0], [w[0] for w in across], [w[:, 0] for w in along])
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
    total = along[0][:, None] * lines[j - 1 - j0]
    for b in range(1, 4):
        total += along[b][:, None] * lines[j + (b - 1) - j0]
    return total


def noise(east: Real, north: Real, cell: float, seed: int) -> Real:
    """Smooth noise of unit rms whose features are about two `cell` [m] wide: a B-spline through one random number per cell."""
    column, row = east * (1.0 / cell) + 0.37, north * (1.0 / cell) + 0.61
    values: Values = lambda i, j: 2.0 * uniform(cell_hash(i, j, seed)) - 1.0  # noqa: E731
    if not is_grid(column, row):
        values = _remembered(values, column, row)
    return surface(values, column, row, b_spline) * (1.0 / _NOISE_RMS)


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
