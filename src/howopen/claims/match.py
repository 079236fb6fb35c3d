"""Whether a sentence makes a claim of one kind, or only looks as if it did.

Two ways lead to a claim: a pattern that is one wherever it stands, and a looser one where the
sentence speaks of the release - by its name, by its maker's `we`, or by the section it stands in.
An objection to the looser one counts in the clause of the match only, so that what is said of
others in the next clause does not hide the claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from howopen.knowledge.claims import Finder

#: How far before a match a negation reaches.
BEFORE = 48

#: How far after a match, within its clause, an objection still concerns it.
AFTER = 40


def matches(
    found: Finder, text: str, section: str, checks: dict[str, re.Pattern[str]]
) -> Iterator[re.Match[str]]:
    """Find the claims of one kind in a sentence: one, or one a name where it names licenses.

    Args:
        found: the kind.
        text: the sentence as read: THIS for the release's names, `NEWS: ` for a date.
        section: the title of the section it stands in.
        checks: the guards of `claims.toml`.
    """
    unsure = () if found.kind.conditional else (checks["unsure"],)
    if not any(guard.search(text) for guard in found.unless):
        yield from (made := _made(found.patterns, text, checks, unsure))
        if made:
            return
    elif found.kind.whole:
        return
    below = found.section is not None and found.section.search(section) is not None
    looser = found.about if below or checks["about"].search(text) else ()
    objections = (*unsure, *found.unless)
    yield from _made((*looser, *(found.under if below else ())), text, checks, objections)


def _made(
    patterns: tuple[re.Pattern[str], ...],
    text: str,
    checks: dict[str, re.Pattern[str]],
    unless: tuple[re.Pattern[str], ...],
) -> list[re.Match[str]]:
    """Return the claims that the first pattern with any finds."""
    for pattern in patterns:
        made = [
            match
            for match in pattern.finditer(text)
            if _stands(text, match, checks) and not _objected(text, match, checks["bound"], unless)
        ]
        if made:
            return made if "name" in pattern.groupindex else made[:1]
    return []


def _objected(
    text: str,
    match: re.Match[str],
    bound: re.Pattern[str],
    unless: tuple[re.Pattern[str], ...],
) -> bool:
    """Tell whether the clauses in which a match stands say that it is no claim."""
    start = max((one.end() for one in bound.finditer(text, 0, match.start())), default=0)
    after = bound.search(text, match.end())
    end = min(after.start() if after else len(text), match.end() + AFTER)
    clause = text[start:end]
    return any(guard.search(clause) for guard in unless)


def _stands(text: str, match: re.Match[str], checks: dict[str, re.Pattern[str]]) -> bool:
    """Tell whether a match is meant: neither quoted nor denied."""
    if _quoted(text, match, checks["quotation"]):
        return False
    before = text[max(0, match.start() - BEFORE) : match.start()]
    name = match.groupdict().get("name") or ""
    words = match.group().replace(name, "") if name else match.group()
    return not (checks["negation"].search(before) or _negated_within(words))


#: a denial after the claim's first word
_DENIAL = re.compile(
    r"\w .*\b(?:not|never|\w+n['’]t|non(?!-(?:commercial|production)))\b", re.IGNORECASE
)


def _negated_within(words: str) -> bool:
    """Tell whether the claim's own words deny it, apart from those that begin with the denial."""
    return _DENIAL.search(words) is not None


def _quoted(text: str, match: re.Match[str], marks: re.Pattern[str]) -> bool:
    """Tell whether the match lies inside quotation marks."""
    before = len(marks.findall(text[: match.start()]))
    return before % 2 == 1 and marks.search(text[match.end() :]) is not None
