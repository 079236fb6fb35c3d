"""A release as one definition sees it: its parts by component, and the terms it counts on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from howopen.answer import Answer, Truth
from howopen.knowledge import Knowledge
from howopen.openness.asked import COMPLETE, Reply
from howopen.openness.terms import Judged
from howopen.openness.words import parts_name
from howopen.release import (
    AnyOf,
    Component,
    Declaration,
    Evidence,
    Grant,
    How,
    LicenseReading,
    Part,
    Presence,
    Release,
    Scope,
    Single,
    Statement,
    Terms,
)
from howopen.rights.alike import alike
from howopen.rights.ask import Group
from howopen.rights.findings import DERIVED
from howopen.rights.lineage import ParentTerms, parents_of

#: what a manifest writes to say that no terms cover a component
UNLICENSED = "unlicensed"

FOUND = frozenset({Presence.HERE, Presence.ELSEWHERE})


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """A release looked through once, for all definitions.

    Attributes:
        parts: by component.
        written: what a manifest writes of the terms on one component, the first time.
        unlicensed: components of which a manifest says that no terms cover them.
        wide: what a manifest writes of the terms on everything, or on all of one kind, by key.
        manifest: whether a manifest declares anything.
        widest: the terms of the weightiest statement about the release as a whole.
        listed: whether a manifest lists what there is.
    """

    parts: dict[Component, tuple[Part, ...]]
    written: dict[Component, Grant]
    unlicensed: frozenset[Component]
    wide: dict[str, Grant]
    manifest: bool
    widest: Grant | None
    listed: bool


class Alike(NamedTuple):
    """Parts of one component under the same terms, and how to say them in a sentence."""

    parts: tuple[Part, ...]
    name: str


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What all definitions have in common while they judge one release.

    Attributes:
        answers: answers of the rights room, by component and action.
        judged: what a predicate came to on a component, by how a definition sees the release.
        indexes: the release looked through, once it was.
        lineage: the parents whose terms may reach a part, by component and variant.
        groups: the terms on a component, compiled for the rights room.
        apart: the parts of a component that were found, by component and variant.
        alike: the same, grouped by their terms.
    """

    answers: dict[tuple[str, str], Answer | None] = msgspec.field(default_factory=dict)
    judged: dict[tuple[object, ...], dict[tuple[object, ...], Judged]] = msgspec.field(
        default_factory=dict
    )
    indexes: list[Index] = msgspec.field(default_factory=list)
    lineage: dict[tuple[Component, str | None], tuple[ParentTerms, ...]] = msgspec.field(
        default_factory=dict
    )
    groups: dict[Component, tuple[Group, ...]] = msgspec.field(default_factory=dict)
    apart: dict[tuple[Component, str | None], tuple[Part, ...]] = msgspec.field(
        default_factory=dict
    )
    alike: dict[tuple[Component, str | None], tuple[Alike, ...]] = msgspec.field(
        default_factory=dict
    )

    def index(self, release: Release) -> Index:
        """Look through the release, once."""
        if not self.indexes:
            self.indexes.append(index_of(release))
        return self.indexes[0]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A release under one definition.

    Attributes:
        release: the release.
        knowledge: what is known.
        scope_rule: `as-found` or `global`.
        unfound: the truth of what was looked for and not found: `no` or `unclear`.
        types: under `global`, the kind of license that covers a component first.
        roles: the components a frame's roles stand for.
        variant: judge only this variant and what is shared.
        replies: what a user or a manifest answers to what files cannot show.
        judged: what a predicate came to on a component, kept between criteria and frames.
        shared: what is the same for all definitions.
    """

    release: Release
    knowledge: Knowledge
    scope_rule: str = "as-found"
    unfound: str = "no"
    types: Mapping[str, str] = {}
    roles: Mapping[str, tuple[str, ...]] = {}
    variant: str | None = None
    replies: Mapping[str, Reply] = {}
    judged: dict[tuple[object, ...], Judged] = msgspec.field(default_factory=dict)
    shared: Shared = msgspec.field(default_factory=Shared)

    def parents(self, part: Part) -> tuple[ParentTerms, ...]:
        """List the parents whose terms may reach a part that can be a derivative."""
        if part.component not in DERIVED or not self.release.relations:
            return ()
        key = (part.component, part.variant)
        if key not in self.shared.lineage:
            found = parents_of(self.release, self.knowledge, part.component, part.variant)
            self.shared.lineage[key] = tuple(
                one for one in found if one.reached != "no" and not one.hearsay
            )
        return self.shared.lineage[key]

    @property
    def index(self) -> Index:
        """The release looked through."""
        return self.shared.index(self.release)

    def components(self, names: Iterable[str]) -> tuple[Component, ...]:
        """Resolve component ids and `$roles`, in order, each once."""
        found: dict[Component, None] = {}
        for name in names:
            ids = self.roles.get(name[1:], ()) if name.startswith("$") else (name,)
            found.update(dict.fromkeys(Component(ident) for ident in ids))
        return tuple(found)

    def parts(self, component: Component) -> tuple[Part, ...]:
        """List the parts of a component, of one variant where one was asked for."""
        return tuple(
            part
            for part in self.index.parts.get(component, ())
            if self.variant is None or part.variant in {None, self.variant}
        )

    def found(self, component: Component) -> tuple[Part, ...]:
        """List the parts of a component that are here or said to be elsewhere."""
        key = (component, self.variant)
        if key not in self.shared.apart:
            there = (part for part in self.parts(component) if part.presence in FOUND)
            self.shared.apart[key] = named_apart(there)
        return self.shared.apart[key]

    def alike(self, component: Component) -> tuple[Alike, ...]:
        """Group the parts of a component that were found by terms and parents, wherever stated."""
        key = (component, self.variant)
        if key not in self.shared.alike:
            groups = alike(self.release, self.found(component))
            self.shared.alike[key] = tuple(Alike(parts, parts_name(parts)) for parts in groups)
        return self.shared.alike[key]

    def searched(self, component: Component) -> tuple[Evidence, ...]:
        """Return the evidence that a component was looked for, or that it is said not to be."""
        seen = [item for part in self.parts(component) for item in part.evidence]
        if seen:
            return tuple(seen)
        quote = f"{component.replace('-', ' ')}: not among what was found"
        return (Evidence(how=How.SEARCHED, source=self.release.ref, quote=quote),)

    def grant(self, part: Part) -> Grant | None:
        """Return the terms that this definition counts on a part; None: nobody has looked."""
        if self.scope_rule == "as-found":
            return part.grant
        return _global_grant(self, part, part.grant)


def named_apart(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Leave out what only speaks in general of things that are there one by one.

    "Download the weights", beside the weights of each variant, is no further model.
    """
    all_parts = tuple(parts)
    single = {(part.component, _terms(part)) for part in all_parts if part.variant is not None}
    components = {component for component, _ in single}
    return tuple(
        part
        for part in all_parts
        if not (_in_general(part) and part.component in components)
        or (_terms(part) is not None and (part.component, _terms(part)) not in single)
    )


