"""Listed models joined to the variants of a release, to its sightings and to its declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from howopen.inventory.listed import Listed, hub_name
from howopen.inventory.sightings import Sighting, quoted
from howopen.inventory.variants import Variants, address, kebab, names_of, squeezed
from howopen.places.place import Place
from howopen.release import Component, Declaration, Evidence, How, Noun, Presence, Variant

#: hosts on which one address is one model
_HUB = re.compile(r"^https?://(?:www\.)?(?:huggingface\.co|hf\.co|modelscope\.cn|wisemodel\.cn)/")
#: At most so many places are kept as evidence of one variant.
MAX_SEEN = 4


class Listings(Noun, frozen=True, kw_only=True):
    """The variants of a release, those it lists among them, and which listed one is which."""

    variants: Variants
    models: tuple[tuple[str, Listed], ...] = ()


def joined(place: Place, variants: Variants, found: Iterable[Listed]) -> Listings:
    """Join listed models to variants: one address or one name is one model.

    A single listed model beside no others is the release itself and no variant of it.
    """
    join = _Join(place, variants)
    models = tuple((join.add(one), one) for one in found)
    if len(join.all) < 2:
        return Listings(variants=variants)
    merged = Variants(
        all=tuple(join.all.values()),
        folders=variants.folders,
        paths=variants.paths,
        urls=join.urls,
        names=names_of(join.all.values()),
        adapters=frozenset(ident for ident, one in models if one.component is Component.ADAPTER),
    )
    return Listings(variants=merged, models=models)


class _Join:
    """Variants being joined."""

    def __init__(self, place: Place, variants: Variants) -> None:
        self.place = place
        self.all = {one.id: one for one in variants.all}
        self.urls: dict[str, str] = dict(variants.urls)
        self.names = {squeezed(name): one.id for one in variants.all for name in (one.name, one.id)}

    def add(self, one: Listed) -> str:
        """Add one listed model and return the id of its variant.

        The first address of a row decides; others that lead to a model of another name are slips.
        """
        name = squeezed(one.name) or one.name
        known = self.names.get(name) or self.urls.get(address(one.urls[0]))
        ident = known or kebab(one.name) or f"model-{len(self.all) + 1}"
        self.names.setdefault(name, ident)
        for url in one.urls:
            if hub_name(url) == hub_name(one.urls[0]) or not _HUB.search(url):
                self.urls.setdefault(address(url), ident)
        before = self.all.get(ident)
        evidence = before.evidence if before else ()
        if len(evidence) < MAX_SEEN:
            evidence += (evidence_of(self.place, one),)
        self.all[ident] = Variant(
            id=ident, name=before.name if before else one.name, evidence=evidence
        )
        return ident


def evidence_of(place: Place, one: Listed) -> Evidence:
    """Return the line that lists a model."""
    how = How.CONFIG if one.path.endswith(".json") else How.CARD_PROSE
    return quoted(place, how, one.quote, one.path, one.lines)


def weights_of(place: Place, listings: Listings) -> Iterator[Sighting]:
    """Find the weights of each listed model, elsewhere."""
    for variant, one in listings.models:
        yield Sighting(
            component=one.component,
            presence=Presence.ELSEWHERE,
            variant=variant,
            urls=one.urls,
            evidence=evidence_of(place, one),
        )


def licenses_of(place: Place, listings: Listings) -> Iterator[Declaration]:
    """Read the licenses that rows and registries give to single models."""
    for variant, one in listings.models:
        for key, value in (("license", one.license), ("license_link", one.license_link)):
            if value:
                yield Declaration(
                    key=key,
                    value=value[:2_000],
                    component=one.component,
                    variant=variant,
                    evidence=evidence_of(place, one),
                )
