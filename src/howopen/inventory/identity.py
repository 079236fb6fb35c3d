"""Who a release is: its kind, name, publisher and date, from what was declared and found."""

from __future__ import annotations

import datetime as dt
import re

from howopen.formats.manifest import Manifest
from howopen.inventory.datasets import MODELISH
from howopen.inventory.variants import Variants
from howopen.places.place import Place
from howopen.release import Component, Declaration, Part, Presence, ReleaseKind

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def kind_of(parts: tuple[Part, ...], manifest: Manifest | None, *, packaged: bool) -> ReleaseKind:
    """Tell what was released.

    Args:
        parts: all parts.
        manifest: what it says decides.
        packaged: whether there is package metadata; without any sign of a model it is software.
    """
    if manifest:
        return ReleaseKind(manifest.kind or "model")
    here = {part.component for part in parts if part.presence is Presence.HERE}
    there = {part.component for part in parts if part.presence is Presence.ELSEWHERE}
    if Component.DATA_CARD in here and not here & MODELISH:
        return ReleaseKind.DATASET
    if packaged and not (here | there) & MODELISH:
        return ReleaseKind.SOFTWARE
    return ReleaseKind.MODEL


def name_of(place: Place, manifest: Manifest | None) -> str:
    """Return the release's name: as its manifest says, else as its place does."""
    return manifest.name if manifest and manifest.name else place.facts.name


def publisher_of(place: Place, told: tuple[Declaration, ...]) -> str | None:
    """Return who publishes it: the owner of the place, else the first who is declared."""
    said = next((one.value for one in told if one.key == "publisher"), None)
    return place.facts.publisher or said


def released_on(place: Place, told: tuple[Declaration, ...], variants: Variants) -> dt.date | None:
    """Return the release date that is said; of several models of one repository none is taken."""
    for one in told:
        if one.key == "date" and (one.variant is None or len(variants.all) < 2):
            found = read_date(one.value)
            if found:
                return found
    return place.facts.created


def read_date(text: str) -> dt.date | None:
    """Read a date as people write it; None where it is not certain.

    >>> read_date("July 23, 2024"), read_date("2024-07-23"), read_date("7/8/2023")
    (datetime.date(2024, 7, 23), datetime.date(2024, 7, 23), None)
    """
    lower = text.lower()
    try:
        if match := re.search(r"\b(\d{4})-(\d{2})-(\d{2})", lower):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := re.search(r"\b([a-z]{3})[a-z]* (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b", lower):
            return dt.date(int(match[3]), _MONTHS.index(match[1]) + 1, int(match[2]))
        if match := re.search(r"\b(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3})[a-z]*,? (\d{4})\b", lower):
            return dt.date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]))
    except ValueError:
        return None
    return None
