"""Terms in the license file of data: those of each data set that it lists, by name.

Such files list other people's data sets, each under a heading with its address and its license. A
license that stands under no name, or under the name of a data set that is not of the release, is on
nothing; with one data set and no list, the file is for that one. Nothing here is ever on weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from howopen.inventory import Document
from howopen.knowledge.loader import Knowledge
from howopen.licenses.departures import harmless_text
from howopen.licenses.names import called, pieces
from howopen.licenses.prose import DATA
from howopen.licenses.reading import Sighting, read_all
from howopen.licenses.tags import read_tag
from howopen.release import Evidence, LicenseReading, Part, Release, Statement

#: a heading of a list: `i. Name`, `2) Name`, `## Name`
_HEADING = re.compile(
    r"^[ \t]*(?:(?P<mark>[ivx]{1,5}|\d{1,2})[.)][ \t]*|#{1,6}[ \t]+)(?P<name>[^\W_][^\n]{1,150})$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[\s/*=_#-]*$")
_URL = re.compile(r"https?://[^\s)>\]\"']+")
_SHORT = re.compile(r"\bCC[ -]?(?:BY|0)[\w .-]{0,24}")
#: more words than this under a heading are a text, not a name
_NAME_WORDS = 150


class _Item(NamedTuple):
    """One listed data set: its name, the lines under it, and the first of them."""

    name: str
    body: str
    line: int


def data_terms(
    document: Document, release: Release, knowledge: Knowledge, see: Sighting
) -> Iterator[Statement]:
    """Read the license file of data.

    Args:
        document: the file.
        release: its data sets.
        knowledge: names and texts of licenses.
        see: makes evidence of lines of the file.
    """
    parts = [part for part in release.parts if part.component in DATA]
    items = _items(document.text)
    for item in items:
        named = [part for part in parts if part.name and _same(item.name, part.name)]
        if not named and len(items) == 1 and len({part.name for part in parts}) == 1:
            named = parts
        for reading in _readings(item, knowledge, see) if named else ():
            for part in named:
                yield _statement(reading, part)
    if not items:
        found = read_all(document.text, knowledge, evidence=see)
        known = [one.reading for one in found if one.reading.license]
        if len(known) == 1 and len({part.name for part in parts}) <= 1:
            yield Statement(
                reading=known[0], evidence=known[0].evidence[0], components=DATA, rank="text"
            )


def _statement(reading: LicenseReading, part: Part) -> Statement:
    rank = "text" if reading.via == "text" else "notice"
    return Statement(reading=reading, evidence=reading.evidence[0], part=part.id, rank=rank)


def _items(text: str) -> list[_Item]:
    """Split a file at its headings; a numbered clause of a text is none.

    A heading stands below a rule or an empty line, and its marks go on from one to the next.
    """
    rows = text.splitlines()
    heads: list[tuple[int, str]] = []
    first = ""
    for at, row in enumerate(rows):
        match = _HEADING.match(row)
        if match is None or (at and not _RULE.match(rows[at - 1])):
            continue
        mark = (match.group("mark") or "").lower()
        if heads and bool(mark) != bool(first):
            continue
        if mark and (
            mark != _next(len(heads), mark) or mark.isdigit() != (first or mark).isdigit()
        ):
            continue
        first = first or mark
        heads.append((at, match.group("name").strip(" :*#")))
    stops = [*(at for at, _ in heads[1:]), len(rows)][: len(heads)]
    return [
        _Item(name, "\n".join(rows[at + 1 : stop]), at + 2)
        for (at, name), stop in zip(heads, stops, strict=True)
    ]


_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv")


def _next(count: int, mark: str) -> str:
    """Return the mark that the next heading has, of the kind that is seen."""
    if mark.isdigit():
        return str(count + 1)
    return _ROMAN[count] if count < len(_ROMAN) else ""


def _same(heading: str, name: str) -> bool:
    """Return whether a heading names a data set, by its whole name or a bracketed short one."""
    general = {"dataset", "data", "set", "database", "the", "challenge", "collection"}
    wanted = [piece for piece in pieces(name) if piece not in general]
    given = [piece for piece in pieces(heading) if piece not in general]
    if not wanted or len("".join(wanted)) < 3:
        return False
    return wanted == given or called(heading, [name])


def _readings(item: _Item, knowledge: Knowledge, see: Sighting) -> Iterator[LicenseReading]:
    """Read what stands under a heading: an address or a name of a license, or a text."""
    words = item.body.split()
    told = _told(item, knowledge, see) if len(words) <= _NAME_WORDS else None
    if told is not None:
        yield told
        return
    if len(words) <= 12 or harmless_text(item.body):
        return

    def below(quote: str, seen: tuple[int, int]) -> Evidence:
        return see(quote, (seen[0] + item.line - 1, seen[1] + item.line - 1))

    found = [one.reading for one in read_all(item.body, knowledge, evidence=below)]
    yield from [one for one in found if one.license] or found[:1]


def _told(item: _Item, knowledge: Knowledge, see: Sighting) -> LicenseReading | None:
    """Return the one license that addresses and short names under a heading agree on."""
    found: dict[str, LicenseReading] = {}
    for offset, row in enumerate(item.body.splitlines()):
        line = item.line + offset
        for value in (*_URL.findall(row), *_SHORT.findall(row)):
            for reading in read_tag(
                value, knowledge, see(row.strip()[:200], (line, line)), via="notice"
            ).readings:
                if reading.license:
                    found.setdefault(reading.license, reading)
    return next(iter(found.values())) if len(found) == 1 else None
