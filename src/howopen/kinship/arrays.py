"""The small arithmetic that the structural comparisons of this room share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Sampled weights: float32, `(rows, columns)` unless a function says otherwise.
Values = NDArray[np.float32]


def finite(*arrays: Values) -> tuple[Values, ...]:
    """Return matrices without the rows in which any of them holds a NaN or an infinity.

    Args:
        arrays: matrices with the same number of rows, which stay aligned.
    """
    good = np.logical_and.reduce([np.isfinite(x).all(axis=tuple(range(1, x.ndim))) for x in arrays])
    return tuple(np.asarray(x[good], dtype=np.float32) for x in arrays)


def unit_columns(x: Values) -> Values:
    """Return columns centred and of length one; constant columns become zero."""
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = x / np.maximum(np.abs(x).max(axis=0, initial=0.0), 1e-30)
    centred = scaled - scaled.mean(axis=0)
    length = np.sqrt(np.square(centred).sum(axis=0))
    return np.asarray(np.where(length > 1e-6, centred / np.maximum(length, 1e-6), 0), np.float32)


def centre(x: Values) -> Values:
    """Return a matrix less its column means, then less its row means."""
    x = x - x.mean(axis=0, keepdims=True)
    return np.asarray(x - x.mean(axis=1, keepdims=True), np.float32)


def cosine(x: Values, y: Values) -> float:
    """Return the cosine of two arrays of one shape, 0.0 where one of them is zero."""
    a, b = x.ravel().astype(np.float64), y.ravel().astype(np.float64)
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / length if length else 0.0


def agreement(x: Values, y: Values) -> float:
    """Return the double-centred correlation of two matrices of one shape.

    Under independence it is normal with variance 1 / ((rows - 1) (columns - 1)).
    """
    return cosine(centre(x), centre(y))
