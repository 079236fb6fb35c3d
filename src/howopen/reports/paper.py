"""Any page of blocks as one HTML file in the style of the report: no network, no script."""

from __future__ import annotations

import re
from collections.abc import Sequence

from howopen.reports.blocks import Block, Line, Row, Section, Table, Tree, Words, plain
from howopen.reports.html import head
from howopen.reports.markup import Html, join, table, tag, tree, words


def document(title: str, blocks: Sequence[Block], figure: str = "") -> str:
    """Render blocks as a whole HTML document.

    Args:
        title: what the page is about.
        blocks: the same pieces that text and Markdown show.
        figure: a picture as SVG, shown below the verdict.
    """
    lead = [one for one in blocks if isinstance(one, Line) and one.lead]
    rest = [one for one in blocks if not (isinstance(one, Line) and one.lead)]
    body = tag(
        "body",
        tag(
            "header",
            tag("p", "howopen", class_="brand"),
            tag("h1", title),
            *(tag("p", words(one.words), class_="lead") for one in lead),
        ),
        tag("main", figure, *map(_block, rest)),
    )
    return f"<!doctype html>\n{tag('html', head(title), body, lang='en')}\n"


def _block(block: Block) -> Html:
    if isinstance(block, Line):
        return tag("p", words(block.words))
    if isinstance(block, Tree):
        return tree(block.nodes)
    if isinstance(block, Table):
        return _table(block)
    return _section(block)


def _section(found: Section) -> Html:
    note = tag("span", found.note, class_="note") if found.note else ""
    ident = re.sub(r"\W+", "-", found.title.lower()).strip("-")
    return tag("section", tag("h2", found.title, " ", note), *map(_block, found.blocks), id=ident)


def _table(found: Table) -> Html:
    rows = [tag("tr", *map(_cell, row.cells), *_more(row)) for row in found.rows]
    return table(", ".join(filter(None, found.columns)), found.columns, rows, "stack paper")


def _cell(run: Words) -> Html:
    return tag("td", words(run))


def _more(row: Row) -> Sequence[Html]:
    below = row.detail()
    return (tag("td", tree(below)),) if below else ()


def title_of(blocks: Sequence[Block]) -> str:
    """Return the words of the verdict of a page."""
    for block in blocks:
        if isinstance(block, Line) and block.lead:
            return plain(block.words)
    return "howopen"


def figures(*pictures: str) -> Html:
    """Put pictures under one another, each scrolling by itself where it is too wide."""
    return join(tag("figure", Html(one), class_="wide") for one in pictures if one)
