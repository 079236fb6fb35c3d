"""What a judge says: the ruling, and the words that all judges share."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from howopen.answer import Judgement, Reason
from howopen.claims.find import Found
from howopen.claims.subject import Subject
from howopen.knowledge import Knowledge
from howopen.knowledge.tags import Tag
from howopen.openness.view import readings
from howopen.release import Evidence, Part


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """A judgement, why, and what was left out of it."""

    judgement: Judgement
    reasons: tuple[Reason, ...] = ()
    note: str = ""


Judge = Callable[[Found, Subject, Knowledge], Ruling]


def ruling(
    judgement: Judgement, text: str, evidence: Iterable[Evidence] = (), note: str = ""
) -> Ruling:
    """Rule with one reason."""
    reason = Reason(text=text, evidence=tuple(evidence)[:4])
    return Ruling(judgement=judgement, reasons=(reason,), note=note)


def unknown(text: str) -> Ruling:
    """Say that it cannot be told, and why."""
    return ruling(Judgement.CANNOT_BE_TOLD, text)


def lacking_is(subject: Subject, denied: Iterable[Part]) -> Judgement:
    """Judge a claim to have given what was not found: that is no proof that it is kept back.

    Args:
        subject: the release.
        denied: parts by which the release itself says that it does not give them.
    """
    if any(True for _ in denied):
        return Judgement.CONTRADICTED
    return Judgement.OVERSTATED if subject.listed else Judgement.CANNOT_BE_TOLD


def name_of(part: Part) -> str:
    """Say a part in a sentence."""
    own = part.variant or part.name
    return part.component.replace("-", " ") + (f" of {own}" if own else "")


def terms_evidence(part: Part) -> tuple[Evidence, ...]:
    """Return where it is said that terms are on a part, the words of license texts first."""
    if part.grant is None:
        return ()
    read = [item for one in readings(part.grant.terms) for item in one.evidence]
    return tuple(dict.fromkeys((*part.grant.evidence, *read)))[:2]


def licenses_on(part: Part) -> frozenset[str]:
    """List the ids of the licenses on a part."""
    terms = part.grant.terms if part.grant else None
    return frozenset(one.license for one in readings(terms) if one.license)


def ids_of_tag(tag: Tag | None) -> frozenset[str]:
    """List the licenses that a name may mean."""
    if tag is None:
        return frozenset()
    return frozenset({tag.license} if tag.license else tag.candidates)
