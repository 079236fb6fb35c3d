"""How each text binds what is made from a release, and which licenses that leaves to choose."""

from __future__ import annotations

from howopen.answer import Citation
from howopen.knowledge import Knowledge
from howopen.knowledge.licenses import Tri
from howopen.knowledge.relations import relations_of
from howopen.release import Noun, Relation
from howopen.rights.atoms import Bind, Reach
from howopen.rights.cite import citation
from howopen.rights.compile import UNSEEN, UNSTATED, Origin
from howopen.rights.decision import Ground
from howopen.rights.lineage import reach
from howopen.rights.tree import Leaf

#: what is passed on as it came
COPY = "copy"

#: the choice of a publisher whom no terms bind
ANY = ("any",)


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


def terms_on(
    leaf: Leaf,
    relation: Relation,
    origins: dict[str, Origin],
    knowledge: Knowledge,
    *,
    doubted: bool = False,
) -> TermsOn:
    """Say how one text binds what stands in a relation to what the text is on.

    Args:
        leaf: the text.
        relation: of the derivative to what the text is on.
        origins: where texts were read.
        knowledge: licenses and vocabulary.
        doubted: whether it is open that the text binds the parent itself.
    """
    if leaf.label in (UNSTATED, UNSEEN):
        text = "nothing states terms for the parent, so nothing permits a derivative of it"
        if leaf.label == UNSEEN:
            text = "the terms of the parent stand elsewhere, if anywhere, and were not read"
        return TermsOn(license=leaf.label, reached="unclear", binds="unclear", text=text)
    reached, why = reach(leaf, relation, knowledge)
    if doubted and reached == "yes":
        reached, why = "unclear", "whether it reaches the parent itself is open"
    atoms = sorted((a for a in leaf.atoms if isinstance(a, Bind)), key=lambda a: a.clause)
    binds = atoms[0].derivatives if atoms else "unclear"
    kind = relations_of(knowledge).kinds.get(relation.kind)
    key = kind.reach if kind else ""
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


def choice(terms: tuple[TermsOn, ...], kind: str) -> tuple[tuple[str, ...], str]:
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
