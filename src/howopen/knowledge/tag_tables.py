"""The tables of `tags.toml`: names, remarks, ambiguous tags, values that say nothing, addresses."""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import Literal

import msgspec

from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.name_keys import NameKey


class Words(Data, frozen=True, kw_only=True):
    """Filler words that are dropped, and phrases that are replaced, one `from = to` a line.

    `aside` are remarks in brackets that change nothing, `|`-separated.
    """

    drop: str
    replace: str
    aside: str = ""


class Files(Data, frozen=True, kw_only=True):
    """Values that point to a file: hosts of repositories, and names of license files."""

    says: str
    hosts: str
    names: str


class Own(Data, frozen=True, kw_only=True):
    """Names of publishers' own terms, `|`-separated, and why they say nothing here."""

    why: str
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
    own: Own | None = None
    hints: dict[str, str] = msgspec.field(default_factory=dict)
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
        own: whether it is the name of a publisher's own terms, which are not known here.
    """

    license: str | None = None
    edition: str | None = None
    candidates: tuple[str, ...] = ()
    why: str = ""
    kind: Literal["license", "ambiguous", "nothing"] = "license"
    own: bool = False


class Index(msgspec.Struct, frozen=True):
    """The tables of one `Knowledge`, by key."""

    key: NameKey
    tags: dict[str, Tag]
    titles: dict[str, str]
    urls: dict[str, Tag]
    files: Files
    asides: frozenset[str]


def hinted(table: Table, value: str) -> str:
    """Return what the words of an unknown name say of its terms."""
    found = [said for words, said in table.hints.items() if _words(words).search(value)]
    return f"its name speaks of {' and '.join(found)}" if found else ""


@functools.lru_cache(maxsize=8)
def tag_index(knowledge: Knowledge) -> Index:
    """Merge the tables of all roots; entries of the user's folders win."""
    tables = knowledge.tables("tags.toml", Table)
    words = tables[-1].words
    key = NameKey(words.drop, words.replace)
    tags: dict[str, Tag] = {}
    titles: dict[str, str] = {}
    urls: dict[str, Tag] = {}
    for table in reversed(tables):
        tags |= _tags(table, key, titles)
        urls |= {start: _single(table, ident) for start, ident in table.urls.items()}
    files = next(
        (table.files for table in tables if table.files), Files(says="", hosts="", names="")
    )
    asides = frozenset(map(key, words.aside.split("|")))
    return Index(key, tags, titles, urls, files, asides)


@functools.cache
def _words(text: str) -> re.Pattern[str]:
    """Return a pattern of any of some words, `|`-separated, standing alone."""
    each = "|".join(re.escape(word.strip()) for word in text.split("|"))
    return re.compile(rf"(?<![a-z0-9])(?<!non-)(?:{each})(?![a-z0-9])", re.I)


def _tags(table: Table, key: NameKey, titles: dict[str, str]) -> dict[str, Tag]:
    tags: dict[str, Tag] = {}
    for value in table.own.names.split("|") if table.own else ():
        why = "; ".join(filter(None, (table.own.why if table.own else "", hinted(table, value))))
        tags[key(value)] = Tag(why=why, kind="nothing", own=True)
    for values, why in table.nothing.items():
        tags |= dict.fromkeys(map(key, values.split("|")), Tag(why=why, kind="nothing"))
    for values, text in table.ambiguous.items():
        ids, _, why = text.partition("|")
        tag = Tag(candidates=tuple(ids.split()), why=why.strip(), kind="ambiguous")
        tags |= dict.fromkeys(map(key, values.split("|")), tag)
    for ident, text in table.names.items():
        names = text.split("|")
        plain, _, edition = ident.partition("@")
        if not edition:
            titles[plain] = names[0].strip()
            tags[key(plain)] = _single(table, plain)
        tags |= dict.fromkeys(map(key, names), _single(table, ident))
    return tags


def _single(table: Table, text: str) -> Tag:
    ident, _, edition = text.partition("@")
    return Tag(license=ident, edition=edition or None, why=table.remarks.get(ident, ""))