def _in_general(part: Part) -> bool:
    nowhere = part.presence is Presence.ELSEWHERE and not part.urls and part.access is None
    return nowhere and part.variant is None and not part.name


def _terms(part: Part) -> str | None:
    return said(part.grant.terms) if part.grant and part.grant.terms else None


def closed_world(index: Index, replies: Mapping[str, Reply]) -> bool:
    """Tell whether what was not found does not exist: a manifest lists all, or somebody says so.

    Of a folder, a package or a hub repository, what was not found may lie elsewhere.
    """
    reply = replies.get(COMPLETE)
    return index.listed if reply is None else reply.truth is Truth.YES


def may_be_stated_elsewhere(index: Index, part: Part) -> bool:
    """Tell whether a part lies elsewhere, so that terms may be stated there that were not read.

    A manifest that says that a component is unlicensed has looked there for us.
    """
    return part.presence is Presence.ELSEWHERE and part.component not in index.unlicensed


def readings(terms: Terms | None) -> tuple[LicenseReading, ...]:
    """List the licenses of a tree of terms, each once, in order."""
    if terms is None:
        return ()
    if isinstance(terms, Single):
        return (terms.reading,)
    found = [reading for branch in terms.of for reading in readings(branch)]
    return tuple(dict.fromkeys(found))


