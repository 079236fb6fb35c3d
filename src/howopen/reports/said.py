"""Claims and findings in text and Markdown: each with the words, the other side, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from howopen.answer import Claim, Finding, Reason
from howopen.release import Evidence
from howopen.reports.blocks import Line, Node, Section, Span, Tree, node, words
from howopen.reports.clean import counted, line, shorten
from howopen.reports.labels import (
    GRAVITY_TONE,
    JUDGEMENT_TONE,
    lines_of,
    place_of,
    places,
    short_place,
)
from howopen.reports.proof import claim_nodes, finding_nodes
from howopen.reports.view import Claims

#: A quote in brief is cut to this many characters.
BRIEF = 120


def claim_section(
    claims: Sequence[Claims], most: int | None = None, *, verbose: bool = False
) -> Section | None:
    """Lay out what is said, and whether it is true; the first `most` of many."""
    several = claiming_twice(claims)
    shown = tuple(
        _claim(each, verbose=verbose, read=words_of(each[0]) in several) for each in claims[:most]
    )
    return _section("Claims", shown, len(claims), "claim")


def finding_section(
    findings: Sequence[Finding], most: int | None = None, *, verbose: bool = False
) -> Section | None:
    """Lay out what to act on, gravest first, with both sides; a remedy is said once."""
    told: set[str] = set()
    shown = []
    for each in findings[:most]:
        below = finding_nodes(each) if verbose else _sides(each, told)
        gravity = Span(f"{each.gravity} ", GRAVITY_TONE[each.gravity])
        shown.append(node(gravity, Span(each.code, "code"), f"  {line(each.text)}", below=below))
    return _section("Findings", tuple(shown), len(findings), "finding")


def _section(title: str, shown: tuple[Node, ...], number: int, noun: str) -> Section | None:
    if not shown:
        return None
    more = f"and {counted(number - len(shown), noun)} more; -v shows them"
    rest = (Line(words=words(Span(more, "quiet"))),) if number > len(shown) else ()
    return Section(title=title, blocks=(Tree(nodes=shown), *rest))


def claim_place(claim: Claim) -> str:
    """Say where a claim stands."""
    return f"{line(claim.path)}:{lines_of(claim.lines)}" if claim.path else lines_of(claim.lines)


def words_of(claim: Claim) -> tuple[object, ...]:
    """Say which words make a claim: where they stand, and the words."""
    return (claim.path, claim.lines, claim.quote)


def claiming_twice(claims: Iterable[Claims]) -> set[tuple[object, ...]]:
    """Find the words that claim several things; what is claimed must then be said with each."""
    number = Counter(words_of(each) for alike in claims for each in alike)
    return {words for words, times in number.items() if times > 1}


def _claim(claims: Claims, *, verbose: bool, read: bool) -> Node:
    first = claims[0]
    judged = Span(f"{first.judgement}  ", JUDGEMENT_TONE[first.judgement])
    quote = Span(f"“{shorten(first.quote, 160)}”", "quote")
    where = Span(short_place(claim_place(first)), "code")
    if verbose:
        below = tuple(each for claim in claims for each in claim_nodes(claim))
    else:
        below = tuple(dict.fromkeys(each for claim in claims for each in _why(claim, read=read)))
    return node(judged, quote, "  ", where, below=below)


def _why(claim: Claim, *, read: bool) -> Iterable[Node]:
    """Say in a line what speaks for the judgement, and where the other side stands."""
    says = Span(f"{line(claim.says).rstrip('.')}: " if read and claim.says else "", "quiet")
    if claim.reasons:
        reason = claim.reasons[0]
        where = places(_others(claim, reason), 1, short=True)
        yield node(says, shorten(reason.text, 200), "  " if where else "", Span(where, "code"))
    elif claim.note:
        yield node(says, shorten(claim.note, 200))


def _others(claim: Claim, reason: Reason) -> list[Evidence]:
    cited = [each for citation in reason.citations for each in citation.evidence]
    own = (claim.path, claim.lines)
    return [each for each in (*reason.evidence, *cited) if (each.path, each.lines) != own]


def _sides(finding: Finding, told: set[str]) -> tuple[Node, ...]:
    """Show both sides: words that were not shown before with their place, else the place alone."""
    nodes, places_only = [], []
    for side in finding.sides[:4]:
        quote = shorten(side.quote, BRIEF)
        known = quote in told or shorten(side.quote, 40).rstrip("…") in line(finding.text)
        where = short_place(place_of(side))
        if not quote or known:
            places_only += [where] if where else []
            continue
        told.add(quote)
        nodes.append(node(Span(where, "code"), "  ", Span(f"“{quote}”", "quote")))
    more = f" +{len(finding.sides) - 4}" if len(finding.sides) > 4 else ""
    if places_only:
        nodes.insert(0, node(Span(", ".join(dict.fromkeys(places_only)) + more, "code")))
    elif more:
        nodes.append(node(Span(f"{more.strip()} more places", "quiet")))
    if finding.remedy and finding.remedy not in told:
        told.add(finding.remedy)
        nodes.append(node(Span("to do: ", "strong"), line(finding.remedy)))
    return tuple(nodes)
