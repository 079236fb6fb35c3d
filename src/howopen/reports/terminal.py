"""Blocks as text for a terminal: width follows it, color only where it is wanted."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from howopen.reports.blocks import Block, Line, Node, Row, Section, Span, Table, Tone, Tree, Words
from howopen.reports.clean import clean

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

#: Below this width a table's rows are stacked instead of set in columns.
NARROW = 76

#: Width when the output is not a terminal and COLUMNS does not say.
PIPED = 100

#: Where a long word may be broken: after a slash, before its lines, else after a hyphen or so.
_MARKS = re.compile(r"(?<=/)|(?=:\d)|(?<=[-_@#])")

#: A word of at most this many letters is not broken in a table; an address may be longer.
LONGEST = 32

# The 16 colors of the terminal's own theme, so that light and dark themes both read well.
_STYLES: dict[Tone, str] = {
    "": "",
    "good": "green",
    "bad": "bold red",
    "warn": "yellow",
    "quiet": "dim",
    "strong": "bold",
    "code": "cyan",
    "quote": "italic",
    "link": "cyan",
}


def write(
    blocks: Iterable[Block],
    *,
    width: int | None = None,
    color: bool | None = None,
    verbose: bool = False,
) -> str:
    """Write blocks as text.

    Args:
        blocks: what to write.
        width: columns; the terminal's when left out.
        color: use color; when left out, only on a terminal and without NO_COLOR.
        verbose: show the proof below every row of a table.
    """
    from rich.console import Console  # noqa: PLC0415 - heavy

    shown = wants_color() if color is None else color
    console = Console(
        file=io.StringIO(),
        width=max(width or terminal_width(), 20),
        force_terminal=shown,
        color_system="standard" if shown else None,
        no_color=not shown,
        emoji=False,
        markup=False,
        highlight=False,
        legacy_windows=False,
    )
    proof = _Proof() if verbose else None
    with console.capture() as captured:
        for block in blocks:
            for piece in _pieces(block, console, proof):
                console.print(piece)
    return "\n".join(text.rstrip() for text in captured.get().splitlines()).strip("\n") + "\n"


def terminal_width() -> int:
    """Measure the terminal, COLUMNS first; 100 when there is none."""
    return shutil.get_terminal_size((PIPED, 24)).columns


def wants_color() -> bool:
    """Tell whether standard output takes color (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


class _Proof:
    """The proofs below the rows of a page; a quote that was shown above is not shown again."""

    def __init__(self) -> None:
        self._shown: set[object] = set()

    def below(self, row: Row) -> Iterable[RenderableType]:
        """Set the proof of a row."""
        from howopen.reports.proof import quoted_once  # noqa: PLC0415

        return _tree(quoted_once(row.detail(), self._shown))


def _pieces(block: Block, console: Console, proof: _Proof | None) -> Iterable[RenderableType]:
    if isinstance(block, Section):
        yield ""
        yield _title(block)
        for each in block.blocks:
            yield from _pieces(each, console, proof)
    elif isinstance(block, Line):
        yield _text(block.words)
    elif isinstance(block, Tree):
        yield from _tree(block.nodes)
    else:
        yield from _table(block, console, proof)


def _title(section: Section) -> Text:
    from rich.text import Text  # noqa: PLC0415

    note = f"  {section.note}" if section.note else ""
    title = clean(section.title if section.verbatim else section.title.upper())
    return Text.assemble((title, "bold underline"), (note, "dim"))


def _text(words: Words) -> Text:
    from rich.text import Text  # noqa: PLC0415

    text = Text(overflow="fold")
    for span in words:
        text.append(clean(span.text), _STYLES[span.tone])
    return text


def _table(table: Table, console: Console, proof: _Proof | None) -> Iterable[RenderableType]:
    from rich.padding import Padding  # noqa: PLC0415

    if console.width >= NARROW and proof is None:
        yield _grid(table, console.width)
        return
    for row in table.rows:
        yield from _stack(row)
        if proof is not None:
            for piece in proof.below(row):
                yield Padding(piece, (0, 0, 0, 2))


def _grid(table: Table, width: int) -> RenderableType:
    """Set a table in columns that share the page by how much they hold."""
    from rich.table import Table as Grid  # noqa: PLC0415

    titled = any(table.columns)
    grid = Grid(
        box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_header=titled
    )
    rooms = _rooms(table, width)
    for title, room in zip(table.columns, rooms, strict=True):
        grid.add_column(title, overflow="fold", width=room)
    for row in table.rows:
        grid.add_row(*map(_fitted, row.cells, rooms))
    return grid


def _fitted(cell: Words, room: int) -> Text:
    """Break words that are longer than their column, such as paths, after a mark in them."""
    return _text(tuple(Span(broken(clean(span.text), room), span.tone) for span in cell))


def broken(text: str, room: int) -> str:
    r"""Break long words of a text after a slash or another mark, so that each piece fits.

    >>> broken("models/some_model/README.md:5", 20)
    'models/some_model/\nREADME.md:5'
    """
    return " ".join(
        _pieces_of(word, room) if len(word) > room else word for word in text.split(" ")
    )


def _pieces_of(word: str, room: int) -> str:
    lines = [""]
    for piece in _MARKS.split(word):
        if lines[-1] and len(lines[-1]) + len(piece) > room:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)


def _rooms(table: Table, width: int) -> list[int]:
    """Share the width of a page among columns: each its longest word, then where it saves lines."""
    from rich.cells import cell_len  # noqa: PLC0415

    texts = [
        [clean("".join(span.text for span in cell)) for cell in row.cells] for row in table.rows
    ]
    texts.append(list(table.columns))
    sizes = [[cell_len(text) for text in row] for row in texts]
    columns = range(len(table.columns))
    words = [[word for row in texts for word in row[column].split()] for column in columns]
    rooms = [min(LONGEST, max(map(cell_len, each), default=1)) for each in words]
    room = width - 2 * (len(rooms) - 1)
    while sum(rooms) > room:
        rooms[rooms.index(max(rooms))] -= 1
    while sum(rooms) < room:
        saved = _saved(sizes, rooms)
        if not any(saved):
            break
        rooms[saved.index(max(saved))] += 1
    return rooms


def _saved(sizes: list[list[int]], rooms: list[int]) -> list[float]:
    """Say what one cell more in a column saves: a row is as high as its most crowded cell."""
    saved = [0.0] * len(rooms)
    for row in sizes:
        heights = [size / room for size, room in zip(row, rooms, strict=True)]
        if (highest := max(heights)) > 1:
            column = heights.index(highest)
            saved[column] += highest / (rooms[column] + 1)
    return saved


def _stack(row: Row) -> Iterable[RenderableType]:
    """Set a row as a first line and the rest below it."""
    from rich.padding import Padding  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    first, *rest = [_text(cell) for cell in row.cells if cell]
    if rest and len(first) <= 18:
        yield Text("  ").join([first, rest.pop(0)])
    else:
        yield first
    if rest:
        yield Padding(Text("  ").join(rest), (0, 0, 0, 2))


def _tree(nodes: Iterable[Node], depth: int = 0) -> Iterable[RenderableType]:
    from rich.padding import Padding  # noqa: PLC0415
    from rich.table import Table as Grid  # noqa: PLC0415

    for each in nodes:
        grid = Grid.grid()
        grid.add_column(width=2)
        grid.add_column(overflow="fold")
        grid.add_row("-", _text(each.words))
        yield Padding(grid, (0, 0, 0, 2 * depth))
        yield from _tree(each.below, depth + 1)
