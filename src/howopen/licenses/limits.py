"""Sentences that narrow the use of the release although its license does not ("research only").

They are the publisher's own words beside the license. Whether they bind is not for us to say: they
are reported, and put on the parts they speak of, so that no answer passes over them. A sentence
counts where the last thing named before the limit is this release or its model; other people's
models and data have limits of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from howopen.answer import Finding, Gravity
from howopen.formats.markdown import Sentence, sentences
from howopen.inventory import Document, Inventory
from howopen.knowledge.classes import classes_of
from howopen.knowledge.findings import code_of
from howopen.knowledge.loader import Knowledge
from howopen.licenses.file_scope import folder_files
from howopen.licenses.names import called_at, own_names
from howopen.licenses.prose import CODE, WEIGHTS
from howopen.licenses.wording import Wording, wording
from howopen.places.place import Place
from howopen.release import Component, How, LicenseReading, ReleaseKind, Sign, Statement

#: families of licenses that allow every use
_ALLOW = frozenset({"permissive", "copyleft", "weak-copyleft", "public-domain", "open-data"})
_LONGEST = 600
#: more sentences of one release tell no more
_MOST = 3

_THIS = re.compile(r"(?:\b(?:this|these|our)\b(?:\s+[^\s,;]+){0,3}\s*|[本该])$", re.IGNORECASE)
_OUR = re.compile(r"\bour(?:\s+[^\s,;]+){0,3}\s*$", re.IGNORECASE)
_THE = re.compile(r"\b(?:the|all)(?:\s+[^\s,;]+){0,1}\s*$", re.IGNORECASE)
_CHINESE = re.compile(r"(?:^|模型)$")
#: a sentence that puts something under a license, and so speaks of this release
_TERMED = re.compile(
    r"\b(?:under|licensed)\b.{0,60}\blicen[cs]e|\b(?:licensed|released) under\b"
    r"|(?:基于|遵循|采用|遵守|依据).{0,60}(?:协议|许可)",
    re.IGNORECASE,
)
_BARE = re.compile(r"\b(?:the|all)\s*$", re.IGNORECASE)
_COMMERCE = re.compile(r"commerc|商|comercial|kommerzi", re.IGNORECASE)


class _Limit(NamedTuple):
    """A sentence, the components it narrows (none named: all), how, and in which words."""

    sentence: Sentence
    components: tuple[Component, ...]
    kind: str
    words: str


def narrowing(place: Place, inventory: Inventory, knowledge: Knowledge) -> tuple[Statement, ...]:
    """Read the sentences of a release by which its publisher narrows the use of it.

    Args:
        place: where the release lies.
        inventory: its documents.
        knowledge: how sentences are worded.

    Returns:
        Statements without a license. The sign of each is `non-commercial` or `research-only` where
        it withholds uses, `intended-use` where it only says what the release was made for.
    """
    found: list[Statement] = []
    names = own_names(inventory.release)
    of_data = inventory.release.kind is ReleaseKind.DATASET
    for document in inventory.documents:
        for limit in _limits(document, names, wording(knowledge), of_data=of_data):
            found.append(_statement(limit, place, document, inventory))
            if len(found) == _MOST:
                return tuple(found)
    return tuple(found)


def find_limits(
    narrowed: Iterable[Statement], statements: Iterable[Statement], knowledge: Knowledge
) -> Iterator[Finding]:
    """Report sentences that narrow the use, where all licenses that are stated allow every use.

    Args:
        narrowed: the sentences.
        statements: what states terms; where one of them is on other terms, nothing is said. A
            license on code says nothing of a limit on the model.
        knowledge: families of licenses.
    """
    named = [one for one in statements if one.reading.license]
    if not named or not all(_allows(one, knowledge) for one in named):
        return
    known = code_of(knowledge, "HO211")
    for one in narrowed:
        wide = [other for other in named if _of_same(one, other)]
        if not wide:
            continue
        against = min(wide, key=lambda other: (other.rank != "text", not other.evidence.lines))
        lines = one.evidence.lines or (1, 1)
        yield Finding(
            code="HO211",
            gravity=Gravity(known.gravity),
            text=f"{one.evidence.path}:{lines[0]} narrows the use that {against.reading.license}"
            " allows",
            sides=(one.evidence, against.evidence),
            remedy=known.remedy,
        )


def _of_same(limit: Statement, other: Statement) -> bool:
    """Return whether a license is on what a limit narrows, or on everything."""
    either = not limit.components or not other.components
    return either or bool(set(limit.components) & set(other.components))


def _allows(one: Statement, knowledge: Knowledge) -> bool:
    ident = one.reading.license
    return ident is not None and classes_of(knowledge, ident).family in _ALLOW


def _statement(limit: _Limit, place: Place, document: Document, inventory: Inventory) -> Statement:
    text, lines = limit.sentence.text, limit.sentence.lines
    seen = place.evidence(How.CARD_PROSE, text, document.path, lines=lines, sha256=document.sha256)
    reading = LicenseReading(
        license=None,
        name=document.path,
        via="notice",
        why="a sentence that narrows the use of it, and names no license",
        evidence=(seen,),
        signs=(Sign(kind=limit.kind, lines=lines, quote=text, value=limit.words),),
    )
    return Statement(
        reading=reading,
        evidence=seen,
        components=limit.components,
        variant=document.variant,
        files=folder_files(document, inventory),
        rank="notice",
    )


def _limits(
    document: Document, names: tuple[str, ...], words: Wording, *, of_data: bool
) -> Iterator[_Limit]:
    """Yield the sentences of a document that narrow the use of this release."""
    if document.card is None or not words.limits.search(" ".join(document.text.split())):
        return
    for sentence in sentences(document.card.body, document.card.body_line):
        unfit = sentence.code or sentence.quoted or len(sentence.text) > _LONGEST
        if unfit or words.other_section.search(sentence.section):
            continue
        found = _limit(sentence, names, words, of_data=of_data)
        if found is not None:
            yield found


def _limit(
    sentence: Sentence, names: tuple[str, ...], words: Wording, *, of_data: bool
) -> _Limit | None:
    """Read a sentence: what it narrows and how, or None where that is not of this release."""
    text = sentence.text
    titled = words.license_section.fullmatch(sentence.section) is not None
    titled = titled or words.limits.search(sentence.section) is not None
    titled = titled or _TERMED.search(text) is not None
    for match in words.limits.finditer(text):
        before = text[: match.start()]
        if words.negated.search(before[-25:]) or words.others.search(before):
            continue
        last = _last(text[: match.end()], names, words)
        if last is None:
            own = titled and sentence.kind != "heading" and not before.strip(" *_-([\"'")
        else:
            own = _own(last, titled=titled, of_data=of_data)
        if own:
            kind = _kind(before, match.group(), words)
            return _Limit(sentence, _covered(last), kind, match.group())
    return None


class _Named(NamedTuple):
    """What a sentence names: the kind of word, the word, what stands before it.

    `called` tells that the release's own name stands right before it.
    """

    what: str
    word: str
    before: str
    called: bool = False


def _last(text: str, names: tuple[str, ...], words: Wording) -> _Named | None:
    """Return what is named last in the words up to a limit, the release's own name among it."""
    found = [
        (match.end(), match.start(), what)
        for what in ("general", "model", "weights", "code", "data", "documents")
        for match in getattr(words, what).finditer(text)
    ]
    found += [(stop, start, "name") for start, stop in called_at(text, names)]
    if not found:
        return None
    stop, start, what = max(found)
    called = any(one == "name" and start - 3 <= end <= start for end, _, one in found)
    return _Named(what, text[start:stop], text[:start], called)


def _own(last: _Named, *, titled: bool, of_data: bool) -> bool:
    """Tell whether a thing that is named is this release's own, by the words right before it.

    `These weights` may be others' that the sentence before spoke of; `this model` is not.
    `The data` of a release that is a data set are that.
    """
    if last.what in ("name", "general"):
        return True
    if last.what == "documents" or (last.what == "data" and not of_data):
        return False
    if last.called:
        return True
    mine = _OUR if last.what == "weights" else _THIS
    bare = last.what == "data" and _BARE.search(last.before)
    the = _THE.search(last.before) or _CHINESE.search(last.before)
    return bool(mine.search(last.before) or bare or (titled and the))


def _covered(last: _Named | None) -> tuple[Component, ...]:
    """Return the components that a limit speaks of; none where it speaks of everything."""
    if last is None or last.word.lower().startswith("software"):
        return ()
    return {"weights": WEIGHTS, "model": WEIGHTS, "code": CODE}.get(last.what, ())


def _kind(before: str, limit: str, words: Wording) -> str:
    """Tell what a limit is a sign of."""
    if words.intended.search(" ".join((*before.split()[-2:], limit))):
        return "intended-use"
    return "non-commercial" if _COMMERCE.search(limit) else "research-only"
