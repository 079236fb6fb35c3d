"""Fill a release's statements and each part's grant, and say what is wrong with its terms."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from howopen.answer import Finding
from howopen.inventory import Inventory
from howopen.knowledge.classes import classes_index
from howopen.knowledge.licenses import license_of
from howopen.knowledge.loader import Knowledge
from howopen.licenses.conflicts import find_conflicts
from howopen.licenses.index import load
from howopen.licenses.scope import Rules, grant_of, readings_of_terms
from howopen.licenses.statements import gather
from howopen.places.place import Place
from howopen.release import Gap, Grant, LicenseReading, Noun, Release, Statement


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
    rules = model_rules(gathered.statements, knowledge)
    parts = tuple(
        msgspec.structs.replace(
            part,
            grant=_incorporating(
                grant_of(part, gathered.statements, rules), gathered.policies, knowledge
            ),
        )
        for part in inventory.release.parts
    )
    release = msgspec.structs.replace(
        inventory.release, statements=gathered.statements, parts=parts
    )
    return Licensed(
        release=release, findings=find_conflicts(release, rules, knowledge), gaps=gathered.gaps
    )


def model_rules(statements: Iterable[Statement], knowledge: Knowledge) -> Rules:
    """Tell which of the licenses of a release are written for models: those SPDX does not list."""
    ids = {one.reading.license for one in statements if one.reading.license}
    return Rules(frozenset(ident for ident in ids if is_model_license(ident, knowledge)))


def is_model_license(ident: str, knowledge: Knowledge) -> bool:
    """Return whether a license is written for models; ids of SPDX have capitals, ours have none."""
    if ident.startswith("OpenMDW"):
        return True
    plain = ident == ident.lower() and (ident in load(knowledge).by_id or _ours(ident, knowledge))
    return plain and not ident.startswith(("etalab", "libpng", "zlib", "bzip2", "blessing", "curl"))


def _ours(ident: str, knowledge: Knowledge) -> bool:
    return ident in classes_index(knowledge).ids or ident in knowledge.ids("licenses")


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
