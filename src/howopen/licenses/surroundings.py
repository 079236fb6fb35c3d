"""The text before, between and after the licenses of a file: notices, remarks, added terms."""

from __future__ import annotations

import re
from itertools import pairwise

import msgspec

from howopen.licenses.departures import LEGAL, harmless_text, is_title
from howopen.licenses.index import Reference
from howopen.licenses.words import Words
from howopen.release import Departure, LicenseReading

_SCOPE_SENTENCE = re.compile(
    r"\bthis licen[sc]e (?:applies to|covers|governs|is for) (?:only )?(?:all |the )*"
    r"(?:files?|code|source|software|models?|weights|parameters|data|documentation|contents?|directory)"
    r"[^.;]{0,120}",
    re.IGNORECASE,
)


def extended(
    reading: LicenseReading, extra: tuple[Departure, ...], said: tuple[str, ...]
) -> LicenseReading:
    """Add what was said beside a license to its reading."""
    if not extra and not said:
        return reading
    departures = tuple(sorted((*reading.departures, *extra), key=lambda one: one.lines))
    why = "; ".join(filter(None, (reading.why, *said)))
    modified = None if reading.modified is None else bool(departures)
    return msgspec.structs.replace(reading, departures=departures, modified=modified, why=why)


def judge(
    words: Words, start: int, stop: int, reference: Reference | None
) -> tuple[tuple[Departure, ...], tuple[str, ...]]:
    """Sort the passages beside a license into free ones, remarks and additions."""
    extra: list[Departure] = []
    said: list[str] = []
    for low, high in _passages(words, start, stop):
        shown = words.slice(low, high, 300)
        passage = words.text[
            words.text.rfind("\n", 0, words.starts[low]) + 1 : words.stops[high - 1]
        ]
        if harmless_text(passage) or is_title(passage, reference):
            continue
        if _SCOPE_SENTENCE.search(shown):
            said.append(f"it says {shown!r}")
        elif LEGAL.search(shown):
            place = words.lines(low, high)
            extra.append(Departure(clause=None, lines=place, before="", after=shown))
        else:
            said.append(f"the file also says {words.slice(low, high, 80)!r}")
    return tuple(extra), tuple(dict.fromkeys(said))[:6]


def _passages(words: Words, start: int, stop: int) -> list[tuple[int, int]]:
    """Return the paragraphs of a stretch, as spans of words."""
    if start >= stop:
        return []
    cuts = [start, *(at for at in words.paragraphs if start < at < stop), stop]
    return list(pairwise(cuts))
