"""Judges of what is said of terms: open, free, permissive, for commercial use, unrestricted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from howopen.answer import Answer, Circumstances, Judgement, Reason, Truth
from howopen.claims.find import Found
from howopen.claims.ruling import (
    Ruling,
    ids_of_tag,
    lacking_is,
    name_of,
    ruling,
    terms_evidence,
    unknown,
)
from howopen.claims.subject import Subject, stated_absent, things, unlicensed
from howopen.errors import HowopenError
from howopen.knowledge import Knowledge
from howopen.knowledge.predicates import Licensed
from howopen.knowledge.tags import resolve_tag
from howopen.openness.logic import all_of
from howopen.openness.terms import Judged, in_classes, over, unrestricted
from howopen.openness.view import said
from howopen.release import Access, Component, Evidence, LicenseReading, Part

OSI = Licensed(of=("weights",), classes=("osi",), arguable=("fsf", "open-definition"))

ANY_LIMIT = ("any ", "all ", "unrestricted", "unlimited", "without limit", "fully", "whatsoever")


def _terms(
    parts: Sequence[Part], judge: Callable[[LicenseReading], Judged]
) -> tuple[Truth, tuple[Reason, ...]]:
    """Judge the terms on parts; nothing on a part is a no, a part nobody looked at is unclear."""
    judged: list[tuple[Truth, Reason | None]] = []
    for part in parts:
        if part.grant is None:
            judged.append((Truth.UNCLEAR, None))
        elif part.grant.terms is None:
            text = f"{name_of(part)}: nothing here states terms for it"
            truth = Truth.NO if unlicensed(part) else Truth.UNCLEAR
            judged.append((truth, Reason(text=text, evidence=part.evidence[:1])))
        else:
            found = over(part.grant.terms, judge)
            text = f"{name_of(part)}: {said(part.grant.terms)}"
            evidence = terms_evidence(part)
            reason = Reason(text=text, evidence=evidence, because=found.reasons)
            judged.append((found.truth, reason))
    truth = all_of([own for own, _ in judged])
    judged.sort(key=lambda item: item[0] is not truth)
    reasons = [reason for _, reason in judged if reason is not None]
    return truth, tuple(dict.fromkeys(reasons))[:6]


def open_source(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "open source" by the terms on the weights; what OSAID asks beyond is in the note."""
    parts = subject.weights(found.quote, found.variant)
    if not parts:
        return unknown("no weights were found whose terms could bear it out")
    truth, reasons = _terms(parts, lambda one: in_classes(one, OSI, knowledge))
    note = _osaid_note(subject)
    if truth is Truth.YES:
        return Ruling(judgement=Judgement.BORNE_OUT, reasons=reasons, note=note)
    if truth is Truth.UNCLEAR:
        return Ruling(judgement=Judgement.CANNOT_BE_TOLD, reasons=reasons, note=note)
    some = any(
        _terms([part], lambda one: in_classes(one, OSI, knowledge))[0] is Truth.YES
        for part in parts
    )
    bare = all(part.grant is None or part.grant.terms is None for part in parts)
    judgement = Judgement.OVERSTATED if some or bare else Judgement.CONTRADICTED
    return Ruling(judgement=judgement, reasons=reasons, note=note)


def _osaid_note(subject: Subject) -> str:
    verdict = subject.verdicts.get("osaid-1.0")
    if verdict is None:
        return ""
    return f"Judged by the license of the weights; under {verdict.title}: {verdict.level}."


