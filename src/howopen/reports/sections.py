"""A report as the sections of a page in text and Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from howopen.answer import Distance, Truth, Verdict
from howopen.release import Component, Gap, Part, Presence
from howopen.reports.blocks import (
    Block,
    Line,
    Node,
    Row,
    Section,
    Span,
    Table,
    Tree,
    Words,
    node,
    words,
)
from howopen.reports.clean import counted, line, shorten
from howopen.reports.distances import distance_section, far, rebuild_section
from howopen.reports.headline import alert, headline
from howopen.reports.labels import (
    TRUTH_TONE,
    component_title,
    places,
    presence_tone,
)
from howopen.reports.parts import PartRow, looked, part_title
from howopen.reports.proof import evidence_nodes, gist_node, part_nodes, row_nodes, verdict_nodes
from howopen.reports.rights import RightGroup, RightRow
from howopen.reports.said import claim_section, finding_section
from howopen.reports.survival import survival_section
from howopen.reports.view import KinRow, Page, page

if TYPE_CHECKING:
    from howopen.kinship.result import Kinship
    from howopen.openness import FrameTable, Group
    from howopen.openness.frames import FrameCell
    from howopen.report import Report

#: More claims, findings or relations than this are shown with `verbose` only; the worst come first.
MOST = 12

#: What every page says once.
ADVICE = "What the texts say, with where they say it; not legal advice."


def report_blocks(report: Report, *, verbose: bool = False) -> tuple[Block, ...]:
    """Lay a report out: the verdict, then why; groups and frames only with `verbose`."""
    seen = page(report)
    facts = "  ·  ".join(f"{name} {value}" for name, value in seen.facts)
    blocks: list[Block] = [
        Line(words=headline(report), lead=True),
        *(Line(words=each) for each in (alert(report.findings),) if each),
        Line(words=words(Span(facts, "quiet"))),
    ]
    most = None if verbose else MOST
    blocks += filter(None, (_components(seen), _kin(seen.kin, most), _weights(report.kinships)))
    blocks += filter(None, (_rights(seen.rights),))
    if verbose:
        blocks += filter(None, (survival_section(report.survival),))
    blocks += filter(None, (verdict_section(seen.verdicts),))
    if verbose:
        blocks += filter(None, (distance_section(seen.verdicts), group_section(report.groups)))
        blocks += filter(None, (rebuild_section(report.rebuilding, verbose=True),))
        blocks += filter(None, (frame_section(report.frame_table),))
    claims = claim_section(seen.claims, most, verbose=verbose)
    blocks += filter(None, (claims, finding_section(seen.findings, most, verbose=verbose)))
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


def _weights(kinships: Sequence[Kinship]) -> Section | None:
    """Say what the weights show of each parent at hand."""
    if not kinships:
        return None
    from howopen.reports.kin import headline as verdict  # noqa: PLC0415 - only where they were read
    from howopen.reports.kin import price  # noqa: PLC0415

    nodes = tuple(
        node(
            Span(str(each.verdict), "strong"),
            f": {verdict(each)}",
            Span(f" ({price(each)})", "quiet"),
            below=tuple(node(line(why)) for why in (*each.reasons, *each.caveats)),
        )
        for each in kinships
    )
    return Section(title="Weights", blocks=(Tree(nodes=nodes),))


def _part_row(row: PartRow) -> Row:
    some = f" ({shorten(part_title(row), 200)})" if row.names else ""
    inherited = Span(" (inherited)", "quiet") if row.inherited else ""
    where = places(row.license_where or row.where, 1, short=True)
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


def _kin(kin: Sequence[KinRow], most: int | None) -> Section | None:
    if not kin:
        return None
    rows = tuple(
        Row(
            cells=(
                words(row.who),
                words(f"{row.how} ", Span(row.whom, "strong")),
                words(Span(str(row.relation.standing), "quiet")),
                words(Span(places(row.relation.evidence, 1, short=True), "code")),
            ),
            detail=partial(evidence_nodes, row.relation.evidence),
        )
        for row in kin[:most]
    )
    table = Table(columns=("what", "is", "known", "where"), rows=rows)
    return Section(title="Lineage", blocks=(table, *_more(len(kin) - len(rows), "relation")))


def _more(number: int, noun: str) -> tuple[Line, ...]:
    said = f"and {counted(number, noun)} more; -v shows them"
    return (Line(words=words(Span(said, "quiet"))),) if number > 0 else ()


def _rights(rights: Sequence[RightGroup]) -> Section | None:
    if not rights:
        return None
    note = "if nothing is known of you"
    return Section(title="What you may do", note=note, blocks=right_tables(rights))


def right_tables(groups: Iterable[RightGroup]) -> tuple[Line | Table, ...]:
    """Lay out the table of each group of models, each under a line that names them."""
    blocks: list[Line | Table] = []
    for group in groups:
        if group.title:
            terms = f" - {group.terms}" if group.terms else ""
            gap = "\n" if blocks else ""
            blocks.append(Line(words=words(gap, Span(group.title, "strong"), Span(terms, "quiet"))))
        rows = tuple(map(right_row, group.rows))
        columns = ("answer", "may you", "on what ground", "clause")
        blocks.append(Table(columns=columns, rows=rows))
    return tuple(blocks)


def right_row(row: RightRow) -> Row:
    """Lay out actions that get the same answer."""
    about = f" ({row.about})" if row.about else ""
    return Row(
        cells=(
            words(Span(str(row.truth), TRUTH_TONE[row.truth])),
            words(Span(row.asked, "strong"), Span(about, "quiet")),
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
    if verdict.distance is not None and verdict.distance.changes:
        return _distance(verdict.distance)
    if not verdict.missing:
        return words(Span(f"score {verdict.score:g}" if verdict.score is not None else "", "quiet"))
    more = f" (+{len(verdict.missing) - 1})" if len(verdict.missing) > 1 else ""
    return words(shorten(verdict.missing[0], 140) + more)


def _distance(distance: Distance) -> Words:
    """Say how far it is, who can go there, and the first change."""
    first = shorten(distance.changes[0].text, 100)
    more = f" (+{len(distance.changes) - 1})" if len(distance.changes) > 1 else ""
    others = {Truth.YES: "", Truth.NO: ", not alone", Truth.UNCLEAR: ", perhaps not alone"}
    by = Span(others[distance.alone], "warn")
    return words(Span(far(distance), "strong"), by, f": {first}{more}")


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
                words(_titles(group.missing)),
                words(_titles(group.withheld)),
            )
        )
        for group in groups
    )
    columns = ("for", "there", "not found", "kept back or none")
    return Section(title="For whom", blocks=(Table(columns=columns, rows=rows),)) if rows else None


def _titles(components: Iterable[Component]) -> str:
    return ", ".join(map(component_title, components))


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
