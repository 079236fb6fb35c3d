"""What a definition of openness holds (`knowledge/definitions/ID.toml`), typed.

A definition has criteria, each with the predicate that decides it, and either ordered `level`s or
the three `outcomes` of a bar. `docs/definitions.md` teaches to write one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import msgspec

from howopen.errors import KnowledgeError, unknown_term
from howopen.knowledge.licenses import Data
from howopen.knowledge.loader import Knowledge
from howopen.knowledge.predicates import Predicate, parse


class RawCriterion(Data, frozen=True, kw_only=True):
    """A criterion as written.

    Attributes:
        id: within the definition.
        title: what it asks, as a statement that can hold.
        holds: its predicate.
        missing: what would make it hold; empty: taken from the predicate.
        informs: it is shown but decides nothing.
        instead: the criterion that may stand in for it; where that one is counted too, this one
            is not.
    """

    id: str
    title: str
    holds: dict[str, object]
    missing: str = ""
    informs: bool = False
    instead: str = ""


class Level(Data, frozen=True, kw_only=True):
    """One level.

    Attributes:
        id: within the definition.
        title: its words for a reader.
        needs: the criteria it needs.
        at_least: say "at least" where it is unclear whether the next one is reached.
    """

    id: str
    title: str
    needs: tuple[str, ...] = ()
    at_least: bool = False


class Outcomes(Data, frozen=True, kw_only=True):
    """The words of a definition that is a bar."""

    yes: str
    no: str
    unclear: str


class RawDefinition(Data, frozen=True, kw_only=True):
    """A definition as written.

    Attributes:
        id: as in the file's name.
        title: for a reader.
        version: of this data.
        publisher: who published the definition.
        date: when.
        source: where it is published, and what was read.
        read: when we read it.
        status: official, unofficial or retired.
        scope_rule: `as-found`: terms as the license room found them; `global`: terms of the
            release also cover what states none of its own.
        unfound: the truth of a component that was looked for and not found, where a manifest
            lists what there is; elsewhere it is unclear.
        cumulative: each level needs those below it.
        bar: the level that counts as meeting the definition; empty: there is no bar.
        none: the words for no level.
        progress: add a criterion per level with the share of its criteria that are met.
        outcomes: for a definition without levels.
        note: what a reader must know of how we apply it.
        component_types: under `global`, which release-wide license covers a component first.
        licenses: named lists of license ids.
        level: the levels, least first.
        criterion: the criteria.
    """

    id: str
    title: str
    version: str
    publisher: str
    date: dt.date
    source: str
    read: dt.date
    status: Literal["official", "unofficial", "retired"] = "official"
    scope_rule: Literal["as-found", "global"] = "as-found"
    unfound: Literal["no", "unclear"] = "no"
    cumulative: bool = True
    bar: str = ""
    none: str = "none"
    progress: bool = False
    outcomes: Outcomes | None = None
    note: str = ""
    component_types: Mapping[str, str] = {}
    licenses: Mapping[str, tuple[str, ...]] = {}
    level: tuple[Level, ...] = ()
    criterion: tuple[RawCriterion, ...]


class Rule(Data, frozen=True, kw_only=True):
    """A criterion, checked: the same as written, with its predicate parsed."""

    id: str
    title: str
    holds: Predicate
    missing: str
    informs: bool
    instead: str


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """A definition, checked."""

    text: RawDefinition
    rules: tuple[Rule, ...]

    @property
    def id(self) -> str:
        """Its id."""
        return self.text.id


def definition_ids(knowledge: Knowledge) -> tuple[str, ...]:
    """List the ids of all definitions."""
    return knowledge.ids("definitions")


def definition_of(knowledge: Knowledge, ident: str) -> Definition:
    """Read a definition.

    Raises:
        UnknownTermError: with near ids in the hint.
        KnowledgeError: names file and key.
    """
    raw = knowledge.entry("definitions", ident, RawDefinition)
    return _checked(knowledge, raw)


_CHECKED: dict[int, tuple[RawDefinition, Definition]] = {}


def _checked(knowledge: Knowledge, raw: RawDefinition) -> Definition:
    held = _CHECKED.get(id(raw))
    if held is not None and held[0] is raw:
        return held[1]
    path = str(knowledge.find(f"definitions/{raw.id}.toml"))
    definition = Definition(text=raw, rules=tuple(_rule(raw, rule, path) for rule in raw.criterion))
    _check_names(raw, path)
    _CHECKED[id(raw)] = (raw, definition)
    return definition


def _rule(raw: RawDefinition, rule: RawCriterion, path: str) -> Rule:
    where = f"criterion.{rule.id}.holds"
    return Rule(
        id=rule.id,
        title=rule.title,
        holds=parse(rule.holds, where, path=path, lists=raw.licenses),
        missing=rule.missing,
        informs=rule.informs,
        instead=rule.instead,
    )


def _check_names(raw: RawDefinition, path: str) -> None:
    """Refuse levels, stand-ins and bars that name nothing, and what decides nothing."""
    rules = [rule.id for rule in raw.criterion]
    named = [(f"level.{level.id}.needs", need) for level in raw.level for need in level.needs]
    named += [(f"criterion.{rule.id}.instead", rule.instead) for rule in raw.criterion]
    for where, name in named:
        if name and name not in rules:
            error = unknown_term("criterion", name, rules)
            raise KnowledgeError(f"{where}: {error.message}", path=path, hint=error.hint)
    if len(set(rules)) != len(rules):
        raise KnowledgeError("criterion: two have the same id", path=path, hint="rename one")
    if raw.bar and raw.bar not in [level.id for level in raw.level]:
        error = unknown_term("level", raw.bar, [level.id for level in raw.level])
        raise KnowledgeError(f"bar: {error.message}", path=path, hint=error.hint)
    if bool(raw.level) == (raw.outcomes is not None):
        raise KnowledgeError("give either levels or outcomes", path=path, hint="add [outcomes]")
