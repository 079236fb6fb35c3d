"""Addresses of weights on a hub: links to models of the release's own publisher."""

from __future__ import annotations

import re
from collections.abc import Iterator

from howopen.formats.inline import Link
from howopen.inventory.pages import Page
from howopen.inventory.sightings import Sighting, quoted
from howopen.inventory.variants import squeezed
from howopen.knowledge.components import Components, pattern
from howopen.places.place import Place
from howopen.release import Component, FileRole, How, Presence

_ID = re.compile(r"https?://[^/]+/(?:models/)?([\w.-]+)/([\w.-]+)", re.IGNORECASE)
_CLONE = re.compile(r"github\.com[/:]([\w.-]+)/[\w.-]+", re.IGNORECASE)
_ROLES = frozenset({FileRole.CARD, FileRole.DOCUMENT, FileRole.PACKAGE_METADATA})
#: a text or picture beside a model, and a revision that is a step of training
_PAGE = re.compile(
    r"/(?:blob|resolve)/[^/]+/\S+\.(?:md|txt|png|jpe?g|gif|svg|pdf|ipynb)$|/discussions"
)
_STEP = re.compile(r"/tree/(?!(?:main|master)\b)[^/]*(?:step|tokens)-?\d", re.IGNORECASE)
#: what turns a link to an own model into something else than an address of this release's weights
_OTHER = re.compile(
    r"\b(?:based on|fine-?tuned (?:from|version)|thanks to|inspired|compared|previous|community"
    r"|built on|related|text encoder|dataset)\b"
)


def hub_weights(place: Place, pages: list[Page], words: Components) -> Iterator[Sighting]:
    """Find the models on a hub that documents list as this publisher's.

    A link counts when its owner is the publisher, the owner of the repository, or the owner of at
    least half of the hub models that the documents link to (two at least).
    """
    linked = list(_linked(pages, words))
    owners = _owners(place, pages, [match for *_, match in linked])
    for page, link, match in linked:
        if _PAGE.search(link.url):
            continue
        context = " ".join(one.text for one in page.sentences_on(link.line)[:2])
        if squeezed(match.group(1)) in owners and not _OTHER.search(context.lower()):
            yield _sighting(place, page, link, context or link.text)


def own_owners(place: Place, pages: list[Page], words: Components) -> set[str]:
    """Tell which owners on the hub are this release's publisher, their names squeezed."""
    return _owners(place, pages, [match for *_, match in _linked(pages, words)])


def _linked(pages: list[Page], words: Components) -> Iterator[tuple[Page, Link, re.Match[str]]]:
    """Find all links to models on a hub."""
    hub = pattern(words.hub_link)
    for page in pages:
        if page.document.role in _ROLES:
            for link in page.links:
                if hub.match(link.url.lower()) and (match := _ID.match(link.url)):
                    yield page, link, match


def _owners(place: Place, pages: list[Page], found: list[re.Match[str]]) -> set[str]:
    """Tell which owners on the hub are this release's publisher."""
    models: dict[str, set[str]] = {}
    for match in found:
        models.setdefault(squeezed(match.group(1)), set()).add(match.group(2).lower())
    own = {squeezed(place.facts.publisher or "")}
    for page in pages:
        package = page.document.package
        for url in package.urls.values() if package else ():
            own.update(squeezed(one) for one in _CLONE.findall(url))
    most = max(models, key=lambda owner: len(models[owner]), default="")
    total = sum(len(names) for names in models.values())
    if most and len(models[most]) > 1 and len(models[most]) * 2 >= total:
        own.add(most)
    return own - {""}


def _kind(url: str) -> Component:
    """Tell an address of a whole model from one of a checkpoint on the way."""
    return Component.INTERMEDIATE_CHECKPOINTS if _STEP.search(url) else Component.WEIGHTS


def _sighting(place: Place, page: Page, link: Link, context: str) -> Sighting:
    document = page.document
    return Sighting(
        component=_kind(link.url),
        presence=Presence.ELSEWHERE,
        variant=document.variant,
        name=link.text if len(link.text) < 80 else "",
        urls=(link.url,),
        evidence=quoted(
            place,
            How.CARD_PROSE,
            context,
            document.path,
            (link.line, link.line),
            sha256=document.sha256,
        ),
    )
