"""The rules that concern an action, each with its state for somebody, and the rank they give it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

from howopen.answer import Circumstances
from howopen.rights.atoms import Forbid, Permit
from howopen.rights.decision import NO, UNCLEAR, YES
from howopen.rights.facets import State, state
from howopen.rights.plan import Plan
from howopen.rights.words import Words


class Judged(NamedTuple):
    """The rules that concern an action, each with its state for somebody.

    Attributes:
        needs: for each permission that is needed, the rules that may give it.
        forbids: the rules that may forbid it.
        fields: rules on a field of use alone, where no field was said.
        silent: the rank where nothing speaks of it.
    """

    needs: Sequence[Sequence[tuple[Permit, State]]]
    forbids: Sequence[tuple[Forbid, State]]
    fields: tuple[Forbid, ...]
    silent: int


def judge(plan: Plan, who: Circumstances, words: Words) -> Judged:
    """Tell of every rule of a plan whether it bites for somebody."""
    forbids = [(rule, state(rule, who, words)) for rule in plan.forbids]
    if who.field is not None:
        forbids.extend((rule, True) for rule in plan.fields if who.field in rule.when.field)
    return Judged(
        needs=[[(rule, state(rule, who, words)) for rule in rules] for rules in plan.needs],
        forbids=forbids,
        fields=plan.fields if who.field is None else (),
        silent=plan.silent,
    )


def rank_of(judged: Judged) -> int:
    """Rank an action, taking for granted that what is open turns out well."""
    rank = min((permitted(rules, judged.silent) for rules in judged.needs), default=YES)
    for rule, bites in judged.forbids:
        if bites is True:
            rank = min(rank, worst_of(rule))
    return rank


def permitted(rules: Sequence[tuple[Permit, State]], silent: int) -> int:
    """Rank one permission; a text that grants it only to others does not grant it."""
    if not rules:
        return silent
    given = [rule.sure for rule, met in rules if met is not False]
    return NO if not given else YES if any(given) else UNCLEAR


@functools.lru_cache(maxsize=8192)
def worst_by_field(rules: tuple[Forbid, ...]) -> dict[str, int]:
    """Rank the fields that rules on fields alone name."""
    found: dict[str, int] = {}
    for rule in rules:
        for value in rule.when.field:
            found[value] = min(found.get(value, YES), worst_of(rule))
    return found


def worst_of(rule: Forbid) -> int:
    """Return the rank that a prohibition leaves where it bites."""
    return NO if rule.sure else UNCLEAR


def waits(on: State, facet: str) -> bool:
    """Tell whether a state is open for want of a facet."""
    return not isinstance(on, bool) and facet in on
