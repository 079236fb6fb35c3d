"""Our words in ODRL 2.2 (`odrl.toml`), typed: terms of its vocabulary, else of our own profile."""

from __future__ import annotations

import datetime as dt

from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge


class Term(Data, frozen=True, kw_only=True):
    """An action of ODRL, for one of our actions or duties.

    Attributes:
        term: its compact IRI: `odrl:`, `cc:` or, for one of our own profile, `howopen:`.
        why: what it means there, or why no term of the vocabulary is used.
        included_in: for a term of our own, the action that encompasses it.
        after: for a duty that is owed after some event and not for a permission: the event.
    """

    term: str
    why: str
    included_in: str = ""
    after: str = ""


class Operand(Data, frozen=True, kw_only=True):
    """The left side of a constraint.

    Attributes:
        term: its compact IRI.
        why: what it means there, or why no term of the vocabulary is used.
        values: how the names of its values begin; empty where values are numbers or words.
        unit: the compact IRI of what a number counts, where that must be said.
    """

    term: str
    why: str
    values: str = ""
    unit: str = ""


class Odrl(Data, frozen=True, kw_only=True):
    """The file `odrl.toml`: terms by our id, and where they live.

    Attributes:
        source: what was read.
        read: when.
        context: the JSON-LD context of ODRL.
        profile: the IRI of our profile.
        namespace: what `howopen:` stands for.
        actions: by action of `actions.toml`.
        duties: by duty of `actions.toml`.
        operands: by facet or measure of circumstances; also `event` and `circumstance`.
    """

    source: str
    read: dt.date
    context: str
    profile: str
    namespace: str
    actions: dict[str, Term]
    duties: dict[str, Term]
    operands: dict[str, Operand]


def odrl_of(knowledge: Knowledge) -> Odrl:
    """Read the terms."""
    return knowledge.table("odrl.toml", Odrl)


def bare(term: str) -> str:
    """Write a term of ODRL as its JSON-LD context knows it, any other as it is.

    >>> bare("odrl:execute"), bare("howopen:host")
    ('execute', 'howopen:host')
    """
    return term.removeprefix("odrl:")
