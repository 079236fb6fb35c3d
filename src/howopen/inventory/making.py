"""Data made with somebody's service: the sentences that say so, as facts of that data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from howopen.inventory.pages import Page
from howopen.inventory.sightings import quoted
from howopen.knowledge.components import pattern
from howopen.knowledge.datasets import Datasets, Making
from howopen.places.place import Place
from howopen.release import Component, Evidence, Fact, FileRole, How, Part, Presence

#: the name of the fact; its value is the name of the service
MADE_WITH = "made-with"

#: data that shapes weights
SHAPING = (Component.TRAINING_DATA, Component.POST_TRAINING_DATA)

_ROLES = frozenset(
    {FileRole.CARD, FileRole.DOCUMENT, FileRole.DATA_CARD, FileRole.PACKAGE_METADATA}
)


class _Said(NamedTuple):
    """One sentence that names a service which made data."""

    fact: Fact
    variant: str | None

    @property
    def evidence(self) -> Evidence:
        return self.fact.evidence[0]


def with_making(
    place: Place, parts: Iterable[Part], pages: Iterable[Page], words: Datasets
) -> Iterator[Part]:
    """Add a fact `made-with` to data that a text says was made with a service.

    A sentence that also names data sets is on these; else it is on the data of the release, and
    where there is none among the files, on the information about its data.
    """
    held = list(parts)
    found: dict[str, list[Fact]] = {}
    for page in pages:
        if page.document.role in _ROLES:
            for said in _said(place, page, words):
                for part in _about(held, said):
                    found.setdefault(part.id, []).append(said.fact)
    for part in held:
        facts = (*part.facts, *dict.fromkeys(found.get(part.id, ())))
        yield replace(part, facts=facts) if part.id in found else part


def _said(place: Place, page: Page, words: Datasets) -> Iterator[_Said]:
    making, document = words.making, page.document
    for service in words.services:
        if not pattern(service.words).search(page.prose):
            continue
        for phrase in making.phrases:
            rule = pattern(phrase.replace("SERVICE", service.words))
            for match in rule.finditer(page.prose):
                sentence, lower = page.sentence_at(match.start())
                if not _tells(lower, making, service.words):
                    continue
                quote, lines = page.locate(sentence, match.group())
                evidence = quoted(
                    place,
                    How.CARD_PROSE,
                    quote,
                    document.path,
                    lines,
                    sha256=document.sha256,
                )
                fact = Fact(name=MADE_WITH, value=service.name, evidence=(evidence,))
                yield _Said(fact, document.variant)


def _tells(sentence: str, making: Making, words: str) -> bool:
    unless = pattern(making.unless.replace("SERVICE", words))
    return bool(pattern(making.about).search(sentence)) and not unless.search(sentence)


def _about(parts: list[Part], said: _Said) -> list[Part]:
    """List the parts a sentence is on."""
    mine = [one for one in parts if one.variant in (None, said.variant)]
    shaping = [one for one in mine if one.component in SHAPING]
    for some in (
        [one for one in shaping if any(_same_place(item, said) for item in one.evidence)],
        [one for one in shaping if one.presence is Presence.HERE],
    ):
        if some:
            return some
    return [one for one in mine if one.component is Component.DATA_INFORMATION][:1]


def _same_place(item: Evidence, said: _Said) -> bool:
    return item.path == said.evidence.path and item.lines == said.evidence.lines
