"""What the rules on an action can tell apart of a person; nothing else makes a difference.

A decision depends on circumstances only through the facets that the rules name and the thresholds
they test. Two people who look alike through the lens of the rules get the same decision, so it is
worked out once for both.
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from howopen.answer import Circumstances
from howopen.knowledge.licenses import When
from howopen.rights.atoms import UNREAD, Forbid, Mark, Owe, Permit
from howopen.rights.facets import PLACES, membership
from howopen.rights.plan import Plan, plan_of
from howopen.rights.tree import Leaf, Node, Parent, leaves
from howopen.rights.words import FACETS, OTHER, Words

MEASURES = ("mau", "mau_at_release", "revenue")


class Lens(NamedTuple):
    """What the rules of one tree look at.

    Attributes:
        open: facets with free values, such as the field of use: the values that rules name.
        closed: facets of a small vocabulary, whose values are all kept.
        places: facets of places: the areas that rules name.
        measures: the thresholds of each measure, in order.
        words: where areas are.
        seen: one person for all that look alike.
    """

    open: tuple[tuple[str, frozenset[str]], ...]
    closed: tuple[str, ...]
    places: tuple[tuple[str, tuple[str, ...]], ...]
    measures: tuple[tuple[str, tuple[int, ...]], ...]
    words: Words
    seen: dict[tuple[object, ...], Circumstances]

    def __call__(self, who: Circumstances) -> Circumstances:
        """Return the person that stands for all who look like this one."""
        told: dict[str, object] = {facet: getattr(who, facet) for facet in self.closed}
        for facet, named in self.open:
            value = getattr(who, facet)
            told[facet] = value if value is None or value in named else OTHER
        for facet, areas in self.places:
            told[facet] = _standing(getattr(who, facet), areas, self.words)
        for measure, limits in self.measures:
            value = getattr(who, measure)
            told[measure] = None if value is None else _band(value, limits)
        key = tuple(told.values())
        found = self.seen.get(key)
        if found is None:
            found = self.seen[key] = Circumstances(**told)  # type: ignore[arg-type]
        return found


@functools.lru_cache(maxsize=65536)
def lens_of(node: Node, action: str, words: Words) -> Lens:
    """Collect what the rules of a tree that concern an action look at."""
    rules = _rules(node, action, words)
    named = _named(when for rule in rules for when in (rule.when, *rule.unless))
    if action in words.derivative:
        named.setdefault("kind", set())
    if _unread(node):
        named.setdefault("field", set())
    limits: dict[str, set[int]] = {}
    for rule in rules:
        if isinstance(rule, Forbid | Owe) and rule.measure:
            limits.setdefault(rule.measure, set()).add(rule.threshold)
    free = [facet for facet in named if facet not in words.domains and facet not in PLACES]
    return Lens(
        open=tuple((facet, frozenset(named[facet])) for facet in free),
        closed=tuple(facet for facet in words.domains if facet in named),
        places=tuple((facet, tuple(sorted(named[facet]))) for facet in PLACES if facet in named),
        measures=tuple((name, tuple(sorted(limits[name]))) for name in MEASURES if name in limits),
        words=words,
        seen={},
    )


def _rules(node: Node, action: str, words: Words) -> tuple[Permit | Forbid | Owe, ...]:
    """List the rules that concern an action; of a parent, those on what it becomes there.

    A derivative that terms may not reach is also judged by the action that makes it.
    """
    match node:
        case Leaf():
            makers = words.makes if action in words.derivative else ()
            plans = [plan_of(node.atoms, one, words) for one in (action, *makers)]
            return tuple(rule for plan in plans for rule in _of_plan(plan))
        case Parent():
            return _rules(node.of, words.through.get(action, action), words)
        case _:
            return tuple(rule for one in node.of for rule in _rules(one, action, words))


def _unread(node: Node) -> bool:
    """Tell whether a text takes in a policy that nobody has read."""
    atoms = (atom for leaf in leaves(node) for atom in leaf.atoms)
    return any(isinstance(atom, Mark) and atom.mark == UNREAD for atom in atoms)


def _of_plan(plan: Plan) -> tuple[Permit | Forbid | Owe, ...]:
    permits = (rule for rules in plan.needs for rule in rules)
    return (*permits, *plan.forbids, *plan.fields, *(rule for rule, _ in plan.owes))


def _named(guards: Iterable[When]) -> dict[str, set[str]]:
    """Collect the values that guards name of each facet, in the order of facets."""
    found: dict[str, set[str]] = {}
    for when in set(guards):
        for facet in FACETS:
            values = getattr(when, facet)
            if values:
                found.setdefault(facet, set()).update(v.removeprefix("!") for v in values)
    return {facet: found[facet] for facet in FACETS if facet in found}


@functools.lru_cache(maxsize=65536)
def _standing(place: str | None, areas: tuple[str, ...], words: Words) -> str | None:
    """Return the first known place that lies in the same areas, and only overlaps the same."""
    if place is None:
        return None
    mine = membership(place, areas, words)
    return next(one for one in words.everywhere if membership(one, areas, words) == mine)


def _band(value: int, limits: tuple[int, ...]) -> int:
    """Return the least number that passes the same thresholds.

    >>> [_band(n, (100, 700)) for n in (0, 100, 101, 700, 5000)]
    [0, 0, 101, 101, 701]
    """
    place = bisect_left(limits, value)
    return limits[place - 1] + 1 if place else 0
