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
from howopen.licenses.mentions import Mention, by_link, mentions_in, named
from howopen.licenses.names import called
from howopen.licenses.wording import Wording, wording
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

_GROUPS = {"weights": WEIGHTS, "code": CODE, "data": DATA, "documents": DOCUMENTS}
_LABEL = re.compile(
    r"^[\s*_\-|]*(?P<what>(?:(?:model|code|weights?|data(?:set)?|software)\s+)*)licen[cs]e(?:\(s\)|s)?"
    r"[\s*_]*(?:[:：|]\s*|\s(?=(?-i:A|An|The|Use|Non-?[Cc]ommercial|Custom|Bespoke|Proprietary)\s))(?P<rest>.{2,300})$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^[\s*_\-`\"]*(?:licensed|released|distributed|published|provided|available|open)\b", re.I
)


class Said(NamedTuple):
    """One statement of prose.

    `readings` are joined by `either` (a choice) or bind together; `components` is empty for the
    release as a whole. `subject` are the words before the license; a `loose` sentence on data
    counts only where it names a data set of the release. `link` is where the license's name leads.
    `files` are files of weights that are said to be under it; where `lone`, nothing else is named.
    """

    readings: tuple[LicenseReading, ...]
    components: tuple[Component, ...]
    lines: tuple[int, int]
    quote: str
    either: bool = False
    model: bool = False
    subject: str = ""
    loose: bool = False
    link: str = ""
    files: tuple[str, ...] = ()
    lone: bool = False


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
    body = _ESCAPE.sub(r"\1", body)
    words = wording(knowledge)
    linked: dict[int, list[Link]] = {}
    for link in links(body, first_line):
        linked.setdefault(link.line, []).append(link)
    for sentence in sentences(body, first_line):
        if sentence.code or len(sentence.text) > _LONGEST:
            continue
        if sentence.quoted and not called(sentence.text, names):
            continue
        if words.other_section.search(sentence.section) or _LENT.search(sentence.text):
            continue
        if sentence.kind == "row" and _by_column(sentence.text):
            continue
        near = [
            link
            for line in range(sentence.lines[0], min(sentence.lines[1], sentence.lines[0] + 20) + 1)
            for link in linked.get(line, ())
        ]
        found.extend(_Reader(sentence, words, names, near).read(knowledge))
    return tuple(_contrasted(_listed(found, body, first_line)))


#: what somebody else hands on: `this model is provided by Google as a module under ...`
_LENT = re.compile(r"\b(?i:is|are) provided by (?!the\b|our\b)[A-Z][\w.-]* as\b")


def _by_column(row: str) -> bool:
    """Tell whether a row gives each column another license, so that it is no column's alone."""
    first, *cells = (cell.strip(" *_`") for cell in row.split("|"))
    return _LICENSE_CELL.fullmatch(first) is not None and len(set(cells)) > 1


_LICENSE_CELL = re.compile(r"(?:[\w ]{0,20} )?licen[cs]es?", re.IGNORECASE)

