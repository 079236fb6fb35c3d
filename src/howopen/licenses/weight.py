"""Whether changed words can matter: names, dates and addresses do not, numbers and "not" do."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable

from howopen.licenses.pairing import Gap
from howopen.licenses.passages import Passages
from howopen.licenses.words import word_hash

_MONTHS = (
    "january february march april may june july august september october november december"
    " jan feb mar apr jun jul aug sep sept oct nov dec"
)
#: words of a license's name that are not its product's
_GENERIC = frozenset(
    """a acceptable agreement and any attribution by clause commercial community copyright data for
    general international law library license licence licenses limited model models non
    noncommercial not of only open or policy public research software terms the to use v version
    with without""".split()  # noqa: SIM905 - a column of words reads worse
)
#: words that carry terms: with another of them, or one more or less, a clause says another thing
_STRONG = (
    "not no never none nor neither only except excepting excluding unless without may must shall"
    " prohibit prohibited prohibits forbidden permitted allowed required solely commercial"
    " noncommercial revocable irrevocable perpetual worldwide exclusive sublicensable transferable"
    " thousand million billion percent hundred two three four five six seven eight nine ten twelve"
    " thirty sixty ninety union kingdom states european china korea terminate terminated"
)


#: what else a title or the line of a date says
_TITLE = "license licence agreement release date version effective last modified updated of the"
#: A title, or the line of a date, has at most so many words.
LONGEST_TITLE = 14

#: An address that stands against words of which we have only hashes is one against another.
LONGEST_ADDRESS = 8


def _hashes(words: Iterable[str]) -> frozenset[int]:
    return frozenset(map(word_hash, words))


@functools.lru_cache(maxsize=1)
def _dates() -> frozenset[int]:
    """Return months and years; `may` is one only beside a number."""
    months = (month for month in _MONTHS.split() if month != "may")
    return _hashes((*months, *map(str, range(1990, 2040))))


@functools.lru_cache(maxsize=1)
def _small() -> frozenset[int]:
    """Return what numbers an edition, or a day."""
    return _hashes(map(str, range(32)))


@functools.lru_cache(maxsize=1)
def _counted() -> frozenset[int]:
    """Return the words whose numbers are days, or versions."""
    return _hashes((*_MONTHS.split(), "version", "v", *"年月日本"))


@functools.lru_cache(maxsize=1)
def _strong() -> frozenset[int]:
    return _hashes((*_STRONG.split(), *"不仅非禁须免"))


def product_words(*names: str) -> frozenset[int]:
    """Return the words of licenses' names that name what is licensed, as `llama` and `llama3`."""
    shown = " ".join(names).lower()
    words = {word for word in re.findall(r"[^\W\d_]+", shown) if word not in _GENERIC}
    numbers = set(re.findall(r"\d+", shown))
    return _hashes(words | {word + number for word in words for number in numbers})


def is_light(a: Passages, b: Passages, gap: Gap, names: frozenset[int]) -> bool:
    """Return whether changed words are only names of what is licensed, dates, addresses, notices.

    Args:
        a: the text that they stand in.
        b: the text where others stand.
        gap: the words on both sides.
        names: the words of names, from `product_words`.
    """
    mine = all(_light(a, at, names) for at in range(gap.a1, gap.a2))
    theirs = all(_light(b, at, names) for at in range(gap.b1, gap.b2))
    if mine and theirs:
        return True
    sizes = (gap.a2 - gap.a1, gap.b2 - gap.b1)
    if not all(sizes) or max(sizes) > LONGEST_ADDRESS:
        return False
    hashed = (a.words is None and theirs) or (b.words is None and mine)
    return hashed and (a.addressed(gap.a1, gap.a2) or b.addressed(gap.b1, gap.b2))


def is_title(text: Passages, start: int, stop: int, names: frozenset[int]) -> bool:
    """Return whether a passage is only a title or a date."""
    words = _hashes(_TITLE.split())
    return stop - start <= LONGEST_TITLE and all(
        text.ids[at] in words or _light(text, at, names) for at in range(start, stop)
    )


def _light(text: Passages, at: int, names: frozenset[int]) -> bool:
    word = text.ids[at]
    if at in text.free or word in names or word in _dates():
        return True
    if word in _small() and _counts_name(text, at, names):
        return True
    beside = text.ids[max(0, at - 1) : at + 2]
    if word == word_hash("may") and any(other in _small() for other in beside):
        return True
    return text.addressed(at, at + 1)


def _counts_name(text: Passages, at: int, names: frozenset[int]) -> bool:
    """Return whether a small number belongs to a name, as in `Llama 3.1`, or to a date."""
    left = right = at
    while left > 0 and text.ids[left] in _small():
        left -= 1
    while right < len(text.ids) - 1 and text.ids[right] in _small():
        right += 1
    counted = _counted()
    return text.ids[left] in names or text.ids[left] in counted or text.ids[right] in counted


def heavy(a: Passages, b: Passages, rows: Iterable[Gap], names: frozenset[int]) -> bool:
    """Return whether words that carry terms, numbers among them, are not the same on both sides."""
    return any(
        _weights(a, one.a1, one.a2, names) != _weights(b, one.b1, one.b2, names) for one in rows
    )


def _weights(text: Passages, start: int, stop: int, names: frozenset[int]) -> Counter[int]:
    return Counter(
        text.ids[at]
        for at in range(start, stop)
        if (text.ids[at] in _strong() or _number(text, at)) and not _light(text, at, names)
    )


def _number(text: Passages, at: int) -> bool:
    """Return whether a word is a number that names no edition or year."""
    if text.words is not None:
        word = text.words.word(text.at[at])
        return word.isdigit() and not (word.isdigit() and 1990 <= int(word[:6]) <= 2040)
    return text.ids[at] in _small()
