"""Whether terms are in a class, and by what they restrict, over the whole tree of terms."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from howopen.answer import Citation, Reason, Truth
from howopen.knowledge import Knowledge
from howopen.knowledge.classes import Classes, classes_of
from howopen.knowledge.licenses import Forbids, License, Limits, When, license_of
from howopen.knowledge.predicates import Licensed
from howopen.openness.logic import all_of, any_of
from howopen.release import AnyOf, LicenseReading, Single, Terms

#: who rules on a class, for a sentence
BODIES = {
    "osi": "OSI-approved",
    "fsf": "free by the FSF",
    "open-definition": "conformant with the Open Definition",
    "mot-open": "open to the Model Openness Tool",
}


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A truth, why, and what would make it yes."""

    truth: Truth
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()


def joined(judged: Sequence[Judged], combine: Callable[[Sequence[Truth]], Truth]) -> Judged:
    """Join judgements; of the reasons keep those that bear on the outcome, if there are any."""
    truth = combine([item.truth for item in judged])
    bearing = [item for item in judged if item.truth is truth] or list(judged)
    wanting = [item for item in judged if item.truth in {Truth.NO, Truth.UNCLEAR}]
    missing = [text for item in wanting for text in item.missing] if truth is not Truth.YES else []
    return Judged(
        truth=truth,
        reasons=_once([reason for item in bearing for reason in item.reasons]),
        missing=tuple(dict.fromkeys(missing)),
    )


