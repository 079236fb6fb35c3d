"""Reasons, clauses and evidence as a tree: the proof, rendered the same way everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from howopen.answer import Answer, Citation, Claim, Criterion, Finding, Reason, Verdict
from howopen.release import Evidence, How
from howopen.reports.blocks import Node, Span, node, plain
from howopen.reports.clean import line, shorten
from howopen.reports.distances import ALONE, distance_nodes
from howopen.reports.labels import HOW, TRUTH_TONE, place_of, places
from howopen.reports.parts import PartRow
from howopen.reports.rights import RightRow, ref_label, trigger_label

#: A quote in a proof is cut to this many characters; the place says where the rest is.
QUOTE = 320


def quote_node(evidence: Evidence) -> Node:
    """Show one sighting: the words, where they stand, how they were seen."""
    where = place_of(evidence)
    if evidence.how is How.SEARCHED:
        return node(Span("looked for ", "quiet"), shorten(evidence.quote, QUOTE))
    named = evidence.how is How.FILENAME and line(evidence.quote) == where
    quote = f"“{shorten(evidence.quote, QUOTE)}”" if evidence.quote.strip() and not named else ""
    how = f"  ({HOW[evidence.how]})"
    return node(
        Span(where, "code"),
        "  " if where and quote else "",
        Span(quote, "quote"),
        Span(how, "quiet"),
    )


def evidence_nodes(evidence: Iterable[Evidence], most: int = 8) -> tuple[Node, ...]:
    """Show the first sightings, and say how many more there are."""
    found = list(dict.fromkeys(evidence))
    nodes = [quote_node(each) for each in found[:most]]
    if len(found) > most:
        nodes.append(node(Span(f"and {len(found) - most} more places", "quiet")))
    return tuple(nodes)


def citation_node(citation: Citation) -> Node:
    """Show a clause: its reference, our sentence, and its words or where they are published."""
    below = list(evidence_nodes(_sightings(citation)))
    if citation.via:
        below.append(node(Span("via ", "quiet"), line(citation.via)))
    if not citation.quote:
        said = "the text is not in this release"
        below.append(
            node(
                Span(said + (": " if citation.url else ""), "quiet"),
                Span(line(citation.url), "link"),
            )
        )
    return node(Span(ref_label(citation), "code"), "  ", line(citation.says), below=tuple(below))


def _sightings(citation: Citation) -> tuple[Evidence, ...]:
    """Choose what to quote: the clause's words once, or the places where they stand."""
    seen = [each for each in citation.evidence if each.how is not How.KNOWN]
    if citation.quote and not any(each.quote for each in seen):
        return tuple(seen) or (Evidence(how=How.LICENSE_TEXT, source="", quote=citation.quote),)
    return tuple(seen)


#: A line longer than this is cut when it is shown for the second time.
LONG = 160


def quoted_once(nodes: Iterable[Node], shown: set[object]) -> tuple[Node, ...]:
    """Leave out what the page has shown before: the words of a quote, the proof below a sentence.

    Args:
        nodes: lines of a proof.
        shown: what was shown so far; what is shown now is added.
    """
    return tuple(_once(each, shown) for each in nodes)


def _once(whole: Node, shown: set[object]) -> Node:
    quotes = [span.text for span in whole.words if span.tone == "quote"]
    known = bool(quotes) and shown.issuperset(quotes)
    again = whole in shown and bool(whole.below or len(plain(whole.words)) > LONG)
    shown.update(quotes, (whole,))
    if known and whole.words[0].tone == "code":
        return node(whole.words[0], Span("  quoted above", "quiet"))
    if again:
        said = shorten(plain(whole.words), LONG)
        return node(said, Span("  as above", "quiet"))
    return Node(words=whole.words, below=quoted_once(whole.below, shown))


def reason_node(reason: Reason) -> Node:
    """Show a sentence and everything below it."""
    below = (
        *map(citation_node, reason.citations),
        *evidence_nodes(reason.evidence),
        *map(reason_node, reason.because),
    )
    return node(line(reason.text), below=below)


def answer_nodes(answer: Answer) -> tuple[Node, ...]:
    """Show the whole proof of an answer: why, on which conditions, owing what, at what risk."""
    nodes = list(map(reason_node, answer.reasons))
    for condition in answer.conditions:
        below = tuple(map(citation_node, condition.citations))
        nodes.append(
            node(Span("if: ", "strong"), line(condition.text).removeprefix("if "), below=below)
        )
    for duty in answer.duties:
        below = tuple(map(citation_node, duty.citations))
        due = f"  ({trigger_label(duty.trigger)})"
        nodes.append(
            node(Span("you must: ", "strong"), line(duty.text), Span(due, "quiet"), below=below)
        )
    for risk in answer.risks:
        below = (*map(citation_node, risk.citations), *evidence_nodes(risk.evidence))
        nodes.append(node(Span("risk: ", "strong"), line(risk.text), below=below))
    nodes += [node(Span("footing: ", "strong"), line(text)) for text in answer.footing]
    nodes += [node(Span("would settle it: ", "strong"), line(text)) for text in answer.settles]
    return tuple(nodes)


