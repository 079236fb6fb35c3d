"""What puts data at risk that was made with somebody's service: the terms its user agreed to."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from howopen.answer import Citation, Risk
from howopen.inventory.making import MADE_WITH
from howopen.knowledge import Knowledge
from howopen.knowledge.datasets import KnownDataset, Service, service_of
from howopen.knowledge.licenses import Forbids, License, license_of
from howopen.release import Evidence, Fact
from howopen.rights.cite import cite
from howopen.rights.compile import Text


def services(
    known: KnownDataset | None, facts: tuple[Fact, ...], knowledge: Knowledge
) -> Iterator[tuple[Service, tuple[Evidence, ...]]]:
    """Yield the services that data was made with, and what of the release says so.

    Args:
        known: the data set, where it is one we know.
        facts: what the release says of it.
        knowledge: the services.
    """
    told: dict[str, tuple[Evidence, ...]] = dict.fromkeys(known.licenses, ()) if known else {}
    for fact in facts:
        if fact.name == MADE_WITH:
            told[fact.value] = (*told.get(fact.value, ()), *fact.evidence)
    for name, evidence in told.items():
        service = service_of(knowledge, name)
        if service is not None:
            yield service, evidence


def generated(
    whats: tuple[str, ...],
    service: Service,
    evidence: tuple[Evidence, ...],
    knowledge: Knowledge,
) -> Risk:
    """Say what it may mean that data holds outputs of a service, with the clause of its terms.

    Args:
        whats: the data, as a reader would call it.
        service: whose outputs it holds.
        evidence: what shows that.
        knowledge: where the terms are; of several editions each is cited, since nothing says under
            which the data was made.
    """
    cited = _competing(service, knowledge)
    names = " and ".join((", ".join(whats[:-1]), whats[-1])) if len(whats) > 1 else whats[0]
    terms = (
        f"the terms of {service.name} close outputs to models that compete with it"
        if cited
        else f"the terms of {service.name} are not at hand here"
    )
    text = (
        f"outputs of a service of {service.name} are in {names}: {terms}; they bind who used the"
        " service, and whether they bind those who only have the data or a model made from it, for"
        f" research or for sale, is unsettled; {service.name}, or a court, would have to decide it"
    )
    return Risk(id="data-generated", text=text, citations=cited, evidence=evidence)


@functools.lru_cache(maxsize=64)
def _competing(service: Service, knowledge: Knowledge) -> tuple[Citation, ...]:
    """Cite the clauses by which a service closes its outputs to models that compete with it."""
    return tuple(
        cite(Text(license=license_, reading=None), clause)
        for license_ in _editions(service.terms, knowledge)
        for clause in license_.clause
        if isinstance(clause, Forbids)
        and "competing" in clause.when.field
        and "train-on-outputs" in clause.actions
    )


def _editions(ident: str, knowledge: Knowledge) -> Iterator[License]:
    for name in sorted(knowledge.ids("licenses")):
        base, _, edition = name.partition("@")
        found = license_of(knowledge, base, edition or None) if ident and base == ident else None
        if found is not None:
            yield found
