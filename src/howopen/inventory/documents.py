"""The text documents of a release, each read and decoded once."""

from __future__ import annotations

import hashlib

from howopen.errors import FormatError, PlaceError
from howopen.formats.card import Card, read_card
from howopen.formats.package import Package, read_metadata, read_pyproject, read_setup_cfg
from howopen.formats.text import decode
from howopen.places.place import MAX_TEXT, Place
from howopen.release import File, FileRole, Gap, Noun

#: Beyond these, the rest of the documents is not read and a gap says so.
MAX_DOCUMENTS = 5_000
MAX_ALL = 200_000_000

_READ = frozenset(
    {
        FileRole.LICENSE_TEXT,
        FileRole.NOTICE,
        FileRole.USE_POLICY,
        FileRole.CARD,
        FileRole.DOCUMENT,
        FileRole.PACKAGE_METADATA,
        FileRole.DATA_CARD,
        FileRole.DATA_LICENSE,
        FileRole.MANIFEST,
    }
)
_PROSE = frozenset({FileRole.CARD, FileRole.DOCUMENT, FileRole.DATA_CARD})


class Document(Noun, frozen=True, kw_only=True):
    """A text document of a release.

    Attributes:
        path: where it is.
        role: what it is for.
        text: all of it, decoded; line feeds end its lines.
        sha256: of the bytes that were read.
        card: front matter and prose, for cards, READMEs and package descriptions.
        package: package metadata, where it is that.
        variant: the variant it belongs to.
    """

    path: str
    role: FileRole
    text: str
    sha256: str
    card: Card | None = None
    package: Package | None = None
    variant: str | None = None


def documents(
    place: Place, files: tuple[File, ...]
) -> tuple[tuple[Document, ...], tuple[Gap, ...]]:
    """Read all text documents.

    Args:
        place: where they lie.
        files: all files with their roles.
    """
    found: list[Document] = []
    gaps: list[Gap] = []
    total = 0
    for file in files:
        if file.role not in _READ:
            continue
        if len(found) >= MAX_DOCUMENTS or total > MAX_ALL:
            why = f"only the first {len(found):,} documents are read"
            gaps.append(Gap(where=file.path, why=why, weakens=("licenses", "claims")))
            break
        total += min(file.size, MAX_TEXT)
        try:
            found.append(_document(place, file, gaps))
        except PlaceError as error:
            gaps.append(Gap(where=file.path, why=error.message, weakens=("licenses", "claims")))
    return tuple(found), tuple(gaps)


def _document(place: Place, file: File, gaps: list[Gap]) -> Document:
    """Read one document; what is odd about it becomes a gap."""
    data = place.read(file.path)
    if file.size > MAX_TEXT:
        why = f"only its first {MAX_TEXT:,} bytes are read"
        gaps.append(Gap(where=file.path, why=why, weakens=("licenses", "claims")))
    read = decode(data)
    if read.note:
        gaps.append(Gap(where=file.path, why=read.note, weakens=("licenses", "claims")))
    card, package = None, None
    if file.role in _PROSE:
        card = read_card(read.text)
        if card.problem:
            gaps.append(Gap(where=file.path, why=card.problem, weakens=("licenses", "relations")))
    elif file.role is FileRole.PACKAGE_METADATA:
        package = _package(file.path, data, gaps)
        if package and package.description:
            card = Card(
                front={},
                key_lines={},
                body=package.description,
                body_line=package.description_line,
            )
    digest = hashlib.sha256(data).hexdigest()
    return Document(
        path=file.path, role=file.role, text=read.text, sha256=digest, card=card, package=package
    )


def _package(path: str, data: bytes, gaps: list[Gap]) -> Package | None:
    """Read package metadata of whichever form the name says."""
    name = path.rsplit("/", 1)[-1].lower()
    try:
        if name == "pyproject.toml":
            return read_pyproject(data)
        if name == "setup.cfg":
            return read_setup_cfg(data)
        return read_metadata(data)
    except FormatError as error:
        gaps.append(Gap(where=path, why=error.message, weakens=("licenses",)))
        return None
