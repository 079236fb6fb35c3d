"""A part of a stored matrix, or its rows and columns in another order, read as a matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from howopen.formats.weights import Values
    from howopen.kinship.layouts import Rows

#: Rows that lie together are read in one go if that costs at most so many times their number.
TOGETHER = 4


class Cut(NamedTuple):
    """Which stored rows and columns make up a matrix.

    Attributes:
        name: what was done, such as `one after the other, part 2`.
        shape: rows and columns of the stored matrix.
        rows: the stored row of each row; None for all as they are.
        columns: the stored column of each column; None for all as they are.
    """

    name: str
    shape: tuple[int, int]
    rows: Rows | None = None
    columns: Rows | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the matrix."""
        rows = self.shape[0] if self.rows is None else len(self.rows)
        return rows, self.shape[1] if self.columns is None else len(self.columns)

    def read(self, stored: Callable[[int, int], Values], start: int, count: int) -> Values:
        """Read some rows through a function that reads stored ones.

        Args:
            stored: reads rows from one on, so many.
            start: the first row.
            count: how many rows.
        """
        if self.rows is None:
            held = stored(start, count)
        else:
            held = _gathered(stored, self.rows[start : start + count])
        return held if self.columns is None else held[:, self.columns]


def _gathered(stored: Callable[[int, int], Values], wanted: Rows) -> Values:
    """Read rows that may lie apart, in as few runs as they make."""
    import numpy as np  # noqa: PLC0415 - heavy

    if not len(wanted):
        return stored(0, 0)
    low, high = int(wanted.min()), int(wanted.max()) + 1
    if high - low <= TOGETHER * len(wanted):
        return stored(low, high - low)[wanted - low]
    runs = np.split(wanted, np.flatnonzero(np.diff(wanted) != 1) + 1)
    return np.concatenate([stored(int(run[0]), len(run)) for run in runs])
