"""The judge of a named license: what the sentence speaks of, and the terms concluded for that."""

from __future__ import annotations

import re
from collections.abc import Sequence

from howopen.answer import Judgement, Reason
from howopen.claims.find import Found
from howopen.claims.ruling import Ruling, ids_of_tag, licenses_on, name_of, terms_evidence, unknown
from howopen.claims.subject import THINGS, Subject, stands_at, things
from howopen.knowledge import Knowledge
from howopen.knowledge.tags import resolve_tag
from howopen.openness.view import readings, said
from howopen.release import Component, Evidence, Part, Scope, Statement

#: weights of a part of a model
_PART_ONLY = re.compile(
    r"\b(?:of|for) (?:the |our )?(?:[\w-]+ )?"
    r"(?:auto)?(?:encoder|decoder|vae|tokeni[sz]er|vocoder)\b",
    re.IGNORECASE,
)


def license_named(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge a named license by the terms concluded for what the sentence speaks of."""
    tag = resolve_tag(knowledge, found.name)
    claimed = ids_of_tag(tag)
    if not claimed:
        return unknown(f"nobody here knows a license by the name {found.name!r}")
    if _PART_ONLY.search(found.words):
        return unknown("it speaks of a part of the model, which was not found apart")
    parts = _read_of(found, subject, claimed)
    if parts is None:
        parts = _spoken_of(found, subject)
    if not parts:
        return unknown("what it speaks of was not found here")
    stated = [part for part in parts if part.grant is not None and part.grant.terms is not None]
    if not stated:
        return unknown("no terms were found on what it speaks of")
    agreeing = [part for part in stated if _says(part, claimed, knowledge)]
    others = [part for part in stated if part not in agreeing]
    judgement = _agreement(found, agreeing, others)
    if judgement is Judgement.BORNE_OUT:
        return _borne_out(found, subject, agreeing, claimed)
    reasons = tuple(map(_on, (others or agreeing)[:4]))
    return Ruling(judgement=judgement, reasons=tuple(dict.fromkeys(reasons)))


def _on(part: Part) -> Reason:
    """Say which terms are on a part."""
    text = f"{name_of(part)}: {said(part.grant.terms if part.grant else None)}"
    return Reason(text=text, evidence=terms_evidence(part))


def _borne_out(
    found: Found, subject: Subject, agreeing: Sequence[Part], claimed: frozenset[str]
) -> Ruling:
    """Bear out a license by what is said elsewhere: a sentence, or its copy, is no evidence."""

    def elsewhere(one: Evidence) -> bool:
        copied = one.quote and one.quote in found.quote
        return not copied and not stands_at(one, found.path, found.lines)

    reasons = dict.fromkeys(
        Reason(text=reason.text, evidence=seen)
        for reason in map(_on, agreeing[:4])
        if (seen := tuple(filter(elsewhere, reason.evidence)))
    )
    if not reasons:
        variants = {None, *(part.variant for part in agreeing)}
        told = [
            one
            for one in subject.release.statements
            if one.reading.license in claimed and one.variant in variants
        ]
        seen = tuple(one.evidence for one in told if elsewhere(one.evidence))[:2]
        if not seen:
            return unknown(f"nothing else here names the terms on: {name_of(agreeing[0])}")
        reasons = {Reason(text="it is said elsewhere too", evidence=seen): None}
    return Ruling(judgement=Judgement.BORNE_OUT, reasons=tuple(reasons))


#: a sentence that means each of several models
_EACH = re.compile(r"\b(?:all|every|each|everything|any|entire|both)\b|所有|全部|均", re.IGNORECASE)


def _agreement(found: Found, agreeing: list[Part], others: list[Part]) -> Judgement:
    if agreeing:
        partly = others and things(found.what) and not _inherited(others)
        if partly and len({part.variant for part in (*agreeing, *others)}) > 1:
            each = _EACH.search(found.quote)
            return Judgement.OVERSTATED if each else Judgement.CANNOT_BE_TOLD
        return Judgement.OVERSTATED if partly else Judgement.BORNE_OUT
    known = [part for part in others if any(licenses_on(part))]
    return Judgement.CONTRADICTED if known else Judgement.CANNOT_BE_TOLD


def _inherited(parts: Sequence[Part]) -> bool:
    return all(part.grant is not None and part.grant.scope is Scope.INHERITED for part in parts)


def _read_of(found: Found, subject: Subject, claimed: frozenset[str]) -> tuple[Part, ...] | None:
    """List the parts that the license room read the sentence to be on; None where it is no help.

    That room knows data sets by their names and models by their files, which patterns do not.
    """
    read = [one for one in subject.read_at(found.path, found.lines) if _means(one, claimed)]
    named = {one.part for one in read} - {None}
    if named:
        return tuple(part for part in subject.release.parts if part.id in named)
    if not read or not all(one.components for one in read):
        return None
    parts = (
        part
        for one in read
        for part in subject.parts(one.components, one.variant or found.variant)
        if part.component in _LICENSED
    )
    return tuple(dict.fromkeys(parts))


#: components that a sentence on the terms of weights, code or data is about
_LICENSED = frozenset({*THINGS["weight"], *THINGS["code"], *THINGS["data"]}) - {
    Component.ARCHITECTURE
}


def _means(one: Statement, claimed: frozenset[str]) -> bool:
    return bool(claimed & {one.reading.license, *one.reading.near})


def _spoken_of(found: Found, subject: Subject) -> tuple[Part, ...]:
    """List the parts a license sentence is on; without a word for them, the weights and code."""
    components = things(found.what)
    if Component.WEIGHTS in components:
        return subject.weights(found.quote, found.variant)
    if components:
        return subject.parts(components, found.variant)
    weights = subject.weights(found.quote, found.variant)
    if any(part.grant and part.grant.terms for part in weights):
        return weights
    code = subject.parts(things("code"), found.variant)
    return code or weights or subject.parts(tuple(Component), found.variant)


def _says(part: Part, claimed: frozenset[str], knowledge: Knowledge) -> bool:
    """Tell whether terms are the claimed ones; a name without its version may agree as a name."""
    if claimed & licenses_on(part):
        return True
    terms = part.grant.terms if part.grant else None
    names = [one.name for one in readings(terms) if one.license is None and one.name]
    return any(ids_of_tag(resolve_tag(knowledge, _bare_name(name))) == claimed for name in names)


def _bare_name(name: str) -> str:
    return re.sub(r"\s+licen[sc]e$", "", name, flags=re.I)
