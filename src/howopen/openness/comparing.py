"""Why two definitions differ on a release: the criteria that make the difference, both ways.

A criterion of one makes the difference where it is not met and the other has none that is unmet on
the same thing: the other asks nothing of it, or asks less. What both ask and neither finds met is
no difference. Two editions of one definition are compared in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from howopen.answer import Criterion, Reason, Truth, Verdict
from howopen.knowledge import Knowledge
from howopen.knowledge.definitions import Definition, Rule, definition_of
from howopen.knowledge.predicates import All, Any, Ask, Count, Not, Predicate, Unread
from howopen.openness.verdict import needs_of, verdicts
from howopen.release import Noun, Release

#: What is looked at: of which component or question, and in what.
Aspect = tuple[str, str]

#: what is looked at that is no component
_NO_COMPONENT = frozenset({"question", "unread"})

#: of criteria that look at something else of the same component, so many are named
MOST_NEAR = 3


class Answered(Noun, frozen=True, kw_only=True):
    """A criterion of the other definition on the same thing, and how it came out."""

    id: str
    title: str
    truth: Truth


class Difference(Noun, frozen=True, kw_only=True):
    """A criterion that makes the difference.

    Attributes:
        definition: whose criterion it is.
        id: of the criterion.
        title: what it asks.
        truth: no or unclear.
        other: the definition that does not stumble over it.
        otherwise: what that one asks of the same thing instead; empty: it asks nothing.
        score: of a definition that adds up, how much of the criterion is met where that is sure.
        reasons: why it is not met.
        missing: what would meet it.
    """

    definition: str
    id: str
    title: str
    truth: Truth
    other: str
    otherwise: tuple[Answered, ...] = ()
    score: float | None = None
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()


class Comparison(Noun, frozen=True, kw_only=True):
    """Two definitions on one release.

    Attributes:
        first: the verdict of one, its criteria left out.
        second: the verdict of the other, its criteria left out.
        agree: whether both say the same of their bars.
        differences: criteria that make the difference, those of the first definition first.
        shared: what neither finds met, as pairs of criterion ids.
        failed: of those pairs, the ones that surely fail; the rest is unclear.
        note: where no criterion makes the difference, how each puts its criteria together.
        scored: which of the two add up to a score, so that no criterion decides alone.
    """

    first: Verdict
    second: Verdict
    agree: bool
    differences: tuple[Difference, ...] = ()
    shared: tuple[tuple[str, str], ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    note: str = ""
    scored: tuple[str, ...] = ()


def compare(  # noqa: PLR0913 - the question as people ask it
    release: Release,
    knowledge: Knowledge,
    first: str,
    second: str,
    *,
    variant: str | None = None,
    answers: Mapping[str, str] | None = None,
) -> Comparison:
    """Name the criteria that make two definitions differ on a release.

    Args:
        release: with the terms on its parts.
        knowledge: definitions and licenses.
        first: id of a definition.
        second: id of another, or of another edition of it.
        variant: judge only this model of several.
        answers: to questions that files cannot decide.

    Raises:
        UnknownTermError: for a definition nobody knows, with near ones.
    """
    found = verdicts(release, knowledge, only=[first, second], variant=variant, answers=answers)
    a, b = (_Side(definition_of(knowledge, each), found[each]) for each in (first, second))
    agree = a.verdict.truth is b.verdict.truth and a.verdict.level == b.verdict.level
    differences = (*_differences(a, b), *_differences(b, a))
    shared = tuple(dict.fromkeys(_shared(a, b)))
    return Comparison(
        first=_brief(a.verdict),
        second=_brief(b.verdict),
        agree=agree,
        differences=differences,
        shared=shared,
        failed=tuple(pair for pair in shared if a.criteria[pair[0]].truth is Truth.NO),
        note="" if agree or differences else f"{_reached_by(a)}; {_reached_by(b)}",
        scored=tuple(side.definition.id for side in (a, b) if side.definition.text.score),
    )


def _reached_by(side: _Side) -> str:
    """Say by which criteria a definition reaches its level, or lacks which for the next."""
    name, verdict = side.definition.id, side.verdict
    levels = {level.title: level for level in side.definition.text.level}
    level = levels.get(verdict.level)
    if level is not None:
        held = [one for one in needs_of(side.definition, level) if one in side.criteria]
        return f"{name} asks for “{level.title}” only {', '.join(held)}"
    following = levels.get(verdict.next_level)
    if following is None:
        return f"{name} says “{verdict.level}”"
    lacking = [
        one
        for one in needs_of(side.definition, following)
        if side.criteria[one].truth is not Truth.YES
    ]
    return f"{name} has nothing below “{following.title}”, for which it lacks {', '.join(lacking)}"


def _brief(verdict: Verdict) -> Verdict:
    return Verdict(
        definition=verdict.definition,
        title=verdict.title,
        version=verdict.version,
        level=verdict.level,
        truth=verdict.truth,
        score=verdict.score,
        next_level=verdict.next_level,
    )


class _Side:
    """A definition, its verdict, and what each criterion that counts looks at."""

    def __init__(self, definition: Definition, verdict: Verdict) -> None:
        self.definition, self.verdict = definition, verdict
        self.criteria = {item.id: item for item in verdict.criteria}
        counted = _counted(definition)
        self.rules = [rule for rule in definition.rules if rule.id in counted]
        self.looks = {rule.id: frozenset(_aspects(rule)) for rule in self.rules}

    def unmet(self) -> list[Criterion]:
        """List the criteria that count and are not surely met, nor stood in for; failed first."""
        found = [(rule, self.criteria.get(rule.id)) for rule in self.rules]
        wanting = {Truth.NO, Truth.UNCLEAR}
        unmet = [
            item
            for rule, item in found
            if item is not None and item.truth in wanting and not self._stood_in(rule)
        ]
        return sorted(unmet, key=lambda item: item.truth is not Truth.NO)

    def _stood_in(self, rule: Rule) -> bool:
        other = self.criteria.get(rule.instead) if rule.instead else None
        return other is not None and other.truth is Truth.YES

    def on(self, aspects: Iterable[Aspect]) -> list[Criterion]:
        """List the criteria that look at any of these."""
        wanted = set(aspects)
        return [self.criteria[ident] for ident, looks in self.looks.items() if looks & wanted]

    def near(self, aspects: Iterable[Aspect]) -> list[Criterion]:
        """List the criteria on the same components, though they look at something else of them."""
        wanted = {owner for owner, _ in aspects} - _NO_COMPONENT
        found = [self.criteria[rule.id] for rule in self.rules if _owners(rule) & wanted]
        return found[:MOST_NEAR]


def _counted(definition: Definition) -> frozenset[str]:
    """List the criteria that bear on the bar, or where there is none on any level."""
    text = definition.text
    if not text.level:
        return frozenset(rule.id for rule in definition.rules if not rule.informs)
    bar = next((level for level in text.level if level.id == text.bar), None)
    if bar is not None:
        return frozenset(needs_of(definition, bar))
    first = text.level[0] if not text.cumulative else None
    return frozenset(name for level in text.level if level is not first for name in level.needs)


def _aspects(rule: Rule) -> Iterable[Aspect]:
    return _looked_at(rule.holds) if rule.holds is not None else ()


def _owners(rule: Rule) -> set[str]:
    """List the components that a criterion looks at, by half or in full."""
    tests = [test for test in (rule.holds, rule.partly) if test is not None]
    return {owner for test in tests for owner, _ in _looked_at(test)}


def _looked_at(test: Predicate) -> Iterable[Aspect]:
    """List what a predicate looks at; that a component is there is part of every look at it."""
    match test:
        case All() | Any() | Count():
            for each in test.tests:
                yield from _looked_at(each)
        case Not():
            yield from _looked_at(test.test)
        case Ask():
            yield ("question", test.id)
        case Unread():
            yield ("unread", test.why)
        case _:
            kind = {"Licensed": "terms", "Permits": "terms", "Unrestricted": "terms"}
            name = type(test).__name__
            for component in test.of:
                yield (component, kind.get(name, "there"))


def _differences(one: _Side, other: _Side) -> Iterable[Difference]:
    """List what one stumbles over and the other does not."""
    for item in one.unmet():
        same = other.on(one.looks[item.id])
        if any(each.truth is item.truth for each in same):
            continue
        yield Difference(
            definition=one.definition.id,
            id=item.id,
            title=item.title,
            truth=item.truth,
            other=other.definition.id,
            otherwise=tuple(
                Answered(id=e.id, title=e.title, truth=e.truth)
                for e in same or other.near(one.looks[item.id])
            ),
            score=item.score,
            reasons=item.reasons,
            missing=item.missing,
        )


def _shared(one: _Side, other: _Side) -> Iterable[tuple[str, str]]:
    for item in one.unmet():
        for each in other.on(one.looks[item.id]):
            if each.truth is item.truth:
                yield (item.id, each.id)
