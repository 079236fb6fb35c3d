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

from howopen.formats.inline import Link
from howopen.formats.markdown import Sentence, links, sentences
from howopen.knowledge.loader import Knowledge
from howopen.licenses.mentions import Mention, by_link, mentions_in
from howopen.licenses.names import called
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
    (DATA, re.compile(r"\b(?:data ?(?:sets?|bases?)|data|corpus|corpora|annotations?)\b|数据")),
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


class Said(NamedTuple):
    """One statement of prose.

    `readings` are joined by `either` (a choice) or bind together; `components` is empty for the
    release as a whole. `subject` are the words before the license; a `loose` sentence on data
    counts only where it names a data set of the release.
    """

    readings: tuple[LicenseReading, ...]
    components: tuple[Component, ...]
    lines: tuple[int, int]
    quote: str
    either: bool = False
    model: bool = False
    subject: str = ""
    loose: bool = False


def said_in(
    body: str, knowledge: Knowledge, *, first_line: int = 1, names: tuple[str, ...] = ()
) -> tuple[Said, ...]:
    """Find the sentences of a document that state terms.

    Args:
        body: the prose.
        knowledge: the table of names.
        first_line: the line of the file on which it starts.
        names: the release's own names, which may stand for it.
    """
    found: list[Said] = []
    linked: dict[int, list[Link]] = {}
    for link in links(body, first_line):
        linked.setdefault(link.line, []).append(link)
    for sentence in sentences(body, first_line):
        if sentence.code or sentence.quoted or len(sentence.text) > 1200:
            continue
        if _OTHER_SECTIONS.search(sentence.section):
            continue
        near = [
            link
            for line in range(sentence.lines[0], min(sentence.lines[1], sentence.lines[0] + 20) + 1)
            for link in linked.get(line, ())
        ]
        found.extend(_read(sentence, knowledge, names, near))
    return tuple(_contrasted(_listed(found, body, first_line)))