def _once(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Keep each reason once; those that read differently differ, and need no comparing in full."""
    told = {reason.text for reason in reasons}
    return tuple(reasons if len(told) == len(reasons) else dict.fromkeys(reasons))


def over(terms: Terms, judge: Callable[[LicenseReading], Judged]) -> Judged:
    """Judge a tree of terms: all of what binds together, any of what may be chosen."""
    if isinstance(terms, Single):
        return judge(terms.reading)
    branches = [over(branch, judge) for branch in terms.of]
    combine = any_of if isinstance(terms, AnyOf) else all_of
    truth = combine([branch.truth for branch in branches])
    reasons = tuple(reason for branch in branches for reason in branch.reasons)
    return Judged(truth=truth, reasons=tuple(dict.fromkeys(reasons)))


def in_classes(reading: LicenseReading, rule: Licensed, knowledge: Knowledge) -> Judged:
    """Judge whether one license is in a class of the rule, by whose ruling."""
    if reading.license is None:
        return _unnamed_in_classes(reading, rule, knowledge)
    if not rule.classes and not rule.listed:
        return _said(reading, Truth.YES, f"{reading.license} covers it")
    found = classes_of(knowledge, reading.license)
    # a manifest's spelling counts as it stands; ids that we resolved are spelled our way already
    exact = found.license == reading.license
    ours = next((name for name in rule.classes if exact and has_class(found, name)), None)
    listed = exact and reading.license in rule.listed
    if reading.modified and (ours or listed):
        why = f"the text is {reading.license} with changes, which no body has ruled on"
        return _said(reading, Truth.UNCLEAR, why)
    if ours or listed:
        by = _ruling(ours) if ours else "on this definition's own list"
        return _said(reading, Truth.YES, f"{reading.license} is {by}")
    return _outside(reading, rule, found, exact=exact)


def _unnamed_in_classes(reading: LicenseReading, rule: Licensed, knowledge: Knowledge) -> Judged:
    """Judge terms of which only the kind is known: what none of the licenses it may be is, is no.

    A changed text of theirs is not on a list either, so that "a modified X" is no more than X.
    """
    said = reading.name or reading.why or "the terms"
    some = _candidates(reading)
    if some and not rule.classes and not rule.listed:
        return _said(reading, Truth.YES, f"{said}: one of {_either(some)}")
    judged = [in_classes(one, rule, knowledge) for one in some]
    if judged and all(one.truth is Truth.NO for one in judged):
        wanted = " or ".join(_ruling(name) for name in rule.classes) or "on the list"
        return _said(reading, Truth.NO, f"{said}: none of {_either(some)} is {wanted}")
    return _said(reading, Truth(rule.unknown), f"nobody has classed {said}")


def _candidates(reading: LicenseReading) -> list[LicenseReading]:
    """List the licenses that an ambiguous name or tag may mean; what a text is near is none."""
    if reading.via == "text" or len(reading.near) < 2:
        return []
    return [replace(reading, license=ident, near=(), via="name") for ident in reading.near]


def _either(some: list[LicenseReading]) -> str:
    return ", ".join(str(one.license) for one in some[:5])


def _outside(reading: LicenseReading, rule: Licensed, found: Classes, *, exact: bool) -> Judged:
    wanted = " or ".join(_ruling(name) for name in rule.classes) or "on the list"
    arguable = next((name for name in rule.arguable if has_class(found, name)), None)
    if arguable is not None:
        why = f"{reading.license} is {_ruling(arguable)}, but not {wanted}: arguable"
        return _said(reading, Truth.UNCLEAR, why)
    if not exact or not found.known:
        why = f"nobody has classed {reading.license!r}"
        return _said(reading, Truth(rule.unknown), why)
    family = f" ({found.family})" if found.family else ""
    return _said(reading, Truth.NO, f"{reading.license}{family} is not {wanted}")


def has_class(found: Classes, name: str) -> bool:
    """Tell whether a license is in a class, by the class's id in a definition."""
    match name:
        case "osi":
            return found.osi
        case "fsf":
            return found.fsf
        case "open-definition":
            return found.open_definition
        case "mot-open":
            return found.mot_open
        case _:
            return found.family == name


def _ruling(name: str) -> str:
    return BODIES.get(name, f"{name} (our class)")


def _said(reading: LicenseReading, truth: Truth, text: str) -> Judged:
    return Judged(truth=truth, reasons=(Reason(text=text, evidence=reading.evidence[:3]),))


#: families whose very definition is a restriction, and of what kind
RESTRICTED_FAMILIES = {
    "noncommercial": "purpose",
    "research-only": "purpose",
    "no-derivatives": "other",
    "rail": "field",
}

#: the kind of restriction a limit is
LIMITS = {
    "mau": "size",
    "revenue": "size",
    "territory": "place",
    "organization": "persons",
    "registration": "persons",
    "competitor": "outputs",
}

#: forbidding only this restricts nobody's use: no license gives it
HARMLESS = frozenset({"use-name", "sublicense", "relicense"})


#: what is done with outputs: to forbid no more than this restricts other models and works
OUTPUTS = frozenset({"use-outputs", "train-on-outputs", "distil"})


#: words by which a text is said to be another's with changes
_CHANGED = re.compile(r"\b(?:modified|changed|adapted|custom|based on)\b", re.IGNORECASE)


def unrestricted(reading: LicenseReading, by: tuple[str, ...], knowledge: Knowledge) -> Judged:
    """Judge whether a license restricts use by purpose, person, place, field, size or outputs."""
    if reading.license is None:
        said = reading.name or reading.why or "the terms"
        some = [] if _CHANGED.search(f"{reading.name} {reading.why}") else _candidates(reading)
        judged = [unrestricted(one, by, knowledge) for one in some]
        if judged and all(one.truth is Truth.NO for one in judged):
            return _said(reading, Truth.NO, f"{said}: each of {_either(some)} restricts use")
        return _said(reading, Truth.UNCLEAR, f"nobody has read {said}")
    found = classes_of(knowledge, reading.license)
    if (found.osi or found.fsf or found.open_definition) and not reading.modified:
        return _said(reading, Truth.YES, f"{reading.license} restricts no use")
    known = license_of(knowledge, reading.license, reading.edition)
    if known is None and not reading.edition:
        editions = _each_edition(reading, by, knowledge)
        if len({one.truth for one in editions}) == 1:
            return editions[-1]
    clauses = _restrictions(reading.license, reading.edition, by, knowledge) if known else ()
    if clauses:
        names = f"{reading.license} restricts use"
        reason = Reason(text=names, evidence=reading.evidence[:1], because=clauses)
        return Judged(truth=Truth.NO, reasons=(reason,))
    if known and not reading.modified:
        return _said(reading, Truth.YES, f"no clause of {reading.license} restricts it so")
    kind = RESTRICTED_FAMILIES.get(found.family or "")
    if kind and (not by or kind in by):
        return _said(reading, Truth.NO, f"{reading.license} is a {found.family} license")
    return _said(reading, Truth.UNCLEAR, f"nobody has read {reading.license} clause by clause")


def _each_edition(
    reading: LicenseReading, by: tuple[str, ...], knowledge: Knowledge
) -> list[Judged]:
    """Judge every edition that was read of a license that is named without one."""
    names = [one for one in knowledge.ids("licenses") if one.startswith(f"{reading.license}@")]
    readings = [replace(reading, edition=one.partition("@")[2]) for one in names]
    return [unrestricted(one, by, knowledge) for one in readings]


@functools.lru_cache(maxsize=256)
def _restrictions(
    license_id: str, edition: str | None, by: tuple[str, ...], knowledge: Knowledge
) -> tuple[Reason, ...]:
    """List the clauses that restrict, those of incorporated texts included."""
    known = license_of(knowledge, license_id, edition)
    taken = [license_of(knowledge, item.license) for item in known.incorporates] if known else []
    texts = [text for text in (known, *taken) if text is not None]
    return tuple(
        _clause(text, clause)
        for text in texts
        for clause in text.clause
        if isinstance(clause, Forbids | Limits)
        and (kinds := _kinds(clause))
        and (not by or kinds & set(by))
    )


def _kinds(clause: Forbids | Limits) -> set[str]:
    if isinstance(clause, Limits):
        return {LIMITS.get(clause.limit, "other")}
    if set(clause.actions) <= HARMLESS:
        return set()
    on_outputs = {"outputs"} if set(clause.actions) <= OUTPUTS else set()
    return _facets(clause.when) | on_outputs or {"other"}


def _facets(when: When) -> set[str]:
    facets = {
        "purpose": when.purpose,
        "persons": (*when.org, *when.role),
        "place": (*when.based_in, *when.used_in),
        "field": when.field,
        "outputs": when.target,
        "product": when.kind,
    }
    return {kind for kind, values in facets.items() if values}


def _clause(text: License, clause: Forbids | Limits) -> Reason:
    ident = f"{text.id}@{text.edition}" if text.edition else text.id
    cited = Citation(license=ident, clause=clause.ref, says=clause.says, url=text.url)
    return Reason(text=clause.says, citations=(cited,))
