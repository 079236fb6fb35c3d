"""What a license tag, name or URL says: one license, several it may be, or nothing (`tags.toml`).

Two spellings are one name when their keys are equal: lower case, without separators, filler words
("license", "version", "v") and trailing `.0`, with long names of families shortened. Nothing is
ever guessed from a resemblance: an unknown value resolves to None.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import Literal

import msgspec

from howopen.knowledge.classes import classes_index
from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge

#: Longer values are not names; they are texts.
MAX_CHARS = 300

_SEPARATORS = re.compile(r"""[\s_\-/,:;()\[\]{}"'`*<>\u2018\u2019\u201c\u201d\u2010-\u2015]+""")
_VERSION = re.compile(r"^v(?=\d)")
_LIST = re.compile(r"\s*[,;|&]\s*|[\s_-]+(?:and|plus)[\s_-]+|\s+\+\s+|\s*/\s*")
_OPERATOR = re.compile(r"\b(?:AND|OR|WITH)\b")
_URL = re.compile(r"^(?:https?://|www\.)\S+$|^[a-z0-9.-]+\.(?:org|com|ai|io|dev|net)/\S+$", re.I)
_ENDING = re.compile(
    r"(?:/(?:legalcode|deed)(?:\.[a-z-]+)?|\.(?:html?|txt|md|php|pdf|json|rst))?/*$", re.I
)
_CC = re.compile(r"^creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)(?:/(\d\.\d))?")
_LISTED = re.compile(r"^(?:spdx\.org|opensource\.org|choosealicense\.com)/licenses?/([^/]+)")
_IN_A_REPOSITORY = re.compile(r"/(?:blob|resolve|raw|tree|src)/|^raw\.")


class Words(Data, frozen=True, kw_only=True):
    """Filler words that are dropped, and phrases that are replaced, one `from = to` a line."""

    drop: str
    replace: str


class Files(Data, frozen=True, kw_only=True):
    """Values that point to a file: hosts of repositories, and names of license files."""

    says: str
    hosts: str
    names: str


class Table(Data, frozen=True, kw_only=True):
    """The file `tags.toml`; lists are `|`-separated strings."""

    source: str
    read: dt.date
    words: Words = Words(drop="", replace="")
    names: dict[str, str] = msgspec.field(default_factory=dict)
    remarks: dict[str, str] = msgspec.field(default_factory=dict)
    ambiguous: dict[str, str] = msgspec.field(default_factory=dict)
    nothing: dict[str, str] = msgspec.field(default_factory=dict)
    urls: dict[str, str] = msgspec.field(default_factory=dict)
    files: Files | None = None


class Tag(msgspec.Struct, frozen=True, kw_only=True):
    """What a tag, name or URL says.

    Attributes:
        license: our id when it names exactly one license.
        edition: the edition when the name tells it.
        candidates: the ids it may be, when it is ambiguous.
        why: what it leaves open, or why it says nothing; empty when it is plain.
        kind: `license`, `ambiguous` or `nothing`.
    """

    license: str | None = None
    edition: str | None = None
    candidates: tuple[str, ...] = ()
    why: str = ""
    kind: Literal["license", "ambiguous", "nothing"] = "license"


class _Index(msgspec.Struct, frozen=True):
    """The tables of one `Knowledge`, by key."""

    key: _Key
    tags: dict[str, Tag]
    titles: dict[str, str]
    urls: dict[str, Tag]
    files: Files


class _Key:
    """Computes the key under which spellings of one name are equal."""

    def __init__(self, words: Words) -> None:
        pairs = (line.partition("=") for line in words.replace.splitlines() if "=" in line)
        self._short = {old.strip(): new.strip() for old, _, new in pairs}
        phrases = "|".join(map(re.escape, self._short)) or r"(?!)"
        self._phrases = re.compile(rf"(?<![a-z0-9])(?:{phrases})(?![a-z0-9])")
        self._drop = frozenset(words.drop.split())

    def __call__(self, value: str) -> str:
        text = _SEPARATORS.sub(" ", value.casefold())
        text = self._phrases.sub(lambda match: self._short[match[0]], text)
        parts = (_VERSION.sub("", part.strip(".")) for part in text.split())
        return "".join(_whole(part) for part in parts if part and part not in self._drop)


def _whole(part: str) -> str:
    """Return a number without trailing `.0`, so that 2, 2.0 and 2.0.0 are one version."""
    while part.endswith(".0"):
        part = part[:-2]
    return part.replace(".0+", "+")


def resolve_tag(knowledge: Knowledge, value: str | None) -> Tag | None:
    """Tell what a license tag, name, PyPI classifier or URL says, or None when nobody here knows.

    A list ("mit, apache-2.0") is ambiguous: it does not say whether all bind or one may be chosen.
    An SPDX expression (with AND, OR or WITH in capitals) is not a name and resolves to None.

    >>> from howopen.knowledge import default
    >>> resolve_tag(default(), "Apache License, Version 2.0").license
    'Apache-2.0'
    >>> resolve_tag(default(), "openrail").kind
    'ambiguous'
    """
    text = (value or "").strip() or "null"
    if len(text) > MAX_CHARS:
        return None
    index = _index(knowledge)
    if "::" in text:
        text = text.rpartition("::")[2].strip()
    exact = classes_index(knowledge).ids.get(text.casefold())
    if exact is not None and exact == text:
        found = index.tags.get(index.key(exact))
        return found if found and found.license == exact else _license(knowledge, exact, index)
    return (
        _url(knowledge, text, index)
        or _file_name(text, index)
        or _named(knowledge, text, index)
        or (None if _OPERATOR.search(text) else _listed(knowledge, text, index))
    )


