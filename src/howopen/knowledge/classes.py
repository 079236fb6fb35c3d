"""Which body counts a license as open, and what family it belongs to (`classes.toml`).

"Open source" and "free" are somebody's ruling: every class carries by whom.
"""

from __future__ import annotations

import datetime as dt
import functools
from typing import Literal, get_args

import msgspec

from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge

#: What a license is for and how far it goes.
Family = Literal[
    "permissive",
    "copyleft",
    "weak-copyleft",
    "public-domain",
    "open-data",
    "content",
    "noncommercial",
    "no-derivatives",
    "rail",
    "community",
    "research-only",
    "source-available",
    "proprietary",
    "service-terms",
    "none",
]


class Listed(Data, frozen=True, kw_only=True):
    """A body's list: whose it is, and the ids on it, split at spaces."""

    source: str = ""
    ids: str = ""


class Spdx(Data, frozen=True, kw_only=True):
    """The ids of the SPDX License List, and the deprecated ones with the id in force."""

    source: str
    ids: str
    renamed: str = ""


class Models(Data, frozen=True, kw_only=True):
    """Which licenses speak of models: those of some families, `but` for some, and `ids`."""

    source: str = ""
    ids: str = ""
    but: str = ""


class Table(Data, frozen=True, kw_only=True):
    """The file `classes.toml`."""

    read: dt.date
    spdx: Spdx = Spdx(source="", ids="")
    ours: Listed = Listed()
    osi: Listed = Listed()
    fsf: Listed = Listed()
    open_definition: Listed = Listed()
    mot: Listed = Listed()
    mot_types: dict[str, str] = msgspec.field(default_factory=dict)
    models: Models = Models()
    families: dict[str, str] = msgspec.field(default_factory=dict)


class Classes(msgspec.Struct, frozen=True, kw_only=True):
    """What the bodies say of one license.

    Attributes:
        license: the id as we spell it.
        known: whether the id is one that SPDX or we list; the rest says nothing when it is not.
        osi: approved by the Open Source Initiative.
        fsf: free by the Free Software Foundation.
        open_definition: conformant with the Open Definition.
        mot_open: open to the Model Openness Tool.
        mot_types: kinds of component that tool thinks it fit for, where it says.
        family: what kind of license it is, None when nobody has said.
        by: whose ruling each class is, by its name here.
    """

    license: str
    known: bool
    osi: bool
    fsf: bool
    open_definition: bool
    mot_open: bool
    mot_types: tuple[str, ...]
    family: Family | None
    by: dict[str, str]


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """The classes of one `Knowledge`, by id.

    Attributes:
        ids: every known id by its lower-case form.
        renamed: deprecated SPDX id to the id in force.
        lists: the ids of each body, by its name in `Classes`.
        types: kinds of component by id.
        families: family by id.
        by: whose ruling each class is.
    """

    ids: dict[str, str]
    renamed: dict[str, str]
    lists: dict[str, frozenset[str]]
    types: dict[str, tuple[str, ...]]
    families: dict[str, Family]
    by: dict[str, str]


@functools.lru_cache(maxsize=4096)
def classes_of(knowledge: Knowledge, license_id: str) -> Classes:
    """Tell what the bodies say of a license, by its id in any case.

    >>> from howopen.knowledge import default
    >>> found = classes_of(default(), "CC-BY-NC-4.0")
    >>> found.osi, found.family
    (False, 'noncommercial')
    """
    from howopen.knowledge.catalogue import listed  # noqa: PLC0415 - it needs our `Family`

    index = classes_index(knowledge)
    found = listed(knowledge, license_id)
    ident = index.ids.get(license_id.casefold(), found.id if found else license_id)
    osi, fsf = ident in index.lists["osi"], ident in index.lists["fsf"]
    return Classes(
        license=ident,
        known=ident.casefold() in index.ids or found is not None,
        osi=osi,
        fsf=fsf,
        open_definition=ident in index.lists["open_definition"],
        mot_open=osi or fsf or ident in index.lists["mot_open"],
        mot_types=index.types.get(ident, ()),
        family=index.families.get(ident) or (found.family if found else None),
        by=index.by,
    )


@functools.lru_cache(maxsize=8)
def classes_index(knowledge: Knowledge) -> Index:
    """Read the classes of all roots once; a user's folders add to ours."""
    tables = knowledge.tables("classes.toml", Table)
    ids = [ident for t in tables for ident in (*t.spdx.ids.split(), *t.ours.ids.split())]
    renamed = " ".join(table.spdx.renamed for table in tables).split()
    return Index(
        ids={ident.casefold(): ident for ident in reversed(ids)},
        renamed=dict(zip(renamed[::2], renamed[1::2], strict=True)),
        lists=_lists(tables),
        types=_types(tables),
        families=_families(tables),
        by=_by(tables),
    )


#: families of licenses that are written for models, where SPDX does not list them
_MODEL_FAMILIES = frozenset({"rail", "community", "noncommercial", "research-only"})
#: families of licenses that are written for software
_SOFTWARE_FAMILIES = frozenset({"permissive", "copyleft", "weak-copyleft", "public-domain"})


@functools.lru_cache(maxsize=4096)
def for_models(knowledge: Knowledge, ident: str) -> bool:
    """Tell whether a license speaks of models, and so covers weights wherever they are.

    A license of the user's own folders that no table here knows does.

    >>> from howopen.knowledge import default
    >>> for_models(default(), "llama-2"), for_models(default(), "Apache-2.0")
    (True, False)
    """
    tables = knowledge.tables("classes.toml", Table)
    if any(ident in table.models.ids.split() for table in tables):
        return True
    if any(ident in (*table.spdx.ids.split(), *table.models.but.split()) for table in tables):
        return False
    family = classes_index(knowledge).families.get(ident)
    own = any(name.partition("@")[0] == ident for name in knowledge.ids("licenses"))
    return family in _MODEL_FAMILIES or (family is None and own and not ident.endswith("-policy"))


def for_software(knowledge: Knowledge, ident: str) -> bool:
    """Tell whether a license is one for software, which leaves weights to others' words.

    >>> from howopen.knowledge import default
    >>> for_software(default(), "MIT"), for_software(default(), "CC-BY-4.0")
    (True, False)
    """
    software = classes_of(knowledge, ident).family in _SOFTWARE_FAMILIES
    return software and not for_models(knowledge, ident)


def _lists(tables: tuple[Table, ...]) -> dict[str, frozenset[str]]:
    named = {
        "osi": [table.osi for table in tables],
        "fsf": [table.fsf for table in tables],
        "open_definition": [table.open_definition for table in tables],
        "mot_open": [table.mot for table in tables],
    }
    return {
        name: frozenset(ident for listed in lists for ident in listed.ids.split())
        for name, lists in named.items()
    }


def _types(tables: tuple[Table, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for kind, text in table.mot_types.items():
            found |= {ident: (*found.get(ident, ()), kind) for ident in text.split()}
    return found


def _families(tables: tuple[Table, ...]) -> dict[str, Family]:
    return {
        ident: family
        for table in reversed(tables)
        for family in get_args(Family)
        for ident in table.families.get(family, "").split()
    }


def _by(tables: tuple[Table, ...]) -> dict[str, str]:
    ours = tables[-1]
    return {
        "osi": ours.osi.source,
        "fsf": ours.fsf.source,
        "open_definition": ours.open_definition.source,
        "mot_open": ours.mot.source,
        "family": ours.families.get("source", ""),
    }
