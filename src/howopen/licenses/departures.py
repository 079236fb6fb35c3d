"""The places where a user's text differs from the published one, and those that do not count.

Layout never counts: numbering, bullets, page marks, words broken or joined at a line's end. A copy
may fill in blanks, carry its own copyright notice, and lack a title or an appendix that the
published text marks as optional. Everything else is a departure.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping
from typing import NamedTuple

from howopen.licenses.free_spans import NOTICE, TERMS
from howopen.licenses.index import Reference
from howopen.licenses.lexicon import common_words
from howopen.licenses.matching import Match
from howopen.licenses.words import Words, word_hash

#: At most this many words are shown of each side of a departure.
MOST_WORDS = 40
#: A copyright notice or a title is at most this long.
NOTICE_WORDS = 40

#: Words that make a passage one about terms.
LEGAL = re.compile(
    r"\b(?:licen[sc]\w*|permi(?:t|ssion)\w*|may|must|shall|prohibit\w*|forbid\w*|restrict\w*"
    r"|commercial\w*|noncommercial|rights?|agree\w*|not|never|except\w*|only|terms?|condition\w*"
    r"|warrant\w*|liab\w*|patent\w*|waive\w*|terminat\w*|fee|royalt\w*|sublicens\w*)\b"
    r"|许可|不得|禁止|商业|条款|授权|协议",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"^(?:[\w.-]+(?:/[\w.-]+)+|[-–—\s]*(?:page\s*)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?[-–—\s]*|[-=*_#~\s]+)$",
    re.IGNORECASE,
)


class Change(NamedTuple):
    """One difference: published words `a1..a2`, user's words `b1..b2`."""

    a1: int
    a2: int
    b1: int
    b2: int


def changes(match: Match) -> list[Change]:
    """Return the gaps between equal runs, from the first published word to the last."""
    found: list[Change] = []
    a, b = 0, match.start
    for block in match.blocks:
        if block.a > a or block.b > b:
            found.append(Change(a, block.a, b, block.b))
        a, b = block.a + block.size, block.b + block.size
    if a < len(match.reference):
        found.append(Change(a, len(match.reference), b, b))
    return found


def counting(words: Words, match: Match) -> list[Change]:
    """Return the differences that count, each narrowed to the words that do."""
    kept = []
    for change in changes(match):
        if _same_letters(words, match, change):
            continue
        slides = [_narrow(words, match, slid) for slid in _slides(words, match, change)]
        if all(slides):
            kept.append(slides[0])
    found = [change for change in kept if change is not None]
    return sorted((*found, *_disguised(words, match))) if words.disguised else found


def _disguised(words: Words, match: Match) -> list[Change]:
    """Return the words that only look like the published ones, neighbors together."""
    found: list[Change] = []
    for block in match.blocks:
        for at in range(block.b, block.b + block.size):
            a = at - block.b + block.a
            if at not in words.disguised or a in match.reference.optional:
                continue
            last = found[-1] if found else None
            if last and (last.a2, last.b2) == (a, at):
                found[-1] = Change(last.a1, a + 1, last.b1, at + 1)
            else:
                found.append(Change(a, a + 1, at, at + 1))
    return found


def _slides(words: Words, match: Match, change: Change) -> list[Change]:
    """Return the equal ways to place a gap: in `a b a c`, either `a b` or `b a` may be missing."""
    found = [change]
    a1, a2, b1, b2 = change
    row, low, high = (match.reference.words, a1, a2) if b1 == b2 else (words.ids, b1, b2)
    if a1 != a2 and b1 != b2:
        return found
    for by in range(1, MOST_WORDS):
        if low < by or row[low - by] != row[high - by]:
            break
        found.append(Change(a1 - by, a2 - by, b1 - by, b2 - by))
    for by in range(1, MOST_WORDS):
        if high + by > len(row) or row[low + by - 1] != row[high + by - 1]:
            break
        found.append(Change(a1 + by, a2 + by, b1 + by, b2 + by))
    return [one for one in found if one.a1 >= 0 and one.b1 >= 0 and one.a2 <= len(match.reference)]


def _narrow(words: Words, match: Match, change: Change) -> Change | None:
    """Take off what does not count on either side; None when nothing is left."""
    reference = match.reference
    a1, a2, b1, b2 = change
    filled = any(
        at in reference.blanks for at in range(max(0, a1 - 1), min(len(reference), a2 + 1))
    )
    theirs = [
        at for at in range(a1, a2) if at not in reference.optional and at not in reference.markers
    ]
    mine = [at for at in range(b1, b2) if at not in words.markers]
    if mine and (_harmless(words, b1, b2, reference) or (not theirs and _lettered(words, mine))):
        mine = []
    if not theirs and filled and len(mine) <= 15 and not LEGAL.search(words.slice(b1, b2)):
        mine = []
    if not theirs and not mine:
        return None
    left = (theirs[0], theirs[-1] + 1) if theirs else (a1, a1)
    right = (mine[0], mine[-1] + 1) if mine else (b1, b1)
    return Change(*left, *right)


