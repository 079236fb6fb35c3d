"""The inventory of a place: files to roles, documents to sightings, sightings to parts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from howopen.answer import Finding
from howopen.formats.manifest import Manifest
from howopen.inventory import declarations as declared
from howopen.inventory import relations as related
from howopen.inventory.checks import Checks
from howopen.inventory.datanames import named_data
from howopen.inventory.documents import Document, documents
from howopen.inventory.here import configurations_here, files_here, weights_here
from howopen.inventory.hubs import hub_weights
from howopen.inventory.libraries import libraries, package_code
from howopen.inventory.manifests import find_manifest, manifested
from howopen.inventory.mentions import mentions
from howopen.inventory.pages import Page
from howopen.inventory.parts import merge, not_found
from howopen.inventory.roles import Roles, refine
from howopen.inventory.sightings import Sighting, quoted
from howopen.inventory.variants import Variants, find_variants
from howopen.inventory.weights import Told, is_weights, read_told
from howopen.inventory.withheld import withheld
from howopen.knowledge.components import Components, components_of, pattern
from howopen.knowledge.datasets import datasets_of
from howopen.knowledge.loader import Knowledge
from howopen.places.place import Place
from howopen.release import (
    Access,
    Component,
    Declaration,
    Evidence,
    File,
    FileRole,
    Gap,
    How,
    Noun,
    Part,
    Presence,
    Release,
    ReleaseKind,
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
_WEIGHTY = (Component.WEIGHTS, Component.DELTA, Component.ADAPTER)
#: a sentence on access counts for weights named within this many lines under the same heading
_NEAR = 15


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
        roles = Roles(self.words)
        self.files = tuple(
            File(path=entry.path, size=entry.size, role=roles.of(entry.path), sha256=entry.sha256)
            for entry in place.entries()
        )
        self.variants = Variants()
        self.documents: tuple[Document, ...] = ()
        self.pages: list[Page] = []
        self.told = Told()
        self.manifest: tuple[str, Manifest] | None = None

    def inventory(self) -> Inventory:
        """Run all steps."""
        self._read()
        sightings = self._on_variants(list(self._sightings()))
        parts = merge(self._gated(sightings))
        parts = [*parts, *self._interface(parts)]
        parts += not_found(self.place, parts, self.words)
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
            File(path=one.path, size=one.size, role=roles.get(one.path, one.role), sha256=one.sha256)
            for one in self.files
        )
        self.variants = find_variants(self.place, self.files, self.words.variants)
        self.documents = tuple(self._settled(one, roles[one.path]) for one in found)
        for document in self.documents:
            if document.path in pages:
                pages[document.path].document = document
                self.pages.append(pages[document.path])

    def _ours(self, path: str) -> bool:
        return not pattern(self.words.not_ours).search(path.lower())

    def _roles(self, found: tuple[Document, ...], pages: dict[str, Page]) -> dict[str, FileRole]:
        """Return the role of each document, now that it has been read."""
        roles = {}
        beside = self._model_folders()
        for one in found:
            page = pages.get(one.path)
            refined = one.role
            if page and one.card:
                refined = refine(one.path, one.role, one.card, page.sections, self.words)
            readme = re.fullmatch(r"(?i)(.*/|)(?:docs/)?readme\.md", one.path)
            if refined is FileRole.DOCUMENT and readme and readme.group(1) in beside:
                refined = FileRole.CARD
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
        return {path[: path.rfind("/") + 1] for path in [*paths, *self.told.adapters]}

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
        access = self._own_access()
        if place.kind != "manifest":
            yield from weights_here(place, self.files, self.told, words, variants, access)
            yield from files_here(place, self.files, words, variants, access)
            yield from configurations_here(place, self.files, self.told, variants, access)
        yield from libraries(place, self.documents, self.told, variants)
        known = datasets_of(self.knowledge)
        for page in self.pages:
            yield from mentions(place, page, words)
            yield from withheld(place, page, words)
            yield from named_data(place, page, words, known)
            yield from package_code(place, page)
        yield from hub_weights(place, self.pages, words)
        yield from self._of_tags()
        yield from self._of_metadata()

    def _own_access(self) -> Access:
        """Tell how far the files of the release itself can be had."""
        gated = bool(self.place.facts.gated) or any(
            key.startswith("extra_gated")
            for one in self.documents
            if one.card
            for key in one.card.front
        )
        return Access.GATED_DOWNLOAD if gated else Access.DOWNLOAD

    def _of_tags(self) -> Iterator[Sighting]:
        """Read papers and data sets that tags name."""
        kinds = {"arxiv": Component.PAPER, "dataset": Component.TRAINING_DATA}
        for tag, evidence in self._tags():
            head, _, rest = tag.partition(":")
            component = kinds.get(head)
            if component is None or not rest:
                continue
            at = "abs" if head == "arxiv" else "datasets"
            host = "https://arxiv.org" if head == "arxiv" else "https://huggingface.co"
            yield Sighting(
                component=component,
                presence=Presence.ELSEWHERE,
                name=tag if head == "arxiv" else rest,
                urls=(f"{host}/{at}/{rest}",),
                evidence=evidence,
            )

    def _tags(self) -> Iterator[tuple[str, Evidence]]:
        for tag in self.place.facts.tags:
            yield tag, self.place.evidence(How.HUB, f"tag {tag}")
        for one in self.documents:
            told = one.card.front.get("tags") if one.card else None
            for index, tag in enumerate(told if isinstance(told, list) else ()):
                if isinstance(tag, str) and one.card:
                    lines = one.card.key_lines.get(f"tags[{index}]")
                    yield tag, quoted(self.place, How.CARD_METADATA, tag, one.path, lines)

    def _of_metadata(self) -> Iterator[Sighting]:
        """Read what structured metadata says beside its own kind: results, sources of data."""
        for one in self.documents:
            if one.card and one.card.front.get("model-index"):
                lines = one.card.key_lines.get("model-index")
                yield self._told_by(
                    Component.EVALUATION_RESULTS, How.CARD_METADATA, "model-index", one.path, lines
                )
        for path, config in self.told.configs.items():
            variant = self.variants.of(path)
            source = config.facts.get("data_source", "")
            if source:
                lines = config.lines.get("data_source")
                yield from self._source(source, path, lines, variant)
                yield self._told_by(
                    Component.DATA_INFORMATION, How.CONFIG, f"data_source: {source}", path, lines
                )
            if any(key.startswith("eval_metrics.") for key in config.facts):
                lines = config.lines.get("eval_metrics")
                yield self._told_by(
                    Component.EVALUATION_RESULTS, How.CONFIG, "eval_metrics", path, lines
                )

    def _source(
        self, source: str, path: str, lines: tuple[int, int] | None, variant: str | None
    ) -> Iterator[Sighting]:
        """Read where data came from: an address, a named data set, or that it is private."""
        urls = re.findall(r"https?://[^\s,;)]+", source)
        private = re.search(r"\b(?:private|internal|proprietary|in-house)\b", source.lower())
        named = re.search(r"\b(?:data ?set|challenge|database|task\d+)\b", source.lower())
        if urls or private or named:
            yield Sighting(
                component=Component.TRAINING_DATA,
                presence=Presence.SAID_WITHHELD if private else Presence.ELSEWHERE,
                access=Access.WITHHELD if private else None,
                variant=variant,
                urls=tuple(urls[:1]),
                name="" if urls or private else source[:80],
                evidence=quoted(self.place, How.CONFIG, source, path, lines),
            )

    def _told_by(
        self,
        component: Component,
        how: How,
        quote: str,
        path: str,
        lines: tuple[int, int] | None,
    ) -> Sighting:
        return Sighting(
            component=component,
            presence=Presence.HERE,
            variant=self.variants.of(path),
            access=Access.DOWNLOAD,
            evidence=quoted(self.place, how, quote, path, lines),
        )

    def _on_variants(self, sightings: list[Sighting]) -> Iterator[Sighting]:
        """Give weights and cards that name a model of this repository to that model."""
        for one in sightings:
            if one.variant is None and self.variants.all and one.component in _WEIGHTY:
                named = {
                    url: self.variants.named(url) or self.variants.named(one.name)
                    for url in one.urls
                }
                for url, variant in named.items():
                    if variant:
                        yield _changed(one, variant=variant, urls=(url,))
                rest = tuple(url for url, variant in named.items() if not variant)
                if rest or not one.urls:
                    said = self.variants.mentioned(one.evidence.quote)
                    yield _changed(one, variant=said, urls=rest)
            else:
                yield one

    def _gated(self, sightings: Iterator[Sighting]) -> Iterator[Sighting]:
        """Say of remote weights whether they are for download, and behind a gate."""
        gates = self._gates()
        for one in sightings:
            if one.component not in _WEIGHTY or one.presence is not Presence.ELSEWHERE:
                yield one
            elif one.access is None and self._near_gate(one.evidence, gates):
                yield _changed(one, access=Access.GATED_DOWNLOAD)
            elif one.access is None and one.evidence.how is not How.MANIFEST and one.urls:
                yield _changed(one, access=Access.DOWNLOAD)
            else:
                yield one

    def _gates(self) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
        """Find the lines that speak of asking or agreeing before a download."""
        found: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        for page in self.pages:
            for match in pattern(self.words.gate).finditer(page.prose):
                sentence, _ = page.sentence_at(match.start())
                line = sentence.lines[0]
                found.setdefault(page.document.path, []).append((line, page.headings_above(line)))
        return found

    def _near_gate(
        self, evidence: Evidence, gates: dict[str, list[tuple[int, tuple[str, ...]]]]
    ) -> bool:
        held = gates.get(evidence.path or "")
        if not held or not evidence.lines:
            return False
        first = evidence.lines[0]
        page = next(one for one in self.pages if one.document.path == evidence.path)
        above = page.headings_above(first)
        return any(abs(line - first) <= _NEAR and titles == above for line, titles in held)

    def _interface(self, parts: list[Part]) -> list[Part]:
        """Where no weights are to be had at all but an interface is, say that."""
        if any(part.component in _WEIGHTY for part in parts) or self.place.kind == "manifest":
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
            kind=self._kind(parts),
            name=self._name(told),
            revision=facts.revision,
            publisher=facts.publisher or _first(told, "publisher"),
            released=self._date(told),
            variants=self.variants.all,
            parts=parts,
            files=self.files,
            declarations=told,
            relations=self._relations(),
            history=facts.history,
        )

    def _relations(self) -> tuple[related.Relation, ...]:
        found = related.declared_relations(
            self.place,
            self.knowledge,
            self.documents,
            self.pages,
            self.told,
            self.files,
            self.variants,
            self.words,
        )
        if self.manifest:
            found += tuple(related.of_manifest(self.place, *self.manifest))
        return found

    def _kind(self, parts: tuple[Part, ...]) -> ReleaseKind:
        if self.manifest:
            return ReleaseKind(self.manifest[1].kind or "model")
        present = {
            part.component
            for part in parts
            if part.presence in (Presence.HERE, Presence.ELSEWHERE)
        }
        modelish = {*_WEIGHTY, Component.MODEL_CARD, Component.INTERMEDIATE_CHECKPOINTS}
        here = {part.component for part in parts if part.presence is Presence.HERE}
        if Component.DATA_CARD in here and not here & modelish:
            return ReleaseKind.DATASET
        packaged = any(one.package for one in self.documents)
        if packaged and not present & modelish:
            return ReleaseKind.SOFTWARE
        return ReleaseKind.MODEL

    def _name(self, told: tuple[Declaration, ...]) -> str:
        """Return the release's name: by manifest, place, or metadata at its root."""
        if self.manifest and self.manifest[1].name:
            return self.manifest[1].name
        return self.place.facts.name

    def _date(self, told: tuple[Declaration, ...]) -> dt.date | None:
        """Return the release date that is said; for several models of one repository none."""
        for one in told:
            if one.key == "date" and (one.variant is None or len(self.variants.all) < 2):
                found = read_date(one.value)
                if found:
                    return found
        return self.place.facts.created

    def _findings(self, release: Release) -> Iterator[Finding]:
        checks = Checks(self.place, self.knowledge)
        yield from checks.weights(release.parts)
        if self.place.kind not in ("manifest", "file"):
            yield from checks.missing(self.documents, self.told, self.files)
        yield from checks.cards(self.variants, release.parts)
        yield from checks.unreadable(self.told.gaps)
        yield from checks.bases(release.parts, release.relations, self.told)
        if self.manifest:
            yield from checks.manifest(*self.manifest)