def fully_open(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "fully open": open terms on the weights, and the training data and code are there."""
    first = open_source(found, subject, knowledge)
    if first.judgement is not Judgement.BORNE_OUT:
        return first
    wanted = (Component.TRAINING_DATA, Component.TRAINING_CODE)
    lacking = [item for item in wanted if not subject.parts((item,), found.variant)]
    if not lacking:
        return first
    stated = [stated_absent(subject.release, item) for item in lacking]
    denied = [part for part in stated if part is not None]
    names = " and ".join(item.replace("-", " ") for item in lacking)
    searched = [
        item
        for part in subject.release.parts
        if part.component in lacking
        for item in part.evidence[:1]
    ]
    text = f"{names}: " + ("said not to be released" if denied else "not found where we looked")
    reason = Reason(text=text, evidence=tuple(searched))
    judgement = lacking_is(subject, denied)
    return Ruling(judgement=judgement, reasons=(reason, *first.reasons), note=first.note)


_OPEN_WEIGHTS = re.compile(r"\bopen(?:ed)?[- ](?:up )?(?:the )?weights?\b", re.I)


def judged_by(rule: Licensed, parts: Sequence[Part], knowledge: Knowledge) -> Ruling:
    """Rule on parts by the classes their licenses are in."""
    truth, reasons = _terms(parts, lambda one: in_classes(one, rule, knowledge))
    return Ruling(judgement=_JUDGED[truth], reasons=reasons)


def open_weights(
    found: Found, subject: Subject, knowledge: Knowledge, *, strictly: bool = False
) -> Ruling:
    """Judge "open weights": they can be had, and under an open license.

    "Openly available" or "openly released" says no more than that they can be had.

    Args:
        found: the claim.
        subject: the release it is about.
        knowledge: classes of licenses.
        strictly: whether other words than "open weights" mean open terms too.
    """
    parts = subject.weights(found.quote, found.variant)
    if not parts:
        return unknown("no weights were found")
    kept = [
        part for part in parts if part.access not in {None, Access.DOWNLOAD, Access.GATED_DOWNLOAD}
    ]
    if kept:
        text = f"{name_of(kept[0])}: {kept[0].access}"
        return ruling(Judgement.CONTRADICTED, text, kept[0].evidence)
    if not (strictly or _OPEN_WEIGHTS.search(found.words)):
        return _to_be_had(parts)
    truth, reasons = _terms(parts, lambda one: in_classes(one, OSI, knowledge))
    note = "Available weights under restricted terms are what the G7 calls Weights Available."
    if truth is Truth.NO:
        return Ruling(judgement=Judgement.OVERSTATED, reasons=reasons, note=note)
    judgement = Judgement.BORNE_OUT if truth is Truth.YES else Judgement.CANNOT_BE_TOLD
    return Ruling(judgement=judgement, reasons=reasons)


def _to_be_had(parts: Sequence[Part]) -> Ruling:
    """Judge "openly released" by where a download was seen."""
    seen = [part for part in parts if part.access is not None]
    if not seen:
        return unknown("nothing here shows how far the weights can be had")
    text = f"{name_of(seen[0])}: {str(seen[0].access).replace('-', ' ')}"
    gated = all(part.access is Access.GATED_DOWNLOAD for part in seen)
    note = "One must ask or agree before the download." if gated else ""
    return ruling(Judgement.BORNE_OUT, text, seen[0].evidence[:2], note)


_FOR_USE = re.compile(r"\bfree for\b", re.I)


def free(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "free" as free of charge: a download by anyone bears it out, a gate does not."""
    parts = subject.weights(found.quote, found.variant)
    gated = [part for part in parts if part.access is Access.GATED_DOWNLOAD]
    if gated:
        text = f"{name_of(gated[0])}: one must ask or agree before the download"
        return ruling(Judgement.OVERSTATED, text, gated[0].evidence)
    truth, reasons = _terms(parts, lambda one: in_classes(one, OSI, knowledge))
    if parts and truth is Truth.YES and _FOR_USE.search(found.words):
        return Ruling(judgement=Judgement.BORNE_OUT, reasons=reasons, note=_USE_NOTE)
    if parts and all(part.access is Access.DOWNLOAD for part in parts):
        text = "the weights are for download by anyone"
        return ruling(Judgement.BORNE_OUT, text, parts[0].evidence[:2], _free_note())
    return unknown("whether a price is asked is not in the files")


_USE_NOTE = "Open terms let anyone use it without paying; what a copy costs is not in the files."


def _free_note() -> str:
    return "Free of charge; whether it is free software is another question."


def permissive(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "permissive" by the family of the license on the weights."""
    rule = Licensed(of=("weights",), classes=("permissive", "public-domain"))
    named = sorted(ids_of_tag(resolve_tag(knowledge, found.name))) if found.name else []
    if len(named) == 1:
        reading = LicenseReading(license=named[0], name=found.name)
        judged = in_classes(reading, rule, knowledge)
        return Ruling(judgement=_JUDGED[judged.truth], reasons=judged.reasons)
    parts = subject.weights(found.quote, found.variant)
    if not parts:
        return unknown("no weights were found")
    truth, reasons = _terms(parts, lambda one: in_classes(one, rule, knowledge))
    return Ruling(judgement=_JUDGED[truth], reasons=reasons)


_JUDGED = {
    Truth.YES: Judgement.BORNE_OUT,
    Truth.NO: Judgement.CONTRADICTED,
    Truth.UNCLEAR: Judgement.CANNOT_BE_TOLD,
    Truth.NA: Judgement.CANNOT_BE_TOLD,
}


def commercial_use(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "commercial use" by asking whether one may run it commercially."""
    from howopen.rights import may  # noqa: PLC0415 - heavy, and asked by few claims

    parts = _used(found, subject)
    looked = [part for part in parts if unlicensed(part) or (part.grant and part.grant.terms)]
    if not looked:
        return unknown("no terms were found that could bear it out")
    if all(unlicensed(part) for part in looked):
        text = f"{name_of(looked[0])}: no license says so; nothing states terms for it"
        return ruling(Judgement.OVERSTATED, text, looked[0].evidence)
    variant = _variant(parts, found)
    component = looked[0].component.value
    who = Circumstances(purpose="commercial")
    try:
        answer = may(
            subject.release, "run", who, knowledge=knowledge, component=component, variant=variant
        )
    except HowopenError as error:
        return unknown(str(error))
    return _allowed(answer, found, terms_evidence(looked[0]))


def _allowed(answer: Answer, found: Found, evidence: tuple[Evidence, ...]) -> Ruling:
    """Turn an answer into a ruling; "any commercial use" is untrue where there are conditions."""
    if answer.truth is Truth.YES and answer.conditions:
        cited = tuple(item for one in answer.conditions for item in one.citations)[:4]
        broad = any(word in found.words.lower() + " " for word in ANY_LIMIT)
        text = f"not unconditionally: {answer.headline}" if broad else answer.headline
        reason = Reason(text=text, evidence=evidence, citations=cited)
        judgement = Judgement.CONTRADICTED if broad else Judgement.BORNE_OUT
        return Ruling(judgement=judgement, reasons=(reason,))
    reason = Reason(text=answer.headline, evidence=evidence, because=answer.reasons[:3])
    return Ruling(judgement=_JUDGED[answer.truth], reasons=(reason,))


_CODE_ONLY = re.compile(
    r"\b(?:code(?:base)?|repositor(?:y|ies)|repo|software|library|package)\b", re.I
)
_MODEL_TOO = re.compile(r"\b(?:models?|weights?|checkpoints?|LLMs?)\b", re.I)


def _used(found: Found, subject: Subject) -> tuple[Part, ...]:
    """List the parts a sentence on use is about: code where it speaks of code alone, or weights."""
    if _CODE_ONLY.search(found.quote) and not _MODEL_TOO.search(found.quote):
        return subject.parts(things("code"), found.variant)
    return subject.weights(found.quote, found.variant)


def _variant(parts: Sequence[Part], found: Found) -> str | None:
    """Return the one variant a claim speaks of, None where it speaks of several or all."""
    named = {part.variant for part in parts}
    return found.variant or (named.pop() if len(named) == 1 else None)


def no_restrictions(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "no restrictions" by the clauses that restrict use."""
    parts = subject.weights(found.quote, found.variant)
    if not parts:
        return unknown("no weights were found whose terms could bear it out")
    truth, reasons = _terms(parts, lambda one: unrestricted(one, (), knowledge))
    return Ruling(judgement=_JUDGED[truth], reasons=reasons)
