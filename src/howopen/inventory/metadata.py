"""Components that structured metadata shows: tags, results in front matter, sources of data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from howopen.inventory.documents import Document
from howopen.inventory.sightings import Sighting, quoted
from howopen.inventory.variants import Variants
from howopen.inventory.weights import Told
from howopen.places.place import Place
from howopen.release import Access, Component, Evidence, How, Presence

_KINDS = {"arxiv": Component.PAPER, "dataset": Component.TRAINING_DATA}
_PRIVATE = re.compile(r"\b(?:private|non-?public|not public|internal|proprietary|in-house)\b")
_NAMED = re.compile(r"^\s*((?:[\w-]+ ){1,5}?(?:data ?set|challenge|database))\b", re.IGNORECASE)


def by_tags(place: Place, documents: tuple[Document, ...]) -> Iterator[Sighting]:
    """Read papers and data sets that tags name."""
    for tag, evidence, variant in _tags(place, documents):
        head, _, rest = tag.partition(":")
        component = _KINDS.get(head)
        if component is None or not rest:
            continue
        arxiv = component is Component.PAPER
        url = (
            f"https://arxiv.org/abs/{rest}" if arxiv else f"https://huggingface.co/datasets/{rest}"
        )
        yield Sighting(
            component=component,
            presence=Presence.ELSEWHERE,
            variant=variant,
            name=tag if arxiv else rest,
            urls=(url,),
            evidence=evidence,
        )


def _tags(
    place: Place, documents: tuple[Document, ...]
) -> Iterator[tuple[str, Evidence, str | None]]:
    for tag in place.facts.tags:
        yield tag, place.evidence(How.HUB, f"tag {tag}"), None
    for one in documents:
        told = one.card.front.get("tags") if one.card else None
        for index, tag in enumerate(told if isinstance(told, list) else ()):
            if isinstance(tag, str) and one.card:
                lines = one.card.key_lines.get(f"tags[{index}]")
                evidence = quoted(place, How.CARD_METADATA, tag, one.path, lines)
                yield tag, evidence, one.variant


def by_metadata(
    place: Place, documents: tuple[Document, ...], told: Told, variants: Variants
) -> Iterator[Sighting]:
    """Read results and sources of data from front matter and configurations."""
    for one in documents:
        if one.card and one.card.front.get("model-index"):
            evidence = quoted(
                place,
                How.CARD_METADATA,
                "model-index",
                one.path,
                one.card.key_lines.get("model-index"),
            )
            yield _here(Component.EVALUATION_RESULTS, evidence, one.variant)
    for path, config in told.configs.items():
        variant = variants.of(path)
        if source := config.facts.get("data_source", ""):
            evidence = quoted(
                place,
                How.CONFIG,
                f"data_source: {source}",
                path,
                config.lines.get("data_source"),
            )
            yield from _source(source, evidence, variant)
            yield _here(Component.DATA_INFORMATION, evidence, variant)
        if any(key.startswith("eval_metrics.") for key in config.facts):
            lines = config.lines.get("eval_metrics")
            evidence = quoted(place, How.CONFIG, "eval_metrics", path, lines)
            yield _here(Component.EVALUATION_RESULTS, evidence, variant)


def _here(component: Component, evidence: Evidence, variant: str | None) -> Sighting:
    return Sighting(component=component, presence=Presence.HERE, variant=variant, evidence=evidence)


def _source(source: str, evidence: Evidence, variant: str | None) -> Iterator[Sighting]:
    """Read where data came from: an address, a named data set, or that it is private."""
    urls = re.findall(r"https?://[^\s,;)]+", source)
    named = _NAMED.match(source)
    if _PRIVATE.search(source.lower()):
        yield Sighting(
            component=Component.TRAINING_DATA,
            presence=Presence.SAID_WITHHELD,
            access=Access.WITHHELD,
            variant=variant,
            evidence=evidence,
        )
    elif urls or named:
        yield Sighting(
            component=Component.TRAINING_DATA,
            presence=Presence.ELSEWHERE,
            variant=variant,
            urls=tuple(urls[:1]),
            name=named.group(1) if named and not urls else "",
            evidence=evidence,
        )
