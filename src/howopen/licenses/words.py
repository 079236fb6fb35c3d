"""A text as a row of comparable words: layout, case, markup and typography fall away, lines stay.

Two printings of one license differ in wrapping, quotes, dashes, bullets, Markdown and HTML marks.
None of that is a word, so none of it is compared. A word is a run of letters and digits in lower
case (each ideograph is a word of its own); every word knows where it stood in the text.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

from howopen.licenses.typography import (
    INVISIBLE,
    TURNING,
    latin,
    lowered,
    plain,
    without_entities,
)

if TYPE_CHECKING:
    from howopen.licenses.index import Reference

#: No text is compared beyond this many words; a license has at most about 12,000.
MAX_WORDS = 60_000
#: Nor beyond this many characters.
MAX_CHARACTERS = 1_000_000

_TAGS = (
    "a|b|blockquote|br|center|code|del|details|div|em|font|h[1-6]|hr|i|img|ins|li|ol|p|pre|s|small"
    "|span|strong|sub|summary|sup|table|tbody|td|th|thead|tr|tt|u|ul|html|head|body|title|meta"
)
#: what is blanked out before words are looked for: comments, tags, link targets, image marks
_MARKUP = re.compile(
    rf"<!--(?:(?!<!--).)*?-->|<(?P<kind>style|script)\b[^<>]{{0,300}}>[^<]{{0,20000}}</(?P=kind)>"
    rf"|(?<=\S )<https?://[^<>\s]{{1,500}}>(?=`_)"
    rf"|</?(?:{_TAGS})(?:\s[^<>]{{0,500}})?/?>"
    r"|(?<=\])\([^()\s]{1,500}(?:\n\s*[^()\s]{1,200}){0,4}\)"
    r"|(?<![A-Za-z0-9])(?:https?|ftp)://(?:www\.)?|(?<![A-Za-z0-9.])www\.",
    re.IGNORECASE | re.DOTALL,
)
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
#: an ideograph, or letters and digits with what typesetting puts between them
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}](?:[^\W_{_CJK}]|[{INVISIBLE}\u0300-\u036f])*")
#: spellings that are one word
_SAME = {
    "licence": "license",
    "licences": "licenses",
    "licenced": "licensed",
    "licencee": "licensee",
    "licencor": "licensor",
    "sublicence": "sublicense",
    "organisation": "organization",
    "organisations": "organizations",
    "favour": "favor",
    "judgement": "judgment",
    "authorised": "authorized",
    "unauthorised": "unauthorized",
    "recognised": "recognized",
    "©": "c",
}
#: letters of Greek and Cyrillic that look like no Latin one: the text is really of that script
_OTHER_SCRIPT = re.compile("[бгджзийлпфцчшщъыьэюяёγδθλξπσφψω]")
_hashes: dict[str, int] = {}


def word_hash(word: str) -> int:
    """Return the 32-bit hash by which the index knows a word (already in lower case)."""
    found = _hashes.get(word)
    if found is None:
        plain = _SAME.get(word, word)
        found = int.from_bytes(blake2b(plain.encode(), digest_size=4).digest(), "little")
        if len(_hashes) < 200_000:
            _hashes[word] = found
    return found


def _blank(match: re.Match[str]) -> str:
    """Blank out markup, keeping every line where it was."""
    return "".join("\n" if char == "\n" else " " for char in match.group())


class Words:
    """The words of a text, in order.

    Attributes:
        text: the text itself, as far as it is compared.
        ids: the hash of each word.
        starts: where each word begins in the text.
        stops: where it ends.
        cut: whether the text goes on beyond what is compared.
        disguised: the words whose letters are not what they look like, or not shown in order.
        votes: which published texts hold which shingles, by the `id` of the index, once looked up.
    """

    def __init__(self, text: str) -> None:
        self.text = text[:MAX_CHARACTERS]
        self.votes: dict[int, dict[Reference, list[int]]] = {}
        self.folded = _MARKUP.sub(_blank, lowered(without_entities(self.text)))
        ids = array("I")
        starts = array("I")
        stops = array("I")
        self.cut = len(text) > MAX_CHARACTERS
        self._plain: dict[int, str] = {}
        disguised: set[int] = set()
        foreign: list[int] = []
        for match in _WORD.finditer(self.folded):
            if len(ids) >= MAX_WORDS:
                self.cut = True
                break
            word = match[0]
            if not word.isascii():
                shown = plain(word)
                if shown.disguised:
                    disguised.add(len(ids))
                elif shown.foreign:
                    foreign.append(len(ids))
                if shown.word != word:
                    word = self._plain[len(ids)] = shown.word
            ids.append(word_hash(word))
            starts.append(match.start())
            stops.append(match.end())
        self.ids, self.starts, self.stops = ids, starts, stops
        self.disguised = frozenset(disguised | self._foreign(foreign) | self._turned())

    def _foreign(self, found: list[int]) -> set[int]:
        """Take words of other scripts for what they look like, where no other such words stand."""
        if not found or len(found) > len(self) // 4 or _OTHER_SCRIPT.search(self.folded):
            return set()
        for index in found:
            word = self._plain[index] = latin(self.word(index))
            self.ids[index] = word_hash(word)
        return set(found)

    def _turned(self) -> set[int]:
        """Return the words before which the direction of the text is turned."""
        places = [match.end() for match in TURNING.finditer(self.text)]
        return {at for place in places if (at := bisect_right(self.stops, place)) < len(self)}

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.ids)

    @cached_property
    def line_starts(self) -> list[int]:
        """Where each line begins."""
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def line(self, word: int) -> int:
        """Return the 1-based line that a word stands in."""
        if not len(self):
            return 1
        word = max(0, min(word, len(self) - 1))
        return bisect_right(self.line_starts, self.starts[word])

    def lines(self, start: int, stop: int) -> tuple[int, int]:
        """Return the first and last line of the words from `start` up to, not including, `stop`."""
        return self.line(start), self.line(max(start, stop - 1))

    def line_at(self, word: int) -> str:
        """Return the text of the line that a word stands in."""
        line = self.line(word)
        stop = self.line_starts[line] if line < len(self.line_starts) else len(self.text)
        return self.text[self.line_starts[line - 1] : stop]

    def word(self, index: int) -> str:
        """Return a word as it was compared."""
        found = self._plain.get(index)
        return found or self.folded[self.starts[index] : self.stops[index]]

    def slice(self, start: int, stop: int, limit: int = 400) -> str:
        """Return the text of some words as written, in one line, cut at `limit` characters."""
        if start >= stop or start >= len(self):
            return ""
        raw = self.text[self.starts[start] : self.stops[min(stop, len(self)) - 1]]
        shown = " ".join(raw.split())
        return shown if len(shown) <= limit else shown[:limit].rsplit(" ", 1)[0] + " ..."

    @cached_property
    def runs(self) -> list[int]:
        """One number for every run of four words: see `shingles`."""
        return shingles(self.ids)

    @cached_property
    def paragraphs(self) -> tuple[int, ...]:
        """The index of the first word of each paragraph or list item."""
        return tuple(index for index in range(len(self)) if self.begins_paragraph(index))

    def after(self, offset: int) -> int:
        """Return the first word that begins after a place in the text."""
        return bisect_right(self.starts, offset)

    def paragraph_end(self, word: int) -> int:
        """Return the word after the last of the paragraph that a word is in."""
        place = bisect_right(self.paragraphs, word)
        return self.paragraphs[place] if place < len(self.paragraphs) else len(self)

    def begins_paragraph(self, word: int) -> bool:
        """Return whether a paragraph or list item begins with a word."""
        before = self.folded[self.stops[word - 1] if word else 0 : self.starts[word]]
        return not word or _breaks(before)

    @cached_property
    def markers(self) -> frozenset[int]:
        """The words that only number or letter what follows, such as `(a)`, `ii.` and `1.1`."""
        from howopen.licenses.outline import find_markers  # noqa: PLC0415 - it reads words

        return frozenset(
            index for marker in find_markers(self) for index in range(marker.start, marker.stop)
        )


_BREAK = re.compile(
    r"\n[ \t>]*\n|\n[ \t>]*(?:[-*•●◦#]|\|)|\n[ \t]*[({\[]?$|[.;:][\"”’)*_]*[ \t]*\n"
)


def _breaks(between: str) -> bool:
    """Return whether a paragraph or item begins after these characters."""
    return "\n" in between and _BREAK.search(between) is not None


def shingles(ids: array[int], size: int = 4) -> list[int]:
    """Return one 32-bit number for every run of `size` words."""
    if len(ids) < size:
        return []
    one, two, three, four = ids, ids[1:], ids[2:], ids[3:]
    return [
        (a * 0x9E3779B1 + b * 0x85EBCA6B + c * 0xC2B2AE35 + d * 0x27D4EB2F) & 0xFFFFFFFF
        for a, b, c, d in zip(one, two, three, four, strict=False)
    ]
