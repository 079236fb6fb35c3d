"""Sightings settled: links to own files, names of own models, and gates in front of weights."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from howopen.inventory.pages import Page
from howopen.inventory.sightings import Sighting
from howopen.inventory.variants import Variants
from howopen.knowledge.components import Components, pattern
from howopen.release import Access, Component, Evidence, File, How, Presence

WEIGHTY = (Component.WEIGHTS, Component.DELTA, Component.ADAPTER)
#: a sentence on access counts for weights named within this many lines under the same heading
_NEAR = 15


class Settler:
    """Settles the sightings of one inventory.

    Args:
        words: the vocabulary.
        pages: all scanned documents.
        files: all files, by path.
        variants: the models of the release.
        access: how far the release's own files can be had.
    """

    def __init__(
        self,
        words: Components,
        pages: list[Page],
        files: dict[str, File],
        variants: Variants,
        access: Access,
    ) -> None:
        self.variants = variants
        self.access = access
        self._files = files
        self._pages = {page.document.path: page for page in pages}
        self._gates = {page.document.path: _gates(page, words) for page in pages}

    def run(self, sightings: Iterable[Sighting]) -> Iterator[Sighting]:
        """Yield all sightings, settled."""
        for one in sightings:
            for each in self._on_variants(self._local(one)):
                yield self._with_access(self._of_kind(each))

    def _local(self, one: Sighting) -> Sighting:
        """Turn a link or command into the file it names, where that is among the files."""
        if one.presence is not Presence.ELSEWHERE or not one.urls:
            return one
        folder = (one.evidence.path or "").rpartition("/")[0]
        found = []
        for url in one.urls:
            path = posixpath.normpath(posixpath.join(folder, url.split("#")[0]))
            file = self._files.get(path) or self._files.get(url.removeprefix("./"))
            if file is None:
                return one
            found.append(file)
        variant = one.variant or self.variants.of(found[0].path)
        return changed(one, presence=Presence.HERE, variant=variant, urls=(), files=tuple(found))

    def _on_variants(self, one: Sighting) -> Iterator[Sighting]:
        """Give weights that name a model of this repository to that model."""
        if one.variant or not self.variants.all or one.component not in WEIGHTY:
            yield one
            return
        if not one.urls:
            yield changed(one, variant=self.variants.mentioned(one.evidence.quote))
            return
        rest = []
        for url in one.urls:
            variant = self.variants.named(url) or self.variants.named(one.name)
            if variant:
                yield changed(one, variant=variant, urls=(url,))
            else:
                rest.append(url)
        if rest:
            yield changed(one, urls=tuple(rest))

    def _of_kind(self, one: Sighting) -> Sighting:
        """Say of the weights of an adapter that they are that."""
        adapter = one.variant in self.variants.adapters and one.component is Component.WEIGHTS
        return changed(one, component=Component.ADAPTER) if adapter else one

    def _with_access(self, one: Sighting) -> Sighting:
        """Say how far a part can be had: own files, and remote weights with or without a gate."""
        if one.access is not None or one.evidence.how is How.MANIFEST:
            return one
        if one.presence is Presence.HERE:
            return changed(one, access=self.access)
        if one.component not in WEIGHTY or one.presence is not Presence.ELSEWHERE:
            return one
        if self._near_gate(one.evidence):
            return changed(one, access=Access.GATED_DOWNLOAD)
        return changed(one, access=Access.DOWNLOAD) if one.urls else one

    def _near_gate(self, evidence: Evidence) -> bool:
        """Tell whether asking or agreeing is spoken of close by, under the same heading."""
        held = self._gates.get(evidence.path or "")
        if not held or not evidence.lines or not evidence.path:
            return False
        first = evidence.lines[0]
        above = self._pages[evidence.path].headings_above(first)
        return any(abs(line - first) <= _NEAR and titles == above for line, titles in held)


def _gates(page: Page, words: Components) -> list[tuple[int, tuple[str, ...]]]:
    """Find the lines that speak of asking or agreeing before a download."""
    found = []
    for match in pattern(words.gate).finditer(page.prose):
        sentence, _ = page.sentence_at(match.start())
        line = sentence.lines[0]
        found.append((line, page.headings_above(line)))
    return found


def changed(  # noqa: PLR0913 - one argument a field that can change
    one: Sighting,
    *,
    component: Component | None = None,
    presence: Presence | None = None,
    variant: str | None = None,
    urls: tuple[str, ...] | None = None,
    files: tuple[File, ...] | None = None,
    access: Access | None = None,
) -> Sighting:
    """Return a sighting with some fields changed."""
    return Sighting(
        component=component or one.component,
        presence=presence or one.presence,
        evidence=one.evidence,
        access=access or one.access,
        variant=variant or one.variant,
        name=one.name,
        files=one.files if files is None else files,
        urls=one.urls if urls is None else urls,
        facts=one.facts,
    )
