"""Sightings merged to parts: one for each component of each variant, and for each data set."""

from __future__ import annotations

import re
from collections.abc import Iterable

from howopen.inventory.sightings import Sighting
from howopen.inventory.variants import kebab, squeezed
from howopen.knowledge.components import Components
from howopen.places.place import Place
from howopen.release import (
    Access,
    Component,
    Evidence,
    Fact,
    File,
    How,
    Part,
    Presence,
)

#: At most so much is kept of each on one part.
MAX_EVIDENCE = 12
MAX_URLS = 40
MAX_FILES = 2_000

#: components of which a release can hold several, each with a name of its own
_SEVERAL = frozenset(
    {
        Component.TRAINING_DATA,
        Component.POST_TRAINING_DATA,
        Component.EVALUATION_DATA,
        Component.PAPER,
        Component.TECHNICAL_REPORT,
    }
)
_ARXIV = re.compile(
    r"arxiv\.org/(?:abs|pdf|html)/(\d{4}\.\d{4,5})|\barxiv[:.](\d{4}\.\d{4,5})", re.I
)
_DOI = re.compile(r"doi\.org/(10\.\S+)", re.I)
_STRENGTH = (
    Access.WITHHELD,
    Access.STAGED,
    Access.HOSTED,
    Access.API,
    Access.GATED_DOWNLOAD,
    Access.DOWNLOAD,
)

_Key = tuple[Component, str | None, str, str]


def merge(sightings: Iterable[Sighting]) -> list[Part]:
    """Merge sightings to parts, keeping the order in which parts were first seen."""
    groups: dict[_Key, list[Sighting]] = {}
    aliases: dict[tuple[Component, str | None, str], str] = {}
    for sighting in sightings:
        groups.setdefault(_key(sighting, aliases), []).append(sighting)
    _join_names(groups)
    taken: set[str] = set()
    parts = []
    for key, held in _without_doubles(groups).items():
        part = _part(key, held, taken)
        taken.add(part.id)
        parts.append(part)
    return parts


def _join_names(groups: dict[_Key, list[Sighting]]) -> None:
    """Join a data set known by name only to one with an address that the same sentence names."""
    places: dict[tuple[Component, str | None, str | None, int], _Key] = {}
    for key, held in groups.items():
        if key[0] in _SEVERAL and not key[3]:
            for one in held:
                if one.urls and one.evidence.lines:
                    first = one.evidence.lines[0]
                    places.setdefault((key[0], key[1], one.evidence.path, first), key)
    for key in [key for key in groups if key[0] in _SEVERAL and key[2] and not key[3]]:
        held = groups[key]
        if any(one.urls for one in held):
            continue
        for one in held:
            lines = one.evidence.lines
            target = places.get((key[0], key[1], one.evidence.path, lines[0])) if lines else None
            if target and target != key and target in groups:
                groups[target] += groups.pop(key)
                break


def _key(sighting: Sighting, aliases: dict[tuple[Component, str | None, str], str]) -> _Key:
    """Tell which part a sighting belongs to; one name or one address is one part."""
    told = "" if sighting.presence in (Presence.HERE, Presence.ELSEWHERE) else sighting.presence
    component, variant = sighting.component, sighting.variant
    if component not in _SEVERAL or told:
        return component, variant, "", str(told)
    names = [_address(url) for url in sighting.urls[:1]]
    if sighting.name:
        names.append(squeezed(sighting.name) or sighting.name)
    known = next(
        (aliases[held] for name in names if (held := (component, variant, name)) in aliases), ""
    )
    own = known or (names[0] if names else "")
    for name in names:
        aliases.setdefault((component, variant, name), own)
    return component, variant, own, ""


def _address(url: str) -> str:
    """Return what identifies an address: an arXiv number, a DOI, or host and path."""
    if match := _ARXIV.search(url):
        return f"arxiv:{match.group(1) or match.group(2)}"
    if match := _DOI.search(url):
        return f"doi:{match.group(1).lower().rstrip('/.')}"
    bare = re.sub(r"^https?://(?:www\.)?|[#?].*$|/+$", "", url.lower())
    return bare.replace("hf.co/", "huggingface.co/")


