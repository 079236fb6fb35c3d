"""Findings of rights (HO4xx): labels that promise what a parent withholds, and missing duties."""

from __future__ import annotations

from howopen.answer import Circumstances, Finding, Truth
from howopen.knowledge import Knowledge, default
from howopen.release import Component, Evidence, Part, Release
from howopen.rights.asker import checked
from howopen.rights.cite import citation
from howopen.rights.compile import Compiled, compile_part
from howopen.rights.decide import decide
from howopen.rights.lineage import ParentTerms, parents_of
from howopen.rights.missing import finding, missing
from howopen.rights.pick import THERE
from howopen.rights.terms import readings
from howopen.rights.tree import leaves
from howopen.rights.words import Words, words_of

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
    known = knowledge or default()
    parts = [p for p in release.parts if p.component in DERIVED and p.presence in THERE]
    found = [finding for part in parts for finding in _of_part(release, part, known)]
    return tuple(dict.fromkeys(found))


def _of_part(release: Release, part: Part, knowledge: Knowledge) -> list[Finding]:
    own = compile_part(part, knowledge)
    parents = parents_of(release, knowledge, part.component, part.variant)
    found: list[Finding] = []
    for parent in parents:
        if parent.model is None:
            found.append(_unknown(parent, part, knowledge))
        elif parent.reached != "no":
            found.extend(_overstated(own, parent, part, knowledge))
    found.extend(missing(release, part, parents, knowledge))
    return found


def _overstated(
    own: Compiled, parent: ParentTerms, part: Part, knowledge: Knowledge
) -> list[Finding]:
    """Compare what the label grants with what the parent's terms grant."""
    words = words_of(knowledge)
    withheld: list[tuple[str, Truth, Circumstances]] = []
    for action, who in PROBES:
        mine = _truth(own, action, who, words, knowledge)
        asked = words.through.get(action, action)
        theirs = _truth(parent.compiled, asked, who, words, knowledge)
        if mine is Truth.YES and theirs is not Truth.YES:
            withheld.append((asked, theirs, who))
    if not withheld:
        return []
    barred = any(theirs is Truth.NO for _, theirs, _ in withheld)
    code = "HO401" if parent.reached == "yes" and barred else "HO402"
    told = ", ".join(_probe(action, who) for action, _, who in withheld)
    label = ", ".join(leaf.label for leaf in leaves(own.node))
    text = (
        f"{part.id} is labelled {label}, but its parent {parent.ref} is under {parent.key},"
        f" which does not plainly grant: {told} ({parent.why})"
    )
    sides = (*_stated(part), *_clauses(parent, withheld, words, knowledge))
    return [finding(code, text, part, sides, knowledge)]


def _truth(
    terms: Compiled, action: str, who: Circumstances, words: Words, knowledge: Knowledge
) -> Truth:
    return decide(terms.node, action, checked(who, action, knowledge), words).truth


def _probe(action: str, who: Circumstances) -> str:
    said = "commercially" if who.purpose else f"target {who.target}" if who.target else ""
    return f"{action} ({said})" if said else action


def _clauses(
    parent: ParentTerms,
    withheld: list[tuple[str, Truth, Circumstances]],
    words: Words,
    knowledge: Knowledge,
) -> tuple[Evidence, ...]:
    """Quote the parent's clauses that withhold."""
    found: list[Evidence] = []
    for action, _, who in withheld:
        decision = decide(parent.compiled.node, action, checked(who, action, knowledge), words)
        for ground in decision.grounds[:2]:
            cited = citation(ground, parent.compiled.origins)
            found.extend(cited.evidence if cited else ())
    return tuple(dict.fromkeys((*parent.relation.evidence[:2], *found)))


def _stated(part: Part) -> tuple[Evidence, ...]:
    grant = part.grant
    seen = [one for reading in readings(grant) for one in reading.evidence[:1]]
    return tuple(seen) or (grant.evidence[:1] if grant else ())


def _unknown(parent: ParentTerms, part: Part, knowledge: Knowledge) -> Finding:
    text = f"the terms of {parent.ref}, a parent of {part.id} ({parent.kind}), are not known here"
    return finding("HO403", text, part, parent.relation.evidence, knowledge)
