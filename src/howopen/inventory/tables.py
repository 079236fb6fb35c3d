"""Pipe tables of a document: header, rows, cells, with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from howopen.formats.inline import plain
from howopen.inventory.pages import Page
from howopen.release import Noun

#: Tables longer than this are cut; rows and lines longer than this are no rows.
MAX_ROWS = 1_000
MAX_LINE = 8_000

_BAR = re.compile(r"(?<!\\)\|")


class Row(Noun, frozen=True, kw_only=True):
    """One row: its cells as written, and its line."""

    cells: tuple[str, ...]
    line: int

    def words(self, column: int) -> str:
        """Return one cell without markup; empty where there is none."""
        return words(self.cells[column]) if 0 <= column < len(self.cells) else ""


class Table(Noun, frozen=True, kw_only=True):
    """A table: the plain words of its header in lower case, and its rows."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, rule: re.Pattern[str]) -> int:
        """Return the first column whose header matches, or -1."""
        return next((index for index, head in enumerate(self.header) if rule.search(head)), -1)


def words(cell: str) -> str:
    """Return a cell without markup, and without links to other parts of the page.

    >>> words("**Small** [(tips)](#tips)"), words("`a [dev]`")
    ('Small', 'a [dev]')
    """
    return " ".join(plain(re.sub(r"\[[^\[\]]*\]\(#[^()]*\)", "", cell)).split())


def tables(page: Page) -> Iterator[Table]:
    """Find the tables of a document: a header, a line of dashes, rows."""
    if "|" not in page.body:
        return
    lines = page.body.split("\n")
    index = 1
    while index < len(lines):
        if "|" in lines[index - 1] and _is_rule(lines[index]):
            header = tuple(words(cell).lower() for cell in _cells(lines[index - 1][:MAX_LINE]))
            rows = tuple(_rows(lines, index + 1, page.first_line))
            yield Table(header=header, rows=rows)
            index += len(rows)
        index += 1


def _is_rule(line: str) -> bool:
    """Tell whether a line is the dashes under a header."""
    return len(line) < MAX_LINE and "-" in line and "|" in line and not line.strip("|-: \t\r")


def _rows(lines: list[str], start: int, first_line: int) -> Iterator[Row]:
    for index in range(start, min(len(lines), start + MAX_ROWS)):
        line = lines[index]
        if "|" not in line or len(line) > MAX_LINE:
            return
        yield Row(cells=_cells(line), line=first_line + index)


def _cells(line: str) -> tuple[str, ...]:
    bare = line.strip().removeprefix("|")
    if bare.endswith("|") and not bare.endswith("\\|"):
        bare = bare[:-1]
    return tuple(cell.strip() for cell in _BAR.split(bare))
