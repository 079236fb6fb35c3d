"""Ranged reading: the one way in which a format looks into a file that may be huge or remote."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from howopen.errors import FormatError, TooLargeError
from howopen.release import Noun

#: Reads `length` bytes from offset `start`: `read(start, length)`.
Ranged = Callable[[int, int], bytes]


class Tensor(Noun, frozen=True, kw_only=True):
    """One tensor of a weights file.

    Attributes:
        name: its name, as written.
        dtype: its type, as the format names it (`F32`, `BF16`, `Q4_K`).
        shape: outermost dimension first, whatever order the format writes.
        start: offset in the file of its first byte.
        stop: offset in the file after its last byte.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int


class TensorFile(Noun, frozen=True, kw_only=True):
    """What the header of a weights file says.

    Attributes:
        format: `safetensors` or `gguf`.
        metadata: its own keys and values; long arrays are summarised.
        tensors: all tensors, as ordered in the file's header.
        parameters: the number of weights in all tensors.
        header: the bytes of the file that are header: first, and after the last.
    """

    format: str
    metadata: Mapping[str, str]
    tensors: tuple[Tensor, ...]
    parameters: int
    header: tuple[int, int]


def bytes_reader(data: bytes) -> Ranged:
    """Make a ranged reader over bytes in memory."""

    def read(start: int, length: int) -> bytes:
        return data[start : start + length]

    return read


class Cursor:
    """Reads a header front to back through a ranged reader, in growing chunks.

    Args:
        read: the ranged reader.
        size: the size of the file in bytes.
        cap: a header longer than this is refused.
        chunk: the first read's size in bytes; each further one doubles, up to 8 MB.
    """

    def __init__(self, read: Ranged, size: int, *, cap: int, chunk: int = 65_536) -> None:
        self._read = read
        self._size = size
        self._cap = cap
        self._chunk = chunk
        self._buffer = b""
        self._base = 0
        self._at = 0

    @property
    def offset(self) -> int:
        """Offset in the file of the next byte."""
        return self._base + self._at

    @property
    def left(self) -> int:
        """Bytes between here and the end of the file."""
        return self._size - self.offset

    def take(self, length: int) -> bytes:
        """Return the next `length` bytes.

        Raises:
            FormatError: when the file ends before that.
            TooLargeError: when the header grows beyond its cap.
        """
        end = self._at + length
        if end > len(self._buffer):
            self._fill(length)
            end = self._at + length
        data = self._buffer[self._at : end]
        self._at = end
        return data

    def skip(self, length: int) -> None:
        """Pass over `length` bytes, reading none that are not already here."""
        if self._at + length <= len(self._buffer):
            self._at += length
            return
        self._check(length)
        self._base, self._at, self._buffer = self.offset + length, 0, b""

    def _check(self, length: int) -> None:
        if length < 0 or length > self.left:
            raise FormatError("the file ends inside its header", hint="is it wholly downloaded?")
        if self.offset + length > self._cap:
            raise TooLargeError(f"the header is over {self._cap:,} bytes")

    def _fill(self, length: int) -> None:
        self._check(length)
        rest = self._buffer[self._at :]
        wanted = min(max(length - len(rest), self._chunk), self._size - self.offset - len(rest))
        fresh = self._read(self.offset + len(rest), wanted)
        self._base, self._at = self.offset, 0
        self._buffer = rest + fresh
        self._chunk = min(self._chunk * 2, 8_000_000)
        if len(self._buffer) < length:
            raise FormatError("the file ends inside its header", hint="is it wholly downloaded?")
