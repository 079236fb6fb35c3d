"""The class of the terms on a part, in five shades that a map can color."""

from __future__ import annotations

from typing import Literal

from howopen.knowledge import Knowledge, default
from howopen.knowledge.classes import classes_of
from howopen.release import AnyOf, Grant, LicenseReading, Scope, Single, Terms

Shade = Literal["open", "conditions", "restricted", "unstated", "unknown"]

#: The shades from most to least open, with what they mean to a reader.
SHADES: dict[Shade, str] = {
    "open": "open: on a list of the OSI, the FSF or the Open Definition",
    "conditions": "open to use with restrictions (community terms, RAIL, source-available)",
    "restricted": "for some purposes only (non-commercial, research, proprietary)",
    "unstated": "no license stated",
    "unknown": "a license we cannot tell, or a changed text",
}

_ORDER = list(SHADES)
_RESTRICTED = frozenset(
    {"noncommercial", "no-derivatives", "research-only", "proprietary", "service-terms", "none"}
)
_CONDITIONS = frozenset({"community", "rail", "source-available", "content"})


def shade_of(grant: Grant | None, knowledge: Knowledge | None = None) -> Shade:
    """Shade the terms on a part."""
    if grant is None:
        return "unknown"
    if grant.terms is None or grant.scope is Scope.UNSTATED:
        return "unstated"
    return _terms(grant.terms, knowledge or default())


def _terms(terms: Terms, knowledge: Knowledge) -> Shade:
    """Shade a tree: a choice is as open as its best branch, a sum as its worst."""
    if isinstance(terms, Single):
        return _license(terms.reading, knowledge)
    shades = [_ORDER.index(_terms(each, knowledge)) for each in terms.of]
    if not shades:
        return "unstated"
    return _ORDER[min(shades) if isinstance(terms, AnyOf) else max(shades)]


def _license(reading: LicenseReading, knowledge: Knowledge) -> Shade:
    if reading.license is None or reading.modified:
        return "unknown"
    found = classes_of(knowledge, reading.license)
    if found.osi or found.fsf or found.open_definition:
        return "open"
    if found.family in _RESTRICTED:
        return "restricted"
    return "conditions" if found.family in _CONDITIONS else "unknown"
