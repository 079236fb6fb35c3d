"""Tell a changed copy of a license from another license that was written after it.

Many licenses are made from others: every Llama license from the one before, DeepSeek's from
OpenRAIL-M. Such a text is near its model and is not it. It gives itself away: it has another title,
version or date, says another name throughout, or was rewritten in many places.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator

from howopen.knowledge.loader import Knowledge
from howopen.knowledge.tags import resolve_tag
from howopen.licenses.choosing import Choice
from howopen.licenses.departures import Change, changes, harmless_text, name_words
from howopen.licenses.words import Words, word_hash

#: The same change in so many places is another name, not an edit.
RENAMED = 3
#: A name has at most so many words.
NAME_WORDS = 6
#: A title has at most so many words.
TITLE_WORDS = 14
#: A text's own date and version stand within so many of its first words.
HEAD = 80
#: With more added words than this, as a share, or so many changed places, a text was rewritten.
MOST_ADDED = 0.1
MANY_PLACES = 12
MOST_REWRITTEN = 0.06

_MONTHS = """january february march april june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec"""
_TITLE = re.compile(r"licen[sc]e|agreement|\bterms\b|policy|许可|协议", re.IGNORECASE)


def other_name(words: Words, choice: Choice, knowledge: Knowledge) -> str:
    """Return what shows that a departing text is not the license it is nearest to, or "".

    Args:
        words: the text.
        choice: the published text it was matched with.
        knowledge: tells the names of other licenses.
    """
    written = tuple(one for one in choice.counted if one.b1 not in words.disguised)
    plain = choice._replace(counted=written)
    told = _title(words, plain, knowledge) or _renamed(words, plain)
    return told or ("it was rewritten in many places" if _rewritten(plain) else "")


def amid_other_terms(choice: Choice, beside: int) -> bool:
    """Return whether a part, or a rare license, stands amid more other words: it was borrowed from.

    Args:
        choice: the published text.
        beside: how many words that state terms stand before and after the match.
    """
    partial = bool(choice.parts) or choice.reference.rank > 0
    return partial and beside > choice.match.equal


def _title(words: Words, choice: Choice, knowledge: Knowledge) -> str:
    """Find a title that names another license."""
    reference = choice.reference
    known = set(map(word_hash, name_words(reference))) | set(reference.words[:HEAD]) | _generic()
    mine = {reference.id, *reference.entry.shares}
    for title in _titles(words, choice):
        told = resolve_tag(knowledge, title)
        if told and told.license:
            return "" if told.license in mine else f"its title is {title!r}"
        if set(Words(title).ids) - known:
            return f"its title is {title!r}"
    return ""


@functools.cache
def _generic() -> frozenset[int]:
    """Return the hashes of words that a title may hold whosever license it is."""
    return frozenset(map(word_hash, _GENERIC.split()))


_GENERIC = """the a an and of for to in on by license licensing agreement version terms conditions
copyright text file code software data model models weights public policy use dated
acceptable date last updated full notice open source v c see under is this md txt"""


def _titles(words: Words, choice: Choice) -> Iterator[str]:
    """Yield the lines that may be a title: those right above the match, and its first."""
    start = choice.match.start
    if any(part.b1 == start for part in choice.parts):
        return
    first = words.line_starts[words.line(max(0, start - TITLE_WORDS)) - 1]
    last = words.text.find("\n", words.stops[start])
    for line in words.text[first : last if last >= 0 else len(words.text)].splitlines():
        plain = line.strip("#*=-_ \t>")
        if _TITLE.search(plain) and len(plain.split()) <= TITLE_WORDS and _capitalized(plain):
            yield plain


def _capitalized(line: str) -> bool:
    """Return whether a line is set as a title: its long words begin in upper case."""
    long = [word for word in re.findall(r"[^\W_]+", line) if len(word) > 3]
    return line[-1] not in ".,;:" and not any(word[0].islower() for word in long)


def _is_notice(line: str) -> bool:
    """Return whether a line is only a copyright notice or a mark."""
    return harmless_text(line) and not _TITLE.search(line)


def other_edition(words: Words, choice: Choice) -> str:
    """Return what another date in a text's head, or another version in its title, says, or ""."""
    for change in changes(choice.match):
        a1, a2, b1, b2 = change
        if a1 >= HEAD or b1 >= len(words):
            continue
        if a1 < TITLE_WORDS and _version(words, choice, change):
            return f"it says {words.slice(max(0, b1 - 3), b2 + 1, 80)!r}"
        theirs, mine = set(choice.reference.words[a1:a2]), set(words.ids[b1:b2])
        dated = theirs != mine and (theirs | mine) & _dates() and theirs | mine <= _of_dates()
        blank = any(at in choice.reference.blanks for at in range(a1, a2))
        if theirs and mine and dated and not blank and not _is_notice(words.line_at(b1)):
            return f"it says {words.slice(max(0, b1 - 3), b2, 80)!r}"
    return ""


def _version(words: Words, choice: Choice, change: Change) -> bool:
    """Return whether a number of a title has another digit: 3.1 for 3, or 2.1 for 2.0."""
    a1, a2, b1, b2 = change
    if a1 == 0 or b1 == 0:
        return False
    before = choice.reference.words[a1 - 1]
    changed = {*choice.reference.words[a1:a2], *words.ids[b1:b2]}
    version = before == word_hash("version") and a1 < a2 and b1 < b2
    digit = before in _digits() and not words.markers & {b1 - 1, b1}
    return (digit or version) and before == words.ids[b1 - 1] and changed <= _digits()


@functools.cache
def _dates() -> frozenset[int]:
    """Return the hashes of months and years; `may` is a verb more often than a month."""
    return frozenset(map(word_hash, (*_MONTHS.split(), *map(str, range(1970, 2100)))))


@functools.cache
def _of_dates() -> frozenset[int]:
    """Return the hashes of all that a date is made of."""
    return _dates() | _digits() | {word_hash("may")}


@functools.cache
def _digits() -> frozenset[int]:
    return frozenset(map(word_hash, (*map(str, range(100)), *(f"0{one}" for one in range(10)))))


def _renamed(words: Words, choice: Choice) -> str:
    """Find a change that was made throughout: another name."""
    pairs: Counter[tuple[bytes, bytes]] = Counter()
    where: dict[tuple[bytes, bytes], Change] = {}
    for change in choice.counted:
        a1, a2, b1, b2 = change
        if max(a2 - a1, b2 - b1) <= NAME_WORDS:
            pair = choice.reference.words[a1:a2].tobytes(), words.ids[b1:b2].tobytes()
            pairs[pair] += 1
            where.setdefault(pair, change)
    if not pairs or pairs.most_common(1)[0][1] < RENAMED:
        return ""
    pair, count = pairs.most_common(1)[0]
    at = where[pair]
    shown = words.slice(at.b1, at.b2, 60) or words.slice(at.b1 - 3, at.b1 + 3, 60)
    return f"it says {shown!r} otherwise in {count} places"


def _rewritten(choice: Choice) -> bool:
    """Return whether so much was added or changed that it is a text of its own."""
    equal = choice.match.equal
    added = sum(one.b2 - one.b1 for one in choice.counted)
    missing = sum(one.a2 - one.a1 for one in choice.counted)
    many = len(choice.counted) >= MANY_PLACES and added + missing >= MOST_REWRITTEN * equal
    return added > max(12, MOST_ADDED * equal) or many
