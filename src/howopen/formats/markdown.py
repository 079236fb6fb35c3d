"""Markdown (and roughly reStructuredText and HTML) to sections, sentences and links with lines.

A reader for evidence, not a renderer: what matters is which words stand on which lines, in prose
or in code, under which heading. Every pattern is bounded, so that hostile text costs linear time.
"""

from __future__ import annotations

import re

from howopen.formats.inline import INVISIBLE, Link, find_links, plain
from howopen.formats.sentences import split
from howopen.release import Noun

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)(.*)")
_UNDERLINE = re.compile(r" {0,3}([=\-~^\"'`*+#])\1{2,}[ \t]*$")
_RULE = re.compile(r" {0,3}(?:([-*_=])[ \t]*)(?:\1[ \t]*){2,}$")
_FENCE = re.compile(r" {0,3}(?:> ?)?(?:[-*+] )?[ \t]*(`{3,}|~{3,})([^`]*)$")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+(.*)")
_QUOTE = re.compile(r"[ \t]{0,3}>[ \t]?(.*)")
_HTML_HEADING = re.compile(r"[ \t]*<h([1-6])\b[^>]{0,500}>(.{0,500}?)</h\1>", re.IGNORECASE)
_DIRECTIVE = re.compile(r"[ \t]*\.\. (?:[\w-]+::|_[^:]{1,80}:)")
#: RST adornments in the order of levels most projects use; `=` and `-` are Markdown's too.
_LEVELS = {"=": 1, "-": 2, "~": 3, "^": 4, '"': 4}
_MAX_SENTENCE = 4_000


class Section(Noun, frozen=True, kw_only=True):
    """A heading and what stands under it, up to the next heading of any level.

    Attributes:
        title: the heading's plain text; empty for what stands before the first.
        level: 1 to 6; 0 for what stands before the first heading.
        lines: first and last line, heading included.
        text: the raw text under the heading.
    """

    title: str
    level: int
    lines: tuple[int, int]
    text: str


class Sentence(Noun, frozen=True, kw_only=True):
    """One sentence of prose; headings, list items and table rows are sentences too.

    Attributes:
        text: its words, without markup, link targets and line breaks.
        lines: first and last line.
        section: the title of the section it stands in; a heading's own title for a heading.
        quoted: whether it stands in a block quote.
        code: whether this is a block of code, given as one piece of at most 4,000 characters.
        kind: `prose`, `heading`, `item`, `row` or `code`.
    """

    text: str
    lines: tuple[int, int]
    section: str
    quoted: bool = False
    code: bool = False
    kind: str = "prose"


class Block(Noun, frozen=True, kw_only=True):
    """A run of lines of one kind: `prose`, `heading`, `item`, `row` or `code`."""

    kind: str
    text: str
    line: int
    stop: int
    quoted: bool = False
    level: int = 0


def sections(body: str, first_line: int = 1) -> tuple[Section, ...]:
    """Split prose into its sections.

    Args:
        body: the prose.
        first_line: the line of the file on which it starts.
    """
    raw = body.split("\n")
    heads = [block for block in blocks(body, first_line) if block.kind == "heading"]
    starts = [(block.line, block.stop, block.level, _words(block.text)) for block in heads]
    found = []
    if not starts or starts[0][0] > first_line:
        starts.insert(0, (first_line, first_line - 1, 0, ""))
    for index, (line, stop, level, title) in enumerate(starts):
        end = starts[index + 1][0] - 1 if index + 1 < len(starts) else first_line + len(raw) - 1
        text = "\n".join(raw[stop - first_line + 1 : end - first_line + 1])
        found.append(Section(title=title, level=level, lines=(line, end), text=text))
    return tuple(found)


def sentences(body: str, first_line: int = 1) -> tuple[Sentence, ...]:
    """Split prose into sentences.

    Args:
        body: the prose.
        first_line: the line of the file on which it starts.
    """
    found: list[Sentence] = []
    section = ""
    for block in blocks(body, first_line):
        if block.kind == "code":
            text = block.text[:_MAX_SENTENCE]
            lines = (block.line, block.stop)
            found.append(Sentence(text=text, lines=lines, section=section, code=True, kind="code"))
            continue
        if block.kind == "heading":
            section = _words(block.text)
        found.extend(_sentences_of(block, section))
    return tuple(found)


def links(body: str, first_line: int = 1) -> tuple[Link, ...]:
    """Find all links of prose, in order: inline, by reference, automatic, HTML and RST ones."""
    return find_links(_without_invisible(body), first_line)


def blocks(body: str, first_line: int = 1) -> tuple[Block, ...]:
    """Split prose into blocks; comments and scripts of HTML are no prose."""
    return _Scanner(_without_invisible(body).split("\n"), first_line).run()


def _without_invisible(body: str) -> str:
    return INVISIBLE.sub(lambda match: "\n" * match.group().count("\n"), body)


def _words(text: str) -> str:
    return " ".join(plain(text).split())


