"""Whether the public could build the model again: what there is, what blocks it, what it costs.

The answer is no where something that it cannot do without is kept back, yes where all of that can
be had by anyone, and unclear where something was not found or only said to be somewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from howopen.answer import Truth
from howopen.knowledge import Knowledge
from howopen.knowledge.components import pattern
from howopen.knowledge.rebuild import Need, rebuild_of
from howopen.openness.logic import all_of
from howopen.openness.view import FOUND, named_apart, said
from howopen.openness.words import name_of, some
from howopen.release import (
    Access,
    Component,
    Evidence,
    How,
    Noun,
    Part,
    Presence,
    Release,
    ReleaseKind,
)

#: so many lines that state a cost are shown
MOST_COSTS = 6

#: a line that states a cost is cut to this many characters
MOST_CHARS = 240


class Ingredient(Noun, frozen=True, kw_only=True):
    """One thing that building the model again takes.

    Attributes:
        component: what.
        need: `must` or `helps`.
        purpose: what it is needed for.
        truth: whether anyone can have it.
        state: in words: what there is, and under which terms.
        blocks: what stands in the way; empty where nothing does.
        evidence: where it was seen.
    """

    component: Component
    need: str
    purpose: str
    truth: Truth
    state: str
    blocks: str = ""
    evidence: tuple[Evidence, ...] = ()


class Cost(Noun, frozen=True, kw_only=True):
    """What the release states of hardware, compute or emissions: the kinds, the words, where."""

    what: tuple[str, ...]
    quote: str
    evidence: Evidence


class Rebuilding(Noun, frozen=True, kw_only=True):
    """Whether the public could build the model again.

    Attributes:
        truth: yes, no or unclear; n/a for what is no model.
        says: in one sentence, with what decides it.
        ingredients: what it takes, what cannot be done without first.
        costs: what the release states of hardware and compute.
        unread: where costs are stated that were not read.
    """

    truth: Truth
    says: str
    ingredients: tuple[Ingredient, ...] = ()
    costs: tuple[Cost, ...] = ()
    unread: tuple[Evidence, ...] = ()


def rebuilding(
    release: Release,
    knowledge: Knowledge,
    *,
    texts: Mapping[str, str] | None = None,
    variant: str | None = None,
) -> Rebuilding:
    """Tell whether the public could build a model again, and what blocks it.

    Args:
        release: with the terms on its parts.
        knowledge: what is needed for it.
        texts: the texts of its documents by path, to read what it cost.
        variant: only this model of several.
    """
    if release.kind is ReleaseKind.DATASET:
        return Rebuilding(truth=Truth.NA, says="a data set is collected, not trained")
    table = rebuild_of(knowledge)
    needs = sorted(table.needs.items(), key=lambda item: item[1].need != "must")
    parts = [p for p in release.parts if variant is None or p.variant in {None, variant}]
    found = tuple(_ingredient(Component(name), need, parts) for name, need in needs)
    must = [item for item in found if item.need == "must"]
    truth = all_of([item.truth for item in must])
    costs, unread = _costs(parts, knowledge, texts or {})
    return Rebuilding(
        truth=truth, says=_says(truth, must), ingredients=found, costs=costs, unread=unread
    )


def _says(truth: Truth, must: Iterable[Ingredient]) -> str:
    if truth is Truth.YES:
        return "everything that it cannot be rebuilt without can be had"
    names = [name_of(item.component) for item in must if item.truth is truth]
    if truth is Truth.NO:
        return f"the public cannot build it again: {some(names)} cannot be had"
    return f"whether the public can build it again is open: {some(names)} not found or not tried"


def _ingredient(component: Component, need: Need, parts: Iterable[Part]) -> Ingredient:
    own = [part for part in parts if part.component is component]
    there = named_apart(part for part in own if part.presence in FOUND)
    truth, state, blocks = _state(there) if there else _absent(own, component)
    return Ingredient(
        component=component,
        need=need.need,
        purpose=need.purpose,
        truth=truth,
        state=state,
        blocks=blocks,
        evidence=tuple(item for part in (there or own)[:3] for item in part.evidence[:1]),
    )


def _absent(own: Iterable[Part], component: Component) -> tuple[Truth, str, str]:
    presences = {part.presence for part in own}
    if Presence.SAID_WITHHELD in presences:
        return Truth.NO, "kept back, as the release says", f"the {name_of(component)} is kept back"
    if Presence.SAID_ABSENT in presences:
        return Truth.NA, "there is none, as the release says", ""
    return Truth.UNCLEAR, "not found", f"the {name_of(component)} was not found"


def _state(there: tuple[Part, ...]) -> tuple[Truth, str, str]:
    """Say how far the parts can be had, by the one that is hardest to have, and their terms."""
    truths = [_can_be_had(part) for part in there]
    truth = all_of(truths)
    worst = there[truths.index(truth)]
    where = {
        Truth.YES: "among the files" if worst.presence is Presence.HERE else "for download",
        Truth.NO: f"only {(worst.access or Access.WITHHELD).replace('-', ' ')}",
        Truth.UNCLEAR: "said to be elsewhere; not tried",
    }[truth]
    grants = [part.grant.terms for part in there if part.grant is not None and part.grant.terms]
    terms = some(list(dict.fromkeys(map(said, grants)))) if grants else "no terms stated"
    count = f"{len(there)} parts, " if len(there) > 1 else ""
    thing = name_of(worst.component) + (f" ({worst.name})" if worst.name else "")
    blocks = {
        Truth.YES: "",
        Truth.NO: f"the {thing} cannot be had by anyone",
        Truth.UNCLEAR: f"whether the {thing} can be had was not tried",
    }
    return truth, f"{count}{where}; {terms}", blocks[truth]


def _can_be_had(part: Part) -> Truth:
    if part.access in {Access.DOWNLOAD, Access.GATED_DOWNLOAD}:
        return Truth.YES
    if part.access is None:
        return Truth.YES if part.presence is Presence.HERE else Truth.UNCLEAR
    return Truth.NO


def _costs(
    parts: Iterable[Part], knowledge: Knowledge, texts: Mapping[str, str]
) -> tuple[tuple[Cost, ...], tuple[Evidence, ...]]:
    """Read what the sections on hardware and compute state; those not at hand are only named."""
    kinds = [(cost.what, pattern(cost.pattern)) for cost in rebuild_of(knowledge).cost]
    sections = [
        item
        for part in parts
        if part.component is Component.HARDWARE_AND_COMPUTE and part.presence in FOUND
        for item in part.evidence
        if item.path and item.lines
    ]
    found: dict[str, Cost] = {}
    read: set[Evidence] = set()
    for item in dict.fromkeys(sections):
        for number, line in _lines(item, texts):
            stated = [what for what, words in kinds if words.search(line.lower())]
            if stated:
                read.add(item)
                cost = Cost(what=tuple(stated), quote=line, evidence=_seen(item, number, line))
                found.setdefault(line, cost)
    unread = tuple(item for item in dict.fromkeys(sections) if item not in read)
    return tuple(found.values())[:MOST_COSTS], unread


def _lines(item: Evidence, texts: Mapping[str, str]) -> Iterable[tuple[int, str]]:
    if item.lines is None:
        return
    first, last = item.lines
    lines = texts.get(item.path or "", "").split("\n")[first - 1 : last]
    for number, line in enumerate(lines, first):
        yield number, line.strip()[:MOST_CHARS]


def _seen(item: Evidence, number: int, line: str) -> Evidence:
    return Evidence(
        how=How.CARD_PROSE, source=item.source, path=item.path, lines=(number, number), quote=line
    )
