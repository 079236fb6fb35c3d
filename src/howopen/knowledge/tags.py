"""What a license tag, name or URL says: one license, several it may be, or nothing (`tags.toml`).

Two spellings are one name when their keys are equal (`name_keys.py`). Nothing is ever guessed from
a resemblance: an unknown value resolves to None.
"""

from __future__ import annotations

import functools
import re

from howopen.knowledge.catalogue import catalogue, listed
from howopen.knowledge.classes import classes_index
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.models import known_model
from howopen.knowledge.tag_tables import Index, Table, Tag, hinted, tag_index

__all__ = ["MAX_CHARS", "Tag", "hints_of", "license_title", "resolve_tag"]

#: Longer values are not names; they are texts.
MAX_CHARS = 300

_LIST = re.compile(r"\s*[,;|&]\s*|[\s_-]+(?:and|plus)[\s_-]+|\s+\+\s+|\s*/\s*")
_OPERATOR = re.compile(r"\b(?:AND|OR|WITH)\b")
_URL = re.compile(r"^(?:https?://|www\.)\S+$|^[a-z0-9.-]+\.(?:org|com|ai|io|dev|net)/\S+$", re.I)
_ENDING = re.compile(
    r"(?:/(?:legalcode|deed)(?:\.[a-z-]+)?|\.(?:html?|txt|md|php|pdf|json|rst))?/*$", re.I
)
_CC = re.compile(r"^creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)(?:/(\d\.\d))?")
_LISTED = re.compile(r"^(?:spdx\.org|opensource\.org|choosealicense\.com)/licenses?/([^/]+)")
#: a name that only ScanCode gives must be longer than this, as its key
_TELLING = 7
#: a license that SPDX does not list is written so; its name is the author's
_REF = re.compile(r"^LicenseRef-", re.I)
_HUB_LICENSE = re.compile(r"^huggingface\.co/[^/]+/[^/]+/(?:blob|raw|resolve)/[^/]+/licen[cs]e$")
_FRAGMENT = re.compile(r"#\S*licen[cs]e", re.I)
#: a name and, in brackets, something beside it
_BESIDE = re.compile(r"([^()\[\]]+)[(\[]([^()\[\]]+)[)\]]\s*([^()\[\]]{0,20})")
_SEE = re.compile(r"(.+?)[,;:.]?\s+see\s+(?:the\s+)?\S*(?:licen[cs]e|copying)\S*.{0,20}", re.I)
#: an operator of an expression at either end: a part is missing
_DANGLING = re.compile(r"^(?:AND|OR|WITH)\s|\s(?:AND|OR|WITH)$")
_IN_A_REPOSITORY = re.compile(r"/(?:blob|resolve|raw|tree|src)/|^raw\.")


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
    index = tag_index(knowledge)
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
        or _remarked(knowledge, text, index)
        or (None if _OPERATOR.search(text) else _listed(knowledge, text, index))
    )


def hints_of(knowledge: Knowledge, value: str) -> str:
    """Return what the words of an unknown name say of its terms; empty when they say nothing.

    >>> from howopen.knowledge import default
    >>> hints_of(default(), "acme-research-license")
    'its name speaks of research'
    """
    tables = knowledge.tables("tags.toml", Table)
    return next(filter(None, (hinted(table, value[:MAX_CHARS]) for table in tables)), "")


def license_title(knowledge: Knowledge, ident: str) -> str:
    """Return a license's name for a reader: its title here, else its id."""
    row = listed(knowledge, ident)
    return tag_index(knowledge).titles.get(ident) or (row.name if row else ident)


def _named(knowledge: Knowledge, text: str, index: Index) -> Tag | None:
    if _DANGLING.search(text):
        return None
    whole, text = text, _REF.sub("", text)
    for key in index.key.spellings(text):
        found = index.tags.get(key)
        if found is not None:
            return found
        ident = classes_index(knowledge).ids.get(text.casefold()) or _keys(knowledge).get(key)
        if ident is not None:
            return _license(knowledge, ident, index)
    row = listed(knowledge, whole) or listed(knowledge, text)
    ident = row.id if row and row.kind == "license" else _titles(knowledge).get(index.key(text))
    return None if ident is None else _license(knowledge, ident, index)


