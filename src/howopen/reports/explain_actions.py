"""What the licenses that were read say of an action, or of a kind of derivative, at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from howopen.knowledge import Knowledge
from howopen.knowledge.actions import Action, actions_of
from howopen.knowledge.licenses import Forbids, License, Reaches, license_ids
from howopen.knowledge.relations import relations_of

#: a clause on more actions than this forbids in general and is not about one of them
FEW = 4

_REACHED = {"yes": "reached", "no": "not reached", "unclear": "left open"}


def about_action(name: str, action: Action, knowledge: Knowledge) -> tuple[str, ...]:
    """Say what an action is done with, what it takes, and what may be told beside it."""
    said = [f"It is done with: {action.component.replace('-', ' ')}."]
    others = [one for one in action.needs if one != name]
    if others:
        said.append(f"It takes the permission for: {', '.join(others)}.")
    if action.targets:
        said.append(f"--target tells what is trained: {', '.join(action.targets)}.")
    aliases = [alias for alias, of in actions_of(knowledge).aliases.items() if of == name]
    if aliases:
        said.append(f"Also called: {', '.join(aliases)}.")
    return tuple(said)


def bans_on(name: str, knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    """List the clauses that forbid an action in particular, with our sentence for each."""
    return tuple(
        (f"{ident}#{clause.ref}", clause.says)
        for ident, text in _texts(knowledge)
        for clause in text.clause
        if isinstance(clause, Forbids) and name in clause.actions and len(clause.actions) <= FEW
    )


def kinds_reached(knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    """Count for each kind of derivative how many of the licenses read reach it."""
    counts: dict[str, Counter[str]] = {}
    for _, text in _texts(knowledge):
        told: dict[str, str] = {}
        for clause in text.clause:
            if isinstance(clause, Reaches):
                told |= clause.kinds
        for kind, answer in told.items():
            counts.setdefault(kind, Counter())[answer] += 1
    kinds = [one.reach for one in relations_of(knowledge).kinds.values() if one.reach in counts]
    return tuple(
        (kind, ", ".join(f"{_REACHED[a]} by {counts[kind][a]}" for a in _REACHED)) for kind in kinds
    )


def _texts(knowledge: Knowledge) -> Iterator[tuple[str, License]]:
    for ident in license_ids(knowledge):
        yield ident, knowledge.entry("licenses", ident, License)