def _lettered(words: Words, mine: list[int]) -> bool:
    """Return whether an inserted word is the letter of a list that ran into its sentence."""
    if len(mine) != 1 or len(words.word(mine[0])) != 1 or words.word(mine[0]).isdigit():
        return False
    return bool(re.match(r"[.)]\s+[A-Z]", words.text[words.stops[mine[0]] :][:12]))


_LETTER = re.compile(r"[^\W\d_]")


def _harmless(words: Words, start: int, stop: int, reference: Reference) -> bool:
    """Return whether inserted words are only notices, page marks, or titles on their own lines."""
    raw = words.text[words.starts[start] : words.stops[stop - 1]]
    begin = words.text.rfind("\n", 0, words.starts[start]) + 1
    lead = words.text[begin : words.starts[start]]
    chunks = re.split(r"\n\s*\n|\n(?=\s*(?:copyright|\(c\)|©))", lead + raw, flags=re.IGNORECASE)
    end = words.text.find("\n", words.stops[stop - 1])
    tail = words.text[words.stops[stop - 1] : end if end >= 0 else len(words.text)]
    alone = not _LETTER.search(lead) and not _LETTER.search(tail)
    return all(
        harmless_text(chunk) or (alone and is_title(chunk, reference))
        for chunk in chunks
        if chunk.strip()
    )


#: words that a title may hold beside those of the license's name
_TITLE_WORDS = frozenset(
    re.findall(
        r"\w+",
        """the license licence agreement version terms copyright text file code of for and under
        software data model models weights public is licensed with see full below notice begin end
        v c gnu gpl""",
    )
)
_LOADED = re.compile(
    r"\b(?:modified|non|noncommercial|commercial|research|custom|restricted|not|only|no"
    r"|without|modifications?|prohibited)\b",
    re.IGNORECASE,
)
#: a heading that says whose license follows
_WHOSE = re.compile(
    r"^\W*(?:(?:licen[cs]e|notice)s?\s+(?:for|of)\s+[\w .@/+-]{2,50}"
    r"|third[- ]party (?:licen[cs]es?|notices?)"
    r"|other dependencies and licenses|open source \w+ licensed under [\w .,()-]{2,60})\W*$",
    re.IGNORECASE,
)


def is_title(passage: str, reference: Reference | None) -> bool:
    """Return whether a short passage only names the license, or whose license follows."""
    shown = passage.lower()
    if _WHOSE.match(shown.strip()):
        return True
    if reference is None or len(shown.split()) > 16:
        return False
    name = name_words(reference)
    if not set(_LOADED.findall(shown)) <= name:
        return False
    head = reference.words[:40]
    return all(
        word in name or word in _TITLE_WORDS or word.isdigit() or word_hash(word) in head
        for word in re.findall(r"[^\W_]+", shown)
    )


def name_words(reference: Reference) -> set[str]:
    """Return the words of a license's name and id."""
    return set(re.findall(r"[a-z0-9]+", f"{reference.entry.name} {reference.id}".lower()))


def harmless_text(chunk: str) -> bool:
    """Return whether a passage is a copyright notice, a rule or a page mark."""
    plain = chunk.strip(" \t\r\n#*>-_=|/")
    if not plain or _FURNITURE.match(plain):
        return True
    short = len(plain.split()) <= NOTICE_WORDS
    return short and bool(NOTICE.match(plain)) and not TERMS.search(plain)


def _same_letters(words: Words, match: Match, change: Change) -> bool:
    """Return whether both sides are the same letters, only broken into words elsewhere."""
    a1, a2, b1, b2 = change
    if not (0 < a2 - a1 <= 4 and 0 < b2 - b1 <= 4):
        return False
    theirs = match.reference.words[a1:a2]
    mine = "".join(words.word(at) for at in range(b1, b2))
    if len(theirs) == 1:
        return word_hash(mine) == theirs[0]
    return len(mine) <= 60 and _splits(mine, theirs)


def _splits(letters: str, hashes: array[int]) -> bool:
    """Return whether letters can be split into words with the given hashes."""
    if not hashes:
        return not letters
    return any(
        word_hash(letters[:size]) == hashes[0] and _splits(letters[size:], hashes[1:])
        for size in range(1, len(letters) + 1)
    )


def before_words(match: Match, change: Change, mine: Mapping[int, str]) -> str:
    """Spell out published words as far as they can be told; `...` stands for those that cannot."""
    known = common_words()
    shown: list[str] = []
    for word in match.reference.words[change.a1 : min(change.a2, change.a1 + MOST_WORDS)]:
        plain = mine.get(word) or known.get(word) or "..."
        if plain != "..." or shown[-1:] != ["..."]:
            shown.append(plain)
    if change.a2 - change.a1 > MOST_WORDS and shown[-1:] != ["..."]:
        shown.append("...")
    return " ".join(shown)
