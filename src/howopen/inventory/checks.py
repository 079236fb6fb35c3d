"""What of an inventory is to be acted on: missing files, weights without address, bases unnamed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from howopen.answer import Finding, Gravity
from howopen.formats.manifest import Manifest
from howopen.inventory.documents import Document
from howopen.inventory.relations import is_path
from howopen.inventory.variants import Variants
from howopen.inventory.weights import Told
from howopen.knowledge.findings import code_of
from howopen.knowledge.loader import Knowledge
from howopen.places.place import Place
from howopen.release import (
    Access,
    Component,
    Evidence,
    File,
    FileRole,
    Gap,
    How,
    Part,
    Presence,
    Relation,
)


class Checks:
    """Builds the findings of this room.

    Args:
        place: the place.
        knowledge: for gravity and remedy of each code.
    """

    def __init__(self, place: Place, knowledge: Knowledge) -> None:
        self.place = place
        self.knowledge = knowledge

    def finding(self, code: str, text: str, sides: tuple[Evidence, ...], subject: str) -> Finding:
        """Build a finding with the gravity and remedy of its code."""
        told = code_of(self.knowledge, code)
        return Finding(
            code=code,
            gravity=Gravity(told.gravity),
            text=text,
            sides=sides,
            subject=subject,
            remedy=told.remedy,
        )

    def weights(self, parts: tuple[Part, ...], files: tuple[File, ...]) -> Iterator[Finding]:
        """HO101: weights without any address; a mere note where the copy holds documents only."""
        weights = [part for part in parts if part.component is Component.WEIGHTS]
        if any(part.urls or part.files for part in weights):
            return
        for part in weights:
            if part.presence is Presence.ELSEWHERE and part.access is not Access.API:
                text = "weights are spoken of, but nothing says where they are"
                found = self.finding("HO101", text, part.evidence[:1], part.id)
                yield _softened(found) if all(one.role in _PAPERS for one in files) else found

    def missing(
        self, documents: tuple[Document, ...], told: Told, files: tuple[File, ...]
    ) -> Iterator[Finding]:
        """HO102: files that metadata, a card or an index names and that are not there."""
        names = {file.path.rsplit("/", 1)[-1].lower() for file in files}
        for document in documents:
            for index, name in enumerate(
                document.package.license_files if document.package else ()
            ):
                base = name.rsplit("/", 1)[-1]
                if base.lower() not in names and "*" not in base and document.package:
                    lines = document.package.lines.get(f"license_files[{index}]")
                    yield self._missing(How.PACKAGE, document.path, lines, name)
            link = document.card.front.get("license_link") if document.card else None
            base = link.rsplit("/", 1)[-1].lower() if isinstance(link, str) else ""
            if isinstance(link, str) and _is_file(link) and base not in names and document.card:
                lines = document.card.key_lines.get("license_link")
                yield self._missing(How.CARD_METADATA, document.path, lines, link)
        for path, index_file in told.indexes.items():
            for shard in index_file.shards:
                if shard.rsplit("/", 1)[-1].lower() not in names:
                    yield self._missing(How.CONFIG, path, None, shard)
                    break

    def _missing(self, how: How, path: str, lines: tuple[int, int] | None, name: str) -> Finding:
        evidence = self.place.evidence(how, name[:200], path, lines=lines)
        text = f"{path} names {name[:120]}, which is not among the files"
        return self.finding("HO102", text, (evidence,), name[:200])

    def cards(self, variants: Variants, parts: tuple[Part, ...]) -> Iterator[Finding]:
        """HO103: models of a repository without a card of their own."""
        carded = {part.variant for part in parts if part.component is Component.MODEL_CARD}
        held = {*variants.folders.values(), *variants.paths.values()}
        for variant in variants.all:
            if variant.id in held and variant.id not in carded:
                text = f"{variant.name} has no card of its own in this repository"
                yield self.finding("HO103", text, variant.evidence[:1], variant.id)

    def unreadable(self, gaps: tuple[Gap, ...]) -> Iterator[Finding]:
        """HO104: files that could not be read."""
        for gap in gaps:
            evidence = self.place.evidence(How.FILENAME, gap.where, gap.where)
            yield self.finding("HO104", f"{gap.where}: {gap.why}", (evidence,), gap.where)

    def manifest(self, path: str, manifest: Manifest) -> Iterator[Finding]:
        """HO105: what of a manifest is not understood."""
        for problem in manifest.problems:
            match = re.match(r"line (\d+): ", problem)
            lines = (int(match.group(1)), int(match.group(1))) if match else None
            evidence = self.place.evidence(How.MANIFEST, problem[:200], path, lines=lines)
            yield self.finding("HO105", f"in {path}: {problem}", (evidence,), path)

    def bases(
        self, parts: tuple[Part, ...], relations: tuple[Relation, ...], told: Told
    ) -> Iterator[Finding]:
        """HO106: an adapter or delta without a base; HO107: a base that is a local path."""
        based = {relation.variant for relation in relations}
        for part in parts:
            partial = part.component in (Component.ADAPTER, Component.DELTA)
            if partial and part.presence is Presence.HERE and part.variant not in based:
                text = f"nothing names the base of this {part.component.value}"
                yield self.finding("HO106", text, part.evidence[:1], part.id)
        named = [
            (path, "_name_or_path", config.name_or_path, config.lines.get("_name_or_path"))
            for path, config in told.configs.items()
            if config.kind != "tokenizer" and path.count("/") <= 1
        ] + [
            (
                path,
                "base_model_name_or_path",
                one.base_model,
                one.lines.get("base_model_name_or_path"),
            )
            for path, one in told.adapters.items()
        ]
        for path, key, name, lines in named:
            if name and is_path(name) and not relations:
                evidence = self.place.evidence(
                    How.CONFIG, f"{key}: {name}"[:200], path, lines=lines
                )
                text = f"{path} names its origin only by a local path, {name[:120]}"
                yield self.finding("HO107", text, (evidence,), path)


#: roles of the files of a copy that holds nothing but documents
_PAPERS = frozenset(
    {
        FileRole.CARD,
        FileRole.DATA_CARD,
        FileRole.DATA_LICENSE,
        FileRole.DOCUMENT,
        FileRole.LICENSE_TEXT,
        FileRole.NOTICE,
        FileRole.USE_POLICY,
    }
)


def _softened(found: Finding) -> Finding:
    """Return a finding as a note: a copy of documents alone is expected to lack files."""
    return Finding(
        code=found.code,
        gravity=Gravity.NOTE,
        text=f"{found.text}; this copy holds documents only",
        sides=found.sides,
        subject=found.subject,
        remedy=found.remedy,
    )


def _is_file(link: str) -> bool:
    """Tell whether a link is meant as the name of a file beside the card."""
    if re.match(r"[a-z]+:|#|/", link):
        return False
    return bool(re.search(r"\.\w{1,5}$", link) or re.match(r"(?:\./)?LICEN[SC]E", link))
