"""Model and data cards: the YAML front matter, the lines of its keys, and the prose below."""

from __future__ import annotations

import re
from collections.abc import Mapping

from howopen.errors import FormatError
from howopen.formats.yamlfile import read_yaml
from howopen.release import Noun

#: Front matter beyond this many characters is not read.
MAX_FRONT = 262_144

_FENCE = re.compile(r"\s*---[ \t]*\n")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"""^(["']?)([A-Za-z_][\w .-]{0,80})\1[ \t]*:(?:[ \t]+(.*))?$""")
_ANCHOR = re.compile(r"^&\w{1,80}[ \t]+")
_FLOW = re.compile(r"\[([^\[\]{}]{1,2000})\](?:[ \t]+#.*)?")
_ITEM = re.compile(r"^[ \t]*-[ \t]+(.+)$")


class Card(Noun, frozen=True, kw_only=True):
    """A card.

    Attributes:
        front: the front matter; every scalar is text as written, an empty one None.
        key_lines: dotted keys (`license`, `datasets[0]`, `model-index[0].name`) to first and last
            line in the file.
        body: the prose below.
        body_line: the line on which the prose starts.
        problem: what is wrong with the front matter, empty where nothing is; its simple
            `key: value` lines and lists are then still in `front`.
    """

    front: Mapping[str, object]
    key_lines: Mapping[str, tuple[int, int]]
    body: str
    body_line: int
    problem: str = ""


def read_card(text: str) -> Card:
    r"""Split a document into front matter and prose, and read the front matter; never raises.

    Args:
        text: the decoded document.

    >>> card = read_card("---\nlicense: mit\n---\n# Title\n")
    >>> card.front, card.key_lines, card.body_line
    ({'license': 'mit'}, {'license': (2, 2)}, 4)
    """
    text = text.replace("\r\n", "\n")
    opening = _FENCE.match(text, 0, 1000)
    if not opening:
        return Card(front={}, key_lines={}, body=text, body_line=1)
    first_line = text.count("\n", 0, opening.end()) + 1
    closing = _END.search(text, opening.end(), opening.end() + MAX_FRONT)
    if not closing:
        return _unclosed(text, opening.end(), first_line)
    front = text[opening.end() : closing.start()]
    body_line = first_line + front.count("\n") + 1
    body = text[closing.end() + 1 :]
    values, lines, problem = _front(front, first_line)
    return Card(front=values, key_lines=lines, body=body, body_line=body_line, problem=problem)


def _unclosed(text: str, start: int, first_line: int) -> Card:
    """Read a card whose front matter has no end: a rule on top, unless keys follow."""
    head = text[start : start + 4000]
    values, lines = _salvage(head.split("\n\n", 1)[0], first_line)
    if not values:
        return Card(front={}, key_lines={}, body=text, body_line=1)
    problem = f"the front matter has no closing --- within {MAX_FRONT:,} characters"
    return Card(front=values, key_lines=lines, body=text, body_line=1, problem=problem)


def _front(text: str, first_line: int) -> tuple[dict[str, object], dict[str, tuple[int, int]], str]:
    """Read front matter; where that fails, salvage its simple lines and say why."""
    try:
        read = read_yaml(text, first_line)
    except FormatError as error:
        at = "" if error.line is None else f" (line {error.line})"
        return *_salvage(text, first_line), f"{error.message}{at}"
    if read.value is None:
        return {}, {}, ""
    if not isinstance(read.value, dict):
        return {}, {}, "the front matter is not a table of keys"
    problem = ""
    if read.repeated:
        problem = "keys stand twice in the front matter: " + ", ".join(read.repeated[:5])
    return dict(read.value), dict(read.lines), problem


def _salvage(text: str, first_line: int) -> tuple[dict[str, object], dict[str, tuple[int, int]]]:
    """Read top-level `key: value` lines, and `- item` lines below a key without a value."""
    values: dict[str, object] = {}
    lines: dict[str, tuple[int, int]] = {}
    key = ""
    for number, line in enumerate(text.split("\n"), first_line):
        if match := _KEY.match(line):
            key = match.group(2)
            values[key] = None
            lines[key] = (number, number)
            told = (match.group(3) or "").strip()
            if flow := _FLOW.fullmatch(told):
                for item in flow.group(1).split(","):
                    _add_item(values, lines, key, number, _plain(item))
            else:
                values[key] = _plain(told)
        elif key and (item := _ITEM.match(line)):
            _add_item(values, lines, key, number, _plain(item.group(1)))
        elif line.strip():
            key = ""
    return values, lines


def _add_item(
    values: dict[str, object],
    lines: dict[str, tuple[int, int]],
    key: str,
    number: int,
    item: str | None,
) -> None:
    """Add a list item to a key that has no value of its own."""
    if values[key] is None:
        values[key] = []
    held = values[key]
    if isinstance(held, list) and item is not None and ": " not in item:
        lines[f"{key}[{len(held)}]"] = (number, number)
        lines[key] = (lines[key][0], number)
        held.append(item)


def _plain(value: str) -> str | None:
    """Return a scalar without comment and quotes; None where it is empty or more than a scalar."""
    text = _ANCHOR.sub("", value.strip())
    if not text or text[0] in "&*!|>{[%@`":
        return None
    if text[0] in "\"'":
        end = text.find(text[0], 1)
        return text[1:end] if end > 0 else None
    return text.split(" #", 1)[0].strip() or None
