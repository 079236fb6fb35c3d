"""Gather what all sources of a release say about terms, each as a statement with its evidence.

Sources are license texts, notices and sentences, headers, tags, package metadata and the hub. What
each one speaks of follows from its own words, its file's name and its folder.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

import msgspec

from howopen.errors import HowopenError
from howopen.inventory import Document, Inventory
from howopen.knowledge.loader import Knowledge
from howopen.licenses.data_terms import data_terms
from howopen.licenses.declared import declared
from howopen.licenses.departures import harmless_text
from howopen.licenses.file_scope import APPLIES, by_name, by_words, folder_files, variants_of_file
from howopen.licenses.headers import VENDORED, headers
from howopen.licenses.mentions import SAID_CHANGED
from howopen.licenses.names import own_names
from howopen.licenses.prose import Said, said_in
from howopen.licenses.reading import Found, Sighting, read_all, text_sighting
from howopen.licenses.sidecars import is_sidecar, sidecars
from howopen.licenses.subjects import Subject, subjects
from howopen.licenses.tags import read_tag
from howopen.places.place import Place
from howopen.release import Evidence, FileRole, Gap, How, LicenseReading, Statement


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
        except (HowopenError, RecursionError) as error:
            why = f"its terms could not be read: {error}"
            gaps.append(Gap(where=document.path, why=why, weakens=("licenses",)))
            if document.role is FileRole.LICENSE_TEXT:
                statements.append(_unread(place, document, why))
    statements.extend(list(sidecars(place, inventory, statements, knowledge)))
    statements.extend(list(headers(place, inventory, statements, knowledge)))
    statements.extend(declared(inventory, statements, knowledge))
    own, taken = _split_policies(_settled(statements), knowledge)
    return Gathered(tuple(own), (*policies, *taken), tuple(gaps))


def _unread(place: Place, document: Document, why: str) -> Statement:
    """State that a license file has terms which could not be read: they are not no terms."""
    seen = place.evidence(How.LICENSE_TEXT, document.path, document.path, sha256=document.sha256)
    reading = LicenseReading(license=None, via="text", why=why, evidence=(seen,))
    return Statement(reading=reading, rank="text", evidence=seen)


def _settled(statements: list[Statement]) -> Iterator[Statement]:
    """Read a name that several licenses share as the one whose text the release holds."""
    texts = {one.reading.license for one in statements if one.rank == "text"} - {None}
    for one in statements:
        changed = one.reading.why.startswith(SAID_CHANGED)
        meant = set() if changed else texts & set(one.reading.near)
        if one.rank == "text" or one.reading.license is not None or len(meant) != 1 or one.choice:
            yield one
            continue
        why = "the name is shared by several licenses; the release holds the text of this one"
        reading = msgspec.structs.replace(one.reading, license=meant.pop(), near=(), why=why)
        yield msgspec.structs.replace(one, reading=reading)


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
    if VENDORED.search(document.path):
        return
    if role is FileRole.DATA_LICENSE:
        yield from data_terms(document, inventory.release, knowledge, _sighting(place, document))
    elif role is FileRole.LICENSE_TEXT and not is_sidecar(document, inventory):
        yield from _license_file(place, document, inventory, knowledge)
    elif role is FileRole.NOTICE:
        if not any(
            one.reading.license
            for one in read_all(document.text, knowledge, evidence=_sighting(place, document))
        ):
            yield from _prose(place, document, inventory, knowledge, document.text, 1)
    elif document.card is not None:
        card = document.card
        yield from _prose(place, document, inventory, knowledge, card.body, card.body_line)


def _license_file(
    place: Place, document: Document, inventory: Inventory, knowledge: Knowledge
) -> Iterator[Statement]:
    """Read a license file: its texts, else its sentences, else where it points to."""
    found = read_all(document.text, knowledge, evidence=_sighting(place, document))
    known = [one for one in _own(found, document) if one.reading.license]
    for one in known:
        yield from _text_statements(document, one, inventory)
    if known:
        return
    said = list(_prose(place, document, inventory, knowledge, document.text, 1))
    pointed = [] if said else list(_pointer(place, document, knowledge))
    yield from said or pointed
    aside = harmless_text(document.text) or _POINTS.search(document.text[:600])
    if not said and not pointed and not aside:
        yield from _text_statements(document, found[0], inventory)


def _own(found: list[Found], document: Document) -> list[Found]:
    """Leave out licenses of other people's parts that a file lists after its own."""
    own: list[Found] = []
    for at, one in enumerate(found):
        if at and document.role is FileRole.LICENSE_TEXT and not APPLIES.search(one.reading.why):
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


