"""Judges of what is said to be given out, to whom, and under which definition or law it falls."""

from __future__ import annotations

import re
from collections.abc import Sequence

from howopen.answer import Judgement, Reason, Truth, Verdict
from howopen.claims.find import Found
from howopen.claims.judges_of_terms import judged_by, open_source, open_weights
from howopen.claims.ruling import Ruling, name_of, ruling, unknown
from howopen.claims.subject import Subject, stands_at, stated_absent, things
from howopen.knowledge import Knowledge
from howopen.knowledge.predicates import Licensed
from howopen.release import Access, Component, Evidence, Part, Presence

_DOWNLOADS = frozenset({Access.DOWNLOAD, Access.GATED_DOWNLOAD})

_GATE_NOTE = "One must ask or agree before the download."

FREE = Licensed(of=("weights",), classes=("fsf",), arguable=("osi", "open-definition"))


def weights_released(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "the weights are released" by where they were found."""
    parts = subject.weights(found.quote, found.variant)
    if not parts:
        return _not_there((Component.WEIGHTS,), subject)
    return _given(parts)


#: so many letters before "is out" may say what is
NOUN = 32

#: words for kinds of code, the narrower ones first
_CODE_OF = (
    (re.compile(r"\bfine-?tuning\b|微调", re.I), Component.FINE_TUNING_CODE),
    (re.compile(r"\b(?:pre-?)?training\b|训练", re.I), Component.TRAINING_CODE),
    (re.compile(r"\beval(?:uation)?\b|评测|评估", re.I), Component.EVALUATION_CODE),
    (re.compile(r"\binference\b|推理", re.I), Component.INFERENCE_CODE),
    (
        re.compile(r"\b(?:data|pre-?)[ -]?processing\b|数据处理", re.I),
        Component.DATA_PROCESSING_CODE,
    ),
)


def code_released(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "the code is released" by the code found, of the kind that it says."""
    before = found.quote.partition(found.words)[0]
    said = before[-NOUN:] + found.words if found.words.startswith(" ") else found.words
    kinds = (kind for words, kind in _CODE_OF if words.search(said))
    kind = next(kinds, None)
    wanted = (kind,) if kind else things("code")
    parts = subject.parts(wanted, found.variant)
    return _given(parts) if parts else _not_there(wanted, subject)


def _given(parts: Sequence[Part]) -> Ruling:
    """Rule on parts that were found: here, for download, or said to be elsewhere."""
    had = [one for one in parts if one.presence is Presence.HERE or one.access in _DOWNLOADS]
    if had:
        one = had[0]
        where = "among the files" if one.presence is Presence.HERE else "for download"
        note = _GATE_NOTE if one.access is Access.GATED_DOWNLOAD else ""
        return ruling(
            Judgement.BORNE_OUT, f"{name_of(one)}: {where}", had[0].evidence[:2], note=note
        )
    kept = next((one for one in parts if one.access is not None), None)
    if kept is not None:
        text = f"{name_of(kept)}: {str(kept.access).replace('-', ' ')}"
        return ruling(Judgement.CONTRADICTED, text, kept.evidence)
    one = parts[0]
    text = f"{name_of(one)}: said to be elsewhere; whether it can be had was not seen"
    return ruling(Judgement.CANNOT_BE_TOLD, text, one.evidence[:2])


def _not_there(wanted: Sequence[Component], subject: Subject) -> Ruling:
    """Rule where nothing was found: the release may itself say that it keeps it back."""
    stated = [part for one in wanted if (part := stated_absent(subject.release, one))]
    names = ", ".join(one.replace("-", " ") for one in wanted[:2])
    if stated:
        text = f"the release says elsewhere that it does not give: {name_of(stated[0])}"
        return ruling(Judgement.CONTRADICTED, text, stated[0].evidence)
    return unknown(f"not found where we looked: {names}")


def public_data(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "trained on public data" by training data that can be had; all of it, files hide."""
    note = "That nothing else was trained on, files cannot show."
    parts = subject.parts((Component.TRAINING_DATA,), found.variant)
    had = [one for one in parts if one.presence is Presence.HERE or one.access in _DOWNLOADS]
    kept = stated_absent(subject.release, Component.TRAINING_DATA)
    if had and kept is None:
        return ruling(Judgement.BORNE_OUT, f"{name_of(had[0])}: to be had", had[0].evidence, note)
    if kept is not None:
        text = f"the release says elsewhere that it does not give: {name_of(kept)}"
        why = "Data may be public although the publisher does not hand them on."
        return ruling(Judgement.CANNOT_BE_TOLD, text, kept.evidence, why)
    return unknown("no training data was found where we looked")


def gated(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "one must ask first" by how the weights are given out."""
    return _gate(found, subject, wanted=True)


def ungated(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "without registration" by how the weights are given out."""
    return _gate(found, subject, wanted=False)


def _gate(found: Found, subject: Subject, *, wanted: bool) -> Ruling:
    parts = [one for one in subject.weights(found.quote, found.variant) if one.access in _DOWNLOADS]
    if not parts:
        return unknown("nothing here shows whether one must ask before the download")
    odd = [one for one in parts if (one.access is Access.GATED_DOWNLOAD) is not wanted]
    if 0 < len(odd) < len(parts):
        return unknown("some weights are for download by anyone, for others one must ask")
    shown = (odd or parts)[0]
    seen = [one for one in shown.evidence if not stands_at(one, found.path, found.lines)]
    if not seen:
        return unknown(f"nothing else here says how to get: {name_of(shown)}")
    must = shown.access is Access.GATED_DOWNLOAD
    text = f"{name_of(shown)}: " + ("asked for before the download" if must else "open to anyone")
    judgement = Judgement.CONTRADICTED if odd else Judgement.BORNE_OUT
    return ruling(judgement, text, seen[:2])


def no_personal_data(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Say that only the data would show it."""
    return unknown("only a look through the training data would show it")


def compliance(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Say that no file decides what a regulator or a court decides; quote the verdict at hand."""
    verdict = subject.verdicts.get("eu-ai-act-53-2")
    if verdict is None or "AI Act" not in found.words:
        return unknown("whether a law is complied with, files do not show")
    criteria = (f"{one.title}: {one.truth}" for one in verdict.criteria if one.truth is Truth.NO)
    text = f"{verdict.title}: {verdict.level}" + "".join(f"; {one}" for one in criteria)
    note = "That exemption is one article; it is not compliance with the law."
    return ruling(Judgement.CANNOT_BE_TOLD, text, (), note)


def open_model(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "open model", which names no sense of open, by open terms on weights to be had."""
    ruled = open_weights(found, subject, knowledge, strictly=True)
    if ruled.judgement is not Judgement.OVERSTATED:
        return ruled
    note = '"Open" is not said to mean more than that the weights can be had.'
    return Ruling(judgement=ruled.judgement, reasons=ruled.reasons, note=note)


def first_open(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge the openness in "the first open ..."; that it is the first is history."""
    ruled = open_source(found, subject, knowledge)
    note = "That it is the first, or the only one, this release cannot show."
    judgement = ruled.judgement
    if judgement is Judgement.BORNE_OUT:
        judgement = Judgement.CANNOT_BE_TOLD
    return Ruling(judgement=judgement, reasons=ruled.reasons, note=note)


def free_software(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "free software" by the FSF's list of licenses, on the code where it speaks of code."""
    code = re.search(r"\b(?:program|software|project|package|code)\b", found.words)
    parts = subject.parts(things("code"), found.variant) if code else ()
    parts = parts or subject.weights(found.quote, found.variant)
    if not parts:
        return unknown("nothing was found whose terms could bear it out")
    return judged_by(FREE, parts, knowledge)


_CLASS = re.compile(r"\bClass (I{1,3})\b")
_NUMBER = {"1": 1, "2": 2, "3": 3, "I": 1, "II": 2, "III": 3}

#: definitions that a claim may name, by words of the name
_NAMED = (("open definition", "open-definition-2.1"), ("osi", "osaid-1.0"), ("source", "osaid-1.0"))


def openness_class(found: Found, subject: Subject, knowledge: Knowledge) -> Ruling:
    """Judge "meets the definition", "class I" by that definition's own verdict."""
    claimed = _NUMBER.get(found.name.upper())
    if claimed is not None or "openness framework" in found.name.lower():
        return _mof(claimed or 3, subject)
    name = found.name.lower()
    key = next((key for word, key in _NAMED if word in name), "osaid-1.0")
    verdict = subject.verdicts.get(key)
    if verdict is None:
        return unknown(f"the release was not judged by {key}")
    judgement = _BY_TRUTH[verdict.truth]
    return Ruling(judgement=judgement, reasons=(_told(verdict),))


_BY_TRUTH = {
    Truth.YES: Judgement.BORNE_OUT,
    Truth.NO: Judgement.CONTRADICTED,
    Truth.UNCLEAR: Judgement.CANNOT_BE_TOLD,
    Truth.NA: Judgement.CANNOT_BE_TOLD,
}


def _mof(claimed: int, subject: Subject) -> Ruling:
    """Judge a class of the Model Openness Framework: as computed today, and strictly."""
    strict, today = (subject.verdicts.get(key) for key in ("mof-strict-1.0", "mot-2026"))
    given = [one for one in (strict, today) if one is not None]
    if not given:
        return unknown("the release was not judged by the Model Openness Framework")
    reasons = tuple(_told(one) for one in given)
    reached = [_class_of(one) for one in given if one.truth is not Truth.UNCLEAR]
    if len(reached) == len(given) and all(one <= claimed for one in reached):
        return Ruling(judgement=Judgement.BORNE_OUT, reasons=reasons)
    if len(reached) == len(given) and all(one > claimed for one in reached):
        return Ruling(judgement=Judgement.CONTRADICTED, reasons=reasons)
    return Ruling(judgement=Judgement.CANNOT_BE_TOLD, reasons=reasons)


def _class_of(verdict: Verdict) -> int:
    """Return the class reached, 1 the most open, 4 for none."""
    match = _CLASS.search(verdict.level)
    return _NUMBER[match.group(1)] if match else 4


def _told(verdict: Verdict) -> Reason:
    """Say a verdict, with the evidence of what it lacks."""
    seen: list[Evidence] = []
    for one in verdict.criteria:
        if one.truth is Truth.NO:
            seen += [item for reason in one.reasons for item in reason.evidence]
    missing = f"; missing: {', '.join(verdict.missing[:3])}" if verdict.missing else ""
    text = f"{verdict.title}: {verdict.level}{missing}"
    return Reason(text=text, evidence=tuple(dict.fromkeys(seen))[:3])
