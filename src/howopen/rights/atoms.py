"""What a text permits, forbids, limits, owes and reaches, as small hashable values: atoms.

Each rule stands in one of two planes. `sure` rules hold whatever the open words of the text mean;
the others hold possibly: their words are in doubt, were changed, or nobody has read them. A clause
with doubts gives two rules, a sure one for where no doubt applies and a possible one.
"""

from __future__ import annotations

from msgspec.structs import replace

from howopen.knowledge.licenses import (
    Binds,
    Clause,
    Disclaims,
    Doubt,
    Forbids,
    Grants,
    License,
    Limits,
    Reaches,
    Requires,
    Tri,
    When,
)
from howopen.release import Noun

ANY = When()

#: limits that no circumstance tells: whoever keeps them is within the grant
ASKED = ("registration", "professional-license", "permission", "human-decision")


class Atom(Noun, frozen=True, kw_only=True, cache_hash=True):
    """Base of atoms.

    Attributes:
        license: key of the text, `id` or `id@edition`.
        clause: index of the clause in its knowledge file, -1 for what no clause says.
        sure: whether it holds surely or possibly.
        when: the circumstances under which it holds.
        unless: circumstances that are exempt.
        note: why it is only possible, where no doubt of the clause says so.
    """

    license: str
    clause: int = -1
    sure: bool = True
    when: When = ANY
    unless: tuple[When, ...] = ()
    note: str = ""


class Permit(Atom, frozen=True, kw_only=True, cache_hash=True, tag="permit"):
    """These actions are permitted; no actions: all."""

    actions: tuple[str, ...] = ()


class Forbid(Atom, frozen=True, kw_only=True, cache_hash=True, tag="forbid"):
    """These actions are forbidden; no actions: all.

    Attributes:
        measure: `mau`, `mau_at_release` or `revenue`: forbidden only above `threshold`.
        asks: something no circumstance tells, such as a registration: forbidden without it.
    """

    actions: tuple[str, ...] = ()
    measure: str = ""
    threshold: int = 0
    asks: str = ""


class Owe(Atom, frozen=True, kw_only=True, cache_hash=True, tag="owe"):
    """A duty that falls due at these triggers.

    Attributes:
        measure: `mau` or `revenue`: owed only above `threshold`.
    """

    duty: str
    triggers: tuple[str, ...]
    detail: str = ""
    measure: str = ""
    threshold: int = 0


class Reach(Atom, frozen=True, kw_only=True, cache_hash=True, tag="reach"):
    """Whether a kind of derivative is reached."""

    kind: str
    reached: Tri


class Bind(Atom, frozen=True, kw_only=True, cache_hash=True, tag="bind"):
    """How derivatives may be licensed."""

    derivatives: str
    may_add_terms: Tri
    compatible: tuple[str, ...] = ()


#: the mark of a policy that terms take in and nobody has read
UNREAD = "unread-policy"


class Mark(Atom, frozen=True, kw_only=True, cache_hash=True, tag="mark"):
    """A remark on the whole text: `coarse`, or `unread-policy`."""

    mark: str


AnyAtom = Permit | Forbid | Owe | Reach | Bind | Mark
Atoms = frozenset[AnyAtom]


def license_key(license_: License) -> str:
    """Name a license with its edition, as citations do: `gemma@2025-03-24`."""
    return f"{license_.id}@{license_.edition}" if license_.edition else license_.id


def atoms_of(license_: License, scopes: frozenset[str] = frozenset()) -> tuple[AnyAtom, ...]:
    """Compile all clauses of a license that speak of some scopes (`weights`, `code`, ...)."""
    key = license_key(license_)
    found: list[AnyAtom] = []
    for index, clause in enumerate(license_.clause):
        found.extend(_atoms(key, index, clause, scopes))
    return (*found, *_withheld_names(key, license_, found))


def _withheld_names(key: str, license_: License, found: list[AnyAtom]) -> list[AnyAtom]:
    """Let a clause that grants no trademark rights answer for names, where nothing else does."""
    if any("use-name" in one.actions for one in found if isinstance(one, Permit | Forbid)):
        return []
    return [
        Forbid(license=key, clause=index, actions=("use-name",))
        for index, clause in enumerate(license_.clause)
        if isinstance(clause, Disclaims) and "trademark" in clause.what
    ]


