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
from howopen.rights.atoms import Atom, Forbid, Owe, Permit, Reach
from howopen.rights.decision import NO, UNCLEAR, YES, Decision, Due, Ground, Open, union
from howopen.rights.facets import State, domain, state
from howopen.rights.lens import lens_of
from howopen.rights.plan import Plan, plan_of
from howopen.rights.tree import Choice, Leaf, Node, OneOf, Parent, leaves
from howopen.rights.words import FACETS, Words

#: the trigger of duties on models that were trained with a model or its outputs
TRAINED = "on-publishing-trained-model"

Rule = Permit | Forbid

_SINGLE = frozenset(frozenset((facet,)) for facet in FACETS)


class Judged(NamedTuple):
    """The rules that concern an action, each with its state for somebody.

    Attributes:
        needs: for each permission that is needed, the rules that may give it.
        forbids: the rules that may forbid it.
        fields: rules on a field of use alone, where no field was said.
        silent: the rank where nothing speaks of it.
    """

    needs: Sequence[Sequence[tuple[Permit, State]]]
    forbids: Sequence[tuple[Forbid, State]]
    fields: tuple[Forbid, ...]
    silent: int


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
    judged = _judge(plan, who, words)
    first = _rank(judged)
    opens = _opens(leaf.label, judged, who, words)
    rank = min(first, *(one.best() for one in opens), YES)
    closing = [g for one in opens if one.best() == rank < first for g in one.grounds]
    closing.sort(key=_surely)
    rules: Sequence[Atom | None] = _grounds(judged, rank) if rank == first else ()
    if plan.unread and rank == YES:
        if who.field is not None:
            rank, rules, closing = UNCLEAR, plan.unread, []
        else:
            opens.append(Open(facet="policy", grounds=_all(leaf.label, plan.unread)))
    return Decision(
        rank=rank,
        grounds=(*(Ground(label=leaf.label, atom=rule) for rule in rules), *closing),
        spared=_spared(leaf.label, judged) if rank == YES else (),
        open=tuple(one for one in opens if one.matters()) if rank else (),
        due=_due(leaf.label, plan, who, words) if rank else (),
        marks=_all(leaf.label, plan.marks),
    )


def _surely(ground: Ground) -> bool:
    """Tell whether a ground leaves nothing open, to name first what does."""
    return ground.atom is not None and ground.atom.sure


def _judge(plan: Plan, who: Circumstances, words: Words) -> Judged:
    forbids = [(rule, state(rule, who, words)) for rule in plan.forbids]
    if who.field is not None:
        forbids.extend((rule, True) for rule in plan.fields if who.field in rule.when.field)
    return Judged(
        needs=[[(rule, state(rule, who, words)) for rule in rules] for rules in plan.needs],
        forbids=forbids,
        fields=plan.fields if who.field is None else (),
        silent=plan.silent,
    )


def _rank(judged: Judged) -> int:
    """Rank an action, taking for granted that what is open turns out well."""
    rank = min((_permitted(rules, judged.silent) for rules in judged.needs), default=YES)
    for rule, bites in judged.forbids:
        if bites is True:
            rank = min(rank, _worst(rule))
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


def _opens(label: str, judged: Judged, who: Circumstances, words: Words) -> list[Open]:
    """List what the answer depends on: single facets by value, anything else rule by rule."""
    lacking = [pair for rules in judged.needs if not _settled(rules) for pair in _widest(rules)]
    asked: tuple[tuple[Rule, State], ...] = (*lacking, *judged.forbids)
    pending = [(rule, on) for rule, on in asked if not isinstance(on, bool)]
    found: list[Open] = []
    single, several = _sorted(pending)
    for facet in FACETS:
        rules = tuple(single.get(facet, ()))
        if facet == "field" and judged.fields:
            found.append(_open_field(label, judged, rules, who, words))
        elif rules:
            ranks = _ranks(judged, facet, domain(facet, rules, words), who, words)
            found.append(Open(facet=facet, grounds=_all(label, rules), ranks=ranks))
    if not several:
        return found
    singles = (*(rule for rules in single.values() for rule in rules), *judged.fields)
    told = {(one.license, one.clause) for one in singles if isinstance(one, Forbid)}
    for rule, on in several:
        twin = isinstance(rule, Forbid) and rule.sure and (rule.license, rule.clause) in told
        if not twin:
            found.append(Open(facet="+".join(sorted(on)), grounds=_all(label, (rule,))))
    return found


def _sorted(
    pending: Iterable[tuple[Rule, frozenset[str]]],
) -> tuple[dict[str, list[Rule]], list[tuple[Rule, frozenset[str]]]]:
    """Sort rules that wait: those that wait for one facet by it, and all others."""
    single: dict[str, list[Rule]] = {}
    several: list[tuple[Rule, frozenset[str]]] = []
    for rule, on in pending:
        if on in _SINGLE:
            single.setdefault(next(iter(on)), []).append(rule)
        else:
            several.append((rule, on))
    return single, several


