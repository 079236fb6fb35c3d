"""Whether circumstances meet a guard: yes, no, or open because the asker did not say.

A state is True, False, or the frozenset of facets that leave it open.
"""

from __future__ import annotations

import functools

from howopen.answer import Circumstances
from howopen.knowledge.licenses import When
from howopen.rights.atoms import ANY, Atom, Forbid, Owe
from howopen.rights.words import FACETS, Words

State = bool | frozenset[str]

#: facets whose values are areas
PLACES = ("based_in", "used_in")


def state(rule: Atom, who: Circumstances, words: Words) -> State:
    """Tell whether a rule bites for these circumstances."""
    if rule.when == ANY and not rule.unless and not isinstance(rule, Forbid | Owe):
        return True
    met = guarded(rule.when, who, words)
    if met is False:
        return False
    opened = frozenset() if met is True else met
    for exempt in rule.unless:
        exempted = guarded(exempt, who, words)
        if exempted is True:
            return False
        if exempted is not False:
            opened |= exempted
    if isinstance(rule, Forbid | Owe):
        measured = _measured(rule, who)
        if measured is False:
            return False
        opened = opened if measured is True else opened | measured
    return opened or True


def guarded(when: When, who: Circumstances, words: Words) -> State:
    """Tell whether all facets of a guard are met."""
    opened: list[str] = []
    for facet, wanted, but in _named(when):
        value: str | None = getattr(who, facet)
        if value is None:
            opened.append(facet)
        elif facet in PLACES:
            fits = _fits_place(value, wanted, words)
            if fits is False:
                return False
            if fits is None:
                opened.append(facet)
        elif value not in wanted and (not but or value in but):
            return False
    return frozenset(opened) if opened else True


@functools.lru_cache(maxsize=8192)
def _named(when: When) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """List the facets that a guard names, with their values; `!x` stands for any but x."""
    return tuple(
        (facet, wanted, tuple(one[1:] for one in wanted if one[0] == "!"))
        for facet in FACETS
        if (wanted := getattr(when, facet))
    )


def _measured(rule: Forbid | Owe, who: Circumstances) -> State:
    if isinstance(rule, Forbid) and rule.asks:
        return frozenset(("asks",))
    if not rule.measure:
        return True
    value: int | None = getattr(who, rule.measure)
    return frozenset((rule.measure,)) if value is None else value > rule.threshold


def _fits_place(value: str, wanted: tuple[str, ...], words: Words) -> bool | None:
    inside = [_within(value, one, words) for one in wanted if one[0] != "!"]
    if True in inside:
        return True
    but = [_within(value, one[1:], words) for one in wanted if one[0] == "!"]
    if None in inside or None in but:
        return None
    return bool(but) and True not in but


def _within(value: str, area: str, words: Words) -> bool | None:
    """Tell whether a place lies in an area; None for an area that only overlaps it."""
    area = words.aliases.get(area, area)
    if value == area or value in words.areas.get(area, ()):
        return True
    mine, theirs = words.areas.get(value), words.areas.get(area)
    if mine is None:
        return False
    if theirs is None:
        return None if area in mine else False
    return True if mine <= theirs else None if mine & theirs else False


@functools.lru_cache(maxsize=65536)
def membership(place: str, areas: tuple[str, ...], words: Words) -> tuple[bool | None, ...]:
    """Tell for each area whether a place lies in it; None where it only overlaps it."""
    return tuple(_within(place, area, words) for area in areas)


def domain(facet: str, rules: tuple[Atom, ...], words: Words) -> tuple[str, ...]:
    """List the values of a facet that can make a difference to some rules.

    A closed facet has its vocabulary; any other the values that the rules name, and one that none
    of them names.
    """
    if facet == "kind":
        return words.derivatives
    if facet in words.domains:
        return words.domains[facet]
    named = {
        value.removeprefix("!")
        for rule in rules
        for when in (rule.when, *rule.unless)
        for value in getattr(when, facet)
    }
    return (*sorted(named), "ZZ" if facet in PLACES else "other")
