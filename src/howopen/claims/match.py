"""Whether a sentence makes a claim of one kind, or only looks as if it did.

Three ways lead to a claim: a pattern that is one wherever it stands, an act of giving (`acts`), and
a looser pattern where the sentence speaks of the release - by its name, by its maker's `we`, or by
the section it stands in. An objection to the last two counts in the clause of the match only, so
that what is said of others in the next clause does not hide the claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from howopen.claims.acts import Act
from howopen.knowledge.claims import Finder

#: How far before a match a negation reaches.
BEFORE = 48

#: How far after a match, within its clause, an objection still concerns it.
AFTER = 40


class Hit(NamedTuple):
    """The words of a sentence that make a claim.

    Attributes:
        text: the sentence.
        start, end: where they stand in it.
        name: the license or model they name, and where that stands; None where they name none.
        what: the thing they speak of.
    """

    text: str
    start: int
    end: int
    name: tuple[int, int] | None = None
    what: str = ""

    @property
    def words(self) -> str:
        """The words themselves."""
        return self.text[self.start : self.end]


def matches(
    found: Finder,
    text: str,
    section: str,
    checks: dict[str, re.Pattern[str]],
    done: Sequence[Act] = (),
) -> Iterator[Hit]:
    """Find the claims of one kind in a sentence: one, or one a name where it names licenses.

    Args:
        found: the kind.
        text: the sentence as read: THIS for the release's names, `NEWS: ` for a date.
        section: the title of the section it stands in.
        checks: the guards of `claims.toml`.
        done: what the sentence says was given.
    """
    unsure = () if found.kind.conditional else (checks["unsure"],)
    if not any(guard.search(text) for guard in found.unless):
        yield from (made := _made(found.patterns, text, checks, unsure))
        if made:
            return
    elif found.kind.whole:
        return
    below = found.section is not None and found.section.search(section) is not None
    speaks = below or checks["about"].search(text) is not None
    objections = (*unsure, *found.unless)
    for act in done:
        wanted = found.kind.opened if act.opened else found.kind.given
        if act.thing in wanted and (act.own or speaks):
            hit = Hit(text, act.start, act.end)
            loose = not act.own and any(one.search(text, 0, act.start) for one in unsure)
            objected = loose or _objected(hit, checks["bound"], objections)
            if _stands(hit, checks) and not objected:
                yield hit
                return
    looser = found.about if speaks else ()
    yield from _made((*looser, *(found.under if below else ())), text, checks, objections)


def _made(
    patterns: tuple[re.Pattern[str], ...],
    text: str,
    checks: dict[str, re.Pattern[str]],
    unless: tuple[re.Pattern[str], ...],
) -> list[Hit]:
    """Return the claims that the first pattern with any finds."""
    for pattern in patterns:
        made = [
            hit
            for hit in map(_hit, pattern.finditer(text))
            if _stands(hit, checks) and not _objected(hit, checks["bound"], unless)
        ]
        if made:
            return made if "name" in pattern.groupindex else made[:1]
    return []


def _hit(match: re.Match[str]) -> Hit:
    named = "name" in match.re.groupindex and match["name"] is not None
    return Hit(
        match.string,
        match.start(),
        match.end(),
        match.span("name") if named else None,
        (match.groupdict().get("what") or "").lower(),
    )


def _objected(hit: Hit, bound: re.Pattern[str], unless: tuple[re.Pattern[str], ...]) -> bool:
    """Tell whether the clauses in which a hit stands say that it is no claim."""
    start = max((one.end() for one in bound.finditer(hit.text, 0, hit.start)), default=0)
    after = bound.search(hit.text, hit.end)
    end = min(after.start() if after else len(hit.text), hit.end + AFTER)
    clause = hit.text[start:end]
    return any(guard.search(clause) for guard in unless)


def _stands(hit: Hit, checks: dict[str, re.Pattern[str]]) -> bool:
    """Tell whether a hit is meant: neither quoted nor denied."""
    if _quoted(hit, checks["quotation"]):
        return False
    before = hit.text[max(0, hit.start - BEFORE) : hit.start]
    name = hit.text[slice(*hit.name)] if hit.name else ""
    words = hit.words.replace(name, "") if name else hit.words
    return not (checks["negation"].search(before) or _negated_within(words))


#: a denial after the claim's first word
_DENIAL = re.compile(
    r"\w .*\b(?:not|never|\w+n['’]t|non(?!-(?:commercial|production)))\b", re.IGNORECASE
)


def _negated_within(words: str) -> bool:
    """Tell whether the claim's own words deny it, apart from those that begin with the denial."""
    return _DENIAL.search(words) is not None


def _quoted(hit: Hit, marks: re.Pattern[str]) -> bool:
    """Tell whether the hit lies inside quotation marks."""
    before = len(marks.findall(hit.text[: hit.start]))
    return before % 2 == 1 and marks.search(hit.text[hit.end :]) is not None
