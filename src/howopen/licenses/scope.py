"""From statements and parts to grants: which terms are on which part. Pure, without I/O.

A statement that speaks of a part outranks one that speaks of everything; among equals a license
text outranks a sentence, which outranks a header, a tag, package metadata and the hub. What only
covers the whole repository is inherited by what lies in it, never by what is elsewhere: data sets,
papers and weights of other places have their own terms. A license that is written for a model
covers its weights wherever they are, and so does a sentence that calls the release by its name.
Sources of the losing ranks leave no trace in a grant, so a label can neither add to a text nor take
from it; a sentence that names the part and agrees with the winning text makes its terms stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from howopen.licenses.names import called, pieces
from howopen.licenses.prose import CODE, DATA, WEIGHTS
from howopen.licenses.trees import ids_of, joined, says_unlicensed, seen_in
from howopen.release import (
    AllOf,
    AnyOf,
    Component,
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


#: files that describe a network as code does: sources, and configurations of a training bundle
_CODE_FILE = re.compile(r"\.(?:py|cpp|cu|rs|ipynb|ya?ml)$|(?:^|/)conf(?:ig)?s?/")


#: words in names that tell no model from another
_ANY_NAME = frozenset({"ai", "hub", "lab", "labs", "model", "models", "open", "pypi", "zoo"})

#: a card of a model speaks of the model even where a sentence in it does not say so
_MODEL_CARD = re.compile(r"(?:^|/)model[-_ ]?card[^/]*$", re.IGNORECASE)


class Rules(NamedTuple):
    """What the scope rules need to know of a release and its licenses.

    Attributes:
        for_models: ids of licenses that are written for models.
        for_software: ids of licenses that are written for software.
        names: the release's own names.
        homes: addresses of its own repositories, without scheme.
        weightless: no weights are here or elsewhere.
        lone: no code is, either: nothing of the release is told of but its terms.
    """

    for_models: frozenset[str]
    for_software: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()
    weightless: bool = False
    lone: bool = False

    def model_license(self, reading: LicenseReading) -> bool:
        """Return whether a license speaks of a model by its own terms."""
        return reading.license in self.for_models

    def of_model(self, one: Statement) -> bool:
        """Return whether a source without a component speaks of a model: its card, its words."""
        if one.rank == "notice":
            told = re.search(r"\bmodels?\b|模型", one.evidence.quote, re.I)
            return told is not None or _MODEL_CARD.search(one.evidence.path or "") is not None
        return one.rank in ("tag", "hub", "header")

    def by_name(self, one: Statement) -> bool:
        """Return whether a sentence calls the release by its own name."""
        sentence = one.rank == "notice" and one.reading.via != "url"
        return sentence and called(one.evidence.quote, self.names)

    def called_so(self, part: Part) -> bool:
        """Return whether a model goes by the release's name too: `Qwen-7B` in Qwen does.

        A collection's name does not mean a model in it that has another one.
        """
        own = {piece for name in self.names for piece in pieces(name)} - _ANY_NAME
        model = part.variant or ""
        return not model or any(len(piece) > 1 and piece in model for piece in own)

    def same_publisher(self, part: Part) -> bool:
        """Return whether nothing says that a part elsewhere is somebody else's."""
        owners = {home.split("/")[1] for home in self.homes if "/" in home}
        addresses = [
            url.partition("://")[2].lower().split("/") for url in part.urls if "://" in url
        ]
        return not owners or not addresses or any(owners & set(pieces[1:3]) for pieces in addresses)

    def at_home(self, part: Part) -> bool:
        """Return whether a part elsewhere is in the release's own repository, as far as is said."""
        addresses = [url.partition("://")[2].lower() for url in part.urls if "://" in url]
        return all(
            any(url.startswith(home) for home in self.homes) or called(url, self.names)
            for url in addresses
        )


def grant_of(part: Part, statements: Iterable[Statement], rules: Rules) -> Grant:
    """Conclude the terms on one part.

    Args:
        part: the part, its grant ignored.
        statements: all statements of the release.
        rules: what is known of the release and of its licenses.
    """
    fitting = [one for one in statements if fits(one, part, rules)]
    if not fitting:
        return Grant(scope=Scope.UNSTATED)
    best = min(_key(one, part, rules) for one in fitting)
    chosen = _own([one for one in fitting if _key(one, part, rules) == best], part)
    if all(says_unlicensed(one.reading) for one in chosen):
        return Grant(scope=Scope.UNSTATED, evidence=seen_in(chosen))
    terms, choice = _choice(joined(chosen), fitting)
    agreeing = [] if specific(chosen[0], part) else _agreeing(terms, fitting, part, rules)
    stated = specific(chosen[0], part) or agreeing or _speaks(chosen[0], part, rules)
    if part.presence is Presence.NOT_FOUND and not chosen[0].components:
        stated = chosen[0].rank == "notice" or bool(agreeing)
    return Grant(
        scope=Scope.STATED if stated else Scope.INHERITED,
        terms=terms,
        evidence=seen_in([*chosen, *choice, *agreeing]),
    )


def _own(chosen: list[Statement], part: Part) -> list[Statement]:
    """Of statements of equal weight, take those that name the part's component, if any do."""
    return [one for one in chosen if part.component in one.components] or chosen


