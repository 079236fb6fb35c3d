"""Terms of single files by the REUSE convention: `FILE.license` beside a file, and `REUSE.toml`.

Source: REUSE specification 3.3 (reuse.software/spec-3.3). In such a release the texts under
`LICENSES/` are a library: which of them binds a file is what the file's own tag says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from howopen.errors import HowopenError
from howopen.formats.package import read_toml
from howopen.inventory import Document, Inventory
from howopen.knowledge.loader import Knowledge
from howopen.licenses.tags import LONGEST_NAME, read_tag
from howopen.places.place import Place
from howopen.release import Evidence, How, LicenseReading, Statement

_TAG = re.compile(r"SPDX-License-Identifier:[ \t]*([^\n]+?)[ \t]*(?:\*/|-->)?[ \t]*$", re.MULTILINE)
#: More annotations, paths of all of them, or files are not looked at.
_MAX_ANNOTATIONS = 200
_MAX_FILES = 20_000
_LONGEST = 300


class _Tagged(NamedTuple):
    """A tag on some files, and where it stands."""

    expression: str
    evidence: Evidence


def is_sidecar(document: Document, inventory: Inventory) -> bool:
    """Tell whether a document holds nothing but the tags of the file it lies beside."""
    if not document.path.endswith(".license"):
        return False
    name = document.path.removesuffix(".license")
    beside = any(file.path == name for file in inventory.release.files)
    return beside and _TAG.search(document.text) is not None


def sidecars(
    place: Place, inventory: Inventory, texts: Iterable[Statement], knowledge: Knowledge
) -> Iterator[Statement]:
    """Make statements for the parts whose files are all tagged, and tagged alike.

    Args:
        place: where the release lies.
        inventory: its documents, files and parts.
        texts: the texts read so far, which a tag of the same license means.
        knowledge: the table of names.
    """
    tagged = dict(_of_table(place, inventory)) | dict(_beside(place, inventory))
    if not tagged:
        return
    read = {one.reading.license: one.reading for one in texts if one.rank == "text"}
    for part in inventory.release.parts:
        tags = [tagged.get(file.path) for file in part.files]
        first = tags[0] if tags else None
        if first is None or any(one is None or one.expression != first.expression for one in tags):
            continue
        found = read_tag(first.expression[:LONGEST_NAME], knowledge, first.evidence, via="tag")
        for reading in found.readings:
            yield Statement(
                reading=with_text(reading, read),
                evidence=first.evidence,
                part=part.id,
                choice=found.choice,
                rank="text",
            )


def with_text(reading: LicenseReading, read: Mapping[str | None, LicenseReading]) -> LicenseReading:
    """Take the text of the release for what a tag means, with the tag's place added."""
    text = read.get(reading.license) if reading.license else None
    if text is None:
        return reading
    return msgspec.structs.replace(text, evidence=(*text.evidence, *reading.evidence))


def _beside(place: Place, inventory: Inventory) -> Iterator[tuple[str, _Tagged]]:
    """Read the tags of sidecars; several tags in one bind together."""
    for document in inventory.documents:
        if not is_sidecar(document, inventory):
            continue
        tags = list(_TAG.finditer(document.text))
        line = document.text.count("\n", 0, tags[0].start()) + 1
        evidence = place.evidence(
            How.LICENSE_TEXT,
            tags[0].group(),
            document.path,
            lines=(line, line),
            sha256=document.sha256,
        )
        whole = " AND ".join(
            f"({tag.group(1)})" if len(tags) > 1 else tag.group(1) for tag in tags[:10]
        )
        yield document.path.removesuffix(".license"), _Tagged(whole, evidence)


def _of_table(place: Place, inventory: Inventory) -> Iterator[tuple[str, _Tagged]]:
    """Read the annotations of a `REUSE.toml` at the root; the last that fits a file counts."""
    paths = [file.path for file in inventory.release.files[:_MAX_FILES]]
    if "REUSE.toml" not in paths:
        return
    try:
        told = read_toml(place.read("REUSE.toml", 1_000_000))
    except HowopenError:
        return
    found = told.get("annotations")
    left = _MAX_ANNOTATIONS
    for one in found[:_MAX_ANNOTATIONS] if isinstance(found, list) else []:
        if not isinstance(one, dict):
            continue
        expression = " AND ".join(_strings(one.get("SPDX-License-Identifier")))
        rules = [_glob(text) for text in _strings(one.get("path"))[:left] if len(text) < _LONGEST]
        left -= len(rules)
        quote = f"SPDX-License-Identifier = {expression}"
        evidence = place.evidence(How.LICENSE_TEXT, quote[:200], "REUSE.toml")
        for path in paths if expression else ():
            if any(rule.fullmatch(path) for rule in rules):
                yield path, _Tagged(expression, evidence)


def _strings(value: object) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)][:100]


def _glob(text: str) -> re.Pattern[str]:
    """Compile a path of REUSE.toml: `*` stays in its folder, runs of more cross folders.

    All stars but the last take the shortest that fits and never try again, so that no path can
    make it slow; a file that is missed so is one without a tag.

    >>> [bool(_glob("m/*.bin").fullmatch(path)) for path in ("m/a.bin", "m/a/b.bin", "m/a.bin.bin")]
    [True, False, True]
    >>> bool(_glob("**/w*.bin").fullmatch("a/b/w1.bin"))
    True
    """
    first, *rest = re.split(r"(\*+)", text)
    made = re.escape(first)
    for at in range(0, len(rest), 2):
        star = "[^/]*" if len(rest[at]) == 1 else ".*"
        literal = re.escape(rest[at + 1])
        last = at + 2 >= len(rest)
        made += star + literal if last else f"(?>{star}?{literal})"
    return re.compile(made, re.DOTALL)
