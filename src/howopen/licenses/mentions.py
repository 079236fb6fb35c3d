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
    r"MIT(?:-0)?|[Aa]pache(?:[- ](?:License,? )?(?:[Vv](?:ersion)?\.? ?)?2(?:\.0)?)?"
    r"|(?:[23]-Clause )?BSD(?:[- ]?[23](?:[- ][Cc]lause)?)?"
    r"|(?:GNU )?[AL]?GPL(?:(?:,? version |[- ]?v?)\d(?:\.\d)?)?(?:\+|-only|-or-later)?"
    r"|(?:Creative Commons )?CC0(?:[- ]1\.0)?"
    r"|CC[- ]?BY(?:[- ](?:NC|SA|ND))*(?:[- ]?(?:v)?\d\.\d)?|MPL[- ]?2\.0|ODbL(?:-1\.0)?|ODC-By|PDDL"
    r"|CDLA-[A-Za-z]+(?:-\d\.\d)?|OpenMDW(?:-\d\.\d)?|Unlicense|ISC|EUPL(?:-\d\.\d)?"
    r"|(?:(?:CreativeML|BigScience|BigCode) )?Open ?RAIL(?:\+\+)?(?:-[MDAS])?"
    r"|Creative Commons [A-Z][\w -]{2,60}?\d\.\d(?: International)?"
)
_ENDS = (
    r"(?:LICEN[CS]E(?: AGREEMENT)?|[Ll]icen[cs]e(?: [Aa]greement)?|Terms of Use|[Ll]icen[cs]es?)"
)
_LONG = (
    r"(?:(?!or,? (?!later|newer|any))[\[(]?[A-Za-z0-9][A-Za-z0-9_À-ɏ.+\-\[\]]*[\])]? ){1,9}?"
    + _ENDS
    + r"(?:,? (?:[Vv]ersion|v\.?) ?\d(?:\.\d)*| \d\.\d)?"
)
_NAME = re.compile(
    rf"(?:(?<=[\s`\"'(\[“「\u3040-\u9fff\uff00-\uffef])|^)"
    rf"(?:(?P<long>{_LONG})|(?P<short>{_SHORT}))(?![A-Za-z0-9_À-ɏ]|-(?!licen[cs]ed|Lizenz))"
)
_FILLER = re.compile(
    r"^(?:licen[cs]es?(?= (?:an?|non-?commercial|custom|bespoke|proprietary) )"
    r"|the|an?|its|our|terms|of|permissive|under|same|following"
    r"|open[- ]?source|free|and|or|is|are)\s+",
    re.I,
)
_LEAD = re.compile(
    r"(?:licen[cs]ed|under|the|an?|terms|of|is|are|released|distributed|with|by|its|to|subject|governed"
    r"|our|and|or|uses?|available|permissive|both|either|on|in|for|have|has|this|that)\s+",
    re.IGNORECASE,
)
_NAMELY = re.compile(r",?\s+(?:called|named|namely|the)(?: the)?\s*", re.IGNORECASE)
#: what stands before an unknown name, in the languages that put it there
_CUE = re.compile(
    r".*\b(?:under|uses?|adopts?|with|subject to|called|bajo|sous|unter|sob|sotto)\s+"
    r"(?:the |an? |la |le |der )?"
)
_CHANGED = re.compile(r"\b(?:modified|custom(?:i[sz]ed)?|revised|amended)\b", re.IGNORECASE)
#: right before or after a name, and it is another license
_CHANGED_BEFORE = re.compile(
    r"\b(?:modified|custom(?:i[sz]ed)?|revised|amended|changed|variant of|based on)\s+"
    r"(?:version of\s+)?(?:the\s+|an?\s+)?$",
    re.IGNORECASE,
)
_CHANGED_AFTER = re.compile(
    r"\W*(?:licen[cs]e\s+)?(?:with|plus|and|\+)\s+(?:(?:some|the|these|our|an?)\s+)?"
    r"(?:(?:additional|extra|added|further|special)\s+(?:use\s+)?"
    r"(?:conditions?|restrictions?|terms|clauses?)|commons clause)",
    re.IGNORECASE,
)
#: right after a name, that later editions of the license may be taken instead
_LATER = re.compile(
    r",?(?: licen[cs]e)?,? \(?or (?:\(?at your option\)? )?(?:any )?(?:later|newer)"
    r"(?: versions?)?\)?"
)
#: how the reason begins where a sentence says that a license was changed
SAID_CHANGED = "it is said to be a modified"
#: words that judge a license and name none
_JUDGED = re.compile(r"^not\b|\bOSI\b|\b(?:approved|recogni[sz]ed)\b", re.IGNORECASE)
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
    return _apposed(sorted(found), text)


