"""Compile the terms on a part into a tree of atoms, and remember where each text was read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from howopen.knowledge import Knowledge
from howopen.knowledge.licenses import License, license_of
from howopen.release import (
    AllOf,
    AnyOf,
    Grant,
    LicenseReading,
    Noun,
    Part,
    Presence,
    Scope,
    Single,
    Terms,
)
from howopen.rights.atoms import UNREAD, AnyAtom, Forbid, Mark, Owe, Permit, atoms_of, license_key
from howopen.rights.coarse import coarse_atoms
from howopen.rights.departures import changed
from howopen.rights.likeness import likened
from howopen.rights.signs import CLOSING, beside, sign_atoms, signed
from howopen.rights.tree import Choice, Leaf, Node, OneOf, every
from howopen.rights.words import words_of

#: label of the text of a part that no terms are on
UNSTATED = "unstated"

#: label of the text of a part elsewhere whose terms are not stated here
UNSEEN = "not stated here"

#: more candidates than this are not compared one by one
MAX_CANDIDATES = 24


class Text(Noun, frozen=True, kw_only=True):
    """A text behind a leaf: the license as known, and the reading of the user's file."""

    license: License
    reading: LicenseReading | None


class Origin(Noun, frozen=True, kw_only=True):
    """Where the atoms of a leaf come from.

    Attributes:
        reading: what identified the license.
        texts: the license and what it takes in, by key; empty for what nobody has read.
        via: the path of lineage, empty for the release's own terms.
        note: why this edition of several.
        kinds: the kinds of derivative that the release may be of it, where it is a parent's.
    """

    reading: LicenseReading | None
    texts: dict[str, Text] = msgspec.field(default_factory=dict)
    via: str = ""
    note: str = ""
    kinds: tuple[str, ...] = ()


class Compiled(Noun, frozen=True, kw_only=True):
    """A tree of atoms and the origin of each leaf, by label."""

    node: Node
    origins: dict[str, Origin]


def compile_part(part: Part, knowledge: Knowledge, as_of: dt.date | None = None) -> Compiled:
    """Compile the terms on a part; where it lies elsewhere, terms not stated here may be there.

    Args:
        part: the part.
        knowledge: where licenses are.
        as_of: the date that picks an edition where several exist and none is named.
    """
    grant = part.grant
    if grant is not None and grant.terms is not None and grant.scope is not Scope.UNSTATED:
        compiler = Compiler(knowledge, part.component, grant, as_of=as_of)
        return _compile_terms(grant, grant.terms, compiler)
    said_unlicensed = grant is not None and bool(grant.evidence)
    sentences = grant.narrowed if grant is not None else ()
    if part.presence is not Presence.ELSEWHERE or said_unlicensed:
        return _unstated(UNSTATED, frozenset(), sentences)
    where = part.urls[0] if part.urls else part.name
    place = f": {where}" if where else ", and nothing says where that is"
    note = f"nothing here states terms for it; they may stand where it lies{place}"
    permit = Permit(license="unknown", sure=False, note=note)
    return _unstated(UNSEEN, frozenset((permit,)), sentences, where)


def _unstated(
    label: str, atoms: frozenset[AnyAtom], sentences: tuple[LicenseReading, ...], where: str = ""
) -> Compiled:
    """Compile what no license is stated for, and what its publisher says of its use."""
    read = [beside(one, stated=False) for one in sentences]
    texts = {license_key(one): Text(license=one, reading=seen) for one, seen, _ in read}
    leaf = Leaf(label=label, atoms=atoms.union(*(said for _, _, said in read)))
    return Compiled(node=leaf, origins={label: Origin(reading=None, texts=texts, via=where)})


def _compile_terms(grant: Grant, terms: Terms, compiler: Compiler) -> Compiled:
    node = compiler.terms(terms)
    beside = [r for r in grant.incorporates if r.license and r.license not in compiler.taken]
    nodes = (node, *(compiler.policy(reading) for reading in beside))
    return Compiled(node=every(nodes), origins=compiler.origins)


def compile_grant(
    grant: Grant, knowledge: Knowledge, component: str, via: str, as_of: dt.date | None = None
) -> Compiled | None:
    """Compile the terms that were read on another release; None where it states none."""
    if grant.terms is None or grant.scope is Scope.UNSTATED:
        return None
    compiler = Compiler(knowledge, component, grant, via, as_of=as_of)
    return _compile_terms(grant, grant.terms, compiler)


