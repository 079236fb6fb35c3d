"""Judges of what is said of the making: from scratch, based on, reproducible, data released."""

from __future__ import annotations

import re

from howopen.answer import Judgement, Reason
from howopen.claims.find import Found
from howopen.claims.ruling import (
    Ruling,
    lacking_is,
    licenses_on,
    name_of,
    ruling,
    terms_evidence,
    unknown,
)
from howopen.claims.subject import Subject, stated_absent
from howopen.knowledge import Knowledge
from howopen.knowledge.claims import claims_table
from howopen.openness.view import said
from howopen.release import (
    Access,
    Component,
    Direction,
    Evidence,
    How,
    Part,
    Presence,
    Relation,
    Standing,
)

#: standings of relations that the weights show
SHOWN = frozenset({Standing.OBSERVED, Standing.BOTH})

#: relations that say nothing about where weights come from
NOT_PARENTS = frozenset({"outputs", "trained-on-outputs", "related"})


def from_scratch(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "trained from scratch": a base contradicts it that weights show, or that is declared.

    Two other signs together contradict it too: a configuration file decides no kinship, and a
    license text may be a mistake; where both name the same maker's model, which is not this one,
    they outweigh the sentence. A base of the same maker takes nothing from the claim, which is then
    about that base.
    """
    relations = [one for one in _parents(subject, found) if not _same_maker(one, subject)]
    shown = next((one for one in relations if one.standing in SHOWN), None)
    if shown is not None:
        return _against_scratch(shown)
    declared = next((one for one in relations if _is_said(one)), None)
    if declared is not None:
        text = f"the release itself declares a base: {declared.b}"
        return ruling(Judgement.CONTRADICTED, text, declared.evidence)
    signs = _signs(subject, found, knowledge)
    if not signs:
        return unknown("only the weights could show it, and nothing here speaks against it")
    makers = {maker for maker, _ in signs}
    both = len(signs) > 1 and len(makers) == 1
    judgement = Judgement.CONTRADICTED if both else Judgement.OVERSTATED
    return Ruling(judgement=judgement, reasons=tuple(reason for _, reason in signs))


def _against_scratch(shown: Relation) -> Ruling:
    """Rule on weights that are those of another model; overstated where it may be the parent."""
    evidence = sorted(shown.evidence, key=lambda one: one.how is not How.WEIGHTS)
    if shown.direction is Direction.UNDECIDED:
        text = f"the weights share their origin with {shown.b}; which came first is undecided"
        return ruling(Judgement.OVERSTATED, text, evidence)
    text = f"the weights show that they come from {shown.b}"
    return ruling(Judgement.CONTRADICTED, text, evidence)


def _same_maker(relation: Relation, subject: Subject) -> bool:
    """Tell whether the base has the same owner as the release; `owner/name` or nothing is known."""
    other = _owner(relation.b)
    own = {_owner(subject.release.ref), _owner(subject.release.name)}
    own.add((subject.release.publisher or "").lower())
    return bool(other) and other in own


def _owner(name: str) -> str:
    """Return the owner of `hf:owner/name`; none of a path."""
    match = re.match(r"(?:hf:)?([\w.-]+)/[\w.-]+(?:[@#].*)?$", name)
    return match.group(1).lower() if match and match.group(1).strip(".") else ""


def _is_said(relation: Relation) -> bool:
    """Tell whether a base is declared otherwise than by a configuration, and stands."""
    by_config = any(item.how is How.CONFIG for item in relation.evidence)
    stands = relation.standing is not Standing.CONTRADICTED
    return stands and bool(relation.evidence) and not by_config


def _parents(subject: Subject, found: Found) -> list[Relation]:
    """List relations to what weights may come from; one that they show may be undecided."""
    shown = [one for one in subject.release.relations if one.direction is Direction.UNDECIDED]
    observed = [one for one in shown if one.standing in SHOWN and _about(one, subject, found)]
    relations = [*_relations(subject, found), *observed]
    return [one for one in relations if one.kind not in NOT_PARENTS]


def _relations(subject: Subject, found: Found) -> list[Relation]:
    """List relations to bases, of the one model the claim is about."""
    return [
        one
        for one in subject.release.relations
        if one.direction is Direction.A_FROM_B and _about(one, subject, found)
    ]


def _about(relation: Relation, subject: Subject, found: Found) -> bool:
    several = len(subject.release.variants) > 1
    return relation.variant == found.variant or (not several and found.variant is None)


def _signs(subject: Subject, found: Found, knowledge: Knowledge) -> list[tuple[str, Reason]]:
    """List what names another maker's model: the license on the weights, the configuration."""
    signs: dict[tuple[str, str], Reason] = {}
    own = subject.release.name.lower() + " " + (subject.release.publisher or "").lower()
    for maker, licenses in claims_table(knowledge).brands.items():
        if maker in own.split("/")[-1] or maker in own:
            continue
        for part in subject.weights(found.quote, found.variant):
            if licenses_on(part) & set(licenses):
                terms = said(part.grant.terms if part.grant else None)
                text = f"the terms on the weights are those of another model: {terms}"
                signs[maker, "terms"] = Reason(text=text, evidence=terms_evidence(part))
        for value, evidence in subject.declared("_name_or_path", "name_or_path"):
            if maker in value.lower().replace("-", "").replace("_", ""):
                text = f"the configuration says that it was loaded from {value}"
                signs[maker, "config"] = Reason(text=text, evidence=(evidence,))
    return [(maker, reason) for (maker, _), reason in signs.items()]


def reproducible(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "reproducible" by what replication needs first: data and code of training."""
    wanted = (
        Component.TRAINING_DATA,
        Component.TRAINING_CODE,
        Component.DATA_PROCESSING_CODE,
    )
    lacking = [item for item in wanted if not subject.parts((item,), found.variant)]
    if not lacking:
        text = "training data, training code and data processing code are there"
        note = "That they suffice, only building it again would show."
        evidence = [
            part.evidence[0] for part in subject.parts(wanted, found.variant) if part.evidence
        ]
        return ruling(Judgement.BORNE_OUT, text, evidence, note)
    denied = [part for item in lacking if (part := stated_absent(subject.release, item))]
    names = ", ".join(item.replace("-", " ") for item in lacking)
    if denied:
        return ruling(
            Judgement.CONTRADICTED,
            f"the release says that it does not give: {name_of(denied[0])}",
            denied[0].evidence,
        )
    searched = [
        part.evidence[0]
        for part in subject.release.parts
        if part.component in lacking and part.evidence
    ]
    judgement = lacking_is(subject, denied)
    return ruling(judgement, f"not found where we looked: {names}", searched)


def data_released(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "the training data is released" by the data sets found or named."""
    wanted = (Component.TRAINING_DATA, Component.POST_TRAINING_DATA)
    parts = subject.parts(wanted, found.variant)
    had = next((part for part in parts if _had(part)), None)
    note = "That these are all the data, files cannot show."
    if had is not None:
        text = f"{name_of(had)}: " + (f"at {had.urls[0]}" if had.urls else "here")
        return ruling(Judgement.BORNE_OUT, text, had.evidence[:2], note)
    if parts:
        where = f"said to be at {parts[0].urls[0]}" if parts[0].urls else "named"
        text = f"{name_of(parts[0])}: {where}; whether it can be had was not seen"
        return ruling(Judgement.CANNOT_BE_TOLD, text, parts[0].evidence[:2], note)
    stated = stated_absent(subject.release, Component.TRAINING_DATA)
    if stated is not None:
        text = "the release says elsewhere that it does not give the training data"
        return ruling(Judgement.CONTRADICTED, text, stated.evidence)
    return unknown("no training data was found where we looked")


def _had(part: Part) -> bool:
    download = part.access in {Access.DOWNLOAD, Access.GATED_DOWNLOAD}
    return download or part.presence is Presence.HERE


def based_on(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "based on X" by what the weights show, else by what else the release declares."""
    bases = _relations(subject, found)
    named = [one for one in bases if _is_named(found.name, one.b)]
    compared = next((one for one in named if one.standing is not Standing.DECLARED), None)
    if compared is not None:
        return _compared(compared)
    note = "By what is declared; the weights were not compared."
    other = [one for one in bases if not any(_same(found, item) for item in one.evidence)]
    for relation in other:
        if _is_named(found.name, relation.b):
            text = f"the release also declares it: {relation.b}"
            return ruling(Judgement.BORNE_OUT, text, relation.evidence, note)
    if other:
        text = f"the release declares another base: {other[0].b}"
        family = _family(found.name)
        kin = any(family and family in _key(one.b) for one in other)
        judgement = Judgement.CANNOT_BE_TOLD if kin else Judgement.OVERSTATED
        return ruling(judgement, text, other[0].evidence, note)
    return unknown("nothing else in the release speaks of a base")


def _compared(relation: Relation) -> Ruling:
    """Rule by weights that were compared."""
    evidence = sorted(relation.evidence, key=lambda one: one.how is not How.WEIGHTS)
    if relation.standing is Standing.CONTRADICTED:
        text = f"the weights do not show that they come from {relation.b}"
        return ruling(Judgement.CONTRADICTED, text, evidence)
    return ruling(Judgement.BORNE_OUT, f"the weights show it: {relation.b}", evidence)


def _is_named(name: str, base: str) -> bool:
    claimed = _key(name)
    return bool(claimed) and (claimed in _key(base) or _key(base).endswith(claimed))


def _same(found: Found, evidence: Evidence) -> bool:
    return evidence.lines == found.lines and found.quote[:40] in evidence.quote


def _family(name: str) -> str:
    """Return the first word of a model's name: a base of the same family may lie in between."""
    return re.split(r"[^a-z]", name.lower().rsplit("/", maxsplit=1)[-1], maxsplit=1)[0]


def _key(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def uncensored(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Say that files do not show how a model behaves."""
    return unknown("what a model refuses shows only when it is run")
