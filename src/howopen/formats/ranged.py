"""Ranged reading: the one way in which a format looks into a file that may be huge or remote."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping

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
        path: the file that holds its bytes, relative to the folder of the file at hand or inside
            it; empty for the file itself.
        strides: how many values lie between neighbors of each dimension; empty where values lie
            row after row.
        big: whether its numbers are stored with the highest byte first.
        packing: the scheme that packs it together with other tensors (`gptq`, `awq`, `mlx`), then
            its bytes are those of its codes; `unknown` where its layout is not decoded; empty for
            a tensor that stands alone.
        hint: where the model uses it, for formats that lose names
            (`/encoder/layer.0/attention/self/query/MatMul`).
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int
    path: str = ""
    strides: tuple[int, ...] = ()
    big: bool = False
    packing: str = ""
    hint: str = ""


class TensorFile(Noun, frozen=True, kw_only=True):
    """What the header of a weights file says.

    Attributes:
        format: `safetensors`, `gguf`, `npz` and so on.
        metadata: its own keys and values; long arrays are summarised.
        tensors: all tensors whose bytes are there, as ordered in the file's header.
        parameters: the number of weights in all tensors.
        header: the bytes of the file that are header: first, and after the last.
        problems: one sentence for each tensor, or part of the file, that cannot be read.
    """

    format: str
    metadata: Mapping[str, str]
    tensors: tuple[Tensor, ...]
    parameters: int
    header: tuple[int, int]
    problems: tuple[str, ...] = ()


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

    def strings(self, count: int, order: str, longest: int) -> Iterator[bytes]:
        """Yield strings that each follow their length of eight bytes.

        Args:
            count: how many.
            order: byte order of the lengths, `<` or `>`.
            longest: a longer one is refused, in bytes.

        Raises:
            FormatError: when the file ends before, or one is too long.
        """
        number = struct.Struct(order + "Q")
        for _ in range(count):
            if self._at + 8 > len(self._buffer):
                self._fill(8)
            (length,) = number.unpack_from(self._buffer, self._at)
            if length > longest:
                raise FormatError(f"the header claims a string of {length:,} bytes")
            if self._at + 8 + length > len(self._buffer):
                self._fill(8 + length)
            start = self._at + 8
            self._at = start + length
            yield self._buffer[start : self._at]

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


def unique_name(name: str, taken: dict[str, int]) -> str:
    """Return a name that no other tensor has, numbered where need be, and note it.

    Args:
        name: the name as written.
        taken: names so far, each with how often it was asked for.

    >>> taken = {}
    >>> [unique_name("w", taken) for _ in range(3)]
    ['w', 'w#2', 'w#3']
    """
    unique = name
    while unique in taken:
        taken[name] += 1
        unique = f"{name}#{taken[name]}"
    taken[unique] = 1
    return unique
