"""Findings of rights (HO4xx): labels that promise what a parent withholds, and missing duties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from howopen.answer import Circumstances, Finding, Truth
from howopen.knowledge import Knowledge, default
from howopen.release import Component, Evidence, Part, Release
from howopen.rights.asker import checked
from howopen.rights.atoms import Forbid
from howopen.rights.cite import citation
from howopen.rights.compile import Compiled, compile_part
from howopen.rights.decide import decide
from howopen.rights.decision import NO, Ground, Open
from howopen.rights.lineage import ParentTerms, parents_of
from howopen.rights.missing import finding, known, missing
from howopen.rights.pick import THERE
from howopen.rights.terms import readings
from howopen.rights.tree import leaves
from howopen.rights.words import words_of

#: what is licensed on its own, and may be a derivative
DERIVED = (Component.WEIGHTS, Component.ADAPTER, Component.DELTA)

#: the questions by which a label is compared with its parent's terms
PROBES = (
    ("run", Circumstances(purpose="commercial")),
    ("share", Circumstances(purpose="commercial")),
    ("host", Circumstances(purpose="commercial")),
    ("train-on-outputs", Circumstances(target="other-llm")),
    ("relicense", Circumstances()),
)


def find_rights(release: Release, knowledge: Knowledge | None = None) -> tuple[Finding, ...]:
    """Find where labels, lineage and duties of a release do not fit each other."""
    given = knowledge or default()
    parts = [p for p in release.parts if p.component in DERIVED and p.presence in THERE]
    found = [finding for part in parts for finding in _of_part(release, part, given)]
    return tuple(dict.fromkeys(found))


def _of_part(release: Release, part: Part, knowledge: Knowledge) -> list[Finding]:
    own = compile_part(part, knowledge)
    parents = parents_of(release, knowledge, part.component, part.variant)
    found: list[Finding] = []
    for parent in parents:
        if not known(parent):
            found.append(_unknown(parent, part, knowledge))
        elif parent.reached != "no":
            found.extend(_overstated(own, parent, part, knowledge))
    found.extend(missing(release, part, parents, knowledge))
    return found


class Withheld(NamedTuple):
    """What a label grants and a parent's terms do not: the action, how far, and by which rules.

    Attributes:
        truth: what the parent's terms say.
        limited: the parent's terms grant it too, but not for everybody or every field.
    """

    action: str
    who: Circumstances
    truth: Truth
    grounds: tuple[Ground, ...]
    limited: bool = False


def _overstated(
    own: Compiled, parent: ParentTerms, part: Part, knowledge: Knowledge
) -> list[Finding]:
    """Compare what the label grants with what the parent's terms grant."""
    withheld = [
        found for action, who in PROBES for found in _withheld(own, parent, action, who, knowledge)
    ]
    if not withheld:
        return []
    barred = any(one.truth is Truth.NO for one in withheld)
    code = "HO401" if parent.reached == "yes" and barred else "HO402"
    told = "; ".join(_told(withheld))
    label = ", ".join(leaf.label for leaf in leaves(own.node))
    terms = ", ".join(dict.fromkeys(_named(parent.compiled)))
    text = (
        f"{part.id} is labelled {label}, but its parent {parent.ref} is under {terms},"
        f" which {told} ({parent.why})"
    )
    cited = [citation(one, parent.compiled.origins) for each in withheld for one in each.grounds]
    seen = [one for each in cited if each for one in each.evidence]
    sides = (*_stated(part), *parent.relation.evidence[:2], *dict.fromkeys(seen))
    return [finding(code, text, part, sides, knowledge)]


def _withheld(
    own: Compiled, parent: ParentTerms, action: str, who: Circumstances, knowledge: Knowledge
) -> Iterator[Withheld]:
    """Yield what a label grants to everybody and a parent's terms withhold from somebody."""
    words = words_of(knowledge)
    mine = decide(own.node, action, checked(who, action, knowledge), words)
    if mine.truth is not Truth.YES:
        return
    asked = words.through.get(action, action)
    theirs = decide(parent.compiled.node, asked, checked(who, asked, knowledge), words)
    if theirs.truth is not Truth.YES:
        yield Withheld(asked, who, theirs.truth, theirs.grounds[:2])
        return
    barring = [one for one in theirs.open if _bars(one)]
    grounds = tuple(one.grounds[0] for one in barring[:2])
    if grounds and not mine.open:
        yield Withheld(asked, who, Truth.NO, grounds, limited=True)


def _bars(one: Open) -> bool:
    """Tell whether something is surely refused to some, where it is open for whom."""
    if one.ranks:
        return any(rank == NO for _, rank in one.ranks)
    return any(isinstance(g.atom, Forbid) and g.atom.sure for g in one.grounds)


def _told(withheld: list[Withheld]) -> Iterator[str]:
    """Say what is not granted, and what is granted within limits only."""
    refused = [_probe(one) for one in withheld if not one.limited]
    limited = [_probe(one) for one in withheld if one.limited]
    if refused:
        yield f"does not plainly grant: {', '.join(refused)}"
    if limited:
        yield f"sets limits that the label does not to: {', '.join(limited)}"


def _probe(one: Withheld) -> str:
    who = one.who
    said = "commercially" if who.purpose else f"target {who.target}" if who.target else ""
    return f"{one.action} ({said})" if said else one.action


def _named(terms: Compiled) -> Iterator[str]:
    """Yield the licenses of a parent, as they are called with their editions."""
    for origin in terms.origins.values():
        name = next(iter(origin.texts), "")
        yield name or (origin.reading.license or origin.reading.name if origin.reading else "terms")


def _stated(part: Part) -> tuple[Evidence, ...]:
    grant = part.grant
    seen = [one for reading in readings(grant) for one in reading.evidence[:1]]
    return tuple(seen) or (grant.evidence[:1] if grant else ())


def _unknown(parent: ParentTerms, part: Part, knowledge: Knowledge) -> Finding:
    text = f"the terms of {parent.ref}, a parent of {part.id} ({parent.kind}), are not known here"
    return finding("HO403", text, part, parent.relation.evidence, knowledge)
