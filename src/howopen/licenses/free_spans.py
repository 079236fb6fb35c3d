"""The spans of a published text in which copies of it differ without changing its terms.

A copy fills in blanks (year, holder, organization), carries its own copyright notice, and may lack
a title or an appendix. The rules are general; what no rule tells is in `license_texts.toml`.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from itertools import pairwise

from howopen.licenses.words import Words, word_hash

Span = tuple[int, int]

#: a blank to fill in: a placeholder in brackets, a year in letters, or a ruled line
_BLANK = (
    r"(?i)[\[<{]{1,2}\s*(?:yyyy|year|yr|name|fullname|owner|holder|copyright|full ?name|date"
    r"|company|organi[sz]ation|insert|program|author|e-?mail|dates?|url|one line|your|licensor"
    r"|project|software|university|institution|entity|work|title|xx+)[^\]>}\n]{0,80}[\]>}]{1,2}"
    r"|\{\{[^{}\n]{1,80}\}\}|<<[^<>\n]{1,80}>>|\b(?:YYYY|XXXX|(?:19|20)[xXyY]{2})\b|_{4,}"
)
#: how a copyright notice begins: a mark and a year or blank, or a holder who reserves all rights
NOTICE = re.compile(
    r"^[\s#/*>\-]*(?:portions(?: of [\w ]{0,30})?\s+)?(?:"
    r"(?:copyright|\(c\)|©)(?:\s*(?:\(c\)|©))?\s*:?\s*(?:[\[<{]|\d{4}|by\b|yyyy|year\b)"
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
#: where forms of permissive licenses name whoever uses the form (SPDX templates mark these spots)
_HOLDER = (
    r"(?is)neither the names? of (.{2,100}?) nor\b"
    r"|\bnor the names? of (.{2,100}?) may be used"
    r"|\bthe names? (?:of )?(.{2,80}?) (?:may|must|shall|will) not be used"
    r"|\bin no event shall (.{2,120}?) be (?:held )?(?:liable|responsible)"
    r"|\bprovided by (.{2,100}?)[\s\"'`“”‘’]+as[ -]is\b"
)
#: Only forms that many holders use are so short; in longer texts a name is a party.
FORM_WORDS = 600
#: A name is at most this long.
NAME_WORDS = 14
#: A copyright notice is at most this long.
NOTICE_WORDS = 40
#: A title has at most so many words on its line.
TITLE_WORDS = 14


def free_spans(
    words: Words,
    *,
    optional: Iterable[tuple[str, str]] = (),
    blanks: Iterable[str] = (),
    notices: Iterable[str] = (),
) -> list[tuple[int, int, str]]:
    """Find the spans of a text in which a copy may differ.

    Args:
        words: the text.
        optional: first and last words of spans that a copy may lack; no last words: to the end.
        blanks: words that every copy fills in its own way.
        notices: the text's own copyright notices, word for word.

    Returns:
        First word, word after the last, and `o` for what may be absent, `b` for what is filled in,
        or `n` for a copyright notice, in order.

    Raises:
        ValueError: when the words of an optional span are not in the text.
    """
    found = {(*span, "b") for span in _filled(words, blanks)}
    found |= {(*span, "n") for span in (*notice_spans(words), *_leading_notices(words, notices))}
    title = title_words(words)
    if title:
        found.add((0, title, "o"))
    found |= {(*_between(words, first, last), "o") for first, last in optional}
    return sorted(found)


def _filled(words: Words, blanks: Iterable[str]) -> Iterator[Span]:
    """Yield the spans that every copy fills in."""
    for match in re.finditer(_BLANK, words.text):
        yield from _inside(words, *match.span())
    if len(words) <= FORM_WORDS:
        for match in re.finditer(_HOLDER, words.text):
            group = match.lastindex or 0
            yield from (
                (start, stop)
                for start, stop in _inside(words, *match.span(group))
                if stop - start <= NAME_WORDS and not TERMS.search(match[group])
            )
    for blank in blanks:
        wanted = [word_hash(word) for word in Words(blank).folded.split()]
        yield from ((at, at + len(wanted)) for at in _find_all(words.ids, wanted))


def _inside(words: Words, start: int, stop: int) -> list[Span]:
    """Return the span of the words that begin between two characters, if any."""
    inside = [at for at, begin in enumerate(words.starts) if start <= begin < stop]
    return [(inside[0], inside[-1] + 1)] if inside else []


def notice_spans(words: Words) -> list[Span]:
    """Find the paragraphs that are nothing but a copyright notice."""
    spans = []
    edges = (*words.paragraphs, len(words))
    for start, stop in pairwise(edges):
        begin = words.text.rfind("\n", 0, words.starts[start]) + 1
        passage = words.text[begin : words.stops[stop - 1]]
        if stop - start <= NOTICE_WORDS and NOTICE.match(passage) and not TERMS.search(passage):
            spans.append((start, stop))
    return spans


def _leading_notices(words: Words, notices: Iterable[str]) -> Iterator[Span]:
    """Yield a text's own notices where they begin a line, although terms follow without a break."""
    for notice in notices:
        wanted = list(Words(notice).ids)
        if not (2 <= len(wanted) <= NOTICE_WORDS and NOTICE.match(notice)):
            continue
        for at in _find_all(words.ids, wanted):
            begin = words.text.rfind("\n", 0, words.starts[at]) + 1
            if at == 0 or words.starts[at - 1] < begin:
                yield at, at + len(wanted)


def title_words(words: Words) -> int:
    """Return the number of words of the title line that a text begins with.

    A title is a paragraph of its own on one line, or a line of capitalized words.
    """
    if not len(words):
        return 0
    line = words.line(0)
    most = min(len(words), TITLE_WORDS + 1)
    count = next((at for at in range(most) if words.line(at) != line), most)
    shown = words.slice(0, count)
    after = words.text[words.stops[count - 1] : words.starts[count]] if count < len(words) else ""
    alone = after.count("\n") > 1
    if not 0 < count <= TITLE_WORDS or count >= len(words) // 4 or shown.endswith((",", ";")):
        return 0
    return count if alone or _capitalized(shown) else 0


def _capitalized(line: str) -> bool:
    """Return whether all long words of a line begin in upper case or with a digit."""
    long = [word for word in re.findall(r"[^\W_]+", line) if len(word) > 3]
    return bool(long) and all(not word[0].islower() for word in long)


def _between(words: Words, first: str, last: str) -> Span:
    """Return the span from the first place of some words to the last place of others."""
    start = _where(words, first)
    stop = _where(words, last, after=True) if last else len(words)
    if start is None or stop is None:
        raise ValueError(f"optional words not found: {first!r} .. {last!r}")
    return start, stop


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
