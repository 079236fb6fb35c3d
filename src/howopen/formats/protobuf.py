"""The wire format of protocol buffers by ranged reads: payloads that nobody asks for are not read.

Source: "Encoding" in the protocol buffers documentation (tags, varints, length prefixes).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from howopen.errors import FormatError, TooLargeError
from howopen.formats.ranged import Ranged

#: After a jump this much is read at once; it doubles while reading goes on, up to the second.
_SMALL, _LARGE = 1_024, 16_384
#: Messages up to this long are read whole.
_WHOLE = 4_096
#: No more is read of a file than this, and no more fields.
MAX_BYTES = 128_000_000
MAX_FIELDS = 2_000_000
_HEAD = 20

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class Field(NamedTuple):
    """One field: its number and wire type, its number (for a varint), and where its bytes lie."""

    number: int
    wire: int
    value: int
    start: int
    stop: int


class Window:
    """Reads that mostly go on where the last one ended, in few requests.

    Args:
        read: a ranged reader.
        size: the size of the file in bytes.
    """

    def __init__(self, read: Ranged, size: int) -> None:
        self._read = read
        self._base = 0
        self._buffer = b""
        self._chunk = _SMALL
        self._left = MAX_BYTES
        self.size = size
        self.fields = 0

    def take(self, start: int, length: int) -> bytes:
        """Return bytes.

        Raises:
            FormatError: when the file ends before.
            TooLargeError: when more is read than any honest header has.
        """
        at = start - self._base
        if at < 0 or at + length > len(self._buffer):
            self._move(start, length)
            at = start - self._base
        data = self._buffer[at : at + length]
        if len(data) < length:
            raise FormatError("the file ends inside a message", hint="is it wholly downloaded?")
        return data

    def _move(self, start: int, length: int) -> None:
        end = self._base + len(self._buffer)
        follows = self._base <= start <= end
        self._chunk = min(self._chunk * 2, _LARGE) if follows else _SMALL
        kept = self._buffer[start - self._base :] if follows else b""
        begin = start + len(kept)
        wanted = min(max(length - len(kept), self._chunk), self.size - begin)
        self._left -= max(wanted, 0)
        if self._left < 0:
            raise TooLargeError(f"its messages are over {MAX_BYTES:,} bytes beside the tensors")
        fresh = self._read(begin, wanted) if wanted > 0 else b""
        self._base, self._buffer = start, kept + fresh

    def text(self, field: Field, limit: int = 1_000) -> str:
        """Return a field's bytes as text, cut at `limit` bytes."""
        raw = self.take(field.start, min(field.stop - field.start, limit))
        return raw.decode("utf-8", errors="replace")


def fields(window: Window, start: int, stop: int) -> Iterator[Field]:
    """Yield the fields of the message between two offsets, in the order of the file.

    Raises:
        FormatError: when it is no message, or a field reaches beyond it.
        TooLargeError: when there are too many fields.
    """
    whole = stop - start <= _WHOLE
    data = window.take(start, stop - start) if whole else b""
    at = start
    while at < stop:
        window.fields += 1
        if window.fields > MAX_FIELDS:
            raise TooLargeError(f"a file of more than {MAX_FIELDS:,} fields is not read")
        head = data[at - start : at - start + _HEAD] if whole else b""
        field = _field(head or window.take(at, min(_HEAD, stop - at)), at)
        if field.stop > stop:
            raise FormatError(
                "a field reaches beyond its message", hint="is the file wholly downloaded?"
            )
        yield field
        at = field.stop


def _field(head: bytes, at: int) -> Field:
    """Read a field's tag, and its value or length."""
    tag, used = varint(head, 0)
    number, wire = tag >> 3, tag & 7
    if number == 0:
        raise FormatError("not a protocol buffer: a field without a number")
    if wire == VARINT:
        value, end = varint(head, used)
        return Field(number, wire, value, at + used, at + end)
    if wire == BYTES:
        length, begin = varint(head, used)
        return Field(number, wire, 0, at + begin, at + begin + length)
    width = {FIXED64: 8, FIXED32: 4}.get(wire)
    if width is None:
        raise FormatError(f"not a protocol buffer that is read: wire type {wire}")
    return Field(number, wire, 0, at + used, at + used + width)


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number that starts at an index, and the index after it.

    >>> varint(bytes([0xAC, 0x02]), 0)
    (300, 2)
    """
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value & (2**64 - 1), at
        shift += 7
    raise FormatError("not a protocol buffer: a number without an end")


def signed(value: int) -> int:
    """Return a varint as the signed number that it stands for.

    >>> signed(2**64 - 1)
    -1
    """
    return value - 2**64 if value >= 2**63 else value
