"""The pieces of a page that text and Markdown share: lines, tables and trees of toned words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec

#: What a word means to the eye; a renderer chooses how to show it, and may show nothing.
Tone = Literal["", "good", "bad", "warn", "quiet", "strong", "code", "quote", "link"]


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the pieces: immutable."""


class Span(msgspec.Struct, frozen=True):
    """Words in one tone."""

    text: str
    tone: Tone = ""


#: A run of words: what a cell, a line or a node of a tree holds.
Words = tuple[Span, ...]


class Line(Piece, frozen=True, kw_only=True):
    """One paragraph; `lead` marks the verdict at the top of a page."""

    words: Words
    lead: bool = False


class Node(Piece, frozen=True, kw_only=True):
    """A line of a tree and what is below it."""

    words: Words
    below: tuple[Node, ...] = ()


class Tree(Piece, frozen=True, kw_only=True):
    """Lines below lines: a proof."""

    nodes: tuple[Node, ...]


class Row(Piece, frozen=True, kw_only=True):
    """A row of a table, and how to make the proof that `-v` shows below it."""

    cells: tuple[Words, ...]
    detail: Callable[[], tuple[Node, ...]] = tuple


class Table(Piece, frozen=True, kw_only=True):
    """Rows under column titles. Columns give way from the last to the first on a narrow page."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class Section(Piece, frozen=True, kw_only=True):
    """A titled part of a page; `note` stands beside the title.

    A `verbatim` title, such as the path of a file, is shown as it is written.
    """

    title: str
    note: str = ""
    blocks: tuple[Block, ...]
    verbatim: bool = False


Block: TypeAlias = Line | Table | Tree | Section


def words(*parts: str | Span) -> Words:
    """Build a run of words from plain and toned ones, dropping empty ones."""
    spans = (part if isinstance(part, Span) else Span(part) for part in parts)
    return tuple(span for span in spans if span.text)


def plain(run: Words) -> str:
    """Say a run of words without tones."""
    return "".join(span.text for span in run)


def node(*parts: str | Span, below: tuple[Node, ...] = ()) -> Node:
    """Build a line of a tree."""
    return Node(words=words(*parts), below=below)
