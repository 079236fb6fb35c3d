"""Which models of a release are under the same terms, so that one answer holds for all of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from msgspec.structs import replace

from howopen.release import AllOf, LicenseReading, Part, Presence, Relation, Release, Single, Terms

#: the parts of a model that a question is about
Parts = tuple[Part, ...]


def alike(release: Release, parts: Sequence[Part]) -> tuple[Parts, ...]:
    """Group parts whose terms and parents are equal, wherever they were stated."""
    found: dict[Hashable, list[Part]] = {}
    own = _own_relations(release.relations)
    for part in parts:
        found.setdefault((_key(part), own.get(part.variant)), []).append(part)
    return tuple(tuple(group) for group in found.values())


def models_alike(
    release: Release, models: Iterable[tuple[str, Parts]]
) -> tuple[tuple[str, ...], ...]:
    """Group variants whose parts have equal terms and parents; those without parts are alike."""
    found: dict[Hashable, list[str]] = {}
    own = _own_relations(release.relations)
    for variant, parts in models:
        key = (tuple(map(_key, parts)), own.get(variant)) if parts else ()
        found.setdefault(key, []).append(variant)
    return tuple(tuple(group) for group in found.values())


def _own_relations(relations: Iterable[Relation]) -> dict[str | None, Hashable]:
    """List by variant the relations that are its own; how they were seen counts, where does not."""
    found: dict[str | None, list[Hashable]] = {}
    for one in relations:
        if one.variant is not None:
            hows = frozenset(evidence.how for evidence in one.evidence)
            key = (one.kind, one.a, one.b, one.direction, one.standing, hows)
            found.setdefault(one.variant, []).append(key)
    return {variant: tuple(keys) for variant, keys in found.items()}


def _key(part: Part) -> Hashable:
    """Tell what of a part its answers depend on; terms that stand elsewhere differ by place."""
    grant = part.grant
    unstated = grant is None or grant.terms is None
    away = part.presence is Presence.ELSEWHERE and unstated
    where = (*part.urls[:1], part.name) if away else ()
    if grant is None:
        return (part.component, part.presence, where)
    beside = (*map(_reading, grant.incorporates), *grant.narrowed)
    return (part.component, part.presence, where, grant.scope, _terms(grant.terms), *beside)


def _terms(terms: Terms | None) -> Hashable:
    if terms is None:
        return None
    if isinstance(terms, Single):
        return _reading(terms.reading)
    return (isinstance(terms, AllOf), *map(_terms, terms.of))


def _reading(reading: LicenseReading) -> LicenseReading:
    return replace(reading, evidence=(), clauses=(), similarity=0.0)
