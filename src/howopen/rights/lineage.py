"""Whose terms reach a release through its parents, and how surely.

A child cannot grant what its parent withheld. A parent's license that certainly reaches this kind
of derivative joins in full; where that is open the answer is no better than unclear where it
matters; an unknown parent leaves open whatever the child grants.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from msgspec.structs import replace

from howopen.knowledge import Knowledge
from howopen.knowledge.licenses import Tri
from howopen.knowledge.models import KnownModel, known_model
from howopen.knowledge.relations import relations_of
from howopen.release import (
    Direction,
    Evidence,
    Grant,
    How,
    LicenseReading,
    Noun,
    Relation,
    Release,
    ReleaseKind,
    Standing,
)
from howopen.rights.atoms import Permit, Reach
from howopen.rights.compile import Compiled, Origin, compile_grant, compile_reading
from howopen.rights.tree import Every, Leaf, Node, Parent, every, leaves

#: more parents than this are not followed
MAX_PARENTS = 64

#: how labels of parents begin whose terms are not known
UNKNOWN_PARENT = "unknown parent "

#: how far the bases of known models are followed
MAX_DEPTH = 4

_NAME = re.compile(r"^(?:hf:|(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/)", re.IGNORECASE)
_DATA = re.compile(r"^(?:hf:)?datasets/", re.IGNORECASE)


class ParentTerms(Noun, frozen=True, kw_only=True):
    """A parent of a release and whether its terms reach the release.

    Attributes:
        ref: as written.
        relation: how the two are related.
        kind: the kind of derivative, in a reader's words.
        model: what we know of it, None for an unknown one.
        key: label of its license, empty where unknown.
        reached: whether its license reaches this kind.
        why: what makes that so.
        compiled: its terms.
        via: the path for citations.
        kinds: the kinds of derivative it may be, as licenses speak of them.
    """

    ref: str
    relation: Relation
    kind: str
    reached: Tri
    why: str
    compiled: Compiled
    via: str
    model: KnownModel | None = None
    key: str = ""
    kinds: tuple[str, ...] = ()

    @property
    def hearsay(self) -> bool:
        """Whether only a configuration names an unknown parent: a hint, and no declaration."""
        return self.model is None and _only_config(self.relation)


def parents_of(
    release: Release,
    knowledge: Knowledge,
    component: str,
    variant: str | None = None,
    as_of: dt.date | None = None,
) -> tuple[ParentTerms, ...]:
    """List the parents whose terms may matter, each once for each kind of relation.

    Args:
        release: the child.
        knowledge: where known models are.
        component: the component asked about.
        variant: the variant asked about; relations of other variants are left out.
        as_of: the date that picks an edition of a parent's license where none is known.
    """
    walk = Walk(release, knowledge, component, as_of)
    found: list[ParentTerms] = []
    seen: set[tuple[str, str]] = set()
    for relation in release.relations:
        if variant and relation.variant and relation.variant != variant:
            continue
        ref = _parent(relation, release)
        if ref is None or (_plain(ref), relation.kind) in seen:
            continue
        seen.add((_plain(ref), relation.kind))
        found.extend(_terms(ref, relation, walk))
        if len(found) >= MAX_PARENTS:
            break
    return tuple(found[:MAX_PARENTS])


def names_itself(release: Release) -> tuple[Relation, ...]:
    """List the relations in which a release is said to come from itself."""
    mine = {_plain(release.ref), _plain(release.name)}
    return tuple(
        one for one in release.relations if _plain(one.a) in mine and _plain(one.b) in mine
    )


def join(own: Compiled, parents: tuple[ParentTerms, ...]) -> Compiled:
    """Join the terms of parents to a release's own.

    A parent under the same unmodified license and edition adds nothing: what it says is said.
    """
    mine = _labels(own)
    nodes: list[Node] = [own.node]
    origins = dict(own.origins)
    for parent in parents:
        if parent.reached == "no" or _same(parent, mine) or parent.hearsay:
            continue
        node = parent.compiled.node
        kind = parent.relation.kind if parent.relation.kind != "derived" else None
        sure = parent.reached == "yes"
        nodes.append(Parent(of=node, sure=sure, kind=kind, why=parent.why))
        for label, origin in parent.compiled.origins.items():
            origins[label] = replace(origin, kinds=parent.kinds)
    return Compiled(node=every(tuple(nodes)), origins=origins)


def _labels(own: Compiled) -> frozenset[str]:
    """List the texts that surely bind as published, by key."""
    flat = own.node.of if isinstance(own.node, Every) else (own.node,)
    origins = [own.origins[leaf.label] for leaf in flat if isinstance(leaf, Leaf)]
    return frozenset(
        key
        for origin in origins
        if origin.reading is not None and not origin.reading.modified
        for key in _keys(origin)
    )


def _keys(origin: Origin) -> tuple[str, ...]:
    named = origin.reading.license if origin.reading else None
    return tuple(origin.texts) or ((named,) if named else ())


def _same(parent: ParentTerms, mine: frozenset[str]) -> bool:
    """Tell whether a parent's texts already bind."""
    origins = parent.compiled.origins
    keys = {key for leaf in leaves(parent.compiled.node) for key in _keys(origins[leaf.label])}
    return bool(keys) and keys <= mine


def _only_config(relation: Relation) -> bool:
    kinds = {evidence.how for evidence in relation.evidence}
    return relation.kind == "derived" and kinds == {How.CONFIG}