def row_nodes(row: RightRow) -> tuple[Node, ...]:
    """Show the proof of actions answered alike: what they share, then what is only some actions'.

    Each line stands once, under the actions it belongs to.
    """
    proofs = [answer_nodes(answer) for answer in row.answers]
    owners: dict[tuple[int, ...], list[Node]] = {}
    for each in dict.fromkeys(node_ for proof in proofs for node_ in proof):
        whose = tuple(index for index, proof in enumerate(proofs) if each in proof)
        owners.setdefault(whose, []).append(each)
    shared = owners.pop(tuple(range(len(proofs))), [])
    return (*shared, *(_own(row, whose, below) for whose, below in owners.items()))


def _own(row: RightRow, whose: tuple[int, ...], below: list[Node]) -> Node:
    titles = ", ".join(row.actions[index] for index in whose)
    says = line(row.answers[whose[0]].headline) if len(whose) == 1 else ""
    return node(Span(f"{titles}: ", "strong"), says, below=tuple(below))


def gist_node(reason: Reason, depth: int = 2) -> Node:
    """Show a sentence with the clauses and places it rests on, without their words."""
    refs = ", ".join(dict.fromkeys(ref_label(each) for each in reason.citations[:4]))
    where = places(reason.evidence)
    rests = "  ".join(filter(None, (refs, where)))
    below = tuple(gist_node(each, depth - 1) for each in reason.because[:6]) if depth else ()
    return node(line(reason.text), "  " if rests else "", Span(rests, "code"), below=below)


def criterion_node(criterion: Criterion) -> Node:
    """Show a criterion of a definition, judged."""
    score = "" if criterion.score is None else f"  {criterion.score:g}"
    below = (
        *map(reason_node, criterion.reasons),
        *(node(Span("missing: ", "strong"), line(each)) for each in criterion.missing),
    )
    return node(
        Span(str(criterion.truth), TRUTH_TONE[criterion.truth]),
        f"  {line(criterion.title)}",
        Span(score, "quiet"),
        below=below,
    )


def verdict_nodes(verdict: Verdict) -> tuple[Node, ...]:
    """Show all criteria of a verdict and what is missing for the next level."""
    nodes = list(map(criterion_node, verdict.criteria))
    if verdict.distance is not None and verdict.distance.changes:
        way = Span(f"the way to “{line(verdict.distance.level)}”: ", "strong")
        alone = ALONE[verdict.distance.alone]
        return (node(way, alone, below=distance_nodes(verdict.distance)), *nodes)
    goal = line(verdict.next_level) or "it"
    nodes += [node(Span(f"for {goal}: ", "strong"), line(each)) for each in verdict.missing]
    return tuple(nodes)


def claim_nodes(claim: Claim) -> tuple[Node, ...]:
    """Show what speaks for the judgement of a claim."""
    nodes = list(map(reason_node, claim.reasons))
    nodes += evidence_nodes(claim.evidence)
    if claim.note:
        nodes.append(node(Span("not judged: ", "quiet"), line(claim.note)))
    return tuple(nodes)


def finding_nodes(finding: Finding) -> tuple[Node, ...]:
    """Show both sides of a finding and what would mend it."""
    nodes = list(evidence_nodes(finding.sides))
    if finding.remedy:
        nodes.append(node(Span("to do: ", "strong"), line(finding.remedy)))
    return tuple(nodes)


def part_nodes(row: PartRow) -> tuple[Node, ...]:
    """Show where parts were seen, where their terms were, and what their headers say."""
    nodes = list(evidence_nodes(row.where, 4))
    if row.license_where:
        nodes.append(node(Span("terms: ", "strong"), below=evidence_nodes(row.license_where, 4)))
    facts = dict.fromkeys((fact.name, fact.value) for part in row.parts for fact in part.facts)
    nodes += [node(Span(f"{line(name)}: ", "strong"), line(value)) for name, value in facts]
    urls = dict.fromkeys(url for part in row.parts for url in part.urls)
    nodes += [node(Span(line(url), "link")) for url in urls]
    return tuple(nodes)
