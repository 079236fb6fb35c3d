"""How far a score is from the next higher one, and what each criterion would add to it.

A score counts half points: one where a criterion is at least half met, one more where it is met.
So “a higher score” is “one more of these holds”, a count like any other, and the same exact search
finds the fewest changes for it. Only what is sure counts: what may be so already is to be settled.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from howopen.answer import Distance, Reach, Reason, Step, Truth, Verdict
from howopen.knowledge.definitions import Definition, Rule
from howopen.knowledge.predicates import All, Any, Ask, Count, Not, Predicate, Unread
from howopen.openness.asked import answered
from howopen.openness.cheapest import Every, Formula, Solution, Some
from howopen.openness.evaluate import evaluate
from howopen.openness.plan import Plan
from howopen.openness.pricing import Prices

#: what nothing can make hold
NEVER = Some(())

#: the two half points of a criterion, by what the index calls them
WORDS = ("partial", "open")


class Scale(NamedTuple):
    """How half points add up to a score.

    Attributes:
        half: what one half point adds.
        most: the full score.
    """

    half: float
    most: float

    def halves(self, score: float) -> int:
        """Count the half points that make up a score, rounded up."""
        return math.ceil(score / self.half - 1e-6)

    def said(self, halves: int) -> str:
        """Write a score as verdicts do."""
        return f"{halves * self.half:.3g} of {self.most:g}"


class Rung(NamedTuple):
    """A criterion: how many half points are sure now, and what makes one or both of them hold."""

    rule: Rule
    now: int
    ways: tuple[Formula, Formula]

    @property
    def kept(self) -> Formula:
        """Keep what is sure now."""
        return Every(self.ways[: self.now])


def rungs_of(definition: Definition, verdict: Verdict, plan: Plan) -> list[Rung]:
    """Say of each criterion that counts what makes it half met, and met."""
    scores = {item.id: item.score for item in verdict.criteria}
    rules = [rule for rule in definition.rules if not rule.informs]
    return [_rung(definition, rule, scores[rule.id], plan) for rule in rules]


def _rung(definition: Definition, rule: Rule, score: float | None, plan: Plan) -> Rung:
    if rule.holds is None:
        return Rung(rule, 0, (NEVER, NEVER))
    now = _surely(rule, score, plan)
    reply = answered(definition, rule.id, plan.view.replies)
    given = 0
    if reply is not None and score == reply.share:
        given = round(2 * reply.share)
        tests = [rule.holds] if given == 1 else [rule.holds, rule.partly] if given == 0 else []
        for test in tests:
            _deny(plan, rule.id, test, reply.reason)
    met = plan.formula(rule.holds, rule.id) or NEVER
    half = plan.formula(rule.partly, rule.id) if rule.partly is not None else None
    either = met if half is None else Some((met, half))
    told = (*(Every(()),) * given, *(either, met)[given:])
    return Rung(rule, now, (told[0], told[1]))


def _surely(rule: Rule, score: float | None, plan: Plan) -> int:
    """Count the half points that are sure, where the criterion as a whole may be unclear."""
    if score is not None:
        return round(2 * score)
    half = rule.partly is not None and evaluate(rule.partly, plan.view).truth is Truth.YES
    return int(half)


def _deny(plan: Plan, criterion: str, test: Predicate | None, reason: Reason) -> None:
    """Note what surely does not hold where an answer says that a criterion does not."""
    match test:
        case None | Not() | Count() | Unread():
            return
        case Any():
            for each in test.tests:
                _deny(plan, criterion, each, reason)
        case All():
            if len(test.tests) == 1:
                _deny(plan, criterion, test.tests[0], reason)
        case Ask():
            plan.denied[criterion, test] = reason
        case _:
            if len(plan.view.components(test.of)) == 1:
                plan.denied[criterion, test] = reason


def raised(
    rungs: list[Rung], prices: Prices, scale: Scale, to: float | None = None
) -> Distance | None:
    """Find the fewest changes to a higher score, and what each criterion would add on its own.

    Args:
        rungs: of all criteria that count.
        prices: of the plan that the rungs were made with.
        scale: how they add up.
        to: the score to reach, at most the full one; the next higher one when left out.

    Returns:
        None where the score is full.
    """
    now = sum(rung.now for rung in rungs)
    if now == 2 * len(rungs):
        return None
    halves = tuple(way for rung in rungs for way in rung.ways)
    wanted = now + 1 if to is None else scale.halves(to)
    if wanted <= now:
        return Distance(level=f"at least {scale.said(wanted)}")
    target = Some(halves, wanted)
    found = prices.cheapest(target)
    if found is None:
        note = f"no change that was thought of {'raises the score' if to is None else 'reaches it'}"
        level = f"more than {scale.said(now)}" if to is None else f"at least {scale.said(wanted)}"
        return Distance(level=level, alone=Truth.NO, note=note)
    climbs = [climb for rung in rungs for climb in _climbs(rung, rungs, prices, scale)]
    first = _first(climbs, found) if to is None else None
    changes = first.changes if first else prices.told(found)
    reached = now + round(first.gain / scale.half) if first else wanted
    alone, instead = prices.alone(changes, target)
    return Distance(
        level=f"at least {scale.said(reached)}",
        changes=changes,
        alone=alone,
        instead=instead,
        exact=found.exact,
        steps=_ordered([step for step, _ in climbs]),
        by_publisher=_reach(halves, now, prices, scale, alone=True),
        by_all=_reach(halves, now, prices, scale, alone=False),
    )


def _first(climbs: Iterable[tuple[Step, Solution]], found: Solution) -> Step | None:
    """Of the steps that cost no more than the least, return the one that adds most."""
    cheap = [step for step, solution in climbs if solution.cost == found.cost]
    return max(cheap, key=lambda step: step.gain, default=None)


def _ordered(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Order steps: what adds most for a change first, then what asks nobody."""
    order = (Truth.YES, Truth.UNCLEAR, Truth.NO)
    return tuple(
        sorted(steps, key=lambda each: (-each.gain / len(each.changes), order.index(each.alone)))
    )


def _climbs(
    rung: Rung, rungs: list[Rung], prices: Prices, scale: Scale
) -> list[tuple[Step, Solution]]:
    """Take one criterion to half met and to met, keeping all else; not half where met is as near.

    A criterion without a half may not be half met; then there is only the whole.
    """
    kept = tuple(other.kept for other in rungs if other is not rung)
    found: list[tuple[Step, Solution]] = []
    for half in range(rung.now, 2):
        goal = Every((*rung.ways[: half + 1], *kept))
        solution = prices.cheapest(goal)
        changes = prices.told(solution, rung.rule.id)
        if solution is None or not changes:
            continue
        step = Step(
            criterion=rung.rule.id,
            title=rung.rule.title,
            to=WORDS[half],
            gain=(half + 1 - rung.now) * scale.half,
            changes=changes,
            alone=prices.alone(changes, goal)[0],
            exact=solution.exact,
        )
        found = [(one, how) for one, how in found if len(one.changes) < len(changes)]
        found.append((step, solution))
    return found


def _reach(
    halves: tuple[Formula, ...], now: int, prices: Prices, scale: Scale, *, alone: bool
) -> Reach:
    """Find the highest score there is, and the fewest changes to it."""
    possible = sum(prices.cheapest(each, alone=alone) is not None for each in halves)
    for count in range(possible, now, -1):
        found = prices.cheapest(Some(halves, count), alone=alone)
        if found is not None:
            return Reach(score=count * scale.half, changes=found.cost[0], exact=found.exact)
    return Reach(score=now * scale.half, changes=0)
