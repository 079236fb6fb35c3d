"""Raw keys and values that a release declares about itself, each with the lines it stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from howopen.formats.manifest import Manifest
from howopen.inventory.documents import Document
from howopen.inventory.pages import Page
from howopen.inventory.sightings import MAX_QUOTE
from howopen.inventory.variants import Variants
from howopen.inventory.weights import Told
from howopen.knowledge.components import Components, pattern
from howopen.places.place import Place
from howopen.release import Component, Declaration, Evidence, FileRole, How

#: front matter, package and header keys whose name here differs from theirs
_KEYS = {
    "model_name": "title",
    "model_creator": "publisher",
    "general.license": "license",
    "general.license.name": "license_name",
    "general.license.link": "license_link",
    "general.name": "title",
    "general.author": "publisher",
    "general.organization": "publisher",
    "general.version": "version",
    "general.url": "url",
    "general.repo_url": "url",
    "general.source.url": "source",
    "modelspec.license": "license",
    "modelspec.title": "title",
    "modelspec.author": "publisher",
    "modelspec.date": "date",
    "copyright": "copyright",
    "authors": "publisher",
    "name": "title",
}
_CONFIG_KEYS = re.compile(
    r"^(?:license(?:_\w+)?|licence|copyright|authors?|version|name|title|data_source|_name_or_path"
    r"|intended_use|monai_version|transformers_version)$"
)
_HEADER_KEYS = re.compile(
    r"^(?:license(?:_\w+)?|author|title|version|base_model|general\.(?:license\S*|name|author"
    r"|organization|version|url|repo_url|source\.\S+|base_model\.\S+|datasets?\S*|tags|languages)"
    r"|modelspec\.(?:license|title|author|date|architecture))$"
)
_LONG_FRONT = frozenset({"widget", "model-index", "model_index", "dataset_info", "configs"})
_MAX_VALUE = 2_000


def declarations(
    place: Place,
    documents: tuple[Document, ...],
    told: Told,
    variants: Variants,
) -> Iterator[Declaration]:
    """Read all declarations of cards, packages, configurations, headers and the place itself."""
    for document in documents:
        if document.card and document.card.front:
            yield from _front(place, document)
        if document.package:
            yield from _package(place, document)
    for path, config in told.configs.items():
        for key, value in config.facts.items():
            if _CONFIG_KEYS.match(key):
                evidence = place.evidence(
                    How.CONFIG, f"{key}: {value}"[:MAX_QUOTE], path, lines=config.lines.get(key)
                )
                yield _one(key, value, evidence, variants.of(path))
    for header in told.headers:
        path = header.file.path
        for key, value in header.read.metadata.items():
            if _HEADER_KEYS.match(key):
                evidence = place.evidence(
                    How.HEADER, f"{key}: {value}"[:MAX_QUOTE], path, span=header.read.header
                )
                found = _one(key, value, evidence, variants.of(path))
                licensed = found.key.startswith("license")
                yield _with(found, Component.WEIGHTS) if licensed else found
    yield from _hub(place)


def _one(key: str, value: str, evidence: Evidence, variant: str | None = None) -> Declaration:
    return Declaration(
        key=_KEYS.get(key, key), value=value[:_MAX_VALUE], evidence=evidence, variant=variant
    )


def _with(found: Declaration, component: Component) -> Declaration:
    return Declaration(
        key=found.key,
        value=found.value,
        evidence=found.evidence,
        variant=found.variant,
        component=component,
    )


def _front(place: Place, document: Document) -> Iterator[Declaration]:
    """Read front matter: each scalar, and each item of a list."""
    card = document.card
    if card is None:
        return
    rows = document.text.split("\n")
    for key, value in card.front.items():
        if key in _LONG_FRONT:
            continue
        items = value if isinstance(value, list) else [value]
        for index, item in enumerate(items):
            if not isinstance(item, str):
                continue
            at = f"{key}[{index}]" if isinstance(value, list) else key
            lines = card.key_lines.get(at) or card.key_lines.get(key)
            written = rows[lines[0] - 1].strip() if lines and lines[0] <= len(rows) else item
            evidence = place.evidence(
                How.CARD_METADATA,
                written[:MAX_QUOTE],
                document.path,
                lines=lines,
                sha256=document.sha256,
            )
            yield _one(key, item, evidence, document.variant)
    gates = [key for key in card.front if key.startswith("extra_gated")]
    if gates:
        evidence = place.evidence(
            How.CARD_METADATA, gates[0], document.path, lines=card.key_lines.get(gates[0])
        )
        yield Declaration(key="gated", value=gates[0], evidence=evidence, variant=document.variant)


def _package(place: Place, document: Document) -> Iterator[Declaration]:
    """Read package metadata."""
    package = document.package
    if package is None:
        return
    pairs = [
        ("title", "name", package.name),
        ("version", "version", package.version),
        ("summary", "summary", package.summary),
        ("license", "license", package.license),
        ("license_expression", "license_expression", package.license_expression),
        ("publisher", "author", package.author),
    ]
    pairs += [
        ("classifier", f"classifiers[{index}]", value)
        for index, value in enumerate(package.classifiers)
        if value.startswith("License ::")
    ]
    pairs += [
        ("license_file", f"license_files[{index}]", value)
        for index, value in enumerate(package.license_files)
    ]
    pairs += [("url", f"urls.{label}", url) for label, url in package.urls.items()]
    for key, at, value in pairs:
        if value:
            evidence = place.evidence(
                How.PACKAGE,
                " ".join(value.split())[:MAX_QUOTE],
                document.path,
                lines=package.lines.get(at),
                sha256=document.sha256,
            )
            yield Declaration(
                key=key, value=value[:_MAX_VALUE], evidence=evidence, variant=document.variant
            )


def _hub(place: Place) -> Iterator[Declaration]:
    """Read what the place itself says: gating and tags."""
    if place.facts.gated:
        evidence = place.evidence(How.HUB, f"gated: {place.facts.gated}")
        yield Declaration(key="gated", value=place.facts.gated, evidence=evidence)
    for tag in place.facts.tags:
        head, colon, rest = tag.partition(":")
        key = head if colon and head in ("license", "arxiv", "dataset", "base_model") else "tags"
        evidence = place.evidence(How.HUB, f"tag {tag}")
        yield Declaration(key=key, value=rest if key != "tags" else tag, evidence=evidence)


def told_in_prose(place: Place, page: Page, words: Components) -> Iterator[Declaration]:
    """Read who made it, when it was released and whether there is an interface, from sentences."""
    document = page.document
    if document.role not in (FileRole.CARD, FileRole.DOCUMENT, FileRole.PACKAGE_METADATA):
        return
    rules = (("date", words.release_date, 1), ("api", words.api, 0))
    for key, text, group in rules:
        for match in pattern(text).finditer(page.prose):
            sentence, lower = page.sentence_at(match.start())
            if key == "api" and re.search(
                r"\b(?:your|token|not|python api|bank)\b|api[ _-]key", lower
            ):
                continue
            value = match.group(group) if key == "date" else sentence.text
            yield _said(
                place,
                document,
                key,
                value.strip(" ."),
                quote=sentence.text,
                lines=sentence.lines,
            )
            break
    if document.role is FileRole.CARD:
        yield from _developer(place, page, words)


def _developer(place: Place, page: Page, words: Components) -> Iterator[Declaration]:
    for sentence in page.sentences:
        match = pattern(words.developer).match(sentence.text.lower())
        if match:
            value = sentence.text[match.start(1) : match.end(1)].strip(" *")
            yield _said(
                place,
                page.document,
                "publisher",
                value,
                quote=sentence.text,
                lines=sentence.lines,
            )
            return


def _said(  # noqa: PLR0913 - the fields of one declaration
    place: Place, document: Document, key: str, value: str, *, quote: str, lines: tuple[int, int]
) -> Declaration:
    evidence = place.evidence(
        How.CARD_PROSE, quote[:MAX_QUOTE], document.path, lines=lines, sha256=document.sha256
    )
    return Declaration(
        key=key, value=value[:_MAX_VALUE], evidence=evidence, variant=document.variant
    )


def of_manifest(place: Place, path: str, manifest: Manifest) -> Iterator[Declaration]:
    """Read what a manifest declares; licenses of classes become `license_code` and so on."""
    fields = (
        ("title", "name", manifest.name),
        ("publisher", "publisher", manifest.publisher),
        ("date", "date", manifest.date),
        ("version", "version", manifest.version),
        ("access", "access", manifest.access),
    )
    for key, name, value in fields:
        if value:
            yield _manifested(place, path, key, value, _lines(manifest, name))
    for group, value in manifest.licenses.items():
        key = "license" if group == "distribution" else f"license_{group}"
        yield _manifested(place, path, key, value, _lines(manifest, f"license.{group}"))
    for group, value in manifest.license_paths.items():
        key = "license_link" if group == "distribution" else f"license_{group}_link"
        yield _manifested(place, path, key, value, _lines(manifest, f"license.{group}"))
    for part in manifest.components:
        if part.license and part.component:
            found = _manifested(place, path, "license", part.license, part.lines)
            yield Declaration(
                key=found.key,
                value=found.value,
                evidence=found.evidence,
                component=Component(part.component),
                variant=part.variant or None,
            )
    for name, said in manifest.answers.items():
        lines = manifest.lines.get(f"answers.{name}")
        yield _manifested(place, path, f"answer:{name}", said, lines)
    for statement in manifest.statements:
        yield _manifested(place, path, "statement", statement.text, statement.lines)


def _lines(manifest: Manifest, key: str) -> tuple[int, int] | None:
    return manifest.lines.get(f"release.{key}") or manifest.lines.get("release.producer")


def _manifested(
    place: Place, path: str, key: str, value: str, lines: tuple[int, int] | None
) -> Declaration:
    evidence = place.evidence(How.MANIFEST, f"{key}: {value}"[:MAX_QUOTE], path, lines=lines)
    return Declaration(key=key, value=value[:_MAX_VALUE], evidence=evidence)
