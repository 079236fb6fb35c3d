"""Sentences that narrow the use of the release although its license does not ("research only")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from howopen.answer import Finding, Gravity
from howopen.formats.markdown import Sentence, sentences
from howopen.inventory import Document, Inventory
from howopen.knowledge.classes import classes_of
from howopen.knowledge.findings import code_of
from howopen.knowledge.loader import Knowledge
from howopen.licenses.names import called, own_names
from howopen.licenses.wording import Wording, wording
from howopen.places.place import Place
from howopen.release import How, Statement

_THIS = re.compile(r"\b(?:this|these|our)\b|本|该", re.IGNORECASE)
#: families of licenses that allow every use
_ALLOW = frozenset({"permissive", "copyleft", "weak-copyleft", "public-domain", "open-data"})
_LONGEST = 600
#: more findings of one kind tell no more
_MOST = 3


def find_limits(
    place: Place, inventory: Inventory, statements: Iterable[Statement], knowledge: Knowledge
) -> Iterator[Finding]:
    """Yield sentences on the release that narrow its use, where its only texts allow every use.

    Args:
        place: where the release lies.
        inventory: its documents.
        statements: its statements; where one of them is on other terms, nothing is said.
        knowledge: families of licenses, and how sentences are worded.
    """
    named = [one for one in statements if one.reading.license]
    texts = [one for one in named if one.rank == "text" and one.evidence.lines]
    free = [one for one in named if _allows(one, knowledge)]
    if not texts or len(free) != len(named):
        return
    known = code_of(knowledge, "HO211")
    names = own_names(inventory.release)
    count = 0
    for document in inventory.documents:
        for sentence in _limiting(document, names, wording(knowledge)):
            count += 1
            if count > _MOST:
                return
            said = place.evidence(
                How.CARD_PROSE, sentence.text, document.path, lines=sentence.lines
            )
            where = f"{document.path}:{sentence.lines[0]}"
            yield Finding(
                code="HO211",
                gravity=Gravity(known.gravity),
                text=f"{where} narrows the use that {texts[0].reading.license} allows",
                sides=(said, texts[0].evidence),
                remedy=known.remedy,
            )


def _allows(one: Statement, knowledge: Knowledge) -> bool:
    ident = one.reading.license
    return ident is not None and classes_of(knowledge, ident).family in _ALLOW


def _limiting(document: Document, names: tuple[str, ...], words: Wording) -> Iterator[Sentence]:
    """Yield the sentences of a document that narrow the use of this release."""
    if document.card is None or not words.limits.search(document.text):
        return
    for sentence in sentences(document.card.body, document.card.body_line):
        text = sentence.text
        if sentence.code or sentence.quoted or len(text) > _LONGEST:
            continue
        limit = words.limits.search(text)
        if limit is None or words.other_section.search(sentence.section):
            continue
        before = text[: limit.start()].lower()
        own = called(before, names) or words.general.search(before)
        own = own or _THIS.search(before) if words.model.search(before) else own
        if own and not words.others.search(text, 0, limit.start()):
            yield sentence
