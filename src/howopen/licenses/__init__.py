"""Which license something is: its text, tag, name or notice, its clauses, and what was changed.

`read_license` reads one text or file; `compare_licenses` says what one changed against another;
`license_release` reads all terms of a release and concludes what is on each part.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from howopen.knowledge.loader import Knowledge, default
from howopen.licenses.reading import read_text, readings_of, text_sighting
from howopen.licenses.signs import with_signs
from howopen.release import Evidence, How, LicenseReading

if TYPE_CHECKING:
    from howopen.inventory import Inventory
    from howopen.licenses.comparison import LicenseComparison
    from howopen.licenses.release_terms import Licensed
    from howopen.places.place import Place

__all__ = [
    "compare_licenses",
    "license_release",
    "read_license",
    "read_text",
    "readings_of",
    "text_sighting",
]


def read_license(
    path_or_text: str | os.PathLike[str], *, knowledge: Knowledge | None = None
) -> LicenseReading:
    """Tell which license a file or a text is, and what was changed in it.

    Args:
        path_or_text: a path, or the text itself when it has several lines or names no file.
        knowledge: what is known; ours when not given.

    Raises:
        PlaceError: when a path cannot be read.
    """
    known = knowledge or default()
    path = _path(path_or_text)
    if path is None:
        return with_signs(read_text(str(path_or_text), known), str(path_or_text), known)
    from howopen.errors import PlaceError  # noqa: PLC0415
    from howopen.formats.text import decode  # noqa: PLC0415
    from howopen.places.place import MAX_TEXT  # noqa: PLC0415

    try:
        with path.open("rb") as file:
            text = decode(file.read(MAX_TEXT)).text
    except OSError as error:
        hint = "give a readable file, or the text itself"
        raise PlaceError(str(error), path=str(path), hint=hint) from error

    def see(quote: str, lines: tuple[int, int]) -> Evidence:
        return Evidence(
            how=How.LICENSE_TEXT, source=str(path), path=path.name, quote=quote, lines=lines
        )

    return with_signs(read_text(text, known, evidence=see), text, known)


def _path(given: str | os.PathLike[str]) -> Path | None:
    if not isinstance(given, str):
        return Path(given)
    if "\n" in given or len(given) > 1024:
        return None
    path = Path(given)
    return path if path.is_file() else None


def license_release(place: Place, inventory: Inventory, knowledge: Knowledge) -> Licensed:
    """Read all terms of a release: see `howopen.licenses.release_terms.license_release`."""
    from howopen.licenses.release_terms import license_release as read  # noqa: PLC0415

    return read(place, inventory, knowledge)


def compare_licenses(
    a: str | os.PathLike[str],
    b: str | os.PathLike[str],
    *,
    offline: bool = False,
    knowledge: Knowledge | None = None,
) -> LicenseComparison:
    """Compare two licenses clause by clause: see `howopen.licenses.sides.compare_licenses`."""
    from howopen.licenses.sides import compare_licenses as compare  # noqa: PLC0415

    return compare(a, b, offline=offline, knowledge=knowledge)
