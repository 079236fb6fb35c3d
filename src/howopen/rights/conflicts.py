"""Terms that cannot both be met: share-alikes that exclude each other, names that none can bear."""

from __future__ import annotations

import itertools

from howopen.answer import Citation, Reason, Truth
from howopen.rights.atoms import Bind, Owe
from howopen.rights.cite import citation
from howopen.rights.compile import Compiled, Origin
from howopen.rights.decision import Ground
from howopen.rights.tree import Choice, Leaf, Node, OneOf, Parent

#: actions that pass a derivative on
PASSING_ON = frozenset(("share", "share-derivative", "embed", "sublicense", "relicense"))


def conflict(compiled: Compiled, action: str) -> tuple[Truth, Reason] | None:
    """Find two texts that bind together and cannot both be met when a derivative is passed on.

    Only a model under several texts can have such a conflict; a choice among licenses has none.
    """
    if action not in PASSING_ON:
        return None
    certain = _certain(compiled.node)
    found = [
        clash
        for one, two in itertools.combinations(certain, 2)
        if one.label != two.label
        for clash in (_alike(one, two, compiled.origins), _names(one, two, compiled.origins))
        if clash is not None
    ]
    return min(found, key=lambda clash: clash[0] is not Truth.NO) if found else None


def _certain(node: Node) -> tuple[Leaf, ...]:
    """List the texts that surely bind: no branch of a choice, no parent in doubt."""
    if isinstance(node, Leaf):
        return (node,)
    if isinstance(node, Choice | OneOf):
        return ()
    if isinstance(node, Parent):
        return _certain(node.of) if node.sure else ()
    return tuple(leaf for one in node.of for leaf in _certain(one))


def _alike(one: Leaf, two: Leaf, origins: dict[str, Origin]) -> tuple[Truth, Reason] | None:
    """Compare how two texts bind derivatives: share-alike against other terms that run on."""
    for mine, theirs in itertools.product(_binds(one), _binds(two)):
        pair = {mine.derivatives, theirs.derivatives}
        if "same" not in pair or not pair <= {"same", "pass-on"} or _compatible(mine, theirs):
            continue
        cited = _cite([(one, mine), (two, theirs)], origins)
        names = f"{_id(mine.license)} and {_id(theirs.license)}"
        if pair == {"same"}:
            text = f"{names} each want a derivative under their own terms alone"
            return Truth.NO, Reason(text=text, citations=cited)
        strict = mine if mine.derivatives == "same" else theirs
        truth = Truth.NO if strict.may_add_terms == "no" else Truth.UNCLEAR
        text = (
            f"{names} both run with a derivative, and {_id(strict.license)} wants it under its own"
            " terms"
        )
        return truth, Reason(text=text, citations=cited)
    return None


def _compatible(mine: Bind, theirs: Bind) -> bool:
    one, two = _id(mine.license), _id(theirs.license)
    return one == two or one in theirs.compatible or two in mine.compatible


def _names(one: Leaf, two: Leaf, origins: dict[str, Origin]) -> tuple[Truth, Reason] | None:
    """Compare the beginnings of names that two texts require."""
    for mine, theirs in itertools.product(_prefixes(one), _prefixes(two)):
        a, b = mine.detail.casefold(), theirs.detail.casefold()
        if a.startswith(b) or b.startswith(a):
            continue
        text = f'no name begins both with "{mine.detail}" and with "{theirs.detail}"'
        cited = _cite([(one, mine), (two, theirs)], origins)
        return Truth.NO, Reason(text=text, citations=cited)
    return None


def _binds(leaf: Leaf) -> list[Bind]:
    found = [atom for atom in leaf.atoms if isinstance(atom, Bind)]
    return sorted(found, key=lambda atom: (atom.license, atom.clause))


def _prefixes(leaf: Leaf) -> list[Owe]:
    """List the naming duties that fall due when a derivative is passed on."""
    found = [
        atom
        for atom in leaf.atoms
        if isinstance(atom, Owe)
        and atom.duty == "name-prefix"
        and atom.sure
        and atom.detail
        and "on-sharing-derivative" in atom.triggers
    ]
    return sorted(found, key=lambda atom: (atom.license, atom.clause))


def _id(key: str) -> str:
    return key.partition("@")[0]


def _cite(
    pairs: list[tuple[Leaf, Bind]] | list[tuple[Leaf, Owe]], origins: dict[str, Origin]
) -> tuple[Citation, ...]:
    found = [citation(Ground(label=leaf.label, atom=atom), origins) for leaf, atom in pairs]
    return tuple(one for one in found if one is not None)
