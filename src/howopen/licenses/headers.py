"""SPDX tags at the top of code files: the terms on these files, by their own words.

Source: SPDX specification 2.3, annex E (short identifiers in source files). Only the first lines of
a sample of the files are read, fewer where each read is a request; other people's folders are left
out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from howopen.errors import HowopenError
from howopen.formats.text import decode
from howopen.inventory import Inventory
from howopen.knowledge.loader import Knowledge
from howopen.licenses.sidecars import with_text
from howopen.licenses.tags import LONGEST_NAME, read_tag
from howopen.places.place import Place
from howopen.release import Evidence, FileRole, How, Statement

VENDORED = re.compile(
    r"(?:^|/)(?:_?vendor(?:ed)?|third[_-]?party|3rdparty|dependencies|external|extern|node_modules)/",
    re.I,
)
_TAG = re.compile(
    r"^[\s/*#;%<!\-\"']*SPDX-License-Identifier:[ \t]*([^\n]+?)[ \t]*(?:\*/|-->)?[ \t\r]*$",
    re.MULTILINE,
)
_TOP = 4_096
#: how many code files are looked at, where a read costs nothing and where it is a request
_LOCAL, _REMOTE = 300, 6


def headers(
    place: Place, inventory: Inventory, texts: Iterable[Statement], knowledge: Knowledge
) -> Iterator[Statement]:
    """Yield what the tags of code files say, files with one expression together.

    Args:
        place: where the release lies.
        inventory: its files.
        texts: the texts read so far, which a tag of the same license means.
        knowledge: the table of names.
    """
    found: dict[str, list[Evidence]] = {}
    for path in _sample(place, inventory):
        for expression, evidence in _tags(place, path):
            found.setdefault(expression, []).append(evidence)
    read = {one.reading.license: one.reading for one in texts if one.rank == "text"}
    for expression, sights in found.items():
        tagged = read_tag(expression, knowledge, sights[0], via="header")
        for reading in tagged.readings:
            yield Statement(
                reading=with_text(reading, read),
                evidence=sights[0],
                files=tuple(one.path for one in sights if one.path),
                choice=tagged.choice,
                rank="header",
            )


def _sample(place: Place, inventory: Inventory) -> list[str]:
    """Return the code files to look at: all of a few, else every so many."""
    paths = [
        file.path
        for file in inventory.release.files
        if file.role is FileRole.CODE and not VENDORED.search(file.path)
    ]
    most = _LOCAL if place.kind == "folder" else _REMOTE
    step = max(1, -(-len(paths) // most))
    return paths[::step]


def _tags(place: Place, path: str) -> Iterator[tuple[str, Evidence]]:
    """Yield the tag at the top of a file; several bind together, as one expression."""
    try:
        text = decode(place.read_range(path, 0, _TOP)).text
    except HowopenError:
        return
    tags = [match for match in _TAG.finditer(text) if len(match.group(1)) <= LONGEST_NAME]
    if not tags:
        return
    line = text.count("\n", 0, tags[0].start(1)) + 1
    names = list(dict.fromkeys(tag.group(1) for tag in tags[:5]))
    whole = names[0] if len(names) == 1 else " AND ".join(f"({name})" for name in names)
    quote = f"SPDX-License-Identifier: {whole}"
    yield whole, place.evidence(How.HEADER, quote, path, lines=(line, line))
