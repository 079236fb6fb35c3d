"""Decide an action from atoms and circumstances alone: the one place where rights are decided.

`Every`: no beats unclear beats yes. `Choice`: the best branch. `OneOf`: only what all agree on.
A circumstance that was not given yields the best answer that any of its values yields, and that
value becomes a condition.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from howopen.answer import Circumstances
from howopen.release import Noun
from howopen.rights.atoms import Atom, Atoms, Forbid, Mark, Owe, Permit
from howopen.rights.decision import NO, UNCLEAR, YES, Decision, Due, Ground, Open, union
from howopen.rights.facets import State, domain, state
from howopen.rights.tree import Choice, Leaf, Node, OneOf, Parent, leaves
from howopen.rights.words import FACETS, Words

_SINGLE = frozenset(frozenset((facet,)) for facet in FACETS)


class Judged(NamedTuple):
    """The rules that concern an action, each with its state for somebody.

    Attributes:
        needs: for each permission that is needed, the rules that may give it.
        forbids: the rules that may forbid it.
        silent: the rank where nothing speaks of it.
    """

    needs: Sequence[Sequence[tuple[Permit, State]]]
    forbids: Sequence[tuple[Forbid, State]]
    silent: int


class Plan(Noun, frozen=True, kw_only=True):
    """The atoms of one text that concern one action, sorted once.

    Attributes:
        needs: for each permission that is needed, the rules that may give it.
        forbids: the rules that may forbid it.
        owes: duties that it sets off, with the trigger.
        marks: remarks on the text.
        silent: the rank where nothing speaks of it.
    """

    needs: tuple[tuple[Permit, ...], ...]
    forbids: tuple[Forbid, ...]
    owes: tuple[tuple[Owe, str], ...]
    marks: tuple[Mark, ...]
    silent: int


@functools.lru_cache(maxsize=65536)
def decide(node: Node, action: str, who: Circumstances, words: Words) -> Decision:
    """Decide an action under a tree of terms.

    Args:
        node: the tree.
        action: id of an action.
        who: circumstances, checked (`words.checked`).
        words: the vocabulary.
    """
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


@functools.lru_cache(maxsize=8192)
def plan_of(atoms: Atoms, action: str, words: Words) -> Plan:
    """Sort the atoms of a text by what they mean for an action."""
    ordered = sorted(atoms, key=lambda atom: (atom.license, atom.clause, not atom.sure, atom.note))
    permits = [atom for atom in ordered if isinstance(atom, Permit)]
    due = words.due[action]
    return Plan(
        needs=tuple(
            tuple(atom for atom in permits if not atom.actions or need in atom.actions)
            for need in words.actions[action].needs
        ),
        forbids=tuple(
            atom
            for atom in ordered
            if isinstance(atom, Forbid) and (not atom.actions or action in atom.actions)
        ),
        owes=tuple(
            (atom, trigger)
            for atom in ordered
            if isinstance(atom, Owe)
            for trigger in [t for t in due if t in atom.triggers][:1]
        ),
        marks=tuple(atom for atom in ordered if isinstance(atom, Mark)),
        silent=NO if action in words.reserved else UNCLEAR,
    )


def _leaf(leaf: Leaf, action: str, who: Circumstances, words: Words) -> Decision:
    plan = plan_of(leaf.atoms, action, words)
    judged = _judge(plan, who, words)
    first = _rank(judged)
    opens = _opens(leaf.label, judged, who, words)
    rank = min(first, *(one.best() for one in opens), YES)
    closing = [g for one in opens if one.best() == rank < first for g in one.grounds]
    rules = _grounds(judged, rank) if rank == first else []
    return Decision(
        rank=rank,
        grounds=(*(Ground(label=leaf.label, atom=rule) for rule in rules), *closing),
        spared=_spared(leaf.label, judged) if rank == YES else (),
        open=tuple(one for one in opens if one.matters()) if rank else (),
        due=_due(leaf.label, plan, who, words) if rank else (),
        marks=tuple(Ground(label=leaf.label, atom=mark) for mark in plan.marks),
    )


def _judge(plan: Plan, who: Circumstances, words: Words) -> Judged:
    return Judged(
        needs=[[(rule, state(rule, who, words)) for rule in rules] for rules in plan.needs],
        forbids=[(rule, state(rule, who, words)) for rule in plan.forbids],
        silent=plan.silent,
    )


def _rank(judged: Judged) -> int:
    """Rank an action, taking for granted that what is open turns out well."""
    rank = min((_permitted(rules, judged.silent) for rules in judged.needs), default=YES)
    for rule, bites in judged.forbids:
        if bites is True:
            rank = min(rank, NO if rule.sure else UNCLEAR)
    return rank


def _permitted(rules: Sequence[tuple[Permit, State]], silent: int) -> int:
    """Rank one permission; a text that grants it only to others does not grant it."""
    if not rules:
        return silent
    given = [rule.sure for rule, met in rules if met is not False]
    return NO if not given else YES if any(given) else UNCLEAR


def _grounds(judged: Judged, rank: int) -> list[Atom | None]:
    """Collect the rules that make the rank what it is, prohibitions first."""
    found: list[Atom | None] = []
    if rank != YES:
        met = [rule for rule, bites in judged.forbids if bites is True]
        found.extend(rule for rule in met if rule.sure == (rank == NO))
    for rules in judged.needs:
        if _permitted(rules, judged.silent) == rank:
            best = [rule for rule, met in rules if met is not False and rule.sure == (rank == YES)]
            found.extend(best[:1] or [rule for rule, _ in rules if rank == NO] or [None])
        elif rank == UNCLEAR:
            found.extend([rule for rule, met in rules if met is not False and rule.sure][:1])
    return found


def _spared(label: str, judged: Judged) -> tuple[Ground, ...]:
    """List the prohibitions that speak of the action and were kept away, fields of use aside."""
    found = [
        Ground(label=label, atom=rule)
        for rule, bites in judged.forbids
        if bites is False and rule.sure and not rule.when.field
    ]
    return tuple(found)


def _opens(label: str, judged: Judged, who: Circumstances, words: Words) -> list[Open]:
    """List what the answer depends on: single facets by value, anything else rule by rule."""
    lacking = [pair for rules in judged.needs if not _settled(rules) for pair in rules]
    pending = [(rule, on) for rule, on in (*lacking, *judged.forbids) if not isinstance(on, bool)]
    found: list[Open] = []
    for facet in FACETS:
        rules = tuple(rule for rule, on in pending if on == {facet})
        if rules:
            grounds = tuple(Ground(label=label, atom=rule) for rule in rules)
            ranks = _ranks(judged, facet, domain(facet, rules, words), who, words)
            found.append(Open(facet=facet, grounds=grounds, ranks=ranks))
    told = {(rule.license, rule.clause) for rule, on in pending if on in _SINGLE}
    for rule, on in pending:
        twin = isinstance(rule, Forbid) and rule.sure and (rule.license, rule.clause) in told
        if not twin and on not in _SINGLE:
            ground = Ground(label=label, atom=rule)
            found.append(Open(facet="+".join(sorted(on)), grounds=(ground,)))
    return found


def _settled(rules: Sequence[tuple[Permit, State]]) -> bool:
    return any(met is True and rule.sure for rule, met in rules)


def _ranks(
    judged: Judged, facet: str, values: Iterable[str], who: Circumstances, words: Words
) -> tuple[tuple[str, int], ...]:
    """Rank the action for each value of one facet; only rules that wait for it are judged anew."""
    fixed = [(rule, on) for rule, on in judged.forbids if on is True]
    waiting = [rule for rule, on in judged.forbids if not isinstance(on, bool) and facet in on]
    found = []
    for value in values:
        one = replace(who, **{facet: value})
        needs = [[(rule, state(rule, one, words)) for rule, _ in rules] for rules in judged.needs]
        forbids = [*fixed, *((rule, state(rule, one, words)) for rule in waiting)]
        found.append((value, _rank(Judged(needs, forbids, judged.silent))))
    return tuple(found)


def _due(label: str, plan: Plan, who: Circumstances, words: Words) -> tuple[Due, ...]:
    """List the duties; of the two planes of a clause the surer one that holds."""
    best: dict[tuple[str, int], tuple[int, Due]] = {}
    for rule, trigger in plan.owes:
        met = state(rule, who, words)
        if met is False:
            continue
        certain = ("surely" if rule.sure else "possibly") if met is True else "if"
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
    found = decide(node.of, asked, replace(who, kind=node.kind or who.kind), words)
    if node.sure:
        return found
    return Decision(
        rank=max(found.rank, UNCLEAR),
        grounds=tuple(replace(ground, weak=True) for ground in found.grounds),
        spared=found.spared,
        open=tuple(_weakened(one) for one in found.open),
        due=tuple(replace(due, certain="possibly") for due in found.due),
        marks=found.marks,
        chosen=found.chosen,
        split=found.split,
        why=node.why,
    )


def _weakened(one: Open) -> Open:
    grounds = tuple(replace(ground, weak=True) for ground in one.grounds)
    ranks = tuple((value, max(rank, UNCLEAR)) for value, rank in one.ranks)
    return replace(one, grounds=grounds, ranks=ranks)
