"""The index of published license texts, loaded once and merged with those of the user's folders."""

from __future__ import annotations

import functools
import zlib
from array import array
from bisect import bisect_left
from pathlib import Path

import msgspec

from howopen.errors import KnowledgeError
from howopen.knowledge.loader import Knowledge
from howopen.licenses.indexing import FORMAT, Entry, Stored
from howopen.licenses.outline import Section

#: No index file may unpack to more than this.
MAX_BYTES = 64_000_000


class Reference:
    """One published text: who it is, and its words as hashes.

    Attributes:
        entry: identity, outline and free spans.
        shingle_count: how many shingles of it the index holds.
    """

    def __init__(self, entry: Entry, vocabulary: array[int], shingle_count: int) -> None:
        self.entry = entry
        self.shingle_count = shingle_count
        self._vocabulary = vocabulary

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.entry.words) // 2

    @property
    def id(self) -> str:
        """Our license id."""
        return self.entry.id

    @property
    def ident(self) -> str:
        """The license id with its edition, `id@edition`."""
        return f"{self.entry.id}@{self.entry.edition}" if self.entry.edition else self.entry.id

    @functools.cached_property
    def words(self) -> array[int]:
        """The hash of each word, in order."""
        return array("I", map(self._vocabulary.__getitem__, _shorts(self.entry.words)))

    @functools.cached_property
    def markers(self) -> frozenset[int]:
        """The words that only number what follows."""
        return frozenset(_shorts(self.entry.markers))

    @functools.cached_property
    def paragraphs(self) -> tuple[int, ...]:
        """The first word of each paragraph."""
        return tuple(_shorts(self.entry.paragraphs))

    @functools.cached_property
    def optional(self) -> frozenset[int]:
        """The words that a copy may lack or fill in."""
        return frozenset(i for start, stop, _ in self.entry.free for i in range(start, stop))

    @functools.cached_property
    def blanks(self) -> frozenset[int]:
        """The words that every copy fills in its own way."""
        return frozenset(
            i for start, stop, kind in self.entry.free if kind == "b" for i in range(start, stop)
        )

    @functools.cached_property
    def sections(self) -> tuple[Section, ...]:
        """The printed numbering."""
        return tuple(Section(*row) for row in self.entry.outline)


def _shorts(raw: bytes) -> array[int]:
    values = array("H")
    values.frombytes(raw)
    return values


class Votes:
    """Which texts hold which shingles, of one index file."""

    def __init__(self, stored: Stored, references: tuple[Reference, ...]) -> None:
        self._keys = array("I")
        self._keys.frombytes(stored.keys)
        self._owners = _shorts(stored.owners)
        self._references = references

    def collect(self, shingles: list[int], into: dict[Reference, list[int]]) -> None:
        """Add, for every text, the positions of the shingles that it holds."""
        keys, owners, total = self._keys, self._owners, len(self._keys)
        for position, shingle in enumerate(shingles):
            at = bisect_left(keys, shingle)
            while at < total and keys[at] == shingle:
                into.setdefault(self._references[owners[at]], []).append(position)
                at += 1


class Index:
    """All published texts that a run knows."""

    def __init__(self, *files: bytes) -> None:
        self.references: tuple[Reference, ...] = ()
        self._votes: list[Votes] = []
        for data in files:
            stored = _decode(data)
            vocabulary = array("I")
            vocabulary.frombytes(stored.vocabulary)
            counts = _shorts(stored.counts)
            mine = tuple(
                Reference(entry, vocabulary, count)
                for entry, count in zip(stored.entries, counts, strict=True)
            )
            self.references += mine
            self._votes.append(Votes(stored, mine))

    def votes(self, shingles: list[int]) -> dict[Reference, list[int]]:
        """Return, for every text, the positions of the given shingles that it holds."""
        found: dict[Reference, list[int]] = {}
        for votes in self._votes:
            votes.collect(shingles, found)
        return found

    @functools.cached_property
    def by_id(self) -> dict[str, tuple[Reference, ...]]:
        """All texts of each license id, ids that share a text included."""
        found: dict[str, list[Reference]] = {}
        for reference in self.references:
            for ident in (reference.id, *reference.entry.shares):
                found.setdefault(ident, []).append(reference)
        return {ident: tuple(texts) for ident, texts in found.items()}

    def texts_of(self, ident: str, edition: str | None = None) -> tuple[Reference, ...]:
        """Return the printings of a license, of one edition when that is given."""
        texts = self.by_id.get(ident, ())
        return tuple(t for t in texts if edition is None or t.entry.edition == edition)


def _decode(data: bytes) -> Stored:
    try:
        unpacked = zlib.decompressobj().decompress(data, MAX_BYTES)
        stored = msgspec.msgpack.decode(unpacked, type=Stored)
    except (zlib.error, msgspec.DecodeError) as error:
        raise KnowledgeError(f"not a license index: {error}", hint="build it again") from error
    if stored.format != FORMAT:
        raise KnowledgeError(
            f"license index of format {stored.format}, this is howopen with format {FORMAT}",
            hint="build it again with tools/build_license_index.py",
        )
    return stored


@functools.lru_cache(maxsize=8)
def load(knowledge: Knowledge) -> Index:
    """Load our index and the `index.bin` of every knowledge folder of the user's.

    Raises:
        KnowledgeError: when one is not an index, or of another format.
    """
    own = Path(__file__).parent / "index.bin"
    paths = [root / "index.bin" for root in knowledge.roots] + [own]
    return Index(*(path.read_bytes() for path in paths if path.is_file()))
