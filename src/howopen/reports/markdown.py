"""Blocks as GitHub-flavored Markdown; nothing of a release can become markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

from howopen.reports.blocks import Block, Line, Node, Section, Span, Table, Tree, Words
from howopen.reports.clean import line

#: Characters that mean something in GitHub-flavored Markdown (spec 0.29, 2.4 backslash escapes),
#: and `@` and `:` before letters, which GitHub turns into mentions, links and emoji.
_MEANS = re.compile(r"([\\`*_{}\[\]<>()#+!|~$^&-])")
_CALLS = re.compile(r"(?<![\w])([@#])(?=\w)|(?<=\w)(:)(?=//)|\b(www)(?=\.)")


def write(blocks: Iterable[Block], *, verbose: bool = False) -> str:
    """Write blocks as Markdown; with `verbose` the proof of every row follows its table."""
    parts = [part for block in blocks for part in _block(block, 2, verbose=verbose)]
    return "\n\n".join(filter(None, parts)) + "\n"


def escape(text: str) -> str:
    r"""Make a text say itself in Markdown: no markup, no HTML, no mention, no link of its own.

    >>> escape("<b>*x*</b>")
    '\\<b\\>\\*x\\*\\</b\\>'
    """
    return _CALLS.sub(_broken, _MEANS.sub(r"\\\1", line_of(text)))


def _broken(match: re.Match[str]) -> str:
    """Put an empty comment-like joiner where GitHub would see a mention or a link."""
    return match.group(0) + "\u2060" if match.group(0) != ":" else "&#58;"


def line_of(text: str) -> str:
    """Clean a text, keeping the blanks at its ends."""
    body = line(text)
    if not body:
        return " " if text else ""
    head = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() else ""
    return f"{head}{body}{tail}"


def code(text: str) -> str:
    """Set a text as code, with a fence longer than any run of backticks in it."""
    body = line(text)
    if not body:
        return ""
    longest = max((len(run) for run in re.findall("`+", body)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if body[0] == "`" or body[-1] == "`" else ""
    return f"{fence}{pad}{body}{pad}{fence}"


def _block(block: Block, level: int, *, verbose: bool) -> Iterable[str]:
    if isinstance(block, Section):
        note = f" ({escape(block.note)})" if block.note else ""
        yield f"{'#' * level} {escape(block.title)}{note}"
        for each in block.blocks:
            yield from _block(each, level + 1, verbose=verbose)
    elif isinstance(block, Line):
        yield f"# {_words(block.words)}" if block.lead else _words(block.words)
    elif isinstance(block, Tree):
        yield _tree(block.nodes)
    else:
        yield _table(block)
        if verbose:
            yield from _details(block)


def _words(words: Words) -> str:
    return "".join(map(_span, words)).strip()


def _span(span: Span) -> str:
    if span.tone in ("code", "link"):
        return code(span.text)
    text = escape(span.text)
    body = text.strip()
    if span.tone not in ("strong", "bad", "quote") or not body:
        return text
    mark = "*" if span.tone == "quote" else "**"
    head, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{head}{mark}{body}{mark}{tail}"


def _table(table: Table) -> str:
    rows = [table.columns, tuple("---" for _ in table.columns)]
    cells = [[_cell(cell) for cell in row.cells] for row in table.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in [*rows, *cells])


def _cell(words: Words) -> str:
    """Write a cell; inside code a bar cannot be escaped but as GitHub's table does it."""
    return "".join(
        code(span.text).replace("|", "\\|") if span.tone in ("code", "link") else _span(span)
        for span in words
    ).strip()


def _details(table: Table) -> Iterable[str]:
    for row in table.rows:
        detail = row.detail()
        if detail:
            yield f"{_words(row.cells[0])} {_words(row.cells[1])}:"
            yield _tree(detail)


def _tree(nodes: Iterable[Node], depth: int = 0) -> str:
    lines = []
    for each in nodes:
        lines.append(f"{'  ' * depth}- {_words(each.words)}")
        if each.below:
            lines.append(_tree(each.below, depth + 1))
    return "\n".join(lines)
