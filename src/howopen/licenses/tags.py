"""Read a license tag, name, URL or SPDX expression as readings, keeping choices as written.

Nothing is guessed: a family without a version is ambiguous, an unknown name is unknown, and a list
of licenses is neither a choice nor a sum of terms.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from howopen.knowledge.catalogue import listed
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.tags import hints_of, license_title, resolve_tag
from howopen.licenses.expressions import Node, parse
from howopen.release import AllOf, AnyOf, Evidence, LicenseReading, Single, Terms

_OPERATOR = re.compile(r"\s(?:AND|OR|WITH)\s")
#: a choice that is written in words
_EITHER = re.compile(r"^either\s+|\s+or\s+", re.IGNORECASE)
#: longer values are texts, not names
LONGEST_NAME = 300


class Tagged(NamedTuple):
    """What a tag says: its terms, and its readings in the order written."""

    terms: Terms
    readings: tuple[LicenseReading, ...]

    @property
    def choice(self) -> tuple[str, ...]:
        """The ids offered as alternatives, where the author wrote a choice."""
        if not isinstance(self.terms, AnyOf):
            return ()
        return tuple(one.license for one in self.readings if one.license)


def read_tag(
    value: str, knowledge: Knowledge, evidence: Evidence | None = None, *, via: str = "tag"
) -> Tagged:
    """Read one tag, name, URL or SPDX expression.

    Args:
        value: as written.
        knowledge: the table of names.
        evidence: where it was written.
        via: `tag`, `name`, `notice`, `url` or `header`.

    >>> from howopen.knowledge.loader import default
    >>> read_tag("Apache-2.0 OR MIT", default()).choice
    ('Apache-2.0', 'MIT')
    """
    sight = (evidence,) if evidence else ()
    one = _name(value, knowledge, sight, via)
    if one.license is None and not one.near and len(value) <= LONGEST_NAME:
        terms = _expression(value, knowledge, sight, via)
        if terms is not None:
            return Tagged(terms, tuple(_leaves(terms)))
    return Tagged(Single(reading=one), (one,))


def _name(
    value: str, knowledge: Knowledge, sight: tuple[Evidence, ...], via: str
) -> LicenseReading:
    tag = resolve_tag(knowledge, value)
    if tag is None:
        why = f"{value[:80]!r} names no license that we know"
        why = "; ".join(filter(None, (why, hints_of(knowledge, value))))
        return LicenseReading(license=None, name=value[:120], via=via, why=why, evidence=sight)
    if tag.license is None:
        return LicenseReading(
            license=None,
            name=value[:120],
            via=via,
            near=tag.candidates,
            why=tag.why,
            evidence=sight,
        )
    return LicenseReading(
        license=tag.license,
        edition=tag.edition,
        name=license_title(knowledge, tag.license),
        via=via,
        why=tag.why,
        evidence=sight,
    )


def _expression(
    value: str, knowledge: Knowledge, sight: tuple[Evidence, ...], via: str
) -> Terms | None:
    """Read an SPDX expression, or a choice in words; None when it is neither."""
    if _OPERATOR.search(value):
        node = parse(value)
        alone = node is not None and node.name and not node.exception
        return None if node is None or alone else _tree(node, knowledge, sight, via)
    parts = [part for part in _EITHER.split(value) if part.strip()]
    readings = [_name(part, knowledge, sight, via) for part in parts]
    if len(parts) < 2 or any(one.license is None for one in readings):
        return None
    return AnyOf(of=tuple(Single(reading=one) for one in readings))


def _tree(node: Node, knowledge: Knowledge, sight: tuple[Evidence, ...], via: str) -> Terms:
    if node.parts:
        below = tuple(_tree(one, knowledge, sight, via) for one in node.parts)
        return AnyOf(of=below) if node.operator == "OR" else AllOf(of=below)
    reading = _name(node.name, knowledge, sight, via)
    return Single(reading=_excepted(reading, node.exception, knowledge))


def _excepted(reading: LicenseReading, exception: str, knowledge: Knowledge) -> LicenseReading:
    """Add an exception; one that nobody knows may take rights away, so nothing is concluded."""
    if not exception:
        return reading
    row = listed(knowledge, exception)
    if row is not None and row.kind == "exception":
        why = "; ".join(filter(None, (reading.why, f"with the exception {row.id}")))
        return msgspec.structs.replace(reading, why=why)
    near = (reading.license,) if reading.license else reading.near
    why = f"{exception[:80]!r} is no exception that we know; it may add or take away rights"
    return msgspec.structs.replace(reading, license=None, edition=None, near=near, why=why)


def _leaves(terms: Terms) -> list[LicenseReading]:
    if isinstance(terms, Single):
        return [terms.reading]
    return [reading for one in terms.of for reading in _leaves(one)]