def compile_reading(
    reading: LicenseReading,
    knowledge: Knowledge,
    component: str,
    via: str = "",
    as_of: dt.date | None = None,
) -> Compiled:
    """Compile a single reading, for example the license of a known parent."""
    compiler = Compiler(knowledge, component, None, via, as_of=as_of)
    return Compiled(node=compiler.single(reading), origins=compiler.origins)


class Compiler:
    """Walks a tree of terms and collects the origins of its leaves.

    Args:
        knowledge: where licenses are.
        component: the component the terms are on.
        grant: what the terms take in, and what the publisher says beside them.
        via: the path of lineage.
        as_of: the date that picks an edition where several exist and none is named.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        component: str,
        grant: Grant | None,
        via: str = "",
        *,
        as_of: dt.date | None = None,
    ) -> None:
        scopes = words_of(knowledge).scopes
        self.knowledge = knowledge
        self.scopes = frozenset(name for name, of in scopes.items() if component in of)
        taken = grant.incorporates if grant else ()
        self.incorporated = {r.license: r for r in taken if r.license}
        self.via = via
        self.as_of = as_of
        self.narrowed = [beside(one, stated=True) for one in (grant.narrowed if grant else ())]
        self.origins: dict[str, Origin] = {}
        self.taken: set[str] = set()

    def terms(self, terms: Terms) -> Node:
        """Compile a tree of terms."""
        match terms:
            case Single():
                return self.single(terms.reading)
            case AllOf():
                return every(tuple(self.terms(one) for one in terms.of))
            case AnyOf():
                return Choice(of=tuple(self.terms(one) for one in terms.of))

    def single(self, reading: LicenseReading) -> Node:
        """Compile a reading: one license, one of several it may be, or an unknown text."""
        if reading.license is None:
            named = reading.via != "text" and bool(reading.near)
            return self._several(reading, reading.near) if named else self._unknown(reading)
        license_ = license_of(self.knowledge, reading.license, reading.edition)
        if license_ is not None:
            return self._read(reading, license_)
        prefix = f"{reading.license}@"
        editions = [i for i in self.knowledge.ids("licenses") if i.startswith(prefix)]
        if editions and not reading.edition:
            return self._edition(reading, editions)
        return self._signed(reading, coarse_atoms(reading.license, self.knowledge))

    def policy(self, reading: LicenseReading) -> Node:
        """Compile a text that only restricts, such as a use policy beside a license."""
        license_ = license_of(self.knowledge, reading.license or "", reading.edition)
        key = reading.license or "policy"
        if license_ is None:
            marks: tuple[AnyAtom, ...] = (Mark(license=key, mark=UNREAD, note=key),)
            return self._leaf(reading, (*marks, Permit(license=key)), {})
        atoms = changed(_restricting(atoms_of(license_, self.scopes)), license_, reading)
        texts = {license_key(license_): Text(license=license_, reading=reading)}
        return self._leaf(reading, (*atoms, Permit(license=license_key(license_))), texts)

    def _edition(self, reading: LicenseReading, names: list[str]) -> Node:
        """Compile the edition in force at a date, where a name alone was given; else all."""
        dated = None if reading.via == "text" else in_force(names, self.as_of)
        license_ = license_of(self.knowledge, reading.license or "", dated) if dated else None
        if license_ is None:
            return self._several(reading, tuple(names))
        note = (
            f"{reading.name or reading.license} names no edition, and there are {len(names)}:"
            f" this is the newest that was published by {self.as_of}, {dated}"
        )
        return self._read(replace(reading, edition=dated), license_, note)

    def _several(self, reading: LicenseReading, names: tuple[str, ...]) -> Node:
        """Compile every license or edition that a name may mean."""
        options = []
        for name in names[:MAX_CANDIDATES]:
            ident, _, edition = name.partition("@")
            one = replace(reading, license=ident, edition=edition or None, near=())
            options.append(self.single(one))
        options = list(dict.fromkeys(options))
        why = reading.why or f"{reading.name or reading.license} may mean several texts"
        return options[0] if len(options) == 1 else OneOf(of=tuple(options), why=why)

    def _unknown(self, reading: LicenseReading) -> Node:
        alike = likened(reading, self.knowledge)
        if alike is not None:
            return self._likened(*alike)
        near = f"; nearest: {', '.join(reading.near[:3])}" if reading.near else ""
        note = (reading.why or "the terms match no license we know") + near
        permit = Permit(license="unknown", sure=False, note=note)
        return self._signed(reading, (permit,))

    def _likened(self, license_: License, reading: LicenseReading) -> Node:
        """Compile a text that has the words of a known license under other names."""
        key = license_key(license_)
        mark = Mark(license=key, mark="likened", note=f"{license_.name}: {reading.why}")
        taken = [
            Mark(license=key, mark="unread-policy", note=sign.value or sign.quote)
            for sign in reading.signs
            if sign.kind == "use-policy"
        ][:1]
        atoms = changed(atoms_of(license_, self.scopes), license_, reading)
        texts = {key: Text(license=license_, reading=reading)}
        return self._leaf(replace(reading, modified=True), (mark, *taken, *atoms), texts)

    def _signed(self, reading: LicenseReading, atoms: tuple[AnyAtom, ...]) -> Node:
        """Compile a text that nobody has read: its class, and what patterns find in it."""
        if not reading.signs:
            return self._leaf(reading, atoms, {})
        accepted = any(isinstance(atom, Permit) and atom.sure for atom in atoms)
        clear = accepted and not reading.modified
        license_, located = signed(reading, self.knowledge, duties_only=clear)
        mark = Mark(license=license_.id, mark="signs", note=license_.name)
        told = any(sign.kind in CLOSING for sign in reading.signs)
        kept = tuple(
            atom
            for atom in atoms
            if not isinstance(atom, Mark)
            and not (told and isinstance(atom, Forbid) and atom.when.purpose)
        )
        texts = {license_key(license_): Text(license=license_, reading=located)}
        return self._leaf(reading, (mark, *kept, *sign_atoms(license_, reading)), texts)

    def _read(self, reading: LicenseReading, license_: License, note: str = "") -> Node:
        atoms = list(changed(atoms_of(license_, self.scopes), license_, reading))
        texts = {license_key(license_): Text(license=license_, reading=reading)}
        for taken in license_.incorporates:
            self.taken.add(taken.license)
            seen = self.incorporated.get(taken.license)
            policy = license_of(self.knowledge, taken.license, seen.edition if seen else None)
            if policy is None:
                url = taken.url or taken.license
                atoms.append(Mark(license=license_key(license_), mark=UNREAD, note=url))
                continue
            restricting = _restricting(atoms_of(policy, self.scopes))
            atoms.extend(changed(restricting, policy, seen) if seen else restricting)
            texts[license_key(policy)] = Text(license=policy, reading=seen)
        return self._leaf(reading, tuple(atoms), texts, note)

    def _leaf(
        self,
        reading: LicenseReading,
        atoms: tuple[AnyAtom, ...],
        texts: dict[str, Text],
        note: str = "",
    ) -> Leaf:
        base = next(iter(texts), reading.license or "unknown")
        base = f"{base} {self.via}".strip()
        label, count = base, 2
        while label in self.origins and self.origins[label].reading != reading:
            label, count = f"{base} ({count})", count + 1
        for license_, seen, said in self.narrowed:
            texts = {**texts, license_key(license_): Text(license=license_, reading=seen)}
            atoms = (*atoms, *said)
        self.origins[label] = Origin(reading=reading, texts=texts, via=self.via, note=note)
        return Leaf(label=label, atoms=frozenset(atoms))


def in_force(names: Iterable[str], as_of: dt.date | None) -> str | None:
    """Pick the newest edition not later than a date; None unless all editions are dates.

    >>> in_force(["a@2024-04-01", "a@2025-03-24"], dt.date(2024, 12, 31))
    '2024-04-01'
    """
    try:
        dates = [dt.date.fromisoformat(name.rpartition("@")[2]) for name in names]
    except ValueError:
        return None
    past = [] if as_of is None else [date for date in dates if date <= as_of]
    return max(past).isoformat() if past else None


def published(compiled: Compiled) -> tuple[tuple[str, dt.date], ...]:
    """List the licenses behind terms that tell when they were published, with the date."""
    found = {}
    for origin in compiled.origins.values():
        for text in list(origin.texts.values())[:1]:
            dated = in_force((text.license.edition,), dt.date.max)
            date = dt.date.fromisoformat(dated) if dated else text.license.released
            if date is not None:
                found[text.license.name] = date
    return tuple(found.items())


def _restricting(atoms: tuple[AnyAtom, ...]) -> tuple[AnyAtom, ...]:
    return tuple(atom for atom in atoms if isinstance(atom, Forbid | Owe))
