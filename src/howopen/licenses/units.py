"""Cut a license text into units of meaning: sentences, and items of lists with what leads them in.

An item such as `(ii) military purposes` says nothing alone; its unit begins with the words that
lead the list in (`You will not use the Model for`), so that a frame sees both. Every word keeps its
place in the text.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

#: no more of a text is read
MAX_CHARS = 200_000
#: a unit is cut after this many words
MAX_WORDS = 220
#: of what leads a list in, the last words count
LEAD_WORDS = 60
#: so many words lead in, all in all; the lists after that have none
MOST_LEADING = 60_000
#: a list ends after this many blocks at the latest
MAX_ITEMS = 80

#: how a block ends is told by so many of its last characters
TAIL = 24
#: lists are followed this deep
MAX_DEPTH = 3

#: a word that stands for an opening quotation mark
QUOTE = "<q>"

_WORD = re.compile(
    r"(?P<quote>(?<![\w])[\"“„«](?=\w))|[$€¥£]?\d[\d,]*(?:\.\d+)*|[^\W\d_]+(?:['’](?:s|t))?(?:[-‑]+[^\W_]+)*",
)
_MARK = re.compile(
    r"^[ \t>#]*(?:(?P<bullet>[-*•–·])\s+"
    r"|\*{0,2}\(?(?P<mark>\d{1,2}(?:\.\d{1,2}){0,3}|[a-z]|[ivx]{1,5})[.)]\*{0,2}\s+)",
    re.IGNORECASE,
)
_INNER = re.compile(r"(?:^|(?<=[\s:;,]))\(?(?:[ivx]{1,5}|[a-z]|\d{1,2})\)\s+")
_STOP = re.compile(r"[.!?][\"”’)\]*_]*\s+(?=[\"“(\[*_]*[A-Z0-9(])")
_SHORT = re.compile(
    r"(?:\b(?:inc|ltd|llc|corp|co|no|sec|art|e\.g|i\.e|u\.s|etc|v|vs|dr|mr|al|[A-Z])|^\W*\w{1,3})$",
    re.IGNORECASE,
)
#: lines that end so, one below the other, are items
_LISTED = re.compile(r"[.;:]\s*+(?:(?:and|or)\s*+)?$")
_OPEN_END = re.compile(r"(?::|\b(?:to|for|must|shall|may not)|—)[*_\"”)\s]*$")
#: a block that begins so is a sentence of its own, and no item of an unmarked list
_SUBJECT = re.compile(
    r"\W*+(?:you|we|this|these|the|if|section|all|each|no|nothing|upon|licensee|licensor|subject"
    r"|unless|except|notwithstanding|attachment|appendix|exhibit|annex|as|it|neither|your|our"
    r"|\w++ (?:may|will|shall|must|is|are|reserves?|grants?|claims?))\b"
    r"|(?-i:[^a-z]++$)|(?:\W*+\w++){1,5}+\W*+$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"(?:[;,]|\b(?:and|or))[*_\s]*$")
_BROKEN = re.compile(r"(?<=[a-z])- (?=(?!and\b|or\b|to\b)[a-z])")


class Word(NamedTuple):
    """A word, folded, and its place in the text."""

    text: str
    start: int
    stop: int


class Unit(NamedTuple):
    """A sentence or an item: its words, of which the first `led` lead it in."""

    words: tuple[Word, ...]
    led: int


class _Block(NamedTuple):
    """A paragraph or item: where it stands after its mark, and the mark."""

    start: int
    stop: int
    mark: str


class _Lead(NamedTuple):
    """Words that lead a list in, their own mark, and the marks of the first and last item."""

    words: tuple[Word, ...]
    mark: str
    first: str | None = None
    last: str = ""
    items: int = 0

    def followed_by(self, mark: str) -> _Lead:
        """Count an item."""
        first = mark if self.first is None else self.first
        return self._replace(first=first, last=mark, items=self.items + 1)

    def closed_by(self, block: _Block, *, goes_on: bool, lower: bool, item: bool) -> bool:
        """Tell whether a block is no longer an item of the list."""
        if self.first is None:
            return False
        if self.items >= MAX_ITEMS:
            return True
        if not block.mark:
            return not (goes_on or lower or (self.first == "" and item))
        if not self.first:
            return True
        if self.mark and _style(block.mark) == _style(self.mark):
            return _style(self.first) != _style(self.mark) or block.mark == _after(self.mark)
        return _style(block.mark) != _style(self.first) and not goes_on


def _style(mark: str) -> str:
    """Tell the style of a mark: a bullet, a letter, or a number with its depth."""
    if not mark[:1].isalnum():
        return "bullet"
    return "letter" if mark.isalpha() else f"number {mark.count('.')}"


def _after(mark: str) -> str:
    """Return the mark of the next item at the same level, as far as it can be told."""
    head, dot, tail = mark.rpartition(".")
    if tail.isdigit():
        return f"{head}{dot}{int(tail) + 1}"
    return chr(ord(mark) + 1) if len(mark) == 1 else ""


class Units:
    """The units of a text, and the lines of its words.

    Args:
        text: the whole text; more than `MAX_CHARS` is left unread.
    """

    def __init__(self, text: str) -> None:
        self.text = text[:MAX_CHARS]
        self._breaks = [at for at, sign in enumerate(self.text) if sign == "\n"]
        self.units = tuple(self._read())

    def line(self, at: int) -> int:
        """Return the 1-based line of a character."""
        return bisect.bisect_left(self._breaks, at) + 1

    def _read(self) -> Iterator[Unit]:
        leads: list[_Lead] = []
        goes_on, spent = False, 0
        for block in self._blocks():
            piece = self.text[block.start : block.stop].rstrip()
            lower, item = piece[:1].islower(), not _SUBJECT.match(piece)
            while leads and leads[-1].closed_by(block, goes_on=goes_on, lower=lower, item=item):
                leads.pop()
            lead = tuple(word for one in leads for word in one.words)[-LEAD_WORDS:]
            spent += len(lead)
            lead = lead if spent < MOST_LEADING else ()
            sentence = (block.start, block.stop)
            for at, sentence in enumerate(self._sentences(block.start, block.stop)):
                yield from self._units(sentence, () if at else lead)
            opens = bool(_OPEN_END.search(piece, max(0, len(piece) - TAIL)))
            if opens:
                last = self._words(*sentence)
                leads = [*leads[: MAX_DEPTH - 1], _Lead(last, block.mark)] if last else leads
            elif leads:
                leads[-1] = leads[-1].followed_by(block.mark)
            goes_on = opens or bool(_GOES_ON.search(piece, max(0, len(piece) - TAIL)))

    def _blocks(self) -> Iterator[_Block]:
        """Find paragraphs, and items that begin with a mark of a list."""
        start, at, mark, ended = 0, 0, "", False
        for line in self.text.splitlines(keepends=True):
            found = _MARK.match(line)
            alone = ended and bool(_LISTED.search(line)) and not mark
            ended = bool(_LISTED.search(line))
            if found or alone or not line.strip():
                if self.text[start:at].strip():
                    yield _Block(start, at, mark)
                start = at if alone and not found else at + (found.end() if found else len(line))
                mark = (found["mark"] or found["bullet"]).lower() if found else ""
            at += len(line)
        if self.text[start:at].strip():
            yield _Block(start, at, mark)

    def _sentences(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        begin = start
        for match in _STOP.finditer(self.text, start, stop):
            if _SHORT.search(self.text[max(begin, match.start() - 12) : match.start()]):
                continue
            yield begin, match.end()
            begin = match.end()
        if begin < stop:
            yield begin, stop

    def _units(self, span: tuple[int, int], lead: tuple[Word, ...]) -> Iterator[Unit]:
        """Cut a sentence at the marks of a list within it; what stands before them leads in."""
        start, stop = span
        marks = [(m.start(), m.end()) for m in _INNER.finditer(self.text, start, stop)]
        if len(marks) < 2:
            yield from self._cut(self._words(start, stop), lead)
            return
        opening = self._words(start, marks[0][0])
        yield from self._cut(opening, lead)
        ends = [mark[0] for mark in marks[1:]] + [stop]
        for (_, begin), end in zip(marks, ends, strict=True):
            yield from self._cut(self._words(begin, end), (*lead, *opening)[-LEAD_WORDS:])

    def _cut(self, words: tuple[Word, ...], lead: tuple[Word, ...]) -> Iterator[Unit]:
        for at in range(0, len(words), MAX_WORDS):
            yield Unit((*lead, *words[at : at + MAX_WORDS]), len(lead))

    def _words(self, start: int, stop: int) -> tuple[Word, ...]:
        piece = self.text[start:stop]
        found = []
        for match in _WORD.finditer(_BROKEN.sub("--", piece)):
            text = QUOTE if match.group("quote") else fold(match.group())
            found.append(Word(text, start + match.start(), start + match.end()))
        return tuple(found)


@functools.lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Write a word as cues have it: lower case, no hyphen, no genitive; `n't` is `cannot`.

    >>> fold("Non-Commercial"), fold("Licensee’s"), fold("won't")
    ('noncommercial', 'licensee', 'cannot')
    """
    plain = word.lower().replace("’", "'").removesuffix("'s")
    if plain.endswith("n't"):
        return "cannot"
    return plain.replace("-", "").replace("‑", "")
