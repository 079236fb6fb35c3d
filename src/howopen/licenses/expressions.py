"""SPDX expressions: the tree of the names between the operators, as their author wrote it.

Source of the grammar: SPDX specification 2.3, annex D (WITH binds tightest, then AND, then OR). A
name may have spaces in it ("Apache 2.0 OR MIT License"), as people write them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(r"\s*([()]|(?<![^\s()])(?:AND|OR|WITH)(?![^\s()]))\s*")
#: a longer expression, or one with deeper brackets, nobody wrote by hand
_MOST_TOKENS = 200
_MOST_DEPTH = 20


class Node(NamedTuple):
    """A name with its exception, or the parts that `AND` or `OR` joins."""

    name: str = ""
    exception: str = ""
    operator: str = ""
    parts: tuple[Node, ...] = ()


class _NotOneError(ValueError):
    """The text is no expression."""


def parse(text: str) -> Node | None:
    """Return the tree of an expression; None when it is none.

    >>> parse("MIT OR Apache-2.0 AND CC-BY-4.0").operator
    'OR'
    >>> parse("GPL-2.0-only WITH Classpath-exception-2.0").exception
    'Classpath-exception-2.0'
    >>> parse("MIT AND") is None
    True
    """
    tokens = [token for token in _TOKEN.split(text) if token.strip()]
    if not tokens or len(tokens) > _MOST_TOKENS:
        return None
    try:
        node, rest = _joined(tokens, 0, "OR")
    except _NotOneError:
        return None
    return node if not rest else None


def _joined(tokens: list[str], depth: int, operator: str) -> tuple[Node, list[str]]:
    """Read parts joined by `OR`, or those joined by `AND` within them."""
    below = "AND" if operator == "OR" else ""
    parts: list[Node] = []
    while True:
        node, tokens = _joined(tokens, depth, below) if below else _part(tokens, depth)
        parts.append(node)
        if tokens[:1] != [operator]:
            break
        tokens = tokens[1:]
    return (parts[0] if len(parts) == 1 else Node("", "", operator, tuple(parts))), tokens


def _part(tokens: list[str], depth: int) -> tuple[Node, list[str]]:
    """Read a name, a name with an exception, or what stands in brackets."""
    if not tokens or tokens[0] in (")", "AND", "OR", "WITH") or depth > _MOST_DEPTH:
        raise _NotOneError
    if tokens[0] == "(":
        node, tokens = _joined(tokens[1:], depth + 1, "OR")
        if tokens[:1] != [")"]:
            raise _NotOneError
        return node, tokens[1:]
    if tokens[1:2] == ["WITH"]:
        if len(tokens) < 3 or tokens[2] in ("(", ")", "AND", "OR", "WITH"):
            raise _NotOneError
        return Node(tokens[0].strip(), tokens[2].strip()), tokens[3:]
    return Node(tokens[0].strip()), tokens[1:]
