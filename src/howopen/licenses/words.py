"""A text as a row of comparable words: layout, case, markup and typography fall away, lines stay.

Two printings of one license differ in wrapping, quotes, dashes, bullets, Markdown and HTML marks.
None of that is a word, so none of it is compared. A word is a run of letters and digits in lower
case (each ideograph is a word of its own); every word knows where it stood in the text.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from howopen.licenses.index import Reference

#: No text is compared beyond this many words; a license has at most about 12,000.
MAX_WORDS = 60_000

_TAGS = (
    "a|b|blockquote|br|center|code|del|details|div|em|font|h[1-6]|hr|i|img|ins|li|ol|p|pre|s|small"
    "|span|strong|sub|summary|sup|table|tbody|td|th|thead|tr|tt|u|ul|html|head|body|title|meta"
)
#: what is blanked out before words are looked for: comments, tags, link targets, image marks
_MARKUP = re.compile(
    rf"<!--(?:(?!<!--).)*?-->|</?(?:{_TAGS})(?:\s[^<>]{{0,500}})?/?>|(?<=\])\([^()\s]{{1,500}}(?:\n\s*[^()\s]{{1,200}}){{0,4}}\)"
    r"|(?<![A-Za-z0-9])(?:https?|ftp)://(?:www\.)?|(?<![A-Za-z0-9.])www\.",
    re.IGNORECASE | re.DOTALL,
)
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
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


def fold(text: str) -> str:
    """Lower a text's case and compatibility forms without moving any character."""
    if text.isascii():
        return text.lower()
    return "".join(_folded(char) for char in text)


def _folded(char: str) -> str:
    if char < "\x80":
        return char.lower()
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 else char


class Words:
    """The words of a text, in order.

    Attributes:
        text: the text itself.
        ids: the hash of each word.
        starts: where each word begins in the text.
        stops: where it ends.
        cut: whether the text has more words than are compared.
        votes: which published texts hold which shingles, by the `id` of the index, once looked up.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.votes: dict[int, dict[Reference, list[int]]] = {}
        self.folded = _MARKUP.sub(_blank, fold(text))
        ids = array("I")
        starts = array("I")
        stops = array("I")
        self.cut = False
        for match in _WORD.finditer(self.folded):
            if len(ids) >= MAX_WORDS:
                self.cut = True
                break
            ids.append(word_hash(match.group()))
            starts.append(match.start())
            stops.append(match.end())
        self.ids, self.starts, self.stops = ids, starts, stops

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

    def word(self, index: int) -> str:
        """Return a word as it was compared."""
        return self.folded[self.starts[index] : self.stops[index]]

    def slice(self, start: int, stop: int, limit: int = 400) -> str:
        """Return the text of some words as written, in one line, cut at `limit` characters."""
        if start >= stop or start >= len(self):
            return ""
        raw = self.text[self.starts[start] : self.stops[min(stop, len(self)) - 1]]
        shown = " ".join(raw.split())
        return shown if len(shown) <= limit else shown[:limit].rsplit(" ", 1)[0] + " ..."

    @cached_property
    def paragraphs(self) -> tuple[int, ...]:
        """The index of the first word of each paragraph or list item."""
        found: list[int] = []
        for index in range(len(self)):
            before = self.folded[self.stops[index - 1] if index else 0 : self.starts[index]]
            if not index or _breaks(before):
                found.append(index)
        return tuple(found)

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
