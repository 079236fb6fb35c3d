"""Decide an action from atoms and circumstances alone: the one place where rights are decided.

`Every`: no beats unclear beats yes. `Choice`: the best branch. `OneOf`: only what all agree on.
A circumstance that was not given yields the best answer that any of its values yields, and that
value becomes a condition.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from msgspec.structs import replace

from howopen.answer import Circumstances
from howopen.rights.atoms import Atom, Owe, Permit, Reach
from howopen.rights.decision import NO, UNCLEAR, YES, Decision, Due, Ground, Open, union
from howopen.rights.facets import State, state
from howopen.rights.judged import Judged, judge, permitted, rank_of
from howopen.rights.lens import lens_of
from howopen.rights.opens import grounds_of, opens_of
from howopen.rights.plan import Plan, plan_of
from howopen.rights.tree import Choice, Leaf, Node, OneOf, Parent, leaves
from howopen.rights.words import FACETS, Words

#: the trigger of duties on models that were trained with a model or its outputs
TRAINED = "on-publishing-trained-model"


def decide(node: Node, action: str, who: Circumstances, words: Words) -> Decision:
    """Decide an action under a tree of terms.

    Args:
        node: the tree.
        action: id of an action.
        who: circumstances, checked (`words.checked`).
        words: the vocabulary.
    """
    put = words.actions[action].like or action
    return _decide(node, put, lens_of(node, put, words)(who), words)


@functools.lru_cache(maxsize=65536)
def _decide(node: Node, action: str, who: Circumstances, words: Words) -> Decision:
    match node:
        case Leaf():
            return _leaf(node, action, who, words)
        case Parent():
            return _inherit(node, action, who, words)
        case Choice():
            return _choose(node, action, who, words)
        case OneOf():
            return _agree(node, action, who, words)
        case _:
            return union(tuple(decide(one, action, who, words) for one in node.of))


def _leaf(leaf: Leaf, action: str, who: Circumstances, words: Words) -> Decision:
    """Decide under one text; on a derivative of a kind that it may not reach, see `_unreached`."""
    plan = plan_of(leaf.atoms, action, words)
    found = _spoken(leaf, plan, who, words)
    reach = next((one for one in plan.reaches if one.kind == who.kind), None)
    if reach is None or reach.reached == "yes":
        return found
    bare = _unreached(leaf.label, found, reach)
    maker = words.made_by.get(reach.kind)
    return union((bare, _decide(leaf, maker, who, words))) if maker else bare


def _unreached(label: str, found: Decision, reach: Reach) -> Decision:
    """Take from a decision what rests on terms that do not reach a derivative, or may not.

    A duty that speaks of models trained on outputs holds for them although they are no derivative.
    """
    ground = Ground(label=label, atom=reach)
    spoken = tuple(due for due in found.due if _of_trained(due))
    if reach.reached == "no":
        return Decision(rank=YES, grounds=(ground,), due=spoken, marks=found.marks)
    weak = _weak(found)
    due = tuple(
        one if _of_trained(one) else two for one, two in zip(found.due, weak.due, strict=True)
    )
    return replace(weak, grounds=(*weak.grounds, ground), due=due)


def _of_trained(due: Due) -> bool:
    return isinstance(due.ground.atom, Owe) and TRAINED in due.ground.atom.triggers


def _spoken(leaf: Leaf, plan: Plan, who: Circumstances, words: Words) -> Decision:
    """Decide by what a text says of an action."""
    judged = judge(plan, who, words)
    first = rank_of(judged)
    opens = opens_of(leaf.label, judged, who, words)
    rank = min(first, *(one.best() for one in opens), YES)
    closing = [g for one in opens if one.best() == rank < first for g in one.grounds]
    closing.sort(key=_surely)
    rules: Sequence[Atom | None] = _grounds(judged, rank) if rank == first else ()
    if plan.unread and rank == YES:
        if who.field is not None:
            rank, rules, closing = UNCLEAR, plan.unread, []
        else:
            opens.append(Open(facet="policy", grounds=grounds_of(leaf.label, plan.unread)))
    return Decision(
        rank=rank,
        grounds=(*(Ground(label=leaf.label, atom=rule) for rule in rules), *closing),
        spared=_spared(leaf.label, judged) if rank == YES else (),
        open=tuple(one for one in opens if one.matters()) if rank else (),
        due=_due(leaf.label, plan, who, words) if rank else (),
        marks=grounds_of(leaf.label, plan.marks),
    )


def _surely(ground: Ground) -> bool:
    """Tell whether a ground leaves nothing open, to name first what does."""
    return ground.atom is not None and ground.atom.sure


def _grounds(judged: Judged, rank: int) -> list[Atom | None]:
    """Collect the rules that make the rank what it is, prohibitions first."""
    found: list[Atom | None] = []
    if rank != YES:
        met = [rule for rule, bites in judged.forbids if bites is True]
        found.extend(rule for rule in met if rule.sure == (rank == NO))
    for rules in judged.needs:
        if permitted(rules, judged.silent) == rank:
            best = [(rule, met) for rule, met in rules if met is not False]
            fit = [pair for pair in best if pair[0].sure == (rank == YES)]
            found.extend(
                [max(fit, key=_fitting)[0]]
                if fit
                else [rule for rule, _ in rules if rank == NO] or [None]
            )
        elif rank == UNCLEAR:
            found.extend([rule for rule, met in rules if met is not False and rule.sure][:1])
    return found


def _fitting(pair: tuple[Permit, State]) -> tuple[bool, int, int]:
    """Rank permissions: what surely holds, then what names most circumstances, most narrowly."""
    rule, met = pair
    named = [len(values) for facet in FACETS if (values := getattr(rule.when, facet))]
    return met is True, len(named), -sum(named)


def _spared(label: str, judged: Judged) -> tuple[Ground, ...]:
    """List the prohibitions that speak of the action and were kept away, fields of use aside."""
    found = [
        Ground(label=label, atom=rule)
        for rule, bites in judged.forbids
        if bites is False and rule.sure and not rule.when.field
    ]
    return tuple(found)


def _due(label: str, plan: Plan, who: Circumstances, words: Words) -> tuple[Due, ...]:
    """List the duties; of the two planes of a clause the surer one that holds."""
    best: dict[tuple[str, int], tuple[int, Due]] = {}
    for rule, trigger in plan.owes:
        met = state(rule, who, words)
        if met is False:
            continue
        certain = "possibly" if not rule.sure else "surely" if met is True else "if"
        order = ("surely", "if", "possibly").index(certain)
        due = Due(ground=Ground(label=label, atom=rule), trigger=trigger, certain=certain)
        key = (rule.license, rule.clause)
        if key not in best or order < best[key][0]:
            best[key] = (order, due)
    return tuple(due for _, due in best.values())


def _choose(node: Choice, action: str, who: Circumstances, words: Words) -> Decision:
    """Take the best branch: the best truth, then the fewest conditions, then the fewest duties."""
    found = [(decide(one, action, who, words), one) for one in node.of]
    best, branch = max(found, key=lambda pair: _merit(pair[0]))
    return replace(best, chosen=(*(leaf.label for leaf in leaves(branch)), *best.chosen))


def _merit(decision: Decision) -> tuple[int, int, int]:
    return decision.rank, -len(decision.open), -len(decision.due)


def _agree(node: OneOf, action: str, who: Circumstances, words: Words) -> Decision:
    """Answer only what all of the texts answer, with the conditions and duties of all."""
    parts = tuple(decide(one, action, who, words) for one in node.of)
    joined = union(parts)
    if len({part.rank for part in parts}) == 1:
        return joined
    split = tuple(
        (leaves(one)[0].label, part.rank) for one, part in zip(node.of, parts, strict=True)
    )
    grounds = tuple(ground for part in parts if part.rank < YES for ground in part.grounds)
    due = tuple(dict.fromkeys(due for part in parts for due in part.due))
    return replace(joined, rank=UNCLEAR, grounds=grounds, due=due, split=split, why=node.why)


def _inherit(node: Parent, action: str, who: Circumstances, words: Words) -> Decision:
    """Ask a parent's terms about its derivative; what may not reach the child is never a no."""
    asked = words.through.get(action, action)
    told = action in words.derivative and who.kind is not None and who.kind not in words.whole
    kind = who.kind if told else node.kind or who.kind
    found = decide(node.of, asked, replace(who, kind=kind), words)
    return found if node.sure else replace(_weak(found), why=node.why)


def _weak(found: Decision) -> Decision:
    """Weaken a decision under terms that may not apply: never a no, and duties only possible."""
    return replace(
        found,
        rank=max(found.rank, UNCLEAR),
        grounds=tuple(replace(ground, weak=True) for ground in found.grounds),
        open=tuple(_weakened(one) for one in found.open),
        due=tuple(replace(due, certain="possibly") for due in found.due),
    )


def _weakened(one: Open) -> Open:
    grounds = tuple(replace(ground, weak=True) for ground in one.grounds)
    ranks = tuple((value, max(rank, UNCLEAR)) for value, rank in one.ranks)
    return replace(one, grounds=grounds, ranks=ranks)