def said(terms: Terms | None) -> str:
    """Say a tree of terms in one line, for example `MIT or Apache-2.0`."""
    if terms is None:
        return "no terms"
    if isinstance(terms, Single):
        reading = terms.reading
        named = reading.license or reading.name or "unknown terms"
        edition = f"@{reading.edition}" if reading.license and reading.edition else ""
        return f"{named}{edition}" + (" (changed)" if reading.modified else "")
    word = " or " if isinstance(terms, AnyOf) else " and "
    return word.join(dict.fromkeys(map(said, terms.of)))


def _global_grant(view: View, part: Part, own: Grant | None) -> Grant | None:
    """Apply the Model Openness Tool's rule: own license, that of its type, that of everything.

    In a manifest the words as written count; an explicit "unlicensed" ends the search.
    """
    index = view.index
    written = index.written.get(part.component)
    if written is not None:
        return written
    if own is not None and own.terms is not None and not index.manifest:
        return own
    kind = view.types.get(part.component, "")
    for key in (f"license_{kind}", "license"):
        if key in index.wide:
            return index.wide[key]
    return index.widest or own


def index_of(release: Release) -> Index:
    """Look through a release once."""
    parts: dict[Component, list[Part]] = {}
    for part in release.parts:
        parts.setdefault(part.component, []).append(part)
    told = [item for item in release.declarations if item.evidence.how is How.MANIFEST]
    written: dict[Component, Grant] = {}
    wide: dict[str, Grant] = {}
    unlicensed = set()
    for item in told:
        if item.component is not None and item.key == "license":
            none = item.value.strip().lower() == UNLICENSED
            written.setdefault(item.component, _bare(item) if none else _literal(item))
            unlicensed |= {item.component} if none else set()
        elif item.component is None and item.value and item.key.startswith("license"):
            wide.setdefault(item.key, _literal(item, Scope.INHERITED))
    return Index(
        parts={component: tuple(held) for component, held in parts.items()},
        written=written,
        unlicensed=frozenset(unlicensed),
        wide=wide,
        manifest=bool(told),
        widest=_widest(release.statements),
        listed=bool(told)
        or any(item.how is How.MANIFEST for part in release.parts for item in part.evidence),
    )


_RANKS = ("text", "notice", "header", "tag", "package", "hub")


def _widest(statements: tuple[Statement, ...]) -> Grant | None:
    """Return the weightiest statement about the release as a whole."""
    wide = [item for item in statements if not item.components and not item.variant]
    wide = [item for item in wide if not item.files and item.reading.license]
    wide.sort(key=lambda item: _RANKS.index(item.rank) if item.rank in _RANKS else len(_RANKS))
    if not wide:
        return None
    terms = Single(reading=wide[0].reading)
    return Grant(scope=Scope.INHERITED, terms=terms, evidence=(wide[0].evidence,))


def _literal(item: Declaration, scope: Scope = Scope.STATED) -> Grant:
    """Take the words as an id; they are not resolved, since the tool itself compares them so."""
    seen = (item.evidence,)
    reading = LicenseReading(license=item.value, name=item.value, via="name", evidence=seen)
    return Grant(scope=scope, terms=Single(reading=reading), evidence=seen)


def _bare(item: Declaration) -> Grant:
    return Grant(scope=Scope.UNSTATED, evidence=(item.evidence,))
