"""From statements and parts to grants: which terms are on which part. Pure, without I/O.

A statement that speaks of a part outranks one that speaks of everything; among equals a license
text outranks a sentence, which outranks a header, a tag, package metadata and the hub. What only
covers the whole repository is inherited by what lies in it, never by what is elsewhere: data sets,
papers and weights of other places have their own terms. A license that is written for a model
covers its weights wherever they are. Sources of the losing ranks leave no trace in a grant, so a
label can neither add to a text nor take from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from howopen.licenses.prose import CODE, DATA, WEIGHTS
from howopen.release import (
    AllOf,
    AnyOf,
    Component,
    Evidence,
    Grant,
    LicenseReading,
    Part,
    Presence,
    Scope,
    Single,
    Statement,
    Terms,
)

_ORDER = ("text", "notice", "header", "tag", "package", "hub")
#: parts that belong to others even when their names stand in the repository
_FOREIGN = frozenset(
    {*DATA, Component.PAPER, Component.SUPPORTING_LIBRARIES, Component.TERMS_OF_SERVICE}
)
#: what terms for code also cover
_WITH_CODE = frozenset({*CODE, Component.ARCHITECTURE})
_SOFTWARE = re.compile(
    r"^(?:MIT|Apache|BSD|ISC|[AL]?GPL|MPL|Unlicense|Zlib|0BSD|BSL-1|EPL|ECL|NCSA|PostgreSQL|Python|WTFPL)",
    re.I,
)


class Rules(NamedTuple):
    """What the scope rules need to know of licenses: which ones are written for models."""

    for_models: frozenset[str]

    def model_license(self, reading: LicenseReading) -> bool:
        """Return whether a license speaks of a model by its own terms."""
        return reading.license in self.for_models


def grant_of(part: Part, statements: Iterable[Statement], rules: Rules) -> Grant:
    """Conclude the terms on one part.

    Args:
        part: the part, its grant ignored.
        statements: all statements of the release.
        rules: which licenses are written for models.
    """
    fitting = [one for one in statements if fits(one, part, rules)]
    if not fitting:
        return Grant(scope=Scope.UNSTATED)
    best = min(_key(one, part, rules) for one in fitting)
    chosen = [one for one in fitting if _key(one, part, rules) == best]
    terms = _terms(chosen)
    stated = specific(chosen[0], part)
    scope = Scope.STATED if stated else Scope.INHERITED
    return Grant(scope=scope, terms=terms, evidence=_seen(chosen))


def fits(one: Statement, part: Part, rules: Rules) -> bool:
    """Return whether a statement speaks of a part, or of everything the part belongs to."""
    if one.variant is not None and one.variant != part.variant:
        return False
    if one.files and not _inside(one, part):
        return False
    if one.components:
        return part.component in _widened(one.components, part)
    if part.component in (Component.SUPPORTING_LIBRARIES, Component.TERMS_OF_SERVICE):
        return False
    if part.presence is Presence.HERE:
        return True
    if part.presence is not Presence.ELSEWHERE or part.component in _FOREIGN:
        return False
    if part.component in _WITH_CODE:
        return not any("://" in url for url in part.urls)
    weights = part.component in WEIGHTS
    own = one.variant is not None and one.variant == part.variant
    return weights and (rules.model_license(one.reading) or own or _of_model(one))


def _of_model(one: Statement) -> bool:
    """Return whether a source without a component speaks of a model: its card, or its words."""
    if one.rank == "notice":
        return re.search(r"\bmodels?\b|模型", one.evidence.quote, re.IGNORECASE) is not None
    return one.rank in ("tag", "hub", "header")


def specific(one: Statement, part: Part) -> bool:
    """Return whether a statement speaks of this part rather than of everything."""
    return (
        bool(one.components)
        or bool(one.files)
        or (one.variant is not None and part.variant == one.variant)
    )


def _key(one: Statement, part: Part, rules: Rules) -> tuple[int, int, int]:
    """Return a statement's weight for a part; the smallest wins."""
    rank = _ORDER.index(one.rank)
    narrow = bool(one.components)
    own_variant = 0 if one.variant is not None else 1
    if one.rank == "text":
        if narrow or one.files or one.variant or rules.model_license(one.reading):
            return (0, own_variant, rank)
        return (_general_text(one, part), own_variant, rank)
    if narrow and one.rank == "notice":
        return (1, own_variant, rank)
    if narrow:
        return (3, own_variant, rank)
    return (4, own_variant, rank)


