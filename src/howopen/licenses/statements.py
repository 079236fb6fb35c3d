"""Gather what all sources of a release say about terms, each as a statement with its evidence.

Sources are license texts, notices and sentences, headers, tags, package metadata and the hub. What
each one speaks of follows from its own words, its file's name and its folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from howopen.errors import HowopenError
from howopen.inventory import Document, Inventory
from howopen.knowledge.loader import Knowledge
from howopen.licenses.departures import harmless_text
from howopen.licenses.prose import CODE, DATA, DOCUMENTS, WEIGHTS, Said, said_in
from howopen.licenses.reading import Found, Sighting, read_all
from howopen.licenses.tags import LONGEST_NAME, read_tag
from howopen.places.place import Place
from howopen.release import (
    Component,
    Declaration,
    Evidence,
    FileRole,
    Gap,
    How,
    LicenseReading,
    Statement,
)

_VENDORED = re.compile(
    r"(?:^|/)(?:_?vendor(?:ed)?|third[_-]?party|3rdparty|dependencies|external|extern|node_modules)/",
    re.I,
)
#: what a license file's name says it is for
_NAMED: tuple[tuple[re.Pattern[str], tuple[Component, ...]], ...] = (
    (
        re.compile(
            r"licen[cs]e[-_. ]?(?:for[-_. ])?(?:the[-_. ])?(?:models?|weights?|checkpoints?)"
            r"|(?:model|weights?)[-_. ]licen[cs]e",
            re.I,
        ),
        WEIGHTS,
    ),
    (re.compile(r"licen[cs]e[-_. ]?code|code[-_. ]licen[cs]e", re.I), CODE),
    (re.compile(r"licen[cs]e[-_. ]?data|data(?:set)?[-_. ]licen[cs]e", re.I), DATA),
    (re.compile(r"licen[cs]e[-_. ]?docs?|docs?[-_. ]licen[cs]e", re.I), DOCUMENTS),
)
_APPLIES = re.compile(
    r"(?:applies to|covers|governs|is for)\s+(?P<what>[^.;'\"]{3,120})", re.IGNORECASE
)
_GROUP_KEYS = {
    "license_code": CODE,
    "license_data": DATA,
    "license_document": DOCUMENTS,
    "license_model": WEIGHTS,
}
_RANKS = {How.HUB: "hub", How.PACKAGE: "package", How.HEADER: "header"}


class Gathered(NamedTuple):
    """All statements of a release, and the readings of use policies in it by their file."""

    statements: tuple[Statement, ...]
    policies: tuple[tuple[str, LicenseReading], ...]
    gaps: tuple[Gap, ...]


def gather(place: Place, inventory: Inventory, knowledge: Knowledge) -> Gathered:
    """Read every source of a release that can state terms."""
    statements: list[Statement] = []
    policies: list[tuple[str, LicenseReading]] = []
    gaps: list[Gap] = []
    for document in inventory.documents:
        try:
            if document.role is FileRole.USE_POLICY:
                policies.extend(_policies(place, document, knowledge))
            else:
                statements.extend(_document(place, document, inventory, knowledge))
        except (HowopenError, RecursionError, ValueError) as error:
            why = f"its terms could not be read: {error}"
            gaps.append(Gap(where=document.path, why=why, weakens=("licenses",)))
    statements.extend(_declared(inventory.release.declarations, place, knowledge))
    own, taken = _split_policies(statements, knowledge)
    return Gathered(tuple(own), (*policies, *taken), tuple(gaps))


def _split_policies(
    statements: Iterable[Statement], knowledge: Knowledge
) -> tuple[list[Statement], list[tuple[str, LicenseReading]]]:
    """Set aside use policies that stand in license files: they are part of a grant, not one."""
    own, taken = [], []
    for one in statements:
        ident = one.reading.license or ""
        if one.rank == "text" and ident.endswith("-policy"):
            taken.append((one.evidence.path or "", one.reading))
        else:
            own.append(one)
    return own, taken


def _sighting(place: Place, document: Document) -> Sighting:
    def see(quote: str, lines: tuple[int, int]) -> Evidence:
        return place.evidence(
            How.LICENSE_TEXT, quote, document.path, lines=lines, sha256=document.sha256
        )

    return see


def _policies(
    place: Place, document: Document, knowledge: Knowledge
) -> Iterator[tuple[str, LicenseReading]]:
    for found in read_all(document.text, knowledge, evidence=_sighting(place, document)):
        yield document.path, found.reading


def _document(
    place: Place, document: Document, inventory: Inventory, knowledge: Knowledge
) -> Iterator[Statement]:
    """Read one document for license texts and for sentences that state terms."""
    role = document.role
    if _VENDORED.search(document.path):
        return
    if role in (FileRole.LICENSE_TEXT, FileRole.DATA_LICENSE):
        found = read_all(document.text, knowledge, evidence=_sighting(place, document))
        known = [one for one in _own(found, document) if one.reading.license]
        if role is FileRole.DATA_LICENSE and _many_data_sets(known, inventory):
            return
        for one in known:
            yield _text_statement(document, one, inventory)
        if not known and role is FileRole.LICENSE_TEXT:
            said = list(_prose(place, document, inventory, knowledge, document.text, 1))
            pointed = [] if said else list(_pointer(place, document, knowledge))
            yield from said or pointed
            aside = harmless_text(document.text) or _POINTS.search(document.text[:600])
            if not said and not pointed and not aside:
                yield _text_statement(document, found[0], inventory)
    elif role is FileRole.NOTICE:
        if not any(
            one.reading.license
            for one in read_all(document.text, knowledge, evidence=_sighting(place, document))
        ):
            yield from _prose(place, document, inventory, knowledge, document.text, 1)
    elif document.card is not None:
        card = document.card
        yield from _prose(place, document, inventory, knowledge, card.body, card.body_line)


def _own(found: list[Found], document: Document) -> list[Found]:
    """Leave out licenses of other people's parts that a file lists after its own."""
    own: list[Found] = []
    for at, one in enumerate(found):
        if at and document.role is FileRole.LICENSE_TEXT and not _APPLIES.search(one.reading.why):
            gap = document.text.splitlines()[max(0, _first_line(one) - 12) : _first_line(one)]
            if re.search(
                r"third[- ]party|licen[cs]e for|subcomponent|portions|bundled|software$",
                "\n".join(gap),
                re.I,
            ):
                continue
        own.append(one)
    return own


