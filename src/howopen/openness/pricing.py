"""What each change costs and who can make it: the search of `cheapest`, asked about a release."""

from __future__ import annotations

from howopen.answer import By, Change, Truth
from howopen.knowledge.predicates import Ask
from howopen.openness.changes import described
from howopen.openness.cheapest import Cost, Formula, Option, Solution, cheapest
from howopen.openness.holders import Holder, licenses_as, opens, publishes, settles
from howopen.openness.plan import AS_IS, QUESTION, THERE, Plan, What
from howopen.release import Component

#: who needs nobody else
ALONE = frozenset({By.PUBLISHER, By.READER})

#: What each option of each variable costs: changes, those that ask others, those surely needed.
Costs = dict[What, dict[Option, Cost]]


class Prices:
    """Who can make each change, what it costs, and the cheapest changes by that.

    Args:
        plan: after all formulas to be asked about were made.
        known: who holds what, kept between the definitions of one release.
    """

    def __init__(self, plan: Plan, known: dict[tuple[What, Option], Holder]) -> None:
        self.plan = plan
        self.known = known
        self.all: Costs = {key: self._costs(key) for key in plan.wanted}
        self.own: Costs = {
            key: {option: cost for option, cost in options.items() if not cost[1]}
            for key, options in self.all.items()
        }

    def cheapest(self, formula: Formula, *, alone: bool = False) -> Solution | None:
        """Find the cheapest changes that make a formula hold; or those that ask nobody else."""
        return cheapest(formula, self.own if alone else self.all)

    def told(self, found: Solution | None, criterion: str = "") -> tuple[Change, ...]:
        """Tell a solution as changes; of one criterion, no more than that asks for."""
        return () if found is None else described(self.plan, found, self.holder, criterion)

    def alone(
        self, changes: tuple[Change, ...], formula: Formula
    ) -> tuple[Truth, tuple[Change, ...]]:
        """Say whether the publisher gets there alone, and by which other set if not by this one."""
        asked = [change for change in changes if change.by not in ALONE]
        if not asked:
            return Truth.YES, ()
        instead = self.told(self.cheapest(formula, alone=True))
        unsure = all(change.by is By.UNCLEAR or change.perhaps for change in asked)
        return Truth.YES if instead else Truth.UNCLEAR if unsure else Truth.NO, instead

    def holder(self, key: What, option: Option) -> Holder:
        """Tell who can make a variable take an option."""
        if key[0] == QUESTION:
            return self._settler(key)
        if key[1] == "terms" and not self.plan.view.release.relations:
            option = ""  # without a parent, whose license it is does not hang on the license
        if (key, option) not in self.known:
            self.known[key, option] = self._find(key, option)
        return self.known[key, option]

    def _settler(self, key: What) -> Holder:
        """Tell who can settle a question, or make it so where the answer is no."""
        wanted = self.plan.wanted[key]
        if Truth.NO not in [item.judged.truth for item in wanted]:
            return Holder(by=By.READER)
        base = any(isinstance(item.test, Ask) and item.test.base for item in wanted)
        return settles(self.plan.view, base=base)

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

    def _costs(self, key: What) -> dict[Option, Cost]:
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
