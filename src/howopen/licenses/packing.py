"""The file of an index: a head that names all texts, their shingles, and one packed record a text.

A query reads the head, looks up shingles in place, and unpacks only the records of the few texts
that it aligns; an index file is therefore mapped into memory, not read. All numbers are
little-endian.

    magic and length of the head | head | vocabulary | keys | starts | owners | records
"""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from typing import Literal, NamedTuple

import msgspec

from howopen.errors import KnowledgeError
from howopen.knowledge.catalogue import Kind

#: Raised when the layout changes; an index of another format is refused.
FORMAT = 2
MAGIC = b"howopen license index\n\0\0"
SECTIONS = ("vocabulary", "keys", "starts", "owners", "records")
#: No head, and no record, may unpack to more than this.
MAX_HEAD = 16_000_000
MAX_RECORD = 4_000_000


class Identity(msgspec.Struct, frozen=True, array_like=True):
    """What the head tells of one text.

    Attributes:
        id: our license id.
        edition: date or version, None where there is one edition.
        kind: license, exception or notice.
        rank: 0 for the usual licenses, 1 for others that SPDX lists, 2 for the rest.
        shares: other ids that have this very text.
        size: how many words it has.
        shingle_count: how many of its shingles the index holds.
        digest: 8 bytes of a hash of its words.
        start: where its record begins among the records.
        stop: where it ends.
    """

    id: str
    edition: str | None
    kind: Kind
    rank: int
    shares: tuple[str, ...]
    size: int
    shingle_count: int
    digest: bytes
    start: int
    stop: int


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """The record of one text; word numbers point into the vocabulary of the index."""

    id: str
    edition: str | None
    name: str
    date: str
    source: str
    sha256: str
    shares: tuple[str, ...]
    words: bytes
    markers: bytes
    paragraphs: bytes
    #: (first word, word after the last, kind): `o` may be absent, `b` is filled in by each copy,
    #: `n` is a copyright notice
    free: tuple[tuple[int, int, str], ...]
    #: (ref as printed, first word, word after the last)
    outline: tuple[tuple[str, int, int], ...]


class Head(msgspec.Struct, frozen=True, array_like=True):
    """The head: the format, the length of each section in bytes, and the texts."""

    format: int
    sections: tuple[int, ...]
    texts: tuple[Identity, ...]


class Packed(NamedTuple):
    """An index file taken apart, nothing copied.

    Attributes:
        texts: the texts, in order.
        vocabulary: the hash of each word number.
        keys: all shingles, rising.
        starts: where the owners of each shingle begin, and one more.
        owners: numbers of texts.
        records: the packed records, one after the other.
    """

    texts: tuple[Identity, ...]
    vocabulary: memoryview
    keys: memoryview
    starts: memoryview
    owners: memoryview
    records: memoryview


def pack(
    texts: Sequence[Identity],
    vocabulary: array[int],
    postings: dict[int, list[int]],
    records: Sequence[bytes],
) -> bytes:
    """Put an index file together; the same arguments give the same bytes."""
    keys, starts, owners = array("I"), array("I", [0]), array("H")
    for key in sorted(postings):
        keys.append(key)
        owners.extend(postings[key])
        starts.append(len(owners))
    parts = [*(part.tobytes() for part in (vocabulary, keys, starts, owners)), b"".join(records)]
    head = msgspec.msgpack.encode(Head(FORMAT, tuple(map(len, parts)), tuple(texts)))
    return b"".join((MAGIC, len(head).to_bytes(8, "little"), _padded(head), *map(_padded, parts)))


def unpack(data: bytes | memoryview) -> Packed:
    """Take an index file apart.

    Raises:
        KnowledgeError: when it is no index, cut short, or of another format.
    """
    view = memoryview(data)
    begin = len(MAGIC) + 8
    size = int.from_bytes(view[len(MAGIC) : begin], "little")
    if view[: len(MAGIC)] != MAGIC or size > min(MAX_HEAD, len(view)):
        raise _damaged("it does not begin as one")
    try:
        head = msgspec.msgpack.decode(view[begin : begin + size], type=Head)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(str(error)) from error
    if sys.byteorder != "little":
        raise _damaged("its numbers are little-endian, this machine's are not")
    if head.format != FORMAT or len(head.sections) != len(SECTIONS):
        raise _damaged(f"it has format {head.format}, this is howopen with format {FORMAT}")
    parts: list[memoryview] = []
    at = _round(begin + size)
    for length in head.sections:
        parts.append(view[at : at + length])
        at = _round(at + length)
    whole = list(map(len, parts)) == list(head.sections)
    if not whole or any(text.stop > len(parts[-1]) for text in head.texts):
        raise _damaged("it is cut short")
    vocabulary, keys, starts = (_numbers(part, "I") for part in parts[:3])
    owners = _numbers(parts[3], "H")
    if len(starts) != len(keys) + 1 or starts[-1] != len(owners):
        raise _damaged("its shingles do not fit together")
    return Packed(head.texts, vocabulary, keys, starts, owners, parts[4])


def digest(ids: array[int]) -> bytes:
    """Return the hash by which a whole text is known."""
    return blake2b(ids.tobytes(), digest_size=8).digest()


def pack_record(entry: Entry) -> bytes:
    """Pack the record of one text."""
    return zlib.compress(msgspec.msgpack.encode(entry), 9)


def unpack_record(data: memoryview) -> Entry:
    """Unpack the record of one text.

    Raises:
        KnowledgeError: when it is damaged.
    """
    try:
        raw = zlib.decompressobj().decompress(data, MAX_RECORD)
        return msgspec.msgpack.decode(raw, type=Entry)
    except (zlib.error, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(str(error)) from error


def _damaged(why: str) -> KnowledgeError:
    return KnowledgeError(
        f"not a license index of this howopen: {why}",
        hint="build it again with tools/build_license_index.py",
    )


def _numbers(raw: memoryview, kind: Literal["I", "H"]) -> memoryview:
    """View a section as 32-bit or 16-bit numbers."""
    if len(raw) % (4 if kind == "I" else 2):
        raise _damaged("a section has an odd length")
    return raw.cast(kind)


def _round(at: int) -> int:
    return -(-at // 8) * 8


def _padded(part: bytes) -> bytes:
    return part + bytes(_round(len(part)) - len(part))
