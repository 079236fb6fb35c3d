"""Read the license files of a REF: one file, or all of a release."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator

from msgspec.structs import replace

from howopen.errors import RefError
from howopen.formats.text import decode
from howopen.inventory.roles import Roles
from howopen.knowledge import Knowledge, default
from howopen.knowledge.components import components_of
from howopen.licenses.prose import said_in
from howopen.licenses.reading import readings_of
from howopen.licenses.signs import with_signs
from howopen.places import Place, open_place, split_ref
from howopen.release import Evidence, FileRole, How, LicenseReading

#: Roles of files that hold terms.
ROLES = frozenset({FileRole.LICENSE_TEXT, FileRole.USE_POLICY, FileRole.DATA_LICENSE})


def read_licenses(
    ref: str | os.PathLike[str], *, offline: bool = False, knowledge: Knowledge | None = None
) -> tuple[LicenseReading, ...]:
    """Read every license in a file, or in all license files and policies of a release.

    Args:
        ref: a license file, a release, or `REF#path` for one file of a release.
        offline: refuse every network call.
        knowledge: what is known; ours when not given.

    Raises:
        RefError: when the REF names nothing, or the release has no license file.
        PlaceError: when a file cannot be read.
    """
    known = knowledge or default()
    place = open_place(ref, offline=offline)
    _, inner = split_ref(os.fspath(ref))
    paths = (inner,) if inner else tuple(_paths(place, known))
    if not paths:
        raise RefError(
            "no license file in this release",
            path=place.ref,
            hint="`howopen show` says what else states its terms",
        )
    return tuple(reading for path in paths for reading in _of_file(place, path, known))


def _paths(place: Place, knowledge: Knowledge) -> Iterator[str]:
    entries = place.entries()
    if len(entries) == 1:
        yield entries[0].path
        return
    roles = Roles(components_of(knowledge))
    yield from (each.path for each in entries if roles.of(each.path) in ROLES)


def _of_file(place: Place, path: str, knowledge: Knowledge) -> tuple[LicenseReading, ...]:
    """Read the texts of a file; where it holds none, the licenses that its sentences name."""
    text = decode(place.read(path)).text
    see = functools.partial(_sighting, place, path)
    found = tuple(
        with_signs(one, text, knowledge) for one in readings_of(text, knowledge, evidence=see)
    )
    if any(one.license for one in found):
        return found
    named = (
        replace(
            reading,
            via="notice",
            evidence=(place.evidence(How.CARD_PROSE, said.quote, path, lines=said.lines),),
        )
        for said in said_in(text, knowledge)
        for reading in said.readings
        if reading.license
    )
    return tuple(named) or found


def _sighting(place: Place, path: str, quote: str, lines: tuple[int, int]) -> Evidence:
    return place.evidence(How.LICENSE_TEXT, quote, path, lines=lines)