def _general_text(one: Statement, part: Part) -> int:
    """Weigh a text for everything: a software license leaves weights to a sentence on them."""
    software = bool(one.reading.license and _SOFTWARE.match(one.reading.license))
    return 2 if software and part.component not in _WITH_CODE else 0


def _widened(components: tuple[Component, ...], part: Part) -> tuple[Component, ...]:
    """Add what goes with code or with weights: the architecture, by what its files are."""
    if part.component is not Component.ARCHITECTURE:
        return components
    code = any(file.path.endswith((".py", ".cpp", ".cu", ".rs", ".ipynb")) for file in part.files)
    wanted = CODE if code else WEIGHTS
    return (*components, Component.ARCHITECTURE) if set(wanted) & set(components) else components


def _inside(one: Statement, part: Part) -> bool:
    held = {file.path for file in part.files}
    return bool(held) and held <= set(one.files)


def _seen(chosen: list[Statement]) -> tuple[Evidence, ...]:
    seen: list[Evidence] = []
    for one in chosen:
        if one.evidence not in seen:
            seen.append(one.evidence)
    return tuple(seen)


def _terms(chosen: list[Statement]) -> Terms:
    """Join what the winning sources say: choices as written, otherwise all of them."""
    groups: list[Terms] = []
    for sight in _seen(chosen):
        held = [one for one in chosen if one.evidence == sight]
        leaves: list[Terms] = [Single(reading=reading) for reading in _distinct(held)]
        if len(leaves) == 1:
            joined = leaves[0]
        elif held[0].choice:
            joined = AnyOf(of=tuple(leaves))
        else:
            joined = AllOf(of=tuple(leaves))
        if not any(_same(joined, other) for other in groups):
            groups.append(joined)
    if len(groups) == 1:
        return groups[0]
    return AllOf(of=tuple(groups)) if chosen[0].rank == "text" else _undecided(chosen)


def _undecided(chosen: list[Statement]) -> Terms:
    """Say that labels of equal weight disagree; no license is made of several."""
    ids = [ident for one in chosen for ident in (one.reading.license, *one.reading.near) if ident]
    why = "several places of equal weight name different licenses"
    reading = LicenseReading(
        license=None,
        via=chosen[0].reading.via,
        near=tuple(dict.fromkeys(ids)),
        why=why,
        evidence=_seen(chosen),
    )
    return Single(reading=reading)


def _distinct(held: list[Statement]) -> list[LicenseReading]:
    found: list[LicenseReading] = []
    for one in held:
        if one.reading not in found:
            found.append(one.reading)
    return found


def _same(one: Terms, two: Terms) -> bool:
    """Return whether two sources say the same license; the first keeps its place."""
    if isinstance(one, Single) and isinstance(two, Single):
        a, b = one.reading, two.reading
        same = a.license is not None and (a.license, a.edition) == (b.license, b.edition)
        return same and not (a.departures or b.departures)
    return ids_of(one) == ids_of(two) and None not in ids_of(one)


def ids_of(terms: Terms | None) -> tuple[str | None, ...]:
    """Return the license ids of a tree of terms, in order."""
    if terms is None:
        return ()
    if isinstance(terms, Single):
        return (terms.reading.license,)
    return tuple(ident for one in terms.of for ident in ids_of(one))


def readings_of_terms(terms: Terms | None) -> tuple[LicenseReading, ...]:
    """Return the readings of a tree of terms, in order."""
    if terms is None:
        return ()
    if isinstance(terms, Single):
        return (terms.reading,)
    return tuple(reading for one in terms.of for reading in readings_of_terms(one))