def _changed(
    one: Sighting,
    *,
    variant: str | None = None,
    urls: tuple[str, ...] | None = None,
    access: Access | None = None,
) -> Sighting:
    """Return a sighting with other variant, addresses or access."""
    return Sighting(
        component=one.component,
        presence=one.presence,
        evidence=one.evidence,
        access=access or one.access,
        variant=variant or one.variant,
        name=one.name,
        files=one.files,
        urls=one.urls if urls is None else urls,
        facts=one.facts,
    )


def _first(told: tuple[Declaration, ...], key: str) -> str | None:
    return next((one.value for one in told if one.key == key), None)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_date(text: str) -> dt.date | None:
    """Read a date as people write it; None where it is not certain.

    >>> read_date("July 23, 2024"), read_date("2024-07-23"), read_date("7/8/2023")
    (datetime.date(2024, 7, 23), datetime.date(2024, 7, 23), None)
    """
    lower = text.lower()
    try:
        if match := re.search(r"\b(\d{4})-(\d{2})-(\d{2})", lower):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := re.search(r"\b([a-z]{3})[a-z]* (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b", lower):
            return dt.date(int(match[3]), _MONTHS.index(match[1]) + 1, int(match[2]))
        if match := re.search(r"\b(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3})[a-z]*,? (\d{4})\b", lower):
            return dt.date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]))
    except ValueError:
        return None
    return None
