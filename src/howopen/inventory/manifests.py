"""Releases that are known by a manifest: what it says becomes parts, as said and no further."""

from __future__ import annotations

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
            return file.path, read_manifest(place.read(file.path))
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


def manifested(place: Place, path: str, manifest: Manifest) -> Iterator[Sighting]:
    """Turn the components of a manifest into sightings."""
    whole = Access(manifest.access) if manifest.access else None
    for part in manifest.components:
        if not part.component:
            continue
        presence = Presence(part.presence)
        said = f"{part.license or ''} {part.description}"
        if presence is Presence.ELSEWHERE and not part.url and _NOT_THERE.search(said):
            presence = Presence.SAID_ABSENT
        access = Access(part.access) if part.access else None
        if access is None and presence in (Presence.HERE, Presence.ELSEWHERE):
            access = whole
        if access is None and presence is Presence.SAID_WITHHELD:
            access = Access.WITHHELD
        yield Sighting(
            component=Component(part.component),
            presence=presence,
            access=access,
            variant=part.variant or None,
            name="" if part.name in _own_names() else part.name,
            urls=(part.url,) if part.url else (),
            evidence=quoted(place, How.MANIFEST, _told(part.name, said), path, part.lines),
        )


def _own_names() -> frozenset[str]:
    from howopen.formats.manifest import MOT_COMPONENTS  # noqa: PLC0415

    return frozenset({*MOT_COMPONENTS, *(component.value for component in Component)})


def _told(name: str, said: str) -> str:
    return f"{name}: {said.strip()}" if said.strip() else name
