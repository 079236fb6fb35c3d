"""What cards and data sheets cover, by their headings and the words that stand under them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from howopen.formats.markdown import Section
from howopen.inventory.pages import Page
from howopen.inventory.roles import plain_title
from howopen.inventory.sightings import quoted
from howopen.knowledge.components import pattern
from howopen.knowledge.topics import Topics
from howopen.places.place import Place
from howopen.release import Component, Fact, FileRole, How, Part

#: the components whose documents are looked at, and the roles of those documents
_ROLES = {
    Component.MODEL_CARD: (FileRole.CARD, FileRole.DOCUMENT),
    Component.DATA_CARD: (FileRole.DATA_CARD,),
    Component.DATA_INFORMATION: (FileRole.CARD, FileRole.DATA_CARD),
}


def with_topics(
    place: Place, parts: Iterable[Part], pages: Iterable[Page], words: Topics
) -> Iterator[Part]:
    """Add to cards a fact `covers` for each topic that a section of theirs is about."""
    by_path = {page.document.path: page for page in pages}
    read: dict[str, tuple[Fact, ...]] = {}
    for part in parts:
        found: dict[str, Fact] = {}
        for path in dict.fromkeys(item.path for item in part.evidence if item.path):
            page = by_path.get(path)
            if page is None or page.document.role not in _ROLES.get(part.component, ()):
                continue
            if path not in read:
                read[path] = tuple(_covered(place, page, words))
            any_topic = part.component is not Component.DATA_INFORMATION
            for fact in read[path]:
                if any_topic or fact.value in words.of_data:
                    found.setdefault(fact.value, fact)
        yield replace(part, facts=(*part.facts, *found.values())) if found else part


def _covered(place: Place, page: Page, words: Topics) -> Iterator[Fact]:
    for at, section in enumerate(page.sections):
        title = plain_title(section.title).lower()
        topics = [topic for topic, heads in words.topics.items() if pattern(heads).search(title)]
        if not topics or not _says_something(page.sections, at, words):
            continue
        document = page.document
        evidence = quoted(
            place,
            How.CARD_PROSE,
            section.title,
            document.path,
            section.lines,
            sha256=document.sha256,
        )
        for topic in topics:
            yield Fact(name="covers", value=topic, evidence=(evidence,))


def _says_something(every: tuple[Section, ...], at: int, words: Topics) -> bool:
    """Tell whether enough words stand under a heading, its sub-headings included."""
    texts = [every[at].text]
    for section in every[at + 1 :]:
        if section.level <= every[at].level:
            break
        texts.append(section.text)
    said = [word for text in texts for word in text.split() if any(map(str.isalnum, word))]
    empty = pattern(words.empty).search(" ".join(texts).strip().lower()[:200])
    return len(said) >= words.least_words and not empty
