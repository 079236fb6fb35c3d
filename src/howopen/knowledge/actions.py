"""The vocabulary of actions, triggers, duties and circumstances (`actions.toml`), typed."""

from __future__ import annotations

import datetime as dt

from howopen.errors import unknown_term
from howopen.knowledge.licenses import Data, When
from howopen.knowledge.loader import Knowledge


class Action(Data, frozen=True, kw_only=True):
    """One thing a person may want to do.

    Attributes:
        title: in a table.
        says: in a sentence, after "you may".
        component: what it is done with unless the question names another component.
        needs: the permissions that must all be granted.
        targets: what may be trained, where that matters.
        like: the action whose permission it takes, where texts have no word of their own for it.
    """

    title: str
    says: str
    component: str
    needs: tuple[str, ...]
    targets: tuple[str, ...] = ()
    like: str = ""


class Contradiction(Data, frozen=True, kw_only=True):
    """Circumstances that cannot be so together.

    Attributes:
        when: what excludes each other: all of its facets met, or one of them by these actions.
        actions: the actions it concerns; all when empty.
        why: what makes it so.
        hint: what to say instead.
    """

    when: When
    actions: tuple[str, ...] = ()
    why: str
    hint: str


class Actions(Data, frozen=True, kw_only=True):
    """All words of rights: what may be done, by whom, owed when."""

    source: str
    read: dt.date
    actions: dict[str, Action]
    aliases: dict[str, str]
    triggers: dict[str, str]
    duties: dict[str, str]
    circumstances: dict[str, tuple[str, ...]]
    fields: dict[str, str]
    contradictions: tuple[Contradiction, ...] = ()


def actions_of(knowledge: Knowledge) -> Actions:
    """Read the vocabulary."""
    return knowledge.table("actions.toml", Actions)


def action_id(knowledge: Knowledge, name: str) -> str:
    """Resolve an action as a user would write it to its id.

    Raises:
        UnknownTermError: with near actions in the hint.
    """
    words = actions_of(knowledge)
    wanted = name.strip().lower().replace("_", "-").replace(" ", "-")
    wanted = words.aliases.get(wanted, wanted)
    if wanted in words.actions:
        return wanted
    raise unknown_term("action", name, [*words.actions, *words.aliases])
