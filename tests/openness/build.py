"""Small releases built by hand, for the tests of openness and claims."""

from __future__ import annotations

from howopen.release import (
    Access,
    AllOf,
    AnyOf,
    Component,
    Declaration,
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
    Statement,
    Terms,
    Variant,
)


def evidence(
    quote: str,
    path: str = "LICENSE",
    how: How = How.LICENSE_TEXT,
    lines: tuple[int, int] | None = (1, 2),
) -> Evidence:
    """Build evidence from a file of the folder `here`."""
    return Evidence(how=how, source="here", path=path, lines=lines, quote=quote)


def one(license_id: str | None, **facts: object) -> Single:
    """Build terms of one license."""
    reading = LicenseReading(
        license=license_id,
        name=license_id or "some terms",
        evidence=(evidence(f"words of {license_id}"),),
        modified=bool(facts.get("modified")) or None,
    )
    return Single(reading=reading)


def choice(*ids: str) -> AnyOf:
    """Build terms that may be chosen from."""
    return AnyOf(of=tuple(one(ident) for ident in ids))


def both(*ids: str) -> AllOf:
    """Build terms that all bind."""
    return AllOf(of=tuple(one(ident) for ident in ids))


def part(
    component: str,
    terms: Terms | str | None = None,
    *,
    presence: str = "here",
    access: str | None = "download",
    scope: str | None = None,
    variant: str | None = None,
    urls: tuple[str, ...] = (),
    how: str = "filename",
) -> Part:
    """Build a part; a license may be given by its id, and no terms mean that it is unlicensed."""
    found = presence in {"here", "elsewhere"}
    tree = one(terms) if isinstance(terms, str) else terms
    state = scope or ("unstated" if tree is None else "stated")
    said = (evidence(f"grant on {component}"),) if tree else ()
    return Part(
        id=component + (f"/{variant}" if variant else ""),
        component=Component(component),
        presence=Presence(presence),
        access=Access(access) if access and found else None,
        variant=variant,
        urls=urls,
        grant=Grant(scope=Scope(state), terms=tree, evidence=said),
        evidence=(evidence(component, path=f"{component}.file", how=How(how), lines=None),),
    )


def release(
    *parts: Part,
    name: str = "owner/Alpaca-7B",
    kind: str = "model",
    declarations: tuple[Declaration, ...] = (),
    relations: tuple[Relation, ...] = (),
    statements: tuple[Statement, ...] = (),
) -> Release:
    """Build a release of parts; its variants are those that the parts name."""
    ids = dict.fromkeys(one.variant for one in parts if one.variant)
    return Release(
        ref="here",
        kind=ReleaseKind(kind),
        name=name,
        parts=parts,
        variants=tuple(Variant(id=ident, name=ident) for ident in ids),
        declarations=declarations,
        relations=relations,
        statements=statements,
    )


def declared(key: str, value: str, **where: object) -> Declaration:
    """Build a declaration of a card, or of a manifest with `how="manifest"`."""
    component = where.get("component")
    how = How(str(where.get("how", "card-metadata")))
    path = str(where.get("path", "README.md"))
    return Declaration(
        key=key,
        value=value,
        component=Component(str(component)) if component else None,
        evidence=evidence(f"{key}: {value}", path=path, how=how, lines=(3, 3)),
    )


def all_open(terms: str = "Apache-2.0") -> tuple[Part, ...]:
    """Build every component that a definition could ask for, under one license, to download."""
    return tuple(part(component, terms) for component in Component)