#: the words before a list of licenses of which one may be chosen
_EITHER = re.compile(
    r"(?:under|of) (?:either|any|one)(?: one)? of(?: the following)?(?: licen[cs]es)?:?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_OPTION = re.compile(r"at your (?:option|choice)|at the user'?s option", re.IGNORECASE)
_LIST = 10


_JOINS = re.compile(
    r"[\s,]*(?:and|or|/|,|和|或)[\s,(]*(?:at your (?:option|choice)[\s,)]*)?(?:the |an? )?",
    re.IGNORECASE,
)


_LICENSED = re.compile(r"-licen[cs]ed\s+(?P<what>(?:\w+\s+){0,2}\w+)", re.IGNORECASE)
_FOR = re.compile(
    r"\s*(?:licen[cs]e )?for (?:(?:the|our|all|its) )?(?P<what>(?:\w+ ){0,2}\w+)", re.IGNORECASE
)
_CODE_AND_MODEL = re.compile(
    r"\bcodes? and (?:the |its |our )?models?\b|\bmodels? and (?:the )?code"
)
#: code and weights, in one breath
_TOGETHER = re.compile(
    r"(?:code|weights?|data\w*|models?)s?,? and (?:the |its |our )?(?:\w+ )?(?:code|weights?|data)"
    r"|(?:代码|权重|数据)(?:和|与|及|以及|、)(?:模型)?(?:代码|权重|数据)"
    r"|(?:código|code|codice|quellcode)s? (?:y|et|e|und) (?:l[oe]s |i |die )?"
    r"(?:pesos|poids|pesi|gewichte)"
)
#: brackets and underscores that Markdown escapes
_ESCAPE = re.compile(r"\\([\[\]_])")
#: a file of weights, and how a sentence says that something is found in one
_FILE = re.compile(
    r"(?<![\w./-])[\w./-]{1,80}\.(?:safetensors|gguf|onnx|ckpt|pth?|bin)(?![\w/-])", re.IGNORECASE
)
_FOUND = re.compile(
    r"[^.;:]{0,40}\b(?:found|available|located|stored|provided|included|shipped|released)"
    r"\s+(?:as|in|at|under|with)\s+(?:the\s+)?(?:file\s+)?[`\"'(]*$",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:except|other than|excluding|apart from|besides|but not)\b", re.I)
#: longer sentences are no statements
_LONGEST = 1200
_OWN_DATA = re.compile(r"\b(?:this|our|the|its) (?:\w+ ){0,2}(?:data|corpus)")


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


class _Reader:
    """Reads one sentence: the licenses it names, and what the words around each speak of."""

    def __init__(
        self, sentence: Sentence, words: Wording, names: tuple[str, ...], near: list[Link]
    ) -> None:
        self.text = sentence.text.strip()
        self.sentence = sentence
        self.words = words
        self.names = names
        self.near = near
        self.label = _LABEL.match(self.text)
        self.titled = bool(words.license_section.fullmatch(sentence.section))

    def read(self, knowledge: Knowledge) -> list[Said]:
        """Return what the sentence says of terms."""
        if not (self.label or self.titled or self.words.terms.search(self.text)):
            return []
        whole = (
            named(self.label["rest"], self.label.start("rest"), knowledge) if self.label else None
        )
        mentions = [
            one._replace(reading=by_link(one.reading, self.near, knowledge))
            for one in ([whole] if whole else mentions_in(self.text, knowledge))
        ]
        if not mentions:
            return []
        aside = self._aside(mentions[-1].stop)
        if aside == "others" and not (self.label and len(self.text) < 120):
            return []
        found = self._subjects(mentions) or self._adjectives(mentions)
        if aside == "data":
            return [one._replace(loose=True) for one in found if one.components == DATA]
        return found

    def _subjects(self, mentions: list[Mention]) -> list[Said]:
        """Give each license named in a sentence to what the words before it speak of."""
        found: list[Said] = []
        links: list[str] = []
        end = 0
        for mention in mentions:
            subject = self.text[end : mention.start]
            if found and _JOINS.fullmatch(subject):
                links.append(subject)
                found[-1] = _with(found[-1], mention.reading, links)
            elif self._cued(subject, mention, first=not end, found=bool(found)):
                said = self._said(subject, mention, first=not found)
                if said:
                    found.append(said)
                    links = []
            end = mention.stop
        return found

    def _cued(self, subject: str, mention: Mention, *, first: bool, found: bool) -> bool:
        """Return whether the words around a name put something under it."""
        return bool(
            self.words.cue.search(subject)
            or self.words.after.match(self.text, mention.stop)
            or (self.label and first)
            or (self.titled and mention.start < 4)
            or (found and len(subject) < 60)
        )

    def _adjectives(self, mentions: list[Mention]) -> list[Said]:
        """Read `Apache-licensed weights` where the sentence is on the release by its name."""
        found: list[Said] = []
        for mention in mentions if called(self.text, self.names) else ():
            after = _LICENSED.match(self.text, mention.stop)
            components = self._components(after.group("what").lower()) if after else ()
            if components:
                found.append(self._made(mention, components, self.text))
        return found

    def _aside(self, stop: int) -> str:
        """Tell whether the words before a license turn to others, or to others' data."""
        match = self.words.others.search(self.text, 0, stop)
        if match is None:
            return "others" if self.text.endswith("?") else ""
        data = re.match(r"(?:which|that) (?:is|are|was)$", match.group(), re.IGNORECASE)
        rest = self.words.others.search(self.text, match.end(), stop) if data else match
        return "data" if rest is None else "others"

    def _said(self, subject: str, mention: Mention, *, first: bool) -> Said | None:
        """Decide what a mention speaks of; None where it is not this release."""
        lower = subject.lower()
        label = self.label if first else None
        what = label.group("what").lower() if label else ""
        rest = lower.split(":", 1)[-1] if label else lower
        components = (self._components(f"{what} ") if what.strip() else ()) or (
            self._components(rest)
        )
        components = self._components_after(mention) or components
        if components == CODE and _CODE_AND_MODEL.search(rest):
            components = (*CODE, *WEIGHTS)
        own = called(subject, self.names)
        model = (own or bool(self.words.model.search(lower))) and not components
        if model and what.strip() == "model":
            components = WEIGHTS
        general = label or self.titled or own or self.words.general.search(lower)
        files = self._files(subject, mention, first=first)
        lone = not (components or model or general or _BARE.match(self.text))
        if lone and not files:
            return None
        unknown = mention.reading.license is None and not mention.reading.near
        if unknown and not (components or label or model):
            return None
        loose = components == DATA and not what.strip() and not _OWN_DATA.search(lower)
        made = self._made(
            mention, components, self.text if label else subject, model=model, loose=loose
        )
        return made._replace(files=files, lone=lone)

    def _files(self, subject: str, mention: Mention, *, first: bool) -> tuple[str, ...]:
        """Return the files of weights that are said to be under a license, before it or after."""
        if _EXCEPT.search(subject):
            return ()
        before = tuple(_FILE.findall(subject))
        after = _FILE.search(self.text, mention.stop)
        if before or not first or after is None:
            return before
        return (after[0],) if _FOUND.match(self.text[mention.stop : after.start()]) else ()

    def _made(
        self,
        mention: Mention,
        components: tuple[Component, ...],
        subject: str,
        *,
        model: bool = False,
        loose: bool = False,
    ) -> Said:
        text = self.sentence.text
        return Said(
            (mention.reading,),
            components,
            self.sentence.lines,
            text if len(text) <= 300 else text[:300] + " ...",
            model=model,
            subject=subject,
            loose=loose,
            link=_link(mention.reading.name, self.near),
        )

    def _components_after(self, mention: Mention) -> tuple[Component, ...]:
        """Return the components of `MIT for the code`."""
        known = mention.reading.license or mention.reading.near
        after = _FOR.match(self.text, mention.stop) if known else None
        return self._components(after["what"].lower()) if after else ()

    def _components(self, text: str) -> tuple[Component, ...]:
        """Return the components that a subject names last (nearest to the license)."""
        best: tuple[int, tuple[Component, ...]] = (-1, ())
        named: tuple[Component, ...] = ()
        for word, group in _GROUPS.items():
            pattern: re.Pattern[str] = getattr(self.words, word)
            places = [match.start() for match in pattern.finditer(text)]
            if places:
                named += group
                best = max(best, (places[-1], group))
        return named if _TOGETHER.search(text) else best[1]


def _link(name: str, near: list[Link]) -> str:
    """Return where the link leads that a license's name stands in; empty for none."""
    lower = name.lower()
    for link in near:
        text = " ".join(link.text.split()).strip(" `*\"'").lower()
        if len(text) > 3 and (text in lower or lower in text):
            return link.url
    return ""


def _with(said: Said, reading: LicenseReading, links: list[str]) -> Said:
    """Add a license to what was said; a choice only where an `or`, and no `and`, links them."""
    between = " ".join(links)
    ors = re.search(r"\bor\b|或", between, re.IGNORECASE)
    ands = re.search(r"\band\b|和", between, re.IGNORECASE)
    return said._replace(readings=(*said.readings, reading), either=bool(ors and not ands))
