"""Real licenses, read as if not indexed, never get a yes that their own clauses deny."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from howopen import licenses
from howopen.answer import Circumstances, Truth
from howopen.knowledge import default
from howopen.knowledge.licenses import license_of
from howopen.licenses.index import Index, Reference
from howopen.licenses.reading import read_with
from howopen.licenses.signs import with_signs
from howopen.licenses.words import Words
from howopen.release import LicenseReading
from howopen.rights import may
from howopen.rights.likeness import likened
from howopen.rights.words import words_of
from tests.rights.build import model

pytestmark = pytest.mark.shared
KNOWN = default()
WHO = (
    Circumstances(purpose="commercial", org="company", mau_at_release=800_000_000),
    Circumstances(purpose="research", org="academic"),
    Circumstances(target="other-llm"),
)


class Without(Index):
    """The index as if one license were not in it."""

    left_out = ""

    def votes(self, shingles: list[int]) -> dict[Reference, list[int]]:
        found = super().votes(shingles)
        return {one: at for one, at in found.items() if one.id != self.left_out}

    def whole(self, ids: array[int]) -> tuple[Reference, ...]:
        return tuple(one for one in super().whole(ids) if one.id != self.left_out)


def alike(folder: Path) -> Iterator[tuple[LicenseReading, LicenseReading]]:
    """Yield for each text its reading, and that through the license it is near without its own."""
    index = Without((Path(licenses.__file__).parent / "index.bin").read_bytes())
    for path in sorted(folder.iterdir()):
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        index.left_out = ""
        own = read_with(Words(text), index, KNOWN)[0].reading
        if own.license is None or license_of(KNOWN, own.license, own.edition) is None:
            continue
        index.left_out = own.license
        other = with_signs(read_with(Words(text), index, KNOWN)[0].reading, text, KNOWN)
        if other.license is None and likened(other, KNOWN):
            yield own, other


def test_no_license_read_through_another_permits_what_it_does_not(shared_root: Path) -> None:
    pairs = list(alike(shared_root / "corpus" / "license-texts"))
    assert len(pairs) >= 2
    wrong = [
        (own.license, action, who)
        for own, other in pairs
        for action in words_of(KNOWN).actions
        for who in (*WHO, replace(WHO[0], based_in="DE"))
        if not (who.target and action not in ("train-on-outputs", "distil"))
        and may(model(other), action, who).truth is Truth.YES
        and may(model(own), action, who).truth is not Truth.YES
    ]
    assert wrong == []
