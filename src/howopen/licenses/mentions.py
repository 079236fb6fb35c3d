"""Names of licenses in a sentence: where they stand and which licenses they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from howopen.formats.inline import Link
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.tags import resolve_tag
from howopen.release import LicenseReading

_SHORT = (
    r"MIT(?:-0)?|Apache(?:[- ](?:License,? )?(?:[Vv](?:ersion)?\.? ?)?2(?:\.0)?)?"
    r"|(?:[23]-Clause )?BSD(?:-[23]-Clause)?"
    r"|(?:GNU )?[AL]?GPL(?:[- ]?v?\d(?:\.\d)?)?(?:\+|-only|-or-later)?|CC0(?:[- ]1\.0)?"
    r"|CC[- ]?BY(?:[- ](?:NC|SA|ND))*(?:[- ]?(?:v)?\d\.\d)?|MPL[- ]?2\.0|ODbL(?:-1\.0)?|ODC-By|PDDL"
    r"|CDLA-[A-Za-z]+(?:-\d\.\d)?|OpenMDW(?:-\d\.\d)?|Unlicense|ISC|EUPL(?:-\d\.\d)?"
    r"|Creative Commons [A-Z][\w -]{2,60}?\d\.\d(?: International)?"
)
_ENDS = (
    r"(?:LICEN[CS]E(?: AGREEMENT)?|[Ll]icen[cs]e(?: [Aa]greement)?|Terms of Use|[Ll]icen[cs]es?)"
)
_LONG = (
    r"(?:[\[(]?[A-Za-z0-9][\w.+\-\[\]]*[\])]?,? ){1,9}?"
    + _ENDS
    + r"(?:,? (?:[Vv]ersion|v\.?) ?\d(?:\.\d)*)?"
)
_NAME = re.compile(
    rf"(?:(?<=[\s`\"'(\[“「采用])|^)(?:(?P<long>{_LONG})|(?P<short>{_SHORT}))(?![\w-])"
)
_FILLER = re.compile(
    r"^(?:the|an?|its|our|terms|of|permissive|under|same|following|open[- ]?source|free|and|or|is"
    r"|are)\s+",
    re.I,
)
_LEAD = re.compile(
    r"(?:licen[cs]ed|under|the|an?|terms|of|is|are|released|distributed|with|by|its|to|subject|governed"
    r"|our|and|or|uses?|available|permissive|both|either|on|in|for|have|has|this|that)\s+",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"\b(?:modified|custom|revised|amended)\b", re.IGNORECASE)
#: Chinese prose puts the name before the word for license
_CHINESE = re.compile(
    r"(?:采用|基于|遵循|依据|使用|适用)\s*[\[「《]?\s*(?P<name>[A-Za-z][\w .+\-]{1,60}?)"
    r"\s*[\]」》]?\s*(?:开源)?(?:协议|许可证|许可|授权)"
)


class Mention(NamedTuple):
    """A name, where it starts and ends in the sentence, and what it is read as."""

    start: int
    stop: int
    reading: LicenseReading


def mentions_in(text: str, knowledge: Knowledge) -> list[Mention]:
    """Find the names of licenses in a sentence, in order."""
    found: list[Mention] = []
    for match in _CHINESE.finditer(text):
        reading = _resolved(match.group("name"), knowledge)
        if reading:
            found.append(Mention(match.start("name"), match.end("name"), reading))
    for match in _NAME.finditer(text):
        if any(one.start < match.end() and match.start() < one.stop for one in found):
            continue
        mention = _mention(match, knowledge)
        if mention:
            found.append(mention)
    return sorted(found)


def _mention(match: re.Match[str], knowledge: Knowledge) -> Mention | None:
    """Resolve a name, dropping words before it one by one."""
    words, offset = match.group(), match.start()
    changed = _CHANGED.search(words)
    rest, at = words, offset
    while rest:
        while filler := _LEAD.match(rest):
            rest, at = rest[filler.end() :], at + filler.end()
        reading = _resolved(rest, knowledge)
        if reading and (match.group("short") or _telling(rest)):
            if changed and "modified" not in (reading.license or ""):
                why = f"it is said to be a modified {reading.name or reading.license}"
                reading = LicenseReading(
                    license=None, name=words, via="notice", near=_near(reading), why=why
                )
            return Mention(at, offset + len(words), reading)
        cut = re.match(r"\S+\s+", rest)
        if cut is None:
            break
        rest, at = rest[cut.end() :], at + cut.end()
    return _unknown(match)


def _near(reading: LicenseReading) -> tuple[str, ...]:
    return (reading.license,) if reading.license else reading.near


def _unknown(match: re.Match[str]) -> Mention | None:
    """Keep a name that we cannot resolve, when it is plainly a license's name."""
    words = match.group()
    while filler := _FILLER.match(words):
        words = words[filler.end() :]
    cue = re.search(r".*\b(?:under|uses?|adopts?|with|subject to)\s+(?:the |an? )?", words)
    words = words[cue.end() :] if cue else words
    plain = re.sub(r"\b(?:licen[cs]e|agreement|the|this|our|its)\b", "", words, flags=re.I).strip()
    kind = re.search(r"\b(?:research|non-?commercial|commercial|custom|proprietary)\b", plain, re.I)
    if not ((cue and kind) or re.search(r"[A-Z]{2}|[A-Z][a-z]+", plain)) or len(plain) < 3:
        return None
    reading = LicenseReading(
        license=None, name=words, via="notice", why=f"{words[:80]!r} is no license that we know"
    )
    return Mention(match.end() - len(words), match.end(), reading)


def _telling(words: str) -> bool:
    """Return whether a name is more than a common word."""
    plain = re.sub(r"\b(?:licen[cs]es?|agreement)\b", "", words, flags=re.I).strip(" ,")
    return (
        bool(plain)
        and (len(plain) > 2)
        and plain.lower()
        not in (
            "open source",
            "custom",
            "commercial",
            "original",
            "same",
            "following",
            "model",
            "free",
            "open",
            "public",
            "software",
            "community",
        )
    )


def _resolved(words: str, knowledge: Knowledge) -> LicenseReading | None:
    tag = resolve_tag(knowledge, words.strip(" ,`\"'“”[]"))
    if tag is None or tag.kind == "nothing":
        return None
    return LicenseReading(
        license=tag.license,
        edition=tag.edition,
        name=words.strip(),
        via="notice",
        near=tag.candidates,
        why=tag.why,
    )


def by_link(reading: LicenseReading, links: Iterable[Link], knowledge: Knowledge) -> LicenseReading:
    """Read an open name by the address that it is linked to, where that is one of its meanings."""
    if reading.license is not None:
        return reading
    for link in links:
        text = " ".join(link.text.split()).strip(" `*\"'").lower()
        name = reading.name.lower()
        if not text or (text not in name and name not in text):
            continue
        tag = resolve_tag(knowledge, link.url)
        if tag and tag.license and (not reading.near or tag.license in reading.near):
            why = f"by the address it is linked to, {link.url[:120]}"
            return msgspec.structs.replace(
                reading, license=tag.license, edition=tag.edition, near=(), why=why
            )
    return reading
