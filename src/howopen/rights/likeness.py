"""Read a text that is not a known license, but has its words under other names.

Many licenses are another one with its names and dates changed, and a number or two. Such a text is
read through the clauses of the one it is near: a clause whose words are the same says the same; one
that departs by more than a name is doubtful, as in a changed copy; a threshold is taken from the
user's own words. Nothing is taken in by reference: the policies of the one are not the other's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from msgspec.structs import replace

from howopen.knowledge import Knowledge
from howopen.knowledge.licenses import Clause, Grants, License, Limits, Requires, license_of
from howopen.release import ClauseSpan, Departure, LicenseReading
from howopen.rights.departures import OPERATIVE

#: a text shares at least so much of its words with the one it is near
LEAST_ALIKE = 0.9
#: and at most so many of its clauses depart by more than a name
MOST_TOUCHED = 0.2
#: the same change in so many places is another name
RENAMED = 3
#: a name has at most so many words
NAME_WORDS = 6

#: words that say who or what a clause is about, or how much: changed, it says another thing
_ROLES = re.compile(
    r"\b(?:licen[cs]\w*|sublicen\w*|you|your|we|us|our|users?|part(?:y|ies)|contribut\w*|recipients?"
    r"|third|work|works|models?|software|materials?|outputs?|results?|derivatives?|products?"
    r"|services?|agreement|affiliates?|compan\w*|persons?|individuals?|entit\w*|union|kingdom"
    r"|states?|european|countr\w*|territor\w*|world\w*|all|any|each|every|other|same|more|less|than"
    r"|least|most|hundred|thousand|million|billion|percent|use\w*|copy|copies|reproduc\w*"
    r"|distribut\w*|modif\w*|creat\w*|train\w*|improv\w*|sell|host\w*|grant\w*|right\w*|patents?)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:(?:january|february|march|april|may|june|july|august|september|october|november|december)"
    r"|\d{1,2}(?:st|nd|rd|th)?|(?:19|20)\d\d|[\s,.]+)+",
    re.IGNORECASE,
)


def likened(reading: LicenseReading, knowledge: Knowledge) -> tuple[License, LicenseReading] | None:
    """Read a text through the license that it is near.

    Args:
        reading: a reading of a text that is no known license, with its departures and clauses.
        knowledge: where licenses are.

    Returns:
        The license as the text has it, under a name of its own, and the reading with the departures
        that are more than names and dates; None where the two are not alike enough.
    """
    near = reading.near[0] if reading.near else ""
    alike = reading.via == "text" and reading.clauses and reading.similarity >= LEAST_ALIKE
    license_ = license_of(knowledge, near, reading.edition) if near and alike else None
    if reading.license is not None or license_ is None or license_.depth != "deep":
        return None
    if not any(isinstance(clause, Grants) for clause in license_.clause):
        return None
    names = _names(reading.departures)
    rest = tuple(one for one in reading.departures if not _named(one, names) and not _dated(one))
    here = {span.ref: span for span in reading.clauses}
    refs = {clause.ref for clause in license_.clause}
    touched = {ref for ref in refs if any(one.clause == ref for one in rest)}
    if len(touched) > MOST_TOUCHED * len(refs) or not refs <= touched | set(here):
        return None
    path = reading.evidence[0].path if reading.evidence else None
    own = replace(
        license_,
        id=f"near-{near}",
        edition="",
        name=f"the text in {path or 'hand'} (in the words of {license_.name})",
        source=reading.evidence[0].source if reading.evidence else "",
        url="",
        released=None,
        incorporates=(),
        clause=tuple(_own(clause, names, touched, here, reading) for clause in license_.clause),
    )
    return own, replace(reading, modified=bool(rest), departures=rest)


def _names(departures: tuple[Departure, ...]) -> dict[str, str]:
    """Find the names that were put in the place of others throughout; case does not count."""
    pairs = Counter((one.before.lower(), one.after.lower()) for one in departures)
    spelled = {one.after.lower(): one.after for one in reversed(departures)}
    found: dict[str, set[str]] = {}
    for (before, after), count in pairs.items():
        proper = spelled[after][:1].isupper()
        if count >= RENAMED and proper and _is_name(before) and _is_name(after):
            found.setdefault(before, set()).add(spelled[after])
    return {before: after.pop() for before, after in found.items() if len(after) == 1}


def _is_name(words: str) -> bool:
    plain = OPERATIVE.search(words) is None and _ROLES.search(words) is None
    return (
        plain and 0 < len(words.split()) <= NAME_WORDS and re.search(r"[^\W\d]", words) is not None
    )


def _named(departure: Departure, names: Mapping[str, str]) -> bool:
    """Tell whether a departure is such a name, or a longer form of one."""
    before, after = departure.before.lower(), departure.after.lower()
    if names.get(before, "").lower() == after != "":
        return True
    first = {name.split()[0]: put.lower() for name, put in names.items()}
    return bool(before) and _is_name(before) and first.get(before.split()[0]) == after


def _dated(departure: Departure) -> bool:
    """Tell whether a departure, outside the clauses, is a date in the place of another."""
    outside = departure.clause is None or departure.clause.startswith("paragraph ")
    sides = (departure.before, departure.after)
    return outside and all(_DATE.fullmatch(one) and re.search("[a-z]", one, re.I) for one in sides)


def _own(
    clause: Clause,
    names: Mapping[str, str],
    touched: set[str],
    here: Mapping[str, ClauseSpan],
    reading: LicenseReading,
) -> Clause:
    """Say a clause as the user's text has it: under its names, with its own threshold."""
    clause = replace(clause, says=_renamed(clause.says, names))
    if isinstance(clause, Requires):
        clause = replace(clause, detail=_renamed(clause.detail, names))
        return replace(clause, limit="", threshold=None) if clause.ref in touched else clause
    if not isinstance(clause, Limits):
        return clause
    clause = replace(clause, date=None)
    if clause.ref not in touched or clause.threshold is None:
        return clause
    first, last = here[clause.ref].lines if clause.ref in here else (0, 0)
    sign = next(
        (
            one
            for one in reading.signs
            if one.kind == "threshold"
            and one.counts == clause.limit
            and one.amount is not None
            and first <= one.lines[0] <= last
        ),
        None,
    )
    says = f"It sets a threshold{f': {sign.value}' if sign else ' that was not read'}."
    return replace(clause, says=says, threshold=sign.amount if sign else None)


def _renamed(said: str, names: Mapping[str, str]) -> str:
    """Put the text's own names into a sentence of ours."""
    for before in sorted(names, key=len, reverse=True):
        after = names[before].replace("\\", "")
        said = re.sub(rf"\b{re.escape(before)}\b", after, said, flags=re.IGNORECASE)
    return said