def license_title(knowledge: Knowledge, ident: str) -> str:
    """Return a license's name for a reader: its title here, else its id."""
    return _index(knowledge).titles.get(ident, ident)


def _named(knowledge: Knowledge, text: str, index: _Index) -> Tag | None:
    key = index.key(text)
    found = index.tags.get(key)
    if found is not None:
        return found
    ident = classes_index(knowledge).ids.get(text.casefold()) or _keys(knowledge).get(key)
    return None if ident is None else _license(knowledge, ident, index)


def _listed(knowledge: Knowledge, text: str, index: _Index) -> Tag | None:
    parts = [part for part in _LIST.split(text) if part]
    found = [_named(knowledge, part, index) for part in parts]
    if len(parts) < 2 or any(tag is None or tag.license is None for tag in found):
        return None
    ids = tuple(dict.fromkeys(tag.license for tag in found if tag and tag.license))
    why = "it lists several licenses and does not say whether all bind or one may be chosen"
    return Tag(candidates=ids, why=why, kind="ambiguous")


def _file_name(text: str, index: _Index) -> Tag | None:
    name = text.removeprefix("./").casefold()
    if "." not in name and name == text:
        return None
    if name.rpartition("/")[2] in index.files.names.split():
        return Tag(why=index.files.says, kind="nothing")
    return None


def _url(knowledge: Knowledge, text: str, index: _Index) -> Tag | None:
    if not _URL.match(text):
        return None
    where = text.casefold().partition("://")[2] or text.casefold()
    where = _ENDING.sub("", re.split(r"[?#]", where)[0].removeprefix("www."))
    for end in range(len(where), 0, -1):
        boundary = end == len(where) or where[end] in "/-_."
        if boundary and where[:end] in index.urls:
            return index.urls[where[:end]]
    if listed := _LISTED.match(where):
        return _named(knowledge, listed[1], index)
    if creative := _CC.match(where):
        return _creative(knowledge, creative, index)
    host = where.partition("/")[0]
    if host in index.files.hosts.split() and _IN_A_REPOSITORY.search(where):
        return Tag(why=index.files.says, kind="nothing")
    return None


def _creative(knowledge: Knowledge, match: re.Match[str], index: _Index) -> Tag | None:
    name, version = match[1], match[2] or ""
    if name == "mark":
        return Tag(why="the public domain mark is not a license", kind="nothing")
    return _named(knowledge, f"cc0 {version}" if name == "zero" else f"cc-{name}-{version}", index)


def _license(knowledge: Knowledge, ident: str, index: _Index) -> Tag:
    current = classes_index(knowledge).renamed.get(ident)
    if current is None:
        return Tag(license=ident)
    why = f"SPDX now spells {ident} as {current}"
    known = index.tags.get(index.key(current))
    return Tag(license=current, why=(known.why if known else "") or why)


@functools.lru_cache(maxsize=8)
def _keys(knowledge: Knowledge) -> dict[str, str]:
    """Map the key of every known id to the id; current ids win over deprecated ones."""
    index = _index(knowledge)
    known = classes_index(knowledge)
    ids = sorted(known.ids.values(), key=lambda ident: ident not in known.renamed)
    return {index.key(ident): ident for ident in ids}


@functools.lru_cache(maxsize=8)
def _index(knowledge: Knowledge) -> _Index:
    """Merge the tables of all roots; entries of the user's folders win."""
    tables = knowledge.tables("tags.toml", Table)
    key = _Key(tables[-1].words)
    tags: dict[str, Tag] = {}
    titles: dict[str, str] = {}
    urls: dict[str, Tag] = {}
    for table in reversed(tables):
        tags |= _tags(table, key, titles)
        urls |= {start: _single(table, ident) for start, ident in table.urls.items()}
    files = next(
        (table.files for table in tables if table.files), Files(says="", hosts="", names="")
    )
    return _Index(key, tags, titles, urls, files)


def _tags(table: Table, key: _Key, titles: dict[str, str]) -> dict[str, Tag]:
    tags: dict[str, Tag] = {}
    for values, why in table.nothing.items():
        tags |= dict.fromkeys(map(key, values.split("|")), Tag(why=why, kind="nothing"))
    for values, text in table.ambiguous.items():
        ids, _, why = text.partition("|")
        tag = Tag(candidates=tuple(ids.split()), why=why.strip(), kind="ambiguous")
        tags |= dict.fromkeys(map(key, values.split("|")), tag)
    for ident, text in table.names.items():
        names = text.split("|")
        titles[ident.partition("@")[0]] = names[0].strip()
        tags[key(ident)] = Tag(license=ident.partition("@")[0])
        tags |= dict.fromkeys(map(key, names), _single(table, ident))
    return tags


def _single(table: Table, text: str) -> Tag:
    ident, _, edition = text.partition("@")
    return Tag(license=ident, edition=edition or None, why=table.remarks.get(ident, ""))
