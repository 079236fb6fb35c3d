"""The printed numbering of a license, as refs such as `1.b.v` and `4(a)` with the words they cover.

Refs follow the text's own marks: a mark that continues an open row (`b.` after `a.`) is its
neighbor, one that begins a row (`1`, `a`, `i`) opens a level below, a dotted number (`2.1`) names
its whole path. Headings such as `Section II`, `Attachment A` and `ARTICLE 3` open the top level.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from howopen.licenses.words import Words

_ROMAN = (
    *("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
    *("xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx"),
)
_OPEN = r"(?:[\"“‘'*_#>\-•●◦+]|\s)*"
#: a mark at the beginning of a line
_LINE = re.compile(
    rf"^{_OPEN}(?:(?P<head>section|article|attachment|exhibit|annex|appendix|schedule|part)\s+)?"
    r"(?P<paren>\()?(?P<mark>\d{1,2}(?:\.\d{1,2})*|[ivx]{1,5}|[a-z])"
    r"(?P<close>\)|\\?\*{0,2}\.\)?|:|\s*[–—-](?=\s)|(?=\s|$))(?P<after>\s|[\"“*_]|$|(?=[A-Za-z一-鿿]))",
)
#: a mark inside a line: `(a)`, or `b.` after the end of a sentence
_INLINE = re.compile(
    r"(?:(?<=[\s:;,.”\"])\((?P<paren>[ivx]{1,5}|[a-z]|\d{1,2})\)(?=\s|[a-z“\"]))"
    r"|(?<=[.;:]\s)(?P<dot>[ivx]{1,4}|[a-z]|\d{1,2}(?:\.\d{1,2})*)\.(?=\s)"
)
#: a mark followed by a capital letter: a new sentence
_CAPITAL = re.compile(r"\s*\(?[0-9a-zA-Z.]{1,6}[.)]\s+[\"“*_]*[A-Z]")
_NOT_BEFORE = re.compile(
    r"\b(?:sections?|clauses?|paragraphs?|subsections?|sub-sections?|articles?|items?|by|in|under|of|through|to"
    r"|version|v|copyright|\(?\b(?:[a-z]|[ivx]+|\d+)\)? ?(?:and|or|through|to|,))\s*$"
)


#: the end of a line whose next line begins with the number of a section that it cites
_CITES = re.compile(
    r"\b(?:sections?|clauses?|paragraphs?|subsections?|articles?|items?|by|in|under|of|version)$"
    r"|\b(?:sections?|clauses?|paragraphs?) \(?(?:[a-z]|[ivx]+|\d+)\)? ?(?:and|or|through|to|,)$"
)


class Marker(NamedTuple):
    """A printed mark: its words, value, style, and column (-1 inside a line)."""

    start: int
    stop: int
    value: str
    style: str
    column: int = -1


class Section(NamedTuple):
    """A part of a text: its ref as printed, and the words from its mark to its end."""

    ref: str
    start: int
    stop: int


def find_markers(words: Words) -> tuple[Marker, ...]:
    """Find the printed marks of a text, in order."""
    at = {start: index for index, start in enumerate(words.starts)}
    found: dict[int, Marker] = {}
    text = words.folded
    for number, start in enumerate(words.line_starts):
        stop = text.find("\n", start)
        line = text[start : stop if stop >= 0 else len(text)]
        _mark_line(line, start, _wrapped(words, number), at, found)
        for match in _INLINE.finditer(line):
            kind = "paren" if match.group("paren") else "dot"
            if not _NOT_BEFORE.search(
                text[max(0, start + match.start() - 40) : start + match.start()]
            ):
                _add(found, at, start + match.start(kind), match.group(kind), kind)
    return tuple(found[index] for index in sorted(found))


def _wrapped(words: Words, line: int) -> bool:
    """Return whether a line seems to continue the sentence of the line before."""
    if line == 0:
        return False
    text = words.folded
    before = text[words.line_starts[line - 1] : words.line_starts[line]].rstrip()
    if re.match(r"\s*[-*•●◦+] ", text[words.line_starts[line] :][:12]):
        return False
    if _CITES.search(before):
        return True
    if not before.strip() or before.rstrip('"”’*_ ')[-1:] in ".;:)}>" or len(before) < 50:
        return False
    return not before.endswith(("and", "or")) and not _CAPITAL.match(
        words.text, words.line_starts[line]
    )


def _mark_line(
    line: str, offset: int, wrapped: bool, at: dict[int, int], found: dict[int, Marker]
) -> None:
    """Add the mark that a line begins with, if any."""
    match = _LINE.match(line)
    if match is None or wrapped:
        return
    head, mark, close = match.group("head"), match.group("mark"), match.group("close")
    if head:
        if len(line.split()) <= 14:
            _add(found, at, offset + match.start("mark"), mark, head)
            where = at.get(offset + match.start("head"))
            if where is not None:
                marker = found.pop(where + 1, None)
                if marker is not None:
                    found[where] = marker._replace(start=where)
        return
    if match.group("paren") and not close.startswith(")"):
        return
    if not close.strip() and not (mark[:1].isdigit() and (("." in mark) or len(line) < 90)):
        return
    style = "paren" if match.group("paren") or close.startswith(")") else "dot"
    column = len(line) - len(line.lstrip())
    _add(found, at, offset + match.start("mark"), mark, style, column)


def _add(  # noqa: PLR0913 - one argument a field of the mark
    found: dict[int, Marker],
    at: dict[int, int],
    offset: int,
    mark: str,
    style: str,
    column: int = -1,
) -> None:
    index = at.get(offset)
    if index is not None and index not in found:
        found[index] = Marker(index, index + mark.count(".") + 1, mark, style, column)


def _rank(value: str, kind: str) -> int:
    """Return a mark's place in its row, counted from 1; 0 when it is not of that kind."""
    if kind == "number":
        return int(value) if value.isdigit() else 0
    if kind == "roman":
        return _ROMAN.index(value) + 1 if value in _ROMAN else 0
    return ord(value) - 96 if len(value) == 1 and "a" <= value <= "z" else 0


