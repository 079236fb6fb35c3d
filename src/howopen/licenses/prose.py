"""Sentences that state terms: which license, for which component, on which lines.

Precision comes first: a sentence counts only when it names a license, says that something is under
it, and what that something is belongs to this release. Sentences on dependencies, on other
people's work, on what would be the case, and negations are left alone. A component under a license
that we cannot resolve is still a statement: its terms are unknown, not those of its neighbors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from howopen.formats.markdown import Sentence, sentences
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.tags import resolve_tag
from howopen.release import Component, LicenseReading

#: what a group word covers
CODE = (
    Component.INFERENCE_CODE,
    Component.TRAINING_CODE,
    Component.FINE_TUNING_CODE,
    Component.DATA_PROCESSING_CODE,
    Component.EVALUATION_CODE,
)
WEIGHTS = (
    Component.WEIGHTS,
    Component.INTERMEDIATE_CHECKPOINTS,
    Component.DELTA,
    Component.ADAPTER,
    Component.TOKENIZER,
    Component.OPTIMIZER_STATE,
)
DATA = (Component.TRAINING_DATA, Component.POST_TRAINING_DATA, Component.EVALUATION_DATA)
DOCUMENTS = (
    Component.MODEL_CARD,
    Component.DATA_CARD,
    Component.TECHNICAL_REPORT,
    Component.DATA_INFORMATION,
    Component.EVALUATION_RESULTS,
    Component.RISK_ANALYSIS,
)

_GROUPS: tuple[tuple[tuple[Component, ...], re.Pattern[str]], ...] = (
    (
        WEIGHTS,
        re.compile(r"\b(?:weights?|checkpoints?|pre-?trained models?|model parameters)\b|权重"),
    ),
    (
        CODE,
        re.compile(
            r"\b(?:source code|code ?base|codes?|scripts?|software|repo's code)\b|代码|源码"
        ),
    ),
    (DATA, re.compile(r"\b(?:data ?sets?|data|corpus|corpora|annotations?)\b|数据")),
    (DOCUMENTS, re.compile(r"\b(?:documentation|docs|tutorials?)\b|文档")),
)
_MODEL = re.compile(r"\bmodels?\b|模型|[a-z][\w.]*[- ]?\d+(?:\.\d+)?[bm](?![a-z0-9])")
_GENERAL = re.compile(
    r"\b(?:this|our|the|we)\s+(?:\w+\s+){0,2}(?:project|repo(?:sitory)?|package|library|work|release|software"
    r"|toolkit|product|bundle|material)\b|本项目|本仓库|该项目"
)
_OTHERS = re.compile(
    r"\b(?:third[- ]party|dependenc\w+|depends on|based on|built (?:up)?on|derived from|borrow\w*"
    r"|adapted from|forked from|thanks? to|courtesy|includes? code|portions? of|parts? of|some of"
    r"|original (?:implementation|code|model|license|authors?)|certain"
    r"|which (?:is|are|was)|that (?:is|are|was)"
    r"|whose|unless|if you|if your|would|could|should|please|before|accept|prohibit\w*|example"
    r"|license plate\w*|driver'?s? license"
    r"|licensed (?:data|content|recordings|music|images|material)"
    r"|derivative of|must be|formerly|previously|used to be|was released|will be|planned"
    r"|update[ds]?)\b"
    r"|not (?:\w+ )?(?:licensed|released|under|covered|available)|\bno longer\b|\?$",
    re.IGNORECASE,
)
_OTHER_SECTIONS = re.compile(
    r"acknowledg|credits?\b|third[- ]party|dependenc|related|citation|changelog|news|updates?"
    r"|thanks|致谢|更新",
    re.IGNORECASE,
)
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
_CUE = re.compile(
    r"(?:\b(?:under|licen[cs]ed|licen[cs]es? ?(?:is|are)?|released|distributed|uses?|adopts?)\b"
    r"|[:：]|采用|基于|遵循|依据|使用|适用)"
    r"[\s\w,'\"“”`*()\[\]]{0,40}$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^[\s*_\-|]*(?P<what>(?:(?:model|code|weights?|data(?:set)?|software)\s+)*)licen[cs]e(?:\(s\)|s)?[\s*_]*[:：|]\s*(?P<rest>.{2,300})$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^[\s*_\-`\"]*(?:licensed|released|distributed|published|provided|available|open)\b", re.I
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


class Said(NamedTuple):
    """One statement of prose.

    `readings` are joined by `either` (a choice) or bind together; `components` is empty for the
    release as a whole; `contrast` tells that the same document splits terms by component.
    """

    readings: tuple[LicenseReading, ...]
    components: tuple[Component, ...]
    lines: tuple[int, int]
    quote: str
    either: bool = False
    model: bool = False


class _Mention(NamedTuple):
    start: int
    stop: int
    reading: LicenseReading


def said_in(
    body: str, knowledge: Knowledge, *, first_line: int = 1, name: str = ""
) -> tuple[Said, ...]:
    """Find the sentences of a document that state terms.

    Args:
        body: the prose.
        knowledge: the table of names.
        first_line: the line of the file on which it starts.
        name: the release's own name, which may stand for it.
    """
    found: list[Said] = []
    for sentence in sentences(body, first_line):
        if sentence.code or sentence.quoted or len(sentence.text) > 1200:
            continue
        if _OTHER_SECTIONS.search(sentence.section):
            continue
        found.extend(_read(sentence, knowledge, name))
    return tuple(_contrasted(found))


def _contrasted(found: list[Said]) -> Iterable[Said]:
    """Where code and model are under different terms, `the model` means its weights."""
    code = {one.readings[0].license for one in found if one.components == CODE}
    for one in found:
        if one.model and not one.components and code and one.readings[0].license not in code:
            yield one._replace(components=WEIGHTS)
        else:
            yield one


def _read(sentence: Sentence, knowledge: Knowledge, name: str) -> list[Said]:
    text = sentence.text.strip()
    label = _LABEL.match(text)
    in_section = re.fullmatch(
        r"\W*(?:licen[cs](?:e|ing)s?|许可证|协议|使用协议)\W*(?:agreement)?\W*",
        sentence.section,
        re.I,
    )
    if (
        label is None
        and not in_section
        and not re.search(
            r"licen[cs]|released under|under (?:the )?(?:MIT|Apache|CC)|协议|许可|授权", text, re.I
        )
    ):
        return []
    mentions = _mentions(text, knowledge)
    if not mentions:
        return []
    others = _OTHERS.search(text, 0, mentions[-1].stop) or text.endswith("?")
    if others and not (label and len(text) < 120):
        return []
    found: list[Said] = []
    end = 0
    for mention in mentions:
        subject = text[end : mention.start]
        joined = found and re.fullmatch(
            r"[\s,]*(?:and|or|/|,|和|或)[\s,]*(?:the |an? )?", subject, re.I
        )
        if joined:
            last = found[-1]
            either = last.either or bool(re.search(r"\bor\b|或", subject, re.I))
            found[-1] = last._replace(readings=(*last.readings, mention.reading), either=either)
        elif (
            _CUE.search(subject)
            or (label and not end)
            or (in_section and mention.start < 4)
            or (found and len(subject) < 60)
        ):
            said = _said(sentence, subject, mention, label, bool(in_section), name, first=not found)
            if said:
                found.append(said)
        end = mention.stop
    return found


def _said(  # noqa: PLR0913, PLR0917 - what decides the scope of a mention
    sentence: Sentence,
    subject: str,
    mention: _Mention,
    label: re.Match[str] | None,
    in_section: bool,
    name: str,
    *,
    first: bool,
) -> Said | None:
    """Decide what a mention speaks of; None where it is not this release."""
    lower = subject.lower()
    what = (label.group("what").lower() if label and first else "") + " "
    components = _components(what) if label and first and what.strip() else ()
    rest = lower if not label else lower.split(":", 1)[-1]
    components = components or _components(rest)
    plain = re.sub(r"[^a-z0-9]", "", lower)
    own = bool(name) and re.sub(r"[^a-z0-9]", "", name.lower()) in plain
    model = (own or bool(_MODEL.search(lower))) and not components
    if model and what.strip() == "model":
        components = WEIGHTS
    general = (
        (label and first)
        or in_section
        or _GENERAL.search(lower)
        or own
        or _BARE.match(sentence.text)
    )
    if (
        components == DATA
        and not re.search(r"\b(?:this|our|the) (?:\w+ ){0,2}(?:data|corpus)", lower)
        and not what.strip()
    ):
        return None
    if not components and not model and not general:
        return None
    if mention.reading.license is None and not mention.reading.near and not components:
        return None
    quote = sentence.text if len(sentence.text) <= 300 else sentence.text[:300] + " ..."
    return Said((mention.reading,), components, sentence.lines, quote, model=model)


def _components(text: str) -> tuple[Component, ...]:
    """Return the components that a subject names last (nearest to the license)."""
    best: tuple[int, tuple[Component, ...]] = (-1, ())
    named: tuple[Component, ...] = ()
    for group, pattern in _GROUPS:
        places = [match.start() for match in pattern.finditer(text)]
        if places:
            named += group
            best = max(best, (places[-1], group))
    together = re.search(
        r"(?:code|weights?|data\w*|models?)s?,? and (?:the |its |our )?(?:\w+ )?"
        r"(?:code|weights?|data)",
        text,
    )
    return named if together else best[1]


def _mentions(text: str, knowledge: Knowledge) -> list[_Mention]:
    """Find the names of licenses in a sentence, in order."""
    found: list[_Mention] = []
    for match in _CHINESE.finditer(text):
        reading = _resolved(match.group("name"), knowledge)
        if reading:
            found.append(_Mention(match.start("name"), match.end("name"), reading))
    for match in _NAME.finditer(text):
        if any(one.start < match.end() and match.start() < one.stop for one in found):
            continue
        mention = _mention(match, knowledge)
        if mention:
            found.append(mention)
    return sorted(found)


def _mention(match: re.Match[str], knowledge: Knowledge) -> _Mention | None:
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
            return _Mention(at, offset + len(words), reading)
        cut = re.match(r"\S+\s+", rest)
        if cut is None:
            break
        rest, at = rest[cut.end() :], at + cut.end()
    return _unknown(match)


def _near(reading: LicenseReading) -> tuple[str, ...]:
    return (reading.license,) if reading.license else reading.near


def _unknown(match: re.Match[str]) -> _Mention | None:
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
    return _Mention(match.end() - len(words), match.end(), reading)


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
