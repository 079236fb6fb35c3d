"""Turn published license texts into the index: hashes of their words, outline and free spans.

No words of a text are kept, only 32-bit hashes; what a reader needs to see is quoted from the
user's own file. The same texts always give the same bytes.
"""

from __future__ import annotations

import functools
import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable

import msgspec

from howopen.knowledge.catalogue import Kind
from howopen.licenses.free_spans import NOTICE_WORDS, free_spans
from howopen.licenses.outline import outline
from howopen.licenses.packing import Entry, Identity, digest, pack, pack_record
from howopen.licenses.words import Words, shingles

#: One shingle of every block of so many is kept: of texts that are tiny, short, and longer.
BLOCKS = ((80, 1), (700, 3))
LONG_BLOCK = 6
#: Words in a shingle.
SHINGLE = 4


class SourceText(msgspec.Struct, frozen=True, kw_only=True):
    """A published text, to be indexed.

    Attributes:
        id: our license id.
        text: the text.
        edition: date or version, None where there is one edition.
        name: the name for a reader.
        date: the date of the edition.
        source: where it is published.
        shares: other ids that have this very text, for example `GPL-3.0-or-later`.
        optional: pairs of first and last words of spans that a copy may lack.
        blanks: words that every copy fills in its own way.
        notices: the text's own copyright notices, word for word.
        kind: license, exception or notice.
        rank: 0 for the usual licenses, 1 for others that SPDX lists, 2 for the rest: of two that
            fit about equally well, the more usual one is meant.
    """

    id: str
    text: str
    edition: str | None = None
    name: str = ""
    date: str = ""
    source: str = ""
    shares: tuple[str, ...] = ()
    optional: tuple[tuple[str, str], ...] = ()
    blanks: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    kind: Kind = "license"
    rank: int = 0


def build(texts: Iterable[SourceText]) -> bytes:
    """Index texts.

    Args:
        texts: the texts; two with the same words, id and edition are stored once.

    Returns:
        The content of an `index.bin`.
    """
    seen: dict[tuple[str, str | None, bytes], None] = {}
    rows: list[tuple[SourceText, Words]] = []
    for source in sorted(texts, key=lambda one: (one.id, one.edition or "", one.source, one.text)):
        words = Words(source.text)
        key = (source.id, source.edition, words.ids.tobytes())
        if key not in seen and len(words):
            seen[key] = None
            rows.append((source, words))
    vocabulary = _vocabulary([words for _, words in rows])
    number = {word: index for index, word in enumerate(vocabulary)}
    entries = [_entry(source, words, number) for source, words in rows]
    kept = _kept([words for _, words in rows], entries)
    records = [pack_record(entry) for entry in entries]
    identities, postings, at = [], dict[int, list[int]](), 0
    for text, ((source, words), record) in enumerate(zip(rows, records, strict=True)):
        for shingle in kept[text]:
            postings.setdefault(shingle, []).append(text)
        identities.append(_identity(source, words, len(kept[text]), at, at + len(record)))
        at += len(record)
    return pack(identities, vocabulary, postings, records)


def _identity(source: SourceText, words: Words, hits: int, start: int, stop: int) -> Identity:
    """Write down what the head tells of a text."""
    whole = digest(words.ids)
    size = len(words)
    edition, kind, rank = source.edition, source.kind, source.rank
    return Identity(source.id, edition, kind, rank, source.shares, size, hits, whole, start, stop)


def _vocabulary(texts: list[Words]) -> array[int]:
    """Number all words, the most frequent first: small numbers pack well."""
    counts = Counter(word for words in texts for word in words.ids)
    return array("I", sorted(counts, key=lambda word: (-counts[word], word)))


def _kept(texts: list[Words], entries: list[Entry]) -> list[list[int]]:
    """Choose the shingles that stand for each text: of every block, the one that fewest texts hold.

    So every part of a text is represented, and wording that hundreds of licenses share is looked up
    only where a text has nothing else. What copies fill in or leave out stands for nothing, unless
    there is nothing else.
    """
    rows = [
        _firm(shingles(words.ids, SHINGLE), entry.free)
        for words, entry in zip(texts, entries, strict=True)
    ]
    held = Counter(shingle for row in rows for shingle in set(row))
    kept = []
    for row in rows:
        size = next((block for limit, block in BLOCKS if len(row) <= limit), LONG_BLOCK)
        blocks = (row[at : at + size] for at in range(0, len(row), size))
        kept.append(sorted({min(block, key=lambda one: (held[one], one)) for block in blocks}))
    return kept


def _firm(row: list[int], free: tuple[tuple[int, int, str], ...]) -> list[int]:
    """Return the shingles of a text that touch no title, notice or blank, or all when all do."""
    loose = {
        at
        for start, stop, kind in free
        if kind != "o" or stop - start <= NOTICE_WORDS
        for at in range(start - SHINGLE + 1, stop)
    }
    return [shingle for at, shingle in enumerate(row) if at not in loose] or row


def _entry(source: SourceText, words: Words, number: dict[int, int]) -> Entry:
    return Entry(
        source.id,
        source.edition,
        source.name,
        source.date,
        source.source,
        hashlib.sha256(source.text.encode()).hexdigest(),
        source.shares,
        array("H", (number[word] for word in words.ids)).tobytes(),
        array("H", sorted(words.markers)).tobytes(),
        array("H", words.paragraphs).tobytes(),
        tuple(_free(source, words)),
        tuple((section.ref, section.start, section.stop) for section in outline(words)),
    )


@functools.lru_cache(maxsize=8192)
def digests(source: SourceText) -> frozenset[bytes]:
    """Return the hashes by which equal texts are found: of all words, and of the firm ones."""
    words = Words(source.text)
    free = {at for start, stop, _ in _free(source, words) for at in range(start, stop)}
    free |= words.markers
    firm = array("I", (word for at, word in enumerate(words.ids) if at not in free))
    return frozenset((digest(words.ids), digest(firm))) if firm else frozenset((digest(words.ids),))


def _free(source: SourceText, words: Words) -> list[tuple[int, int, str]]:
    try:
        return free_spans(
            words, optional=source.optional, blanks=source.blanks, notices=source.notices
        )
    except ValueError as error:
        raise ValueError(f"{source.id}: {error}") from error