def _apposed(found: list[Mention], text: str) -> list[Mention]:
    """Leave out a description that a name follows: `a custom license, called X`."""
    kept: list[Mention] = []
    for mention in found:
        between = text[kept[-1].stop : mention.start] if kept else ""
        last = kept[-1].reading if kept else None
        if last and not (last.license or last.near) and _NAMELY.fullmatch(between):
            kept.pop()
        kept.append(mention)
    return kept


def named(value: str, start: int, knowledge: Knowledge) -> Mention | None:
    """Return the mention that a whole value is, such as what a label is followed by."""
    plain = value.strip(" .;,*`")
    reading = _resolved(plain, knowledge) if plain else None
    at = start + value.find(plain)
    return Mention(at, at + len(plain), reading) if reading else None


def _mention(match: re.Match[str], knowledge: Knowledge) -> Mention | None:
    """Resolve a name, dropping words before it one by one."""
    words, offset = match.group(), match.start()
    before = match.string[max(0, offset - 40) : offset]
    after = _CHANGED_AFTER.match(match.string, match.end())
    changed = _CHANGED.search(words) or _CHANGED_BEFORE.search(before) or after
    rest, at = words, offset
    while rest:
        while filler := _LEAD.match(rest):
            rest, at = rest[filler.end() :], at + filler.end()
        reading = _resolved(rest, knowledge)
        if reading and (match.group("short") or _telling(rest)):
            if changed and "modified" not in (reading.license or ""):
                why = f"{SAID_CHANGED} {reading.name or reading.license}"
                reading = LicenseReading(
                    license=None, name=words, via="notice", near=_near(reading), why=why
                )
            later = _LATER.match(match.string, match.end())
            if later and (reading.license or "").endswith("-only"):
                ident = str(reading.license).removesuffix("-only") + "-or-later"
                name = f"{reading.name}{later.group()}"
                reading = msgspec.structs.replace(reading, license=ident, name=name)
                return Mention(at, later.end(), reading)
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
    cue = _CUE.search(words)
    words = words[cue.end() :] if cue else words
    plain = re.sub(r"\b(?:licen[cs]e|agreement|the|this|our|its)\b", "", words, flags=re.I).strip()
    kind = re.search(r"\b(?:research|non-?commercial|commercial|custom|proprietary)\b", plain, re.I)
    bespoke = kind and re.match(r"(?:an?\s+)?(?:custom|proprietary|bespoke)\b", plain, re.I)
    telling = (cue and kind) or bespoke or re.search(r"[A-Z]{2}|[A-Z][a-z]+", plain)
    if not telling or len(plain) < 3 or _JUDGED.search(plain):
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
        address = not reading.near and text.startswith(("http://", "https://"))
        if not text or not (address or text in name or name in text):
            continue
        tag = resolve_tag(knowledge, link.url)
        if tag and tag.license and (not reading.near or tag.license in reading.near):
            why = f"by the address it is linked to, {link.url[:120]}"
            return msgspec.structs.replace(
                reading, license=tag.license, edition=tag.edition, near=(), why=why
            )
    return reading
