"""A file object over ranged reads, for readers that want one; a budget bounds what they take."""

from __future__ import annotations

import io
from collections.abc import Callable


class OverBudgetError(ValueError):
    """More was asked for than the budget allows."""


class RangeFile(io.RawIOBase):
    """A read-only file over a ranged reader.

    Args:
        read: `read(start, length)`.
        size: the size in bytes.
        budget: bytes that may be read in all; None for no bound.
    """

    def __init__(
        self, read: Callable[[int, int], bytes], size: int, budget: int | None = None
    ) -> None:
        super().__init__()
        self._range = read
        self._size = size
        self._at = 0
        self.budget = budget

    def seekable(self) -> bool:
        """Tell that seeking works."""
        return True

    def readable(self) -> bool:
        """Tell that reading works."""
        return True

    def tell(self) -> int:
        """Return the offset of the next read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to an offset from the start, from here, or from the end."""
        base = (0, self._at, self._size)[whence]
        if base + offset < 0:
            raise OSError("a seek before the start")
        self._at = base + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes.

        Raises:
            OverBudgetError: when the budget is spent.
        """
        left = max(0, self._size - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        if self.budget is not None:
            if wanted > self.budget:
                raise OverBudgetError("over its budget of bytes")
            self.budget -= wanted
        data = self._range(self._at, wanted) if wanted else b""
        self._at += len(data)
        return data
