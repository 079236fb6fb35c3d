"""JSON of strangers: decoded safely, and the lines on which its keys stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from howopen.errors import FormatError
from howopen.formats.text import decode

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\],:]|\n|[^\s"{}\[\],:]+')

#: Keys of tables nested deeper than this get no lines.
_DEPTH = 2


def decode_object(data: bytes) -> dict[str, object]:
    """Decode a JSON object.

    Raises:
        FormatError: when it is not JSON, or not an object.
    """
    try:
        told = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        told = _again(data, error)
    if not isinstance(told, dict):
        raise FormatError("not a JSON object")
    return told


def _again(data: bytes, error: Exception) -> object:
    """Try once more after decoding the text: a byte order mark or NaN is common and harmless."""
    import json  # noqa: PLC0415 - only for the rare file that msgspec refuses

    try:
        return json.loads(decode(data).text)
    except (ValueError, RecursionError):
        raise FormatError(f"not JSON: {error}") from None


def key_lines(text: str) -> dict[str, tuple[int, int]]:
    r"""Find the first and last line of each key and its value, keys of nested tables dotted.

    >>> key_lines('{\n "a": 1,\n "b": {"c": [1,\n 2]}\n}')
    {'a': (2, 2), 'b.c': (3, 4), 'b': (3, 4)}
    """
    found: dict[str, tuple[int, int]] = {}
    stack: list[_Level] = []
    for line, mark, string, at in _tokens(text):
        if mark in "{[":
            stack.append(_Level(mark == "{"))
        elif not stack:
            continue
        elif mark == ":":
            stack[-1].key, stack[-1].start = string, at
        else:
            _close(stack, line, found)
            if mark != ",":
                stack.pop()
    return found


class _Level:
    """A table or list that is open: its kind, the key whose value is open, and the key's line."""

    __slots__ = ("key", "start", "table")

    def __init__(self, table: bool) -> None:
        self.table = table
        self.key = ""
        self.start = 0


def _tokens(text: str) -> Iterator[tuple[int, str, str, int]]:
    """Yield line, mark, and the latest string before it with its line."""
    line, ended, latest, at = 1, 1, "", 1
    for match in _TOKEN.finditer(text):
        mark = match.group()
        if mark == "\n":
            line += 1
        elif mark in "{}[],:":
            yield ended if mark in ",}]" else line, mark, latest, at
            ended = line
        else:
            ended = line
            if mark[0] == '"':
                latest, at = mark[1:-1], line


def _close(stack: list[_Level], line: int, found: dict[str, tuple[int, int]]) -> None:
    """Record the key that the innermost table has open; `line` is where its value ends."""
    level = stack[-1]
    if level.table and level.key and len(stack) <= _DEPTH and all(each.table for each in stack):
        found.setdefault(".".join(each.key for each in stack), (level.start, line))
    level.key = ""
