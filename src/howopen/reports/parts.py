"""The parts of a release as rows of a table: those that stand alike share one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from howopen.release import Access, Component, Evidence, Part, Presence, Scope
from howopen.reports.clean import few, line, shorten
from howopen.reports.labels import (
    UNSTATED,
    component_title,
    grant_label,
    presence_label,
    readings,
    terms_label,
)
from howopen.reports.shades import shade_of

_COMPONENTS = list(Component)
_NOT_HERE = (Presence.NOT_FOUND, Presence.SAID_ABSENT)
_HELD = (Component.WEIGHTS, Component.DELTA, Component.ADAPTER)

#: Documents: where they differ in the name of their license only, one row holds them all.
_DOCUMENTS = frozenset(
    {
        Component.DATA_INFORMATION,
        Component.DATA_CARD,
        Component.MODEL_CARD,
        Component.TECHNICAL_REPORT,
        Component.PAPER,
        Component.EVALUATION_RESULTS,
        Component.RISK_ANALYSIS,
        Component.USAGE_POLICY,
        Component.SAMPLE_OUTPUTS,
        Component.HARDWARE_AND_COMPUTE,
    }
)


class PartRow(msgspec.Struct, frozen=True, kw_only=True):
    """Parts of one component that stand alike: same presence, access and terms."""

    component: Component
    title: str
    names: tuple[str, ...]
    presence: str
    license: str
    inherited: bool
    parts: tuple[Part, ...]

    @property
    def part(self) -> Part:
        """The first of the parts; all say the same of presence, access and shade of terms."""
        return self.parts[0]

    @property
    def where(self) -> tuple[Evidence, ...]:
        """Where the parts were seen."""
        return tuple(each for part in self.parts for each in part.evidence)

    @property
    def license_where(self) -> tuple[Evidence, ...]:
        """Where their terms were seen."""
        grants = [part.grant for part in self.parts if part.grant is not None]
        return tuple(dict.fromkeys(each for grant in grants for each in grant.evidence))


def part_rows(parts: Iterable[Part]) -> tuple[PartRow, ...]:
    """Group the parts that are there, or somewhere, in the order of the vocabulary."""
    alike: dict[tuple[int, str, str, bool], list[Part]] = {}
    for part in parts:
        if part.presence not in _NOT_HERE or terms_only(part):
            order = _COMPONENTS.index(part.component)
            terms = shade_of(part.grant) if _document(part) else grant_label(part.grant)
            key = (order, _presence(part), terms, inherited(part))
            alike.setdefault(key, []).append(part)
    return tuple(_part_row(group) for _, group in sorted(alike.items(), key=lambda item: item[0]))


def terms_only(part: Part) -> bool:
    """Tell whether weights are not there and yet have terms, as where only a license is shipped."""
    stated = part.grant is not None and part.grant.terms is not None
    return stated and part.presence is Presence.NOT_FOUND and part.component in _HELD


def absent_parts(parts: Iterable[Part]) -> tuple[Part, ...]:
    """List the parts that are not there and have no row."""
    return tuple(part for part in parts if part.presence in _NOT_HERE and not terms_only(part))


def _document(part: Part) -> bool:
    return part.component in _DOCUMENTS


def _presence(part: Part) -> str:
    return "not found here" if terms_only(part) else presence_label(part)


def _part_row(parts: list[Part]) -> PartRow:
    first = parts[0]
    names = (line(part.name or part.variant or "") for part in parts)
    labels = tuple(dict.fromkeys(grant_label(part.grant) for part in parts))
    if len(labels) > 1:
        labels = tuple(dict.fromkeys(_bare(part) for part in parts))
    said = f"terms in the release: {labels[0]}" if terms_only(first) else few(labels, 2)
    return PartRow(
        component=first.component,
        title=component_title(first.component),
        names=tuple(dict.fromkeys(filter(None, names))),
        presence=_presence(first),
        license=said,
        inherited=inherited(first) and not terms_only(first),
        parts=tuple(parts),
    )


def _bare(part: Part) -> str:
    """Say the terms on a part without the texts they take in."""
    if part.grant is None or part.grant.terms is None:
        return grant_label(part.grant)
    return terms_label(part.grant.terms)


def part_title(row: PartRow, most: int = 3) -> str:
    """Say the names of a row's parts: how many models, the first of them, how many more."""
    shown = few([shorten(name, 60) for name in row.names], most)
    models = len(row.names) > most and not any(part.name for part in row.parts)
    return f"{len(row.names):,} models: {shown}" if models else shown


def inherited(part: Part) -> bool:
    """Tell whether only terms of the whole release cover a part."""
    return part.grant is not None and part.grant.scope is Scope.INHERITED


def looked(absent: Iterable[Part]) -> tuple[str, ...]:
    """Say where parts that were not found were looked for."""
    quotes = (each.quote for part in absent for each in part.evidence)
    return tuple(dict.fromkeys(shorten(quote, 120) for quote in quotes if quote))


def best_access(parts: Iterable[Part]) -> Access | None:
    """Say how far the weights can be had: the furthest access of any of them."""
    order = list(Access)
    found = [order.index(part.access) for part in weights_of(parts) if part.access is not None]
    return order[max(found)] if found else None


def weights_of(parts: Iterable[Part]) -> list[Part]:
    """List the weights of a release: parameters, deltas and adapters that exist."""
    return [part for part in parts if part.component in _HELD and part.presence not in _NOT_HERE]


def termed_weights(parts: Sequence[Part]) -> list[Part]:
    """List the weights whose terms a reader would ask for: those that exist, else those named.

    Where models have weights with terms, a mention of weights in general without any adds nothing.
    """
    held = weights_of(parts) or [part for part in parts if terms_only(part)]
    stated = [part for part in held if part.grant is not None and part.grant.terms is not None]
    named = any(part.variant for part in stated)
    own = [part for part in held if part.variant or (part in stated and not inherited(part))]
    return own if named else held


def weight_licenses(parts: Sequence[Part]) -> tuple[str, ...]:
    """List the licenses on the weights; that none is stated, of some or all, comes last."""
    found = dict.fromkeys(_bare(part) for part in termed_weights(parts))
    return tuple(sorted(found, key=lambda label: label == UNSTATED))


def only_name(parts: Iterable[Part], label: str) -> str:
    """Say the full name of a license where its label is a single license, else the label."""
    for part in parts:
        if part.grant is not None and _bare(part) == label:
            found = list(readings(part.grant.terms))
            if len(found) == 1 and found[0].name and found[0].license:
                return found[0].name
    return label
