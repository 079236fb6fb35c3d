"""How a text is typeset, told from what it says: marks that fall away, and letters in disguise.

Ligatures, full-width letters, soft hyphens, joiners and accents set as marks of their own are
typography: readers and authors do not see them. A Cyrillic or mathematical letter amid Latin ones
is a disguise: it looks like the word and is another. Such a word is compared as what it looks like,
and reported.

Sources: Unicode Technical Standard 39 (confusables, mixed scripts) for the letters that look alike,
Unicode Standard Annex 9 for the marks that turn the direction of text.
"""

from __future__ import annotations

import functools
import html
import re
import unicodedata
from typing import NamedTuple

#: invisible marks that may stand inside a word: soft hyphen, joiners, byte order mark, selectors
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff"
#: marks that make a reader see words in another order than they are stored
TURNING = re.compile("[\u202d\u202e]")

_IGNORED = re.compile(f"[{INVISIBLE}\u202a-\u202e\u2066-\u2069]+")
#: letters of other scripts that look like Latin ones, in lower case
_ALIKE = str.maketrans(
    "авекмнорстухіјѕԁһԛԝӏαβεικνορτυχζη",
    "abekmhopctyxijsdhqwlabeikvoptuxzn",
)
#: compatibility letters that typesetting makes: ligatures, full width, super- and subscripts
_TYPESET = re.compile("[ﬀ-ﬆ\uff00-\uffef\u00aa\u00b2\u00b3\u00b9\u00ba\u2070-\u209c\u017f™℠№…]")
_ROMAN = re.compile("[\u2160-\u217f]+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)


class Plain(NamedTuple):
    """A word as compared, and whether it was written with letters that only look like its own.

    `foreign` says that the word is wholly of another script's letters that look like Latin ones:
    a disguise in an English text, a plain word in a Russian one.
    """

    word: str
    disguised: bool = False
    foreign: bool = False


@functools.lru_cache(maxsize=50_000)
def plain(word: str) -> Plain:
    """Return a word, in lower case, as it is compared.

    >>> plain("o\ufb03ce").word, plain("com\u00admercial").word
    ('office', 'commercial')
    >>> plain("m\u0430y")
    Plain(word='may', disguised=True, foreign=False)
    """
    bare = _IGNORED.sub("", word)
    shown = unicodedata.normalize("NFKC", bare).lower()
    disguised = not _ROMAN.fullmatch(bare) and any(map(_is_disguise, bare))
    alike = shown.translate(_ALIKE)
    if alike == shown:
        return Plain(shown, disguised)
    if any("a" <= char <= "z" for char in shown):
        return Plain(alike, disguised=True) if alike.isascii() else Plain(shown, disguised)
    return Plain(shown, disguised, foreign=alike.isascii())


def latin(word: str) -> str:
    """Return the Latin word that a word of another script looks like."""
    return word.translate(_ALIKE)


def _is_disguise(char: str) -> bool:
    """Return whether a letter is a styled or numeral form that only stands for a plain letter."""
    form = unicodedata.normalize("NFKC", char)
    return form != char and form.isascii() and form.isalpha() and not _TYPESET.match(char)


def lowered(text: str) -> str:
    """Lower the case of a text without moving any character."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(one if len(one := char.lower()) == 1 else char for char in text)


def without_entities(text: str) -> str:
    """Replace HTML entities by what they stand for, without moving any character."""
    return _ENTITY.sub(_unescaped, text) if "&" in text else text


def _unescaped(match: re.Match[str]) -> str:
    char = html.unescape(match[0])
    if len(char) == 1 and char.isalnum():
        return char + "\u00ad" * (len(match[0]) - 1)
    return " " * len(match[0])
