"""The package a release comes as: its dependencies, and the code that a usage example imports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from howopen.formats.package import Package
from howopen.inventory.documents import Document
from howopen.inventory.pages import Page
from howopen.inventory.roles import matches
from howopen.inventory.sightings import Sighting, quoted
from howopen.inventory.variants import Variants, squeezed
from howopen.inventory.weights import Told
from howopen.knowledge.components import Components
from howopen.places.place import Place
from howopen.release import Component, File, How, Presence

_REQUIRES = re.compile(
    r"^(?:Requires-Dist:\s*(\S.*)|dependencies\s*=\s*\[|install_requires\s*=.*)$", re.M
)
_MAX_FILES = 200
#: folders of a wheel that are no modules of its package
_BESIDE = re.compile(r"(?:tests?|docs?|examples?|scripts|benchmarks?)\Z|.*\.(?:dist-info|data)\Z")
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


def package_code(
    place: Place, page: Page, files: tuple[File, ...], words: Components
) -> Iterator[Sighting]:
    """Find inference code: an example in the package's description that runs the package.

    Its own modules, where they are among the files, are that code; without an example they are
    when the code of a model is among them.
    """
    package = page.document.package
    if package is None or not package.name:
        return
    own = _modules(package.name, files)
    globs = words.components[Component.ARCHITECTURE.value].files
    model = next((file for file in own if matches(file.path, globs)), None)
    path, sha256 = page.document.path, page.document.sha256
    if example := _example(page, package):
        quote, line = example
        evidence = quoted(place, How.CARD_PROSE, quote, path, (line, line), sha256=sha256)
    elif model:
        evidence = place.evidence(How.FILENAME, model.path, model.path)
    else:
        return
    urls = [url for label, url in package.urls.items() if _SOURCE.search(label)]
    yield Sighting(
        component=Component.INFERENCE_CODE,
        presence=Presence.HERE if own else Presence.ELSEWHERE,
        files=own,
        urls=() if own else tuple(urls[:1]),
        evidence=evidence,
    )


def _example(page: Page, package: Package) -> tuple[str, int] | None:
    """Find the first line of code that imports or runs the package, and its number."""
    stem = re.split(r"[-_.]", package.name.lower())[0]
    whole = re.sub(r"[-_.]+", "[-_.]", re.escape(package.name.lower()).replace("\\", ""))
    named = rf"(?:{whole}|{re.escape(stem)})" if len(stem) > 3 else f"(?:{whole})"
    rule = re.compile(
        rf"(?m)^\W{{0,6}}(?:(?:from|import) {named}\b|{named}(?:[-_]\w+)* [-\w./<\"'])"
    )
    for match in rule.finditer(page.commands):
        line = page.line_at(match.end() - 1)
        if line in page.code:
            return page.body.split("\n")[line - page.first_line].strip(), line
    return None


def _modules(name: str, files: tuple[File, ...]) -> tuple[File, ...]:
    """Return the Python files of the package itself, at the root or below `src`.

    In a wheel all modules are the package's own; elsewhere those that are named as it is.
    """
    wanted = {squeezed(name), squeezed(re.split(r"[-_.]", name)[0])}
    wheel = any(".dist-info/" in file.path for file in files)
    found = []
    for file in files:
        first, slash, _ = file.path.removeprefix("src/").partition("/")
        own = squeezed(first) in wanted or (wheel and not _BESIDE.match(first))
        if slash and own and file.path.endswith(".py"):
            found.append(file)
    return tuple(found[:_MAX_FILES])
