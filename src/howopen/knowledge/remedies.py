"""The licenses that a change of terms may choose from (`remedies.toml`), typed.

A definition tells licenses apart only by the bodies that list them, by family and by its own lists;
so one license of each such kind stands for all of it.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping

from howopen.knowledge.classes import classes_index, classes_of
from howopen.knowledge.components import components_of
from howopen.knowledge.licenses import Data, license_ids
from howopen.knowledge.loader import Knowledge


class Remedies(Data, frozen=True, kw_only=True):
    """The file `remedies.toml`: usual licenses by kind of component, best first."""

    source: str
    read: dt.date
    usual: Mapping[str, tuple[str, ...]]


def usual_for(knowledge: Knowledge, component: str) -> tuple[str, ...]:
    """List the usual licenses for a component, those of its own kind first."""
    known = knowledge.table("remedies.toml", Remedies).usual
    info = components_of(knowledge).components.get(component)
    own = known.get(info.kind, ()) if info else ()
    return tuple(dict.fromkeys((*own, *(ident for ids in known.values() for ident in ids))))


@functools.lru_cache(maxsize=16)
def choices(knowledge: Knowledge, listed: frozenset[str]) -> tuple[str, ...]:
    """List licenses to choose from: usual ones, one of each other kind, and all RAIL ones read.

    Those of the last kind differ in what they restrict, which is all that they are asked about.

    Args:
        knowledge: classes and families.
        listed: ids that a definition has lists of; each such list tells licenses apart too.
    """
    usual = usual_for(knowledge, "")
    kinds: dict[tuple[object, ...], str] = {}
    for ident in (*usual, *sorted(listed), *sorted(classes_index(knowledge).ids.values())):
        found = classes_of(knowledge, ident)
        if found.license != ident or not found.known:
            continue
        kind = (found.osi, found.fsf, found.open_definition, found.mot_open, found.family)
        kinds.setdefault((*kind, ident in listed), ident)
    read = dict.fromkeys(name.partition("@")[0] for name in license_ids(knowledge))
    rail = [ident for ident in read if classes_of(knowledge, ident).family == "rail"]
    return tuple(dict.fromkeys((*usual, *kinds.values(), *rail)))
