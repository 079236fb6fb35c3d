"""Who can make a change: the publisher alone, or only a parent, the owner of data, somebody else.

A publisher of a derivative cannot give more than the parent gave; data and benchmarks are often
others'; what a release only points to may be somebody else's page. Where that cannot be told from
what was found, it is said so, and never taken for the publisher's.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec

from howopen.answer import By
from howopen.knowledge.classes import classes_of
from howopen.knowledge.datasets import dataset_of
from howopen.openness.view import View, readings
from howopen.openness.words import some
from howopen.release import Component, Part, Presence, Release
from howopen.rights.lineage import ParentTerms, parents_of

#: data, which is often owned by others
DATA = frozenset((Component.TRAINING_DATA, Component.POST_TRAINING_DATA, Component.EVALUATION_DATA))

#: what holds a parent's work, or a difference to it
DERIVED = frozenset(
    (
        Component.WEIGHTS,
        Component.DELTA,
        Component.ADAPTER,
        Component.INTERMEDIATE_CHECKPOINTS,
    )
)

#: families whose terms let a derivative be under any license
FREE = frozenset({"permissive", "public-domain"})

#: who owns a page of a hub or forge: the first part of its path
_PAGE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co|github\.com|modelscope\.cn)/"
    r"(?:datasets/|models/|spaces/)?([^/\s?#]+)|^hf:(?:datasets/)?([^/\s]+)/",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[^a-z0-9]+")


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who can make a change, by name or on what ground, and whether for a parent's terms."""

    by: By
    who: str = ""
    parent: bool = False


PUBLISHER = Holder(by=By.PUBLISHER)


def publishes(view: View, component: Component) -> Holder:
    """Tell who can publish what is not there; data only its owner, who is not known here."""
    if component in DATA:
        who = "the publisher, as far as the data is its own to give; else the data's owners"
        return Holder(by=By.UNCLEAR, who=who)
    return PUBLISHER


def settles(view: View, *, base: bool) -> Holder:
    """Tell who can make so what a question asks; of the base model, only who published that."""
    if not base:
        return PUBLISHER
    parents = [
        parent
        for parent in parents_of(view.release, view.knowledge, Component.WEIGHTS, view.variant)
        if parent.reached != "no" and not parent.hearsay
    ]
    if not parents:
        return Holder(by=By.UNCLEAR, who="whoever published the base model, if it is another's")
    named = list(dict.fromkeys(parent.ref for parent in parents))
    return Holder(by=By.PARENT, who=f"the publisher of {some(named)}", parent=True)


def opens(view: View, component: Component) -> Holder:
    """Tell who can let others have what exists: whoever keeps it."""
    parts = view.found(component)
    return _keeper(view, component, parts)


def licenses_as(view: View, component: Component, license_id: str) -> Holder:
    """Tell who can put what is there under a license."""
    parts = view.found(component)
    if component in DERIVED:
        bound = [
            parent
            for parent in parents_of(view.release, view.knowledge, component, view.variant)
            if parent.reached != "no" and not parent.hearsay
            if not _allows(view, parent, license_id)
        ]
        if bound:
            return _parents(bound)
    return _keeper(view, component, parts)


def _parents(bound: list[ParentTerms]) -> Holder:
    """Name the parents that must allow it; where it is not sure that they must, say so."""
    sure = any(parent.reached == "yes" and parent.key for parent in bound)
    named = [
        f"{parent.ref} ({parent.key})"
        if parent.key
        else f"{parent.ref} (whose terms are not known here)"
        for parent in bound
    ]
    who = f"the licensor of {some(list(dict.fromkeys(named)))}"
    return Holder(by=By.PARENT if sure else By.UNCLEAR, who=who, parent=True)


def _allows(view: View, parent: ParentTerms, license_id: str) -> bool:
    """Tell whether a parent's terms let a derivative be under a license."""
    told = parent.relation.terms
    read = [one.license for one in readings(told.terms)] if told is not None else []
    ids = [parent.key] if parent.key else [one for one in read if one]
    if not ids or len(ids) < len(read):
        return False
    return all(one == license_id or classes_of(view.knowledge, one).family in FREE for one in ids)


def _keeper(view: View, component: Component, parts: tuple[Part, ...]) -> Holder:
    """Tell whose a part is by where it lies and what it is called."""
    if component in DATA:
        return _owner(view, component, parts)
    foreign = [part for part in parts if part.presence is Presence.ELSEWHERE]
    pages = [page for part in foreign for page in _foreign(view.release, part, component)]
    if pages:
        return Holder(by=By.UNCLEAR, who=f"whoever publishes {some(list(dict.fromkeys(pages)))}")
    if component is Component.SUPPORTING_LIBRARIES and parts:
        return Holder(by=By.OTHERS, who="the publishers of those libraries")
    return PUBLISHER


def _owner(view: View, component: Component, parts: tuple[Part, ...]) -> Holder:
    """Tell who owns data: named sets are their owners', except those on the publisher's page."""
    own = [part for part in parts if _on_own_page(view, part)]
    if parts and len(own) == len(parts):
        return PUBLISHER
    names = dict.fromkeys(part.name for part in parts if part not in own and part.name)
    if names:
        return Holder(by=By.DATA_OWNER, who=f"the owners of {some(list(names))}")
    return publishes(view, component)


def _on_own_page(view: View, part: Part) -> bool:
    known = dataset_of(view.knowledge, part.name) if part.name else None
    if known is not None and known.owners:
        return False
    pages = [page for page in map(_page_owner, (part.name, *part.urls)) if page]
    return bool(pages) and all(_is_self(view.release, page) for page in pages)


def _foreign(release: Release, part: Part, component: Component) -> list[str]:
    """List the addresses of a part that are on another's page; of weights also on another's host.

    A paper or report on another's host is still its authors'.
    """
    named = ((url, _page_owner(url)) for url in part.urls)
    hosts = component in DERIVED
    owners = [(url, owner or (_host(url) if hosts else "")) for url, owner in named]
    others = [url for url, owner in owners if owner and not _is_self(release, owner)]
    return list(dict.fromkeys(map(_page, others)))


def _page(address: str) -> str:
    """Name the page or host that an address is on."""
    found = _PAGE.match(address.strip())
    return found[0].partition("://")[2] or found[0] if found else urlsplit(address).hostname or ""


def _page_owner(address: str) -> str:
    found = _PAGE.match(address.strip())
    return (found[1] or found[2] or "") if found else ""


def _host(address: str) -> str:
    """Return the name in a host: `example` of `dl.example.org`."""
    host = (urlsplit(address).hostname or "") if "://" in address else ""
    return host.split(".")[-2] if host.count(".") else host


def _is_self(release: Release, owner: str) -> bool:
    """Tell whether the owner of a page is who publishes the release, by how they are spelled."""
    said = [release.name, release.publisher or ""]
    said += [item.value for item in release.declarations if item.key == "publisher"]
    wanted = _PLAIN.sub("", owner.casefold())
    return bool(wanted) and any(wanted in _PLAIN.sub("", each.casefold()) for each in said)
