"""The smallest set of changes that takes a release to a level, and who can make each of them.

Changes are things to do: publish a component under a license of some kind, put what is there under
another one, drop a gate, state or settle something. The search over them is exact (`cheapest`);
first come few changes, then few that ask others than the publisher, then few that are surely needed
rather than perhaps so already. Of a definition that gives a score, the next higher score is meant
(`points`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from howopen.answer import By, Distance, Truth, Verdict
from howopen.errors import unknown_term
from howopen.knowledge import Knowledge
from howopen.knowledge.definitions import Definition, Level, Rule, definition_of
from howopen.openness.asked import answered, replies_of
from howopen.openness.cheapest import Every, Formula, Option, Some
from howopen.openness.holders import Holder, licenses_as
from howopen.openness.plan import Plan, What
from howopen.openness.points import Scale, raised, rungs_of
from howopen.openness.pricing import Prices
from howopen.openness.verdict import needs_of, view_of
from howopen.openness.view import Shared, View, readings
from howopen.release import Component, Release


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
        to: id or title of a level, or a score; of definitions that have no such level, or give no
            score, the next one is meant.
        variant: the variant that was judged.
        answers: the answers that were given.

    Raises:
        UnknownTermError: for a level or score that none of these definitions has, with near ones.
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
        away = _far(definition, verdict, to, Way(view, supposed, holders))
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


def _far(definition: Definition, verdict: Verdict, to: str | None, way: Way) -> Distance | None:
    """Find how far it is to a level or to a higher score; None where there is none above."""
    if not verdict.criteria:
        return None
    if definition.text.score:
        return _score(definition, verdict, _number(to), way)
    target = _target(definition, verdict, to)
    return None if target is None else _distance(definition, verdict, target, way)


def _check_level(to: str, definitions: Iterable[Definition]) -> None:
    told = list(definitions)
    score = _number(to)
    if score is not None and any(0 < score <= full_score(each) for each in told):
        return
    known = [name for each in told for name in _names(each)]
    if to.casefold() not in [name.casefold() for name in known]:
        raise unknown_term("level", to, list(dict.fromkeys(known)))


def _number(to: str | None) -> float | None:
    """Read a score, such as `0.5`."""
    try:
        return None if to is None else float(to)
    except ValueError:
        return None


def _names(definition: Definition) -> list[str]:
    """List the words by which the levels of a definition can be named."""
    outcomes = definition.text.outcomes
    if definition.text.score:
        return [f"a score up to {full_score(definition):g}"]
    levels = [name for each in definition.text.level for name in (each.id, each.title)]
    return [*levels, *([outcomes.yes] if outcomes else [])]


def _target(definition: Definition, verdict: Verdict, to: str | None) -> Target | None:
    """Choose the level: the named one, or the next."""
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
    plan = Plan(view=way.view, listed=_listed(definition), supposed=way.supposed)
    formula = Every(tuple(_needed(definition, verdict, target.needs, plan)))
    prices = Prices(plan, way.holders)
    found = prices.cheapest(formula)
    if found is None:
        note = "no change that was thought of reaches it"
        return Distance(level=target.title, alone=Truth.NO, note=note)
    changes = prices.told(found)
    alone, instead = prices.alone(changes, formula)
    away = Distance(
        level=target.title, changes=changes, alone=alone, instead=instead, exact=found.exact
    )
    return _doubted(away, plan)


def full_score(definition: Definition) -> float:
    """Return the score of a definition where all criteria are met; 0 where it gives none."""
    count = sum(not rule.informs for rule in definition.rules)
    return {"mean": 1.0, "sum": float(count)}.get(definition.text.score, 0.0)


def _score(definition: Definition, verdict: Verdict, to: float | None, way: Way) -> Distance | None:
    """Find the smallest set of changes to a higher score; None where it is full."""
    plan = Plan(view=way.view, listed=_listed(definition), supposed=way.supposed)
    rungs = rungs_of(definition, verdict, plan)
    most = full_score(definition)
    scale = Scale(half=most / (2 * len(rungs)), most=most)
    reachable = to if to is not None and 0 < to <= most else None
    away = raised(rungs, Prices(plan, way.holders), scale, reachable)
    return away and replace(away, note=away.note or _doubted(away, plan).note)


def _listed(definition: Definition) -> frozenset[str]:
    """List the licenses that a definition names itself."""
    return frozenset(ident for ids in definition.text.licenses.values() for ident in ids)


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
