"""Find the clauses of a license in its published text, and from there in the user's.

A clause is found by the ref the text prints; where the text prints none, it is the smallest run of
whole paragraphs that holds all of the clause's key words.
"""

from __future__ import annotations

import functools
from array import array
from itertools import pairwise
from typing import NamedTuple

from howopen.knowledge.licenses import Clause, license_of
from howopen.knowledge.loader import Knowledge
from howopen.licenses.index import Reference
from howopen.licenses.outline import ref_key
from howopen.licenses.words import Words


class Located(NamedTuple):
    """A clause in a published text: its ref, its words, and whether the text prints that ref."""

    ref: str
    start: int
    stop: int
    printed: bool


def locate(reference: Reference, knowledge: Knowledge) -> tuple[Located, ...]:
    """Locate all clauses of the license that a published text is, each ref once."""
    return _locate(reference, knowledge)[0]


def unlocated(reference: Reference, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the refs of clauses that cannot be found in a published text."""
    return _locate(reference, knowledge)[1]


@functools.lru_cache(maxsize=256)
def _locate(
    reference: Reference, knowledge: Knowledge
) -> tuple[tuple[Located, ...], tuple[str, ...]]:
    license_ = license_of(knowledge, reference.id, reference.entry.edition)
    found: dict[str, Located] = {}
    missing: list[str] = []
    for clause in license_.clause if license_ else ():
        located = locate_clause(reference, clause)
        if located is None:
            missing.append(clause.ref)
            continue
        old = found.get(clause.ref)
        if old is not None:
            start, stop = min(old.start, located.start), max(old.stop, located.stop)
            located = Located(clause.ref, start, stop, located.printed)
        found[clause.ref] = located
    return tuple(sorted(found.values(), key=lambda one: (one.start, one.stop))), tuple(missing)


def locate_clause(reference: Reference, clause: Clause) -> Located | None:
    """Locate one clause, or return None when no span holds all its words."""
    places = [_places(reference.words, phrase) for phrase in clause.words]
    if not clause.derived:
        key = ref_key(clause.ref)
        for section in reference.sections:
            if ref_key(section.ref) == key and _holds(places, section.start, section.stop):
                return Located(clause.ref, section.start, section.stop, True)
    spans = [_smallest(reference, places), *_lettered(reference, clause, places)]
    span = min((one for one in spans if one), key=lambda one: one[1] - one[0], default=None)
    return None if span is None else Located(clause.ref, *span, False)


def _lettered(
    reference: Reference, clause: Clause, places: list[list[tuple[int, int]]]
) -> list[tuple[int, int]]:
    """List the printed `b` for a clause `IV(b)` whose section prints no number of its own."""
    if not clause.derived:
        return []
    key = ref_key(clause.ref)
    return [
        (section.start, section.stop)
        for section in reference.sections
        if (printed := ref_key(section.ref)) and key[1:][-len(printed) :] == printed
        if _holds(places, section.start, section.stop)
    ]


def _places(row: array[int], phrase: str) -> list[tuple[int, int]]:
    """Return the spans at which a phrase stands; `*` stands for nothing and is ignored."""
    wanted = Words(phrase).ids
    size = len(wanted)
    if not size:
        return []
    first = wanted[0]
    return [
        (at, at + size)
        for at, word in enumerate(row)
        if word == first and row[at : at + size] == wanted
    ]


def _holds(places: list[list[tuple[int, int]]], start: int, stop: int) -> bool:
    return all(any(start <= a and b <= stop for a, b in spots) for spots in places)


def _smallest(reference: Reference, places: list[list[tuple[int, int]]]) -> tuple[int, int] | None:
    """Return the smallest run of whole paragraphs that holds every phrase."""
    if not places or not all(places):
        return None
    edges = (*reference.paragraphs, len(reference))
    number = _numbering(edges)
    best: tuple[int, int] | None = None
    for low, _ in sorted({spot for spots in places for spot in spots}):
        first = number[low]
        try:
            stops = [min(b for a, b in spots if a >= edges[first]) for spots in places]
        except ValueError:
            break
        last = number[max(stops) - 1]
        span = (edges[first], edges[last + 1])
        if best is None or span[1] - span[0] < best[1] - best[0]:
            best = span
    return best


def _numbering(edges: tuple[int, ...]) -> list[int]:
    """Return the number of the paragraph that each word is in."""
    return [
        paragraph
        for paragraph, (start, stop) in enumerate(pairwise(edges))
        for _ in range(start, stop)
    ]
