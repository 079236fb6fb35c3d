"""The atoms of one text that concern one action, sorted once."""

from __future__ import annotations

import functools

from msgspec.structs import replace

from howopen.release import Noun
from howopen.rights.atoms import ANY, UNREAD, Atoms, Forbid, Mark, Owe, Permit, Reach
from howopen.rights.decision import NO, UNCLEAR
from howopen.rights.words import Words

#: the trigger of duties on those who use a model
USE = "on-use"


class Plan(Noun, frozen=True, kw_only=True):
    """What a text says to an action.

    Attributes:
        needs: for each permission that is needed, the rules that may give it.
        forbids: the rules that may forbid it, those on a field of use alone left out.
        fields: the rules that forbid it in some fields of use, and depend on nothing else.
        owes: duties that it sets off, with the trigger.
        marks: remarks on the text.
        unread: those of them that name a policy nobody has read, where the action is a use.
        reaches: for an action on a derivative, the kinds that the terms speak of.
        silent: the rank where nothing speaks of it.
    """

    needs: tuple[tuple[Permit, ...], ...]
    forbids: tuple[Forbid, ...]
    fields: tuple[Forbid, ...]
    owes: tuple[tuple[Owe, str], ...]
    marks: tuple[Mark, ...]
    unread: tuple[Mark, ...]
    reaches: tuple[Reach, ...]
    silent: int


@functools.lru_cache(maxsize=8192)
def plan_of(atoms: Atoms, action: str, words: Words) -> Plan:
    """Sort the atoms of a text by what they mean for an action."""
    ordered = sorted(atoms, key=lambda atom: (atom.license, atom.clause, not atom.sure, atom.note))
    permits = [atom for atom in ordered if isinstance(atom, Permit)]
    due = words.due[action]
    needed = {action, *words.actions[action].needs}
    forbids = [
        atom
        for atom in ordered
        if isinstance(atom, Forbid) and (not atom.actions or not needed.isdisjoint(atom.actions))
    ]
    marks = tuple(atom for atom in ordered if isinstance(atom, Mark))
    return Plan(
        needs=tuple(
            tuple(atom for atom in permits if not atom.actions or need in atom.actions)
            for need in words.actions[action].needs
        ),
        forbids=tuple(atom for atom in forbids if not _of_field(atom)),
        fields=tuple(atom for atom in forbids if _of_field(atom)),
        owes=tuple(
            (atom, trigger)
            for atom in ordered
            if isinstance(atom, Owe)
            for trigger in [t for t in due if t in atom.triggers][:1]
        ),
        marks=marks,
        unread=tuple(one for one in marks if one.mark == UNREAD and USE in due),
        reaches=tuple(
            atom for atom in ordered if isinstance(atom, Reach) and action in words.derivative
        ),
        silent=NO if action in words.reserved else UNCLEAR,
    )


def _of_field(rule: Forbid) -> bool:
    """Tell whether a rule bites in the fields it names, whoever asks."""
    alone = replace(rule.when, field=()) == ANY
    told = rule.unless or rule.measure or rule.asks
    return bool(rule.when.field) and alone and not told and not _negated(rule.when.field)


def _negated(values: tuple[str, ...]) -> bool:
    return any(one[0] == "!" for one in values)