def _text_statements(document: Document, found: Found, inventory: Inventory) -> Iterator[Statement]:
    """Make the statements of a license text: for what its file's name, folder or words say."""
    components = by_name(document.path.rsplit("/", 1)[-1])
    applies = APPLIES.search(found.reading.why)
    if applies:
        components = by_words(applies.group("what"))
    for variant in variants_of_file(document, inventory):
        yield Statement(
            reading=found.reading,
            evidence=found.reading.evidence[0],
            components=components,
            variant=variant,
            files=folder_files(document, inventory),
            rank="text",
        )


#: a header that leaves the terms to a file of the release
_POINTS = re.compile(
    r"^(?:\S+\s+){0,30}licensed under (?:the )?(?:terms|license)\s+(?:\S+\s+){0,4}"
    r"in the LICENSE file",
    re.IGNORECASE,
)


def _prose(  # noqa: PLR0913 - a document, its text, and where that starts
    place: Place,
    document: Document,
    inventory: Inventory,
    knowledge: Knowledge,
    body: str,
    first_line: int,
) -> Iterator[Statement]:
    """Make statements of sentences."""
    names = own_names(inventory.release)
    how = How.CARD_PROSE if document.card is not None else How.LICENSE_TEXT
    found: list[tuple[Statement, int]] = []
    for said in said_in(body, knowledge, first_line=first_line, names=names):
        evidence = place.evidence(
            how, said.quote, document.path, lines=said.lines, sha256=document.sha256
        )
        found.extend(_said(said, evidence, document, inventory, knowledge))
    for one, strength in found:
        rivals = (size for other, size in found if other.variant == one.variant)
        if one.variant is None or strength == max(rivals):
            yield one


def _by_file(
    reading: LicenseReading, link: str, document: Document, inventory: Inventory, known: Knowledge
) -> LicenseReading:
    """Read a name that no table knows by the license file of the release it is linked to."""
    if reading.license is not None or reading.near or not link or "://" in link:
        return reading
    path = unquote(link).split("#")[0].removeprefix("./")
    folder = document.path.rpartition("/")[0]
    wanted = {path.lstrip("/"), posixpath.normpath(posixpath.join(folder, path))}
    for other in inventory.documents:
        if other.path in wanted and other.role is FileRole.LICENSE_TEXT:
            text = read_all(other.text, known, evidence=text_sighting)[0].reading
            if text.license is not None:
                why = f"by the file it is linked to, {other.path}"
                return msgspec.structs.replace(
                    reading, license=text.license, edition=text.edition, why=why
                )
    return reading


def _said(
    said: Said, evidence: Evidence, document: Document, inventory: Inventory, known: Knowledge
) -> Iterator[tuple[Statement, int]]:
    """Make the statements of one sentence: for the variants or data sets it names, or for all."""
    readings = tuple(_by_file(one, said.link, document, inventory, known) for one in said.readings)
    ids = tuple(one.license for one in readings if one.license)
    components = said.components or by_name(document.path.rsplit("/", 1)[-1])
    files = _files_named(said, document, inventory)
    if said.lone and not files:
        return
    found = [Subject(None, None, ())] if files else subjects(said, components, inventory.release)
    for subject in found:
        for reading in readings:
            one = Statement(
                reading=msgspec.structs.replace(reading, evidence=(evidence,)),
                evidence=evidence,
                components=subject.components,
                variant=subject.variant or document.variant,
                part=subject.part,
                files=files or folder_files(document, inventory),
                choice=ids if said.either else (),
                rank="notice",
            )
            yield one, subject.strength


def _files_named(said: Said, document: Document, inventory: Inventory) -> tuple[str, ...]:
    """Return the files of the release that a sentence names, where it has all of them.

    A model whose files have its name is spoken of as that model.
    """
    folder = document.path.rpartition("/")[0]
    held = {file.path for file in inventory.release.files}
    found = [posixpath.normpath(posixpath.join(folder, name)) for name in said.files]
    models = {one.id for one in inventory.release.variants}
    told = {one.variant for one in subjects(said, said.components, inventory.release)}
    return tuple(found) if set(found) <= held and not models & told else ()


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
