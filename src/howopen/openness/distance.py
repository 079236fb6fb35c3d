"""The smallest set of changes that takes a release to a level, and who can make each of them.

Changes are things to do: publish a component under a license of some kind, put what is there under
another one, drop a gate, state or settle something. The search over them is exact (`cheapest`);
first come few changes, then few that ask others than the publisher, then few that are surely needed
rather than perhaps so already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from howopen.answer import By, Change, Distance, Truth, Verdict
from howopen.errors import unknown_term
from howopen.knowledge import Knowledge
from howopen.knowledge.definitions import Definition, Level, Rule, definition_of
from howopen.openness.asked import answered, replies_of
from howopen.openness.changes import described
from howopen.openness.cheapest import Cost, Every, Formula, Option, Solution, Some, cheapest
from howopen.openness.holders import Holder, licenses_as, opens, publishes
from howopen.openness.plan import AS_IS, QUESTION, THERE, Plan, What
from howopen.openness.verdict import needs_of, view_of
from howopen.openness.view import Shared, View, readings
from howopen.release import Component, Release

#: who needs nobody else
ALONE = frozenset({By.PUBLISHER, By.READER})


def with_distances(  # noqa: PLR0913 - what was asked of the verdicts, and how far
    verdicts: Mapping[str, Verdict],
    release: Release,
    knowledge: Knowledge,
    *,
    to: str | None = None,
    variant: str | None = None,
    answers: Mapping[str, str] | None = None,
) -> dict[str, Verdict]:
    """Add to each verdict the smallest set of changes to its next level, or to a named one.

    Args:
        verdicts: of this release, for this variant and with these answers.
        release: with the terms on its parts.
        knowledge: definitions and licenses.
        to: id or title of a level; of definitions that have no such level the next one is meant.
        variant: the variant that was judged.
        answers: the answers that were given.

    Raises:
        UnknownTermError: for a level that none of these definitions has, with near ones.
    """
    definitions = {ident: definition_of(knowledge, ident) for ident in verdicts}
    if to is not None:
        _check_level(to, definitions.values())
    replies = replies_of(release, answers, knowledge)
    shared, supposed = Shared(), dict[tuple[object, ...], Truth]()
    holders: dict[tuple[What, Option], Holder] = {}
    found = {}
    for ident, verdict in verdicts.items():
        definition = definitions[ident]
        view = view_of(definition, release, knowledge, variant, replies, shared)
        target = _target(definition, verdict, to)
        away = None
        if target is not None and verdict.criteria:
            away = _distance(definition, verdict, target, Way(view, supposed, holders))
        found[ident] = replace(verdict, distance=away)
    return found


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A level to reach: its words, and the criteria that it needs."""

    title: str
    needs: tuple[str, ...]


class Way(NamedTuple):
    """A release as a definition sees it, and what the distances of one release share."""

    view: View
    supposed: dict[tuple[object, ...], Truth]
    holders: dict[tuple[What, Option], Holder]


def _check_level(to: str, definitions: Iterable[Definition]) -> None:
    known = [name for each in definitions for name in _names(each)]
    if to.casefold() not in [name.casefold() for name in known]:
        raise unknown_term("level", to, list(dict.fromkeys(known)))


def _names(definition: Definition) -> list[str]:
    """List the words by which the levels of a definition can be named."""
    outcomes = definition.text.outcomes
    levels = [name for each in definition.text.level for name in (each.id, each.title)]
    return [*levels, *([outcomes.yes] if outcomes else [])]


def _target(definition: Definition, verdict: Verdict, to: str | None) -> Target | None:
    """Choose the level: the named one, or the next; of a score there is none."""
    text = definition.text
    if text.outcomes is not None:
        needs = tuple(rule.id for rule in definition.rules if not rule.informs)
        far = verdict.truth is Truth.YES
        return None if far else Target(title=text.outcomes.yes, needs=needs)
    named = next((each for each in text.level if _is(each, to)), None)
    level = named or next((e for e in text.level if e.title == verdict.next_level), None)
    level = level or _unsure(definition, verdict)
    return Target(title=level.title, needs=needs_of(definition, level)) if level else None


def _is(level: Level, name: str | None) -> bool:
    return name is not None and name.casefold() in (level.id.casefold(), level.title.casefold())


def _unsure(definition: Definition, verdict: Verdict) -> Level | None:
    """Where no level is sure and none is the next: the least one above the first."""
    text = definition.text
    none_is_sure = not verdict.next_level and verdict.level not in [e.title for e in text.level]
    return text.level[1] if none_is_sure and len(text.level) > 1 else None


def _distance(definition: Definition, verdict: Verdict, target: Target, way: Way) -> Distance:
    listed = frozenset(ident for ids in definition.text.licenses.values() for ident in ids)
    plan = Plan(view=way.view, listed=listed, supposed=way.supposed)
    formula = Every(tuple(_needed(definition, verdict, target.needs, plan)))
    holders = _Holders(plan, way.holders)
    variables = {key: holders.costs(key) for key in plan.wanted}
    found = cheapest(formula, variables)
    if found is None:
        note = "no change that was thought of reaches it"
        return Distance(level=target.title, alone=Truth.NO, note=note)
    changes = described(plan, found, holders.holder)
    away = _shared_out(target, changes, found, lambda: _by_publisher(formula, variables, holders))
    return _doubted(away, plan)


