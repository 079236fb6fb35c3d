"""How far it is to a level, why two definitions differ, what rebuilding would take: in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from howopen.answer import By, Change, Distance, Reach, Step, Truth, Verdict
from howopen.reports.blocks import Block, Line, Node, Row, Section, Span, Table, Tree, node, words
from howopen.reports.clean import counted, few, line, shorten
from howopen.reports.labels import TRUTH_TONE, component_title, places

if TYPE_CHECKING:
    from howopen.openness import Comparison, Difference, Rebuilding

#: Who can make a change, in words for a reader.
BY = {
    By.PUBLISHER: "the publisher alone",
    By.PARENT: "only the parent's licensor",
    By.DATA_OWNER: "only the data's owners",
    By.OTHERS: "only others",
    By.READER: "anyone who can tell",
    By.UNCLEAR: "not known who",
}

ALONE = {
    Truth.YES: "the publisher can do it alone",
    Truth.NO: "the publisher cannot do it alone",
    Truth.UNCLEAR: "whether the publisher can do it alone is not known",
}


def far(distance: Distance) -> str:
    """Say in brief how far it is."""
    if not distance.changes:
        return line(distance.note) or "no change is needed"
    open_ = sum(change.perhaps for change in distance.changes)
    sure = len(distance.changes) - open_
    said = [counted(sure, "change")] if sure else []
    said += [counted(open_, "thing") + " to settle"] if open_ else []
    most = "" if distance.exact else "at most "
    return f"{most}{' and '.join(said)} to “{line(distance.level)}”"


def distance_nodes(distance: Distance) -> tuple[Node, ...]:
    """Show each change with who can make it, and the way that asks nobody where there is one."""
    noted = (node(Span("but: ", "warn"), line(distance.note)),) if distance.note else ()
    nodes = [*map(_change, distance.changes), *(noted if distance.changes else ())]
    if distance.instead:
        below = tuple(map(_change, distance.instead))
        said = f"asking nobody: {counted(len(below), 'change')} instead"
        nodes.append(node(Span(said, "strong"), below=below))
    return (*nodes, *_score_nodes(distance))


def _score_nodes(distance: Distance) -> Iterable[Node]:
    """Show how high a score can be raised, and what each criterion would add to it."""
    reaches = (("the publisher alone", distance.by_publisher), ("with all others", distance.by_all))
    told = [f"{who}: {_reach(reach)}" for who, reach in reaches if reach is not None]
    if told:
        yield node(Span("how high it can go: ", "strong"), "; ".join(told))
    if distance.steps:
        steps = tuple(map(_step, distance.steps))
        yield node(Span("what each would add, most for a change first", "strong"), below=steps)


def _reach(reach: Reach) -> str:
    most = "" if reach.exact else "about "
    by = counted(reach.changes, "change or answer", "changes and answers")
    return f"{most}{reach.score:.3g} by {by}"


def _step(step: Step) -> Node:
    gain = Span(f"+{step.gain:.2g} ", "strong")
    return node(gain, f"to {step.to}: {line(step.title)}", below=tuple(map(_change, step.changes)))


def _change(change: Change) -> Node:
    some = f" ({', '.join(change.licenses)}, ...)" if change.licenses else ""
    perhaps = "if it is not so already: " if change.perhaps and change.by is not By.READER else ""
    only = "perhaps not the publisher: " if change.by is By.UNCLEAR else "only "
    by = f" - {perhaps}{only + line(change.who) if change.who else BY[change.by]}"
    return node(line(change.text), Span(some, "quiet"), Span(by, "quiet"))


def distance_section(verdicts: Iterable[Verdict]) -> Section | None:
    """Lay out how far it is to the next level of each definition."""
    nodes = tuple(
        node(
            Span(line(verdict.title), "strong"),
            f": {far(verdict.distance)}",
            Span(f"; {ALONE[verdict.distance.alone]}" if verdict.distance.changes else "", "quiet"),
            below=distance_nodes(verdict.distance),
        )
        for verdict in verdicts
        if verdict.distance is not None
    )
    note = "the smallest set of changes, and who can make each"
    return Section(title="How far", note=note, blocks=(Tree(nodes=nodes),)) if nodes else None


def comparison_blocks(found: Comparison) -> tuple[Block, ...]:
    """Lay out why two definitions differ: their verdicts, then what makes the difference."""
    verdicts = tuple(
        Row(
            cells=(
                words(Span(line(each.title), "strong")),
                words(Span(line(each.level) or "none", TRUTH_TONE[each.truth])),
                words(line(each.version)),
            )
        )
        for each in (found.first, found.second)
    )
    said = "agree on it" if found.agree else "differ on it"
    lead = words(
        Span(found.first.definition, "code"), " and ", Span(found.second.definition, "code")
    )
    blocks: list[Block] = [
        Line(words=(*lead, *words(f" {said}")), lead=True),
        Table(columns=("definition", "verdict", "version"), rows=verdicts),
    ]
    if len(found.scored) == 1:
        said = " adds up its criteria to a score: what it stumbles over costs points there, and "
        more = words(Span(found.scored[0], "code"), f"{said}decides nothing alone.")
        blocks.append(Line(words=words(*more)))
    blocks += _both(found)
    for one, other in ((found.first, found.second), (found.second, found.first)):
        own = [each for each in found.differences if each.definition == one.definition]
        blocks += [_differences(own, one.definition, other.definition)] if own else []
    if found.note:
        text = f"No single criterion makes the difference: {line(found.note)}."
        blocks.append(Line(words=words(text)))
    elif not found.differences:
        blocks.append(Line(words=words("Neither stumbles over what the other accepts.")))
    return tuple(blocks)


def _both(found: Comparison) -> Iterable[Line]:
    """Say what both stumble over: first what surely fails in both."""
    unclear = [pair for pair in found.shared if pair not in found.failed]
    for said, pairs in (("Both fail", found.failed), ("Unclear to both", unclear)):
        if pairs:
            yield Line(words=words(Span(f"{said}: ", "strong"), f"{_pairs(pairs)}."))


def _pairs(shared: Iterable[tuple[str, str]]) -> str:
    """Name what both stumble over, by the words of either where they differ."""
    found: dict[str, list[str]] = {}
    for first, second in shared:
        found.setdefault(first, []).append(second)
    return "; ".join(
        first if first in others else f"{first} ({', '.join(dict.fromkeys(others))})"
        for first, others in found.items()
    )


def _differences(own: Iterable[Difference], one: str, other: str) -> Section:
    nodes = tuple(map(_difference, own))
    return Section(title=f"What only {one} stumbles over", blocks=(Tree(nodes=nodes),))


def _difference(each: Difference) -> Node:
    why = [node(line(reason.text), _where(reason.evidence)) for reason in each.reasons[:3]]
    asks = [
        node(
            Span(f"{each.other} asks instead: ", "strong"),
            f"{line(item.title)} - ",
            Span(str(item.truth), TRUTH_TONE[item.truth]),
        )
        for item in each.otherwise
    ]
    if not asks:
        asks = [node(Span(f"{each.other} does not ask about it", "quiet"))]
    truth = Span(str(each.truth), TRUTH_TONE[each.truth])
    counts = {0.5: " - counts half", 0.0: " - counts nothing"}.get(each.score, "")  # type: ignore[arg-type]  # None is unclear
    return node(truth, f"  {line(each.title)}", Span(counts, "quiet"), below=(*why, *asks))


def _where(evidence: Iterable[object]) -> Span:
    found = places(tuple(evidence))  # type: ignore[arg-type]
    return Span(f"  {found}" if found else "", "code")


def rebuild_section(found: Rebuilding | None, *, verbose: bool = False) -> Section | None:
    """Lay out whether the public could build it again: what is there, what blocks, what it cost."""
    if found is None or found.truth is Truth.NA:
        return None
    shown = [item for item in found.ingredients if verbose or item.need == "must"]
    rows = tuple(
        Row(
            cells=(
                words(Span(component_title(item.component), "strong")),
                words(Span(str(item.truth), TRUTH_TONE[item.truth])),
                words(shorten(item.state, 120)),
                words(Span(item.purpose, "quiet")),
            )
        )
        for item in shown
    )
    lead = Line(
        words=words(Span(str(found.truth), TRUTH_TONE[found.truth]), f" - {line(found.says)}")
    )
    table = Table(columns=("it takes", "to be had", "as found", "what for"), rows=rows)
    blocks: list[Line | Table] = [lead, table]
    helps = [item for item in found.ingredients if item.need == "helps"]
    if not verbose and helps:
        there = [component_title(each.component) for each in helps if each.truth is Truth.YES]
        short = [component_title(each.component) for each in helps if each.truth is not Truth.YES]
        text = f"would help: there: {', '.join(there) or 'none'}; not: {few(short, 6) or 'none'}"
        blocks.append(Line(words=words(Span(text, "quiet"))))
    blocks += _costs(found)
    return Section(title="Could the public build it again", blocks=tuple(blocks))


def _costs(found: Rebuilding) -> list[Line | Table]:
    """Say what training cost where the release states it; else that it does not."""
    if not found.costs:
        said = "what training cost is not stated where we looked"
        if found.unread:
            said = f"no amount was recognised in {places(found.unread)}"
        return [Line(words=words(Span(said, "quiet")))]
    rows = tuple(
        Row(
            cells=(
                words(line(", ".join(cost.what))),
                words(Span(f"“{shorten(cost.quote, 160)}”", "quote")),
                words(Span(places((cost.evidence,)), "code")),
            )
        )
        for cost in found.costs
    )
    return [Table(columns=("it cost", "as stated", "where"), rows=rows)]
