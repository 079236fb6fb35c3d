"""What an answer depends on, because the asker did not say."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from howopen.answer import Circumstances
from howopen.rights.atoms import Atom, Forbid, Permit
from howopen.rights.decision import YES, Ground, Open
from howopen.rights.facets import State, domain, state
from howopen.rights.judged import Judged, rank_of, waits, worst_by_field
from howopen.rights.words import FACETS, Words

Rule = Permit | Forbid

_SINGLE = frozenset(frozenset((facet,)) for facet in FACETS)


def opens_of(label: str, judged: Judged, who: Circumstances, words: Words) -> list[Open]:
    """List what the answer depends on: single facets by value, anything else rule by rule."""
    lacking = [pair for rules in judged.needs if not _settled(rules) for pair in _widest(rules)]
    asked: tuple[tuple[Rule, State], ...] = (*lacking, *judged.forbids)
    pending = [(rule, on) for rule, on in asked if not isinstance(on, bool)]
    found: list[Open] = []
    single, several = _sorted(pending)
    for facet in FACETS:
        rules = tuple(single.get(facet, ()))
        if facet == "field" and judged.fields:
            found.append(_open_field(label, judged, rules, who, words))
        elif rules:
            ranks = _ranks(judged, facet, domain(facet, rules, words), who, words)
            found.append(Open(facet=facet, grounds=grounds_of(label, rules), ranks=ranks))
    if not several:
        return found
    singles = (*(rule for rules in single.values() for rule in rules), *judged.fields)
    told = {(one.license, one.clause) for one in singles if isinstance(one, Forbid)}
    for rule, on in several:
        twin = isinstance(rule, Forbid) and rule.sure and (rule.license, rule.clause) in told
        if not twin:
            found.append(Open(facet="+".join(sorted(on)), grounds=grounds_of(label, (rule,))))
    return found


def _sorted(
    pending: Iterable[tuple[Rule, frozenset[str]]],
) -> tuple[dict[str, list[Rule]], list[tuple[Rule, frozenset[str]]]]:
    """Sort rules that wait: those that wait for one facet by it, and all others."""
    single: dict[str, list[Rule]] = {}
    several: list[tuple[Rule, frozenset[str]]] = []
    for rule, on in pending:
        if on in _SINGLE:
            single.setdefault(next(iter(on)), []).append(rule)
        else:
            several.append((rule, on))
    return single, several


def _open_field(
    label: str, judged: Judged, others: tuple[Atom, ...], who: Circumstances, words: Words
) -> Open:
    """Say how the answer depends on the field of use; mostly on rules of fields alone."""
    open_ = any(
        waits(on, "field") for _, on in (*judged.forbids, *(p for n in judged.needs for p in n))
    )
    if not open_:
        return _fields(label, judged.fields, rank_of(judged), words)
    rules = (*others, *judged.fields)
    ranks = _ranks(judged, "field", domain("field", rules, words), who, words)
    return Open(facet="field", grounds=grounds_of(label, rules), ranks=ranks)


@functools.lru_cache(maxsize=8192)
def _fields(label: str, rules: tuple[Forbid, ...], rank: int, words: Words) -> Open:
    """Rank the action for each field that rules name, where it has a rank without them."""
    worst = worst_by_field(rules)
    ranks = [(value, min(rank, worst.get(value, YES))) for value in domain("field", rules, words)]
    return Open(facet="field", grounds=grounds_of(label, rules), ranks=tuple(ranks))


def _widest(rules: Sequence[tuple[Permit, State]]) -> list[tuple[Permit, State]]:
    """Leave out permissions that a wider one among them makes needless to ask for."""
    given = [rule for rule, met in rules if met is not False]
    return [
        (rule, met)
        for rule, met in rules
        if not any(rule is not one and _wider(one, rule) for one in given)
    ]


@functools.lru_cache(maxsize=8192)
def _wider(one: Permit, two: Permit) -> bool:
    """Tell whether a permission names fewer circumstances and holds wherever the other does."""
    named = [facet for facet in FACETS if getattr(one.when, facet)]
    more = sum(bool(getattr(two.when, facet)) for facet in FACETS) > len(named)
    inside = all(
        getattr(two.when, facet) and set(getattr(two.when, facet)) <= set(getattr(one.when, facet))
        for facet in named
    )
    return more and inside and one.sure >= two.sure


def _settled(rules: Sequence[tuple[Permit, State]]) -> bool:
    return any(met is True and rule.sure for rule, met in rules)


def _ranks(
    judged: Judged, facet: str, values: Iterable[str], who: Circumstances, words: Words
) -> tuple[tuple[str, int], ...]:
    """Rank the action for each value of one facet; values that no rule names rank alike."""
    rules = (*judged.forbids, *(pair for need in judged.needs for pair in need))
    named = frozenset(v for rule, on in rules if waits(on, facet) for v in _values(rule, facet))
    found: list[tuple[str, int]] = []
    unnamed: int | None = None
    worst = worst_by_field(judged.fields) if facet == "field" else {}
    for value in values:
        if value in named:
            rank = rank_of(_at(judged, facet, value, who, words))
        else:
            if unnamed is None:
                unnamed = rank_of(_at(judged, facet, value, who, words))
            rank = unnamed
        found.append((value, min(rank, worst.get(value, YES))))
    return tuple(found)


def _at(judged: Judged, facet: str, value: str, who: Circumstances, words: Words) -> Judged:
    """Judge the rules that wait for a facet anew, as if it had been said."""
    one = replace(who, **{facet: value})
    needs = [
        [(rule, state(rule, one, words) if waits(on, facet) else on) for rule, on in rules]
        for rules in judged.needs
    ]
    forbids = [
        (rule, state(rule, one, words) if waits(on, facet) else on) for rule, on in judged.forbids
    ]
    return judged._replace(needs=needs, forbids=forbids)


def _values(rule: Atom, facet: str) -> Iterable[str]:
    """List the values of a facet that a rule names."""
    for when in (rule.when, *rule.unless):
        for value in getattr(when, facet):
            yield value.removeprefix("!")


@functools.lru_cache(maxsize=65536)
def grounds_of(label: str, rules: tuple[Atom, ...]) -> tuple[Ground, ...]:
    """Return the grounds that rules of one text are; made once for each set of rules."""
    return tuple(Ground(label=label, atom=rule) for rule in rules)