#: the words before a list of licenses of which one may be chosen
_EITHER = re.compile(
    r"(?:under|of) (?:either|any|one)(?: one)? of(?: the following)?(?: licen[cs]es)?:?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_OPTION = re.compile(r"at your (?:option|choice)|at the user'?s option", re.IGNORECASE)
_LIST = 10


_LICENSE_SECTION = re.compile(
    r"\W*(?:licen[cs](?:e|ing)s?|许可证|协议|使用协议)\W*(?:agreement)?\W*", re.IGNORECASE
)
_TERMS = re.compile(
    r"licen[cs]|released under|under (?:the )?(?:MIT|Apache|CC)|协议|许可|授权", re.IGNORECASE
)
_JOINS = re.compile(r"[\s,]*(?:and|or|/|,|和|或)[\s,]*(?:the |an? )?", re.IGNORECASE)


_OWN_DATA = re.compile(r"\b(?:this|our|the) (?:\w+ ){0,2}(?:data|corpus)")


def _listed(found: list[Said], body: str, first_line: int) -> list[Said]:
    """Join the licenses of a list that is introduced by `under either of` into one choice."""
    for match in _EITHER.finditer(body):
        line = first_line + body.count("\n", 0, match.start())
        option = _OPTION.search(body, match.end(), match.end() + 1_000)
        last = first_line + body.count("\n", 0, option.start()) if option else line
        held = [one for one in found if line < one.lines[0] <= min(last, line + _LIST)]
        if len(held) > 1 and all(one.components == held[0].components for one in held):
            readings = tuple(reading for one in held for reading in one.readings)
            lines = (held[0].lines[0], held[-1].lines[1])
            one = held[0]._replace(readings=readings, either=True, lines=lines)
            found = [one if each is held[0] else each for each in found if each not in held[1:]]
    return found


def _contrasted(found: list[Said]) -> Iterable[Said]:
    """Where code and model are under different terms, `the model` means its weights."""
    code = {one.readings[0].license for one in found if one.components == CODE}
    for one in found:
        if one.model and not one.components and code and one.readings[0].license not in code:
            yield one._replace(components=WEIGHTS)
        else:
            yield one


def _read(
    sentence: Sentence, knowledge: Knowledge, names: tuple[str, ...], near: list[Link]
) -> list[Said]:
    """Read what one sentence says of terms."""
    text = sentence.text.strip()
    label = _LABEL.match(text)
    in_section = bool(_LICENSE_SECTION.fullmatch(sentence.section))
    if not (label or in_section or _TERMS.search(text)):
        return []
    mentions = [
        one._replace(reading=by_link(one.reading, near, knowledge))
        for one in mentions_in(text, knowledge)
    ]
    if not mentions:
        return []
    aside = _aside(text, mentions[-1].stop)
    if aside == "others" and not (label and len(text) < 120):
        return []
    found = _subjects(sentence, mentions, label, in_section, names)
    if aside == "data":
        return [one._replace(loose=True) for one in found if one.components == DATA]
    return found


def _subjects(
    sentence: Sentence,
    mentions: list[Mention],
    label: re.Match[str] | None,
    in_section: bool,
    names: tuple[str, ...],
) -> list[Said]:
    """Give each license named in a sentence to what the words before it speak of."""
    text = sentence.text.strip()
    found: list[Said] = []
    links: list[str] = []
    end = 0
    for mention in mentions:
        subject = text[end : mention.start]
        if found and _JOINS.fullmatch(subject):
            links.append(subject)
            found[-1] = _with(found[-1], mention.reading, links)
        elif (
            _CUE.search(subject)
            or (label and not end)
            or (in_section and mention.start < 4)
            or (found and len(subject) < 60)
        ):
            said = _said(sentence, subject, mention, label, in_section, names, first=not found)
            if said:
                found.append(said)
                links = []
        end = mention.stop
    return found


def _with(said: Said, reading: LicenseReading, links: list[str]) -> Said:
    """Add a license to what was said; a choice only where an `or`, and no `and`, links them."""
    between = " ".join(links)
    ors = re.search(r"\bor\b|或", between, re.IGNORECASE)
    ands = re.search(r"\band\b|和", between, re.IGNORECASE)
    return said._replace(readings=(*said.readings, reading), either=bool(ors and not ands))


def _aside(text: str, stop: int) -> str:
    """Tell whether the words before a license turn a sentence to others, or to others' data."""
    match = _OTHERS.search(text, 0, stop)
    if match is None:
        return "others" if text.endswith("?") else ""
    data = re.match(r"(?:which|that) (?:is|are|was)$", match.group(), re.IGNORECASE)
    rest = _OTHERS.search(text, match.end(), stop) if data else match
    return "data" if rest is None else "others"


def _said(  # noqa: PLR0913 - what decides the scope of a mention
    sentence: Sentence,
    subject: str,
    mention: Mention,
    label: re.Match[str] | None,
    in_section: bool,
    names: tuple[str, ...],
    *,
    first: bool,
) -> Said | None:
    """Decide what a mention speaks of; None where it is not this release."""
    lower = subject.lower()
    what = label.group("what").lower() if label and first else ""
    rest = lower if not label else lower.split(":", 1)[-1]
    components = (_components(f"{what} ") if what.strip() else ()) or _components(rest)
    own = called(subject, names)
    model = (own or bool(_MODEL.search(lower))) and not components
    if model and what.strip() == "model":
        components = WEIGHTS
    general = (label and first) or in_section or own or _GENERAL.search(lower)
    if not (components or model or general or _BARE.match(sentence.text)):
        return None
    if mention.reading.license is None and not mention.reading.near and not components:
        return None
    return Said(
        (mention.reading,),
        components,
        sentence.lines,
        sentence.text if len(sentence.text) <= 300 else sentence.text[:300] + " ...",
        model=model,
        subject=sentence.text if label and first else subject,
        loose=components == DATA and not what.strip() and not _OWN_DATA.search(lower),
    )


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
