"""Read a text: which license it is, which edition, where its clauses stand, and what was changed.

A text is named only when most of the published words are there and few others stand between them;
otherwise the reading has no license and says what it is near to. Differences are never weighed
away: one changed word makes `modified` true.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from howopen.knowledge.loader import Knowledge
from howopen.knowledge.tags import license_title, resolve_tag
from howopen.licenses.clauses import Located, locate
from howopen.licenses.departures import (
    Change,
    before_words,
    changes,
    counting,
)
from howopen.licenses.index import Index, Reference, load
from howopen.licenses.matching import Candidate, Match, candidates, match
from howopen.licenses.surroundings import extended, judge
from howopen.licenses.words import Words, word_hash
from howopen.release import ClauseSpan, Departure, Evidence, How, LicenseReading

#: No license is named below this share of the published words, unless the text just stops early.
LEAST_SHARE = 0.6
#: A text with more foreign words than this among its own, as a share, is another license.
MOST_FOREIGN = 0.15
#: Fewer words than this are no license text.
LEAST_WORDS = 18
#: At most this many licenses are looked for in one file.
MOST_READINGS = 60

#: makes evidence of a quote and its lines
Sighting = Callable[[str, tuple[int, int]], Evidence]


class Found(NamedTuple):
    """A reading, the words it covers, and the text it was matched with."""

    reading: LicenseReading
    start: int
    stop: int
    reference: Reference | None


class _Best(NamedTuple):
    """The best match of a stretch, what counts against it, and its rivals at equal weight."""

    match: Match
    counted: tuple[Change, ...]
    rivals: tuple[Reference, ...]


def text_sighting(quote: str, lines: tuple[int, int]) -> Evidence:
    """Make evidence for a text that belongs to no place."""
    return Evidence(how=How.LICENSE_TEXT, source="text", quote=quote, lines=lines)


def read_text(
    text: str, knowledge: Knowledge, *, evidence: Sighting = text_sighting
) -> LicenseReading:
    """Read the license that a text is.

    Args:
        text: the whole text of a file.
        knowledge: what is known; its index holds the published texts.
        evidence: makes evidence of a quote and its lines.

    Returns:
        The reading; of several licenses in the text, the first with `why` naming the others.
    """
    found = read_all(text, knowledge, evidence=evidence)
    known = [one for one in found if one.reading.license] or found
    first = known[0].reading
    if len(known) > 1:
        others = ", ".join(one.reading.license or "an unknown text" for one in known[1:])
        why = "; ".join(filter(None, (first.why, f"the text also holds {others}")))
        return _replace(first, why=why)
    return first


def readings_of(
    text: str, knowledge: Knowledge, *, evidence: Sighting = text_sighting
) -> tuple[LicenseReading, ...]:
    """Read all licenses in a text, in order; one unknown reading when there is none."""
    return tuple(one.reading for one in read_all(text, knowledge, evidence=evidence))


def read_all(text: str, knowledge: Knowledge, *, evidence: Sighting) -> list[Found]:
    """Read all licenses in a text, with the words that each covers."""
    words = Words(text)
    index = load(knowledge)
    best = _search(words, index) or _titled(words, index, knowledge)
    if not best:
        return [_unknown(words, index, evidence)]
    found = [_reading(words, one, knowledge, evidence) for one in best]
    return _with_surroundings(words, found)


def _search(words: Words, index: Index) -> list[_Best]:
    """Find all licenses of a text, in order."""
    pending = [(0, len(words))]
    found: list[_Best] = []
    while pending and len(found) < MOST_READINGS:
        start, stop = pending.pop()
        if stop - start < LEAST_WORDS:
            continue
        best = _best(words, index, start, stop)
        if best is None:
            continue
        found.append(best)
        pending += [(start, best.match.start), (best.match.stop, stop)]
    return sorted(found, key=lambda one: one.match.start)


def _titled(words: Words, index: Index, knowledge: Knowledge) -> list[_Best]:
    """Name a short text that stops early by its own title, when nothing in it is foreign."""
    title = next((line.strip("#*= \t") for line in words.text.splitlines() if line.strip()), "")
    tag = resolve_tag(knowledge, title[:120])
    if tag is None or tag.license is None:
        return []
    for one in candidates(words, 0, len(words), index):
        if one.reference.id != tag.license:
            continue
        matched = match(words, one.reference, one.start, one.stop)
        counted = tuple(counting(words, matched)) if matched else ()
        if matched and matched.equal >= 40 and all(change.b1 == change.b2 for change in counted):
            return [_Best(matched, counted, ())]
    return []


def _best(words: Words, index: Index, start: int, stop: int) -> _Best | None:
    """Return the best license of a stretch that may be named, or None."""
    scored: list[tuple[float, int, Match, tuple[Change, ...]]] = []
    exact: Candidate | None = None
    for one in candidates(words, start, stop, index):
        if exact and one.share < exact.share and one.hits <= exact.hits:
            continue
        matched = match(words, one.reference, one.start, one.stop)
        if matched is None or matched.equal < LEAST_WORDS:
            continue
        counted = tuple(counting(words, matched))
        if not counted and exact is None:
            exact = one
        if not _nameable(words, matched, counted):
            continue
        scored.append((matched.equal - _cost(counted), matched.equal, matched, counted))
    if not scored:
        return None
    scored.sort(key=lambda row: (-row[0], -row[1], row[2].reference.ident))
    cut = _cut(scored[0][2], scored[0][3])
    if cut:
        equal = scored[0][1]
        inner = [(r[0] + _cost(_cut(r[2], r[3])), r) for r in scored if r[1] >= equal]
        most = max(score for score, _ in inner)
        scored = [row for score, row in inner if score == most]
    else:
        scored = [row for row in scored if row[0] == scored[0][0]]
    matched, counted = scored[0][2:]
    rivals = [row[2].reference for row in scored[1:]]
    other = [one for one in rivals if one.ident != matched.reference.ident]
    return _Best(matched, counted, tuple(other))


def _cut(matched: Match, counted: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return the end of a published text that is missing, where a text just stops early."""
    last = counted[-1:]
    gone = last and last[0].b1 == last[0].b2 == matched.stop and last[0].a2 - last[0].a1 >= 20
    return last if gone else ()


