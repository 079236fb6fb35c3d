"""The index of published license texts, mapped into memory, with those of the user's folders."""

from __future__ import annotations

import functools
import mmap
from array import array
from bisect import bisect_left
from collections import Counter
from itertools import chain
from pathlib import Path

from howopen.errors import KnowledgeError
from howopen.knowledge.catalogue import Kind
from howopen.knowledge.loader import Knowledge
from howopen.licenses.free_spans import NOTICE_WORDS
from howopen.licenses.outline import Section
from howopen.licenses.packing import Entry, Identity, Packed, digest, unpack, unpack_record

#: A text is no candidate below this share of its shingles, unless they stand for as many words.
LEAST_SHARE = 0.25
ENOUGH_WORDS = 60
#: Of texts of which less than this share is found, only so many are looked at, and one more for
#: every forty words of the file.
NEARLY = 0.9
MOST_LIKELY = 40
#: A shingle that a text repeats more often is counted this often.
MOST_REPEATS = 500

#: positions of shingles by the number of the text that holds them
Votes = dict[int, list[int]]


class Reference:
    """One published text: who it is, and its words as hashes; all but its name is read when used.

    Attributes:
        identity: id, edition, kind and size.
        shingle_count: how many shingles of it the index holds.
    """

    def __init__(self, identity: Identity, packed: Packed) -> None:
        self.identity = identity
        self.shingle_count = identity.shingle_count
        self._packed = packed

    def __len__(self) -> int:
        """Return the number of words."""
        return self.identity.size

    @property
    def id(self) -> str:
        """Our license id."""
        return self.identity.id

    @property
    def edition(self) -> str | None:
        """Date or version, None where there is one edition."""
        return self.identity.edition

    @property
    def kind(self) -> Kind:
        """License, exception (leave beyond another license) or notice (a pointer to terms)."""
        return self.identity.kind

    @property
    def rank(self) -> int:
        """0 for the usual licenses, 1 for others that SPDX lists, 2 for the rest."""
        return self.identity.rank

    @property
    def ident(self) -> str:
        """The license id with its edition, `id@edition`."""
        return f"{self.id}@{self.edition}" if self.edition else self.id

    @functools.cached_property
    def entry(self) -> Entry:
        """Identity, outline and free spans.

        Raises:
            KnowledgeError: when the record is damaged.
        """
        return unpack_record(self._packed.records[self.identity.start : self.identity.stop])

    @functools.cached_property
    def words(self) -> array[int]:
        """The hash of each word, in order.

        Raises:
            KnowledgeError: when the record names words that the index does not have.
        """
        numbers = _shorts(self.entry.words)
        try:
            return array("I", map(self._packed.vocabulary.__getitem__, numbers))
        except IndexError as error:
            raise KnowledgeError(f"the indexed text of {self.ident} is damaged") from error

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
            i for start, stop, kind in self.entry.free if kind != "o" for i in range(start, stop)
        )

    @functools.cached_property
    def loose(self) -> frozenset[int]:
        """The words of its title and notices: they do not tell it from other texts."""
        return frozenset(
            at
            for start, stop, kind in self.entry.free
            if kind == "n" or (kind == "o" and stop - start <= NOTICE_WORDS)
            for at in range(start, stop)
        )

    @functools.cached_property
    def sections(self) -> tuple[Section, ...]:
        """The printed numbering."""
        return tuple(Section(*row) for row in self.entry.outline)


def _shorts(raw: bytes) -> array[int]:
    values = array("H")
    values.frombytes(raw)
    return values


