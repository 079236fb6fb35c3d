"""A deflated member of an archive by range: unpacked front to back, never held whole."""

from __future__ import annotations

import zlib

from howopen.errors import FormatError, TooLargeError
from howopen.formats.members import Member
from howopen.formats.ranged import Ranged
from howopen.formats.weights import Source

#: A member is not unpacked beyond this many bytes.
MAX_UNPACKED = 1 << 33
#: Unpacked at once.
_PIECE = 1 << 20


def inflated(read: Ranged, member: Member) -> Source:
    """Open a deflated member as a source of ranged reads.

    A read behind the last one starts anew, so that reading forward costs each byte once. Memory
    holds what is asked for and a piece of one megabyte, whatever the archive claims.
    """
    return Source(_Inflated(read, member).read, member.size)


class _Inflated:
    """Where the unpacking of one member stands."""

    def __init__(self, read: Ranged, member: Member) -> None:
        self._read = read
        self._member = member
        self._rewind()

    def _rewind(self) -> None:
        self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        self._taken = self._member.start
        self._at = 0
        self._step = 4096

    def read(self, start: int, length: int) -> bytes:
        """Return at most `length` unpacked bytes from `start`."""
        stop = min(start + length, self._member.size)
        if stop > MAX_UNPACKED:
            raise TooLargeError(f"not unpacked beyond {MAX_UNPACKED:,} bytes")
        if start < self._at:
            self._rewind()
        kept = bytearray()
        while self._at < stop:
            end = stop if self._at >= start else start
            piece = self._next(min(end - self._at, _PIECE))
            if not piece:
                break
            if self._at >= start:
                kept += piece
            self._at += len(piece)
        return bytes(kept)

    def _next(self, wanted: int) -> bytes:
        """Unpack up to `wanted` bytes; nothing at the end."""
        while not self._stream.eof:
            packed = self._stream.unconsumed_tail or self._packed()
            try:
                piece = self._stream.decompress(packed, wanted)
            except zlib.error as error:
                why = f"its member {self._member.name[:80]!r} is damaged: {error}"
                raise FormatError(why) from None
            if piece or not packed:
                return piece
        return b""

    def _packed(self) -> bytes:
        """Read more packed bytes, in growing steps."""
        length = min(self._step, self._member.stop - self._taken)
        data = self._read(self._taken, length) if length else b""
        self._taken += len(data)
        self._step = min(self._step * 4, _PIECE)
        return data