def _cost(counted: tuple[Change, ...]) -> float:
    """Weigh differences: words that are merely missing tell less than words that are others."""
    return sum(
        4.0 * (c.b2 - c.b1 + c.a2 - c.a1) if c.b1 < c.b2 else 0.1 * (c.a2 - c.a1) + 1.0
        for c in counted
    )


def _nameable(words: Words, matched: Match, counted: tuple[Change, ...]) -> bool:
    """Return whether so much agrees that the text may be called by this license's name."""
    reference = matched.reference
    needed = max(1, len(reference) - len(reference.optional))
    inserted = sum(c.b2 - c.b1 for c in counted)
    missing = sum(c.a2 - c.a1 for c in counted)
    if inserted > max(12, MOST_FOREIGN * matched.equal):
        return False
    if missing <= (1 - LEAST_SHARE) * needed:
        return True
    return (
        matched.equal >= 120
        and _tail_missing(counted, missing)
        and inserted <= 0.03 * matched.equal
    )


def _tail_missing(counted: tuple[Change, ...], missing: int) -> bool:
    """Return whether nearly all that is missing is the text's end: it was cut, not rewritten."""
    last = counted[-1]
    return (last.a2 - last.a1) >= 0.9 * missing


def _unknown(words: Words, index: Index, evidence: Sighting) -> Found:
    """Read a text that is no license we know, naming what it is near to."""
    near: list[tuple[float, str]] = []
    if len(words) >= LEAST_WORDS:
        for one in candidates(words, 0, len(words), index):
            matched = match(words, one.reference, one.start, one.stop)
            if matched is not None:
                share = 2 * matched.equal / (len(one.reference) + len(words))
                near.append((share, one.reference.id))
    near.sort(key=lambda row: (-row[0], row[1]))
    names = tuple(dict.fromkeys(ident for share, ident in near if share > 0.3))[:3]
    share = round(near[0][0], 4) if near else 0.0
    lines = words.lines(0, len(words)) if len(words) else (1, 1)
    reading = LicenseReading(
        license=None,
        via="text",
        near=names,
        similarity=share,
        why=_why_unknown(words, names),
        evidence=(evidence(words.slice(0, len(words), 120), lines),),
    )
    return Found(reading, 0, len(words), None)


def _why_unknown(words: Words, names: tuple[str, ...]) -> str:
    if not len(words):
        return "the file has no words"
    if names:
        return f"it shares wording with {names[0]} but differs too much to be called that"
    return "the text is near no license that we know"