def _sentences_of(block: Block, section: str) -> list[Sentence]:
    """Split one block of prose into sentences with their lines."""
    found = []
    whole = block.kind in ("heading", "row")
    for text, start, stop in split(plain(block.text), whole=whole):
        lines = (block.line + start, min(block.line + stop, block.stop))
        found.append(
            Sentence(
                text=text[:_MAX_SENTENCE],
                lines=lines,
                section=section,
                quoted=block.quoted,
                kind=block.kind,
            )
        )
    return found


def _is_table_rule(line: str) -> bool:
    """Tell whether a line only draws a table: dashes, bars, colons, plus signs."""
    drawn = line.strip()
    return len(drawn) >= 3 and not drawn.strip(" \t:|+=-")


class _Scanner:
    """Walks over lines once and groups them into blocks."""

    def __init__(self, lines: list[str], first_line: int) -> None:
        self.lines = lines
        self.first = first_line
        self.found: list[Block] = []
        self.held: list[str] = []
        self.held_at = 0
        self.kind = "prose"
        self.quoted = False

    def run(self) -> tuple[Block, ...]:
        """Return all blocks."""
        at = 0
        while at < len(self.lines):
            at = self._step(at)
        self._flush(at)
        return tuple(self.found)

    def _step(self, at: int) -> int:
        """Handle the line at an index; return the index of the next one to handle."""
        line = self.lines[at]
        if not line.strip():
            self._flush(at)
            return at + 1
        if fence := _FENCE.match(line):
            return self._fenced(at, fence.group(1))
        if heading := _ATX.match(line):
            self._flush(at)
            self._add("heading", heading.group(2).rstrip("# \t"), at, at, len(heading.group(1)))
            return at + 1
        if heading := _HTML_HEADING.match(line):
            self._flush(at)
            self._add("heading", heading.group(2), at, at, int(heading.group(1)))
            return at + 1
        if self._underlined(at):
            return at + 1
        if not self.held and (line.startswith(("    ", "\t")) or _DIRECTIVE.match(line)):
            return self._indented(at)
        self._prose(at, line)
        return at + 1

    def _prose(self, at: int, line: str) -> None:
        """Add a line of prose, a quote, an item or a table's row."""
        quoted = False
        if quote := _QUOTE.match(line):
            quoted, line = True, quote.group(1)
        if quoted != self.quoted:
            self._flush(at)
            self.quoted = quoted
        if line.lstrip().startswith("|") or ("|" in line and self.kind == "row" and self.held):
            self._row(at, line)
        elif _RULE.match(line) or (_is_table_rule(line) and not self.held):
            self._flush(at)
        elif item := _ITEM.match(line):
            self._flush(at)
            self._hold(at, item.group(1), "item", quoted=quoted)
        else:
            if quoted and not line.strip():
                self._flush(at)
            self._hold(at, line, self.kind if self.held else "prose", quoted=quoted)

    def _row(self, at: int, line: str) -> None:
        quoted = self.quoted
        self._flush(at)
        if not _is_table_rule(line):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            self._hold(at, " | ".join(cell for cell in cells if cell), "row", quoted=quoted)

    def _underlined(self, at: int) -> bool:
        """Turn a held line above an underline into a heading."""
        mark = _UNDERLINE.match(self.lines[at])
        if not mark:
            return False
        if len(self.held) != 1 or self.kind != "prose" or not self.held[0].strip():
            return not self.held and mark.group(1) not in "`~"
        text, line = self.held[0], self.held_at
        self.held = []
        self._add("heading", text, line, at, _LEVELS.get(mark.group(1), 3))
        return True

    def _fenced(self, at: int, mark: str) -> int:
        """Take a fenced block up to its closing mark, or the end."""
        self._flush(at)
        end = at + 1
        while end < len(self.lines):
            line = self.lines[end].strip().lstrip("> ")
            if line.startswith(mark) and not line.strip(mark[0]):
                break
            end += 1
        last = min(end, len(self.lines) - 1)
        self._add("code", "\n".join(self.lines[at + 1 : end]), at, last)
        return end + 1

    def _indented(self, at: int) -> int:
        """Take an indented block; after a list it is an item's next paragraph, not code."""
        directive = bool(_DIRECTIVE.match(self.lines[at]))
        previous = self.found[-1] if self.found else None
        if not directive and previous is not None and previous.kind == "item":
            self._prose(at, self.lines[at].strip())
            return at + 1
        end = at + 1
        while end < len(self.lines) and (
            self.lines[end].startswith(("    ", "\t", "   ")) and self.lines[end].strip()
        ):
            end += 1
        self._add("code", "\n".join(self.lines[at:end]), at, end - 1)
        return end

    def _hold(self, at: int, line: str, kind: str, *, quoted: bool) -> None:
        if not self.held:
            self.held_at, self.kind, self.quoted = at, kind, quoted
        self.held.append(line)

    def _flush(self, at: int) -> None:
        """End the block that is held, if any."""
        if self.held:
            self._add(self.kind, "\n".join(self.held), self.held_at, at - 1)
        self.held, self.kind, self.quoted = [], "prose", False

    def _add(self, kind: str, text: str, start: int, stop: int, level: int = 0) -> None:
        self.found.append(
            Block(
                kind=kind,
                text=text,
                line=self.first + start,
                stop=self.first + max(start, stop),
                quoted=self.quoted,
                level=level,
            )
        )
