"""Plain text to sentences with line offsets, for Western and Chinese or Japanese punctuation."""

from __future__ import annotations

import re

#: An end of a sentence: a full stop and its like, closing marks, then space; or a wide full stop.
_END = re.compile(r"""[.!?]["'”’)\]]{0,3}(?=\s+["'“‘(\[]{0,2}[^\W_a-z])|[。！？][”’」』）"]?""")

#: What ends in a full stop without ending a sentence.
_SHORT = frozenset(
    ("e.g", "i.e", "etc", "cf", "vs", "al", "fig", "figs", "sec", "no", "nos", "vol", "inc", "ltd",
     "corp", "co", "dr", "mr", "mrs", "ms", "prof", "st", "jr", "sr", "approx", "ca", "dept", "est",
     "ed", "eds", "eq", "eqs", "ref", "refs", "resp", "v", "ver", "art", "cl", "u.s", "u.k",
     "u.s.a", "e.u", "p", "pp", "ph.d", "b.v", "s.a", "n.v", "jan", "feb", "mar",
     "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec")
)  # fmt: skip
_BEFORE = re.compile(r"([\w.]{1,12})$")


def split(text: str, *, whole: bool = False) -> list[tuple[str, int, int]]:
    r"""Split plain text into sentences: text, first and last line, both counted from 0.

    Args:
        text: plain text; single line breaks are spaces.
        whole: give it back as one piece.

    >>> split("Use it, e.g. at home.\nDo not sell it.")
    [('Use it, e.g. at home.', 0, 0), ('Do not sell it.', 1, 1)]
    """
    pieces = [(0, len(text))] if whole else _pieces(text)
    found = []
    line, at = 0, 0
    for start, stop in pieces:
        raw = text[start:stop]
        words = " ".join(raw.split())
        if not words:
            continue
        begin = start + len(raw) - len(raw.lstrip())
        line += text.count("\n", at, begin)
        at = begin
        found.append((words, line, line + text.count("\n", begin, start + len(raw.rstrip()))))
    return found


def _pieces(text: str) -> list[tuple[int, int]]:
    pieces = []
    start = 0
    for match in _END.finditer(text):
        if match.group()[0] == "." and _abbreviated(text, match.start()):
            continue
        pieces.append((start, match.end()))
        start = match.end()
    pieces.append((start, len(text)))
    return pieces


def _abbreviated(text: str, at: int) -> bool:
    """Tell whether the full stop at an offset belongs to a short form or an initial."""
    before = _BEFORE.search(text, max(0, at - 12), at)
    if not before:
        return False
    word = before.group(1).lower()
    initial = len(word) == 1 and before.group(1).isupper() and word not in "i"
    numbered = word.isdigit() and text[max(0, at - len(word) - 1) : at - len(word)] in ("", "\n")
    return word in _SHORT or initial or numbered
