"""What publishing a derivative takes: what reaches it, what goes with it, under which license."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec.structs import replace

from howopen.answer import Answer, Circumstances, Citation, Duty, Reason, Truth
from howopen.errors import unknown_term
from howopen.knowledge import Knowledge
from howopen.knowledge.licenses import Tri
from howopen.knowledge.relations import relations_of
from howopen.release import Noun, Relation, Release
from howopen.rights.ask import compiled_terms, may
from howopen.rights.atoms import Bind, Reach
from howopen.rights.cite import citation
from howopen.rights.compile import UNSEEN, UNSTATED, Origin
from howopen.rights.decision import Ground
from howopen.rights.lineage import reach
from howopen.rights.pick import pick
from howopen.rights.tree import Leaf, leaves
from howopen.rights.words import words_of

#: what is passed on as it came
COPY = "copy"

#: the choice of a publisher whom no terms bind
ANY = ("any",)

#: kinds of derivative that hold nothing of the parent but a difference
DIFFERENCES = ("adapter", "delta")


class TermsOn(Noun, frozen=True, kw_only=True):
    """One text that may bind a derivative.

    Attributes:
        license: the text, with its path of lineage.
        reached: whether it reaches this kind of derivative.
        binds: same, pass-on, notices, free, or unclear: how the derivative may be licensed.
        text: what follows, in a sentence.
        citations: the clauses.
    """

    license: str
    reached: Tri
    binds: str
    text: str
    citations: tuple[Citation, ...] = ()


class Publishing(Noun, frozen=True, kw_only=True):
    """What publishing a derivative takes.

    Attributes:
        kind: kind of derivative.
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
    licenses, why = _choice(terms, named)
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
        notes=(*_notes(named, terms), *_provisos(found, terms)),
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


def _provisos(found: Answer, terms: tuple[TermsOn, ...]) -> tuple[str, ...]:
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
            found.append(_on(leaf, relation, compiled.origins, knowledge, leaf.label in doubtful))
    return tuple(dict.fromkeys(found))


def _on(
    leaf: Leaf,
    relation: Relation,
    origins: dict[str, Origin],
    knowledge: Knowledge,
    doubtful: bool,
) -> TermsOn:
    if leaf.label in (UNSTATED, UNSEEN):
        text = "nothing states terms for the parent, so nothing permits a derivative of it"
        if leaf.label == UNSEEN:
            text = "the terms of the parent stand elsewhere, if anywhere, and were not read"
        return TermsOn(license=leaf.label, reached="unclear", binds="unclear", text=text)
    reached, why = reach(leaf, relation, knowledge)
    if doubtful and reached == "yes":
        reached, why = "unclear", "whether it reaches the parent itself is open"
    atoms = sorted((a for a in leaf.atoms if isinstance(a, Bind)), key=lambda a: a.clause)
    binds = atoms[0].derivatives if atoms else "unclear"
    key = relations_of(knowledge).kinds[relation.kind].reach
    reaches = [a for a in leaf.atoms if isinstance(a, Reach) and a.kind == key]
    grounds = [Ground(label=leaf.label, atom=atom) for atom in (*reaches, *atoms[:1])]
    cited = [citation(ground, origins) for ground in grounds]
    return TermsOn(
        license=leaf.label,
        reached=reached,
        binds=binds,
        text=f"{why}; {_BINDS.get(binds, _BINDS['unclear'])}",
        citations=tuple(dict.fromkeys(one for one in cited if one is not None)),
    )


_BINDS = {
    "same": "what it reaches is published under the same license",
    "pass-on": "its terms run with what it reaches",
    "notices": "only its notices go with what it reaches, whose license is the publisher's choice",
    "free": "it asks nothing of derivatives",
    "unclear": "how derivatives may be licensed is not known",
}


def _choice(terms: tuple[TermsOn, ...], kind: str) -> tuple[tuple[str, ...], str]:
    """List the licenses a publisher may choose, from how each text binds."""
    reaching = [one for one in terms if one.reached != "no"]
    if kind == COPY and terms:
        names = tuple(dict.fromkeys(one.license.partition(" ")[0] for one in terms))
        return names, "a copy stays under the terms it came with"
    if terms and not reaching:
        return ANY, "the terms of its parent do not reach it"
    binding = [one for one in reaching if one.binds in ("same", "pass-on")]
    open_ = [one for one in reaching if one.binds == "unclear"]
    if not terms:
        return (), "there is nothing here that it could be made from"
    if open_:
        return (), "how derivatives may be licensed is not settled by the terms we have read"
    if not binding:
        return ANY, "any license will do; notices go with it where they are owed"
    names = tuple(dict.fromkeys(one.license.partition(" ")[0] for one in binding))
    same = tuple(
        n for one in binding if one.binds == "same" for n in [one.license.partition(" ")[0]]
    )
    unsure = " as far as they reach it" if any(one.reached == "unclear" for one in binding) else ""
    if len(set(same)) > 1:
        return (), f"{' and '.join(sorted(set(same)))} each want it under themselves alone"
    if same:
        return (same[0],), f"the terms of {same[0]} go with it{unsure}, and no others"
    editions = len({name.partition("@")[0] for name in names}) == 1 < len(names)
    told = (" or " if editions else " and ").join(names)
    return names, f"the terms of {told} go with it{unsure}"


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
