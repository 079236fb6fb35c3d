"""Short names of licenses that a document explains itself, by a link or by the long name beside it.

`ASL` is read as the Apache Software License by some and as the Academic Software License by others.
Where the document links the letters or spells them out, that decides; otherwise they stay open.
"""

from __future__ import annotations

import re

from howopen.formats.markdown import links
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.tags import resolve_tag

_SPELLED = re.compile(
    r"\b((?:[A-Z][\w.+-]*\s+){1,6}Licen[cs]e(?:\s+Agreement)?)[\])}*]*\s*\(\W?([A-Z][A-Za-z.-]{1,9})\W?\)"
)
_MOST_TEXT = 2_000_000


def key_of(name: str) -> str:
    """Return a short name as it is compared: without the word license, in lower case.

    >>> key_of("[ASL license]"), key_of("the CPML")
    ('asl', 'cpml')
    """
    plain = re.sub(r"[^\w.+-]", " ", name.lower())
    return " ".join(re.sub(r"\b(?:the|licen[cs]es?|agreement)\b", " ", plain).split())


def abbreviations(text: str, knowledge: Knowledge) -> dict[str, str]:
    """Return the short names that a document explains, and the license each one means.

    Args:
        text: the document.
        knowledge: the table of names and addresses.

    Returns:
        License ids by `key_of` the short name; a name explained in two ways is left out.
    """
    found: dict[str, set[str]] = {}
    text = text[:_MOST_TEXT]
    for link in links(text, 1):
        short = key_of(link.text)
        if short and len(short.split()) <= 3:
            _add(found, short, link.url, knowledge)
    for match in _SPELLED.finditer(text):
        _add(found, key_of(match.group(2)), match.group(1), knowledge)
    return {short: next(iter(ids)) for short, ids in found.items() if len(ids) == 1}


def _add(found: dict[str, set[str]], short: str, means: str, knowledge: Knowledge) -> None:
    tag = resolve_tag(knowledge, means)
    if tag is not None and tag.license is not None:
        found.setdefault(short, set()).add(tag.license)
