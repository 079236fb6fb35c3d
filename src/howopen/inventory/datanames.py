"""Data sets that texts name: in front matter, in sentences, and in lists of data licenses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from howopen.formats.inline import Link
from howopen.formats.markdown import Sentence
from howopen.inventory.pages import Page
from howopen.inventory.sightings import Sighting, quoted
from howopen.knowledge.components import Components, pattern
from howopen.knowledge.datasets import Datasets
from howopen.places.place import Place
from howopen.release import Component, FileRole, How, Presence

_ROLES = frozenset({FileRole.CARD, FileRole.DOCUMENT, FileRole.PACKAGE_METADATA})
_UNSURE = re.compile(r"\b(?:you can|you may|your own|if you|for example|e\.g\.|unlike|custom)\b")
_NAME = r"[A-Z][\w.'+-]*"
#: "trained on [the] NAME dataset", in the words and capitals of the text
_TRAINED = re.compile(
    r"\b(?:[Tt]rained|[Pp]re-?trained|[Rr]etrained|[Ff]ine-?tuned) (?:\w+ ){0,3}?"
    r"(?:on|over|using|with|in)(?: the)?(?: \w+)? "
    rf"({_NAME}(?: (?:{_NAME}|\d{{4}}|and|of|v\d+))*?)(?: \w+)? "
    r"(?:[Dd]ata ?[Ss]ets?|[Dd]ata|[Cc]orp(?:us|ora))\b"
)
#: "the training dataset is [from] the NAME"
_IS = re.compile(
    r"\b[Tt]he (?:pre-?)?training (?:data ?set|data|corpus) (?:is|are|was|were)(?: from)?(?: the)? "
    rf"({_NAME}(?: (?:{_NAME}|\d{{4}}|and|of|from|the))*)"
)
_NOT_NAMES = re.compile(
    r"\b(?:English|Polish|Chinese|The|This|These|A|GPU|NVIDIA|AMP|Users|Meta|University)\Z"
    r"|\A(?:A|The|This|GPUs?|NVIDIA|Since|Currently|Users?|CT|MRI?|H&E|T\dw?)\b"
)
#: "trained on ... NAME", "training data is from NAME", without a full stop between
_AFTER = re.compile(
    r"\b(?:(?:re|pre-?)?trained (?:\w+ ){0,3}?(?:on|over|using|with|in)"
    r"|training (?:data ?set|data|corpus)\w* (?:is|are|was|were|comes?|from)"
    r"|data sources?:|fine-?tuned (?:on|with|using))\b[^.;!?]*$"
)
_PAPER = re.compile(r"arxiv\.org|doi\.org|openreview|aclanthology|paperswithcode")
#: "NAME data for training"
_FOR = re.compile(r"\S+(?: [\w-]+){0,2}? (?:for|in|during) (?:the )?(?:pre-?)?training\b")
_ITEM = re.compile(r"^\s{0,3}(?:[ivx]+|\d+)[.)]\s+(.{3,120}?)\s*$", re.MULTILINE)
_URL = re.compile(r"https?://[^\s<>\"')]+")


def named_data(place: Place, page: Page, words: Components, known: Datasets) -> Iterator[Sighting]:
    """Find data sets that one document names."""
    if page.document.role is FileRole.DATA_LICENSE:
        yield from _license_list(place, page)
        return
    if page.document.role not in _ROLES:
        return
    yield from _front(place, page)
    yield from _known(place, page, words, known)
    yield from _told(place, page)
    yield from _spoken_of(place, page, words)
    yield from _benchmarks(place, page, words)


def _front(place: Place, page: Page) -> Iterator[Sighting]:
    """Read `datasets:` of front matter: on the hub, what a model was trained on."""
    card = page.document.card
    told = card.front.get("datasets") if card else None
    items = told if isinstance(told, list) else [told] if isinstance(told, str) else []
    for index, item in enumerate(items):
        if not isinstance(item, str) or not card:
            continue
        lines = card.key_lines.get(f"datasets[{index}]") or card.key_lines.get("datasets")
        path = page.document.path
        yield Sighting(
            component=Component.TRAINING_DATA,
            presence=Presence.ELSEWHERE,
            variant=page.document.variant,
            name=item,
            urls=(f"https://huggingface.co/datasets/{item}",),
            evidence=quoted(place, How.CARD_METADATA, f"datasets: {item}", path, lines),
        )


def _known(place: Place, page: Page, words: Components, known: Datasets) -> Iterator[Sighting]:
    """Find well-known names in sentences that say what they were used for."""
    table = {name: entry for entry in known.datasets for name in entry.names}
    names = sorted((re.escape(name) for name in table), key=len, reverse=True)
    for match in pattern(rf"(?<![\w/-])(?:{'|'.join(names)})(?![\w/-])").finditer(page.prose):
        sentence, lower = page.sentence_at(match.start())
        entry = table[match.group()]
        component = _use(page, sentence, lower, words)
        bare = _linked(page, sentence, match.group()) is None
        if component is Component.EVALUATION_DATA and bare:
            continue
        if component:
            urls = (f"https://huggingface.co/datasets/{entry.hf}",) if entry.hf else ()
            where = page.locate(sentence, match.group())
            yield _sighting(place, page, component, entry.name, where, urls=urls)


def _use(page: Page, sentence: Sentence, lower: str, words: Components) -> Component | None:
    """Tell what a data set named in a sentence was used for; None where it does not say."""
    if _UNSURE.search(lower):
        return None
    above = " ".join(page.headings_above(sentence.lines[0]))
    in_row = sentence.kind == "row"
    said = above if in_row else lower
    if pattern(words.evaluation_verbs).search(said):
        return Component.EVALUATION_DATA
    if pattern(words.post_training_verbs).search(said):
        return Component.POST_TRAINING_DATA
    if pattern(words.training_verbs).search(said) and "dat" in f"{said} {above} data"[:400]:
        return Component.TRAINING_DATA
    return None


def _told(place: Place, page: Page) -> Iterator[Sighting]:
    """Find names that sentences give to what was trained on."""
    for sentence in page.sentences:
        if "rain" not in sentence.text and "uned" not in sentence.text:
            continue
        lower = sentence.text.lower()
        if _UNSURE.search(lower) or re.search(
            r"\bcompared? (?:with|to)\b|\bwhich was trained\b", lower
        ):
            continue
        for rule in (_TRAINED, _IS):
            for match in rule.finditer(sentence.text):
                name = match.group(1).strip(" .,")
                if not _NOT_NAMES.search(name) and len(name) < 80:
                    tuned = "tuned" in match.group().lower()[:12]
                    kind = Component.POST_TRAINING_DATA if tuned else Component.TRAINING_DATA
                    where = (sentence.text, sentence.lines)
                    yield _sighting(place, page, kind, name, where)


def _spoken_of(place: Place, page: Page, words: Components) -> Iterator[Sighting]:
    """Find names of other well-known data sets after a verb of training."""
    seen = set()
    for match in pattern(words.data_names).finditer(page.prose):
        sentence, lower = page.sentence_at(match.start())
        name = match.group(1)
        at = lower.find(name)
        said = lower[max(0, at - 90) : at]
        used = _AFTER.search(said) or _FOR.match(lower[at + len(name) - 1 : at + len(name) + 60])
        if name in seen or _UNSURE.search(lower) or not used:
            continue
        if pattern(words.evaluation_verbs).search(said) or "compar" in lower:
            continue
        seen.add(name)
        start = sentence.text.lower().find(name)
        written = sentence.text[start : start + len(name)] if start >= 0 else name
        tuned = bool(pattern(words.post_training_verbs).search(said))
        kind = Component.POST_TRAINING_DATA if tuned else Component.TRAINING_DATA
        yield _sighting(place, page, kind, written, page.locate(sentence, name))


def _benchmarks(place: Place, page: Page, words: Components) -> Iterator[Sighting]:
    """Find benchmarks that are linked where sentences or headings speak of evaluation.

    A bare name in a row of results belongs to the results: it tells nobody where the data are.
    """
    seen = set()
    for match in pattern(words.benchmarks).finditer(page.prose):
        name = match.group(1)
        sentence, lower = page.sentence_at(match.start())
        link = None if name in seen or _UNSURE.search(lower) else _linked(page, sentence, name)
        if link is None:
            continue
        said = " ".join((*page.headings_above(sentence.lines[0]), lower))
        if pattern(words.evaluation_verbs).search(said) or "performance" in said:
            before = lower[: lower.find(name)]
            if pattern(words.training_verbs).search(before) and sentence.kind != "row":
                continue
            seen.add(name)
            where = page.locate(sentence, name)
            yield _sighting(place, page, Component.EVALUATION_DATA, "", where, urls=(link.url,))


def _linked(page: Page, sentence: Sentence, name: str) -> Link | None:
    """Return the link in a sentence that has a name in its words and leads to no paper."""
    for link in page.links_on(sentence.lines):
        if name in link.text.lower() and not _PAPER.search(link.url):
            return link
    return None


def _license_list(place: Place, page: Page) -> Iterator[Sighting]:
    """Read a file of data licenses: `i. NAME`, then where it is."""
    items = list(_ITEM.finditer(page.body))
    for index, match in enumerate(items):
        stop = items[index + 1].start() if index + 1 < len(items) else match.end() + 400
        url = _URL.search(page.body, match.end(), min(stop, match.end() + 300))
        if not url:
            continue
        line = page.line_at(match.start(1))
        lines = (line, page.line_at(url.start()))
        document = page.document
        yield Sighting(
            component=Component.TRAINING_DATA,
            presence=Presence.ELSEWHERE,
            variant=document.variant,
            name=match.group(1),
            urls=(url.group().rstrip(".,"),),
            evidence=quoted(
                place, How.CARD_PROSE, match.group(1), document.path, lines, sha256=document.sha256
            ),
        )


def _sighting(  # noqa: PLR0913 - the fields of one sighting
    place: Place,
    page: Page,
    component: Component,
    name: str,
    where: tuple[str, tuple[int, int]],
    *,
    urls: tuple[str, ...] = (),
) -> Sighting:
    document = page.document
    quote, lines = where
    return Sighting(
        component=component,
        presence=Presence.ELSEWHERE,
        variant=document.variant,
        name=name,
        urls=urls,
        evidence=quoted(place, How.CARD_PROSE, quote, document.path, lines, sha256=document.sha256),
    )
