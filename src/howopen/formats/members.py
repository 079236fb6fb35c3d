"""Members of a zip archive that lie there uncompressed, by range; nothing is unpacked.

Source of the layout: PKWARE, APPNOTE.TXT, sections 4.3.7 (local header), 4.3.9 (descriptor) and
4.3.12 (central directory).
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from howopen.errors import FormatError, PlaceError, TooLargeError
from howopen.formats.ranged import Ranged
from howopen.places.rangefile import OverBudgetError, RangeFile

#: A directory of more bytes, or of more names, is not read.
MAX_DIRECTORY = 16_000_000
MAX_MEMBERS = 200_000
#: What is read of the end at once; small directories lie wholly inside.
_TAIL = 32_768
_LOCAL = 30
#: torch starts every member at a multiple of this many bytes
_ALIGNMENT = 64


#: what Python's own reader of archives raises on damaged ones
_BROKEN = (
    zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, struct.error,
    IndexError, OverflowError,
)  # fmt: skip
#: No more local headers are asked for than this; torch's archives need none.
_MAX_ASKED = 64


class Member(NamedTuple):
    """A member: where its local header starts, its bytes start and end, and how it is stored.

    `start` follows from the directory; `local_start` confirms it from the local header.
    """

    name: str
    header: int
    start: int
    stop: int
    method: int
    size: int


def read_members(read: Ranged, size: int) -> dict[str, Member]:
    """Read the directory of a zip archive.

    Args:
        read: ranged reader over the archive.
        size: its size in bytes.

    Returns:
        Name to member; of two with one name the last, as every reader of archives has it.

    Raises:
        FormatError: when it is no zip archive, or members lie over one another.
        TooLargeError: when its directory is over the cap.
    """
    try:
        with zipfile.ZipFile(RangeFile(_tailed(read, size), size, MAX_DIRECTORY)) as archive:
            infos = archive.infolist()
            end = archive.start_dir
    except OverBudgetError:
        raise TooLargeError(f"its directory is over {MAX_DIRECTORY:,} bytes") from None
    except PlaceError:
        raise
    except _BROKEN as error:
        raise FormatError(
            f"not a whole zip archive: {str(error)[:100]}", hint="is the file wholly downloaded?"
        ) from None
    if len(infos) > MAX_MEMBERS:
        raise TooLargeError(f"holds more than {MAX_MEMBERS:,} files")
    infos.sort(key=lambda info: info.header_offset)
    ends = [info.header_offset for info in infos[1:]] + [end]
    asked = _Counted(read)
    return {
        info.orig_filename: _member(asked, info, stop)
        for info, stop in zip(infos, ends, strict=False)
    }


class _Counted:
    """A ranged reader that refuses to be asked too often."""

    def __init__(self, read: Ranged) -> None:
        self._read = read
        self._asked = 0

    def __call__(self, start: int, length: int) -> bytes:
        self._asked += 1
        if self._asked > _MAX_ASKED:
            raise FormatError("its members do not lie where torch puts them")
        return self._read(start, length)


def _member(read: Ranged, info: zipfile.ZipInfo, end: int) -> Member:
    """Place a member between its local header and the next one's."""
    name = info.orig_filename
    if info.flag_bits & 1:
        raise FormatError(f"its member {name[:80]!r} is encrypted")
    encoded = name.encode("utf-8" if info.flag_bits & 0x800 else "cp437", errors="replace")
    first = info.header_offset + _LOCAL + len(encoded)
    spare = end - first - info.compress_size
    if info.header_offset < 0 or spare < 0:
        raise FormatError(f"its member {name[:80]!r} lies over another")
    start = first + spare
    if info.flag_bits & 8:
        starts = [start - descriptor for descriptor in (12, 16, 20, 24) if descriptor <= spare]
        aligned = [each for each in starts if each % _ALIGNMENT == 0]
        start = aligned[0] if len(aligned) == 1 else local_start(read, name, info.header_offset)
    stop = start + info.compress_size
    if stop > end:
        raise FormatError(f"its member {name[:80]!r} lies over another")
    return Member(name, info.header_offset, start, stop, info.compress_type, info.file_size)


def local_start(read: Ranged, name: str, header: int) -> int:
    """Return where a member's bytes start, from its local header.

    Raises:
        FormatError: when no local header is there.
    """
    raw = read(header, _LOCAL)
    if len(raw) < _LOCAL or raw[:4] != b"PK\x03\x04":
        raise FormatError(f"its member {name[:80]!r} has no local header")
    return (
        header + _LOCAL + int.from_bytes(raw[26:28], "little") + int.from_bytes(raw[28:], "little")
    )


def read_member(read: Ranged, member: Member, limit: int) -> bytes:
    """Return a member's bytes, unpacked where it is deflated.

    Raises:
        FormatError: when it is packed in another way, or damaged.
        TooLargeError: when it is longer than `limit`.
    """
    if max(member.size, member.stop - member.start) > limit:
        raise TooLargeError(f"its member {member.name[:80]!r} is over {limit:,} bytes")
    start = local_start(read, member.name, member.header)
    raw = read(start, member.stop - member.start)
    if member.method == zipfile.ZIP_STORED:
        return raw
    if member.method != zipfile.ZIP_DEFLATED:
        raise FormatError(f"its member {member.name[:80]!r} is packed in a way that is not read")
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = unpack.decompress(raw, limit + 1)
    except zlib.error:
        raise FormatError(f"its member {member.name[:80]!r} is damaged") from None
    if len(data) > limit:
        raise TooLargeError(f"its member {member.name[:80]!r} is over {limit:,} bytes")
    return data


def suffix_of(members: Mapping[str, Member], ending: str) -> str:
    """Return the shortest name with this ending; empty where none has it."""
    return min((name for name in members if name.endswith(ending)), key=len, default="")


def _tailed(read: Ranged, size: int) -> Ranged:
    """Read the end of a file once, and serve what lies in it from memory."""
    base = max(0, size - _TAIL)
    tail = read(base, size - base)

    def serve(start: int, length: int) -> bytes:
        if start >= base:
            return tail[start - base : start - base + length]
        return read(start, length)

    return serve
