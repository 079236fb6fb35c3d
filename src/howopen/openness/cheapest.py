"""The cheapest way to make a formula hold, exactly: branch and bound over ands, ors and counts.

A formula narrows variables; each variable takes one of its options, each option has a cost, and
costs add up. The lower bound of a branch is the cost of the cheapest options still allowed, which
narrowing never lowers; so what is cut off holds nothing cheaper (Land and Doig 1960).
"""

from __future__ import annotations

import functools
import math
import operator
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

#: Branches looked at before the search gives up on proving that nothing is cheaper.
MOST_BRANCHES = 50_000

#: Parts of whole costs are added up with less error than this.
ROUNDING = 1e-3

#: A name of a variable, and one of an option.
Key: TypeAlias = Hashable
Option: TypeAlias = Hashable

#: Costs in order of weight; they are compared like words in a dictionary and added by place.
Cost: TypeAlias = tuple[int, ...]

#: What each variable may still be.
Domains: TypeAlias = Mapping[Key, frozenset[Option]]


class Narrow(msgspec.Struct, frozen=True, cache_hash=True):
    """One variable must be one of these options."""

    key: Key
    allowed: frozenset[Option]


class Every(msgspec.Struct, frozen=True, cache_hash=True):
    """All of these must hold; of none, it holds."""

    of: tuple[Formula, ...]


class Some(msgspec.Struct, frozen=True, cache_hash=True):
    """At least so many of these must hold; of none, it does not hold."""

    of: tuple[Formula, ...]
    least: int = 1


Formula: TypeAlias = Narrow | Every | Some


class Solution(msgspec.Struct, frozen=True, kw_only=True):
    """The cheapest way found.

    Attributes:
        allowed: the options that each variable may take at this cost, all equally good.
        cost: what it costs.
        exact: whether it is proved that nothing is cheaper.
    """

    allowed: dict[Key, frozenset[Option]]
    cost: Cost
    exact: bool


def cheapest(
    formula: Formula,
    variables: Mapping[Any, Mapping[Any, Cost]],
    most: int = MOST_BRANCHES,
) -> Solution | None:
    """Find the cheapest options that make a formula hold; None where no options do.

    Args:
        formula: what must hold.
        variables: for each variable its options and what each costs; all costs of one length.
        most: branches to look at; where they do not suffice, the solution is not `exact`.
    """
    search = _Search(variables, most)
    start = {key: frozenset(options) for key, options in variables.items()}
    search.go(start, (formula,))
    if search.best is None:
        return None
    cost, domains = search.best
    allowed = {key: search.cheap(key, options) for key, options in domains.items()}
    return Solution(allowed=allowed, cost=cost, exact=search.left > 0)