def _first_line(found: Found) -> int:
    lines = found.reading.evidence[0].lines if found.reading.evidence else None
    return lines[0] - 1 if lines else 0


def _many_data_sets(known: list[Found], inventory: Inventory) -> bool:
    """Return whether terms of data may be those of only some of the data sets."""
    names = {part.name for part in inventory.release.parts if part.component in DATA and part.name}
    return len(known) != 1 or len(names) > 1


def _text_statement(document: Document, found: Found, inventory: Inventory) -> Statement:
    """Make the statement of a license text: for what its file's name, folder or words say."""
    name = document.path.rsplit("/", 1)[-1]
    components = _by_name(name)
    applies = _APPLIES.search(found.reading.why)
    if applies:
        components = _by_words(applies.group("what"))
    if document.role is FileRole.DATA_LICENSE:
        components = DATA
    variant = document.variant or _by_suffix(name, inventory)
    return Statement(
        reading=found.reading,
        evidence=found.reading.evidence[0],
        components=components,
        variant=variant,
        files=_folder_files(document, inventory),
        rank="text",
    )


def _by_name(name: str) -> tuple[Component, ...]:
    for pattern, components in _NAMED:
        if pattern.search(name):
            return components
    return ()


def _by_suffix(name: str, inventory: Inventory) -> str | None:
    """Return the variant that a file such as `LICENSE-FLUX1-dev` is named after."""
    match = re.match(
        r"licen[cs]e[-_.](?!(?:md|txt|rst|html?)$)(.+?)(?:\.(?:md|txt|rst))?$", name, re.I
    )
    if match is None or _by_name(name):
        return None
    plain = re.sub(r"[^a-z0-9]", "", match.group(1).lower())
    for variant in inventory.release.variants:
        if plain in (
            re.sub(r"[^a-z0-9]", "", variant.id),
            re.sub(r"[^a-z0-9]", "", variant.name.lower()),
        ):
            return variant.id
    return None


def _by_words(what: str) -> tuple[Component, ...]:
    """Return what a sentence such as `applies to all files except the model weights` covers."""
    lower = what.lower()
    kept, _, left = lower.partition("except")
    if re.search(r"weights|checkpoint", kept) or (
        re.search(r"\bmodels?\b", kept) and "weights" not in left
    ):
        return WEIGHTS
    if re.search(r"weights|model", left):
        return (*CODE, *DOCUMENTS)
    if re.search(r"\bcode|software|source", kept):
        return CODE
    return DATA if re.search(r"\bdata", kept) else ()


#: a header that leaves the terms to a file of the release
_POINTS = re.compile(
    r"^(?:\S+\s+){0,30}licensed under (?:the )?(?:terms|license)\s+(?:\S+\s+){0,4}"
    r"in the LICENSE file",
    re.IGNORECASE,
)
_TOP = re.compile(
    r"^(?:licen[cs]es?|dist-info-licenses|docs?|model_licenses|[^/]+\.dist-info(?:/licenses)?|legal)/",
    re.I,
)


def _folder_files(document: Document, inventory: Inventory) -> tuple[str, ...]:
    """Return the files that a document in a sub-folder speaks for; empty for the whole release."""
    folder = document.path.rpartition("/")[0]
    if not folder or document.variant or _TOP.match(document.path):
        return ()
    inside = tuple(
        file.path for file in inventory.release.files if file.path.startswith(folder + "/")
    )
    return inside if len(inside) < len(inventory.release.files) else ()