class Index:
    """All published texts that a run knows."""

    def __init__(self, *files: bytes | memoryview) -> None:
        self._packed = tuple(map(unpack, files))
        self._texts = tuple(
            tuple(Reference(identity, packed) for identity in packed.texts)
            for packed in self._packed
        )
        self._enough = [[_enough(text) for text in packed.texts] for packed in self._packed]
        self.references = tuple(text for texts in self._texts for text in texts)

    def votes(self, shingles: list[int]) -> dict[Reference, list[int]]:
        """Return, for every text that may be there, the positions of the shingles that it holds.

        Texts of which too little is found to call anything by their name are left out.
        """
        where: dict[int, list[int]] = {}
        for position, shingle in enumerate(shingles):
            where.setdefault(shingle, []).append(position)
        found: dict[Reference, list[int]] = {}
        for packed, texts, enough in zip(self._packed, self._texts, self._enough, strict=True):
            for text, positions in _votes(packed, enough, where).items():
                found[texts[text]] = sorted(positions)
        return found

    def whole(self, ids: array[int]) -> tuple[Reference, ...]:
        """Return the texts whose words are exactly these, however few they are."""
        return tuple(self._by_digest.get(digest(ids), ()))

    @functools.cached_property
    def _by_digest(self) -> dict[bytes, list[Reference]]:
        found: dict[bytes, list[Reference]] = {}
        for reference in self.references:
            found.setdefault(reference.identity.digest, []).append(reference)
        return found

    @functools.cached_property
    def by_id(self) -> dict[str, tuple[Reference, ...]]:
        """All texts of each license id, ids that share a text included."""
        found: dict[str, list[Reference]] = {}
        for reference in self.references:
            for ident in (reference.id, *reference.identity.shares):
                found.setdefault(ident, []).append(reference)
        return {ident: tuple(texts) for ident, texts in found.items()}

    def texts_of(self, ident: str, edition: str | None = None) -> tuple[Reference, ...]:
        """Return the printings of a license, of one edition when that is given."""
        texts = self.by_id.get(ident, ())
        return tuple(t for t in texts if edition is None or t.edition == edition)


def _votes(packed: Packed, enough: list[float], where: dict[int, list[int]]) -> Votes:
    """Return the positions of shingles, by the number of the text in one index file."""
    keys, starts, owners, total = packed.keys, packed.starts, packed.owners, len(packed.keys)
    rows: list[tuple[list[int], list[int]]] = []
    for shingle, positions in where.items():
        at = bisect_left(keys, shingle)
        if at < total and keys[at] == shingle:
            whose = owners[starts[at] : starts[at + 1]].tolist()
            rows.append((positions[:MOST_REPEATS], whose))
    tally = Counter(
        chain.from_iterable(
            whose if len(positions) == 1 else whose * len(positions) for positions, whose in rows
        )
    )
    total_words = sum(len(positions) for positions in where.values())
    alive = _likeliest(packed, tally, enough, MOST_LIKELY + total_words // 40)
    found: Votes = {text: [] for text in alive}
    for positions, whose in rows:
        for owner in whose:
            if owner in found:
                found[owner] += positions
    return found


def _likeliest(packed: Packed, tally: Counter[int], enough: list[float], most: int) -> list[int]:
    """Return the texts that may be there: all that seem whole, and those of which most is there."""
    rows: list[tuple[float, float, int]] = []
    for text, count in tally.items():
        if count >= enough[text]:
            identity = packed.texts[text]
            share = min(1.0, count / identity.shingle_count)
            rows.append((share * identity.size, share, text))
    rows.sort(key=lambda row: (-row[0], row[2]))
    return [text for rank, (_, share, text) in enumerate(rows) if rank < most or share >= NEARLY]


def _enough(text: Identity) -> float:
    """Return how many shingles of a text must be found to make it a candidate."""
    share = min(LEAST_SHARE, ENOUGH_WORDS / max(1, text.size))
    return share * text.shingle_count


@functools.lru_cache(maxsize=8)
def load(knowledge: Knowledge) -> Index:
    """Load our index and the `index.bin` of every knowledge folder of the user's.

    Raises:
        KnowledgeError: when one is not an index, or of another format.
    """
    own = Path(__file__).parent / "index.bin"
    paths = [root / "index.bin" for root in knowledge.roots] + [own]
    return Index(*(_mapped(path) for path in paths if path.is_file()))


def _mapped(path: Path) -> memoryview:
    """Map a file into memory."""
    try:
        with path.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:
        raise KnowledgeError(str(error), path=str(path), hint="build it again") from error
