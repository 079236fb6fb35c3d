"""Claims as found -> claims judged, with both quotes; and the findings they make (HO6xx)."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from msgspec.structs import replace

from howopen.answer import Claim, Finding, Gravity, Judgement, Reason
from howopen.claims.find import Found, find
from howopen.claims.judges import JUDGES
from howopen.claims.names import own_names, subject_names
from howopen.claims.ruling import Judge, Ruling, unknown
from howopen.claims.subject import Subject
from howopen.errors import KnowledgeError, unknown_term
from howopen.formats.card import Card, read_card
from howopen.knowledge import Knowledge
from howopen.knowledge.claims import claims_table
from howopen.knowledge.findings import code_of
from howopen.release import Evidence, FileRole, How

#: documents in which a release speaks of itself
SPEAKING = frozenset({FileRole.CARD, FileRole.DOCUMENT, FileRole.PACKAGE_METADATA})

#: folders whose documents speak of something else
_FOREIGN = re.compile(
    r"(?:^|/)(?:third[-_]?party|dependencies|vendor(?:ed)?|externals?|submodules|node_modules"
    r"|site-packages|examples?)/",
    re.IGNORECASE,
)

#: finding codes by judgement
CODES = {Judgement.CONTRADICTED: "HO601", Judgement.OVERSTATED: "HO602"}

NO_SUBJECT = "no release was given that could bear it out"


class Text(Protocol):
    """A document as the inventory reads it."""

    @property
    def path(self) -> str:
        """Where it is."""

    @property
    def role(self) -> FileRole:
        """What it is for."""

    @property
    def text(self) -> str:
        """All of it."""

    @property
    def card(self) -> Card | None:
        """Its front matter and prose, where it has any."""

    @property
    def variant(self) -> str | None:
        """The variant it belongs to."""


def read_claims(
    text: str,
    *,
    about: Subject | None = None,
    path: str = "",
    knowledge: Knowledge,
    variant: str | None = None,
) -> tuple[Claim, ...]:
    """Find the claims in a text and judge them.

    Args:
        text: a card, README, abstract or any other prose; Markdown and front matter are understood.
        about: the release it speaks of; without one, nothing can be told.
        path: the file it was read from.
        knowledge: the kinds of claims, and what is known.
        variant: the variant it speaks of.
    """
    card = read_card(text)
    names = own_names(about.release) if about else subject_names(card.body)
    found = _found(card, names, knowledge)
    return tuple(_judged(item, about, path, knowledge, variant) for item in found)


def claims_of(
    documents: Iterable[Text], subject: Subject, knowledge: Knowledge
) -> tuple[Claim, ...]:
    """Find and judge the claims in all documents in which a release speaks of itself."""
    found: list[Claim] = []
    names = own_names(subject.release)
    for document in documents:
        if document.role not in SPEAKING or _FOREIGN.search(document.path):
            continue
        card = document.card or read_card(document.text)
        variant = document.variant or subject.variant_at(document.path)
        for item in _found(card, names, knowledge):
            found.append(_judged(item, subject, document.path, knowledge, variant))
    found.extend(_tags(subject, knowledge, {claim.path for claim in found if _is_tag(claim)}))
    return tuple(dict.fromkeys(found))


def find_claims(claims: Sequence[Claim]) -> tuple[Finding, ...]:
    """Make findings of claims that are contradicted or overstated, both sides quoted."""
    from howopen.knowledge import default  # noqa: PLC0415 - the codes are ours alone

    made = (_finding(claim, default()) for claim in claims)
    return tuple(finding for finding in made if finding is not None)


def _found(card: Card, names: tuple[str, ...], knowledge: Knowledge) -> list[Found]:
    """Find the claims in the front matter and the prose of a document."""
    return [*_front(card), *find(card.body, card.body_line, names, knowledge)]


def _front(card: Card) -> Iterator[Found]:
    """Take a license tag in the front matter for the claim it is."""
    value = card.front.get("license")
    values = value if isinstance(value, list) else [value]
    for item in values:
        if isinstance(item, str) and item.strip() and item.strip().lower() not in _NO_TAG:
            lines = card.key_lines.get("license", (1, 1))
            yield Found(kind="license-named", quote=f"license: {item}", lines=lines, name=item)


#: a place to look at, which names no license
_POINTER = re.compile(r"^see\b|^\w+://|^\S+\.(?:txt|md|rst|html?)$|^licen[sc]e$", re.I)

_NO_TAG = frozenset({"other", "unknown", "none", "null"})


def _is_tag(claim: Claim) -> bool:
    return claim.kind == "license-named" and claim.quote.startswith("license: ")


def _tags(subject: Subject, knowledge: Knowledge, seen: set[str]) -> Iterator[Claim]:
    """Take license tags of other metadata (packages, headers, the hub) for claims too."""
    for item in subject.release.declarations:
        evidence = item.evidence
        plain = item.key == "license" and item.value.strip().lower() not in _NO_TAG
        if not plain or evidence.how is How.MANIFEST or (evidence.path or "") in seen:
            continue
        if "\n" in item.value or len(item.value) > 100 or item.component is not None:
            continue
        if _POINTER.search(item.value):
            continue
        found = Found(
            kind="license-named",
            quote=evidence.quote,
            lines=evidence.lines or (1, 1),
            name=item.value,
            what="code" if evidence.how is How.PACKAGE else "",
        )
        yield _judged(found, subject, evidence.path or "", knowledge, item.variant)


def _judged(
    found: Found, about: Subject | None, path: str, knowledge: Knowledge, variant: str | None
) -> Claim:
    table = claims_table(knowledge)
    kind = table.kinds[found.kind]
    placed = replace(found, variant=variant or found.variant, path=path)
    ruling = _rule(placed, about, kind.judge, knowledge)
    source = about.release.ref if about else path
    how = How.CARD_METADATA if found.quote.startswith("license: ") else How.CARD_PROSE
    own = Evidence(how=how, source=source, path=path or None, lines=found.lines, quote=found.quote)
    capability = _capability(knowledge).search(found.words)
    note = " ".join(filter(None, (ruling.note, table.capability.note if capability else "")))
    says = kind.says if not found.name else f"{kind.says[:-1]}: {found.name}."
    return Claim(
        kind=found.kind,
        quote=found.quote,
        lines=found.lines,
        judgement=ruling.judgement,
        path=path,
        says=says,
        reasons=ruling.reasons,
        note=note,
        evidence=(own,),
    )


def _rule(found: Found, about: Subject | None, judge: str, knowledge: Knowledge) -> Ruling:
    if about is None:
        return Ruling(judgement=Judgement.CANNOT_BE_TOLD, reasons=(Reason(text=NO_SUBJECT),))
    other = ""
    if found.called and not about.has_model(found.called):
        other = found.called
    elif found.variant is None:
        other = about.other_edition(found.quote) or about.unknown_model(found.quote)
    if other and not found.name.startswith(other):
        return unknown(f"it speaks of {other}, which is not among the models found here")
    ruling = _judge(judge)(found, about, knowledge)
    if ruling.judgement not in CODES or found.kind == "based-on":
        return ruling
    strange = about.strange_model(found.quote, knowledge)
    return unknown(f"it names {strange}, which is none of the models here") if strange else ruling


def _judge(name: str) -> Judge:
    if name not in JUDGES:
        error = unknown_term("judge", name, JUDGES)
        raise KnowledgeError(error.message, path="claims.toml", hint=error.hint)
    return JUDGES[name]


@functools.lru_cache(maxsize=8)
def _capability(knowledge: Knowledge) -> re.Pattern[str]:
    return re.compile(claims_table(knowledge).capability.names, re.IGNORECASE)


def _finding(claim: Claim, knowledge: Knowledge) -> Finding | None:
    code = CODES.get(claim.judgement)
    if code is None:
        return None
    known = code_of(knowledge, code)
    against = tuple(item for reason in claim.reasons for item in _evidence(reason))
    first = claim.reasons[:1]
    told = [text for one in first for text in (one.text, *(item.text for item in one.because[:1]))]
    return Finding(
        code=code,
        gravity=Gravity(known.gravity),
        text=f'"{_short(claim.quote)}" is {claim.judgement}: {"; ".join(told)}',
        sides=(*claim.evidence, *dict.fromkeys(against))[:4],
        subject=f"{claim.path}:{claim.lines[0]}" if claim.path else "",
        remedy=known.remedy,
    )


def _evidence(reason: Reason) -> Iterator[Evidence]:
    yield from reason.evidence
    for below in reason.because:
        yield from _evidence(below)


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "..."
