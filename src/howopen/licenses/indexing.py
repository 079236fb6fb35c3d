"""Turn published license texts into the index: hashes of their words, outline and free spans.

No words of a text are kept, only 32-bit hashes; what a reader needs to see is quoted from the
user's own file. The same texts always give the same bytes.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from array import array
from collections.abc import Iterable
from itertools import pairwise

import msgspec

from howopen.licenses.outline import outline
from howopen.licenses.words import Words, shingles, word_hash

#: Raised when the layout changes; an index of another format is refused.
FORMAT = 1

#: Texts longer than this keep one shingle in `KEEP_ONE_IN`.
SHORT = 700
KEEP_ONE_IN = 6


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


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One indexed text; word numbers point into the vocabulary of the index."""

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
    #: (first word, word after the last, kind): `o` may be absent, `b` is filled in by each copy
    free: tuple[tuple[int, int, str], ...]
    #: (ref as printed, first word, word after the last)
    outline: tuple[tuple[str, int, int], ...]


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """The whole index as stored."""

    format: int
    vocabulary: bytes
    keys: bytes
    owners: bytes
    counts: bytes
    entries: tuple[Entry, ...]


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
    vocabulary = array("I", sorted({word for _, words in rows for word in words.ids}))
    number = {word: index for index, word in enumerate(vocabulary)}
    keys, owners, counts = _votes([words for _, words in rows])
    stored = Stored(
        FORMAT,
        vocabulary.tobytes(),
        keys.tobytes(),
        owners.tobytes(),
        counts.tobytes(),
        tuple(_entry(source, words, number) for source, words in rows),
    )
    return zlib.compress(msgspec.msgpack.encode(stored), 9)


def _votes(texts: list[Words]) -> tuple[array[int], array[int], array[int]]:
    """Return the sorted shingles of all texts, whose each is, and how many each text has."""
    pairs: set[tuple[int, int]] = set()
    counts = array("H")
    for owner, words in enumerate(texts):
        mine = set(shingles(words.ids))
        if len(words) > SHORT:
            mine = {one for one in mine if one % KEEP_ONE_IN == 0}
        pairs |= {(one, owner) for one in mine}
        counts.append(len(mine))
    ordered = sorted(pairs)
    return array("I", (one for one, _ in ordered)), array("H", (two for _, two in ordered)), counts


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
        tuple(sorted(_free(source, words))),
        tuple((section.ref, section.start, section.stop) for section in outline(words)),
    )


_BLANK = re.compile(
    r"[\[<{](?:yyyy|year|yr|name|owner|holder|copyright|full ?name|date|company|organi[sz]ation"
    r"|insert|program|author|email|dates?|url|one line)[^\]>}\n]{0,80}[\]>}]",
    re.IGNORECASE,
)
#: how a copyright notice begins: a mark and a year or blank, or a holder who reserves all rights
NOTICE = re.compile(
    r"^[\s#/*>\-]*(?:portions(?: of [\w ]{0,30})?\s+)?(?:"
    r"(?:copyright|\(c\)|©)(?:\s*(?:\(c\)|©))?\s*:?\s*(?:[\[<{]|\d{4}|by\b)"
    r"|copyright\s*(?:\(c\)|©)|©\s*[A-Z0-9]|all rights reserved\b|版权所有"
    r"|copyright\s+(?!(?:and|license|law|holder|owner|notice|grant|protect|interest)s?\b)[^\n]{2,90}"
    r"(?:\d{4}|inc|ltd|llc|corp|gmbh|consortium|authors|contributors|affiliates)\b)",
    re.IGNORECASE,
)
#: words that no mere copyright notice has
TERMS = re.compile(
    r"\b(?:permission|permitted|may|must|shall|prohibited|only|subject to|not|agree)\b",
    re.IGNORECASE,
)


def _free(source: SourceText, words: Words) -> set[tuple[int, int, str]]:
    """Find the spans in which a copy may differ: blanks, copyright notices, title, appendix."""
    found = {(*span, "b") for span in _blank_spans(words)}
    found |= {(*span, "b") for span in notice_spans(words)}
    title = _title(words)
    if title:
        found.add((0, title, "o"))
    for first, last in source.optional:
        start, stop = _where(words, first), _where(words, last, after=True) if last else len(words)
        if start is None or stop is None:
            raise ValueError(f"{source.id}: optional words not found: {first!r} .. {last!r}")
        found.add((start, stop, "o"))
    for blank in source.blanks:
        wanted = [word_hash(word) for word in Words(blank).folded.split()]
        found |= {(at, at + len(wanted), "b") for at in _find_all(words.ids, wanted)}
    return found


def _blank_spans(words: Words) -> list[tuple[int, int]]:
    spans = []
    for match in _BLANK.finditer(words.text):
        inside = [i for i, start in enumerate(words.starts) if match.start() <= start < match.end()]
        if inside:
            spans.append((inside[0], inside[-1] + 1))
    return spans


def notice_spans(words: Words) -> list[tuple[int, int]]:
    """Find the paragraphs that are nothing but a copyright notice."""
    spans = []
    edges = (*words.paragraphs, len(words))
    for start, stop in pairwise(edges):
        begin = words.text.rfind("\n", 0, words.starts[start]) + 1
        passage = words.text[begin : words.stops[stop - 1]]
        if stop - start <= 40 and NOTICE.match(passage) and not TERMS.search(passage):
            spans.append((start, stop))
    return spans


def _title(words: Words) -> int:
    """Return the number of words of the title lines that a text begins with."""
    edges = (*words.paragraphs, len(words))
    stop = edges[1] if len(edges) > 1 else 0
    line = words.line(0)
    on_line = sum(1 for index in range(min(stop, 20)) if words.line(index) == line)
    first = words.slice(0, on_line)
    if 0 < on_line <= 14 and not first.endswith((",", ";")) and on_line < len(words) // 4:
        return on_line
    return 0


def _where(words: Words, phrase: str, *, after: bool = False) -> int | None:
    """Return the word at which a phrase begins, or the word after its last occurrence."""
    wanted = list(Words(phrase).ids)
    places = _find_all(words.ids, wanted)
    if not places:
        return None
    return places[-1] + len(wanted) if after else places[0]


def _find_all(ids: array[int], wanted: list[int]) -> list[int]:
    size = len(wanted)
    return [
        at
        for at in range(len(ids) - size + 1)
        if ids[at] == wanted[0] and list(ids[at : at + size]) == wanted
    ]
