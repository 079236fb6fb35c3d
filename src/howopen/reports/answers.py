"""The pages of the other commands: one answer, a license, verdicts, claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from howopen.answer import Answer, Citation, Claim, Condition, Depth, Duty
from howopen.release import Departure, LicenseReading, Sign
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
from howopen.reports.distances import comparison_blocks, distance_section, rebuild_section
from howopen.reports.labels import (
    JUDGEMENT_TONE,
    TRUTH_TONE,
    license_id,
    lines_of,
    places,
)
from howopen.reports.proof import (
    answer_nodes,
    citation_node,
    quoted_once,
    reason_node,
)
from howopen.reports.rights import (
    MOST_CLAUSES,
    about_label,
    action_title,
    conditions_of,
    models_label,
    right_groups,
    trigger_label,
    untold,
)
from howopen.reports.said import claim_section
from howopen.reports.sections import (
    ADVICE,
    frame_section,
    group_section,
    right_tables,
    verdict_section,
)
from howopen.reports.view import claim_groups

if TYPE_CHECKING:
    from howopen.report import Opened

_ADVICE = Line(words=words(Span("\n" + ADVICE, "quiet")))


def answer_blocks(answer: Answer, *, verbose: bool = False) -> tuple[Block, ...]:
    """Lay out an answer: the verdict, then why, on which conditions, owing what, at what risk."""
    about = ", ".join(filter(None, (about_label(answer), models_label(answer))))
    asked = action_title(answer.action) + (f" ({about})" if about else "")
    says = untold(answer.headline, answer.truth)
    lead = words(
        Span(str(answer.truth), TRUTH_TONE[answer.truth]), " - ", Span(asked, "strong"), ": ", says
    )
    blocks: list[Block] = [Line(words=lead, lead=True)]
    blocks += _coarse(answer)
    if verbose:
        blocks.append(Section(title="Proof", blocks=(Tree(nodes=answer_nodes(answer)),)))
    else:
        blocks += _brief(answer)
    return (*blocks, _ADVICE)


def _coarse(answer: Answer) -> list[Block]:
    if answer.reading is Depth.CLAUSE:
        return []
    said = "read coarsely: from the class of the terms and patterns in them, not clause by clause"
    return [Line(words=words(Span(said, "warn")))]


def _brief(answer: Answer) -> list[Block]:
    """Show each part of an answer with its clauses, but not the tree below them."""
    parts: tuple[tuple[str, tuple[Node, ...]], ...] = (
        ("Why", tuple(_reason(each.text, reason_node(each)) for each in answer.reasons)),
        ("If", tuple(map(_condition, conditions_of(answer)))),
        (
            "You must",
            tuple(_duty(each) for each in answer.duties),
        ),
        ("At risk", tuple(_item(each.text, each.citations) for each in answer.risks)),
        ("What would settle it", tuple(node(line(each)) for each in answer.settles)),
        ("On which footing", tuple(node(line(each)) for each in answer.footing)),
    )
    shown: set[object] = set()
    return [
        Section(title=title, blocks=(Tree(nodes=quoted_once(nodes, shown)),))
        for title, nodes in parts
        if nodes
    ]


def _reason(text: str, whole: Node) -> Node:
    """Keep the first two levels of a proof."""
    below = tuple(Node(words=each.words, below=_leaves(each)) for each in whole.below[:4])
    return node(line(text), below=below)


def _leaves(each: Node) -> tuple[Node, ...]:
    return tuple(Node(words=leaf.words) for leaf in each.below[:2])


def _item(text: str, citations: Sequence[Citation]) -> Node:
    return node(line(text), below=_cited(citations))


def _condition(condition: Condition) -> Node:
    """Show a condition under the title `if`."""
    return _item(condition.text.removeprefix("if "), condition.citations)


def _cited(citations: Sequence[Citation]) -> tuple[Node, ...]:
    """Show the first clauses, and say how many more `-v` shows."""
    shown = tuple(map(citation_node, citations[:MOST_CLAUSES]))
    more = len(citations) - MOST_CLAUSES
    rest = node(Span(f"and {counted(more, 'clause')} more; -v shows them", "quiet"))
    return (*shown, rest) if more > 0 else shown


def _duty(duty: Duty) -> Node:
    due = Span(f" ({trigger_label(duty.trigger)})", "quiet")
    return node(line(duty.text), due, below=_cited(duty.citations))


def rights_blocks(answers: Iterable[Answer]) -> tuple[Block, ...]:
    """Lay out the table of all actions."""
    return (*right_tables(right_groups(answers)), _ADVICE)


def license_blocks(reading: LicenseReading, *, verbose: bool = False) -> tuple[Block, ...]:
    """Lay out a license: which, which edition, every departure; with `verbose` every clause."""
    return (
        *_identity(reading),
        *_departures(reading.departures),
        *_signs(reading.signs),
        *_clauses(reading, verbose=verbose),
    )


def _identity(reading: LicenseReading) -> Iterable[Block]:
    state: Words = ()
    if reading.modified is not None:
        said = Span("modified", "warn") if reading.modified else Span("unmodified", "good")
        state = words(" - ", said)
    if reading.license is None:
        lead = words(Span("unknown", "warn"), f" - {license_id(reading)}")
    else:
        name = line(reading.name)
        lead = words(Span(license_id(reading), "strong"), f" - {name}" if name else "", *state)
    yield Line(words=lead, lead=True)
    facts = [f"known from its {reading.via}"]
    if reading.similarity:
        facts.append(f"{_share(reading)} of words in common with the published text")
    where = places(reading.evidence, 1)
    facts += [where] if where else []
    yield Line(words=words(Span("  ·  ".join(facts), "quiet")))
    if reading.why:
        yield Line(words=words(line(reading.why)))
    if reading.near:
        near = ", ".join(map(line, reading.near))
        yield Line(words=words(Span("near: ", "strong"), near))


def _share(reading: LicenseReading) -> str:
    """Say the similarity; a changed text is never said to be the same, however little changed."""
    most = 0.999 if reading.modified else 1.0
    return f"{min(reading.similarity, most):.1%}"


def _departures(departures: Sequence[Departure]) -> Iterable[Block]:
    if departures:
        rows = tuple(
            Row(
                cells=(
                    words(Span(line(each.clause or "outside"), "code")),
                    words(lines_of(each.lines)),
                    words(Span(shorten(each.before, 240) or "(nothing)", "bad")),
                    words(Span(shorten(each.after, 240) or "(deleted)", "good")),
                )
            )
            for each in departures
        )
        table = Table(columns=("clause", "lines", "published", "here"), rows=rows)
        note = counted(len(departures), "place")
        yield Section(title="Departures from the published text", note=note, blocks=(table,))


def _signs(signs: Sequence[Sign]) -> Iterable[Block]:
    if not signs:
        return
    rows = tuple(
        Row(
            cells=(
                words(Span(each.kind, "strong")),
                words(lines_of(each.lines)),
                words(line(each.value)),
                words(Span(f"“{shorten(each.quote, 240)}”", "quote")),
            )
        )
        for each in signs
    )
    table = Table(columns=("sign of", "lines", "what", "words"), rows=rows)
    note = "found by patterns; nobody has read this text clause by clause"
    yield Section(title="Signs of terms, on a coarse reading", note=note, blocks=(table,))


def _clauses(reading: LicenseReading, *, verbose: bool) -> Iterable[Block]:
    if not reading.clauses:
        return
    if not verbose:
        said = f"{counted(len(reading.clauses), 'clause')} found in the text; -v lists them"
        yield Line(words=words(Span(said, "quiet")))
        return
    rows = tuple(
        Row(
            cells=(
                words(Span(line(each.ref), "code")),
                words(lines_of(each.lines)),
                words(Span(f"“{shorten(each.quote, 300)}”", "quote")),
            )
        )
        for each in reading.clauses
    )
    table = Table(columns=("clause", "lines", "words"), rows=rows)
    yield Section(title="Clauses", blocks=(table,))


def open_blocks(found: Opened, *, verbose: bool = False) -> tuple[Block, ...]:
    """Lay out verdicts, how far it is, the groups, rebuilding and the frames; or a comparison."""
    if found.comparison is not None:
        return comparison_blocks(found.comparison)
    sections = (
        verdict_section(found.verdicts.values()),
        distance_section(found.verdicts.values()),
        group_section(found.groups),
        rebuild_section(found.rebuilding, verbose=verbose),
        frame_section(found.frame_table),
    )
    return tuple(each for each in sections if each is not None)


def claim_blocks(claims: Sequence[Claim]) -> tuple[Block, ...]:
    """Lay out claims: how many of each judgement, then each with what speaks for it."""
    tally = [claim.judgement for claim in claims]
    parts: list[str | Span] = [Span(counted(len(claims), "claim"), "strong")]
    for judgement in dict.fromkeys(tally):
        said = f"{tally.count(judgement)} {judgement}"
        parts += [", " if len(parts) > 1 else ": ", Span(said, JUDGEMENT_TONE[judgement])]
    section = claim_section(claim_groups(claims))
    assert section is not None  # noqa: S101 - there is a claim
    return (Line(words=words(*parts), lead=True), *section.blocks)
