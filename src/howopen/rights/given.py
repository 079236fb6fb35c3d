"""Parents that the asker has at hand: their own terms instead of what we know of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from howopen.release import Direction, Evidence, Gap, Grant, How, Presence, Relation, Release

_SCHEME = re.compile(r"^(?:hf|pypi):")


def with_parents(release: Release, parents: Sequence[Release]) -> tuple[Release, tuple[Gap, ...]]:
    """Put the terms of parents that were read on the relations to them.

    A parent is matched by its REF or name, or by the name of its folder where one relation alone
    bears it. One that matches nothing is taken for the only parent that is declared, since the
    asker says so; otherwise it is a gap, for what the two have in common is then not known.

    Args:
        release: the child.
        parents: the releases that were read beside it.

    Returns:
        The child, and what could not be matched.
    """
    relations, gaps = list(release.relations), []
    for parent in parents:
        places = [i for i, each in enumerate(relations) if _names(each, parent)]
        if not places:
            places = _alike(relations, parent)
        if not places and len(relations) == 1:
            places = [0]
        if not places:
            gaps.append(_unrelated(parent))
        circle = any(_names(each, release) for each in parent.relations)
        if circle and places:
            gaps.append(_circle(parent, release))
        for place in places:
            relations[place] = _bound(relations[place], parent, circle=circle)
    return replace(release, relations=tuple(relations)), tuple(gaps)


def _names(relation: Relation, parent: Release) -> bool:
    return _plain(relation.b) in {_plain(parent.ref), _plain(parent.name)}


def _alike(relations: Sequence[Relation], parent: Release) -> list[int]:
    """Find the relation to what bears the name of a parent's folder, if it is one alone."""
    folder = _plain(parent.ref).rpartition("/")[2]
    places = [i for i, one in enumerate(relations) if _plain(one.b).rpartition("/")[2] == folder]
    return places if len({_plain(relations[i].b) for i in places}) == 1 else []


def _plain(name: str) -> str:
    return _SCHEME.sub("", name).partition("@")[0].rstrip("/").lower()


def _bound(relation: Relation, parent: Release, *, circle: bool) -> Relation:
    """Put a parent's terms on the relation; where each names the other, neither is the parent."""
    said = Evidence(how=How.USER, source=parent.ref, quote=f"--with {parent.ref}")
    return replace(
        relation,
        terms=_weights(parent),
        direction=Direction.UNDECIDED if circle else relation.direction,
        evidence=(*relation.evidence, said),
    )


def _circle(parent: Release, child: Release) -> Gap:
    return Gap(
        where=parent.ref,
        why=f"it names {child.name} as its parent, which names it: which came first is not known",
        weakens=("rights",),
        hint="ask the publishers, or compare the two with howopen kin",
    )


def _weights(parent: Release) -> Grant | None:
    """Return the terms on a parent's weights, those that are there before those that are not."""
    grants = [
        (part.presence is Presence.NOT_FOUND, index, part.grant)
        for index, part in enumerate(parent.parts)
        if part.component == "weights" and part.grant is not None and part.grant.terms is not None
    ]
    return min(grants, key=lambda each: each[:2])[2] if grants else None


def _unrelated(parent: Release) -> Gap:
    return Gap(
        where=parent.ref,
        why="this release does not say that it comes from it",
        weakens=("rights",),
        hint="declare it as base_model in the card, or ask about the parent itself",
    )
