"""The property of every parser: it gives a value or a `FormatError`, and nothing else escapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from howopen.errors import FormatError

Read = TypeVar("Read")


def attempt(read: Callable[[bytes], Read], data: bytes) -> Read | FormatError:
    """Return what a parser makes of some bytes, or the error it refuses them with."""
    try:
        return read(data)
    except FormatError as error:
        return error