class _Level(NamedTuple):
    """An open level: style, kind of row, place in the row, ref as printed, first word, column."""

    style: str
    kind: str
    rank: int
    ref: str
    start: int
    column: int = -1


def outline(words: Words) -> tuple[Section, ...]:
    """Read a text's numbering into sections, in the order of their first words."""
    done: list[Section] = []
    stack: list[_Level] = []
    resume: dict[str, int] = {}
    for marker in find_markers(words):
        _close_lists(words, stack, marker, done)
        level = _place(stack, marker, resume)
        if level is None:
            continue
        depth, made = level
        done.extend(Section(old.ref, old.start, marker.start) for old in stack[depth:])
        del stack[depth:]
        stack.append(made)
        if depth == 1 and stack[0].style in _HEADS:
            resume[made.style] = made.rank
    _close_lists(words, stack, None, done)
    done.extend(Section(old.ref, old.start, len(words)) for old in stack)
    return tuple(sorted(done, key=lambda section: (section.start, -section.stop)))


def _close_lists(
    words: Words, stack: list[_Level], marker: Marker | None, done: list[Section]
) -> None:
    """Close the lists inside a sentence once it has ended, unless a later mark continues them."""
    while stack and stack[-1].column < 0 and stack[-1].style in ("paren", "dot"):
        last = stack[-1]
        if marker is not None and (
            words.paragraph_end(last.start) >= marker.start or _continues(marker, last)
        ):
            return
        done.append(Section(last.ref, last.start, _sentence_end(words, last.start)))
        stack.pop()


def _continues(marker: Marker, level: _Level) -> bool:
    return marker.style == level.style and _rank(marker.value, level.kind) - level.rank == 1


_SENTENCE = re.compile(r"(?<![A-Z])\.[\"”’)]*\s+(?=[\"“(]?[A-Z])")


def _sentence_end(words: Words, start: int) -> int:
    """Return the word after the sentence, or the paragraph, in which an item begins."""
    stop = words.paragraph_end(start)
    match = _SENTENCE.search(words.text, words.stops[start], words.starts[stop - 1])
    return stop if match is None else words.after(match.start())


_HEADS = {"section", "article", "attachment", "exhibit", "annex", "appendix", "schedule", "part"}