class _Search:
    """Depth first, the cheaper branch first; keeps the best found."""

    def __init__(self, variables: Mapping[Any, Mapping[Any, Cost]], most: int) -> None:
        self.variables = variables
        self.left = most
        self.best: tuple[Cost, Domains] | None = None
        self.known: dict[tuple[Key, frozenset[Option]], Cost] = {}
        self.weight = 1 + sum(max(map(max, options.values())) for options in variables.values())

    def go(self, domains: Domains, pending: Iterable[Formula]) -> None:
        """Settle what leaves no choice, then branch on what leaves the fewest."""
        settled = _settled(domains, pending)
        if settled is None:
            return
        domains, choices = settled
        cost = self.cost(domains)
        if self.best is not None and cost >= self.best[0]:
            return
        if not choices:
            self.best = (cost, domains)
            return
        choice = min(choices, key=lambda each: len(each.of))
        others = [each for each in choices if each is not choice]
        prices = sorted(((self.price(each, domains), at) for at, each in enumerate(choice.of)))
        ranked = [choice.of[at] for _, at in prices]
        # of any so many members, one costs as much as the last of the cheapest so many
        if self.best is not None and prices[choice.least - 1][0] >= self.best[0]:
            return
        if self.best is not None and self.shared(choice, domains) > self.weighed(self.best[0]) - 1:
            return
        for branch in self.branches(ranked, choice.least):
            if self.left <= 0 and self.best is not None:
                return
            self.left -= 1
            self.go(domains, (*branch, *others))

    def branches(self, ranked: Sequence[Formula], least: int) -> list[tuple[Formula, ...]]:
        """Split a choice: its cheapest member holds, or it is not counted on."""
        first, rest = ranked[0], tuple(ranked[1:])
        return [(first, Some(rest, least - 1)), (Some(rest, least),)]

    def price(self, formula: Formula, domains: Domains) -> Cost:
        settled = _settled(domains, (formula,))
        return (1 << 30,) if settled is None else self.cost(settled[0])

    def shared(self, choice: Some, domains: Domains) -> float:
        """Bound from below what all costs where a choice holds; members share what several ask for.

        Each member bears a part of what a variable costs: one by how often it is named by all. So
        no variable is paid for more than once, whichever members hold.
        """
        named = Counter[Key]()
        for each in choice.of:
            named.update(_named(each))
        parts = sorted(self.part(each, domains, named) for each in choice.of)
        return self.weighed(self.cost(domains)) + sum(parts[: choice.least]) - ROUNDING

    def part(self, formula: Formula, domains: Domains, named: Mapping[Key, int]) -> float:
        """Return the part of its costs that a formula bears."""
        if isinstance(formula, Narrow):
            now = domains[formula.key]
            left = now & formula.allowed
            if not left:
                return math.inf
            before, after = self.least(formula.key, now), self.least(formula.key, left)
            return (self.weighed(after) - self.weighed(before)) / named[formula.key]
        parts = sorted(self.part(each, domains, named) for each in formula.of)
        return sum(parts if isinstance(formula, Every) else parts[: formula.least])

    def weighed(self, cost: Cost) -> int:
        """Write a cost as one number, in which earlier places outweigh all later ones."""
        return functools.reduce(lambda whole, place: whole * self.weight + place, cost, 0)

    def cost(self, domains: Domains) -> Cost:
        costs = [self.least(key, options) for key, options in domains.items()]
        return tuple(map(sum, zip(*costs, strict=True)))

    def least(self, key: Key, options: frozenset[Option]) -> Cost:
        """Return the cost of the cheapest of some options, worked out once."""
        found = self.known.get((key, options))
        if found is None:
            costs = self.variables[key]
            found = self.known[key, options] = min(costs[one] for one in options)
        return found

    def cheap(self, key: Key, options: frozenset[Option]) -> frozenset[Option]:
        costs, least = self.variables[key], self.least(key, options)
        return frozenset(one for one in options if costs[one] == least)


@functools.lru_cache(maxsize=4096)
def _named(formula: Formula) -> Counter[Key]:
    """Count how often each variable is named at most by what makes a formula hold."""
    if isinstance(formula, Narrow):
        return Counter((formula.key,))
    inner = [_named(each) for each in formula.of]
    one = isinstance(formula, Some) and formula.least == 1
    return functools.reduce(operator.or_ if one else operator.add, inner, Counter())


def _settled(domains: Domains, pending: Iterable[Formula]) -> tuple[Domains, Sequence[Some]] | None:
    """Narrow by all that leaves no choice; None where that leaves nothing."""
    found, waiting = dict(domains), list(pending)
    while True:
        choices: list[Some] = []
        narrowed = False
        while waiting:
            one = waiting.pop()
            if isinstance(one, Every):
                waiting += one.of
            elif isinstance(one, Narrow):
                left = found[one.key] & one.allowed
                if not left:
                    return None
                narrowed = narrowed or left != found[one.key]
                found[one.key] = left
            else:
                left_over = _still_open(one, found)
                if isinstance(left_over, Some):
                    choices.append(left_over)
                else:
                    waiting.append(left_over)
        if not narrowed or not choices:
            return _possible(found, choices)
        waiting = list(choices)


def _possible(found: Domains, choices: Sequence[Some]) -> tuple[Domains, Sequence[Some]] | None:
    impossible = any(len(each.of) < each.least for each in choices)
    return None if impossible else (found, choices)


def _still_open(choice: Some, domains: Domains) -> Formula:
    """Drop members that surely hold or cannot; all of the rest, where all are needed."""
    states = [(each, _state(each, domains)) for each in choice.of]
    least = choice.least - sum(state is True for _, state in states)
    if least <= 0:
        return Every(())
    rest = tuple(each for each, state in states if state is None)
    return Every(rest) if len(rest) == least else Some(rest, least)


def _state(formula: Formula, domains: Domains) -> bool | None:
    """Tell whether a formula holds whatever is chosen, or whatever is not; None: it depends."""
    if isinstance(formula, Narrow):
        options = domains[formula.key]
        return True if options <= formula.allowed else None if options & formula.allowed else False
    states = [_state(each, domains) for each in formula.of]
    least = len(states) if isinstance(formula, Every) else formula.least
    if sum(state is True for state in states) >= least:
        return True
    return None if sum(state is not False for state in states) >= least else False
