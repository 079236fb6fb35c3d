"""Text from a release made safe to show: no control characters, no reordering, bounded length."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: ANSI escape sequences: CSI, OSC up to its terminator, and two-character escapes (ECMA-48).
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]?")

#: Characters that are never shown: C0 and C1 controls, bidirectional marks, overrides and isolates
#: (Unicode TR 9, "Trojan Source"), invisible fillers, and the tag block.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)

_LONE = re.compile("[\ud800-\udfff]")
_BREAKS = re.compile(r"[\u0085\u2028\u2029]|\r\n?")
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    r"""Drop what could move the cursor, reorder text or hide it; keep line breaks and tabs.

    >>> clean("a\x1b[31mb\u202ec")
    'abc'
    """
    text = _ANSI.sub("", _BREAKS.sub("\n", text))
    return _LONE.sub("\ufffd", _UNSEEN.sub("", text))


def line(text: str) -> str:
    r"""Clean a text and put it on one line.

    >>> line(" two\n words ")
    'two words'
    """
    return _SPACE.sub(" ", clean(text)).strip()


def shorten(text: str, size: int = 160) -> str:
    """Clean a text to one line of at most `size` characters, cut at a word where that is near.

    >>> shorten("one two three", 9)
    'one two…'
    """
    text = line(text)
    if len(text) <= size:
        return text
    cut = text[: size - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > size // 2 else cut).rstrip(" ,;:-") + "…"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Say a number with its noun.

    >>> counted(1, "file"), counted(2, "policy", "policies")
    ('1 file', '2 policies')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def few(names: Sequence[str], most: int = 3) -> str:
    """Name the first of several, and say how many more there are.

    >>> few(["a", "b", "c", "d", "e"]), few(["a", "b"])
    ('a, b, c and 2 more', 'a, b')
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