def _atoms(key: str, index: int, clause: Clause, scopes: frozenset[str]) -> list[AnyAtom]:
    match clause:
        case Grants():
            return _grants(key, index, clause, scopes)
        case Forbids():
            rule = Forbid(
                license=key,
                clause=index,
                actions=clause.actions,
                when=clause.when,
                unless=clause.unless,
            )
            return [*_planes(rule, clause.doubts), *_mostly_illegal(rule)]
        case Limits():
            return _planes(_limit(key, index, clause), clause.doubts)
        case Requires():
            if _beyond(clause, scopes):
                return []
            owe = Owe(
                license=key,
                clause=index,
                duty=clause.duty,
                triggers=clause.triggers,
                detail=clause.detail,
                when=clause.when,
                measure=clause.limit,
                threshold=clause.threshold or 0,
            )
            return _planes(owe, clause.doubts)
        case Reaches():
            pairs = sorted(clause.kinds.items())
            return [
                Reach(license=key, clause=index, kind=k, reached=v, sure=v != "unclear")
                for k, v in pairs
            ]
        case Binds():
            return _binds(key, index, clause)
        case _:
            return []


#: fields of use that the law mostly forbids, though not everywhere nor in every form
MOSTLY_ILLEGAL = ("fraud", "malware", "controlled-goods")


def _mostly_illegal(rule: Forbid) -> list[AnyAtom]:
    """Let a ban on what the law forbids leave open what the law mostly forbids."""
    named = tuple(one for one in MOSTLY_ILLEGAL if one not in rule.when.field)
    if "illegal" not in rule.when.field or not named:
        return []
    note = "what the law forbids is forbidden here, and the law mostly forbids this"
    return [replace(rule, when=replace(rule.when, field=named), sure=False, note=note)]


def _beyond(clause: Grants | Requires, scopes: frozenset[str]) -> bool:
    """Tell whether a clause speaks of none of some scopes."""
    return bool(clause.scope and scopes and scopes.isdisjoint(clause.scope))


def _grants(key: str, index: int, clause: Grants, scopes: frozenset[str]) -> list[AnyAtom]:
    if clause.patent == "alone" or _beyond(clause, scopes):
        return []
    rule = Permit(license=key, clause=index, actions=clause.actions, when=clause.when)
    found = _planes(rule, clause.doubts)
    if clause.territory not in ("", "worldwide", "unstated"):
        outside = Forbid(
            license=key,
            clause=index,
            actions=clause.actions,
            asks=f"it is used within the territory of the license ({clause.territory})",
        )
        found.append(outside)
    return found


def _limit(key: str, index: int, clause: Limits) -> Forbid:
    when, actions = clause.when, clause.closes
    if "all" in actions:
        actions = ()
    elif actions == ("commercial",):
        actions = ()
        when = replace(when, purpose=when.purpose or ("commercial",))
    measured = clause.threshold is not None and clause.limit in ("mau", "revenue")
    at_release = clause.limit == "mau" and clause.tested == "at-release"
    return Forbid(
        license=key,
        clause=index,
        actions=actions,
        when=when,
        unless=clause.unless,
        measure="" if not measured else "mau_at_release" if at_release else clause.limit,
        threshold=clause.threshold or 0,
        asks="" if measured or (_narrow(when) and clause.limit not in ASKED) else clause.limit,
    )


def _narrow(when: When) -> bool:
    """Tell whether a limit says itself whom it concerns, beyond the purpose it closes."""
    return replace(when, purpose=()) != ANY


def _binds(key: str, index: int, clause: Binds) -> list[AnyAtom]:
    """Compile how derivatives may be licensed; it also answers `relicense`."""
    bind = Bind(
        license=key,
        clause=index,
        derivatives=clause.derivatives,
        may_add_terms=clause.may_add_terms,
        compatible=clause.compatible,
    )
    found: list[AnyAtom] = [bind]
    wanted = ("relicense",)
    if clause.derivatives in ("free", "notices"):
        permit = Permit(license=key, clause=index, actions=wanted)
        found.extend(_planes(permit, clause.doubts))
    elif clause.derivatives == "same" or clause.may_add_terms == "no":
        found.extend(_planes(Forbid(license=key, clause=index, actions=wanted), clause.doubts))
    elif clause.may_add_terms == "yes":
        permit = Permit(license=key, clause=index, actions=wanted)
        found.extend(_planes(permit, clause.doubts))
        asks = "your terms do not conflict with these, which run with the derivative"
        found.append(Forbid(license=key, clause=index, actions=wanted, asks=asks))
    else:
        note = "its terms run with a derivative; whether others may be put beside them is not said"
        found.append(Permit(license=key, clause=index, actions=wanted, sure=False, note=note))
    return found


def _planes(atom: Permit | Forbid | Owe, doubts: tuple[Doubt, ...]) -> list[AnyAtom]:
    """Put a rule into the sure plane where no doubt applies, and into the possible one."""
    if not doubts:
        return [atom]
    possible = replace(atom, sure=False)
    if any(doubt.when == ANY for doubt in doubts):
        return [possible]
    sure = replace(atom, unless=(*atom.unless, *(doubt.when for doubt in doubts)))
    return [sure, possible]
