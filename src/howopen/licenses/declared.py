"""Statements of tags, names, links and package metadata, and of the rows of tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

import msgspec

from howopen.inventory import Inventory
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.tags import license_title, resolve_tag
from howopen.licenses.abbreviations import abbreviations, key_of
from howopen.licenses.file_scope import folder_files
from howopen.licenses.prose import CODE, DATA, DOCUMENTS, WEIGHTS
from howopen.licenses.reading import read_all
from howopen.licenses.tags import LONGEST_NAME, read_tag
from howopen.release import Component, Declaration, How, Statement

_GROUP_KEYS = {
    "license_code": CODE,
    "license_data": DATA,
    "license_document": DOCUMENTS,
    "license_model": WEIGHTS,
}
_RANKS = {How.HUB: "hub", How.PACKAGE: "package", How.HEADER: "header"}


def declared(
    inventory: Inventory, texts: Iterable[Statement], knowledge: Knowledge
) -> Iterator[Statement]:
    """Make statements of tags, names, links and package metadata, one for each place of them.

    Args:
        inventory: its declarations, and the documents they stand in.
        texts: the statements read so far, for links that lead to a license file of the release.
        knowledge: the table of names.
    """
    files: dict[str, list[Statement]] = {}
    for one in texts:
        if one.rank == "text" and one.evidence.path:
            files.setdefault(one.evidence.path, []).append(one)
    written = {document.path: document for document in inventory.documents}
    short: dict[str, dict[str, str]] = {}
    for held in _groups(inventory.release.declarations):
        path = held[0].evidence.path or ""
        for one in _declaration(held, knowledge):
            if one.reading.license is None and one.rank == "notice" and path in written:
                if path not in short:
                    short[path] = abbreviations(written[path].text, knowledge)
                yield _explained(one, short[path], knowledge)
            elif one.rank == "tag" and path in written:
                inside = folder_files(written[path], inventory)
                yield msgspec.structs.replace(one, files=inside)
            else:
                yield one
        yield from _linked(held, files)


def _groups(declarations: Iterable[Declaration]) -> Iterable[list[Declaration]]:
    """Put together what one place declares of the terms of one thing."""
    groups: dict[tuple[object, ...], list[Declaration]] = {}
    for one in declarations:
        told = re.match(r"licen[cs]e(?!_file)", one.key) or one.key == "classifier"
        if re.match(r"\s*see\b.{0,40}(?:licen[cs]e|copying)", one.value, re.IGNORECASE):
            continue
        if told:
            group = _GROUP_KEYS.get(one.key.removesuffix("_link"))
            key = (one.evidence.how, one.evidence.path, one.variant, one.component, group)
            groups.setdefault(key, []).append(one)
    return groups.values()


def _rank(one: Declaration) -> str:
    """Weigh a source: a row of a table or a registry on one model is its author's own words."""
    row = one.variant is not None and one.component is not None
    if row and one.evidence.how in (How.CARD_PROSE, How.CONFIG):
        return "notice"
    return _RANKS.get(one.evidence.how, "tag")


def _declaration(held: list[Declaration], knowledge: Knowledge) -> Iterator[Statement]:
    """Read the declarations of one place together: `other` with a name and a link is one."""
    rank = _rank(held[0])
    components = _GROUP_KEYS.get(held[0].key.removesuffix("_link"), ())
    listed: dict[str, list[Statement]] = {}
    for one in sorted(held, key=_weight):
        listed.setdefault(one.key, []).extend(_tagged(one, rank, components, knowledge))
    told: dict[tuple[str | None, tuple[str, ...]], Statement] = {}
    for statement in (one for row in listed.values() for one in _as_list(row)):
        told.setdefault((statement.reading.license, statement.choice), statement)
    named = {one.reading.license for one in told.values()} - {None}
    open_ = [one for one in told.values() if one.reading.near and not named & {*one.reading.near}]
    if named:
        yield from (one for one in told.values() if one.reading.license)
        yield from open_
        return
    unknown = [one for one in told.values() if resolve_tag(knowledge, one.reading.name) is None]
    yield from (open_ or unknown or list(told.values()))[:1]


def _as_list(row: list[Statement]) -> list[Statement]:
    """Read several values of one key as a list, which says neither `and` nor `or`."""
    ids = tuple(dict.fromkeys(one.reading.license for one in row if one.reading.license))
    sights = {one.evidence for one in row}
    if len(ids) < 2 or len(sights) < 2 or any(one.choice for one in row):
        return row
    why = "it lists several licenses and does not say whether all bind or one may be chosen"
    name = ", ".join(one.reading.name for one in row)[:120]
    first = msgspec.structs.replace(row[0].reading, license=None, name=name, near=ids, why=why)
    return [msgspec.structs.replace(row[0], reading=first)]


def _explained(one: Statement, short: dict[str, str], knowledge: Knowledge) -> Statement:
    """Read an open short name as its own document explains it."""
    reading = one.reading
    means = short.get(key_of(reading.name))
    if means is None or (reading.near and means not in reading.near):
        return one
    why = f"its document explains {reading.name[:60]!r} so"
    name = license_title(knowledge, means)
    reading = msgspec.structs.replace(reading, license=means, name=name, near=(), why=why)
    return msgspec.structs.replace(one, reading=reading)


def _linked(held: list[Declaration], files: dict[str, list[Statement]]) -> Iterator[Statement]:
    """Put a license file of the release on the model whose row links to it."""
    for one in held:
        if one.key != "license_link" or one.variant is None:
            continue
        path = unquote(one.value).split("#")[0].removeprefix("./").lstrip("/")
        for text in files.get(path, ()):
            yield msgspec.structs.replace(
                text,
                evidence=one.evidence,
                components=(one.component,) if one.component else (),
                variant=one.variant,
                files=(),
            )


def _weight(one: Declaration) -> int:
    order = ("license_expression", "license", "license_name", "license_link", "classifier")
    key = one.key if one.key in order else "license"
    return order.index(key)


def _tagged(
    one: Declaration, rank: str, components: tuple[Component, ...], knowledge: Knowledge
) -> Iterator[Statement]:
    if len(one.value) > LONGEST_NAME or one.value.count("\n") > 2:
        found = read_all(one.value, knowledge, evidence=lambda _quote, _lines: one.evidence)
        readings = tuple(item.reading for item in found[:1])
        choice: tuple[str, ...] = ()
    else:
        via = "header" if rank == "header" else "tag"
        tagged = read_tag(one.value, knowledge, one.evidence, via=via)
        readings, choice = tagged.readings, tagged.choice
    for reading in readings:
        yield Statement(
            reading=reading,
            evidence=one.evidence,
            components=(one.component,) if one.component else components,
            variant=one.variant,
            choice=choice,
            rank=rank,
        )
