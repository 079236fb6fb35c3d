"""What is left of a release without its publisher, laid out."""

from __future__ import annotations

from howopen.answer import Truth
from howopen.reports.blocks import Block, Line, Node, Section, Span, Tree, node, words
from howopen.reports.clean import line
from howopen.reports.labels import TRUTH_TONE, places
from howopen.reports.proof import citation_node, quoted_once
from howopen.reports.rights import untold
from howopen.rights.survival import Stay, Survival

TITLE = "Without its publisher"


def survival_blocks(found: Survival) -> tuple[Block, ...]:
    """Lay out the whole page of `rights --survival`."""
    truth = Span(str(found.truth), TRUTH_TONE[found.truth])
    about = Span(f"  {line(found.variant)}", "quiet") if found.variant else Span("")
    lead = Line(words=words(truth, f" {untold(found.headline, found.truth)}", about), lead=True)
    return (lead, *filter(None, (survival_section(found, title="What decides it"),)))


def survival_section(found: Survival | None, *, title: str = TITLE) -> Section | None:
    """Lay out what decides it; None where there are no weights to speak of."""
    if found is None or found.truth is Truth.NA:
        return None
    return Section(title=title, blocks=(Tree(nodes=survival_nodes(found)),))


def survival_nodes(found: Survival) -> tuple[Node, ...]:
    """Make a node of each thing that decides it, of other owners, and of how permissions end."""
    nodes = [_stay(one) for one in found.stays]
    if found.depends_on:
        below = tuple(node(line(one)) for one in found.depends_on)
        nodes.append(node(Span("it also hangs on the word of", "strong"), below=below))
    if found.ends:
        below = tuple(node(line(one)) for one in found.ends)
        nodes.append(
            node(Span("how permissions end, and what is owed then", "strong"), below=below)
        )
    return tuple(quoted_once(nodes, set()))


def _stay(one: Stay) -> Node:
    truth = Span(str(one.truth), TRUTH_TONE[one.truth])
    seen = places(one.evidence)
    return node(
        Span(f"{line(one.asks)}: ", "strong"),
        truth,
        f" - {line(one.text)}",
        Span(f"  {seen}" if seen else "", "code"),
        below=tuple(map(citation_node, one.citations[:3])),
    )
