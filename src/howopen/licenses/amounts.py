"""Read the numbers of a license text with their scale and money: `USD 1 million`, `$1,000,000`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from howopen.licenses.units import Word

_SCALES = {"thousand": 10**3, "million": 10**6, "mn": 10**6, "m": 10**6, "billion": 10**9}
_NUMBER = re.compile(r"[$€¥£]?(\d[\d,]{0,18}(?:\.\d{1,6})?)$")
_MONEY = {
    "$": "dollars", "usd": "dollars", "dollar": "dollars", "dollars": "dollars", "€": "euros",
    "eur": "euros", "euro": "euros", "euros": "euros", "£": "pounds", "gbp": "pounds",
    "¥": "yuan", "rmb": "RMB", "cny": "RMB", "yuan": "RMB",
}  # fmt: skip


class Amount(NamedTuple):
    """A number in a text: its value, its unit of money, and the words it takes."""

    value: int
    money: str
    start: int
    stop: int


def amounts(words: Sequence[Word]) -> Iterator[Amount]:
    """Find the numbers among words; one of more than 20 digits is none."""
    for at, word in enumerate(words):
        match = _NUMBER.match(word.text)
        if match is None:
            continue
        stop = at + 1
        scale = _SCALES.get(words[stop].text, 1) if stop < len(words) else 1
        stop += scale > 1
        value = float(match.group(1).replace(",", "")) * scale
        before = words[at - 1].text if at else ""
        after = [one.text for one in words[stop : stop + 2]]
        money = next((_MONEY[w] for w in (word.text[0], before, *after) if w in _MONEY), "")
        yield Amount(round(value), money, at, stop)
