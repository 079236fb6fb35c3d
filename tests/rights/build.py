"""Small releases for tests of rights, made of nouns alone."""

from __future__ import annotations

from howopen.answer import Answer, Circumstances, Truth
from howopen.knowledge import Knowledge, default
from howopen.release import (
    AllOf,
    AnyOf,
    ClauseSpan,
    Component,
    Departure,
    Evidence,
    Grant,
    How,
    LicenseReading,
    Part,
    Presence,
    Relation,
    Release,
    ReleaseKind,
    Scope,
    Single,
    Terms,
)
from howopen.rights import may

REF = "release"


def said(quote: str, how: How = How.CARD_METADATA, path: str = "README.md") -> Evidence:
    return Evidence(how=how, source=REF, quote=quote, path=path, lines=(2, 2))


def tag(license_id: str, edition: str | None = None) -> LicenseReading:
    """A license named by a tag, whose text is not in the release."""
    evidence = (said(f"license: {license_id}"),)
    return LicenseReading(
        license=license_id, edition=edition, name=license_id, via="tag", evidence=evidence
    )


def text(
    license_id: str, *departures: Departure, clauses: tuple[ClauseSpan, ...] = ()
) -> LicenseReading:
    """A license whose text is in the release, with what was changed in it."""
    return LicenseReading(
        license=license_id,
        name=license_id,
        via="text",
        modified=bool(departures),
        departures=departures,
        clauses=clauses,
        evidence=(said("the text", How.LICENSE_TEXT, "LICENSE"),),
    )


def departure(clause: str | None, before: str, after: str) -> Departure:
    return Departure(clause=clause, lines=(9, 9), before=before, after=after)


def grant(terms: Terms | LicenseReading | str, *incorporates: LicenseReading) -> Grant:
    if isinstance(terms, str):
        terms = tag(terms)
    if isinstance(terms, LicenseReading):
        terms = Single(reading=terms)
    return Grant(scope=Scope.STATED, terms=terms, incorporates=incorporates)


def all_of(*names: str) -> AllOf:
    return AllOf(of=tuple(Single(reading=tag(name)) for name in names))


def any_of(*names: str) -> AnyOf:
    return AnyOf(of=tuple(Single(reading=tag(name)) for name in names))


def part(component: str, terms: Grant | None, variant: str | None = None) -> Part:
    return Part(
        id=f"{component}/{variant}" if variant else component,
        component=Component(component),
        presence=Presence.HERE,
        variant=variant,
        grant=terms,
    )


def parent(ref: str, kind: str = "fine-tune", how: How = How.CARD_METADATA) -> Relation:
    """A declared parent."""
    return Relation(kind=kind, a=REF, b=ref, evidence=(said(f"base_model: {ref}", how),))


def model(
    terms: Grant | Terms | LicenseReading | str, *relations: Relation, component: str = "weights"
) -> Release:
    """A model of one part."""
    on = terms if isinstance(terms, Grant) else grant(terms)
    return Release(
        ref=REF,
        kind=ReleaseKind.MODEL,
        name="tests/release",
        parts=(part(component, on),),
        relations=relations,
    )


def ask(
    release: Release, action: str, knowledge: Knowledge | None = None, **who: str | int | None
) -> Answer:
    return may(release, action, Circumstances(**who), knowledge=knowledge or default())  # type: ignore[arg-type]  # keywords of the noun


def truth(
    release: Release, action: str, knowledge: Knowledge | None = None, **who: str | int | None
) -> Truth:
    return ask(release, action, knowledge, **who).truth


def cited(answer: Answer) -> set[str]:
    """List the clauses that an answer's reasons cite."""
    return {one.ref for reason in answer.reasons for one in reason.citations}


def owed(answer: Answer) -> dict[str, str]:
    return {duty.id: duty.text for duty in answer.duties}
