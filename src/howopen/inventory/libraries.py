"""The package a release comes as: its dependencies, and the code that a usage example imports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from howopen.inventory.documents import Document
from howopen.inventory.pages import Page
from howopen.inventory.sightings import Sighting, quoted
from howopen.inventory.variants import Variants
from howopen.inventory.weights import Told
from howopen.places.place import Place
from howopen.release import Component, How, Presence

_REQUIRES = re.compile(
    r"^(?:Requires-Dist:\s*(\S.*)|dependencies\s*=\s*\[|install_requires\s*=.*)$", re.M
)
_SOURCE = re.compile(r"source|repository|homepage|code|github", re.IGNORECASE)


def libraries(
    place: Place, documents: tuple[Document, ...], told: Told, variants: Variants
) -> Iterator[Sighting]:
    """Find the libraries that metadata, configurations and front matter name."""
    for document in documents:
        if document.package and (match := _REQUIRES.search(document.text)):
            line = document.text.count("\n", 0, match.start()) + 1
            quote = match.group()
            yield _library(place, document.path, quote, (line, line), how=How.PACKAGE)
        name = document.card.front.get("library_name") if document.card else None
        if document.card and isinstance(name, str):
            lines = document.card.key_lines.get("library_name")
            quote = f"library_name: {name}"
            yield _library(
                place, document.path, quote, lines, how=How.CARD_METADATA, variant=document.variant
            )
    for path, config in told.configs.items():
        for key in ("monai_version", "_diffusers_version", "transformers_version"):
            if config.facts.get(key):
                quote = f"{key}: {config.facts[key]}"
                lines = config.lines.get(key)
                yield _library(place, path, quote, lines, how=How.CONFIG, variant=variants.of(path))
                break


def _library(  # noqa: PLR0913 - the fields of one sighting
    place: Place,
    path: str,
    quote: str,
    lines: tuple[int, int] | None,
    *,
    how: How,
    variant: str | None = None,
) -> Sighting:
    return Sighting(
        component=Component.SUPPORTING_LIBRARIES,
        presence=Presence.ELSEWHERE,
        variant=variant,
        evidence=quoted(place, how, quote, path, lines),
    )


def package_code(place: Place, page: Page) -> Iterator[Sighting]:
    """Find inference code: an example in the package's own description that runs the package."""
    package = page.document.package
    if package is None or not package.name:
        return
    stem = re.split(r"[-_.]", package.name.lower())[0]
    whole = re.sub(r"[-_.]+", "[-_.]", re.escape(package.name.lower()).replace("\\", ""))
    named = rf"(?:{whole}|{re.escape(stem)})" if len(stem) > 3 else f"(?:{whole})"
    rule = re.compile(
        rf"(?m)^\W{{0,6}}(?:(?:from|import) {named}\b|{named}(?:[-_]\w+)* [-\w./<\"'])"
    )
    for match in rule.finditer(page.commands):
        line = page.line_at(match.end() - 1)
        if line not in page.code:
            continue
        urls = [url for label, url in package.urls.items() if _SOURCE.search(label)]
        quote = page.body.split("\n")[line - page.first_line].strip()
        yield Sighting(
            component=Component.INFERENCE_CODE,
            presence=Presence.ELSEWHERE,
            urls=tuple(urls[:1]),
            evidence=quoted(
                place,
                How.CARD_PROSE,
                quote,
                page.document.path,
                (line, line),
                sha256=page.document.sha256,
            ),
        )
        return