def _needed(
    definition: Definition, verdict: Verdict, needs: Iterable[str], plan: Plan
) -> Iterable[Formula]:
    """Say what makes each criterion hold; one that may stand in for another may do so here."""
    rules = {rule.id: rule for rule in definition.rules}
    truths = {item.id: item.truth for item in verdict.criteria}
    for name in dict.fromkeys(needs):
        rule = rules[name]
        own = [_criterion(definition, rule, truths, plan)]
        if rule.instead:
            own.append(_criterion(definition, rules[rule.instead], truths, plan))
        applying = tuple(each for each in own if each is not None)
        if applying:
            yield Some(applying)


def _criterion(
    definition: Definition, rule: Rule, truths: Mapping[str, Truth], plan: Plan
) -> Formula | None:
    """Say what makes a criterion hold; where somebody answered that it does, it does."""
    if rule.holds is None or truths[rule.id] is Truth.NA:
        return None
    reply = answered(definition, rule.id, plan.view.replies)
    if reply is not None and reply.truth is Truth.YES is truths[rule.id]:
        return Every(())
    return plan.formula(rule.holds, rule.id)


def _shared_out(
    target: Target,
    changes: tuple[Change, ...],
    found: Solution,
    by_publisher: Callable[[], tuple[Change, ...]],
) -> Distance:
    """Say whether the publisher gets there alone, and by which other set if not by this one."""
    if all(change.by in ALONE for change in changes):
        return Distance(level=target.title, changes=changes, exact=found.exact)
    instead = by_publisher()
    asked = [change for change in changes if change.by not in ALONE]
    unsure = all(change.by is By.UNCLEAR or change.perhaps for change in asked)
    alone = Truth.YES if instead else Truth.UNCLEAR if unsure else Truth.NO
    return Distance(
        level=target.title, changes=changes, alone=alone, instead=instead, exact=found.exact
    )


def _doubted(away: Distance, plan: Plan) -> Distance:
    """Say where a parent's terms leave the publisher less to give than what counts here."""
    asked = any(key == (Component.WEIGHTS.value, "terms") for key in plan.wanted)
    changed = any(change.id == f"license:{Component.WEIGHTS}" for change in away.changes)
    if not asked or changed:
        return away
    stated = _stated(plan.view)
    held = [(ident, licenses_as(plan.view, Component.WEIGHTS, ident)) for ident in stated]
    doubt = next(((ident, who) for ident, who in held if who.parent), None)
    if doubt is None:
        return away
    ident, who = doubt
    note = (
        f"the weights count as under {ident} here, which is not the publisher's to give: {who.who}"
    )
    alone = Truth.NO if who.by is By.PARENT else Truth.UNCLEAR
    return replace(away, note=note, alone=alone if away.alone is Truth.YES else away.alone)


def _stated(view: View) -> tuple[str, ...]:
    """List the licenses that are said to be on the weights."""
    grants = [part.grant for part in view.found(Component.WEIGHTS) if part.grant is not None]
    found = [one.license for grant in grants for one in readings(grant.terms)]
    return tuple(dict.fromkeys(ident for ident in found if ident))


def _by_publisher(
    formula: Formula, variables: Mapping[What, Mapping[Option, Cost]], holders: _Holders
) -> tuple[Change, ...]:
    """Find the smallest set without anything that others would have to do."""
    own = {
        key: {option: cost for option, cost in options.items() if not cost[1]}
        for key, options in variables.items()
    }
    found = cheapest(formula, own)
    return () if found is None else described(holders.plan, found, holders.holder)


class _Holders:
    """Who can make each change, and what it costs."""

    def __init__(self, plan: Plan, known: dict[tuple[What, Option], Holder]) -> None:
        self.plan = plan
        self.known = known

    def holder(self, key: What, option: Option) -> Holder:
        """Tell who can make a variable take an option."""
        if key[0] == QUESTION:
            said = [item.judged.truth for item in self.plan.wanted[key]]
            return Holder(by=By.PUBLISHER if Truth.NO in said else By.READER)
        if key[1] == "terms" and not self.plan.view.release.relations:
            option = ""  # without a parent, whose license it is does not hang on the license
        if (key, option) not in self.known:
            self.known[key, option] = self._find(key, option)
        return self.known[key, option]

    def _find(self, key: What, option: Option) -> Holder:
        owner, aspect = key
        view = self.plan.view
        component = Component(owner)
        match aspect:
            case "presence":
                return publishes(view, component) if option == THERE else opens(view, component)
            case "terms":
                return licenses_as(view, component, str(option))
            case _:
                return opens(view, component)

    def costs(self, key: What) -> dict[Option, Cost]:
        """Price the options of a variable: changes, those that ask others, those surely needed.

        What a component that is not there would be like costs nothing beside publishing it.
        """
        owner, aspect = key
        free = (0, 0, 0)
        options = self.plan.options(key)
        if owner != QUESTION and aspect != "presence" and not self.plan.there(owner):
            return dict.fromkeys(options, free)
        truths = [item.judged.truth for item in self.plan.wanted[key]]
        sure = int(Truth.NO in truths)
        return {
            option: free
            if option == AS_IS
            else (1, int(self.holder(key, option).by not in ALONE), sure)
            for option in options
        }
