"""Findings of rights (HO4xx): labels that promise what a parent withholds, and missing duties."""

from __future__ import annotations

import re

from howopen.answer import Circumstances, Finding, Gravity, Truth
from howopen.knowledge import Knowledge, default
from howopen.knowledge.findings import code_of
from howopen.release import Component, Evidence, FileRole, How, Part, Release
from howopen.rights.ask import compiled_terms
from howopen.rights.atoms import Owe
from howopen.rights.cite import citation
from howopen.rights.compile import Compiled, compile_part
from howopen.rights.decide import decide
from howopen.rights.decision import Ground
from howopen.rights.lineage import ParentTerms
from howopen.rights.pick import THERE
from howopen.rights.terms import readings
from howopen.rights.tree import leaves
from howopen.rights.words import Words, checked, words_of

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

_NOTICE = re.compile(r"(?:^|/)notice(?:\.\w+)?$", re.IGNORECASE)
_NAME = re.compile(r"[^a-z0-9]+")


def find_rights(release: Release, knowledge: Knowledge | None = None) -> tuple[Finding, ...]:
    """Find where labels, lineage and duties of a release do not fit each other."""
    known = knowledge or default()
    parts = [p for p in release.parts if p.component in DERIVED and p.presence in THERE]
    found = [finding for part in parts for finding in _of_part(release, part, known)]
    return tuple(dict.fromkeys(found))


def _of_part(release: Release, part: Part, knowledge: Knowledge) -> list[Finding]:
    compiled, parents = compiled_terms(release, part, knowledge)
    own = compile_part(part, knowledge)
    found: list[Finding] = []
    for parent in parents:
        if parent.model is None:
            found.append(_unknown(parent, part, knowledge))
        elif parent.reached != "no":
            found.extend(_overstated(own, parent, part, knowledge))
    found.extend(_missing(release, part, compiled, knowledge))
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
    return [_finding(code, text, part, sides, knowledge)]


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
    return _finding("HO403", text, part, parent.relation.evidence, knowledge)


def _missing(
    release: Release, part: Part, compiled: Compiled, knowledge: Knowledge
) -> list[Finding]:
    """Look for what must go with files that are shared, in a release that shares them."""
    if not any(file.role is FileRole.WEIGHTS for file in part.files):
        return []
    found: list[Finding] = []
    for leaf in leaves(compiled.node):
        origin = compiled.origins[leaf.label]
        name = _NAME.sub("", leaf.label.partition(" ")[0].partition("@")[0].casefold())
        trigger = "on-sharing-derivative" if origin.via else "on-sharing"
        for owed in sorted(leaf.atoms, key=lambda atom: (atom.license, atom.clause)):
            if not isinstance(owed, Owe) or not owed.sure or trigger not in owed.triggers:
                continue
            code, what = _lacking(owed, release, bool(name and not origin.via))
            if code:
                text = f"{part.id}: {leaf.label} asks for {what}, and it was not found"
                cited = citation(Ground(label=leaf.label, atom=owed), compiled.origins)
                sides = (*(cited.evidence if cited else ()), _searched(release, what))
                found.append(_finding(code, text, part, sides, knowledge))
    return found


def _lacking(owed: Owe, release: Release, itself: bool) -> tuple[str, str]:
    """Tell which code a duty's missing material has, and what is missing."""
    paths = [file.path for file in release.files]
    texts = [f for f in release.files if f.role is FileRole.LICENSE_TEXT]
    if owed.duty == "notice-file" and not any(_NOTICE.search(path) for path in paths):
        wanted = owed.detail.casefold()
        return ("", "") if wanted.startswith("only if") else ("HO404", "a Notice file")
    if owed.duty == "give-copy" and not texts:
        return "HO405", "a copy of the license"
    if owed.duty == "name-prefix" and owed.detail and not itself:
        tail = _NAME.sub("", release.name.rpartition("/")[2].casefold())
        if not tail.startswith(_NAME.sub("", owed.detail.casefold())):
            return "HO406", f'a name that begins with "{owed.detail}"'
    return "", ""


def _searched(release: Release, what: str) -> Evidence:
    quote = f"looked for {what} among {len(release.files)} files"
    return Evidence(how=How.SEARCHED, source=release.ref, quote=quote)


def _finding(
    code: str, text: str, part: Part, sides: tuple[Evidence, ...], knowledge: Knowledge
) -> Finding:
    about = code_of(knowledge, code)
    return Finding(
        code=code,
        gravity=Gravity(about.gravity),
        text=text,
        sides=sides,
        subject=part.id,
        remedy=about.remedy,
    )
