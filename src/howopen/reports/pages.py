"""The pages of `explain` and of `rights --publishing`, as blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    node,
    words,
)
from howopen.reports.clean import line
from howopen.reports.explain import Explanation
from howopen.reports.labels import TRUTH_TONE
from howopen.reports.proof import citation_node, quoted_once, reason_node
from howopen.reports.rights import trigger_label, untold
from howopen.reports.sections import ADVICE

if TYPE_CHECKING:
    from howopen.rights.binding import TermsOn
    from howopen.rights.publishing import Publishing


def explanation_blocks(found: Explanation) -> tuple[Block, ...]:
    """Lay out what a term means."""
    kind = Span(f" ({found.kind})", "quiet")
    lead = words(Span(line(found.term), "strong"), f" - {line(found.title)}", kind)
    blocks: list[Block] = [Line(words=lead, lead=True)]
    blocks += [Line(words=words(line(each))) for each in found.says]
    if found.rows:
        rows = tuple(
            Row(cells=(words(Span(line(name), "code")), words(line(says))))
            for name, says in found.rows
        )
        blocks.append(Table(columns=("", ""), rows=rows))
    if found.source:
        blocks.append(Line(words=words(Span(f"source: {line(found.source)}", "quiet"))))
    return tuple(blocks)


def publishing_blocks(found: Publishing) -> tuple[Block, ...]:
    """Lay out what publishing a derivative takes: licenses for it, terms that reach it, duties."""
    truth = Span(str(found.truth), TRUTH_TONE[found.truth])
    says = untold(found.headline, found.truth)
    blocks: list[Block] = [Line(words=words(truth, f" {says}"), lead=True)]
    parts: tuple[tuple[str, tuple[Node, ...]], ...] = (
        ("May be published under", _choices(found)),
        ("Terms that reach it", tuple(map(_terms, found.terms))),
        ("Must go with it", _duties(found)),
        ("Why", tuple(map(reason_node, found.reasons))),
        ("Also", tuple(node(line(each)) for each in found.notes)),
    )
    shown: set[object] = set()
    blocks += [
        Section(title=title, blocks=(Tree(nodes=quoted_once(nodes, shown)),))
        for title, nodes in parts
        if nodes
    ]
    return (*blocks, Line(words=words(Span("\n" + ADVICE, "quiet"))))


def _choices(found: Publishing) -> tuple[Node, ...]:
    choices = ", ".join(map(line, found.licenses)) or "nothing that can be named"
    return (node(Span(choices, "strong"), f": {line(found.why)}" if found.why else ""),)


def _terms(terms: TermsOn) -> Node:
    tones: dict[str, Tone] = {"yes": "warn", "no": "good"}
    reached = Span(f"reaches it: {terms.reached}", tones.get(terms.reached, ""))
    below = tuple(map(citation_node, terms.citations))
    return node(
        Span(line(terms.license), "code"), "  ", reached, f" - {line(terms.text)}", below=below
    )


def _duties(found: Publishing) -> tuple[Node, ...]:
    return tuple(
        node(
            line(duty.text),
            Span(f" ({trigger_label(duty.trigger)})", "quiet"),
            below=tuple(map(citation_node, duty.citations)),
        )
        for duty in found.duties
    )
