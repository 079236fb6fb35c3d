"""The inventory of a place: files to roles, documents to sightings, sightings to parts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from howopen.answer import Finding
from howopen.formats.manifest import Manifest
from howopen.inventory import declarations as declared
from howopen.inventory import relations as related
from howopen.inventory.archives import archives_here
from howopen.inventory.cards import implied_weights, linked_policies, model_cards
from howopen.inventory.checks import Checks
from howopen.inventory.datanames import named_data
from howopen.inventory.datasets import data_alone, data_of_set, on_data
from howopen.inventory.documents import Document, documents
from howopen.inventory.here import configurations_here, files_here, stripped_folders, weights_here
from howopen.inventory.hubs import hub_weights, own_owners
from howopen.inventory.identity import kind_of, name_of, publisher_of, released_on
from howopen.inventory.libraries import libraries, package_code
from howopen.inventory.listed import listed
from howopen.inventory.listings import Listings, joined, licenses_of, weights_of
from howopen.inventory.making import with_making
from howopen.inventory.manifests import find_manifest, manifested
from howopen.inventory.mentions import mentions
from howopen.inventory.metadata import by_metadata, by_tags
from howopen.inventory.pages import Page
from howopen.inventory.parts import merge, not_found
from howopen.inventory.registries import registered
from howopen.inventory.roles import Roles, readme_of, refine
from howopen.inventory.settle import WEIGHTY, Settler
from howopen.inventory.sightings import Sighting, quoted
from howopen.inventory.topics import with_topics
from howopen.inventory.variants import Variants, find_variants
from howopen.inventory.weights import Told, is_weights, read_told
from howopen.inventory.withheld import withheld
from howopen.knowledge.components import Components, components_of, pattern
from howopen.knowledge.datasets import datasets_of
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.topics import topics_of
from howopen.places.place import Place
from howopen.release import (
    Access,
    Component,
    Declaration,
    File,
    FileRole,
    Gap,
    How,
    Noun,
    Part,
    Presence,
    Relation,
    Release,
)

_SCANNED = frozenset(
    {
        FileRole.CARD,
        FileRole.DOCUMENT,
        FileRole.PACKAGE_METADATA,
        FileRole.DATA_CARD,
        FileRole.DATA_LICENSE,
    }
)

#: what a README may be that is the card of data after all
_READMES = (FileRole.CARD, FileRole.DOCUMENT)


class Inventory(Noun, frozen=True, kw_only=True):
    """What a place holds.

    Attributes:
        release: parts (their grants not yet filled), files, declarations, relations.
        documents: all text documents, read once.
        gaps: what could not be read.
        findings: what is to be acted on.
    """

    release: Release
    documents: tuple[Document, ...] = ()
    gaps: tuple[Gap, ...] = ()
    findings: tuple[Finding, ...] = ()


def take(place: Place, knowledge: Knowledge) -> Inventory:
    """Take the inventory of a place.

    Args:
        place: an open place.
        knowledge: the vocabulary and the tables of names.
    """
    return _Survey(place, knowledge).inventory()


class _Survey:
    """One inventory being taken."""

    def __init__(self, place: Place, knowledge: Knowledge) -> None:
        self.place = place
        self.knowledge = knowledge
        self.words: Components = components_of(knowledge)
        self.gaps: list[Gap] = list(place.gaps)
        self.roles = Roles(self.words)
        self.files = tuple(
            File(
                path=entry.path,
                size=entry.size,
                role=self.roles.of(entry.path),
                sha256=entry.sha256,
            )
            for entry in place.entries()
        )
        self.variants = Variants()
        self.listings = Listings(variants=self.variants)
        self.by_path: dict[str, File] = {}
        self.documents: tuple[Document, ...] = ()
        self.pages: list[Page] = []
        self.told = Told()
        self.manifest: tuple[str, Manifest] | None = None

    def inventory(self) -> Inventory:
        """Run all steps."""
        self._read()
        settler = Settler(self.words, self.pages, self.by_path, self.variants, self._own_access())
        seen = list(self._sightings())
        seen += implied_weights(self.place, self.documents, tuple(seen))
        seen += model_cards(self.place, self.pages, tuple(seen))
        seen += data_of_set(self.place, self.files, tuple(seen), self.words)
        parts = merge(settler.run(seen))
        parts = [*parts, *self._interface(parts)]
        parts = list(with_topics(self.place, parts, self.pages, topics_of(self.knowledge)))
        parts += not_found(self.place, parts, self.words)
        parts = list(with_making(self.place, parts, self.pages, datasets_of(self.knowledge)))
        told = tuple(self._declarations())
        release = self._release(tuple(parts), told)
        gaps = tuple(self.gaps)
        return Inventory(
            release=release,
            documents=self.documents,
            gaps=gaps,
            findings=tuple(self._findings(release)),
        )

    def _read(self) -> None:
        """Read documents, headers and configurations, and settle roles and variants."""
        found, gaps = documents(self.place, self.files)
        self.told = read_told(self.place, self.files)
        self.gaps += [*gaps, *self.told.gaps]
        self.manifest = find_manifest(self.place, self.files, self.gaps)
        pages = {
            document.path: Page(document)
            for document in found
            if document.role in _SCANNED and self._ours(document.path)
        }
        roles = self._roles(found, pages)
        self.files = tuple(
            File(
                path=one.path, size=one.size, role=roles.get(one.path, one.role), sha256=one.sha256
            )
            for one in self.files
        )
        self.variants = find_variants(self.place, self.files, self.words.variants)
        self.files = tuple(self._with_own_card(one) for one in self.files)
        self.by_path = {one.path: one for one in self.files}
        self.documents = tuple(self._settled(one, self.by_path[one.path].role) for one in found)
        for document in self.documents:
            if document.path in pages:
                pages[document.path].document = document
                self.pages.append(pages[document.path])
        self.listings = self._listings()
        self.variants = self.listings.variants

    def _listings(self) -> Listings:
        """Find the models that registries and the documents on the whole release list."""
        general = [page for page in self.pages if page.document.variant is None]
        general.sort(key=lambda page: (page.document.path.count("/"), len(page.document.path)))
        owners = own_owners(self.place, self.pages, self.words)
        found = (*registered(self.place, self.files), *listed(general, self.words, owners))
        return joined(self.place, self.variants, found)

    def _ours(self, path: str) -> bool:
        return not pattern(self.words.not_ours).search(path.lower())

    def _roles(self, found: tuple[Document, ...], pages: dict[str, Page]) -> dict[str, FileRole]:
        """Return the role of each document, now that it has been read."""
        roles = {}
        beside = self._model_folders()
        alone = data_alone(self.files, self.words)
        for one in found:
            page = pages.get(one.path)
            refined = one.role
            if page and one.card:
                refined = refine(one.path, one.role, one.card, page.sections, self.words)
            if refined is FileRole.DOCUMENT and readme_of(one.path) in beside:
                refined = FileRole.CARD
            if (
                alone
                and refined in _READMES
                and one.card
                and on_data(one.path, one.card, self.words)
            ):
                refined = FileRole.DATA_CARD
            roles[one.path] = refined
        return roles

    def _model_folders(self) -> set[str]:
        """Return the folders that hold a model: weights, or a configuration of its network."""
        kinds = ("transformers", "diffusers-pipeline", "monai", "sentence-transformers")
        paths = [one.path for one in self.files if is_weights(one)]
        paths += [
            re.sub(r"(?:^|(?<=/))configs/", "", path) if config.kind == "monai" else path
            for path, config in self.told.configs.items()
            if config.kind in kinds
        ]
        return {path.rpartition("/")[0] for path in [*paths, *self.told.adapters]}

    def _with_own_card(self, file: File) -> File:
        """Take the README of a model's own folder for its card."""
        variant = self.variants.of(file.path)
        own = readme_of(file.path)
        if variant and file.role is FileRole.DOCUMENT and own in self.variants.folders:
            return File(path=file.path, size=file.size, role=FileRole.CARD, sha256=file.sha256)
        return file

    def _settled(self, document: Document, role: FileRole) -> Document:
        return Document(
            path=document.path,
            role=role,
            text=document.text,
            sha256=document.sha256,
            card=document.card,
            package=document.package,
            variant=self.variants.of(document.path),
        )

    def _sightings(self) -> Iterator[Sighting]:
        """Yield all that shows, files first."""
        place, words, variants = self.place, self.words, self.variants
        if self.manifest:
            yield from manifested(place, *self.manifest)
        if place.kind != "manifest":
            yield from weights_here(place, self.files, self.told, words, variants)
            yield from archives_here(place, self.files, self.roles, variants, self.gaps)
            yield from files_here(place, self.files, words, variants)
            yield from configurations_here(place, self.files, self.told, words, variants)
            yield from stripped_folders(place, self.files, words, variants)
        yield from weights_of(place, self.listings)
        yield from libraries(place, self.documents, self.told, variants)
        known = datasets_of(self.knowledge)
        for page in self.pages:
            yield from mentions(place, page, words)
            yield from withheld(place, page, words)
            yield from named_data(place, page, words, known)
            yield from package_code(place, page, self.files, words)
        yield from hub_weights(place, self.pages, words)
        yield from linked_policies(place, self.documents)
        yield from by_tags(place, self.documents)
        yield from by_metadata(place, self.documents, self.told, variants)

    def _own_access(self) -> Access:
        """Tell how far the files of the release itself can be had."""
        gated = bool(self.place.facts.gated) or any(
            key.startswith("extra_gated")
            for one in self.documents
            if one.card
            for key in one.card.front
        )
        return Access.GATED_DOWNLOAD if gated else Access.DOWNLOAD

    def _interface(self, parts: list[Part]) -> list[Part]:
        """Where no weights are to be had at all but an interface is, say that."""
        if any(part.component in WEIGHTY for part in parts) or self.place.kind == "manifest":
            return []
        for page in self.pages:
            for one in declared.told_in_prose(self.place, page, self.words):
                if one.key == "api":
                    return [
                        Part(
                            id="weights",
                            component=Component.WEIGHTS,
                            presence=Presence.ELSEWHERE,
                            access=Access.API,
                            evidence=(one.evidence,),
                        )
                    ]
        return []

    def _declarations(self) -> Iterator[Declaration]:
        yield from declared.declarations(self.place, self.documents, self.told, self.variants)
        yield from licenses_of(self.place, self.listings)
        if self.manifest:
            yield from declared.of_manifest(self.place, *self.manifest)
        for page in self.pages:
            for section in page.sections:
                if section.level == 1:
                    yield Declaration(
                        key="title",
                        value=section.title[:200],
                        variant=page.document.variant,
                        evidence=quoted(
                            self.place,
                            How.CARD_PROSE,
                            section.title,
                            page.document.path,
                            (section.lines[0], section.lines[0]),
                        ),
                    )
                    break
            yield from declared.told_in_prose(self.place, page, self.words)

    def _release(self, parts: tuple[Part, ...], told: tuple[Declaration, ...]) -> Release:
        facts = self.place.facts
        return Release(
            ref=self.place.ref,
            kind=kind_of(
                parts,
                self.manifest[1] if self.manifest else None,
                packaged=any(one.package for one in self.documents),
            ),
            name=name_of(self.place, self.manifest[1] if self.manifest else None),
            revision=facts.revision,
            publisher=publisher_of(self.place, told),
            released=released_on(self.place, told, self.variants),
            variants=self.variants.all,
            parts=parts,
            files=self.files,
            declarations=told,
            relations=self._relations(),
            history=facts.history,
        )

    def _relations(self) -> tuple[Relation, ...]:
        found = related.declared_relations(
            self.place,
            self.knowledge,
            documents=self.documents,
            pages=self.pages,
            told=self.told,
            files=self.files,
            variants=self.variants,
            words=self.words,
        )
        if self.manifest:
            found += tuple(related.of_manifest(self.place, *self.manifest))
        return found

    def _findings(self, release: Release) -> Iterator[Finding]:
        checks = Checks(self.place, self.knowledge)
        yield from checks.weights(release.parts, self.files)
        if self.place.kind not in ("manifest", "file"):
            yield from checks.missing(self.documents, self.told, self.files)
        yield from checks.cards(self.variants, release.parts)
        yield from checks.unreadable(self.told.gaps)
        yield from checks.bases(release.parts, release.relations, self.told)
        if self.manifest:
            yield from checks.manifest(*self.manifest)
