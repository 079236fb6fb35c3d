"""A report as the sections of a page in text and Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from howopen.answer import Claim, Finding, Verdict
from howopen.release import Component, Gap, Part, Presence
from howopen.reports.blocks import Block, Line, Node, Row, Section, Span, Table, Words, node, words
from howopen.reports.clean import counted, line, shorten
from howopen.reports.headline import headline
from howopen.reports.labels import (
    GRAVITY_TONE,
    JUDGEMENT_TONE,
    TRUTH_TONE,
    component_title,
    lines_of,
    places,
    presence_tone,
)
from howopen.reports.proof import (
    claim_nodes,
    evidence_nodes,
    finding_nodes,
    gist_node,
    part_nodes,
    row_nodes,
    verdict_nodes,
)
from howopen.reports.view import KinRow, Page, PartRow, RightRow, looked, page, part_title

if TYPE_CHECKING:
    from howopen.openness import FrameTable, Group
    from howopen.openness.frames import FrameCell
    from howopen.report import Report

#: More claims than this are shown with `verbose` only; the worst come first.
MOST_CLAIMS = 10

#: What every page says once.
ADVICE = "What the texts say, with where they say it; not legal advice."


def report_blocks(report: Report, *, verbose: bool = False) -> tuple[Block, ...]:
    """Lay a report out: the verdict, then why; groups and frames only with `verbose`."""
    seen = page(report)
    facts = "  ·  ".join(f"{name} {value}" for name, value in seen.facts)
    blocks: list[Block] = [
        Line(words=headline(report), lead=True),
        Line(words=words(Span(facts, "quiet"))),
    ]
    blocks += filter(None, (_components(seen), _kin(seen.kin), _rights(seen.rights)))
    blocks += filter(None, (verdict_section(seen.verdicts),))
    if verbose:
        blocks += filter(None, (group_section(report.groups), frame_section(report.frame_table)))
    claims = claim_section(seen.claims, None if verbose else MOST_CLAIMS)
    blocks += filter(None, (claims, finding_section(seen.findings)))
    blocks += filter(None, (_gaps(seen.gaps),))
    blocks.append(Line(words=words(Span("\n" + ADVICE, "quiet"))))
    return tuple(blocks)


def _components(seen: Page) -> Section | None:
    rows = tuple(map(_part_row, seen.parts))
    blocks: list[Line | Table] = []
    if rows:
        blocks.append(Table(columns=("component", "there", "license", "where"), rows=rows))
    blocks += absent_lines(seen.absent)
    return Section(title="Components", blocks=tuple(blocks)) if blocks else None


def _part_row(row: PartRow) -> Row:
    some = f" ({shorten(part_title(row), 60)})" if row.names else ""
    inherited = Span(" (inherited)", "quiet") if row.inherited else ""
    where = places(row.license_where or row.where, 1)
    return Row(
        cells=(
            words(Span(row.title, "strong"), Span(some, "quiet")),
            words(Span(row.presence, presence_tone(row.part))),
            words(row.license, inherited),
            words(Span(where, "code")),
        ),
        detail=partial(part_nodes, row),
    )


def absent_lines(absent: Sequence[Part]) -> list[Line]:
    """Say in a line or two what is not there, and where it was looked for."""
    lines = []
    for presence, title in (
        (Presence.SAID_ABSENT, "said not to exist: "),
        (Presence.NOT_FOUND, "not found: "),
    ):
        found = [part for part in absent if part.presence is presence]
        if found:
            titles = ", ".join(dict.fromkeys(component_title(part.component) for part in found))
            lines.append(Line(words=words(Span(title, "strong"), titles)))
    searched = looked(part for part in absent if part.presence is Presence.NOT_FOUND)
    if searched:
        more = f"; and {len(searched) - 1} more places" if len(searched) > 1 else ""
        lines.append(Line(words=words(Span(f"looked for {searched[0]}{more}", "quiet"))))
    return lines


def _kin(kin: Sequence[KinRow]) -> Section | None:
    if not kin:
        return None
    rows = tuple(
        Row(
            cells=(
                words(row.who),
                words(f"{row.how} ", Span(row.whom, "strong")),
                words(Span(str(row.relation.standing), "quiet")),
                words(Span(places(row.relation.evidence, 1), "code")),
            ),
            detail=partial(evidence_nodes, row.relation.evidence),
        )
        for row in kin
    )
    return Section(
        title="Lineage", blocks=(Table(columns=("what", "is", "known", "where"), rows=rows),)
    )


def _rights(rights: Sequence[RightRow]) -> Section | None:
    if not rights:
        return None
    rows = tuple(right_row(row) for row in rights)
    table = Table(columns=("answer", "may you", "on what ground", "clause"), rows=rows)
    return Section(title="What you may do", note="if nothing is known of you", blocks=(table,))


def right_row(row: RightRow) -> Row:
    """Lay out actions that get the same answer."""
    about = f" ({row.about})" if row.about else ""
    return Row(
        cells=(
            words(Span(str(row.truth), TRUTH_TONE[row.truth])),
            words(Span(", ".join(row.actions), "strong"), Span(about, "quiet")),
            words(shorten(row.ground, 200)),
            words(Span(", ".join(row.clauses), "code")),
        ),
        detail=partial(row_nodes, row),
    )


def verdict_section(verdicts: Iterable[Verdict]) -> Section | None:
    """Lay out the definitions and the level reached under each."""
    rows = tuple(map(_verdict_row, verdicts))
    if not rows:
        return None
    table = Table(columns=("definition", "verdict", "what is missing"), rows=rows)
    return Section(title="How open", blocks=(table,))


def _verdict_row(verdict: Verdict) -> Row:
    return Row(
        cells=(
            words(Span(line(verdict.title), "strong")),
            words(Span(line(verdict.level) or "none", TRUTH_TONE[verdict.truth])),
            missing(verdict),
        ),
        detail=partial(verdict_nodes, verdict),
    )


def missing(verdict: Verdict) -> Words:
    """Say what is missing for the next level, and how far that is."""
    if not verdict.missing:
        return words(Span(f"score {verdict.score:g}" if verdict.score is not None else "", "quiet"))
    more = f" (+{len(verdict.missing) - 1})" if len(verdict.missing) > 1 else ""
    text = shorten(verdict.missing[0], 140) + more
    goal = f" for {line(verdict.next_level)}" if verdict.next_level else ""
    far = ""
    if verdict.distance:
        far = f" - {counted(verdict.distance, 'change')}{goal}"
    return words(text, Span(far, "quiet"))


def frame_note() -> str:
    """Say what the table of frames is about."""
    return "the Open Source Definition and the four freedoms, as each reading of “source” has them"


def frame_section(frames: FrameTable | None) -> Section | None:
    """Lay out the criteria under every frame."""
    if frames is None or not frames.rows:
        return None
    rows = tuple(
        Row(
            cells=(words(line(row.title)), *map(_frame_cell, row.cells)),
            detail=partial(_frame_nodes, row.cells),
        )
        for row in frames.rows
    )
    columns = ("criterion", *(line(frame.id).replace("-", " ") for frame in frames.frames))
    table = Table(columns=columns, rows=rows)
    marked = Line(words=words(Span("* in another sense of the word", "quiet")))
    return Section(title="What counts as source", note=frame_note(), blocks=(table, marked))


def _frame_cell(cell: FrameCell) -> Words:
    other = " *" if cell.applies not in ("applies", "does not apply") else ""
    return words(Span(str(cell.truth), TRUTH_TONE[cell.truth]), Span(other, "quiet"))


def _frame_nodes(cells: Iterable[FrameCell]) -> tuple[Node, ...]:
    return tuple(map(_frame_node, cells))


def _frame_node(cell: FrameCell) -> Node:
    said = Span(str(cell.truth), TRUTH_TONE[cell.truth])
    why = f": {line(cell.applies)} - {line(cell.why)}"
    below = tuple(map(gist_node, cell.reasons))
    return node(Span(f"{line(cell.frame)} ", "strong"), said, why, below=below)


def group_section(groups: Sequence[Group]) -> Section | None:
    """Lay out what is there for access, risk analysis and replication."""
    rows = tuple(
        Row(
            cells=(
                words(Span(line(group.title), "strong")),
                words(_titles(group.there)),
                words(str(len(group.withheld) or "")),
                words(str(len(group.missing) or "")),
            )
        )
        for group in groups
    )
    columns = ("for", "there", "kept back", "not found")
    return Section(title="For whom", blocks=(Table(columns=columns, rows=rows),)) if rows else None


def _titles(components: Iterable[Component]) -> str:
    return ", ".join(map(component_title, components))


def claim_section(claims: Sequence[Claim], most: int | None = None) -> Section | None:
    """Lay out what is said, and whether it is true; the first `most` of many."""
    if not claims:
        return None
    columns = ("judgement", "what is said", "why", "where")
    rows = tuple(map(_claim_row, claims[:most]))
    blocks: list[Line | Table] = [Table(columns=columns, rows=rows)]
    if len(rows) < len(claims):
        more = f"and {counted(len(claims) - len(rows), 'claim')} more; -v shows them"
        blocks.append(Line(words=words(Span(more, "quiet"))))
    return Section(title="Claims", blocks=tuple(blocks))


def _claim_row(claim: Claim) -> Row:
    why = claim.reasons[0].text if claim.reasons else claim.note
    where = f"{line(claim.path)}:{lines_of(claim.lines)}"
    return Row(
        cells=(
            words(Span(str(claim.judgement), JUDGEMENT_TONE[claim.judgement])),
            words(Span(f"“{shorten(claim.quote, 160)}”", "quote")),
            words(shorten(why, 200)),
            words(Span(where, "code")),
        ),
        detail=partial(claim_nodes, claim),
    )


def finding_section(findings: Iterable[Finding]) -> Section | None:
    """Lay out what to act on, gravest first."""
    rows = tuple(
        Row(
            cells=(
                words(Span(str(each.gravity), GRAVITY_TONE[each.gravity])),
                words(Span(each.code, "code")),
                words(line(each.text)),
                words(Span(places(each.sides), "code")),
            ),
            detail=partial(finding_nodes, each),
        )
        for each in findings
    )
    columns = ("gravity", "code", "finding", "where")
    return Section(title="Findings", blocks=(Table(columns=columns, rows=rows),)) if rows else None


def _gaps(gaps: Sequence[Gap]) -> Section | None:
    if not gaps:
        return None
    rows = tuple(
        Row(
            cells=(
                words(Span(shorten(gap.where, 60), "code")),
                words(line(gap.why)),
                words(Span(", ".join(map(line, gap.weakens)), "quiet")),
                words(line(gap.hint)),
            )
        )
        for gap in gaps
    )
    table = Table(columns=("where", "why", "weakens", "try"), rows=rows)
    return Section(title="What could not be read", blocks=(table,))
