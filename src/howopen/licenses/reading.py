"""Read a text: which license it is, which edition, where its clauses stand, and what was changed.

A text that departs from the published one is called by its name only as long as it is a copy of it:
differences are never weighed away, one changed word makes `modified` true, and a text that was made
from another license is near that license and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from howopen.knowledge.loader import Knowledge
from howopen.knowledge.tags import license_title, resolve_tag
from howopen.licenses.choosing import LEAST_WORDS, Choice, choose_all, whole
from howopen.licenses.clauses import locate
from howopen.licenses.departures import counting
from howopen.licenses.identity import amid_other_terms, other_edition, other_name
from howopen.licenses.index import Index, Reference, load
from howopen.licenses.matching import candidates, match
from howopen.licenses.placing import clause_spans, departures_of
from howopen.licenses.surroundings import extended, judge
from howopen.licenses.words import Words
from howopen.release import Evidence, How, LicenseReading

#: A text that stops early is named by its title when so many words agree.
LEAST_TITLED = 40

#: makes evidence of a quote and its lines
Sighting = Callable[[str, tuple[int, int]], Evidence]


class Found(NamedTuple):
    """A reading, the words it covers, and the text it was matched with."""

    reading: LicenseReading
    start: int
    stop: int
    reference: Reference | None


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
        named = dict.fromkeys(one.reading.license or "an unknown text" for one in known[1:])
        why = _joined(first.why, f"the text also holds {', '.join(named)}")
        return replace(first, why=why)
    return first


def readings_of(
    text: str, knowledge: Knowledge, *, evidence: Sighting = text_sighting
) -> tuple[LicenseReading, ...]:
    """Read all licenses in a text, in order; one unknown reading when there is none."""
    return tuple(one.reading for one in read_all(text, knowledge, evidence=evidence))


def read_all(text: str, knowledge: Knowledge, *, evidence: Sighting) -> list[Found]:
    """Read all licenses in a text, with the words that each covers."""
    return read_with(Words(text), load(knowledge), knowledge, evidence=evidence)


def read_with(
    words: Words, index: Index, knowledge: Knowledge, *, evidence: Sighting = text_sighting
) -> list[Found]:
    """Read all licenses among some words with the published texts of an index."""
    chosen, left = choose_all(words, index)
    chosen = chosen or whole(words, index) or _titled(words, index, knowledge)
    if not chosen:
        return [_unknown(words, index, evidence)]
    found = [_reading(words, one, knowledge, evidence) for one in chosen]
    found = _with_surroundings(words, found, chosen, knowledge)
    return _with_remarks(words, found, left=left)


def _titled(words: Words, index: Index, knowledge: Knowledge) -> list[Choice]:
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
        missing = all(change.b1 == change.b2 for change in counted)
        if matched and matched.equal >= LEAST_TITLED and missing:
            return [Choice(matched, counted, ())]
    return []


def _unknown(words: Words, index: Index, evidence: Sighting) -> Found:
    """Read a text that is no license we know, naming what it is near to."""
    near: list[tuple[float, Reference]] = []
    if len(words) >= LEAST_WORDS:
        for one in candidates(words, 0, len(words), index):
            matched = match(words, one.reference, one.start, one.stop)
            if matched is not None:
                share = 2 * matched.equal / (len(one.reference) + len(words))
                near.append((share, one.reference))
    near.sort(key=lambda row: (-row[0], row[1].id))
    alike = [one.id for share, one in near if share > (0.5 if one.rank == 2 else 0.3)]
    names = tuple(dict.fromkeys(alike))[:3]
    lines = words.lines(0, len(words)) if len(words) else (1, 1)
    reading = LicenseReading(
        license=None,
        via="text",
        near=names,
        similarity=round(near[0][0], 4) if near else 0.0,
        why=_joined(_why_unknown(words, names), *_remarks(words)),
        evidence=(evidence(words.slice(0, len(words), 120), lines),),
    )
    return Found(reading, 0, len(words), None)


def _why_unknown(words: Words, names: tuple[str, ...]) -> str:
    if not len(words):
        return "the file has no words"
    if names:
        return f"it shares wording with {names[0]} but differs too much to be called that"
    return "the text is near no license that we know"


def _reading(words: Words, choice: Choice, knowledge: Knowledge, evidence: Sighting) -> Found:
    """Write down what a match says."""
    matched, reference = choice.match, choice.reference
    located = locate(reference, knowledge)
    others = [one for one in choice.rivals if one.id != reference.id]
    sure = not (choice.parts and others)
    told = sure and len(others) == len(choice.rivals)
    near = (*reference.entry.shares, *(one.id for one in others))
    reading = LicenseReading(
        license=reference.id if sure else None,
        edition=reference.entry.edition if told else None,
        name=(reference.entry.name or license_title(knowledge, reference.id)) if sure else "",
        via="text",
        modified=bool(choice.counted) if sure else None,
        departures=departures_of(words, matched, choice.counted, located),
        clauses=clause_spans(words, matched, located) if sure else (),
        near=tuple(dict.fromkeys(near if sure else (reference.id, *near))),
        similarity=_similarity(words, choice),
        why=_why(words, choice),
        evidence=(
            evidence(
                words.slice(matched.start, matched.stop, 120),
                words.lines(matched.start, matched.stop),
            ),
        ),
    )
    return Found(reading, matched.start, matched.stop, reference)


def _similarity(words: Words, choice: Choice) -> float:
    """Return the share of words in common, where what does not count is in common."""
    differ = sum((c.a2 - c.a1) + (c.b2 - c.b1) for c in choice.counted)
    total = len(choice.reference) + choice.match.stop - choice.match.start
    return round(1.0 - differ / total, 4) if differ else 1.0


def _why(words: Words, choice: Choice) -> str:
    """Say what is open: ids and editions that share the text, and parts that are missing."""
    reference = choice.reference
    said = []
    if reference.entry.shares:
        shared = ", ".join(reference.entry.shares)
        said.append(f"{shared} has the same text; only a notice tells them apart")
    same = [one for one in choice.rivals if one.id == reference.id]
    if same:
        editions = sorted({str(one.entry.edition) for one in (*same, reference)})
        said.append("the text does not tell its edition: " + " or ".join(editions))
    others = sorted({one.id for one in choice.rivals if one.id != reference.id})
    if others:
        said.append("equally near: " + ", ".join(others))
    for part in choice.parts:
        end = "beginning" if part.b1 == choice.match.start else "end"
        size = part.a2 - part.a1
        said.append(f"its {end} is missing: {size} of {len(reference)} published words")
    return "; ".join(said)


def _with_surroundings(
    words: Words, found: list[Found], chosen: list[Choice], knowledge: Knowledge
) -> list[Found]:
    """Judge the text before, between and after the licenses of a file."""
    edges = [0, *(one.stop for one in found)]
    result: list[Found] = []
    for at, (one, choice) in enumerate(zip(found, chosen, strict=True)):
        last = len(words) if at == len(found) - 1 else one.stop
        before = judge(words, edges[at], one.start, one.reference)
        after = judge(words, one.stop, last, one.reference)
        extra, said = (*before[0], *after[0]), (*before[1], *after[1])
        beside = one.start - edges[at] + last - one.stop if extra else 0
        whole = one._replace(reading=extended(one.reading, extra, said))
        result.append(_as_near(words, whole, choice, beside, knowledge))
    return result


def _as_near(
    words: Words, found: Found, choice: Choice, beside: int, knowledge: Knowledge
) -> Found:
    """Take back the name of a text that gives itself another, or only borrows."""
    reading = found.reading
    if reading.license is None:
        return found
    told = other_edition(words, choice)
    if reading.departures and not told:
        told = other_name(words, choice, knowledge)
    amid = amid_other_terms(choice, beside)
    if amid:
        told = "only a part of that stands amid other terms"
    if not told:
        return found
    clauses = list(dict.fromkeys(one.clause for one in reading.departures if one.clause))
    places = ", ".join(clauses[:8]) + (" and more" if len(clauses) > 8 else "")
    differs = f", and differs in {places}" if places else ""
    why = f"it is near {choice.reference.ident}, but {told}{differs}"
    near = tuple(dict.fromkeys((reading.license, *reading.near)))
    changed = replace(
        reading,
        license=None,
        name="",
        modified=None,
        clauses=() if amid else reading.clauses,
        near=near,
        why=_joined(why, reading.why),
    )
    return found._replace(reading=changed)


def _with_remarks(words: Words, found: list[Found], *, left: bool) -> list[Found]:
    """Say in the last reading what was not read, and in the first how the text is disguised."""
    remarks = _remarks(words)
    if left:
        line = words.line(found[-1].stop)
        remarks.append(
            f"the file holds more than {len(found)} licenses; those that follow line {line},"
            " or stand between, were not read"
        )
    if not remarks:
        return found
    last = found[-1]
    reading = replace(last.reading, why=_joined(last.reading.why, *remarks))
    return [*found[:-1], last._replace(reading=reading)]


def _remarks(words: Words) -> list[str]:
    """Say what makes a text less than fully or plainly readable."""
    said = []
    if words.disguised:
        first = min(words.disguised)
        shown = words.slice(first, first + 1, 60)
        said.append(
            f"{len(words.disguised)} of its words are written with letters that only look like"
            f" theirs, or shown in another order: {shown!r} in line {words.line(first)}"
        )
    if words.cut:
        said.append("the file is too long; only its beginning was compared")
    return said


def _joined(*said: str) -> str:
    return "; ".join(filter(None, said))


__all__ = [
    "Found",
    "Sighting",
    "read_all",
    "read_text",
    "read_with",
    "readings_of",
    "text_sighting",
]
