"""Dispersions that are drawn together: a group is a correlation matrix, written row by row with its members.

Each member states its correlation with those of its group that stand above it in the file; the first one states none.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

_SLACK = 1e-9  # rounding of a matrix that is only just positive semi-definite


def matrix_of(members: Sequence[Any]) -> np.ndarray:
    """Correlation matrix of a group, shape (members, members); a single 0 stands for no correlation with any."""
    matrix = np.eye(len(members))
    for i, member in enumerate(members):
        row = stated(member)
        if i and row:
            matrix[i, :i] = matrix[:i, i] = row
    return matrix


def stated(member: Any) -> tuple[float, ...]:
    """The correlations that a member states; none for a lone 0."""
    return () if tuple(member.correlation) == (0.0,) else tuple(member.correlation)


def factor_of(members: Sequence[Any]) -> np.ndarray:
    """Lower triangular L with L L^T the correlation matrix: row by row, members that follow from others get no draw of their own.

    ValueError when the matrix is not positive semi-definite.
    """
    matrix = matrix_of(members)
    low = np.zeros_like(matrix)
    for i in range(len(matrix)):
        for j in range(i + 1):
            rest = matrix[i, j] - low[i, :j] @ low[j, :j]
            if i == j:
                if rest < -_SLACK:
                    raise ValueError("not positive semi-definite")
                low[i, i] = np.sqrt(max(rest, 0.0))
            elif low[j, j] > np.sqrt(_SLACK):
                low[i, j] = rest / low[j, j]
            elif abs(rest) > np.sqrt(_SLACK):
                raise ValueError("not positive semi-definite")
    return low
