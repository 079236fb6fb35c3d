"""Read a release: what is there and the terms on it, and nothing that follows from them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from howopen.answer import Finding
from howopen.errors import HowopenError, RefError
from howopen.inventory import Document, Inventory, take
from howopen.kinship.result import Kinship
from howopen.knowledge import Knowledge, default
from howopen.licenses import license_release
from howopen.places import Place, open_place, split_ref
from howopen.release import Evidence, Gap, Grant, How, LicenseReading, Release, Scope, Single
from howopen.rights import with_parents

T = TypeVar("T")


class Released(NamedTuple):
    """A release with the terms on its parts: all that a question about rights needs."""

    release: Release
    place: Place
    documents: tuple[Document, ...]
    rooms: Rooms
    kinships: tuple[Kinship, ...] = ()


def released(
    ref: str | os.PathLike[str],
    *,
    offline: bool = False,
    knowledge: Knowledge | None = None,
    parents: Sequence[str | os.PathLike[str]] = (),
) -> Released:
    """Read a release and the terms on its parts, and nothing that follows from them.

    Args:
        ref: any REF.
        offline: refuse every network call.
        knowledge: other knowledge than ours.
        parents: REFs of releases it comes from, read for their own terms.

    Raises:
        RefError: when the REF names nothing, or a place without files.
        PlaceError: when nothing there can be read.
    """
    known = knowledge or default()
    place = open_place(ref, offline=offline)
    if not place.entries():
        raise RefError(
            "there are no files in it", path=place.ref, hint="give the folder of a release"
        )
    inventory = take(place, known)
    rooms = Rooms(gaps=[*place.gaps, *inventory.gaps], findings=[*inventory.findings])
    release = _at_file(rooms.license(place, inventory, known), ref)
    beside = [
        read
        for each in parents
        for read in [rooms.run("rights", partial(released, each, offline=offline, knowledge=known))]
        if read is not None
    ]
    release, kinships = rooms.kinship(release, place, [each.place for each in beside], known)
    release, unmatched = with_parents(release, [each.release for each in beside])
    rooms.gaps += unmatched
    return Released(release, place, inventory.documents, rooms, kinships)


def _at_file(release: Release, ref: str | os.PathLike[str]) -> Release:
    """Leave out parts of the component that the file of a `REF#path` is of, and does not lie in."""
    path = split_ref(ref)[1] if isinstance(ref, str) else None
    asked = {part.component for part in release.parts if any(f.path == path for f in part.files)}
    parts = tuple(
        part
        for part in release.parts
        if part.component not in asked or any(file.path == path for file in part.files)
    )
    return msgspec.structs.replace(release, parts=parts)


def _unread(release: Release, gap: Gap) -> Release:
    """Say of every part that its terms could not be read: that is not the same as no terms."""
    seen = Evidence(how=How.SEARCHED, source=release.ref, quote=gap.why)
    why = f"its terms could not be read: {gap.why}"
    reading = LicenseReading(license=None, via="text", why=why, evidence=(seen,))
    grant = Grant(scope=Scope.INHERITED, terms=Single(reading=reading), evidence=(seen,))
    parts = tuple(msgspec.structs.replace(part, grant=grant) for part in release.parts)
    return msgspec.structs.replace(release, parts=parts)


#: The hint of a gap that is our own fault.
DEFECT = "a defect of howopen: please report it with the release that shows it"


def defect(error: Exception) -> str:
    """Say what went wrong and where in our code, for whoever mends it."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = "" if frame is None else f" at {Path(frame.tb_frame.f_code.co_filename).name}"
    line = "" if frame is None else f":{frame.tb_lineno}"
    return f"{type(error).__name__}: {error}{where}{line}"


class Rooms:
    """Runs the rooms; what one of them cannot do becomes a gap, and the report goes on."""

    def __init__(self, gaps: list[Gap], findings: list[Finding]) -> None:
        self.gaps = gaps
        self.findings = findings

    def run(self, room: str, work: Callable[[], T]) -> T | None:
        """Run a room; None where it failed."""
        try:
            return work()
        except HowopenError as error:
            where = error.path or room
            self.gaps.append(Gap(where=where, why=str(error), weakens=(room,), hint=error.hint))
        except Exception as error:
            # whatever a room trips over, what could be read is still reported
            self.gaps.append(Gap(where=room, why=defect(error), weakens=(room,), hint=DEFECT))
        return None

    def all(self, room: str, work: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
        """Run a room that finds several things; none where it failed."""
        return self.run(room, work) or ()

    def license(self, place: Place, inventory: Inventory, knowledge: Knowledge) -> Release:
        """Put the terms on the release of an inventory."""
        licensed = self.run("licenses", lambda: license_release(place, inventory, knowledge))
        if licensed is None:
            return _unread(inventory.release, self.gaps[-1])
        self.findings += licensed.findings
        self.gaps += licensed.gaps
        return licensed.release

    def kinship(
        self, release: Release, place: Place, parents: Sequence[Place], knowledge: Knowledge
    ) -> tuple[Release, tuple[Kinship, ...]]:
        """Compare the weights of a release with those of its parents at hand."""
        if not parents:
            return release, ()
        from howopen.kinship.relate import compare_places, relate  # noqa: PLC0415 - seldom needed

        found = [
            self.run("kinship", partial(compare_places, place, parent, knowledge))
            for parent in parents
        ]
        kinships = tuple(each for each in found if each is not None)
        related = self.run("kinship", lambda: relate(release, kinships, knowledge))
        if related is None:
            return release, kinships
        self.findings += related[1]
        return related[0], kinships
