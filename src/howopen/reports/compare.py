"""The page of a comparison of two licenses: what changed, what only reads otherwise, what moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from howopen.licenses.comparison import ClauseChange, Compared, LicenseComparison, Reworded, Status
from howopen.licenses.effects import EffectChange
from howopen.reports.blocks import (
    Block,
    Line,
    Node,
    Row,
    Section,
    Span,
    Table,
    Tone,
    Tree,
    Words,
    node,
    words,
)
from howopen.reports.clean import counted, line, shorten
from howopen.reports.labels import lines_of

#: so many clauses that only read otherwise are shown without `-v`
MOST_WORDING = 6
#: so many changes of words are shown of a clause without `-v`
MOST_CHANGES = 4
_WORDS = 160


def comparison_blocks(found: LicenseComparison, *, verbose: bool = False) -> tuple[Block, ...]:
    """Lay out a comparison."""
    changed = [one for one in found.clauses if one.status not in (Status.SAME, Status.MOVED)]
    operative = [one for one in changed if one.operative]
    unjudged = [one for one in changed if one.operative is None]
    wording = [one for one in changed if one.operative is False]
    blocks: list[Block] = [Line(words=_lead(found), lead=True)]
    blocks += [_who("A", found.a), _who("B", found.b)]
    blocks += _clauses("Operative changes", operative, verbose=verbose)
    title = "Beyond these texts" if found.clauses else "What they do differently"
    blocks += _effects(title, found.elsewhere)
    blocks += _clauses("Not judged", unjudged, verbose=verbose)
    blocks += _wording(wording, verbose=verbose)
    blocks += _moved(found.clauses, verbose=verbose)
    blocks += [Line(words=words(Span(line(each), "quiet"))) for each in found.notes]
    return tuple(blocks)


def _lead(found: LicenseComparison) -> Words:
    tone: Tone = "warn" if found.operative or found.unjudged else "good"
    share = f"{found.alike:.1%} of words in common"
    return words(
        Span(_ident(found.a), "strong"), " against ", Span(_ident(found.b), "strong"), ": ",
        Span(found.says, tone), f"; {share}",
    )  # fmt: skip


def _ident(one: Compared) -> str:
    if one.license is None:
        near = f", near {one.near[0]}" if one.near else ""
        return line(f"an unknown text{near}")
    return line(f"{one.license}@{one.edition}" if one.edition else one.license)


def _who(side: str, one: Compared) -> Line:
    parts = [line(one.source), line(one.name)]
    if one.text and one.modified is not None:
        parts.append("modified" if one.modified else "unmodified")
    return Line(words=words(Span(f"{side}: ", "strong"), "  ·  ".join(filter(None, parts))))


def _clauses(title: str, rows: list[ClauseChange], *, verbose: bool) -> Iterator[Block]:
    if rows:
        nodes = tuple(_clause(one, verbose=verbose) for one in rows)
        yield Section(title=title, note=counted(len(rows), "place"), blocks=(Tree(nodes=nodes),))


def _clause(one: ClauseChange, *, verbose: bool) -> Node:
    """Show a clause, what changes, and the words that do."""
    shown = one.words if verbose else one.words[:MOST_CHANGES]
    below = [_effect(each) for each in one.effects]
    below += [node(*_change(each)) for each in shown if each.before or each.after]
    more = len(one.words) - len(shown)
    if more and one.words[0] != Reworded(before="", after=""):
        below.append(node(Span(f"and {counted(more, 'change')} more; -v shows them", "quiet")))
    where = f" ({_where(one)})" if _where(one) else ""
    return node(Span(_refs(one), "code"), where, ": ", line(one.why), below=tuple(below))


def _effect(one: EffectChange) -> Node:
    """Show what a clause does on both sides."""
    sides = (("A", one.refs_a, one.says_a), ("B", one.refs_b, one.says_b))
    below = tuple(
        node(Span(f"{side}: ", "strong"), *_said(refs, says)) for side, refs, says in sides
    )
    return node(Span(line(one.effect), "strong"), below=below)


def _refs(one: ClauseChange) -> str:
    if one.ref_a is None or one.ref_b is None:
        side = "A" if one.ref_b is None else "B"
        return f"{line(one.ref_a or one.ref_b or '')} only in {side}"
    same = one.ref_a == one.ref_b
    return line(one.ref_a) if same else f"{line(one.ref_a)} -> {line(one.ref_b)}"


def _where(one: ClauseChange) -> str:
    sides = (("A", one.lines_a), ("B", one.lines_b))
    return ", ".join(f"{side} line {lines_of(lines)}" for side, lines in sides if lines)


def _change(one: Reworded) -> Words:
    if not (one.before or one.after):
        return ()
    return words(
        Span(_quoted(one.before), "bad") if one.before else "",
        " -> " if one.before and one.after else "" if one.before else "added: ",
        Span(_quoted(one.after), "good") if one.after else " deleted",
    )


def _quoted(text: str) -> str:
    return f"“{shorten(text, _WORDS)}”"


def _effects(title: str, effects: Iterable[EffectChange]) -> Iterator[Block]:
    rows = tuple(
        Row(
            cells=(
                words(Span(line(one.effect), "strong")),
                _said(one.refs_a, one.says_a),
                _said(one.refs_b, one.says_b),
            )
        )
        for one in effects
    )
    if rows:
        table = Table(columns=("effect", "A", "B"), rows=rows)
        yield Section(title=title, note=counted(len(rows), "effect"), blocks=(table,))


def _said(refs: tuple[str, ...], says: tuple[str, ...]) -> Words:
    if not refs:
        return words(Span("nothing of the kind", "quiet"))
    return words(Span(", ".join(map(line, refs)), "code"), ": ", line(" ".join(says)))


def _wording(rows: list[ClauseChange], *, verbose: bool) -> Iterator[Block]:
    """Show what only reads otherwise."""
    if not rows:
        return
    shown = rows if verbose else rows[:MOST_WORDING]
    cells = tuple(
        Row(
            cells=(
                words(Span(_refs(one), "code")),
                words(_where(one)),
                words(*_change(one.words[0])) if one.words else (),
                words(Span(line(one.why), "quiet")),
            )
        )
        for one in shown
    )
    blocks: list[Block] = [Table(columns=("clause", "where", "words", "why"), rows=cells)]
    more = len(rows) - len(shown)
    if more:
        blocks.append(Line(words=words(Span(f"and {more} more; -v lists them", "quiet"))))
    yield Section(title="Wording only", note=counted(len(rows), "place"), blocks=tuple(blocks))


def _moved(rows: tuple[ClauseChange, ...], *, verbose: bool) -> Iterator[Block]:
    moved = [one for one in rows if one.status is Status.MOVED]
    if not moved:
        return
    if not verbose:
        said = f"{counted(len(moved), 'paragraph')} moved, in the same words; -v lists them"
        yield Line(words=words(Span(said, "quiet")))
        return
    cells = tuple(
        Row(cells=(words(Span(_refs(one), "code")), words(_where(one)), words(line(one.why))))
        for one in moved
    )
    table = Table(columns=("clause", "where", "why"), rows=cells)
    yield Section(title="Moved", note=counted(len(moved), "place"), blocks=(table,))