def _without_doubles(groups: dict[_Key, list[Sighting]]) -> dict[_Key, list[Sighting]]:
    """Drop unnamed remote data and papers where the same component has named ones.

    A bare "trained on 4T tokens" adds nothing to a list of data sets; its words stay in the data
    information.
    """
    kept: dict[_Key, list[Sighting]] = {}
    with_names = {key[:2] for key in groups if key[2] and not key[3]}
    for key, held in groups.items():
        component, variant, name, told = key
        here = any(
            one.presence is Presence.HERE for one in groups.get((component, variant, "", ""), ())
        )
        if told == Presence.SAID_ABSENT and here:
            continue
        report = (Component.TECHNICAL_REPORT, variant, name, "") in groups
        called = any("paper" in one.evidence.quote.lower() for one in held)
        if component is Component.PAPER and report and not called:
            continue
        unnamed = component in _SEVERAL and not name and not told
        if unnamed and (component, variant) in with_names and not any(one.files for one in held):
            continue
        kept[key] = held
    return kept


def _part(key: _Key, held: list[Sighting], taken: set[str]) -> Part:
    """Build one part."""
    component, variant, _, told = key
    here = [one for one in held if one.presence is Presence.HERE]
    presence = Presence.HERE if here else held[0].presence
    named = component in _SEVERAL
    name = next((one.name for one in held if one.name), "") if named else ""
    urls = tuple(dict.fromkeys(url for one in held for url in one.urls))[:MAX_URLS]
    files: dict[str, File] = {file.path: file for one in held for file in one.files}
    facts: dict[tuple[str, str], Fact] = {
        (fact.name, fact.value): fact for one in held for fact in one.facts
    }
    return Part(
        id=_id(
            component,
            variant,
            name if kebab(name) else _short(urls, component),
            told,
            taken,
        ),
        component=component,
        presence=presence,
        access=_access(here or held, presence),
        variant=variant,
        name=name,
        files=tuple(files.values())[:MAX_FILES],
        urls=urls,
        facts=tuple(facts.values()),
        evidence=_evidence(held),
    )


def _short(urls: tuple[str, ...], component: Component) -> str:
    """Return a name for the id of an unnamed data set or paper: its number, or its host."""
    if component not in _SEVERAL or not urls:
        return ""
    address = _address(urls[0])
    return address if ":" in address else address.split("/")[0]


def _id(component: Component, variant: str | None, name: str, told: str, taken: set[str]) -> str:
    """Return an id that no other part has."""
    pieces = [component.value]
    if variant:
        pieces.append(variant)
    if name and component in _SEVERAL:
        pieces.append(kebab(name)[:60].strip("-") or "unnamed")
    if told:
        pieces.append(told.removeprefix("said-"))
    first = "/".join(pieces)
    ident, number = first, 2
    while ident in taken:
        ident, number = f"{first}-{number}", number + 1
    return ident


def _access(held: list[Sighting], presence: Presence) -> Access | None:
    """Tell how far a part can be had; a gate counts when at least half of what is said names it."""
    told = [one.access for one in held if one.access is not None]
    if presence in (Presence.SAID_ABSENT, Presence.NOT_FOUND):
        return None
    gated = told.count(Access.GATED_DOWNLOAD)
    if gated and gated * 2 >= len(told):
        return Access.GATED_DOWNLOAD
    if presence is Presence.SAID_WITHHELD:
        staged = Access.STAGED in told
        return Access.STAGED if staged else Access.WITHHELD
    return max(told, key=_STRENGTH.index) if told else None


def _evidence(held: list[Sighting]) -> tuple[Evidence, ...]:
    """Keep the evidence of a part, one for each place."""
    found: dict[tuple[str | None, tuple[int, int] | None, str], Evidence] = {}
    for one in held:
        evidence = one.evidence
        found.setdefault((evidence.path, evidence.lines, evidence.quote), evidence)
    return tuple(found.values())[:MAX_EVIDENCE]


def not_found(place: Place, parts: list[Part], words: Components) -> list[Part]:
    """List the components that were looked for and of which nothing was seen."""
    seen = {part.component for part in parts}
    return [
        Part(
            id=component.value,
            component=component,
            presence=Presence.NOT_FOUND,
            evidence=(place.evidence(How.SEARCHED, words.components[component.value].searched),),
        )
        for component in Component
        if component not in seen
    ]
