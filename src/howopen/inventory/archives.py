"""Archives inside a release: what their directories name is told, their files are not read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from howopen.errors import HowopenError
from howopen.formats.weightnames import not_of_the_release
from howopen.inventory.roles import Roles
from howopen.inventory.sightings import Sighting
from howopen.inventory.variants import Variants
from howopen.inventory.weights import is_weights
from howopen.places.place import Place
from howopen.release import Component, Fact, File, FileRole, Gap, How, Presence

_ARCHIVE = re.compile(r"\.(?:zip|tar|tgz|tar\.(?:gz|xz|bz2|zst)|7z|rar)$", re.IGNORECASE)
_MAX = 8


def archives_here(
    place: Place, files: tuple[File, ...], roles: Roles, variants: Variants, gaps: list[Gap]
) -> Iterator[Sighting]:
    """Find archives that stay closed: weights where their directories name some, and gaps.

    Args:
        place: where they lie.
        files: all files.
        roles: the roles of paths.
        variants: the models of the release.
        gaps: one is added for each archive, since licenses and cards may lie inside.
    """
    open_ones = {path.split(".zip/")[0] + ".zip" for path in _paths(files) if ".zip/" in path}
    found = [
        one
        for one in files
        if _ARCHIVE.search(one.path)
        and one.path.lower() not in open_ones
        and not not_of_the_release(one.path)
    ]
    for file in found[:_MAX]:
        names = _names(place, file)
        held = [name for name in names if _is_weights(name, roles)]
        why = "an archive inside the release; what is in it is not read"
        if held:
            why = f"an archive with weights ({held[0][:80]}); what is in it is not read"
        gaps.append(_gap(file, why))
        if held:
            quote = f"{file.path} holds {held[0][:120]}"
            evidence = place.evidence(How.FILENAME, quote, file.path)
            yield Sighting(
                component=Component.WEIGHTS,
                presence=Presence.HERE,
                variant=variants.of(file.path),
                files=(file,),
                facts=(Fact(name="format", value=_format(held), evidence=(evidence,)),),
                evidence=evidence,
            )
    if len(found) > _MAX:
        gaps.append(_gap(found[_MAX], f"only {_MAX} of {len(found)} archives are looked at"))


def _paths(files: tuple[File, ...]) -> list[str]:
    return [one.path.lower() for one in files]


def _names(place: Place, file: File) -> tuple[str, ...]:
    """Return the names in a zip archive; none for other archives and broken ones."""
    if not file.path.lower().endswith(".zip"):
        return ()
    from howopen.formats.archive import read_zip_names  # noqa: PLC0415 - seldom needed

    try:
        return read_zip_names(
            lambda start, length: place.read_range(file.path, start, length), file.size
        )
    except (HowopenError, OSError):
        return ()


def _is_weights(name: str, roles: Roles) -> bool:
    role = roles.of(name)
    return role is FileRole.WEIGHTS and is_weights(File(path=name, size=0, role=role))


def _format(held: list[str]) -> str:
    suffixes = sorted({name.rsplit(".", 1)[-1].lower() for name in held if "." in name})
    return f"zip of {', '.join(suffixes[:6])}" if suffixes else "zip"


def _gap(file: File, why: str) -> Gap:
    return Gap(
        where=file.path,
        why=why,
        weakens=("inventory", "licenses", "relations"),
        hint="unpack it and give the folder",
    )