@functools.lru_cache(maxsize=8)
def _titles(knowledge: Knowledge) -> dict[str, str]:
    """Map the key of every license's full name to its id, where one license alone has it.

    Names that only ScanCode gives count when they are long and give a version: short ones of its
    list ("commercial license") are plain words.
    """
    index = tag_index(knowledge)
    found: dict[str, list[str]] = {}
    for row in catalogue(knowledge).values():
        key = index.key(row.name)
        plain = row.spdx or (len(key) > _TELLING and any(letter.isdigit() for letter in key))
        if row.kind == "license" and not row.deprecated and plain:
            found.setdefault(key, []).append(row.id)
    return {key: ids[0] for key, ids in found.items() if len(ids) == 1}


def _remarked(knowledge: Knowledge, text: str, index: Index) -> Tag | None:
    """Read a name with its short form or a pointer beside it: `Name (SHORT)`, `Name, see X`."""
    beside = _BESIDE.fullmatch(text)
    if beside is None:
        pointing = _SEE.fullmatch(text)
        return _named(knowledge, pointing[1], index) if pointing else None
    found = _named(knowledge, f"{beside[1]} {beside[3]}", index)
    if found is None or found.license is None:
        return None
    other = _named(knowledge, beside[2], index)
    same = other and found.license in (other.license, *other.candidates)
    return found if same or index.key(beside[2]) in index.asides else None


def _listed(knowledge: Knowledge, text: str, index: Index) -> Tag | None:
    parts = [part for part in _LIST.split(text) if part]
    found = [_named(knowledge, part, index) for part in parts]
    if len(parts) < 2 or any(tag is None or tag.kind == "nothing" for tag in found):
        return None
    named = [ident for tag in found if tag for ident in (tag.license, *tag.candidates) if ident]
    why = "it lists several licenses and does not say whether all bind or one may be chosen"
    return Tag(candidates=tuple(dict.fromkeys(named)), why=why, kind="ambiguous")


def _file_name(text: str, index: Index) -> Tag | None:
    name = text.removeprefix("./").casefold()
    if "." not in name and name == text:
        return None
    if name.rpartition("/")[2] in index.files.names.split():
        return Tag(why=index.files.says, kind="nothing")
    return None


def _url(knowledge: Knowledge, text: str, index: Index) -> Tag | None:
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
    return _hosted(knowledge, text, where, index)


def _hosted(knowledge: Knowledge, text: str, where: str, index: Index) -> Tag | None:
    """Read an address in a repository: the license file of a well-known model, or any file."""
    if where.partition("/")[0] not in index.files.hosts.split():
        return None
    model = known_model(knowledge, text) if _HUB_LICENSE.match(where) else None
    if model is not None:
        why = f"the license file of {model.name}, which {model.publisher} published under it"
        return Tag(license=model.license, edition=model.edition or None, why=why)
    if _IN_A_REPOSITORY.search(where) or _FRAGMENT.search(text):
        return Tag(why=index.files.says, kind="nothing")
    return None


def _creative(knowledge: Knowledge, match: re.Match[str], index: Index) -> Tag | None:
    name, version = match[1], match[2] or ""
    if name == "mark":
        return Tag(why="the public domain mark is not a license", kind="nothing")
    return _named(knowledge, f"cc0 {version}" if name == "zero" else f"cc-{name}-{version}", index)


def _license(knowledge: Knowledge, ident: str, index: Index) -> Tag:
    row = listed(knowledge, ident)
    renamed = row.replaced_by if row and row.deprecated and " " not in row.replaced_by else ""
    current = classes_index(knowledge).renamed.get(ident) or renamed
    if not current:
        ours = index.tags.get(index.key(ident))
        return ours if ours and ours.license == ident else Tag(license=ident)
    why = f"SPDX now spells {ident} as {current}"
    known = index.tags.get(index.key(current))
    return Tag(license=current, why=(known.why if known else "") or why)


@functools.lru_cache(maxsize=8)
def _keys(knowledge: Knowledge) -> dict[str, str]:
    """Map the key of every known id to the id; current ids win over deprecated ones."""
    index = tag_index(knowledge)
    known = classes_index(knowledge)
    ids = sorted(known.ids.values(), key=lambda ident: ident not in known.renamed)
    return {index.key(ident): ident for ident in ids}