def _open_field(
    label: str, judged: Judged, others: tuple[Atom, ...], who: Circumstances, words: Words
) -> Open:
    """Say how the answer depends on the field of use; mostly on rules of fields alone."""
    waits = any(
        _waits(on, "field") for _, on in (*judged.forbids, *(p for n in judged.needs for p in n))
    )
    if not waits:
        return _fields(label, judged.fields, _rank(judged), words)
    rules = (*others, *judged.fields)
    ranks = _ranks(judged, "field", domain("field", rules, words), who, words)
    return Open(facet="field", grounds=_all(label, rules), ranks=ranks)


@functools.lru_cache(maxsize=8192)
def _fields(label: str, rules: tuple[Forbid, ...], rank: int, words: Words) -> Open:
    """Rank the action for each field that rules name, where it has a rank without them."""
    worst = _worst_by_field(rules)
    ranks = [(value, min(rank, worst.get(value, YES))) for value in domain("field", rules, words)]
    return Open(facet="field", grounds=_all(label, rules), ranks=tuple(ranks))


@functools.lru_cache(maxsize=65536)
def _all(label: str, rules: tuple[Atom, ...]) -> tuple[Ground, ...]:
    return tuple(Ground(label=label, atom=rule) for rule in rules)


def _widest(rules: Sequence[tuple[Permit, State]]) -> list[tuple[Permit, State]]:
    """Leave out permissions that a wider one among them makes needless to ask for."""
    given = [rule for rule, met in rules if met is not False]
    return [
        (rule, met)
        for rule, met in rules
        if not any(rule is not one and _wider(one, rule) for one in given)
    ]


@functools.lru_cache(maxsize=8192)
def _wider(one: Permit, two: Permit) -> bool:
    """Tell whether a permission names fewer circumstances and holds wherever the other does."""
    named = [facet for facet in FACETS if getattr(one.when, facet)]
    more = sum(bool(getattr(two.when, facet)) for facet in FACETS) > len(named)
    inside = all(
        getattr(two.when, facet) and set(getattr(two.when, facet)) <= set(getattr(one.when, facet))
        for facet in named
    )
    return more and inside and one.sure >= two.sure


def _settled(rules: Sequence[tuple[Permit, State]]) -> bool:
    return any(met is True and rule.sure for rule, met in rules)


def _ranks(
    judged: Judged, facet: str, values: Iterable[str], who: Circumstances, words: Words
) -> tuple[tuple[str, int], ...]:
    """Rank the action for each value of one facet; values that no rule names rank alike."""
    rules = (*judged.forbids, *(pair for need in judged.needs for pair in need))
    named = frozenset(v for rule, on in rules if _waits(on, facet) for v in _values(rule, facet))
    found: list[tuple[str, int]] = []
    unnamed: int | None = None
    worst = _worst_by_field(judged.fields) if facet == "field" else {}
    for value in values:
        if value in named:
            rank = _rank(_at(judged, facet, value, who, words))
        else:
            if unnamed is None:
                unnamed = _rank(_at(judged, facet, value, who, words))
            rank = unnamed
        found.append((value, min(rank, worst.get(value, YES))))
    return tuple(found)


def _at(judged: Judged, facet: str, value: str, who: Circumstances, words: Words) -> Judged:
    """Judge the rules that wait for a facet anew, as if it had been said."""
    one = replace(who, **{facet: value})
    needs = [
        [(rule, state(rule, one, words) if _waits(on, facet) else on) for rule, on in rules]
        for rules in judged.needs
    ]
    forbids = [
        (rule, state(rule, one, words) if _waits(on, facet) else on) for rule, on in judged.forbids
    ]
    return judged._replace(needs=needs, forbids=forbids)


def _values(rule: Atom, facet: str) -> Iterable[str]:
    """List the values of a facet that a rule names."""
    for when in (rule.when, *rule.unless):
        for value in getattr(when, facet):
            yield value.removeprefix("!")


@functools.lru_cache(maxsize=8192)
def _worst_by_field(rules: tuple[Forbid, ...]) -> dict[str, int]:
    """Rank the fields that rules on fields alone name."""
    found: dict[str, int] = {}
    for rule in rules:
        for value in rule.when.field:
            found[value] = min(found.get(value, YES), _worst(rule))
    return found


def _worst(rule: Forbid) -> int:
    return NO if rule.sure else UNCLEAR


def _waits(on: State, facet: str) -> bool:
    return not isinstance(on, bool) and facet in on


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
