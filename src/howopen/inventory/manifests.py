"""Releases that are known by a manifest: what it says becomes parts, as said and no further."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from howopen.errors import FormatError
from howopen.formats.manifest import Manifest, read_manifest
from howopen.inventory.sightings import Sighting, quoted
from howopen.places.place import Place
from howopen.release import Access, Component, File, FileRole, Gap, How, Presence

#: how people write into a manifest that a component is not there
_NOT_THERE = re.compile(
    r"\b(?:component )?not (?:included?|applicable|available|provided|released)\b", re.IGNORECASE
)


def find_manifest(
    place: Place, files: tuple[File, ...], gaps: list[Gap]
) -> tuple[str, Manifest] | None:
    """Read the release's manifest, when it has one."""
    for file in files:
        if place.kind != "manifest" and file.role is not FileRole.MANIFEST:
            continue
        try:
            manifest = read_manifest(place.read(file.path))
            gaps += _unknown(file.path, manifest)
            return file.path, manifest
        except FormatError as error:
            gaps.append(
                Gap(
                    where=file.path,
                    why=str(error),
                    weakens=("inventory", "licenses"),
                    hint="see docs/manifest.md",
                )
            )
    return None


def _unknown(path: str, manifest: Manifest) -> Iterator[Gap]:
    """Say which components of a manifest are none that we know, and so count for nothing."""
    for part in manifest.components:
        if not part.component:
            why = f"line {part.lines[0]}: unknown component {part.name[:80]!r}"
            yield Gap(
                where=path, why=why, weakens=("inventory", "openness"), hint="see docs/manifest.md"
            )


#: ways to use a model whose weights nobody outside has; documents are never had that way
_AS_A_SERVICE = (Access.API, Access.HOSTED, Access.STAGED)


def manifested(place: Place, path: str, manifest: Manifest) -> Iterator[Sighting]:
    """Turn the components of a manifest into sightings."""
    whole = Access(manifest.access) if manifest.access else None
    weights = [part for part in manifest.components if part.component == Component.WEIGHTS]
    if whole in _AS_A_SERVICE or (whole and not weights):
        yield _model_itself(place, path, manifest, whole)
    for part in manifest.components:
        if not part.component:
            continue
        presence = Presence(part.presence)
        said = f"{part.license or ''} {part.description}"
        if presence is Presence.ELSEWHERE and not part.url and _NOT_THERE.search(said):
            presence = Presence.SAID_ABSENT
        access = Access(part.access) if part.access else _inherited(presence, whole)
        yield Sighting(
            component=Component(part.component),
            presence=presence,
            access=access,
            variant=part.variant or None,
            name="" if part.name in _own_names() else part.name,
            urls=(part.url,) if part.url else (),
            evidence=quoted(place, How.MANIFEST, _told(part.name, said), path, part.lines),
        )


def _model_itself(place: Place, path: str, manifest: Manifest, whole: Access) -> Sighting:
    """See the model in the access that a release as a whole is said to have."""
    lines = manifest.lines.get("release.access", (1, 1))
    said = f"access: {whole.value}"
    return Sighting(
        component=Component.WEIGHTS,
        presence=Presence.ELSEWHERE,
        access=whole,
        evidence=quoted(place, How.MANIFEST, said, path, lines),
    )


def _inherited(presence: Presence, whole: Access | None) -> Access | None:
    """Tell the access of a component that states none from that of the release.

    A service gives the use of its model, and no documents.
    """
    if presence is Presence.SAID_WITHHELD:
        return Access.WITHHELD
    there = presence in (Presence.HERE, Presence.ELSEWHERE)
    return whole if there and whole not in _AS_A_SERVICE else None


@functools.cache
def _own_names() -> frozenset[str]:
    from howopen.formats.manifest import MOT_COMPONENTS  # noqa: PLC0415

    return frozenset({*MOT_COMPONENTS, *(component.value for component in Component)})


def _told(name: str, said: str) -> str:
    return f"{name}: {said.strip()}" if said.strip() else name
