"""A license text as passages that can be set against another's: a user's file, or one of ours.

A passage is a paragraph or list item under the ref that is printed over it. Marks such as `(a)` are
no words here, so that a clause with another number is still the same clause.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from howopen.licenses.free_spans import free_spans
from howopen.licenses.index import Reference
from howopen.licenses.outline import Section, outline
from howopen.licenses.words import Words

#: Beyond so many passages a text is no license; what follows is one passage.
MOST_PASSAGES = 1500
#: Nor has a license so many words that only number what follows.
MOST_MARKERS = 2500
#: A paragraph of more words is cut where its lists have their marks.
LONG = 400
#: Where one line in ten is longer than so many characters, each is a paragraph; else the text was
#: wrapped.
WRAPPED = 120
#: The same, where only words are at hand: the average number of words.
WRAPPED_WORDS = 16
#: what stands between two paragraphs of a wrapped text: an empty line, or a bullet
_BREAK = re.compile(r"\n[ \t>]*\n|\n[ \t>]*[-*•●◦#|]")
#: an address: what is in it is no term
_ADDRESS = re.compile(r"https?://|www\.|\w\.(?:com|org|net|dev|ai|io|cn|gov|edu)\b", re.IGNORECASE)


class Passage(NamedTuple):
    """A paragraph: the ref printed over it, if any, and its words, numbered without marks."""

    ref: str | None
    start: int
    stop: int
    number: int

    @property
    def label(self) -> str:
        """The ref, or which paragraph it is."""
        return self.ref or f"paragraph {self.number}"

    def __len__(self) -> int:
        """Return the number of words."""
        return self.stop - self.start


class Passages:
    """A text in passages.

    Attributes:
        ids: the hashes of its words but for marks.
        at: where each of them stands among all words.
        free: those that differ between copies: titles, notices, blanks.
        rows: the passages, in order.
        words: the text itself; None where only its hashes are at hand.
    """

    def __init__(  # noqa: PLR0913 - one argument a property of the text
        self,
        ids: array[int],
        markers: frozenset[int],
        free: frozenset[int],
        edges: Iterable[int],
        sections: tuple[Section, ...],
        words: Words | None = None,
    ) -> None:
        self.words = words
        self.at = [index for index in range(len(ids)) if index not in markers]
        self.ids = array("I", (ids[index] for index in self.at))
        self.free = frozenset(new for new, old in enumerate(self.at) if old in free)
        self.rows = self._rows(_cut(len(ids), sorted({0, *edges}), sections), sections)

    def _rows(self, edges: list[int], sections: tuple[Section, ...]) -> tuple[Passage, ...]:
        """Cut at every paragraph and section, dropping passages that are only marks."""
        refs = _refs(edges, sections)
        found: list[Passage] = []
        starts = [bisect_right(self.at, edge - 1) for edge in edges[:MOST_PASSAGES]]
        for place, start in enumerate(starts):
            stop = starts[place + 1] if place + 1 < len(starts) else len(self.at)
            if stop > start:
                found.append(Passage(refs[place], start, stop, len(found) + 1))
        return tuple(found)

    def lines(self, start: int, stop: int) -> tuple[int, int] | None:
        """Return the lines of some words, where there is a text."""
        if self.words is None or not self.at:
            return None
        last = len(self.at) - 1
        return self.words.lines(
            self.at[min(start, last)], self.at[min(max(start, stop - 1), last)] + 1
        )

    def quote(self, start: int, stop: int, limit: int = 200) -> str:
        """Return some words as written, where there is a text."""
        if self.words is None or start >= stop:
            return ""
        return self.words.slice(self.at[start], self.at[stop - 1] + 1, limit)

    def glued(self, at: int) -> bool:
        """Return whether a word is one with the word before, as in `3.1` or an address."""
        if self.words is None or not 0 < at < len(self.at):
            return False
        start, stop = self.words.starts[self.at[at]], self.words.stops[self.at[at - 1]]
        joined = self.words.text[max(0, stop - 1) : start + 1]
        return joined.isascii() and not any(char.isspace() or char in "()[]" for char in joined)

    def addressed(self, start: int, stop: int) -> bool:
        """Return whether all of some words stand in addresses."""
        if self.words is None:
            return False
        text = self.words.text
        for place in self.at[start:stop]:
            low, high = self.words.starts[place], self.words.stops[place]
            while low and not text[low - 1].isspace() and high - low < 300:
                low -= 1
            while high < len(text) and not text[high].isspace() and high - low < 300:
                high += 1
            if not _ADDRESS.search(text[low:high]):
                return False
        return True


def _cut(size: int, edges: list[int], sections: tuple[Section, ...]) -> list[int]:
    """Cut long paragraphs where what is inside is numbered."""
    inside = sorted({one.start for one in sections})
    found = list(edges)
    for start, stop in pairwise((*edges, size)):
        if stop - start > LONG:
            found += inside[bisect_left(inside, start + 1) : bisect_left(inside, stop)]
    return sorted(found)


def _refs(edges: list[int], sections: tuple[Section, ...]) -> list[str | None]:
    """Return the innermost ref at each edge."""
    found: list[str | None] = []
    stack: list[Section] = []
    rest = sorted(sections, key=lambda one: (one.start, -one.stop))
    at = 0
    for edge in edges:
        while at < len(rest) and rest[at].start <= edge:
            stack.append(rest[at])
            at += 1
        stack = [one for one in stack if one.stop > edge]
        found.append(stack[-1].ref if stack else None)
    return found


def of_text(words: Words) -> Passages:
    """Divide a user's text."""
    free = frozenset(at for start, stop, _ in free_spans(words) for at in range(start, stop))
    sections = outline(words) if len(words.markers) <= MOST_MARKERS else ()
    return Passages(words.ids, words.markers, free, _paragraphs(words, sections), sections, words)


def _paragraphs(words: Words, sections: tuple[Section, ...]) -> Iterator[int]:
    """Yield the first word of each paragraph, list item and section that begins a line."""
    begins = {one.start for one in sections}
    firsts = [
        at
        for at in range(1, len(words))
        if "\n" in words.folded[words.stops[at - 1] : words.starts[at]]
    ]
    sizes = sorted(len(line) for line in words.text.split("\n") if line.strip())
    lines = bool(sizes) and sizes[len(sizes) * 9 // 10] > WRAPPED
    for at in firsts:
        between = words.folded[words.stops[at - 1] : words.starts[at]]
        if lines or at in begins or _BREAK.search(between):
            yield at


def of_reference(reference: Reference, clauses: Iterable[int] = ()) -> Passages:
    """Divide a published text of which only the hashes of its words are at hand.

    Args:
        reference: the text.
        clauses: the first words of clauses.
    """
    edges = {*clauses, *(one.start for one in reference.sections)}
    if len(reference) >= WRAPPED_WORDS * len(reference.paragraphs):
        edges |= set(reference.paragraphs)
    return Passages(
        reference.words,
        reference.markers,
        reference.optional,
        edges,
        reference.sections,
    )
