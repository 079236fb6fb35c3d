"""Blocks as text for a terminal: width follows it, color only where it is wanted."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from howopen.reports.blocks import Block, Line, Node, Row, Section, Table, Tone, Tree, Words
from howopen.reports.clean import clean

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

#: Below this width a table's rows are stacked instead of set in columns.
NARROW = 76

#: Width when the output is not a terminal and COLUMNS does not say.
PIPED = 100

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
    with console.capture() as captured:
        for block in blocks:
            for piece in _pieces(block, console, verbose=verbose):
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


def _pieces(block: Block, console: Console, *, verbose: bool) -> Iterable[RenderableType]:
    if isinstance(block, Section):
        yield ""
        yield _title(block)
        for each in block.blocks:
            yield from _pieces(each, console, verbose=verbose)
    elif isinstance(block, Line):
        yield _text(block.words)
    elif isinstance(block, Tree):
        yield from _tree(block.nodes)
    else:
        yield from _table(block, console, verbose=verbose)


def _title(section: Section) -> Text:
    from rich.text import Text  # noqa: PLC0415

    note = f"  {section.note}" if section.note else ""
    return Text.assemble((section.title.upper(), "bold underline"), (note, "dim"))


def _text(words: Words) -> Text:
    from rich.text import Text  # noqa: PLC0415

    text = Text(overflow="fold")
    for span in words:
        text.append(clean(span.text), _STYLES[span.tone])
    return text


def _table(table: Table, console: Console, *, verbose: bool) -> Iterable[RenderableType]:
    from rich.padding import Padding  # noqa: PLC0415

    if console.width >= NARROW and not verbose:
        yield _grid(table, console.width)
        return
    for row in table.rows:
        yield from _stack(row)
        if verbose:
            for piece in _tree(row.detail()):
                yield Padding(piece, (0, 0, 0, 2))


def _grid(table: Table, width: int) -> RenderableType:
    """Set a table in columns, the widest of which get the room that is left."""
    from rich.table import Table as Grid  # noqa: PLC0415

    titled = any(table.columns)
    grid = Grid(
        box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_header=titled
    )
    most = width // 2 if len(table.columns) > 2 else width
    # rich crops a table whose least widths are more than an equal share of the page
    share = min(24, width // len(table.columns) - 2)
    for index, title in enumerate(table.columns):
        cells = [sum(len(span.text) for span in row.cells[index]) for row in table.rows]
        longest = max([len(title), *cells])
        grid.add_column(
            title, overflow="fold", min_width=min(longest, 8 if index else share), max_width=most
        )
    for row in table.rows:
        grid.add_row(*map(_text, row.cells))
    return grid


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
