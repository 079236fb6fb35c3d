"""The release a claim is about: its verdicts, and the parts and terms a claim can speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from howopen.answer import Finding, Verdict
from howopen.knowledge import Knowledge
from howopen.knowledge.tags import resolve_tag
from howopen.openness.view import FOUND, closed_world, index_of, named_apart
from howopen.release import (
    Component,
    Evidence,
    Noun,
    Part,
    Presence,
    Release,
    Scope,
    Statement,
    Variant,
)

#: the words of a claim and the components they mean
THINGS = {
    "weight": (Component.WEIGHTS,),
    "checkpoint": (Component.WEIGHTS,),
    "model": (Component.WEIGHTS,),
    "权重": (Component.WEIGHTS,),
    "模型": (Component.WEIGHTS,),
    "code": (
        Component.INFERENCE_CODE,
        Component.TRAINING_CODE,
        Component.ARCHITECTURE,
        Component.EVALUATION_CODE,
        Component.FINE_TUNING_CODE,
        Component.DATA_PROCESSING_CODE,
    ),
    "data": (
        Component.TRAINING_DATA,
        Component.POST_TRAINING_DATA,
        Component.EVALUATION_DATA,
    ),
}

#: words that mean the code, beside `code` itself
CODE_WORDS = ("代码", "library", "package", "software", "script", "codebase", "repo", "project")


class Subject(Noun, frozen=True, kw_only=True):
    """What a text speaks of, and what was found out about it.

    Attributes:
        release: with its grants concluded.
        verdicts: by definition id.
        findings: of the rooms before.
    """

    release: Release
    verdicts: dict[str, Verdict] = msgspec.field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def parts(
        self, components: Iterable[Component], variant: str | None = None
    ) -> tuple[Part, ...]:
        """List the parts of these components that are here or elsewhere, of one variant."""
        wanted = frozenset(components)
        return named_apart(
            part
            for part in self.release.parts
            if part.component in wanted
            and part.presence in FOUND
            and (variant is None or part.variant in {None, variant})
        )

    @property
    def listed(self) -> bool:
        """Whether a manifest lists what there is, so that what was not found does not exist."""
        return closed_world(index_of(self.release), {})

    def weights(self, quote: str, variant: str | None = None) -> tuple[Part, ...]:
        """List the weights a sentence speaks of: those of the variants it names, or all."""
        parts = self.parts((Component.WEIGHTS,), variant)
        if not parts:
            parts = self.parts((Component.DELTA, Component.ADAPTER), variant)
        named = {item.id for item in self.release.variants if _names(quote, item.name, item.id)}
        named = named or _alike(quote, self.release.variants)
        chosen = tuple(part for part in parts if part.variant in named)
        return chosen or parts

    def variant_at(self, path: str) -> str | None:
        """Return the one variant whose folder a document lies in, in a repository of several."""
        folders = {folder.lower().replace("_", "-") for folder in path.split("/")[:-1]}
        found = [item.id for item in self.release.variants if item.id.lower() in folders]
        return found[0] if len(found) == 1 and len(self.release.variants) > 1 else None

    def other_edition(self, quote: str) -> str:
        """Return an edition of the release's models that a sentence names and that is not here.

        `Yi-1.5` beside `Yi-6B` and `Yi-34B` is another model; sizes are no editions.
        """
        names = [item.name for item in self.release.variants]
        if not names or any(_names(quote, item.name, item.id) for item in self.release.variants):
            return ""
        stems = {re.split(r"[-_. \d]", name, maxsplit=1)[0] for name in names} - {""}
        known = re.sub(r"[-_ ]", ".", " ".join((*names, self.release.name)))
        named = "|".join(map(re.escape, sorted(stems)))
        edition = rf"(?<!\w)(?:{named})[- ]?v?(\d+\.\d+)(?![\w.]*[BMK]\b)"
        found = re.finditer(edition, quote) if stems else ()
        return next((one.group() for one in found if one.group(1) not in known), "")

    def unknown_model(self, quote: str) -> str:
        """Return the model a sentence begins with where it is none of several that were found."""
        first = _VERSIONED.match(quote)
        variants = self.release.variants
        if first is None or len(variants) < 2:
            return ""
        known = any(_names(quote, item.name, item.id) for item in variants)
        return "" if known or _alike(first.group(), variants) else first.group()

    def has_model(self, name: str) -> bool:
        """Tell whether one of the models found here goes by a name."""
        variants = self.release.variants
        known = any(_names(name, item.name, item.id) for item in variants)
        return known or bool(_alike(name, variants))

    def strange_model(self, quote: str, knowledge: Knowledge) -> str:
        """Return a model that a sentence names where it names none of those found here."""
        own = any(_names(quote, item.name, item.id) for item in self.release.variants)
        if own or _alike(quote, self.release.variants):
            return ""
        known = _words(f"{self.release.name} {self.release.ref}")
        for found in (*_HUB.finditer(quote), *_VERSIONED.finditer(quote)):
            name = found.group()
            if _words(name.rpartition("/")[2]) & known or resolve_tag(knowledge, name) is not None:
                continue
            return name
        return ""

    def read_at(self, path: str, lines: tuple[int, int]) -> tuple[Statement, ...]:
        """List what the license room read in the sentence that stands there."""
        return tuple(
            one
            for one in self.release.statements
            if one.rank == "notice" and stands_at(one.evidence, path, lines)
        )

    def declared(self, *keys: str) -> tuple[tuple[str, Evidence], ...]:
        """List declared values of these keys, with where they stand."""
        return tuple(
            (item.value, item.evidence) for item in self.release.declarations if item.key in keys
        )


#: a model's name with its version: `SDXL-1.0`
_VERSIONED = re.compile(r"(?<![\w.-])[A-Za-z]\w*-[\w.-]*\d[\w.]*(?:-\w+)*", re.ASCII)
#: a model's address on the hub
_HUB = re.compile(r"(?<![\w./-])[A-Za-z][\w-]+/[\w-]+-[\w.-]*\w(?![\w/])", re.ASCII)
#: a name with or without a version: `Chronos-Bolt`
_HYPHENED = re.compile(r"(?<![\w.-])[A-Z]\w*(?:-[A-Z\d][\w.]*)+(?![\w-])", re.ASCII)


def stands_at(evidence: Evidence, path: str, lines: tuple[int, int]) -> bool:
    """Tell whether evidence was seen in a document, on lines that overlap."""
    first, last = evidence.lines or (0, -1)
    return evidence.path == path and first <= lines[1] and lines[0] <= last


def _alike(quote: str, variants: Iterable[Variant]) -> set[str]:
    """List the variants whose names hold all words of a name in a sentence, or the other way."""
    found = [*_VERSIONED.findall(quote), *_HYPHENED.findall(quote)]
    pieces = [_pieces(name) for name in found]
    return {one.id for one in variants if any(_nests(_pieces(one.name), it) for it in pieces)}


def _nests(own: set[str], said: set[str]) -> bool:
    return said <= own or (len(own) > 1 and own <= said)


def _words(name: str) -> set[str]:
    """List the words of a name, without sizes and versions."""
    return set(re.findall(r"[a-z]{3,}", name.lower()))


def _pieces(name: str) -> set[str]:
    return set(re.split(r"[-_. ]+", name.lower())) - {""}


def things(what: str) -> tuple[Component, ...]:
    """Tell which components the words of a claim mean; none where it means all of the release."""
    if any(word in what for word in CODE_WORDS) and "model" not in what and "weight" not in what:
        return THINGS["code"]
    for word, components in THINGS.items():
        if word in what:
            return components
    return ()


def unlicensed(part: Part) -> bool:
    """Tell whether nothing covers a part, although it is here and the license room looked."""
    here = part.presence is Presence.HERE
    return here and part.grant is not None and part.grant.scope is Scope.UNSTATED


def stated_absent(release: Release, component: Component) -> Part | None:
    """Return the part by which the release says that it keeps a component back or has none."""
    stated = {Presence.SAID_ABSENT, Presence.SAID_WITHHELD}
    found = (part for part in release.parts if part.component is component)
    return next((part for part in found if part.presence in stated), None)


def _names(quote: str, *names: str) -> bool:
    """Tell whether a sentence names a variant, and not merely a longer name that begins so."""
    lowered = f" {quote.lower()} "
    for name in names:
        at = lowered.find(name.lower())
        while name and at >= 0:
            after = lowered[at + len(name)]
            if not (after.isalnum() or after == "-"):
                return True
            at = lowered.find(name.lower(), at + 1)
    return False
