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
        reasons: why it is not met.
        missing: what would meet it.
    """

    definition: str
    id: str
    title: str
    truth: Truth
    other: str
    otherwise: tuple[Answered, ...] = ()
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
        note: where no criterion makes the difference, how each puts its criteria together.
    """

    first: Verdict
    second: Verdict
    agree: bool
    differences: tuple[Difference, ...] = ()
    shared: tuple[tuple[str, str], ...] = ()
    note: str = ""


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
    return Comparison(
        first=_brief(a.verdict),
        second=_brief(b.verdict),
        agree=agree,
        differences=differences,
        shared=tuple(dict.fromkeys(_shared(a, b))),
        note="" if agree or differences else f"{_reached_by(a)}; {_reached_by(b)}",
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
        """List the criteria that count and are not surely met, nor stood in for."""
        found = [(rule, self.criteria.get(rule.id)) for rule in self.rules]
        wanting = {Truth.NO, Truth.UNCLEAR}
        return [
            item
            for rule, item in found
            if item is not None and item.truth in wanting and not self._stood_in(rule)
        ]

    def _stood_in(self, rule: Rule) -> bool:
        other = self.criteria.get(rule.instead) if rule.instead else None
        return other is not None and other.truth is Truth.YES

    def on(self, aspects: Iterable[Aspect]) -> list[Criterion]:
        """List the criteria that look at any of these."""
        wanted = set(aspects)
        return [self.criteria[ident] for ident, looks in self.looks.items() if looks & wanted]


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
            otherwise=tuple(Answered(id=e.id, title=e.title, truth=e.truth) for e in same),
            reasons=item.reasons,
            missing=item.missing,
        )


def _shared(one: _Side, other: _Side) -> Iterable[tuple[str, str]]:
    for item in one.unmet():
        for each in other.on(one.looks[item.id]):
            if each.truth is item.truth:
                yield (item.id, each.id)