def _place(
    stack: list[_Level], marker: Marker, resume: dict[str, int]
) -> tuple[int, _Level] | None:
    """Decide the depth of a mark and what it opens; None where it fits nowhere."""
    if marker.style in _HEADS:
        return _head(marker)
    if "." in marker.value:
        return _dotted(stack, marker)
    follows = [
        depth
        for depth, old in enumerate(stack)
        if old.style == marker.style and 0 < _rank(marker.value, old.kind) - old.rank <= 2
    ]
    same = [depth for depth in follows if stack[depth].column == marker.column]
    if follows:
        depth = same[-1] if same else follows[-1]
        kind = stack[depth].kind
        return depth, _level(marker, kind, stack[depth - 1].ref if depth else "")
    indented = _by_indent(stack, marker)
    if indented is not None:
        return indented, _level(marker, "number", stack[indented - 1].ref if indented else "")
    below_head = bool(stack) and stack[0].style in _HEADS and marker.value.isdigit()
    if below_head and int(marker.value) == resume.get(marker.style, 0) + 1:
        return 1, _level(marker, "number", stack[0].ref)
    return _open(stack, marker)


def _by_indent(stack: list[_Level], marker: Marker) -> int | None:
    """Return the depth of a number whose row only its column tells, as in nested Markdown lists."""
    if marker.column < 0 or not marker.value.isdigit() or marker.style != "dot":
        return None
    numbered = [
        depth
        for depth, old in enumerate(stack)
        if old.kind == "number" and old.style == "dot" and old.column >= 0
    ]
    for depth in numbered:
        if stack[depth].column == marker.column and depth < len(stack) - 1 and marker.column > 0:
            return depth
    top = stack[-1] if stack else None
    if top and numbered[-1:] == [len(stack) - 1] and marker.column > top.column + 1:
        return len(stack)
    if not stack and int(marker.value) > 1:
        return 0
    return None


def _open(stack: list[_Level], marker: Marker) -> tuple[int, _Level] | None:
    """Open a new row below, or at the top for the first number of the text."""
    if marker.value == "0" and marker.column >= 0:
        return 0, _level(marker, "number", "")
    for kind in ("number", "roman", "letter"):
        if _rank(marker.value, kind) != 1:
            continue
        rooted = any(old.kind == "number" or old.style in _HEADS for old in stack)
        if kind == "number" and marker.column >= 0 and not rooted:
            return 0, _level(marker, kind, "")
        return len(stack), _level(marker, kind, stack[-1].ref if stack else "")
    return None


def _head(marker: Marker) -> tuple[int, _Level]:
    """Place a heading at the top; `Section 1` and `Attachment A` keep their names."""
    kind = next((kind for kind in ("number", "roman") if _rank(marker.value, kind)), "letter")
    shown = marker.value if kind == "number" else marker.value.upper()
    ref = f"{marker.style.capitalize()} {shown}"
    return 0, _Level(marker.style, kind, _rank(marker.value, kind), ref, marker.start)


def _dotted(stack: list[_Level], marker: Marker) -> tuple[int, _Level]:
    """Place a dotted number below the level it continues."""
    depth = 0
    for level in stack:
        if level.style in _HEADS or marker.value.startswith(_plain(level.ref) + "."):
            depth += 1
        else:
            break
    rank = int(marker.value.rsplit(".", 1)[-1])
    return depth, _Level("dotted", "number", rank, marker.value, marker.start, marker.column)


def _plain(ref: str) -> str:
    return ref.rsplit(" ", 1)[-1]


def _level(marker: Marker, kind: str, prefix: str) -> _Level:
    """Open a level; a heading such as `Section II` lends numbers below it no prefix."""
    value = f"({marker.value})" if marker.style == "paren" else marker.value
    head = prefix.split(" ", maxsplit=1)[0].lower() if prefix else ""
    if not prefix:
        ref = marker.value
    elif head in ("attachment", "exhibit", "annex", "appendix", "schedule"):
        ref = _join(prefix, value)
    elif head in _HEADS and kind == "number" and not _plain(prefix).isdigit():
        ref = marker.value
    else:
        ref = _join(_plain(prefix) if head in _HEADS else prefix, value)
    return _Level(marker.style, kind, _rank(marker.value, kind), ref, marker.start, marker.column)


def _join(prefix: str, value: str) -> str:
    return prefix + value if value.startswith("(") else f"{prefix}.{value}"


def ref_key(ref: str) -> tuple[str, ...]:
    """Return a ref's parts, so that `4(a)`, `4.a` and `Section 4 (a)` are one.

    >>> ref_key("4(a)") == ref_key("Section 4.a")
    True
    """
    parts = re.findall(r"[a-z0-9]+", ref.lower())
    return tuple(part for part in parts if part not in ("section", "article", "sections", "clause"))