def _reading(words: Words, best: _Best, knowledge: Knowledge, evidence: Sighting) -> Found:
    """Write down what a match says."""
    matched, reference = best.match, best.match.reference
    located = locate(reference, knowledge)
    spelled = {
        word_hash(words.word(at)): words.word(at) for at in range(matched.start, matched.stop)
    }
    departures = tuple(
        _departure(words, matched, change, located, spelled) for change in best.counted
    )
    same_id = [one for one in best.rivals if one.id == reference.id]
    unsure = bool(_cut(matched, best.counted)) and len(same_id) < len(best.rivals)
    edition = None if same_id else reference.entry.edition
    lines = words.lines(matched.start, matched.stop)
    total = len(reference) + matched.stop - matched.start
    reading = LicenseReading(
        license=None if unsure else reference.id,
        edition=None if unsure else edition,
        name="" if unsure else reference.entry.name or license_title(knowledge, reference.id),
        via="text",
        modified=bool(departures),
        departures=departures,
        clauses=tuple(_spans(words, matched, located)),
        near=(reference.id, *_near(best)) if unsure else _near(best),
        similarity=_similarity(words, best, total),
        why=_why(words, best, same_id),
        evidence=(evidence(words.slice(matched.start, matched.stop, 120), lines),),
    )
    return Found(reading, matched.start, matched.stop, reference)


def _similarity(words: Words, best: _Best, total: int) -> float:
    """Return the share of words in common, where what does not count is in common."""
    cost = sum((c.a2 - c.a1) + (c.b2 - c.b1) for c in best.counted)
    return round(1.0 - cost / total, 4) if cost else 1.0


def _near(best: _Best) -> tuple[str, ...]:
    reference = best.match.reference
    others = (*reference.entry.shares, *(one.id for one in best.rivals if one.id != reference.id))
    return tuple(dict.fromkeys(others))


def _why(words: Words, best: _Best, same_id: list[Reference]) -> str:
    reference = best.match.reference
    said = []
    if reference.entry.shares:
        shared = ", ".join(reference.entry.shares)
        said.append(f"{shared} has the same text; only a notice tells them apart")
    if same_id:
        editions = sorted({str(one.entry.edition) for one in (*same_id, reference)})
        said.append("the text does not tell its edition: " + " or ".join(editions))
    others = sorted({one.id for one in best.rivals if one.id != reference.id})
    if others:
        said.append("equally near: " + ", ".join(others))
    if words.cut:
        said.append("the file is too long; only its beginning was compared")
    return "; ".join(said)


def _departure(
    words: Words,
    matched: Match,
    change: Change,
    located: tuple[Located, ...],
    spelled: dict[int, str],
) -> Departure:
    a1, a2, b1, b2 = change
    if b1 < b2:
        lines = words.lines(b1, b2)
    else:
        line = words.line(b1 - 1 if b1 > matched.start else b1)
        lines = (line, line)
    return Departure(
        clause=_clause_at(matched.reference, located, a1),
        lines=lines,
        before=before_words(matched, change, spelled) if a1 < a2 else "",
        after=words.slice(b1, b2, 300),
    )


def _clause_at(reference: Reference, located: tuple[Located, ...], at: int) -> str | None:
    """Return the ref of the smallest clause or section that a published word lies in."""
    spans = [(one.stop - one.start, 0, one.ref) for one in located if one.start <= at < one.stop]
    spans += [
        (one.stop - one.start, 1, one.ref)
        for one in reference.sections
        if one.start <= at < one.stop
    ]
    return min(spans)[2] if spans else None


def _spans(words: Words, matched: Match, located: tuple[Located, ...]) -> list[ClauseSpan]:
    """Map the clauses of the published text to the user's lines; lost ones are left out."""
    spans = []
    for clause in located:
        start = _first_at(matched, clause.start, clause.stop)
        stop = _last_at(matched, clause.start, clause.stop)
        if start is None or stop is None:
            continue
        spans.append(
            ClauseSpan(
                ref=clause.ref, lines=words.lines(start, stop), quote=words.slice(start, stop)
            )
        )
    return spans


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


def _with_surroundings(words: Words, found: list[Found]) -> list[Found]:
    """Judge the text before, between and after the licenses of a file."""
    edges = [0, *(one.stop for one in found)]
    result: list[Found] = []
    for at, one in enumerate(found):
        before = judge(words, edges[at], one.start, one.reference)
        after = (
            judge(words, one.stop, len(words), one.reference) if at == len(found) - 1 else ((), ())
        )
        extra, said = (*before[0], *after[0]), (*before[1], *after[1])
        result.append(one._replace(reading=extended(one.reading, extra, said)))
    return result


def _replace(reading: LicenseReading, **changed: object) -> LicenseReading:
    import msgspec  # noqa: PLC0415

    return msgspec.structs.replace(reading, **changed)


__all__ = ["Found", "Sighting", "changes", "read_all", "read_text", "readings_of", "text_sighting"]