def _prose(  # noqa: PLR0913, PLR0917 - a document, its text, and where that starts
    place: Place,
    document: Document,
    inventory: Inventory,
    knowledge: Knowledge,
    body: str,
    first_line: int,
) -> Iterator[Statement]:
    """Make statements of sentences."""
    name = inventory.release.name.rsplit("/", 1)[-1]
    how = How.CARD_PROSE if document.card is not None else How.LICENSE_TEXT
    for said in said_in(body, knowledge, first_line=first_line, name=name if len(name) > 2 else ""):
        evidence = place.evidence(
            how, said.quote, document.path, lines=said.lines, sha256=document.sha256
        )
        yield from _said(said, evidence, document, inventory)


def _said(
    said: Said, evidence: Evidence, document: Document, inventory: Inventory
) -> Iterator[Statement]:
    ids = tuple(one.license for one in said.readings if one.license)
    for reading in said.readings:
        yield Statement(
            reading=msgspec.structs.replace(reading, evidence=(evidence,)),
            evidence=evidence,
            components=said.components or _by_name(document.path.rsplit("/", 1)[-1]),
            variant=document.variant,
            files=_folder_files(document, inventory),
            choice=ids if said.either else (),
            rank="notice",
        )


def _pointer(place: Place, document: Document, knowledge: Knowledge) -> Iterator[Statement]:
    """Read a license file that is only a URL or a reference to another file."""
    text = document.text.strip()
    urls = re.findall(r"https?://[^\s)>\]\"']+", text)
    if len(text.split()) > 40 or not (urls or len(text.split()) <= 12):
        return
    evidence = place.evidence(How.LICENSE_TEXT, text[:200], document.path, lines=(1, 1))
    for url in urls:
        for reading in read_tag(url, knowledge, evidence, via="url").readings:
            if reading.license:
                yield Statement(
                    reading=reading, evidence=evidence, rank="notice", variant=document.variant
                )
                return
    why = "the file only points elsewhere; the terms stand there"
    reading = LicenseReading(
        license=None, name=text[:120], via="url", why=why, evidence=(evidence,)
    )
    if urls:
        yield Statement(reading=reading, evidence=evidence, rank="notice", variant=document.variant)


def _declared(
    declarations: Iterable[Declaration], place: Place, knowledge: Knowledge
) -> Iterator[Statement]:
    """Make statements of tags, names, links and package metadata, one for each place of them."""
    groups: dict[tuple[object, ...], list[Declaration]] = {}
    for one in declarations:
        told = re.match(r"licen[cs]e(?!_file)", one.key) or one.key == "classifier"
        if re.match(r"\s*see\b.{0,40}(?:licen[cs]e|copying)", one.value, re.IGNORECASE):
            continue
        if told:
            group = _GROUP_KEYS.get(one.key.removesuffix("_link"))
            key = (one.evidence.how, one.evidence.path, one.variant, one.component, group)
            groups.setdefault(key, []).append(one)
    for held in groups.values():
        yield from _declaration(held, knowledge)


def _declaration(held: list[Declaration], knowledge: Knowledge) -> Iterator[Statement]:
    """Read the declarations of one place together: `other` with a name and a link is one."""
    rank = _RANKS.get(held[0].evidence.how, "tag")
    components = _GROUP_KEYS.get(held[0].key.removesuffix("_link"), ())
    told: dict[tuple[str | None, tuple[str, ...]], Statement] = {}
    for one in sorted(held, key=_weight):
        for statement in _tagged(one, rank, components, knowledge):
            told.setdefault((statement.reading.license, statement.choice), statement)
    if any(one.reading.license for one in told.values()):
        yield from (one for one in told.values() if one.reading.license)
        return
    best = [one for one in told.values() if one.reading.near] or list(told.values())
    yield from best[:1]


def _weight(one: Declaration) -> int:
    order = ("license_expression", "license", "license_name", "license_link", "classifier")
    key = one.key if one.key in order else "license"
    return order.index(key)


def _tagged(
    one: Declaration, rank: str, components: tuple[Component, ...], knowledge: Knowledge
) -> Iterator[Statement]:
    if len(one.value) > LONGEST_NAME or one.value.count("\n") > 2:
        found = read_all(one.value, knowledge, evidence=lambda _quote, _lines: one.evidence)
        readings = tuple(item.reading for item in found[:1])
        choice: tuple[str, ...] = ()
    else:
        via = "header" if rank == "header" else "tag"
        tagged = read_tag(one.value, knowledge, one.evidence, via=via)
        readings, choice = tagged.readings, tagged.choice
    for reading in readings:
        yield Statement(
            reading=reading,
            evidence=one.evidence,
            components=(one.component,) if one.component else components,
            variant=one.variant,
            choice=choice,
            rank=rank,
        )
