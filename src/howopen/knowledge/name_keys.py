"""The key under which two spellings of one license name are equal.

Lower case, without separators, filler words ("license", "version", "v") and trailing `.0`, with the
long names of families shortened and the elements of a Creative Commons name in their usual order.
"""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"""[\s_\-/,:;()\[\]{}"'`*<>\u2018\u2019\u201c\u201d\u2010-\u2015·]+""")
_VERSION = re.compile(r"^v(?=\d)")
#: an ideograph or kana beside a Latin letter: names are written without a space between them
_EAST = re.compile(
    r"(?<=[\u3040-\u9fff])(?=[a-z0-9])|(?<=[a-z0-9.])(?=[\u3040-\u9fff\uac00-\ud7a3])"
)
#: a point that addresses and identifiers cannot have: `llama3_1`, `apache-2-0`
_POINT = re.compile(r"(?<=\d)[-_](?=\d)")
_ELEMENTS = ("by", "nc", "sa", "nd")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class NameKey:
    """Computes keys; its words come from `tags.toml`."""

    def __init__(self, drop: str, replace: str) -> None:
        """Take the filler words, and the phrases to replace, one `from = to` a line."""
        pairs = (line.partition("=") for line in replace.splitlines() if "=" in line)
        self._short = {old.strip(): f" {new.strip()} " for old, _, new in pairs}
        phrases = "|".join(map(re.escape, sorted(self._short, key=len, reverse=True)))
        self._phrases = re.compile(rf"(?<![a-z0-9])(?:{phrases or '(?!)'})(?![a-z0-9])")
        self._drop = frozenset(drop.split())

    def __call__(self, value: str) -> str:
        """Return the key of a name; empty when it has only filler words."""
        text = _EAST.sub(" ", _SEPARATORS.sub(" ", value.casefold()))
        for _ in range(2):
            text = self._phrases.sub(lambda match: self._short[match[0]], text)
            text = " ".join(text.split())
        parts = [_VERSION.sub("", part.strip(".")) for part in text.split()]
        return "".join(_ordered([_whole(part) for part in parts if part not in self._drop]))

    def spellings(self, value: str) -> tuple[str, ...]:
        """Return the key of a name, and that of it with `2-0` read as 2.0."""
        return tuple(dict.fromkeys((self(value), self(_POINT.sub(".", value)))))


def _whole(part: str) -> str:
    """Return a number without trailing `.0`, so that 2, 2.0 and 2.0.0 are one version."""
    while part.endswith(".0"):
        part = part[:-2]
    return part.replace(".0+", "+")


def _ordered(parts: list[str]) -> list[str]:
    """Put the elements of a Creative Commons name in their usual order, `cc` before them.

    Two elements and a version alone ("Attribution-NonCommercial 4.0") are such a name too.
    """
    parts = [part for part in parts if part]
    held = [part for part in parts if part in _ELEMENTS]
    rest = [part for part in parts if part not in _ELEMENTS]
    bare = "by" in held and len(held) > 1 and len(rest) == 1 and _NUMBER.fullmatch(rest[0])
    if not held or not (rest[:1] == ["cc"] or bare):
        return parts
    elements = [element for element in _ELEMENTS if element in held]
    return ["cc", *elements, *(part for part in rest if part != "cc")]
