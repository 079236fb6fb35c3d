"""What cards imply by being there: weights behind front matter, a model described by a README."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from howopen.formats.card import Card
from howopen.inventory.documents import Document
from howopen.inventory.pages import Page
from howopen.inventory.roles import plain_title, readme_of
from howopen.inventory.sightings import Sighting, quoted
from howopen.places.place import Place
from howopen.release import Access, Component, FileRole, How, Presence

WEIGHTY = frozenset({Component.WEIGHTS, Component.DELTA, Component.ADAPTER})
#: what a card tells of a model beside how to get it; two of these make a README one
_TOLD = {
    Component.EVALUATION_RESULTS: "performance",
    Component.TRAINING_DATA: "data",
    Component.DATA_INFORMATION: "data",
    Component.DATA_SELECTION: "data",
    Component.RISK_ANALYSIS: "risks",
    Component.HARDWARE_AND_COMPUTE: "training",
    Component.TRAINING_CODE: "training",
    Component.INFERENCE_CODE: "use",
    Component.PAPER: "paper",
    Component.TECHNICAL_REPORT: "paper",
    Component.SAMPLE_OUTPUTS: "samples",
}
_ENOUGH = 2
_MANY = 4
#: front matter that only the page of a model has
_OF_MODEL = ("pipeline_tag", "library_name", "base_model", "model-index", "inference")


def model_cards(place: Place, pages: list[Page], seen: Iterable[Sighting]) -> Iterator[Sighting]:
    """Find READMEs and package descriptions that describe the released models.

    One does that when it says where weights are (or weights lie beside it), and what they can do,
    what they were trained on, how, their risks, their paper, their samples: two of these, or four
    with how to use them. A release with cards for its models needs none.
    """
    held = list(seen)
    if any(one.component is Component.MODEL_CARD for one in held):
        return
    here = any(_is_weights(one) and one.presence is Presence.HERE for one in held)
    for page in pages:
        document = page.document
        if not _is_readme(document) or document.variant:
            continue
        mine = [one for one in held if one.evidence.path == document.path]
        told = {_TOLD[one.component] for one in mine if one.component in _TOLD and _is_there(one)}
        weights = here or any(_is_weights(one) for one in mine)
        if weights and (len(told) >= _MANY or len(told - {"use"}) >= _ENOUGH):
            yield _card(place, page)


def _is_there(one: Sighting) -> bool:
    return one.presence in (Presence.HERE, Presence.ELSEWHERE)


def _is_weights(one: Sighting) -> bool:
    return one.component in WEIGHTY and _is_there(one)


def _is_readme(document: Document) -> bool:
    if document.role is FileRole.PACKAGE_METADATA:
        return document.card is not None
    top = readme_of(document.path) == ""
    return top and document.role is FileRole.DOCUMENT


def _card(place: Place, page: Page) -> Sighting:
    """Take the first heading, or the first sentence, for what shows the card."""
    document = page.document
    titles = [one for one in page.sections if one.level and plain_title(one.title)]
    if titles:
        quote, lines = titles[0].title, (titles[0].lines[0], titles[0].lines[0])
    elif page.sentences:
        quote, lines = page.sentences[0].text, page.sentences[0].lines
    else:
        quote, lines = document.path, (page.first_line, page.first_line)
    return Sighting(
        component=Component.MODEL_CARD,
        presence=Presence.HERE,
        evidence=quoted(place, How.CARD_PROSE, quote, document.path, lines, sha256=document.sha256),
    )


def implied_weights(
    place: Place, documents: Iterable[Document], seen: Iterable[Sighting]
) -> Iterator[Sighting]:
    """Find weights that the front matter of a model's page implies, in a copy without them.

    Where the place itself is a hub its list of files is known, and nothing is implied.
    """
    if place.kind not in ("folder", "file"):
        return
    known = {one.variant for one in seen if _is_weights(one)}
    for document in documents:
        if document.role is not FileRole.CARD or document.variant in known or None in known:
            continue
        front = document.card.front if document.card else {}
        key = next((key for key in _OF_MODEL if key in front), None)
        if key is None and {"license", "tags"} <= set(front):
            key = "tags"
        if key and document.card:
            yield _implied(place, document, document.card, key)


def _implied(place: Place, document: Document, card: Card, key: str) -> Sighting:
    """Build the sighting of weights behind one key of front matter."""
    value = card.front[key]
    quote = f"{key}: {value}" if isinstance(value, str) else key
    gated = any(name.startswith("extra_gated") for name in card.front)
    lines = card.key_lines.get(key)
    return Sighting(
        component=Component.WEIGHTS,
        presence=Presence.ELSEWHERE,
        access=Access.GATED_DOWNLOAD if gated else None,
        variant=document.variant,
        evidence=quoted(
            place, How.CARD_METADATA, quote, document.path, lines, sha256=document.sha256
        ),
    )


_POLICY = re.compile(
    r"\b(?:acceptable |prohibited )?us(?:e|age) policy\b[^\n]{0,160}?(https?://[^\s<>\"')]{4,300})",
    re.IGNORECASE,
)


def linked_policies(place: Place, documents: Iterable[Document]) -> Iterator[Sighting]:
    """Find use policies that license texts take in by an address."""
    for document in documents:
        if document.role is not FileRole.LICENSE_TEXT:
            continue
        match = _POLICY.search(document.text)
        if match is None:
            continue
        line = document.text.count("\n", 0, match.start()) + 1
        yield Sighting(
            component=Component.USAGE_POLICY,
            presence=Presence.ELSEWHERE,
            variant=document.variant,
            urls=(match.group(1).rstrip(".,;"),),
            evidence=quoted(
                place,
                How.LICENSE_TEXT,
                match.group(),
                document.path,
                (line, line),
                sha256=document.sha256,
            ),
        )