def _choice(terms: Terms, fitting: list[Statement]) -> tuple[Terms, list[Statement]]:
    """Make a choice of several texts where a sentence or an expression names just them as one."""
    if not isinstance(terms, AllOf) or not all(isinstance(one, Single) for one in terms.of):
        return terms, []
    ids = ids_of(terms)
    told = [one for one in fitting if one.choice and set(one.choice) == set(ids)]
    other = [
        one
        for one in fitting
        if not one.choice and one.rank != "text" and one.reading.license in ids
    ]
    wanted = len(set(ids)) == len(ids) and None not in ids and told and not _against(other, told)
    return (AnyOf(of=terms.of), told) if wanted else (terms, [])


def _against(other: list[Statement], told: list[Statement]) -> bool:
    """Return whether the document that offers a choice also says that one of its terms binds."""
    paths = {one.evidence.path for one in told}
    return any(one.evidence.path in paths and one.rank == "notice" for one in other)


def _agreeing(terms: Terms, fitting: list[Statement], part: Part, rules: Rules) -> list[Statement]:
    """Return the sentences that name a part, or the release, and mean the very terms on it."""
    ids = ids_of(terms)
    if len(set(ids)) != 1 or ids[0] is None:
        return []
    return [
        one
        for one in fitting
        if one.rank == "notice"
        and (
            specific(one, part)
            or (part.component in (*WEIGHTS, *CODE) and rules.by_name(one))
            or (part.component in WEIGHTS and rules.of_model(one))
        )
        and (one.reading.license == ids[0] or ids[0] in one.reading.near)
    ]


def _speaks(one: Statement, part: Part, rules: Rules) -> bool:
    """Return whether terms for everything speak of weights: a model's license, a name."""
    own = rules.by_name(one) and rules.same_publisher(part)
    model = one.rank == "text" and rules.model_license(one.reading)
    return part.component in WEIGHTS and (model or own)


def fits(one: Statement, part: Part, rules: Rules) -> bool:
    """Return whether a statement speaks of a part, or of everything the part belongs to."""
    if one.part is not None:
        return one.part == part.id
    if one.variant is not None and one.variant != part.variant:
        return False
    if one.files and not _inside(one, part):
        return False
    if one.components:
        foreign = one.rank == "text" and part.presence is Presence.ELSEWHERE
        if foreign and part.component in CODE and not rules.at_home(part):
            return False
        return part.component in _widened(one.components, part)
    if part.component in (Component.SUPPORTING_LIBRARIES, Component.TERMS_OF_SERVICE):
        return False
    if part.presence is Presence.HERE:
        return True
    if part.presence is Presence.NOT_FOUND:
        return part.component is Component.WEIGHTS and _of_absent(one, rules)
    if part.presence is not Presence.ELSEWHERE or part.component in _FOREIGN:
        return False
    if part.component in _WITH_CODE:
        return rules.at_home(part)
    weights = part.component in WEIGHTS
    own = one.variant is not None and one.variant == part.variant
    named = rules.by_name(one)
    if named and not rules.called_so(part):
        return weights and rules.model_license(one.reading)
    named = named and rules.same_publisher(part)
    return weights and (rules.model_license(one.reading) or own or named or rules.of_model(one))


def _of_absent(one: Statement, rules: Rules) -> bool:
    """Return whether terms are for weights that are nowhere: a model's license, a model's name."""
    if one.rank == "notice":
        return rules.weightless and one.reading.license is not None and rules.of_model(one)
    told = rules.lone or (rules.weightless and rules.model_license(one.reading))
    return told and one.rank == "text"


def specific(one: Statement, part: Part) -> bool:
    """Return whether a statement speaks of this part rather than of everything."""
    return (
        bool(one.components)
        or bool(one.files)
        or one.part is not None
        or (one.variant is not None and part.variant == one.variant)
    )


def _key(one: Statement, part: Part, rules: Rules) -> tuple[int, int, int]:
    """Return a statement's weight for a part; the smallest wins."""
    rank = _ORDER.index(one.rank)
    narrow = bool(one.components or one.files) or one.part is not None
    own_variant = 0 if one.variant is not None or one.part is not None else 1
    if one.rank == "header" and one.files and one.components == () and part.component in _WITH_CODE:
        return (0, own_variant, -1)
    if one.rank == "text":
        if narrow or one.files or one.variant or rules.model_license(one.reading):
            return (0, own_variant, rank)
        return (_general_text(one, part, rules), own_variant, rank)
    if narrow and (one.rank == "notice" or (one.files and one.rank in ("tag", "header"))):
        return (1, own_variant, rank)
    if narrow:
        return (3, own_variant, rank)
    return (4, own_variant, rank)


def _general_text(one: Statement, part: Part, rules: Rules) -> int:
    """Weigh a text for everything: a software license leaves weights to a sentence on them."""
    software = one.reading.license in rules.for_software
    return 2 if software and part.component not in _WITH_CODE else 0


def _widened(components: tuple[Component, ...], part: Part) -> tuple[Component, ...]:
    """Add what goes with code or with weights: the architecture, by what its files are."""
    if part.component is not Component.ARCHITECTURE:
        return components
    code = any(_CODE_FILE.search(file.path) for file in part.files)
    wanted = CODE if code else WEIGHTS
    return (*components, Component.ARCHITECTURE) if set(wanted) & set(components) else components


def _inside(one: Statement, part: Part) -> bool:
    held = {file.path for file in part.files if file.size}
    return bool(held) and held <= set(one.files)
