"""Fill a release's statements and each part's grant, and say what is wrong with its terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from howopen.answer import Finding
from howopen.inventory import Inventory
from howopen.knowledge.classes import for_models, for_software
from howopen.knowledge.licenses import license_of
from howopen.knowledge.loader import Knowledge
from howopen.licenses.conflicts import find_conflicts
from howopen.licenses.division import divided
from howopen.licenses.limits import find_limits, narrowing
from howopen.licenses.names import own_names
from howopen.licenses.prose import CODE, DATA, WEIGHTS
from howopen.licenses.scope import Rules, fits, grant_of
from howopen.licenses.signs import statements_with_signs
from howopen.licenses.statements import gather
from howopen.licenses.trees import readings_of_terms
from howopen.places.place import Place
from howopen.release import (
    Component,
    FileRole,
    Gap,
    Grant,
    LicenseReading,
    Noun,
    Part,
    Presence,
    Release,
    Statement,
)

#: what sentences that narrow the use of a release are about
_NARROWED = frozenset({*WEIGHTS, *CODE, *DATA, Component.ARCHITECTURE})
#: files that a license of the whole release may be meant for
_CODE = frozenset({FileRole.CODE, FileRole.PACKAGE_METADATA})


class Licensed(Noun, frozen=True, kw_only=True):
    """A release whose statements and grants are filled, and what was found on the way.

    Attributes:
        release: the release of the inventory, with `statements` and each part's `grant`.
        findings: HO2xx.
        gaps: sources of terms that could not be read.
    """

    release: Release
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()


def license_release(place: Place, inventory: Inventory, knowledge: Knowledge) -> Licensed:
    """Read all terms of a release.

    Args:
        place: where it lies.
        inventory: what it holds.
        knowledge: licenses, names and the index of texts.
    """
    gathered = gather(place, inventory, knowledge)
    statements = statements_with_signs(gathered.statements, inventory.documents, knowledge)
    gathered = gathered._replace(statements=statements)
    rules = rules_of(inventory.release, gathered.statements, knowledge)
    narrowed = narrowing(place, inventory, knowledge)
    parts = tuple(
        msgspec.structs.replace(
            part,
            grant=msgspec.structs.replace(
                _incorporating(
                    grant_of(part, gathered.statements, rules), gathered.policies, knowledge
                ),
                narrowed=_narrowing(part, narrowed, rules),
            ),
        )
        for part in divided(inventory.release.parts, gathered.statements)
    )
    release = msgspec.structs.replace(
        inventory.release, statements=gathered.statements, parts=parts
    )
    found = find_conflicts(release, rules, knowledge)
    limits = tuple(find_limits(narrowed, gathered.statements, knowledge))
    return Licensed(release=release, findings=(*found, *limits), gaps=gathered.gaps)


def _narrowing(
    part: Part, narrowed: Iterable[Statement], rules: Rules
) -> tuple[LicenseReading, ...]:
    """Return the sentences that narrow the use of a part."""
    if part.component not in _NARROWED:
        return ()
    return tuple(one.reading for one in narrowed if fits(one, part, rules))


def rules_of(release: Release, statements: Iterable[Statement], knowledge: Knowledge) -> Rules:
    """Gather what the scope rules need to know of a release and its licenses."""
    ids = {one.reading.license for one in statements if one.reading.license}
    told = {
        part.component
        for part in release.parts
        if part.presence in (Presence.HERE, Presence.ELSEWHERE)
    }
    return Rules(
        for_models=frozenset(ident for ident in ids if for_models(knowledge, ident)),
        for_software=frozenset(ident for ident in ids if for_software(knowledge, ident)),
        names=own_names(release),
        homes=tuple(_homes(release)),
        weightless=not told & set(WEIGHTS),
        lone=not told & {*WEIGHTS, *CODE} and not any(file.role in _CODE for file in release.files),
    )


def _homes(release: Release) -> Iterator[str]:
    """Yield the addresses `host/owner/name` of the repositories that a release calls its own."""
    for one in release.declarations:
        match = re.match(r"https?://(?:www\.)?([\w.-]+/[\w.-]+/[\w.-]+)", one.value)
        if one.key == "url" and match:
            yield match.group(1).lower().removesuffix(".git")


def _incorporating(
    grant: Grant, policies: Iterable[tuple[str, LicenseReading]], knowledge: Knowledge
) -> Grant:
    """Add the use policies in the release that the licenses of a grant take in."""
    taken: list[LicenseReading] = []
    for reading in readings_of_terms(grant.terms):
        known = license_of(knowledge, reading.license, reading.edition) if reading.license else None
        wanted = known.incorporates if known else ()
        home = _folder(reading)
        for path, policy in policies:
            near = home is None or path.rpartition("/")[0] == home
            named = any(policy.license == one.license for one in wanted)
            unknown = policy.license is None and any(
                path.rpartition("/")[2] in one.files for one in wanted
            )
            if near and (named or unknown) and policy not in taken:
                taken.append(policy)
    return msgspec.structs.replace(grant, incorporates=tuple(taken)) if taken else grant


def _folder(reading: LicenseReading) -> str | None:
    """Return the folder of a license text; None where the license is only named."""
    path = reading.evidence[0].path if reading.evidence and reading.via == "text" else None
    return None if path is None else path.rpartition("/")[0]
