"""Constraints of ODRL for the conditions of an answer, found by asking the engine again.

A condition is words. What it leaves open is put to the engine value by value, and the values for
which the answer stays a plain yes become the constraint; so a constraint never allows what the
engine would not. What no value tells, such as a registration, stays in words.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from howopen.answer import Answer, Circumstances, Condition, Truth
from howopen.errors import QuestionError
from howopen.knowledge import Knowledge
from howopen.knowledge.actions import actions_of
from howopen.knowledge.licenses import Clause, Limits, license_of
from howopen.knowledge.odrl import odrl_of
from howopen.release import Release
from howopen.reports.odrl_constraints import MEASURES, Node, among, at_most, in_words
from howopen.rights import may
from howopen.rights.atoms import MOSTLY_ILLEGAL
from howopen.rights.facets import membership
from howopen.rights.words import words_of

#: Facets with too many values to try each with each of another.
_PLACES = ("based_in", "used_in")

#: Facets whose vocabulary is open, or too long to try: values that no clause names are all alike.
_OPEN = ("field", "modality", *_PLACES)

#: More combinations than this are not tried: the condition stays in words.
MAX_COMBINATIONS = 1_000


class Asker:
    """Asks the same question under other circumstances, each once.

    Args:
        release: what the question is about.
        who: who asks; what is tried is added to it.
        knowledge: licenses and vocabulary.
    """

    def __init__(self, release: Release, who: Circumstances, knowledge: Knowledge) -> None:
        self.release, self.who, self.knowledge = release, who, knowledge
        self._known: dict[tuple[object, ...], Truth | None] = {}

    def allowed(self, answer: Answer, tried: Mapping[str, object]) -> bool | None:
        """Tell whether an answer stays yes; None for circumstances that cannot be so."""
        key = (answer.action, answer.variant, *sorted(tried.items()))
        if key not in self._known:
            self._known[key] = self._truth(answer, tried)
        truth = self._known[key]
        return None if truth is None else truth is Truth.YES

    def like(self, answer: Answer, kind: str) -> bool:
        """Tell whether no more is asked of a kind of derivative than an answer says."""
        asked = self._ask(answer, {"kind": kind})
        if asked is None or asked.truth is not Truth.YES:
            return asked is None
        return {one.text for one in asked.conditions} <= {one.text for one in answer.conditions}

    def _truth(self, answer: Answer, tried: Mapping[str, object]) -> Truth | None:
        asked = self._ask(answer, tried)
        return None if asked is None else asked.truth

    def _ask(self, answer: Answer, tried: Mapping[str, object]) -> Answer | None:
        """Ask again; None for circumstances that cannot be so."""
        who = replace(self.who, **tried)
        variant = answer.variant
        try:
            return may(self.release, answer.action, who, knowledge=self.knowledge, variant=variant)
        except QuestionError:
            return None


def constraints(answer: Answer, asker: Asker) -> list[Node]:
    """Turn the conditions of a yes into constraints, all of which must be satisfied.

    Args:
        answer: whose truth is yes.
        asker: of the circumstances the answer was given for.
    """
    return _Conditions(answer, asker).nodes()


#: The values of a circumstance to try, each with all that are like it.
Choices = dict[object, tuple[object, ...]]

#: What must not come together: for each circumstance the values tried.
Box = dict[str, tuple[object, ...]]


class _Conditions:
    """The conditions of one answer, from those on one circumstance to those on several.

    Attributes:
        barred: combinations that constraints found so far exclude.
    """

    def __init__(self, answer: Answer, asker: Asker) -> None:
        self.answer, self.asker = answer, asker
        self.odrl = odrl_of(asker.knowledge)
        self.words = words_of(asker.knowledge)
        self.barred: list[Box] = []

    def nodes(self) -> list[Node]:
        """Write each condition once; one that others already cover goes without saying."""
        found: list[Node] = []
        for one in sorted(self.answer.conditions, key=lambda each: each.id.count("+")):
            written = self._written(one)
            written = [in_words(one.text, self.odrl)] if written is None else written
            found += [node for node in written if node not in found]
        other = self._other_kinds()
        return [*found, *(node for node in other if node not in found)]

    def _other_kinds(self) -> Iterator[Node]:
        """Leave out the kinds of derivative of which more is asked than of any kind at best."""
        kinds = self.words.domains["kind"]
        apart = self.answer.action in self.words.derivative - self.words.makes.keys()
        if apart and self.asker.who.kind is None:
            bad = tuple(kind for kind in kinds if not self.asker.like(self.answer, kind))
            if bad and len(bad) < len(kinds):
                good = tuple(kind for kind in kinds if kind not in bad)
                yield among("kind", good, bad, self.odrl, none=len(bad) < len(good))

    def _written(self, one: Condition) -> list[Node] | None:
        """Write what must not come together; None for what only words can say."""
        grid = {name: self._choices(one, name) for name in one.id.split("+")}
        size = math.prod(map(len, grid.values()))
        if not 0 < size <= MAX_COMBINATIONS:
            return None
        boxes = self._boxes(grid)
        nodes = [self._outside(box, grid) for box in boxes or ()]
        written = [node for node in nodes if node is not None]
        if boxes is None or len(written) < len(boxes):
            return None
        self.barred += boxes
        return written

    def _boxes(self, grid: dict[str, Choices]) -> list[Box] | None:
        """Cover all combinations that fail, and no allowed one, by boxes; None where that fails.

        One box will do for most conditions; else values that fail with all others go first.
        """
        failing = [each for each in _product(grid) if self._fails(each)]
        if not failing:
            return []
        whole = self._hull(failing)
        if self._closed(whole):
            return [whole]
        rows = [
            {name: (value,)} | {other: tuple(grid[other]) for other in grid if other != name}
            for name in grid
            for value in grid[name]
            if any(each[name] == value for each in failing)
        ]
        full = [row for row in rows if self._closed(row)]
        rest = [each for each in failing if not any(_within(each, row) for row in full)]
        last = [self._hull(rest)] if rest else []
        return [*full, *last] if all(map(self._closed, last)) else None

    def _hull(self, failing: list[dict[str, object]]) -> Box:
        names = failing[0]
        return {name: tuple(dict.fromkeys(each[name] for each in failing)) for name in names}

    def _closed(self, box: Box) -> bool:
        """Tell whether nothing in a box is allowed."""
        return not any(self._allowed(each) for each in _product(box))

    def _fails(self, tried: dict[str, object]) -> bool:
        known = any(box.keys() <= tried.keys() and _within(tried, box) for box in self.barred)
        return not known and self._allowed(tried) is False

    def _allowed(self, tried: Mapping[str, object]) -> bool | None:
        return self.asker.allowed(self.answer, tried)

    def _outside(self, box: Box, grid: dict[str, Choices]) -> Node | None:
        """Say that one of the circumstances lies outside a box; None where none can."""
        parts = [
            self._not(name, box[name], choices)
            for name, choices in grid.items()
            if set(box[name]) != set(choices)
        ]
        sides = [part for part in parts if part is not None]
        if not sides or len(sides) < len(parts):
            return None
        return {"@type": "LogicalConstraint", "or": {"@list": sides}} if sides[1:] else sides[0]

    def _not(self, name: str, bad: tuple[object, ...], choices: Choices) -> Node | None:
        """Say that a circumstance is none of some values.

        An open vocabulary never has all values: there it turns on those that no clause names,
        which are the last choice.
        """
        if name in MEASURES:
            most = max(int(str(each)) for each in choices if each not in bad)
            over = all(int(str(each)) > most for each in bad)
            return at_most(name, most, self.odrl) if over else None
        good = [str(each) for value in choices if value not in bad for each in choices[value]]
        barred = [str(each) for value in bad for each in choices[value]]
        none = len(barred) < len(good) if name not in _OPEN else [*choices][-1] not in bad
        return among(name, tuple(good), tuple(barred), self.odrl, none=none)

    def _choices(self, one: Condition, name: str) -> Choices:
        """List the values to try, where they are known; of those alike only one is tried."""
        if name in MEASURES:
            around = {limit + more for limit in self._limits(name) for more in (0, 1)}
            return {number: (number,) for number in sorted(around)}
        if name not in _OPEN:
            return {value: (value,) for value in self.words.domains.get(name, ())}
        named = self._named(one, name)
        if name in _PLACES:
            return self._lands(tuple(sorted(named)))
        all_values = self._vocabulary(name)
        rest = tuple(value for value in all_values if value not in named)
        known: Choices = {value: (value,) for value in all_values if value in named}
        return known | {rest[0]: rest} if known and rest else {}

    def _lands(self, named: tuple[str, ...]) -> Choices:
        """Group all places by how they lie to the places that are named; the others come last."""
        areas = tuple(self.words.aliases.get(each, each) for each in named)
        found: dict[tuple[bool | None, ...], list[str]] = {}
        for place in self.words.everywhere:
            found.setdefault(membership(place, areas, self.words), []).append(place)
        outside = found.pop((False,) * len(areas), []) if areas else []
        groups = [*found.values(), outside] if outside else []
        return {group[0]: tuple(group) for group in groups}

    def _vocabulary(self, facet: str) -> tuple[str, ...]:
        if facet == "field":
            return tuple(self.words.fields)
        return actions_of(self.asker.knowledge).circumstances.get(facet, ())

    def _named(self, one: Condition, facet: str) -> set[str]:
        """List the values of a facet that the clauses behind a condition name."""
        found: set[str] = set()
        for clause in self._clauses(one):
            doubts = getattr(clause, "doubts", ())
            whens = (getattr(clause, "when", None), *getattr(clause, "unless", ()))
            for when in (*whens, *(doubt.when for doubt in doubts)):
                found.update(each.removeprefix("!") for each in getattr(when, facet, ()))
        return found | set(MOSTLY_ILLEGAL) if "illegal" in found else found

    def _limits(self, measure: str) -> Iterator[int]:
        """Yield the thresholds of all conditions on a number."""
        for one in self.answer.conditions:
            for clause in self._clauses(one) if measure in one.id.split("+") else ():
                if isinstance(clause, Limits) and clause.threshold is not None:
                    yield clause.threshold

    def _clauses(self, one: Condition) -> Iterator[Clause]:
        """Yield the clauses that a condition rests on."""
        for cited in one.citations:
            ident, _, edition = cited.license.partition("@")
            found = license_of(self.asker.knowledge, ident, edition or None)
            for clause in found.clause if found else ():
                if (clause.ref, clause.says) == (cited.clause, cited.says):
                    yield clause


def _product(sides: Mapping[str, Iterable[object]]) -> Iterator[dict[str, object]]:
    for each in itertools.product(*sides.values()):
        yield dict(zip(sides, each, strict=True))


def _within(tried: Mapping[str, object], box: Box) -> bool:
    return all(tried[name] in values for name, values in box.items())
