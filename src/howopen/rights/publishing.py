"""What publishing a derivative of a release takes: what reaches it, and what goes with it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec.structs import replace

from howopen.answer import Answer, Circumstances, Duty, Reason, Truth
from howopen.errors import unknown_term
from howopen.knowledge import Knowledge
from howopen.knowledge.relations import relations_of
from howopen.release import Noun, Relation, Release
from howopen.rights.ask import compiled_terms, may
from howopen.rights.binding import ANY, COPY, TermsOn, choice, terms_on
from howopen.rights.pick import pick
from howopen.rights.tree import leaves
from howopen.rights.words import words_of

#: kinds of derivative that hold nothing of the parent but a difference
DIFFERENCES = ("adapter", "delta")


class Publishing(Noun, frozen=True, kw_only=True):
    """What publishing a derivative of a release takes.

    Attributes:
        kind: kind of derivative; empty where a release itself is to be published.
        truth: whether it may be published at all, purpose and actor not given.
        headline: in one line.
        terms: the texts that may bind it, and how.
        duties: what goes with it.
        licenses: what it may be published under; `any` where only notices go with it.
        why: why these.
        notes: what becomes of a delta alone, and of applying it.
        reasons: why the truth.
    """

    kind: str
    truth: Truth
    headline: str
    terms: tuple[TermsOn, ...] = ()
    duties: tuple[Duty, ...] = ()
    licenses: tuple[str, ...] = ()
    why: str = ""
    notes: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


def publishing(
    release: Release,
    knowledge: Knowledge,
    kind: str = "fine-tune",
    *,
    variant: str | None = None,
    who: Circumstances | None = None,
) -> Publishing:
    """Say what somebody who publishes a derivative of a release may and must do.

    Args:
        release: the parent, with its own lineage.
        knowledge: licenses and vocabulary.
        kind: kind of derivative, an id of `relations.toml` or a hub tag for one.
        variant: the variant it is made from.
        who: who publishes, for what, when; what is not given becomes a condition.

    Raises:
        UnknownTermError: for a kind that is none.
    """
    named = _kind(kind, knowledge)
    reach_key = relations_of(knowledge).kinds[named].reach or None
    asker = replace(who or Circumstances(), kind=reach_key)
    action = "share" if named == COPY else "share-derivative"
    found = may(release, action, asker, knowledge=knowledge, variant=variant)
    terms = _terms(release, knowledge, named, variant, asker.as_of)
    licenses, why = choice(terms, named)
    if found.truth is Truth.NO and licenses:
        licenses, why = (), "it may not be published"
    elif licenses == ANY and any(one.reached != "no" for one in terms):
        chosen = may(release, "relicense", asker, knowledge=knowledge, variant=variant)
        if chosen.truth is not Truth.YES:
            licenses, why = (), f"whether any license will do is open: {_ground(chosen)}"
    return Publishing(
        kind=named,
        truth=found.truth,
        headline=_headline(found, relations_of(knowledge).kinds[named].title, why),
        terms=terms,
        duties=found.duties,
        licenses=licenses,
        why=why,
        notes=(*_notes(named, terms), *provisos(found, terms)),
        reasons=found.reasons,
    )


def _ground(found: Answer) -> str:
    """Say why an answer is what it is, without its verdict."""
    return found.headline.partition(": ")[2]


def _headline(found: Answer, kind: str, why: str) -> str:
    """Say whether it may be published and under what, or why it is not so."""
    if found.truth is not Truth.YES:
        return found.headline
    return (
        f"{found.headline.partition(': you may ')[0]}: you may publish a derivative ({kind}); {why}"
    )


def provisos(found: Answer, terms: tuple[TermsOn, ...]) -> tuple[str, ...]:
    """Say what the permission depends on, and how far the duties go."""
    doubted = [one.license for one in terms if one.reached == "unclear"]
    told = [f"you may publish it only {one.text}" for one in found.conditions]
    if doubted and found.duties:
        names = " and ".join(dict.fromkeys(doubted))
        told.append(f"what must go with it is owed as far as the terms of {names} reach it")
    return tuple(told)


def _kind(name: str, knowledge: Knowledge) -> str:
    kinds = relations_of(knowledge).kinds
    for ident, kind in kinds.items():
        if name == ident or name in kind.hub:
            return ident
    raise unknown_term("kind of derivative", name, kinds)


def _terms(
    release: Release,
    knowledge: Knowledge,
    kind: str,
    variant: str | None,
    as_of: dt.date | None,
) -> tuple[TermsOn, ...]:
    component = words_of(knowledge).actions["share-derivative"].component
    parts = pick(release, component, None, variant)
    relation = Relation(kind=kind, a="derivative", b=release.ref)
    found: list[TermsOn] = []
    for part in parts:
        compiled, parents = compiled_terms(release, part, knowledge, as_of)
        doubtful = {
            leaf.label for p in parents if p.reached != "yes" for leaf in leaves(p.compiled.node)
        }
        for leaf in leaves(compiled.node):
            doubted = leaf.label in doubtful
            found.append(terms_on(leaf, relation, compiled.origins, knowledge, doubted=doubted))
    return tuple(dict.fromkeys(found))


def _notes(kind: str, terms: tuple[TermsOn, ...]) -> tuple[str, ...]:
    """Say what becomes of a difference published alone, and of applying it."""
    if kind not in DIFFERENCES or not terms:
        return ()
    alone: Literal["may", "may not", "unclear"] = "may"
    if any(one.reached == "yes" and one.binds in ("same", "pass-on") for one in terms):
        alone = "may not"
    elif any(one.reached != "no" and one.binds not in ("free", "notices") for one in terms):
        alone = "unclear"
    said = {
        "may": f"the {kind} alone may carry a license of its own",
        "may not": f"the {kind} alone may not carry other terms than those that reach it",
        "unclear": f"whether the {kind} alone may carry other terms is not settled by the text",
    }
    return (
        said[alone],
        f"applying the {kind} makes a fine-tune of the parent, under the parent's terms",
    )
