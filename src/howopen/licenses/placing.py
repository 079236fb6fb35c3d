"""Place departures and clauses: the clause of a changed word, and the lines of each clause.

A word lies in the smallest clause of ours or printed section that covers it. Where the text prints
no numbering there, its place is counted in paragraphs of the published text: `paragraph 3`.
"""

from __future__ import annotations

from bisect import bisect_right

from howopen.licenses.clauses import Located
from howopen.licenses.departures import Change, before_words
from howopen.licenses.index import Reference
from howopen.licenses.matching import Match
from howopen.licenses.words import Words, word_hash
from howopen.release import ClauseSpan, Departure


def departures_of(
    words: Words, matched: Match, counted: tuple[Change, ...], located: tuple[Located, ...]
) -> tuple[Departure, ...]:
    """Write down each difference with its clause, its lines and both wordings."""
    spelled = {
        word_hash(words.word(at)): words.word(at) for at in range(matched.start, matched.stop)
    }
    return tuple(
        Departure(
            clause=clause_at(matched.reference, located, _place(words, matched, change)),
            lines=_lines(words, matched, change),
            before=before_words(matched, change, spelled) if change.a1 < change.a2 else "",
            after=words.slice(change.b1, change.b2, 300),
        )
        for change in counted
    )


def _lines(words: Words, matched: Match, change: Change) -> tuple[int, int]:
    """Return the user's lines of a change; for a deletion, the line of the word before it."""
    if change.b1 < change.b2:
        return words.lines(change.b1, change.b2)
    line = words.line(change.b1 - 1 if change.b1 > matched.start else change.b1)
    return line, line


def _place(words: Words, matched: Match, change: Change) -> int:
    """Return the published word that a change is at; added words belong to what they follow."""
    inserted = change.a1 == change.a2
    if inserted and change.a1 and not words.begins_paragraph(change.b1):
        return change.a1 - 1
    return min(change.a1, len(matched.reference) - 1)


def clause_at(reference: Reference, located: tuple[Located, ...], at: int) -> str:
    """Return the ref of the smallest clause or section that a published word lies in."""
    spans = [(one.stop - one.start, 0, one.ref) for one in located if one.start <= at < one.stop]
    spans += [
        (one.stop - one.start, 1, one.ref)
        for one in reference.sections
        if one.start <= at < one.stop
    ]
    if spans:
        return min(spans)[2]
    return f"paragraph {max(1, bisect_right(reference.paragraphs, at))}"


def clause_spans(
    words: Words, matched: Match, located: tuple[Located, ...]
) -> tuple[ClauseSpan, ...]:
    """Map the clauses of the published text to the user's lines; lost ones are left out."""
    spans = []
    for clause in located:
        start = _first_at(matched, clause.start, clause.stop)
        stop = _last_at(matched, clause.start, clause.stop)
        if start is not None and stop is not None:
            lines = words.lines(start, stop)
            spans.append(ClauseSpan(ref=clause.ref, lines=lines, quote=words.slice(start, stop)))
    return tuple(spans)


def _first_at(matched: Match, start: int, stop: int) -> int | None:
    """Return the user's word for the first published word from `start` that is there."""
    for block in matched.blocks:
        if block.a + block.size > start and block.a < stop:
            return block.b + max(0, start - block.a)
    return None


def _last_at(matched: Match, start: int, stop: int) -> int | None:
    for block in reversed(matched.blocks):
        if block.a < stop and block.a + block.size > start:
            return block.b + min(block.size, stop - block.a)
    return None
