"""Sentences by which a release keeps something back, or says that there is none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from howopen.formats.markdown import Sentence
from howopen.inventory.pages import Page
from howopen.inventory.sightings import Sighting, quoted
from howopen.knowledge.components import Components, pattern
from howopen.places.place import Place
from howopen.release import Access, Component, FileRole, How, Presence

_ROLES = frozenset(
    {FileRole.CARD, FileRole.DOCUMENT, FileRole.PACKAGE_METADATA, FileRole.DATA_CARD}
)
#: a data set called private, where the sentence says that it was trained on
_PRIVATE = (
    r"\b(?:train\w*|fine-?tuned|datasets? (?:are|is|from|use)|(?:data|datasets?) from)\b"
    r"[^\n]{0,120}?"
    r"\b(?:proprietary|private|in-house|internal|confidential)\b[^\n]{0,30}?"
    r"\b(?:data\w*|samples?|corpus|corpora|annotations)\b"
    r"|\b(?:this is|is) an? (?:private|proprietary|in-house|internal) (?:data ?set|corpus)\b"
    r"|\bdatasets? (?:are|is|use) (?:from )?(?:private|proprietary|in-house|internal) samples\b"
)


#: a sentence without one of these says nothing about keeping back
_HINT = re.compile(
    r"(?:\b(?:not|never|cannot|unable|no|private|proprietary|internal|in-house|confidential"
    r"|withh\w+|closed)\b|n't\b|不)"
)
_OUT = re.compile(
    r"releas|provid|shar|distribut|publi|open|disclos|includ|available|private|propriet|internal"
    r"|in-house|confiden|withh|there (?:is|are) no|\bno\b|does not|closed|开源|公开|提供|发布"
)


def withheld(place: Place, page: Page, words: Components) -> Iterator[Sighting]:
    """Find what one document says is kept back or absent."""
    rules = words.withholding
    lower = page.lower
    if page.document.role not in _ROLES or not any(word in lower for word in rules.needs):
        return
    for sentence in page.sentences:
        text = sentence.text.lower()
        if sentence.quoted or not (_HINT.search(text) and _OUT.search(text)):
            continue
        if not pattern(rules.unless).search(text):
            yield from _kept_back(place, page, words, sentence, text)


def _kept_back(
    place: Place, page: Page, words: Components, sentence: Sentence, text: str
) -> Iterator[Sighting]:
    """Yield each component that one sentence keeps back or says is absent."""
    rules = words.withholding
    private = pattern(_PRIVATE).search(text)
    for ident, info in words.components.items():
        component = Component(ident)
        match = _first(rules.patterns, info.nouns, text)
        if match is None and component is Component.TRAINING_DATA:
            match = private
        if match is not None and not _of_another(component, text, match):
            staged = pattern(rules.staged).search(text) is not None
            access = Access.STAGED if staged else Access.WITHHELD
            yield _sighting(
                place, page, component, sentence, presence=Presence.SAID_WITHHELD, access=access
            )
        elif _first(rules.absent, info.nouns, text):
            yield _sighting(place, page, component, sentence, presence=Presence.SAID_ABSENT)


def _first(templates: tuple[str, ...], nouns: str, text: str) -> re.Match[str] | None:
    """Return the first match of some patterns for some nouns."""
    if not nouns or not pattern(nouns).search(text):
        return None
    for template in templates:
        if match := pattern(template.replace("NOUN", nouns)).search(text):
            return match
    return None


def _sighting(  # noqa: PLR0913 - the fields of one sighting
    place: Place,
    page: Page,
    component: Component,
    sentence: Sentence,
    *,
    presence: Presence,
    access: Access | None = None,
) -> Sighting:
    document = page.document
    evidence = quoted(
        place, How.CARD_PROSE, sentence.text, document.path, sentence.lines, sha256=document.sha256
    )
    return Sighting(
        component=component,
        presence=presence,
        access=access,
        variant=document.variant,
        evidence=evidence,
    )


def _of_another(component: Component, lower: str, match: re.Match[str]) -> bool:
    """Tell whether a bare noun (`weights`, `dataset`) is part of another component's name."""
    said = match.group()
    if component is Component.TRAINING_DATA:
        return bool(re.search(r"\b(?:evaluation|eval|test|benchmark|validation)\b", said))
    if component is Component.WEIGHTS:
        other = (
            r"\b(?:intermediate|delta|adapter|lora|loss|data|sampling|optimizer) (?:weights|check)"
        )
        return bool(re.search(other, said)) or "licens" in lower
    return component is Component.PAPER or component is Component.SAMPLE_OUTPUTS