def _parent(relation: Relation, release: Release) -> str | None:
    """Return the parent's name, None where the release is the parent or the other is no model."""
    if release.kind is ReleaseKind.DATASET or _DATA.match(relation.b):
        return None
    mine = {_plain(release.ref), _plain(release.name)}
    is_b = _plain(relation.b) in mine and _plain(relation.a) not in mine
    other = relation.a if is_b else relation.b
    if relation.direction is Direction.UNDECIDED:
        return other
    child_is_b = relation.direction is Direction.B_FROM_A
    return other if child_is_b == is_b else None


class Walk(NamedTuple):
    """What stays the same on the way up from a release to its parents."""

    release: Release
    knowledge: Knowledge
    component: str
    as_of: dt.date | None


def _terms(ref: str, relation: Relation, walk: Walk, depth: int = 0) -> tuple[ParentTerms, ...]:
    release, knowledge = walk.release, walk.knowledge
    model = known_model(knowledge, ref)
    if relation.terms is not None and depth == 0:
        read = _read(ref, relation, relation.terms, walk)
        if read is not None:
            return (read,)
    if model is None:
        itself = _plain(ref) in (_plain(release.ref), _plain(release.name))
        return () if itself else (_unknown(ref, relation, knowledge),)
    kind = _title(relation, knowledge)
    via = f"{model.name}, {kind}"
    reading = LicenseReading(
        license=model.license,
        edition=model.edition or None,
        name=model.license,
        via="known",
        evidence=(_known(model),),
    )
    compiled = compile_reading(reading, knowledge, walk.component, via, walk.as_of)
    reached, why = reach(compiled.node, relation, knowledge)
    found = ParentTerms(
        ref=ref,
        relation=relation,
        kind=kind,
        model=model,
        key=model.license,
        reached=reached,
        why=why,
        compiled=compiled,
        via=via,
        kinds=kinds_of(relation, walk.knowledge),
    )
    if depth >= MAX_DEPTH:
        return (found,)
    above = [parent for base in model.bases for parent in _terms(base, relation, walk, depth + 1)]
    return (found, *above)


def _read(ref: str, relation: Relation, grant: Grant, walk: Walk) -> ParentTerms | None:
    """Take the terms of a parent that was read itself; they outrank what we know of it."""
    kind = _title(relation, walk.knowledge)
    via = f"{ref}, {kind}"
    compiled = compile_grant(grant, walk.knowledge, walk.component, via, walk.as_of)
    if compiled is None:
        return None
    reached, why = reach(compiled.node, relation, walk.knowledge)
    return ParentTerms(
        ref=ref,
        relation=relation,
        kind=kind,
        model=known_model(walk.knowledge, ref),
        reached=reached,
        why=why,
        compiled=compiled,
        via=via,
        kinds=kinds_of(relation, walk.knowledge),
    )


def _unknown(ref: str, relation: Relation, knowledge: Knowledge) -> ParentTerms:
    note = f"the terms of its parent {ref} are not known here"
    label = f"{UNKNOWN_PARENT}{ref}"
    leaf = Leaf(label=label, atoms=frozenset((Permit(license="unknown", sure=False, note=note),)))
    return ParentTerms(
        ref=ref,
        relation=relation,
        kind=_title(relation, knowledge),
        reached="unclear",
        why=note,
        compiled=Compiled(node=leaf, origins={label: Origin(reading=None, via=ref)}),
        via=ref,
    )


def _known(model: KnownModel) -> Evidence:
    quote = f"{model.name} by {model.publisher} is under {model.license}"
    return Evidence(how=How.KNOWN, source=model.source, quote=quote)


def _title(relation: Relation, knowledge: Knowledge) -> str:
    kind = relations_of(knowledge).kinds.get(relation.kind)
    return kind.title if kind else relation.kind


def reach(node: Node, relation: Relation, knowledge: Knowledge) -> tuple[Tri, str]:
    """Tell whether a parent's terms reach a derivative, and why.

    `derived` may be any of several kinds: only what all of them give is sure.
    """
    if relation.direction is Direction.UNDECIDED:
        return "unclear", "which of the two comes from the other is not known"
    if relation.standing is Standing.CONTRADICTED:
        return "unclear", "it is declared, and the weights speak against it"
    if _only_config(relation):
        return "unclear", "only a configuration file names it, and such files are copied"
    keys = kinds_of(relation, knowledge)
    found = {one for leaf in leaves(node) for key in keys for one in [_reached(leaf, key)]}
    if len(found) == 1:
        only: Tri = found.pop()
        return only, f"its terms {_SAYS[only]} ({_title(relation, knowledge)})"
    return "unclear", f"its terms do not settle it for every kind ({_title(relation, knowledge)})"


def kinds_of(relation: Relation, knowledge: Knowledge) -> tuple[str, ...]:
    """List the kinds of derivative that a relation may mean, as licenses speak of them."""
    kinds = relations_of(knowledge).kinds
    known = kinds.get(relation.kind)
    among = (known.among or (relation.kind,)) if known else ()
    return tuple(kinds[one].reach for one in among if one in kinds and kinds[one].reach)


_SAYS: dict[str, str] = {
    "yes": "count this as a derivative",
    "no": "do not count this as a derivative",
    "unclear": "do not say whether this is a derivative",
}


def _reached(leaf: Leaf, key: str) -> Tri:
    """Look up a reach key; a text that says nothing of it leaves it open."""
    found = {a.reached for a in leaf.atoms if isinstance(a, Reach) and a.kind == key}
    return found.pop() if len(found) == 1 else "unclear"


def _plain(ref: str) -> str:
    """Reduce a REF to what two spellings of it share."""
    return _NAME.sub("", ref.strip()).partition("@")[0].rstrip("/").casefold()
