"""What the terms of a release's data put at risk: never a no, always with who would decide it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from howopen.answer import Risk
from howopen.knowledge import Knowledge
from howopen.knowledge.classes import classes_of
from howopen.knowledge.datasets import KnownDataset, Service, dataset_of, namesake_of
from howopen.knowledge.models import KnownModel, known_model
from howopen.knowledge.tags import resolve_tag
from howopen.release import (
    Component,
    Evidence,
    How,
    LicenseReading,
    Noun,
    Part,
    Presence,
    Release,
    ReleaseKind,
)
from howopen.rights.generated import generated, services
from howopen.rights.lineage import ParentTerms
from howopen.rights.terms import readings

#: data that shapes the weights
SHAPING = (Component.TRAINING_DATA, Component.POST_TRAINING_DATA)

#: families whose terms bear on commercial use
CLOSED = ("noncommercial", "research-only")

#: actions that commerce with a model consists of
CONCERNED = frozenset(
    ("run", "use-outputs", "train-on-outputs", "distil", "fine-tune", "merge", "share",
     "share-derivative", "host", "embed", "sublicense", "relicense")
)  # fmt: skip

#: the action on data itself: its own terms answer it, what it was made of is a risk
ON_DATA = "train-on-data"

#: how data that has no name is called: that of a model, and that which a release is
UNNAMED = "the data it was trained on"
THIS = "this data"

_CLOSING = re.compile(r"-NC\b|\bnon[- ]?commercial\b|\bresearch\b.*\bonly\b", re.IGNORECASE)
_WHO = "is unsettled; the data's owner, or a court, would have to decide it"


class Held(Noun, frozen=True, kw_only=True):
    """Data that a release is, or that a model was trained on.

    Attributes:
        what: what a reader would call it, and for a parent's data the path.
        known: the data set, where it is one we know.
        licenses: the terms that the release states on it, else those we know of.
        made: the services it was made with, each with what of the release says so.
        evidence: where it is named.
    """

    what: str
    known: KnownDataset | None = None
    licenses: tuple[str, ...] = ()
    made: tuple[tuple[Service, tuple[Evidence, ...]], ...] = ()
    evidence: tuple[Evidence, ...] = ()


def data_risks(
    release: Release,
    knowledge: Knowledge,
    action: str,
    purpose: str | None,
    data: Callable[[], tuple[Held, ...]],
) -> tuple[Risk, ...]:
    """List what the data of a release, and of its parents, puts at risk.

    Terms against commerce are a risk of commerce with a model. What data was made of (other
    people's material, outputs of a service) is one for every purpose, and for who trains on it.

    Args:
        release: the release.
        knowledge: known data sets, services, models and licenses.
        action: id of the action.
        purpose: what for; a use said not to be commercial has no risk from terms against commerce.
        data: gives the data of the release and of its parents, where it is asked for.
    """
    if action not in CONCERNED and action != ON_DATA:
        return ()
    held = data()
    of_model = release.kind is not ReleaseKind.DATASET and action in CONCERNED
    found = [*_generated(held, knowledge), *_owned(held, of_model=of_model)]
    if of_model and purpose in (None, "commercial"):
        found = [*_closed(held, knowledge), *found]
    return tuple(_once(found))


def _once(risks: Iterable[Risk]) -> Iterator[Risk]:
    """Say each risk once, with all that shows it."""
    same: dict[tuple[str, str], list[Risk]] = {}
    for risk in risks:
        same.setdefault((risk.id, risk.text), []).append(risk)
    for (ident, text), alike in same.items():
        evidence = dict.fromkeys(item for one in alike for item in one.evidence)
        yield Risk(id=ident, text=text, citations=alike[0].citations, evidence=tuple(evidence))


def _closed(held: Iterable[Held], knowledge: Knowledge) -> Iterator[Risk]:
    """Yield terms that bar commerce with data."""
    for one in held:
        for name in one.licenses:
            if classes_of(knowledge, name).family in CLOSED or _CLOSING.search(name):
                text = (
                    f"{one.what} is under {name}, which bars commercial use of the data; whether"
                    f" this binds those who use the model {_WHO}"
                )
                yield Risk(id="data-terms", text=text, evidence=one.evidence)


def _owned(held: Iterable[Held], *, of_model: bool) -> Iterator[Risk]:
    """Yield data in which material of others is."""
    whom = "use the model" if of_model else "only have the data"
    for one in held:
        if one.known and one.known.owners and not one.made:
            text = (
                f"{one.what} holds material of others ({one.known.owners}), whose terms may bear on"
                f" it; whether they bind those who {whom} {_WHO}"
            )
            yield Risk(id="data-owners", text=text, evidence=one.evidence)


def _generated(held: Iterable[Held], knowledge: Knowledge) -> Iterator[Risk]:
    """Yield each service once that made some of the data."""
    names: dict[Service, dict[str, str]] = {}
    seen: dict[Service, tuple[Evidence, ...]] = {}
    for one in held:
        key = one.known.name if one.known else one.what
        for service, said in one.made:
            whats = names.setdefault(service, {})
            whats[key] = one.what if key == one.what else whats.get(key, one.what)
            seen[service] = (*seen.get(service, ()), *one.evidence, *said)
    for service, whats in names.items():
        evidence = tuple(dict.fromkeys(seen[service]))
        yield generated(tuple(whats.values()), service, evidence, knowledge)


def own_data(release: Release, knowledge: Knowledge) -> tuple[Held, ...]:
    """List the data that a release is, holds or names.

    Args:
        release: the release.
        knowledge: known data sets, services and models.
    """
    return (*_itself(release, knowledge), *_named(release, knowledge))


def with_parents(
    own: tuple[Held, ...], parents: tuple[ParentTerms, ...], knowledge: Knowledge
) -> Iterator[Held]:
    """Yield data of a release and, as far as it is not among them, those of its parents.

    Args:
        own: the release's own.
        parents: what a model was made from.
        knowledge: known data sets and services.
    """
    yield from own
    seen = {held.known.name for held in own if held.known}
    for parent in parents:
        model = parent.model
        for known in _trained_on(model, knowledge):
            if model and known.name not in seen:
                what = f"{known.name}, on which its parent {model.name} was trained,"
                yield _of_known(known, what, parent.relation.evidence, knowledge)
                seen.add(known.name)


def _trained_on(model: KnownModel | None, knowledge: Knowledge) -> list[KnownDataset]:
    found = [dataset_of(knowledge, name) for name in (model.data if model else ())]
    return [known for known in found if known]


def _of_known(
    known: KnownDataset, what: str, evidence: tuple[Evidence, ...], knowledge: Knowledge
) -> Held:
    quote = f"{known.name}: {known.owners or ', '.join(known.licenses)}"
    seen = Evidence(how=How.KNOWN, source=known.source or known.url, quote=quote)
    return Held(
        what=what,
        known=known,
        licenses=_licenses((), known, knowledge),
        made=tuple(services(known, (), knowledge)),
        evidence=(*evidence, seen),
    )


def _itself(release: Release, knowledge: Knowledge) -> Iterator[Held]:
    """Yield what is known of a release by its own name: the data it is, or was trained on."""
    if release.kind is ReleaseKind.DATASET:
        names = [release.ref] + ([release.name] if "/" in release.name else [])
        found = [known for name in names if (known := dataset_of(knowledge, name))]
    else:
        found = _trained_on(known_model(knowledge, release.ref), knowledge)
    for known in dict.fromkeys(found):
        yield _of_known(known, known.name, (), knowledge)


def _named(release: Release, knowledge: Knowledge) -> Iterator[Held]:
    """Yield the data that a release holds or names."""
    unnamed = THIS if release.kind is ReleaseKind.DATASET else UNNAMED
    for part in release.parts:
        if part.presence is Presence.SAID_ABSENT:
            continue
        if part.component in SHAPING:
            yield _of_part(part, unnamed, knowledge)
        elif part.component is Component.DATA_INFORMATION:
            yield Held(what=unnamed, made=tuple(services(None, part.facts, knowledge)))


def _of_part(part: Part, unnamed: str, knowledge: Knowledge) -> Held:
    known = dataset_of(knowledge, part.name) if part.name else None
    what = known.name if known else part.name or unnamed
    licenses = _licenses(readings(part.grant), known, knowledge)
    if known is None and part.name:
        known = namesake_of(knowledge, part.name)
        what = f"{part.name} (by its name {known.name})" if known else what
    return Held(
        what=what,
        known=known,
        licenses=licenses,
        made=tuple(services(known, part.facts, knowledge)),
        evidence=part.evidence,
    )


def _licenses(
    stated: tuple[LicenseReading, ...], known: KnownDataset | None, knowledge: Knowledge
) -> tuple[str, ...]:
    """List the licenses stated on data; where none is, those under which it is known."""
    names = {reading.license for reading in stated if reading.license}
    for name in known.licenses if known and not names else ():
        tag = resolve_tag(knowledge, name)
        names.add(tag.license if tag and tag.license else name)
    return tuple(sorted(names))
